"""Hears from Windows that it is about to sleep, or has woken: it tells windows alone (WM_POWERBROADCAST)."""

import ctypes
import sys
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication

_POWER: Final = 0x0218
_SUSPEND: Final = 0x0004
_RESUMED: Final = frozenset({0x0006, 0x0007, 0x0012})  # critical, by the user, in any case


class WindowsMessage(ctypes.Structure):
    """The beginning of Windows' MSG."""

    _fields_ = (
        ("window", ctypes.c_void_p),
        ("message", ctypes.c_uint),
        ("word", ctypes.c_size_t),
    )


class PowerFilter(QAbstractNativeEventFilter):
    """Looks at every message that comes to this program's windows, and takes none away."""

    def __init__(self, about_to_sleep: Callable[[], None], awake: Callable[[], None]) -> None:
        super().__init__()
        self._about_to_sleep, self._awake = about_to_sleep, awake

    def nativeEventFilter(  # noqa: N802 - Qt's name
        self, kind: QByteArray | bytes | bytearray | memoryview, address: int
    ) -> tuple[bool, int]:
        """Pass on what is about power."""
        if QByteArray(kind).startsWith(b"windows_"):
            message = WindowsMessage.from_address(int(address))
            if message.message == _POWER:
                self._tell(message.word)
        return False, 0

    def _tell(self, what: int) -> None:
        if what == _SUSPEND:
            self._about_to_sleep()
        elif what in _RESUMED:
            self._awake()


def listen_to_windows(
    app: QCoreApplication,
    about_to_sleep: Callable[[], None],
    awake: Callable[[], None],
    platform: str = sys.platform,
) -> PowerFilter | None:
    """Begin to listen; keep what comes back. None on other systems, which have messages of other kinds."""
    if platform != "win32":
        return None
    power = PowerFilter(about_to_sleep, awake)
    app.installNativeEventFilter(power)
    return power
