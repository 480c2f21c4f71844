"""What became of a meeting's time: every surface names the same lengths, and they add up to the whole."""

import re
from datetime import date
from typing import Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import Span, SpanKind
from rtms_tray.cli.history import as_table
from rtms_tray.desktop.history.meeting_page import MeetingPage
from rtms_tray.desktop.history.meetings_model import cells
from rtms_tray.desktop.history.trends_chart import week_text
from rtms_tray.desktop.history.trends_page import _sum
from rtms_tray.desktop.theme import LIGHT
from rtms_tray.history.model import HostSide, MeetingRecord
from rtms_tray.history.reader import MeetingLine, Week
from rtms_tray.history.report import report
from rtms_tray.presentation.overview import overview
from rtms_tray.presentation.status_text import status_text
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, MINUTE, SECOND, Millis
from tests.helpers.histories import ENDED
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import board, in_state, overview_inputs, timeline

KINDS: Final = (SpanKind.CAPTURED, SpanKind.PAUSED, SpanKind.LOST, SpanKind.UNKNOWN)
UNITS: Final = {"h": HOUR, "min": MINUTE, "s": SECOND}
LENGTH: Final = r"(?:\d+ (?:h|min|s)\b ?)+"
Told = dict[SpanKind, Millis]


def length_of(words: str) -> Millis:
    return sum(int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+) (h|min|s)\b", words))


def told_in(words: str) -> Told:
    """Read “Captured 8 of 16 min · 8 min lost”."""
    found = re.search(rf"Captured (0|\d+|{LENGTH}) of ({LENGTH})", words)
    assert found, words
    part, whole = found.groups()
    captured = int(part) * MINUTE if part.isdigit() else length_of(part)
    told = {SpanKind.CAPTURED: captured, **by_kind(words)}
    assert sum(told.values()) == length_of(whole), words
    return without_nothing(told)


def by_kind(words: str) -> Told:
    """Read “3 h captured · 40 min lost”, also with shares."""
    parts = re.findall(rf"({LENGTH})(captured|paused|lost|unknown)\b", words)
    return {SpanKind(kind): length_of(part) for part, kind in parts}


def without_nothing(told: Told) -> Told:
    return {kind: ms for kind, ms in told.items() if ms}


def meeting_of(times: list[tuple[SpanKind, Millis]]) -> MeetingRecord:
    spans, at = [], NOON
    for kind, ms in times:
        spans.append(Span(at, at + ms, kind, "began"))
        at += ms
    return replace(ENDED, seen_at=at, ended_at=at, spans=tuple(spans))


def status_of(meeting: MeetingRecord) -> str:
    """Show the same stretches as those of a session that goes on."""
    line = timeline(*((span.start, span.kind, span.why) for span in meeting.spans))
    going_on = replace(in_state(CaptureState.SHARING), timeline=line)
    return status_text(
        overview(board(going_on), overview_inputs(), meeting.seen_at), meeting.seen_at
    )


def listed(meeting: MeetingRecord) -> tuple[str, ...]:
    return cells(
        MeetingLine(
            *("a", "1", None, HostSide.UNKNOWN, meeting.began_at, meeting.ended_at, ""),
            *map(meeting.total, KINDS),
        )
    )


def printed(meeting: MeetingRecord) -> Told:
    """Read the lengths in the row of `history`, which are the columns after the host."""
    head, row, *_ = as_table([meeting])
    names = ("Captured", "Paused", "Lost", "Unknown", "How it ended")
    starts = [head.lower().index(name.lower()) for name in names]
    columns = zip(KINDS, starts, starts[1:], strict=False)
    return without_nothing({kind: length_of(row[a:b]) for kind, a, b in columns})


@pytest.mark.usefixtures("qapp")
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.integers(SECOND, 3 * HOUR)), min_size=1, max_size=6
    )
)
@example([(SpanKind.PAUSED, 70_500), (SpanKind.CAPTURED, 70_500)])
def test_every_surface_names_the_same(times: list[tuple[SpanKind, Millis]]) -> None:
    meeting = meeting_of(times)
    if sum(ms for _kind, ms in times) < MINUTE:
        return  # the window says nothing in the first minute
    page = MeetingPage(lambda _meeting, _wanted: None)
    page.show_meeting(meeting, LIGHT)
    told = told_in(page.summary.text())
    assert told_in(status_of(meeting)) == told
    assert told_in(report(meeting, NOON)) == told
    assert printed(meeting) == told
    week = Week(date(2026, 11, 16), {HostSide.UNKNOWN: {k: meeting.total(k) for k in KINDS}})
    assert by_kind(week_text(week, HostSide.UNKNOWN)) == told
    assert by_kind(_sum([week], HostSide.UNKNOWN)) == told
    captured, lost = map(length_of, listed(meeting)[2:4])
    assert (captured, lost) == (told.get(SpanKind.CAPTURED, 0), told.get(SpanKind.LOST, 0))
