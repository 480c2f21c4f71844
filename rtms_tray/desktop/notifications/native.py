"""The notification channel of this system, loaded when it is first needed: its libraries are slow to load."""

import asyncio
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from rtms_tray.desktop.notifications.message import Channel, Message, PictureOf, Topic, no_picture
from rtms_tray.desktop.notifications.sender import never_locked
from rtms_tray.support.command_types import Command

log = logging.getLogger(__name__)

_LIMIT_S: Final = 4.0  # whatever the system's libraries do, the next channel is tried after this


class NativeBackend(Channel, Protocol):
    """A channel that can be prepared."""

    async def prepare(self) -> None:
        """Connect, so that the first message is on the screen at once."""
        ...


class ScreenLock(Protocol):
    """Knows whether the screen is locked."""

    async def is_on(self) -> bool:
        """Whether it is locked."""
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...


Load = Callable[[], tuple[NativeBackend, ScreenLock | None]]


class NativeChannel:
    """The system's own notifications, and its screen lock where that can be known.

    Whatever goes wrong in the system's libraries, this channel only fails to deliver.
    """

    def __init__(self, load: Load, *, limit_s: float = _LIMIT_S) -> None:
        self._load = load
        self._limit_s = limit_s
        self._loaded: tuple[NativeBackend, ScreenLock | None] | None = None

    async def deliver(self, message: Message) -> bool:
        """Show the message; False where the system shows none."""
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._backend().deliver(message)
        except TimeoutError:
            log.info("The native notification did not come in time.")
            return False
        except Exception:  # a border: the system's libraries raise whatever they like
            log.exception("The native notification failed.")
            return False

    async def withdraw(self, topic: Topic) -> None:
        """Take the message on this topic away."""
        if self._loaded is not None:
            await self._backend().withdraw(topic)

    async def prepare(self) -> None:
        """Load and connect what is needed before the first message."""
        try:
            await self._backend().prepare()
        except Exception as error:  # noqa: BLE001 - a border, as in deliver, which will say more
            log.info("No native notifications: %r.", error)

    async def is_locked(self) -> bool:
        """Whether the screen is locked; no where that cannot be known."""
        _, screen_lock = self._loaded or (None, None)
        return await (screen_lock.is_on() if screen_lock else never_locked())

    async def close(self) -> None:
        """Take everything away, and close every connection."""
        if self._loaded is not None:
            parts = [part for part in self._loaded if part is not None]
            await asyncio.gather(*(part.close() for part in parts))

    def _backend(self) -> NativeBackend:
        if self._loaded is None:
            self._loaded = self._load()
        return self._loaded[0]


def loader(
    send: Callable[[Command], None],
    lost: Callable[[Topic], None],
    icon: Path,
    picture_of: PictureOf = no_picture,
    platform: str = sys.platform,
) -> Load:
    """Choose by the system: D-Bus, or the library desktop-notifier."""

    def over_dbus() -> tuple[NativeBackend, ScreenLock | None]:
        from rtms_tray.desktop.notifications import freedesktop  # noqa: PLC0415 - see above

        backend = freedesktop.FreedesktopNotifications(send, lost, icon, picture_of=picture_of)
        return backend, freedesktop.LockScreen()

    def by_toolkit() -> tuple[NativeBackend, ScreenLock | None]:
        from rtms_tray.desktop.notifications import toolkit  # noqa: PLC0415 - see above

        return toolkit.ToolkitNotifications(send, icon), None

    return by_toolkit if platform in {"darwin", "win32"} else over_dbus
