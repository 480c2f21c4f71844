"""Restores a window's size and position, where the platform allows, and never off the screen."""

from typing import Final, Protocol, TypeAlias

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

Geometry: TypeAlias = tuple[int, int, int | None, int | None]
"""Width, height, x and y in pixels; no position where the platform gives none."""

_OF_THE_SCREEN: Final = 0.96
_USUAL_LINE: Final = 17
"""The height of a line in a font of the usual size, in pixels."""
_GAP: Final = 6
"""Pixels between a window and the icon that it stands at, or the edge of the screen."""
_BY_HAND: Final = 80
"""Pixels that no window manager moves a window by."""
_TITLE: Final = QSize(120, 30)
"""As much of a window's top must be on a screen for it to be moved by hand."""


class GeometryStore(Protocol):
    """Remembers windows' geometries between runs."""

    def get(self, name: str) -> Geometry | None:
        """Return a window's last geometry."""
        ...

    def put(self, name: str, geometry: Geometry) -> None:
        """Remember a window's geometry."""
        ...


class GeometryKeeper:
    """Restores and saves one window's geometry under a name; without a store, only for this run."""

    def __init__(
        self, window: QWidget, name: str, usual: QSize, store: GeometryStore | None
    ) -> None:
        self._window, self._name, self._usual = window, name, usual
        self._store = store
        self._restored = False
        self._near: QRect | None = None
        self._stands = QPoint()

    def restore(self) -> None:
        """Give the window its size, and its position where that is on a screen; once."""
        if self._restored:
            return
        self._restored = True
        known = self._store.get(self._name) if self._store else None
        if not self._window.testAttribute(Qt.WidgetAttribute.WA_Resized):
            self._resize(QSize(*known[:2]) if known else scaled_to_font(self._window, self._usual))
        if known is not None and knows_positions():
            self._move(*known[2:])

    def _resize(self, size: QSize) -> None:
        screen = self._window.screen().availableSize() * _OF_THE_SCREEN
        self._window.resize(size.boundedTo(screen).expandedTo(self._window.minimumSize()))

    def _move(self, x: int | None, y: int | None) -> None:
        if x is not None and y is not None and _is_on_a_screen(QPoint(x, y)):
            self._window.move(x, y)

    def stand_near(self, icon: QRect) -> None:
        """Put the window beside the tray's icon, until it is closed or moved by hand."""
        self._near = icon
        self._stand()

    def follow_size(self) -> None:
        """Keep a window beside the icon there, after its size has changed."""
        away = (self._window.pos() - self._stands).manhattanLength()
        if self._near is not None and away < _BY_HAND:
            self._stand()

    def _stand(self) -> None:
        window, icon = self._window, self._near or QRect()
        frame = window.frameGeometry().size() - window.size()
        whole = window.size() + frame.expandedTo(QSize(0, _TITLE.height()))
        screen = QGuiApplication.screenAt(icon.center()) or window.screen()
        self._stands = beside(icon, whole, screen.availableGeometry())
        window.move(self._stands)

    def bring_on_screen(self) -> None:
        """Move the window up, where it has grown beyond the screen's lower edge."""
        screen = self._window.screen().availableGeometry()
        beyond = self._window.frameGeometry().bottom() - screen.bottom()
        if beyond > 0 and knows_positions():
            self._window.move(self._window.x(), max(self._window.y() - beyond, screen.top()))

    def save(self, size: QSize | None = None) -> None:
        """Remember the window as it is, or with another size, unless it fills the screen or is minimised."""
        window = self._window
        if self._store is None or not self._restored:
            return
        if window.isMaximized() or window.isFullScreen() or window.isMinimized():
            return
        size = size or window.size()
        self._store.put(self._name, (size.width(), size.height(), *self._place(self._store)))

    def _place(self, store: GeometryStore) -> tuple[int | None, int | None]:
        """Find the place to remember: beside the icon is none."""
        near, self._near = self._near, None
        if near is not None:
            known = store.get(self._name)
            return known[2:] if known else (None, None)
        return (self._window.x(), self._window.y()) if knows_positions() else (None, None)


def beside(icon: QRect, window: QSize, screen: QRect) -> QPoint:
    """Find the place for a window beside an icon: above or below it, all on the screen."""
    room = screen.adjusted(_GAP, _GAP, -_GAP, -_GAP)
    is_below = icon.center().y() < screen.center().y()
    y = icon.bottom() + _GAP if is_below else icon.top() - _GAP - window.height()
    x = icon.center().x() - window.width() // 2
    return QPoint(
        max(min(x, room.right() - window.width()), room.left()),
        max(min(y, room.bottom() - window.height()), room.top()),
    )


def scaled_to_font(window: QWidget, size: QSize) -> QSize:
    """Enlarge a window's usual size where its font is larger than usual."""
    return size * max(window.fontMetrics().height() / _USUAL_LINE, 1.0)


def knows_positions() -> bool:
    """Whether windows know and choose their position: not under Wayland."""
    return not QGuiApplication.platformName().startswith("wayland")


def _is_on_a_screen(position: QPoint) -> bool:
    title = QRect(position, _TITLE)
    return any(screen.availableGeometry().contains(title) for screen in QGuiApplication.screens())
