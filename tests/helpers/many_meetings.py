"""A history of many meetings, the same at every run."""

import random
from pathlib import Path

from rtms_tray.capture.timeline import Span, SpanKind
from rtms_tray.history.database import HistoryFile
from rtms_tray.history.model import HostSide, MeetingRecord, StoryEntry
from rtms_tray.support.units import HOUR, MINUTE, Millis

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
