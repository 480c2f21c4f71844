"""Messages that come to the user: each way is tried in order, and the last always succeeds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from rtms_tray.capture.reasons import Severity
from rtms_tray.commands import Command
from rtms_tray.desktop.tray import Tray

_STAYS_MS: Final = {Severity.INFO: 5_000, Severity.ATTENTION: 15_000, Severity.CRITICAL: 60_000}


@dataclass(frozen=True, slots=True)
class Message:
    """What the user is told; `click_label` names what a click does, where it does something."""

    title: str
    text: str
    severity: Severity
    on_click: Command | None = None
    click_label: str = ""


class Notifier(Protocol):
    """One way to tell the user something."""

    async def deliver(self, message: Message) -> bool:
        """Show the message; false where this way is closed, and the next one is to be tried."""
        ...


class TrayMessages:
    """Messages beside the tray icon: one click, no buttons."""

    def __init__(self, tray: Tray, clicked: Callable[[Message], None]) -> None:
        self._tray = tray
        self._clicked = clicked
        self._last: Message | None = None
        tray.message_clicked.connect(self._click)

    async def deliver(self, message: Message) -> bool:
        """Show it where the desktop has a tray that shows messages."""
        label = f" – click: {message.click_label}" if message.click_label else ""
        stays_ms = _STAYS_MS[message.severity]
        shown = self._tray.message(message.title + label, message.text, stays_ms)
        if shown:
            self._last = message
        return shown

    def _click(self) -> None:
        if self._last is not None:
            self._clicked(self._last)


class WindowMessages:
    """Messages as a banner in the window: the way that is always open."""

    def __init__(self, show: Callable[[Message], None]) -> None:
        self._show = show

    async def deliver(self, message: Message) -> bool:
        """Put the message into the window."""
        self._show(message)
        return True


class Announcer:
    """Tells the user by the first way that is open."""

    def __init__(self, ways: Sequence[Notifier]) -> None:
        self._ways = tuple(ways)

    async def announce(self, message: Message) -> None:
        """Try every way in order until one has shown the message."""
        for way in self._ways:
            if await way.deliver(message):
                return
