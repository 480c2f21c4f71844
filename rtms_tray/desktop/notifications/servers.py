"""What is known of the programs that draw notifications, beyond what they say of themselves.

Capabilities and their names: Desktop Notifications Specification 1.2, "GetCapabilities".
"""

from dataclasses import dataclass
from typing import Final

WITHOUT_BUTTONS: Final = frozenset({"dunst", "mako"})
"""Servers that offer "actions" but draw no buttons; which click does what is the user's own setting.

dunst(5) `mouse_left_click` (by default it only closes), mako(5) `on-button-left`.
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
