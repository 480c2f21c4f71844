"""The demo as it is, but that a test can see its windows, and need not wait so long.

`python -m tests.helpers.watched_demo SOCKET COLOUR [SCENARIO]`: whoever connects to the socket is told every visible
widget, with its words and its place on the screen. Only looking is done this way: clicks are the mouse's.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPalette
from PySide6.QtNetwork import QLocalServer
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QListWidget,
    QTabBar,
    QWidget,
)

import rtms_tray.app
from rtms_tray.demo import demo_environment, host_panel
from rtms_tray.desktop.widgets import buttons

Seen = tuple[str, str, list[int], bool]


class WatchedApplication(QApplication):
    """Answers on a socket with what is seen; its palette makes the desktop light or dark."""

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments[:1])
        self.setPalette(QPalette(QColor(sys.argv[2])))
        self._server = QLocalServer(self)
        assert self._server.listen(sys.argv[1]), self._server.errorString()
        self._server.newConnection.connect(self._answer)

    def _answer(self) -> None:
        connection = self._server.nextPendingConnection()
        connection.write(json.dumps(look()).encode())
        connection.flush()
        connection.disconnectFromServer()
        connection.disconnected.connect(connection.deleteLater)


def look() -> list[dict[str, Any]]:
    """List the windows that are shown, with their parts."""
    windows = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
    return [
        {
            "title": window.windowTitle(),
            "frame": pixels(window, window.frameGeometry()),
            "parts": list(parts_of(window)),
        }
        for window in windows
        if window.windowTitle()
    ]


def pixels(widget: QWidget, rect: QRect) -> list[int]:
    """Say where a rectangle is, in the screen's own pixels."""
    scale = widget.devicePixelRatioF()
    return [round(n * scale) for n in (rect.x(), rect.y(), rect.width(), rect.height())]


def on_screen(widget: QWidget, rect: QRect) -> list[int]:
    """Say where a part of a widget is, in the screen's own pixels."""
    return pixels(widget, QRect(widget.mapToGlobal(rect.topLeft()), rect.size()))


def parts_of(window: QWidget) -> Iterator[Seen]:
    """List what can be seen of a window's widgets."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        match widget:
            case QAbstractButton() | QLabel() | QLineEdit():
                rect = widget.visibleRegion().boundingRect()
                if not rect.isEmpty():
                    yield (
                        type(widget).__name__,
                        widget.text(),
                        on_screen(widget, rect),
                        widget.isEnabled(),
                    )
            case QTabBar():
                for at in range(widget.count()):
                    yield "tab", widget.tabText(at), on_screen(widget, widget.tabRect(at)), True
            case QListWidget():
                yield from entries_of(widget)


def entries_of(listing: QListWidget) -> Iterator[Seen]:
    """List the entries of a list; those that are in sight as a whole can be clicked."""
    view = listing.viewport()
    for at in range(listing.count()):
        rect = listing.visualItemRect(listing.item(at))
        in_sight = view.rect().contains(rect)
        yield "entry", listing.item(at).text(), on_screen(view, rect), in_sight


if __name__ == "__main__":
    vars(rtms_tray.app)["QApplication"] = WatchedApplication
    vars(demo_environment)["_NO_ANSWER_AFTER_S"] = 3
    vars(host_panel)["_REFRESH_EVERY_MS"] = 100
    vars(buttons)["UNREAD_S"] = 0.0  # a test has read at once what has changed
    sys.exit(rtms_tray.app.demo(next(iter(sys.argv[3:]), None), verbose=False))
