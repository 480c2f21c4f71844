"""One past meeting: its timeline, how it ended, and its report."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QVBoxLayout, QWidget

from rtms_tray.desktop.history.meetings_model import short_name
from rtms_tray.desktop.status.timeline_strip import TimelineStrip
from rtms_tray.desktop.theme import Theme
from rtms_tray.desktop.widgets.app_window import scrolling
from rtms_tray.desktop.widgets.charts import Swatch
from rtms_tray.desktop.widgets.controls import Rows, button, label, note, put, rule, title
from rtms_tray.history.model import MeetingRecord
from rtms_tray.history.report import meeting_times
from rtms_tray.presentation.view_model import SpanView
from rtms_tray.presentation.wording import (
    KINDS,
    Times,
    before_first_stream,
    day,
    kind_words,
    length,
    reason_words,
    remedy_words,
    sums,
    view_of,
)
from rtms_tray.support.texts import plural, text

_MAX_SPANS: Final = 60
"""How many spans are listed; the report lists all."""


class MeetingPage(QFrame):
    """Draws one meeting, or asks to choose one."""

    def __init__(self, save_report: Callable[[MeetingRecord, bool], None]) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName(text("history.meeting.name"))
        self._save = save_report
        self._meeting: MeetingRecord | None = None
        self.title = title()
        self.when, self.host, self.summary = note(), note(), label()
        self.ended, self.remedy = label(), note()
        self.strip = TimelineStrip()
        self.spans = Rows(spacing=4)
        self.with_number = QCheckBox(text("history.meeting.with_number"))
        self.report = button(text("history.meeting.save_report"), primary=True)
        self.report.clicked.connect(lambda _checked=False: self._save_report())
        self._rules = [rule(), rule()]
        self._lay_out()
        self.show_none("")

    def show_none(self, why: str) -> None:
        """Show no meeting, and why."""
        self._meeting = None
        self.title.setText("")
        put(self.when, why)
        for part in (self.title, *self._rules, self.report, self.with_number):
            part.hide()
        for words in (self.host, self.summary, self.ended, self.remedy):
            put(words, "")
        self.strip.hide()
        self.spans.show_rows((), lambda _column: None)

    def show_meeting(self, meeting: MeetingRecord, theme: Theme) -> None:
        """Show a meeting."""
        self._meeting = meeting
        self.title.setText(_name(meeting))
        put(self.when, _when(meeting))
        put(self.host, text(f"history.meeting.host.{meeting.host}"))
        put(self.summary, sums({kind: meeting.total(kind) for kind in KINDS}))
        put(self.ended, _ended(meeting))
        put(self.remedy, remedy_words(meeting.end_reason))
        for part in (self.title, *self._rules, self.report, self.with_number):
            part.show()
        spans = tuple(map(view_of, meeting.counted))
        self.strip.show_spans(spans, theme, meeting.seen_at)
        times = meeting_times(meeting)
        self.spans.show_rows((spans, theme), lambda column: _list(column, spans, theme, times))

    def _save_report(self) -> None:
        if self._meeting is not None:
            self._save(self._meeting, self.with_number.isChecked())

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(20, 14, 20, 8)
        column.setSpacing(8)
        head: tuple[QWidget, ...] = (self.title, self.when, self.host)
        time: tuple[QWidget, ...] = (self.strip, self.summary, self._rules[0], self.spans)
        for part in (*head, *time, self._rules[1], self.ended, self.remedy):
            column.addWidget(part)
        column.addStretch(1)
        area = scrolling(inside)
        inside.setObjectName("inside")
        foot = QVBoxLayout()
        foot.setContentsMargins(20, 0, 20, 0)
        foot.setSpacing(8)
        for part in (self.with_number, self.report):
            foot.addWidget(part)
        around = QVBoxLayout(self)
        around.setContentsMargins(1, 8, 1, 14)
        around.addWidget(area, 1)
        around.addLayout(foot)


def _name(meeting: MeetingRecord) -> str:
    return text("history.meeting.title", number=short_name(meeting))


def _when(meeting: MeetingRecord) -> str:
    times = meeting_times(meeting)
    start = times.moment(meeting.began_at)
    if meeting.ended_at is None:
        return text("history.meeting.in_progress", start=start, now=times.clock(meeting.seen_at))
    is_same_day = day(meeting.began_at) == day(meeting.ended_at)
    write = times.clock if is_same_day else times.moment
    return text("history.meeting.from_to", start=start, end=write(meeting.ended_at))


def _ended(meeting: MeetingRecord) -> str:
    reason = reason_words(meeting.end_reason)
    return text("history.meeting.ended", reason=reason) if reason else ""


def _list(column: QVBoxLayout, spans: tuple[SpanView, ...], theme: Theme, times: Times) -> None:
    grid = QGridLayout()
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(5)
    grid.setColumnStretch(3, 1)
    waits = before_first_stream(span.kind for span in spans)
    for line, span in enumerate(spans[:_MAX_SPANS]):
        swatch = Swatch(span.kind, theme, quiet=line < waits)
        for place, cell in enumerate((swatch, *_cells(span, times))):
            is_short = place < _REASON
            grid.addWidget(cell, line, place, Qt.AlignmentFlag.AlignTop if is_short else _DEFAULT)
    column.addLayout(grid)
    if (more := len(spans) - _MAX_SPANS) > 0:
        column.addWidget(note(plural("history.meeting.more", more)))


_REASON: Final = 3
"""The column of the reason, which may be several lines long."""
_DEFAULT: Final = Qt.AlignmentFlag(0)


def _cells(span: SpanView, times: Times) -> tuple[QWidget, ...]:
    end = span.end or span.start
    start, until = times.clock(span.start), times.clock(end)
    from_to = text("history.meeting.from_to", start=start, end=until)
    time, lasted = label(from_to, fixed=True), label(length(end - span.start), fixed=True)
    for cell in (time, lasted):
        cell.setWordWrap(False)
    kind = kind_words(span.kind).capitalize()
    has_reason = span.text and span.text != kind
    reason = text("history.meeting.span", kind=kind, reason=span.text) if has_reason else kind
    return time, lasted, label(reason)
