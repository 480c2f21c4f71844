"""What is known of notification servers on Linux and the BSDs, beyond what they say of themselves."""

from typing import Final

from rtms_tray.support.frozen import Frozen

WITHOUT_BUTTONS: Final = frozenset({"dunst", "mako"})
"""Servers that offer "actions" but draw no buttons; what a click does is the user's own setting.

dunst(5) `mouse_left_click` (by default it only closes), mako(5) `on-button-left`.
"""

WITH_BODY_BUTTON: Final = frozenset({"Xfce Notify Daemon"})
"""Servers that draw the action of a click on the body as a button.

With Xfce's (0.7.3) a click on the body itself only closes the notification, and an action without a name is
dropped: the button is the only way to it.
"""

LOSING_BUTTONS: Final = frozenset({"gnome-shell"})
"""Servers that draw no buttons on a notification that replaces one whose banner is on the screen.

GNOME Shell (43) takes the old buttons off the banner, and puts the new ones in its list alone.
"""


class Server(Frozen):
    """The notification server that runs now."""

    name: str
    capabilities: frozenset[str]

    @property
    def reports_clicks(self) -> bool:
        """Whether it tells the program of clicks; where it does not, it must not be sent any actions."""
        return "actions" in self.capabilities

    @property
    def reads_markup(self) -> bool:
        """Whether it takes `<`, `>` and `&` in a body for markup."""
        return "body-markup" in self.capabilities

    @property
    def draws_buttons(self) -> bool:
        """Whether the user sees a button for each action."""
        return self.reports_clicks and self.name.lower() not in WITHOUT_BUTTONS

    @property
    def draws_body_button(self) -> bool:
        """Whether it draws the action of a click on the body as one more button."""
        return self.name in WITH_BODY_BUTTON

    @property
    def keeps_buttons(self) -> bool:
        """Whether a notification that replaces another one on the screen has its own buttons."""
        return self.name not in LOSING_BUTTONS
