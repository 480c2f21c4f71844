"""A chart over weeks: what became of the time, as columns, with every week in words."""

from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen

from rtms_tray.desktop.theme import Theme, current_theme
from rtms_tray.desktop.widgets.charts import AccessibleChart, paint_span, paints
from rtms_tray.history.model import HostSide
from rtms_tray.history.weeks import Week
from rtms_tray.presentation.wording import KIND_WORDS, KINDS, lasting
from rtms_tray.support.units import HOUR, MINUTE, Millis

_STEPS: Final = tuple(
    minutes * MINUTE for minutes in (5, 10, 30, 60, 120, 300, 600, 1200, 3000, 6000, 15000)
)
_LINES: Final = 4
"""How many grid lines a chart has at most."""
_WIDEST: Final = 34.0
_LEAST: Final = 2.0


def week_words(week: Week, side: HostSide) -> str:
    """Say a week in one line: “Week of 2026-11-16: 3 h stream live · 40 min lost”."""
    totals = week.by_host.get(side, {})
    parts = [f"{lasting(totals[kind])} {KIND_WORDS[kind]}" for kind in KINDS if totals.get(kind)]
    return f"Week of {week.monday}: " + (" · ".join(parts) or "no meetings")


def top_of(weeks: tuple[Week, ...]) -> Millis:
    """Choose the top of the scale for all hosts' charts, so that they can be compared."""
    return max((week.total(side) for week in weeks for side in HostSide), default=0)


class WeekChart(AccessibleChart):
    """Columns of one kind of hosts; the mouse and the arrow keys tell each week."""

    def __init__(self, side: HostSide, name: str) -> None:
        super().__init__(name)
        self._side = side
        self._weeks: tuple[Week, ...] = ()
        self._top: Millis = MINUTE
        self._theme = current_theme()

    def show_weeks(self, weeks: tuple[Week, ...], top: Millis, theme: Theme) -> None:
        """Show these weeks, on a scale that ends at `top`."""
        self._weeks, self._top, self._theme = weeks, max(top, MINUTE), theme
        self.chosen = None
        said = [week_words(week, self._side) for week in weeks if week.total(self._side)]
        self.describe("; ".join(said))
        self.update()

    def count(self) -> int:
        """Count the weeks."""
        return len(self._weeks)

    def words(self, place: int) -> str:
        """Say a week in words."""
        return week_words(self._weeks[place], self._side)

    def area(self, place: int) -> QRectF:
        """Find a week's column."""
        plot = self._plot()
        wide = plot.width() / len(self._weeks)
        return QRectF(plot.left() + place * wide, plot.top(), wide, plot.height())

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Ask for eight lines of text."""
        return QSize(320, self.fontMetrics().height() * 8)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Ask for the same height in a narrow window."""
        return QSize(240, self.sizeHint().height())

    # --- drawing ------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the scale, the columns, and a frame round the chosen week."""
        painter = QPainter(self)
        self._paint_scale(painter)
        for place, week in enumerate(self._weeks):
            self._paint_week(painter, place, week)
        self._paint_days(painter)
        if self.hasFocus() or self.chosen is not None:
            painter.setPen(QPen(QColor(self._theme.link), 2))
            area = self._plot() if self.chosen is None else self.area(self.chosen)
            painter.drawRect(area.adjusted(-1, -1, 1, 1))
        painter.end()

    def _paint_scale(self, painter: QPainter) -> None:
        plot = self._plot()
        step = next((step for step in _STEPS if self._top / step <= _LINES), _STEPS[-1])
        for at in range(0, self._top + 1, step):
            y = plot.bottom() - plot.height() * at / self._top
            painter.setPen(QColor(self._theme.line if at else self._theme.edge))
            painter.drawLine(round(plot.left()), round(y), round(plot.right()), round(y))
            painter.setPen(QColor(self._theme.quiet))
            half = self.fontMetrics().height() // 2
            line = QRect(0, round(y) - half, round(plot.left()) - 6, 2 * half + 2)
            painter.drawText(line, Qt.AlignmentFlag.AlignRight, _scale_text(at) if at else "0")

    def _paint_week(self, painter: QPainter, place: int, week: Week) -> None:
        column = self.area(place)
        wide = min(column.width() * 0.7, _WIDEST)
        left, bottom = column.center().x() - wide / 2, column.bottom()
        totals = week.by_host.get(self._side, {})
        for kind in KINDS:
            if not totals.get(kind):
                continue
            high = max(column.height() * totals[kind] / self._top, _LEAST)
            paint_span(painter, QRectF(left, bottom - high, wide, high), kind, paints(self._theme))
            bottom -= high

    def _paint_days(self, painter: QPainter) -> None:
        """Write the Mondays, as many as there is room for, the last one always."""
        painter.setPen(QColor(self._theme.quiet))
        room = self.fontMetrics().horizontalAdvance("00-00 ") + 6
        plot = self._plot()
        every = max(round(room * len(self._weeks) / max(plot.width(), 1) + 0.49), 1)
        for place, week in enumerate(self._weeks):
            if (len(self._weeks) - 1 - place) % every == 0:
                middle = round(self.area(place).center().x())
                line = QRect(middle - room // 2, round(plot.bottom()) + 4, room, self._line())
                painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, f"{week.monday:%m-%d}")

    def _plot(self) -> QRectF:
        left = self.fontMetrics().horizontalAdvance("000 min") + 10.0
        top = self._line() / 2 + 2.0
        bottom = self.height() - self._line() - 6.0
        return QRectF(left, top, max(self.width() - left - 8.0, 1.0), max(bottom - top, 1.0))

    def _line(self) -> int:
        return self.fontMetrics().height()


def _scale_text(at: Millis) -> str:
    return f"{at // HOUR} h" if at % HOUR == 0 else f"{at // MINUTE} min"
