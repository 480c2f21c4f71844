"""Tells whether the screen is locked, where the desktop says so on the message bus."""

import asyncio
from typing import Final

from rtms_tray.support.session_bus import Bus, BusError, Call

_ASK: Final = (
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),  # KDE Plasma, others
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
    ("org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver"),
    ("org.mate.ScreenSaver", "/org/mate/ScreenSaver"),
    ("org.xfce.ScreenSaver", "/org/xfce/ScreenSaver"),
)
"""Every desktop under its own name, all with the method `GetActive() → b`."""

_LIMIT_S: Final = 0.15  # a message about lost data does not wait for a screen saver


class LockScreen:
    """Asks whichever screen saver is there; nobody answering means not locked."""

    def __init__(self, *, address: str | None = None) -> None:
        self._bus = Bus(limit_s=_LIMIT_S, address=address)

    async def is_on(self) -> bool:
        """Say whether the lock screen or screen saver covers the screen."""
        return any(await asyncio.gather(*(self._ask(name, path) for name, path in _ASK)))

    async def _ask(self, name: str, path: str) -> bool:
        try:
            reply = await self._bus.call(Call(name, path, name, "GetActive", start=False))
        except BusError:
            return False
        return bool(reply.body and reply.body[0] is True)

    async def close(self) -> None:
        """Close the connection."""
        await self._bus.close()
