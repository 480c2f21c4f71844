"""The tray icon, and messages beside it: a desktop may have a tray, get one later, lose it, or have none.

Run as a program (`-m rtms_tray.desktop.tray`) it prints what Qt finds out about the desktop, for the doctor.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QRect, QSize, QTimer, Signal, qVersion
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from rtms_tray.desktop.first_icon import NAME, OPENS, FirstIcon
from rtms_tray.desktop.icons import IconStyle, icon_for
from rtms_tray.desktop.notifications import Message, Topic
from rtms_tray.desktop.plain_text import tooltip_text
from rtms_tray.desktop.tray_watch import TrayWatch
from rtms_tray.desktop.window_geometry import knows_positions
from rtms_tray.presentation.view_model import IconView, Overview
from rtms_tray.support.command_types import Command
from rtms_tray.support.texts import text

_DEBOUNCE_MS: Final = 150  # a double click is one click
_CHECK_ABSENT_MS: Final = 3_000
# Where nobody tells that a tray has gone: rarely, because each check calls over D-Bus; often enough, because without
# a tray only this check opens the window.
_CHECK_PRESENT_MS: Final = 10_000
_LOOKS: Final = 3  # that must be right in a row where the system then tells of any change
_PATIENCE_MS: Final = 10_000  # a tray that only restarts is back by then
_LONGEST_MESSAGE_MS: Final = 60_000  # a message beside the icon cannot stay for ever
_ICONS_WINDOW: Final = "QSystemTrayIconSysWindow"
"""Qt's name for the window of an icon that is not shown over D-Bus."""


def why_no_tray() -> str:
    """Say why the desktop shows no tray icon, and what to do about it."""
    if "GNOME" in os.environ.get("XDG_CURRENT_DESKTOP", "").upper():
        return text("tray.missing_on_gnome")
    return text("tray.missing")


def is_on_bus(icon: QSystemTrayIcon) -> bool:
    """Whether an icon is shown over D-Bus (StatusNotifierItem): only one with a window knows its position.

    There Qt passes a message's icon off as the item's "attention icon": the panel would show that, and no newer
    state, for as long as the message stays.
    """
    return sys.platform.startswith("linux") and icon.geometry().isEmpty()


def is_dropped() -> bool:
    """Whether a tray has dropped the icon's window; tint2 does when drawing it fails once."""
    windows = QGuiApplication.allWindows()
    return any(w.objectName() == _ICONS_WINDOW and not w.isExposed() for w in windows)


def place_of_click(icon: QSystemTrayIcon) -> QRect | None:
    """Say where an icon is that was just clicked; None where no window can be put beside it.

    Of an icon on the bus nobody knows the place, but on X11 the mouse is on it.
    """
    place = icon.geometry()
    if not place.isEmpty() and knows_positions():
        return place
    on_x11 = QGuiApplication.platformName() == "xcb"
    return QRect(QCursor.pos(), QSize(1, 1)) if on_x11 else None


