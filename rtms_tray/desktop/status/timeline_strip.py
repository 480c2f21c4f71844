"""The timeline strip: a meeting's time as one bar, each stretch with its kind and reason in words."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QPen,
)

from rtms_tray.desktop.theme import Theme, current_theme
from rtms_tray.desktop.widgets.charts import AccessibleChart, paint_span, paints
from rtms_tray.presentation.view_model import SpanView
from rtms_tray.presentation.wording import Times, before_first_stream, span_line, times_of
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text
from rtms_tray.support.units import Millis

_NARROWEST: Final = 4.0
"""Pixels: even a second must be visible, and clickable."""
_GAP: Final = 10.0
"""Pixels for time that does not count, however long it was."""
_RIM: Final = 3
"""Pixels below the bar for the frame of the chosen stretch."""
_TALLEST: Final = 24


class Piece(Frozen):
    """The place of a stretch in the bar, in pixels from its left."""

    span: SpanView
    left: float
    right: float


def pieces(spans: Sequence[SpanView], now: Millis, width: float) -> tuple[Piece, ...]:
    """Share a width among stretches by their length: none vanishes, and gaps take little."""
    spans = [span for span in spans if (span.end or now) > span.start]
    if not spans:
        return ()
    lengths = [float((now if span.end is None else span.end) - span.start) for span in spans]
    gaps = [_is_gap(before, after) for before, after in pairwise(spans)]
    room = max(width - _GAP * sum(gaps), _NARROWEST * len(spans))
    widths = _shared(lengths, room)
    placed, left = [], 0.0
    for span, wide, gap in zip(spans, widths, [*gaps, False], strict=True):
        placed.append(Piece(span, left, left + wide))
        left += wide + _GAP * gap
    return tuple(placed)


def _is_gap(before: SpanView, after: SpanView) -> bool:
    return before.end is not None and after.start > before.end


def _shared(lengths: Sequence[float], room: float) -> list[float]:
    """Give each its share of the room; a narrow one gets the minimum at the expense of the others."""
    narrow: set[int] = set()
    while True:
        left = room - _NARROWEST * len(narrow)
        wide = sum(length for place, length in enumerate(lengths) if place not in narrow)
        more = {
            place
            for place, length in enumerate(lengths)
            if place not in narrow and length * left < _NARROWEST * wide
        }
        if not more:
            return [
                _NARROWEST if place in narrow else length / wide * left
                for place, length in enumerate(lengths)
            ]
        narrow |= more


class TimelineStrip(AccessibleChart):
    """Draws stretches of time; the mouse and the arrow keys show each in words."""

    def __init__(self) -> None:
        super().__init__(text("status.timeline.name"))
        self._spans: tuple[SpanView, ...] = ()
        self._times = Times()
        self._pieces: tuple[Piece, ...] = ()
        self._now: Millis = 0
        self._theme = current_theme()
        self.hide()

    # --- what it shows ------------------------------------------------------------------------

    def show_spans(self, spans: tuple[SpanView, ...], theme: Theme, now: Millis) -> None:
        """Show these stretches; without any it takes no room."""
        if spans != self._spans:
            self._spans, self.chosen = spans, None
            if spans:
                self._times = times_of(spans[0].start, spans[-1].end or now)
        self._theme = theme
        self.setVisible(bool(spans))
        self.tick(now)
        self.update()

    def tick(self, now: Millis) -> None:
        """Let the current stretch grow; redrawn only when that is visible."""
        self._now = now
        if not self._spans:
            return
        before, self._pieces = self._pieces, self._placed()
        if self.chosen is None:
            self.describe("; ".join(map(self.words, range(self.count()))))
        if [round(p.right) for p in before] != [round(p.right) for p in self._pieces]:
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Ask for room for the labels and the bar."""
        return QSize(220, self._bar_top() + self._bar_height() + _RIM)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Ask for the same height in a narrow window."""
        return QSize(120, self.sizeHint().height())

    def count(self) -> int:
        """Count the stretches."""
        return len(self._pieces)

    def words(self, place: int) -> str:
        """Describe a stretch."""
        return span_line(self._pieces[place].span, self._now, self._times)

    def area(self, place: int) -> QRectF:
        """Return the area of a stretch in the bar."""
        piece, top = self._pieces[place], self._bar_top()
        return QRectF(piece.left, top, piece.right - piece.left, self._bar_height())

    # --- drawing ------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the labels, the stretches, and a frame around the chosen one."""
        if not self._pieces:
            return
        painter = QPainter(self)
        self._paint_labels(painter)
        waits = before_first_stream(piece.span.kind for piece in self._pieces)
        for place, piece in enumerate(self._pieces):
            kind, quiet = piece.span.kind, place < waits
            paint_span(painter, self.area(place), kind, paints(self._theme), quiet=quiet)
        if self.hasFocus() or self.chosen is not None:
            self._paint_frame(painter)
        painter.end()

    def _paint_labels(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._theme.quiet))
        line = QRect(0, 0, self.width(), self._bar_top())
        first, last = self._pieces[0].span, self._pieces[-1].span
        # At the bar's own ends: Qt would mirror them by the direction of the words.
        there = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignAbsolute
        write = self._times.clock
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | there, write(first.start))
        end = text("status.timeline.now") if last.end is None else write(last.end)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | there, end)

    def _paint_frame(self, painter: QPainter) -> None:
        bar = QRectF(0, self._bar_top(), self.width(), self._bar_height())
        area = bar if self.chosen is None else self.area(self.chosen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.link), 2))
        inside = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(area.adjusted(-2, -2, 2, 2).intersected(inside), 3, 3)

    def _bar_top(self) -> int:
        return self.fontMetrics().height() + 4

    def _bar_height(self) -> int:
        return max(round(self.fontMetrics().height() * 1.3), _TALLEST)

    # --- inside -------------------------------------------------------------------------------

    def resizeEvent(self, _event: object) -> None:  # noqa: N802  Qt's name
        """Share out the new width."""
        self._pieces = self._placed()

    def _placed(self) -> tuple[Piece, ...]:
        placed = pieces(self._spans, self._now, self.width())
        if self.chosen is not None and self.chosen >= len(placed):
            self.chosen = None
        return placed
