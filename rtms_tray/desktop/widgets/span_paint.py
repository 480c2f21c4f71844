"""Paints kinds of time by colour and by pattern: who cannot tell the colours apart sees the pattern."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from rtms_tray.capture.timeline import SpanKind
from rtms_tray.desktop.theme import DARK, Theme


@dataclass(frozen=True, slots=True)
class Paints:
    """Ground and pattern of every kind, in one theme."""

    grounds: Mapping[SpanKind, str]
    pattern: str


_LIGHT: Final = Paints(
    {
        SpanKind.CAPTURED: "#1a7f4b",
        SpanKind.PAUSED: "#b45f06",
        SpanKind.LOST: "#b3261e",
        SpanKind.UNKNOWN: "#7a8394",
    },
    "#ffffff",
)
_DARK: Final = Paints(
    {
        SpanKind.CAPTURED: "#2fae6b",
        SpanKind.PAUSED: "#d08322",
        SpanKind.LOST: "#e0483e",
        SpanKind.UNKNOWN: "#7c8699",
    },
    "#15181e",
)
_STEP: Final = 12.0
_PEN: Final = 2.6
_DOT: Final = 1.5


def paints(theme: Theme) -> Paints:
    """Choose the paints that go with a window's colours."""
    return _DARK if theme.card == DARK.card else _LIGHT


def paint_span(painter: QPainter, area: QRectF, kind: SpanKind, colours: Paints) -> None:
    """Fill an area as a kind of time; patterns of neighbours run on from the same origin."""
    painter.save()
    painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
    painter.fillRect(area, QColor(colours.grounds[kind]))
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

    def __init__(self, kind: SpanKind, theme: Theme) -> None:
        super().__init__()
        self._kind, self._colours = kind, paints(theme)
        self.setFixedSize(QSize(26, 14))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw it."""
        painter = QPainter(self)
        paint_span(painter, QRectF(self.rect()), self._kind, self._colours)
        painter.end()
