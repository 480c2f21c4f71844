"""Past meetings over the weeks: what was captured and what was lost, by whose host and for what reason."""

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

from rtms_tray.desktop.history.weeks_chart import WeekChart, top_of
from rtms_tray.desktop.theme import Theme
from rtms_tray.desktop.widgets.app_window import card, scrolling
from rtms_tray.desktop.widgets.charts import Swatch
from rtms_tray.desktop.widgets.controls import Rows, button, label, note
from rtms_tray.history.model import HostSide
from rtms_tray.history.weeks import Loss, Week
from rtms_tray.presentation.wording import KIND_WORDS, KINDS, lasting

CHOICES: Final = (4, 12, 26, 52)
USUAL: Final = 12
_SIDES: Final = {
    HostSide.INTERNAL: "Your own organization's hosts",
    HostSide.EXTERNAL: "Other organizations' hosts",
    HostSide.UNKNOWN: "Hosts whose organization is not known",
}
_WHY_UNKNOWN: Final = (
    "Zoom seldom says to which organization a host belongs. Only meetings of which that is sure "
    "count as your own or as another's."
)
_MOST: Final = 12
_PERCENT: Final = 100


class WeeksPage(QFrame):
    """Charts and sums; asks for other weeks by `wanted`."""

    def __init__(self, wanted: Callable[[], None]) -> None:
        super().__init__()
        self.count = USUAL
        self._wanted = wanted
        self.charts = {side: WeekChart(side, name) for side, name in _SIDES.items()}
        self._cards: dict[HostSide, QWidget] = {}
        self._sums: dict[HostSide, QLabel] = {}
        self.choices = QButtonGroup(self)
        self.legend = Rows()
        self.losses = Rows(spacing=4)
        self.nothing = note("No meetings in these weeks.")
        self._lay_out()

    def show_weeks(self, weeks: tuple[Week, ...], losses: tuple[Loss, ...], theme: Theme) -> None:
        """Show these weeks, and what was lost in them."""
        top = top_of(weeks)
        for side, chart in self.charts.items():
            chart.show_weeks(weeks, top, theme)
            self._cards[side].setVisible(any(week.total(side) for week in weeks))
            self._sums[side].setText(_sum(weeks, side))
        self.nothing.setVisible(not top)
        self.legend.show_rows(theme, lambda column: column.addLayout(_legend(theme)))
        self.losses.show_rows(losses, lambda column: _list(column, losses))

    def _choose(self, count: int) -> None:
        self.count = count
        self._wanted()

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
        around.addLayout(self._choosing())
        around.addWidget(self.legend)
        around.addWidget(scrolling(inside), 1)

    def _chart_card(self, side: HostSide, chart: WeekChart) -> QWidget:
        frame, column = card()
        self._cards[side], self._sums[side] = frame, note()
        for part in (label(_SIDES[side], bold=True, fixed=True), self._sums[side], chart):
            column.addWidget(part)
        if side is HostSide.UNKNOWN:
            column.addWidget(note(_WHY_UNKNOWN))
        return frame

    def _choosing(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(6)
        for count in CHOICES:
            made = button(f"{count} weeks")
            made.setProperty("segment", True)
            made.setCheckable(True)
            made.setChecked(count == self.count)
            made.clicked.connect(lambda _checked=False, count=count: self._choose(count))
            self.choices.addButton(made, count)
            line.addWidget(made)
        line.addStretch(1)
        return line


def _legend(theme: Theme) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(6)
    for kind in KINDS:
        name = note(KIND_WORDS[kind].capitalize(), fixed=True)
        name.setWordWrap(False)
        line.addWidget(Swatch(kind, theme))
        line.addWidget(name)
        line.addSpacing(10)
    line.addStretch(1)
    return line


def _sum(weeks: Sequence[Week], side: HostSide) -> str:
    """Say it all in one line: “12 h stream live (80 %) · 3 h lost”."""
    totals = {
        kind: sum(week.by_host.get(side, {}).get(kind, 0) for week in weeks) for kind in KINDS
    }
    whole = sum(totals.values()) or 1
    return " · ".join(
        f"{lasting(ms)} {KIND_WORDS[kind]} ({round(ms * _PERCENT / whole)} %)"
        for kind, ms in totals.items()
        if ms
    )


def _list(column: QVBoxLayout, losses: tuple[Loss, ...]) -> None:
    column.addWidget(label("Lost, by reason" if losses else "Nothing was lost", bold=True))
    if not losses:
        return
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(0, 1)
    heads = ("", "Own hosts", "Other hosts", "Not known", "Lost")
    for at, head in enumerate(heads):
        grid.addWidget(_cell(head, quiet=True), 0, at)
    for place, loss in enumerate(losses[:_MOST], 1):
        grid.addWidget(label(loss.text), place, 0)
        lengths = [loss.by_host.get(side, 0) for side in _SIDES]
        for at, length in enumerate((*lengths, loss.total), 1):
            grid.addWidget(_cell(lasting(length) if length else "–"), place, at)
    column.addLayout(grid)
    if len(losses) > _MOST:
        rest = sum(loss.total for loss in losses[_MOST:])
        column.addWidget(note(f"{lasting(rest)} for {len(losses) - _MOST} other reasons."))


def _cell(text: str, *, quiet: bool = False) -> QLabel:
    made = note(text, fixed=True) if quiet else label(text)
    made.setWordWrap(False)
    made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    return made
