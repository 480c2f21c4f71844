"""Trends: what was captured and what was lost over the weeks, by whose host and for what reason."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from rtms_tray.desktop.history.trends_chart import TrendsChart, longest
from rtms_tray.desktop.theme import Theme
from rtms_tray.desktop.widgets.app_window import card, scrolling
from rtms_tray.desktop.widgets.charts import Swatch
from rtms_tray.desktop.widgets.controls import Rows, button, label, note
from rtms_tray.history.model import HostSide
from rtms_tray.history.reader import Loss, Week
from rtms_tray.presentation.wording import KINDS, kind_words, length, lengths
from rtms_tray.support.texts import plural, text

CHOICES: Final = (4, 12, 26, 52)
"""Numbers of weeks."""
DEFAULT: Final = 12
_SIDES: Final = (HostSide.INTERNAL, HostSide.EXTERNAL, HostSide.UNKNOWN)
_MAX_LOSSES: Final = 12
_PERCENT: Final = 100


class TrendsPage(QFrame):
    """Charts and sums; `read` gets other weeks."""

    def __init__(self, read: Callable[[], None]) -> None:
        super().__init__()
        self.count = DEFAULT
        self._read = read
        self.charts = {side: TrendsChart(side, _side_name(side)) for side in _SIDES}
        self._cards: dict[HostSide, QWidget] = {}
        self._sums: dict[HostSide, QLabel] = {}
        self.choices = QButtonGroup(self)
        self.legend = Rows()
        self.losses = Rows(spacing=4)
        self.nothing = note(text("history.trends.none"))
        self._lay_out()

    def show_weeks(self, weeks: tuple[Week, ...], losses: tuple[Loss, ...], theme: Theme) -> None:
        """Show these weeks, and what was lost in them."""
        top = longest(weeks)
        for side, chart in self.charts.items():
            chart.show_weeks(weeks, top, theme)
            self._cards[side].setVisible(any(week.total(side) for week in weeks))
            self._sums[side].setText(_sum(weeks, side))
        self.nothing.setVisible(not top)
        self.legend.show_rows(theme, lambda column: column.addLayout(_legend(theme)))
        self.losses.show_rows(losses, lambda column: _list_losses(column, losses))

    def _choose(self, count: int) -> None:
        self.count = count
        self._read()

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(10)
        column.addWidget(self.nothing)
        for side, chart in self.charts.items():
            column.addWidget(self._chart_card(side, chart))
        frame, of_losses = card()
        of_losses.addWidget(self.losses)
        column.addWidget(frame)
        column.addStretch(1)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.setSpacing(10)
        around.addLayout(self._choice_row())
        around.addWidget(self.legend)
        around.addWidget(scrolling(inside), 1)

    def _chart_card(self, side: HostSide, chart: TrendsChart) -> QWidget:
        frame, column = card()
        self._cards[side], self._sums[side] = frame, note()
        for part in (label(_side_name(side), bold=True, fixed=True), self._sums[side], chart):
            column.addWidget(part)
        if side is HostSide.UNKNOWN:
            column.addWidget(note(text("history.trends.why_unknown")))
        return frame

    def _choice_row(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(6)
        for count in CHOICES:
            segment = button(plural("history.trends.weeks", count))
            segment.setProperty("segment", True)
            segment.setCheckable(True)
            segment.setChecked(count == self.count)
            segment.clicked.connect(lambda _checked=False, count=count: self._choose(count))
            self.choices.addButton(segment, count)
            line.addWidget(segment)
        line.addStretch(1)
        return line


def _side_name(side: HostSide) -> str:
    return text(f"history.trends.{side}")


def _legend(theme: Theme) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(6)
    for kind in KINDS:
        name = note(kind_words(kind).capitalize(), fixed=True)
        name.setWordWrap(False)
        line.addWidget(Swatch(kind, theme))
        line.addWidget(name)
        line.addSpacing(10)
    line.addStretch(1)
    return line


def _sum(weeks: Sequence[Week], side: HostSide) -> str:
    """Sum up in one line: “12 h stream live (80 %) · 3 h lost (20 %)”."""
    totals = {
        kind: sum(week.by_host.get(side, {}).get(kind, 0) for week in weeks) for kind in KINDS
    }
    whole = sum(totals.values()) or 1
    return " · ".join(
        text(
            "history.trends.share",
            length=lasted,
            kind=kind_words(kind),
            percent=round(totals[kind] * _PERCENT / whole),
        )
        for kind, lasted in lengths(totals).items()
    )


def _list_losses(column: QVBoxLayout, losses: tuple[Loss, ...]) -> None:
    title = text("history.losses.title" if losses else "history.losses.none")
    column.addWidget(label(title, bold=True))
    if not losses:
        return
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(0, 1)
    for place, name in enumerate((*_SIDES, "total"), 1):
        grid.addWidget(_cell(text(f"history.losses.{name}"), quiet=True), 0, place)
    for line, loss in enumerate(losses[:_MAX_LOSSES], 1):
        grid.addWidget(label(loss.text), line, 0)
        lost = lengths({side: loss.by_host.get(side, 0) for side in _SIDES})
        cells = (*(lost.get(side, "–") for side in _SIDES), length(loss.total))
        for place, words in enumerate(cells, 1):
            grid.addWidget(_cell(words), line, place)
    column.addLayout(grid)
    if more := losses[_MAX_LOSSES:]:
        rest = length(sum(loss.total for loss in more))
        column.addWidget(note(plural("history.losses.more", len(more), length=rest)))


def _cell(content: str, *, quiet: bool = False) -> QLabel:
    cell = note(content, fixed=True) if quiet else label(content)
    cell.setWordWrap(False)
    cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    return cell
