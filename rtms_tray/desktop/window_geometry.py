"""Puts a window where it was, where the platform allows, and never off the screen."""

from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from rtms_tray.store.state import Place, Places

_OF_THE_SCREEN: Final = 0.96
_USUAL_LINE: Final = 17
"""How high a line is where letters have the usual size, in pixels."""
_TITLE: Final = QSize(120, 30)
"""As much of a window's top must be on a screen for it to be moved by hand."""


class WindowPlace:
    """Keeps one window's size and position under a name."""

    def __init__(self, window: QWidget, name: str, usual: QSize, places: Places | None) -> None:
        self._window, self._name, self._usual = window, name, usual
        self._places = places
        self._restored = False

    def restore(self) -> None:
        """Give the window its size, and its position where that is on a screen; once."""
        if self._restored:
            return
        self._restored = True
        place = self._places.get(self._name) if self._places else None
        if not self._window.testAttribute(Qt.WidgetAttribute.WA_Resized):
            size = (
                QSize(place.width, place.height)
                if place
                else for_its_letters(self._window, self._usual)
            )
            screen = self._window.screen().availableSize() * _OF_THE_SCREEN
            self._window.resize(size.boundedTo(screen).expandedTo(self._window.minimumSize()))
        if place is not None and place.x is not None and place.y is not None:
            where = QPoint(place.x, place.y)
            if knows_positions() and _is_on_a_screen(where):
                self._window.move(where)

    def keep(self) -> None:
        """Remember the window as it is; not while it fills the screen or is put away."""
        window = self._window
        if self._places is None or not self._restored:
            return
        if window.isMaximized() or window.isFullScreen() or window.isMinimized():
            return
        where = window.pos() if knows_positions() else None
        x, y = (where.x(), where.y()) if where is not None else (None, None)
        self._places.put(self._name, Place(window.width(), window.height(), x, y))


def for_its_letters(window: QWidget, size: QSize) -> QSize:
    """Enlarge a window's usual size as its letters are larger than usual."""
    return size * max(window.fontMetrics().height() / _USUAL_LINE, 1.0)


def knows_positions() -> bool:
    """Say whether windows may know and choose where they are: not under Wayland."""
    return not QGuiApplication.platformName().startswith("wayland")


def _is_on_a_screen(where: QPoint) -> bool:
    title = QRect(where, _TITLE)
    return any(screen.availableGeometry().contains(title) for screen in QGuiApplication.screens())
