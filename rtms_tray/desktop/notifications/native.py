"""The way that this system has, loaded when it is first needed: its libraries are slow to load."""

import asyncio
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from rtms_tray.desktop.notifications.discreet_mode import Locked, not_locked
from rtms_tray.desktop.notifications.message import Channel, Message, Paint, Topic, no_picture
from rtms_tray.support.command_types import Command

log = logging.getLogger(__name__)

_LIMIT_S: Final = 4.0  # whatever the system's libraries do, the next way is tried after this
Act = Callable[[Command], None]
Again = Callable[[Topic], None]


class NativeBackend(Channel, Protocol):
    """A way that likes to be made ready."""

    async def warm_up(self) -> None:
        """Get ready, so that the first message is on the screen at once."""
        ...


class LockScreen(Protocol):
    """Tells whether the screen is locked."""

    async def is_on(self) -> bool:
        """Say whether it is."""
        ...

    async def close(self) -> None:
        """Let go of it."""
        ...


Load = Callable[[], tuple[NativeBackend, LockScreen | None]]


class NativeChannel:
    """Native notifications, and the lock screen where it can be known."""

    def __init__(self, load: Load, *, limit_s: float = _LIMIT_S) -> None:
        self._load = load
        self._limit_s = limit_s
        self._loaded: tuple[NativeBackend, LockScreen | None] | None = None

    async def deliver(self, message: Message) -> bool:
        """Show the message; false where the system shows none."""
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._way().deliver(message)
        except TimeoutError:
            log.info("The native notification did not come in time.")
            return False
        except Exception:  # a border: the system's libraries raise whatever they like
            log.exception("The native notification failed.")
            return False

    async def withdraw(self, topic: Topic) -> None:
        """Take the message on this topic away."""
        if self._loaded is not None:
            await self._way().withdraw(topic)

    async def warm_up(self) -> None:
        """Load and connect what is needed, before there is anything to tell."""
        try:
            await self._way().warm_up()
        except Exception as error:  # noqa: BLE001 - a border, as in deliver, which will say more
            log.info("No native notifications: %r.", error)

    async def locked(self) -> bool:
        """Say whether the screen is locked; no where that cannot be known."""
        _, lock_screen = self._loaded or (None, None)
        ask: Locked = lock_screen.is_on if lock_screen else not_locked
        return await ask()

    async def close(self) -> None:
        """Take everything away, and close every connection."""
        if self._loaded is not None:
            parts = [part for part in self._loaded if part is not None]
            await asyncio.gather(*(part.close() for part in parts))

    def _way(self) -> NativeBackend:
        if self._loaded is None:
            self._loaded = self._load()
        return self._loaded[0]


def loader(
    act: Act,
    again: Again,
    icon: Path,
    picture: Paint = no_picture,
    platform: str = sys.platform,
) -> Load:
    """Choose by the system: the message bus, or the library desktop-notifier."""

    def by_bus() -> tuple[NativeBackend, LockScreen | None]:
        from rtms_tray.desktop.notifications import freedesktop, lock_screen  # noqa: PLC0415 - see above

        way = freedesktop.FreedesktopNotifications(act, again, icon, picture=picture)
        return way, lock_screen.LockScreen()

    def by_toolkit() -> tuple[NativeBackend, LockScreen | None]:
        from rtms_tray.desktop.notifications import toolkit  # noqa: PLC0415 - see above

        return toolkit.ToolkitNotifications(act, icon), None

    return by_toolkit if platform in {"darwin", "win32"} else by_bus
