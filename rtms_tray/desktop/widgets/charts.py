"""Charts whose parts can be read as words, and how kinds of time are painted in them."""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QEvent, QLineF, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from rtms_tray.capture.timeline import SpanKind
from rtms_tray.desktop.plain_text import tooltip_text
from rtms_tray.desktop.theme import DARK, Theme
from rtms_tray.desktop.widgets.controls import SMALL
from rtms_tray.support.frozen import Frozen


class AccessibleChart(QWidget):
    """A chart whose parts show their words under the mouse and by the arrow keys; subclasses draw it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.chosen: int | None = None
        self.setLayoutDirection(
            Qt.LayoutDirection.LeftToRight
        )  # as time runs, in mirrored windows too
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * SMALL)
        self.setFont(font)

    # --- what subclasses provide --------------------------------------------------------------

    def count(self) -> int:
        """Count the parts."""
        raise NotImplementedError

    def area(self, place: int) -> QRectF:
        """Return the area of a part."""
        raise NotImplementedError

    def words(self, place: int) -> str:
        """Describe a part."""
        raise NotImplementedError

    # --- what they inherit --------------------------------------------------------------------

    @property
    def chosen_words(self) -> str:
        """The chosen part in words; empty while none is chosen."""
        return "" if self.chosen is None else self.words(self.chosen)

    def describe(self, words: str) -> None:
        """Tell screen readers."""
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
            event = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
            QAccessible.updateAccessibility(event)

    def choose(self, place: int | None, where: QPoint | None = None) -> None:
        """Choose a part, and show its words at `where` or below it."""
        self.chosen = place
        if place is None:
            QToolTip.hideText()
        else:
            area = self.area(place).toAlignedRect()
            spot = where or self.mapToGlobal(area.center() + QPoint(0, area.height() // 2))
            QToolTip.showText(spot, tooltip_text(self.chosen_words), self, area)
            self.describe(self.chosen_words)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Choose nothing any more when the mouse leaves."""
        if not self.hasFocus():
            self.choose(None)
        super().leaveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Choose the part under the mouse."""
        x = event.position().x()
        here = (n for n in range(self.count()) if self.area(n).left() <= x < self.area(n).right())
        place = next(here, None)
        if place is not None:
            self.choose(place, event.globalPosition().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Go from part to part."""
        last, here = self.count() - 1, self.chosen
        steps = {
            Qt.Key.Key_Left: last if here is None else max(here - 1, 0),
            Qt.Key.Key_Right: 0 if here is None else min(here + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        place = steps.get(Qt.Key(event.key()))
        if place is None or last < 0:
            super().keyPressEvent(event)
        else:
            self.choose(place)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Choose nothing any more without the focus."""
        self.choose(None)
        super().focusOutEvent(event)


# --- Paint for kinds of time: whoever cannot tell the colours apart sees the pattern. ---


class Paints(Frozen):
    """Ground and pattern of each kind of time, in one theme; `quiet` is the ground that alarms nobody."""

    grounds: Mapping[SpanKind, str]
    pattern: str
    quiet: str


_LIGHT: Final = Paints(
    {
        SpanKind.CAPTURED: "#1a7f4b",
        SpanKind.PAUSED: "#b45f06",
        SpanKind.LOST: "#b3261e",
        SpanKind.UNKNOWN: "#7a8394",
    },
    "#ffffff",
    "#9aa3b2",
)
_DARK: Final = Paints(
    {
        SpanKind.CAPTURED: "#2fae6b",
        SpanKind.PAUSED: "#d08322",
        SpanKind.LOST: "#e0483e",
        SpanKind.UNKNOWN: "#7c8699",
    },
    "#15181e",
    "#6d7789",
)
_STEP: Final = 12.0
_PEN: Final = 2.6
_DOT: Final = 1.5


def paints(theme: Theme) -> Paints:
    """Choose the paints that go with a theme."""
    return _DARK if theme.card == DARK.card else _LIGHT


def paint_span(
    painter: QPainter, area: QRectF, kind: SpanKind, colours: Paints, *, quiet: bool = False
) -> None:
    """Fill an area as a kind of time, `quiet` in grey; the patterns of neighbours continue each other."""
    painter.save()
    painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
    painter.fillRect(area, QColor(colours.quiet if quiet else colours.grounds[kind]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colours.pattern), _PEN))
    painter.setBrush(QColor(colours.pattern))
    if kind in _PATTERNS:
        _PATTERNS[kind](painter, area)
    painter.restore()


def _hatch(painter: QPainter, area: QRectF) -> None:
    height = area.height()
    at = area.left() - height - (area.left() % _STEP)
    while at < area.right():
        painter.drawLine(QLineF(at, area.bottom(), at + height, area.top()))
        at += _STEP


def _bars(painter: QPainter, area: QRectF) -> None:
    at = area.left() - area.left() % (_STEP * 0.75) + _STEP * 0.375
    while at < area.right() + _STEP:
        painter.drawLine(QLineF(at, area.top(), at, area.bottom()))
        at += _STEP * 0.75


def _dots(painter: QPainter, area: QRectF) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    step = _STEP * 0.65
    rows = max(int(area.height() // step), 1)
    top = area.top() + (area.height() - (rows - 1) * step) / 2
    for row in range(rows):
        at = area.left() - area.left() % step + step / 2 * (1 + row % 2)
        while at < area.right() + step:
            painter.drawEllipse(QPointF(at, top + row * step), _DOT, _DOT)
            at += step


_PATTERNS: Final[Mapping[SpanKind, Callable[[QPainter, QRectF], None]]] = {
    SpanKind.PAUSED: _bars,
    SpanKind.LOST: _hatch,
    SpanKind.UNKNOWN: _dots,
}


class Swatch(QWidget):
    """A sample of a kind of time, for tables and legends."""

    def __init__(self, kind: SpanKind, theme: Theme, *, quiet: bool = False) -> None:
        super().__init__()
        self._kind, self._colours, self._quiet = kind, paints(theme), quiet
        self.setFixedSize(QSize(26, 14))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw it."""
        painter = QPainter(self)
        paint_span(painter, QRectF(self.rect()), self._kind, self._colours, quiet=self._quiet)
        painter.end()
