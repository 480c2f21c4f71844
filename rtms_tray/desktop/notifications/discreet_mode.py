"""Discreet mode: on a screen that others may see, a notification says only that it is there.

Setting `notifications.discreet`: "always", "off", or "auto" – then discreet on the lock screen, where
the desktop says that it is locked. Whether the screen is being shared cannot be known: X11 lets any program
read the screen without a trace, and Wayland, macOS and Windows tell a program only of its own recordings.
Who shares the screen a lot chooses "always".
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.notifications.message import Message
from rtms_tray.presentation.offers import Offer

TITLE: Final = "rtms-tray needs you"
Locked = Callable[[], Awaitable[bool]]


async def not_locked() -> bool:
    """Answer for systems that do not tell programs of their lock screen."""
    return False


class DiscreetMode:
    """Decides, message by message, what may be shown now."""

    def __init__(self, wish: Callable[[], str], locked: Locked = not_locked) -> None:
        self._wish = wish
        self._locked = locked

    async def apply(self, message: Message) -> Message | None:
        """Hand the message back as it may be shown; `None`: not at all."""
        return discreet(message) if await self._is_on() else message

    async def _is_on(self) -> bool:
        wish = self._wish()
        return wish == "always" or (wish == "auto" and await self._locked())


def discreet(message: Message) -> Message | None:
    """Leave nothing but that there is something; what needs nobody is not shown at all."""
    if message.severity is Severity.INFO:
        return None
    offer = Offer("Open rtms-tray", message.opens)
    return replace(message, title=TITLE, text="", offers=(offer,), discreet=True, state=None)
