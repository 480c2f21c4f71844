"""The icon in the tray, whether the desktop has one, has none, gets one later or loses it."""

import os
import sys
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from rtms_tray.desktop.icons import IconStyle, icon_for
from rtms_tray.desktop.wording import tooltip_text
from rtms_tray.presentation.view_model import Overview

_DEBOUNCE_MS: Final = 150  # a double click is one wish
_RECHECK_MS: Final = 3_000
# Qt tells nobody that a tray went. Slow, because a look asks the message bus; soon enough, because
# without a tray nothing but this look opens the window.
_RELOOK_MS: Final = 10_000
_PATIENCE_MS: Final = 10_000  # a tray that only restarts is back by then
_ICONS_WINDOW: Final = "QSystemTrayIconSysWindow"
"""Qt's name for the window of an icon that does not go over the message bus."""
_OPENS: Final = {
    QSystemTrayIcon.ActivationReason.Trigger,
    QSystemTrayIcon.ActivationReason.DoubleClick,
}


def why_no_tray() -> str:
    """Say why the desktop shows no tray icon, and what to do about it."""
    if "GNOME" in os.environ.get("XDG_CURRENT_DESKTOP", "").upper():
        return (
            "GNOME shows tray icons only with the extension “AppIndicator and KStatusNotifierItem "
            "Support”. Install it, or use this window: closing it only minimises it, and Quit is in "
            "its menu."
        )
    return (
        "This desktop shows no tray icons. This window does everything: closing it only minimises "
        "it, and Quit is in its menu."
    )


def is_on_bus(icon: QSystemTrayIcon) -> bool:
    """Say whether an icon goes over the message bus (StatusNotifierItem).

    There Qt passes a message's icon off as the item's "attention icon": the panel would show that, and no
    newer state, for as long as the message stays. Only icons with a window of their own know their place.
    """
    return sys.platform.startswith("linux") and icon.geometry().isEmpty()


def is_dropped() -> bool:
    """Say whether a tray has thrown the icon's window out; tint2 does when drawing it fails once."""
    windows = QGuiApplication.allWindows()
    return any(one.objectName() == _ICONS_WINDOW and not one.isExposed() for one in windows)


class Tray(QObject):
    """Shows the overview as an icon; says when it was clicked, and when there is no tray."""

    clicked = Signal()
    message_clicked = Signal()
    missing = Signal(str)
    found = Signal()

    def __init__(
        self,
        menu: QMenu,
        available: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable,
        patience_ms: int | None = None,
        recheck_ms: int = _RECHECK_MS,
        relook_ms: int = _RELOOK_MS,
        on_bus: Callable[[QSystemTrayIcon], bool] = is_on_bus,
        dropped: Callable[[], bool] = is_dropped,
    ) -> None:
        super().__init__()
        self._on_bus = on_bus
        self._dropped = dropped
        self._menu = menu
        self._available = available
        self._said_missing = False
        self._there = True
        self._click = QTimer(self, singleShot=True, interval=_DEBOUNCE_MS)
        self._click.timeout.connect(self._look)  # who clicks must not read that there is no tray
        self._click.timeout.connect(self.clicked)
        self._message_click = QTimer(self, singleShot=True, interval=0)
        self._message_click.timeout.connect(self.message_clicked)
        self._look_every_ms = {True: relook_ms, False: recheck_ms}
        self._next_look = QTimer(self, interval=relook_ms)
        self._next_look.timeout.connect(self._look)
        if patience_ms is None:
            hopeless = QGuiApplication.platformName() in {"offscreen", "minimal"}
            patience_ms = 0 if hopeless else _PATIENCE_MS
        self._patience = QTimer(self, singleShot=True, interval=patience_ms)
        self._patience.timeout.connect(self._give_up)
        self.icon = self._new_icon()

    def show(self, overview: Overview, style: IconStyle) -> None:
        """Draw the overview; the first time, put the icon into the tray."""
        self.icon.setIcon(
            icon_for(overview.overall, not overview.verified, overview.attention, style)
        )
        self.icon.setToolTip(tooltip_text(overview.tooltip))
        if not self.icon.isVisible():
            self.icon.show()
            self._look_for_tray()
            self._next_look.start(self._look_every_ms[False])  # is it where it was put?

    def present(self) -> bool:
        """Say whether there is a tray that shows the icon."""
        return self._available()

    def message(self, title: str, text: str, stays_ms: int) -> bool:
        """Show a message beside the icon; false where this desktop cannot."""
        if not (self._available() and QSystemTrayIcon.supportsMessages()) or self._on_bus(
            self.icon
        ):
            return False
        self.icon.showMessage(title, text, self.icon.icon(), stays_ms)
        return True

    def close(self) -> None:
        """Take the icon out of the tray."""
        for timer in (self._click, self._message_click, self._next_look, self._patience):
            timer.stop()
        self.icon.hide()

    def _new_icon(self) -> QSystemTrayIcon:
        icon = QSystemTrayIcon(self)
        icon.setObjectName("rtms-tray")
        icon.setContextMenu(self._menu)
        icon.activated.connect(self._activated)
        icon.messageClicked.connect(self._message_click.start)
        return icon

    def _look(self) -> None:
        if self._menu.isVisible():
            return  # moving the icon would close its menu; the next look comes soon
        before = self._there
        self._look_for_tray()
        dropped = before and self._there and self._dropped()
        if dropped:
            self._move_in()
        self._next_look.setInterval(self._look_every_ms[self._there and not dropped])

    def _look_for_tray(self) -> None:
        before, self._there = self._there, self._available()
        if self._there != before:
            self._come_back() if self._there else self._patience.start()

    def _come_back(self) -> None:
        self._patience.stop()
        self._move_in()
        if self._said_missing:
            self._said_missing = False
            self.found.emit()

    def _move_in(self) -> None:
        # An icon made before the tray speaks the wrong protocol: Qt chooses when it is made.
        old, self.icon = self.icon, self._new_icon()
        self.icon.setIcon(old.icon())
        self.icon.setToolTip(old.toolTip())
        old.hide()
        old.deleteLater()
        self.icon.show()

    def _give_up(self) -> None:
        if not self._available():
            self._said_missing = True
            self.missing.emit(why_no_tray())

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        # On X11 any click on the icon counts as a click on its message first, and opening the menu
        # must not send a request.
        self._message_click.stop()
        if reason in _OPENS:
            self._click.start()
