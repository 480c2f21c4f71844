"""What is known of the programs that draw notifications, beyond what they say of themselves.

Capabilities and their names: Desktop Notifications Specification 1.2, "GetCapabilities".
"""

from dataclasses import dataclass
from typing import Final

WITHOUT_BUTTONS: Final = frozenset({"dunst", "mako"})
"""Servers that offer "actions" but draw no buttons; which click does what is the user's own setting.

dunst(5) `mouse_left_click` (by default it only closes), mako(5) `on-button-left`.
"""

DRAW_THE_BODYS_ACTION: Final = frozenset({"Xfce Notify Daemon"})
"""Servers that draw the action of a click on the body as a button.

With Xfce's (0.7.3) a click on the body itself only closes the notification, and the action is dropped
altogether where it has no name: the button is the only way to it.
"""


@dataclass(frozen=True, slots=True)
class Server:
    """The notification server that runs now."""

    name: str
    capabilities: frozenset[str]

    @property
    def acts(self) -> bool:
        """Whether it tells the program of clicks; without that it must not be sent any actions."""
        return "actions" in self.capabilities

    @property
    def reads_markup(self) -> bool:
        """Whether `<`, `>` and `&` in a body mean something to it."""
        return "body-markup" in self.capabilities

    @property
    def draws_buttons(self) -> bool:
        """Whether the user sees what there is to choose from."""
        return self.acts and self.name.lower() not in WITHOUT_BUTTONS

    @property
    def draws_the_bodys_action(self) -> bool:
        """Whether the action of a click on the body is one more button."""
        return self.name in DRAW_THE_BODYS_ACTION
