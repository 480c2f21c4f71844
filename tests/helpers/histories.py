"""Records of meetings for tests, and a history of many meetings that is the same at every run."""

import random
from pathlib import Path

from rtms_tray.capture.timeline import Span, SpanKind
from rtms_tray.history.database import HistoryFile
from rtms_tray.history.model import HostSide, MeetingRecord, StoryEntry
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, MINUTE, Millis
from tests.helpers.manual_clock import NOON

ENDED = MeetingRecord(
    key="a",
    meeting_number="98712345670",
    meeting_uuid="uuid-1==",
    host=HostSide.INTERNAL,
    began_at=NOON,
    seen_at=NOON + 30 * MINUTE,
    ended_at=NOON + 30 * MINUTE,
    end_reason="meeting_ended",
    spans=(
        Span(NOON - MINUTE, NOON, SpanKind.NOT_COUNTED, ""),
        Span(NOON, NOON + 5 * MINUTE, SpanKind.LOST, "asked"),
        Span(NOON + 5 * MINUTE, NOON + 25 * MINUTE, SpanKind.CAPTURED, "began"),
        Span(NOON + 25 * MINUTE, NOON + 27 * MINUTE, SpanKind.PAUSED, "paused_by_you"),
        Span(NOON + 27 * MINUTE, NOON + 30 * MINUTE, SpanKind.UNKNOWN, "unverified"),
    ),
    story=(
        StoryEntry(NOON, "requesting"),
        StoryEntry(NOON + 5 * MINUTE, "sharing", "began"),
        StoryEntry(NOON + 30 * MINUTE, "refused", "rtms_disabled", 13267),
    ),
)
OPEN = replace(
    ENDED,
    key="b",
    began_at=NOON + MINUTE,
    ended_at=None,
    end_reason="",
    saved_session='{"as":"it was"}',
)
_WHYS = {
    SpanKind.LOST: ("asked", "host_absent", "stop_host", "in_breakout_room", "rtms_disabled"),
    SpanKind.CAPTURED: ("began",),
    SpanKind.PAUSED: ("paused_by_you",),
    SpanKind.UNKNOWN: ("unverified",),
}
_TURNS = (SpanKind.LOST, SpanKind.CAPTURED, SpanKind.PAUSED, SpanKind.CAPTURED, SpanKind.UNKNOWN)


def meeting(place: int, began_at: Millis, dice: random.Random) -> MeetingRecord:
    """Make a meeting of one to five stretches."""
    spans, at = [], began_at
    for kind in _TURNS[: dice.randint(1, len(_TURNS))]:
        end = at + dice.randint(1, 20) * MINUTE
        spans.append(Span(at, end, kind, dice.choice(_WHYS[kind])))
        at = end
    return MeetingRecord(
        key=f"{place:032x}",
        meeting_number=f"{dice.randint(10**10, 10**11 - 1)}",
        meeting_uuid=f"uuid-{place}==",
        host=dice.choice(list(HostSide)),
        began_at=began_at,
        seen_at=at,
        ended_at=at,
        end_reason=dice.choice(("meeting_ended", "stop_host", "given_up", "stop_meeting_ended")),
        spans=tuple(spans),
        story=(StoryEntry(began_at, "requesting"), StoryEntry(at, "ended", "stop_host")),
    )


def many_meetings(count: int, last: Millis, apart: Millis = HOUR // 2) -> list[MeetingRecord]:
    """Make meetings that follow one another, the last one beginning at `last`."""
    dice = random.Random(5)  # noqa: S311 - no secret
    first = last - (count - 1) * apart
    return [meeting(place, first + place * apart, dice) for place in range(count)]


def keep_many(path: Path, count: int, last: Millis, apart: Millis = HOUR // 2) -> None:
    """Write such meetings into a history."""
    file = HistoryFile.open(path)
    file.save(many_meetings(count, last, apart))
    file.close()
