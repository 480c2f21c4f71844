"""Hears that the desktop's tray comes or goes, where the system tells: then nobody has to look again and again.

Each look of Qt opens a connection to the message bus and wakes the processor ten times.
"""

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtDBus import QDBusConnection, QDBusServiceWatcher

_SERVICE = "org.kde.StatusNotifierWatcher"
"""Where icons are registered, on every desktop that shows them over the bus."""


class TrayWatch(QObject):
    """Signals that another program, or none, now keeps the tray's icons."""

    changed = Signal()

    def __init__(self, platform: str = sys.platform) -> None:
        super().__init__()
        self._on_linux = platform.startswith("linux")
        if self._on_linux:
            bus = QDBusConnection.sessionBus()
            self._has_bus = bus.isConnected()
            mode = QDBusServiceWatcher.WatchModeFlag.WatchForOwnerChange
            self._watcher = QDBusServiceWatcher(_SERVICE, bus, mode, self)
            self._watcher.serviceOwnerChanged.connect(self.changed)

    def tells(self, *, on_bus: bool) -> bool:
        """Whether it would tell; on Linux only of icons on the bus, elsewhere Qt keeps the icon in place."""
        return self._has_bus and on_bus if self._on_linux else True
