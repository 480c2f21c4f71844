"""A chart over weeks: how the time was spent, as columns, with every week in words."""

from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen

from rtms_tray.desktop.theme import Theme, current_theme
from rtms_tray.desktop.widgets.charts import AccessibleChart, paint_span, paints
from rtms_tray.history.model import HostSide
from rtms_tray.history.reader import Week
from rtms_tray.presentation.wording import KINDS, date, kind_words, lengths
from rtms_tray.support.texts import text
from rtms_tray.support.units import HOUR, MINUTE, Millis

_GRID_STEPS: Final = tuple(
    minutes * MINUTE for minutes in (5, 10, 30, 60, 120, 300, 600, 1200, 3000, 6000, 15000)
)
_MAX_LINES: Final = 4
"""How many grid lines a chart has at most."""
_MAX_WIDTH: Final = 34.0
_MIN_HEIGHT: Final = 2.0
"""Of a column's parts, in pixels."""


def week_text(week: Week, side: HostSide) -> str:
    """Describe a week in one line: “Week of 2026-11-16: 3 h stream live · 40 min lost”."""
    spent = lengths(week.by_host.get(side, {}))
    parts = [
        text("history.trends.length", length=spent[kind], kind=kind_words(kind))
        for kind in KINDS
        if kind in spent
    ]
    content = " · ".join(parts) or text("history.trends.no_meetings")
    return text("history.trends.week", monday=date("day", week.monday.timetuple()), content=content)


def longest(weeks: tuple[Week, ...]) -> Millis:
    """Return the longest column of all charts: one scale lets them be compared."""
    return max((week.total(side) for week in weeks for side in HostSide), default=0)


class TrendsChart(AccessibleChart):
    """Columns for one kind of hosts; the mouse and the arrow keys describe each week."""

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
        lines = [week_text(week, self._side) for week in weeks if week.total(self._side)]
        self.describe("; ".join(lines))
        self.update()

    def count(self) -> int:
        """Count the weeks."""
        return len(self._weeks)

    def words(self, place: int) -> str:
        """Describe a week."""
        return week_text(self._weeks[place], self._side)

    def area(self, place: int) -> QRectF:
        """Find a week's column."""
        plot = self._plot()
        width = plot.width() / len(self._weeks)
        return QRectF(plot.left() + place * width, plot.top(), width, plot.height())

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
        step = next(
            (step for step in _GRID_STEPS if self._top / step <= _MAX_LINES), _GRID_STEPS[-1]
        )
        for at in range(0, self._top + 1, step):
            y = plot.bottom() - plot.height() * at / self._top
            painter.setPen(QColor(self._theme.line if at else self._theme.edge))
            painter.drawLine(round(plot.left()), round(y), round(plot.right()), round(y))
            painter.setPen(QColor(self._theme.quiet))
            half = self.fontMetrics().height() // 2
            line = QRect(0, round(y) - half, round(plot.left()) - 6, 2 * half + 2)
            beside = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute
            painter.drawText(line, beside, _scale_text(at))

    def _paint_week(self, painter: QPainter, place: int, week: Week) -> None:
        column = self.area(place)
        width = min(column.width() * 0.7, _MAX_WIDTH)
        left, bottom = column.center().x() - width / 2, column.bottom()
        totals = week.by_host.get(self._side, {})
        for kind in KINDS:
            if not totals.get(kind):
                continue
            height = max(column.height() * totals[kind] / self._top, _MIN_HEIGHT)
            bottom -= height
            area = QRectF(left, bottom, width, height)
            paint_span(painter, area, kind, paints(self._theme))

    def _paint_days(self, painter: QPainter) -> None:
        """Write the Mondays, as many as there is room for, the last one always."""
        painter.setPen(QColor(self._theme.quiet))
        width = self.fontMetrics().horizontalAdvance("00-00 ") + 6
        plot = self._plot()
        every = max(round(width * len(self._weeks) / max(plot.width(), 1) + 0.49), 1)
        for place, week in enumerate(self._weeks):
            if (len(self._weeks) - 1 - place) % every == 0:
                middle = round(self.area(place).center().x())
                monday = date("day_and_month", week.monday.timetuple())
                line = QRect(middle - width // 2, round(plot.bottom()) + 4, width, self._line())
                painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, monday)

    def _plot(self) -> QRectF:
        left = (
            self.fontMetrics().horizontalAdvance(text("history.trends.minutes", count="000")) + 10.0
        )
        top = self._line() / 2 + 2.0
        bottom = self.height() - self._line() - 6.0
        return QRectF(left, top, max(self.width() - left - 8.0, 1.0), max(bottom - top, 1.0))

    def _line(self) -> int:
        return self.fontMetrics().height()


def _scale_text(at: Millis) -> str:
    if not at:
        return "0"
    if at % HOUR == 0:
        return text("history.trends.hours", count=at // HOUR)
    return text("history.trends.minutes", count=at // MINUTE)
