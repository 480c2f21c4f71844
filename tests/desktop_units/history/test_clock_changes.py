"""In a night in which clocks change, every surface says which of two hours it means; otherwise none does."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from rtms_tray.capture.timeline import Span, SpanKind
from rtms_tray.cli.history import as_table
from rtms_tray.desktop.history.meeting_page import MeetingPage
from rtms_tray.desktop.history.meetings_model import cells
from rtms_tray.desktop.theme import LIGHT
from rtms_tray.history.model import MeetingRecord
from rtms_tray.history.reader import MeetingLine
from rtms_tray.history.report import report
from rtms_tray.presentation.wording import Times, times_of, zone
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, MINUTE, Millis
from tests.helpers.histories import ENDED
from tests.helpers.windows import words

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone is the system's")


def utc(*moment: int) -> Millis:
    year, month, day, hour, minute = moment
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp()) * 1_000


AUTUMN = utc(2026, 10, 25, 1, 0)
"""When clocks in Europe go back from 3 to 2."""
SPRING = utc(2026, 3, 29, 1, 0)


@pytest.fixture(autouse=True)
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
    assert os.environ.get("TZ") != "Europe/Berlin"


def from_to(start: Millis, end: Millis) -> MeetingRecord:
    middle = (start + end) // 2
    spans = (
        Span(start, middle, SpanKind.CAPTURED, "began"),
        Span(middle, end, SpanKind.LOST, "stop_host"),
    )
    return replace(ENDED, began_at=start, seen_at=end, ended_at=end, spans=spans)


ACROSS = from_to(AUTUMN - 30 * MINUTE, AUTUMN + 30 * MINUTE)
"""From 02:30 to 02:30."""
FAR = from_to(AUTUMN - 30 * HOUR, AUTUMN - 29 * HOUR)


def line_of(meeting: MeetingRecord) -> MeetingLine:
    return MeetingLine(
        key=meeting.key,
        meeting_number=meeting.meeting_number,
        meeting_uuid=meeting.meeting_uuid,
        host=meeting.host,
        began_at=meeting.began_at,
        ended_at=meeting.ended_at,
        end_reason=meeting.end_reason,
        captured=meeting.total(SpanKind.CAPTURED),
        paused=0,
        lost=meeting.total(SpanKind.LOST),
        unknown=0,
    )


def surfaces(meeting: MeetingRecord) -> dict[str, str]:
    page = MeetingPage(lambda _meeting, _wanted: None)
    page.show_meeting(meeting, LIGHT)
    strip = page.strip.accessibleDescription()
    return {
        "list": " ".join(cells(line_of(meeting))),
        "page": words(page),
        "timeline": strip,
        "report": report(meeting, AUTUMN).partition("<footer>")[0],
        "history": "\n".join(as_table([meeting])),
    }


@pytest.mark.usefixtures("qapp")
def test_the_hour_that_comes_twice_has_its_zone() -> None:
    for surface, said in surfaces(ACROSS).items():
        assert "02:30" in said, (surface, said)
        assert "UTC+2" in said, (surface, said)
    for surface in ("page", "timeline", "report", "history"):
        said = surfaces(ACROSS)[surface]
        assert "UTC+1" in said, (surface, said)


@pytest.mark.usefixtures("qapp")
def test_elsewhere_nobody_is_bothered_with_zones() -> None:
    for surface, said in surfaces(FAR).items():
        # A report may be read anywhere: its head always says where its times are from.
        assert said.count("UTC") == (surface == "report"), (surface, said)


@pytest.mark.parametrize("change", [AUTUMN, SPRING])
def test_near_a_change_the_zone_matters(change: Millis) -> None:
    for start, end in ((-10, -5), (-HOUR, HOUR), (5, 10), (HOUR, 90 * MINUTE)):
        assert times_of(change + start, change + end).zoned
    for start, end in ((-9 * HOUR, -8 * HOUR), (8 * HOUR, 9 * HOUR)):
        assert not times_of(change + start, change + end).zoned


def test_times_are_written_with_their_zone() -> None:
    assert Times(zoned=True).moment(AUTUMN - 1) == "2026-10-25 02:59 UTC+2"
    assert Times(zoned=True).moment(AUTUMN) == "2026-10-25 02:00 UTC+1"
    assert Times().moment(AUTUMN) == "2026-10-25 02:00"


@pytest.mark.parametrize(
    ("place", "named"),
    [
        ("UTC", "UTC"),
        ("Asia/Kolkata", "UTC+5:30"),
        ("America/St_Johns", "UTC-2:30"),
        ("America/New_York", "UTC-4"),
    ],
)
def test_every_zone_has_a_name(monkeypatch: pytest.MonkeyPatch, place: str, named: str) -> None:
    monkeypatch.setenv("TZ", place)
    time.tzset()
    assert zone(AUTUMN - 24 * HOUR) == named
