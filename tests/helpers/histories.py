"""Records of meetings for tests."""

from dataclasses import replace

from rtms_tray.capture.timeline import Span, SpanKind
from rtms_tray.history.model import HostSide, MeetingRecord, StoryEntry
from rtms_tray.support.units import MINUTE
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