class Tray(QObject):
    """Shows the overview as an icon; signals when it is clicked, and when there is no tray.

    Attributes:
        place: where the icon was clicked last; None where the system doesn't tell.
    """

    clicked = Signal()
    message_clicked = Signal()
    missing = Signal(str)
    found = Signal()

    def __init__(
        self,
        menu: QMenu,
        available: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable,
        patience_ms: int | None = None,
        check_ms: int | None = None,
        on_bus: Callable[[QSystemTrayIcon], bool] = is_on_bus,
        dropped: Callable[[], bool] = is_dropped,
        first: FirstIcon | None = None,
    ) -> None:
        super().__init__()
        self.place: QRect | None = None
        self._on_bus = on_bus
        self._dropped = dropped
        self._menu = menu
        self._available = available
        self._reported_missing = self._shown = False
        self._watch: TrayWatch | None = None
        self._looks = 0
        self._present = first is None or first.had_tray
        self._click = QTimer(self, singleShot=True, interval=_DEBOUNCE_MS)
        self._click.timeout.connect(
            self._check
        )  # first: the window must not say that there is no tray
        self._click.timeout.connect(self.clicked)
        self._message_click = QTimer(self, singleShot=True, interval=0)
        self._message_click.timeout.connect(self.message_clicked)
        self._check_every_ms = {
            True: check_ms or _CHECK_PRESENT_MS,
            False: check_ms or _CHECK_ABSENT_MS,
        }
        self._next_check = QTimer(self, interval=self._check_every_ms[True])
        self._next_check.timeout.connect(self._check)
        if patience_ms is None:
            in_memory = QGuiApplication.platformName() in {"offscreen", "minimal"}
            patience_ms = 0 if in_memory else _PATIENCE_MS
        self._patience = QTimer(self, singleShot=True, interval=patience_ms)
        self._patience.timeout.connect(self._give_up)
        self.icon = self._set_up(first.hand_over() if first else QSystemTrayIcon(self))
        if not self._present:
            self._patience.start()

    def draw(self, view: IconView, style: IconStyle) -> None:
        """Draw the icon alone."""
        icon = icon_for(view.overall, not view.verified, view.attention, style)
        if icon.cacheKey() != self.icon.icon().cacheKey():  # the panel would draw it again
            self.icon.setIcon(icon)

    def show(self, overview: Overview, style: IconStyle) -> None:
        """Show the overview; the first time, put the icon into the tray."""
        self.draw(overview.icon, style)
        self.icon.setToolTip(tooltip_text(overview.tooltip))
        if not self._shown:
            self._shown = True
            self.icon.show()
            self._follow_tray()
            self._next_check.start(self._check_every_ms[False])  # is it where it was put?

    def follow(self, watch: TrayWatch) -> None:
        """Look for the tray only when it may have changed, as far as this watch tells."""
        self._watch = watch
        watch.changed.connect(self._look_anew)

    def is_available(self) -> bool:
        """Whether there is a tray that shows the icon."""
        return self._available()

    def show_message(self, title: str, body: str, shown_ms: int) -> bool:
        """Show a message beside the icon; False where this desktop cannot."""
        possible = self._available() and QSystemTrayIcon.supportsMessages()
        if not possible or self._on_bus(self.icon):
            return False
        self.icon.showMessage(title, body, self.icon.icon(), shown_ms)
        return True

    def close(self) -> None:
        """Take the icon out of the tray."""
        for timer in (self._click, self._message_click, self._next_check, self._patience):
            timer.stop()
        self.icon.hide()

    def _set_up(self, icon: QSystemTrayIcon) -> QSystemTrayIcon:
        icon.setObjectName(NAME)
        icon.setContextMenu(self._menu)
        icon.activated.connect(self._activated)
        icon.messageClicked.connect(self._message_click.start)
        return icon

    def _check(self) -> None:
        if self._menu.isVisible():
            return  # replacing the icon would close its menu; the next check comes soon
        before = self._present
        self._follow_tray()
        dropped = before and self._present and self._dropped()
        if dropped:
            self._replace_icon()
        right = self._present and not dropped
        told = self._watch is not None and self._watch.tells(on_bus=self._on_bus(self.icon))
        self._looks = self._looks + 1 if right else 0
        if told and self._looks >= _LOOKS:
            self._next_check.stop()
        else:
            self._next_check.setInterval(self._check_every_ms[right and not told])

    def _look_anew(self) -> None:
        """The tray came or went: look now, and a few times more, because it takes a while to be ready."""
        self._looks = 0
        self._next_check.start(self._check_every_ms[False])
        self._check()

    def _follow_tray(self) -> None:
        before, self._present = self._present, self._available()
        if self._present != before:
            self._return() if self._present else self._patience.start()

    def _return(self) -> None:
        self._patience.stop()
        self._replace_icon()
        if self._reported_missing:
            self._reported_missing = False
            self.found.emit()

    def _replace_icon(self) -> None:
        # An icon made before the tray was there speaks the wrong protocol: Qt chooses when it is made.
        old, self.icon = self.icon, self._set_up(QSystemTrayIcon(self))
        self.icon.setIcon(old.icon())
        self.icon.setToolTip(old.toolTip())
        old.hide()
        old.deleteLater()
        self.icon.show()

    def _give_up(self) -> None:
        if not self._available():
            self._reported_missing = True
            self.missing.emit(why_no_tray())

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        # On X11 Qt takes any click on the icon for a click on its message first; opening the menu must not send
        # a request.
        self._message_click.stop()
        if reason in OPENS:
            self.place = place_of_click(self.icon)
            self._click.start()


class TrayChannel:
    """Messages beside the tray icon: one click and no buttons, so the title says what the click does."""

    def __init__(self, tray: Tray, send: Callable[[Command], None]) -> None:
        self._tray = tray
        self._send = send
        self._last: Message | None = None
        tray.message_clicked.connect(self._click)

    async def deliver(self, message: Message) -> bool:
        """Show it where the desktop has a tray that shows messages."""
        title = text("notifications.click_title", title=message.title, action=message.obvious.label)
        shown_ms = message.shown_ms or _LONGEST_MESSAGE_MS
        shown = self._tray.show_message(title, message.text, shown_ms)
        if shown:
            self._last = message
        return shown

    async def withdraw(self, topic: Topic) -> None:
        """Make a click on it do nothing; Qt cannot take the message itself away."""
        if self._last is not None and self._last.topic == topic:
            self._last = None

    async def close(self) -> None:
        """Make no click do anything any more."""
        self._tray.message_clicked.disconnect(self._click)

    def _click(self) -> None:
        self._send(self._last.obvious.command if self._last else Command("show"))


# --- What the doctor runs: Qt ends a process that it cannot serve, so this is one of its own. ---


def main() -> None:
    """Print one line of JSON: the platform, Qt's version, and whether there is a tray."""
    app = QApplication(sys.argv[:1])
    tray = QSystemTrayIcon.isSystemTrayAvailable()
    report = {
        "platform": app.platformName(),
        "version": qVersion(),
        "tray": tray,
        "why_no_tray": "" if tray else why_no_tray(),
    }
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
