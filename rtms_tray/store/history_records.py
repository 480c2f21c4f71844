"""What is kept of a meeting: when, how long, what its time was worth and why. No topics, no names."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, TypeAlias

import msgspec

from rtms_tray.capture.timeline import Span, SpanKind
from rtms_tray.capture.units import Millis

LATEST: Final[Millis] = 221_845_392_000_000
"""The year 9000: what lies beyond is no moment, and calendars fail near it."""
Moment: TypeAlias = Annotated[Millis, msgspec.Meta(ge=0, le=LATEST)]
Length: TypeAlias = Annotated[Millis, msgspec.Meta(ge=0)]


class HostSide(StrEnum):
    """Whether the meeting's host is on the app owner's own Zoom account."""

    INTERNAL = "internal"
    EXTERNAL = "external"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """One change of state; `why` is a reason's code (empty: none), `number` Zoom's own."""

    at: Moment
    state: str
    why: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class MeetingRecord:
    """One meeting as it is kept; moments are this machine's clock.

    `spans` holds the uncounted time too, so that the meeting can be picked up again as it was.
    """

    key: str
    meeting_number: str | None
    meeting_uuid: str | None
    host: HostSide
    began_at: Moment
    seen_at: Moment  # when it was last written down, or ended
    ended_at: Moment | None = None
    end_reason: str = ""
    spans: tuple[Span, ...] = ()
    story: tuple[StoryEntry, ...] = ()
    pick_up: str = ""  # what is needed to go on with it; empty once it has ended

    @property
    def counted(self) -> tuple[Span, ...]:
        """The stretches that count, none of them empty."""
        return tuple(
            span
            for span in self.spans
            if span.kind is not SpanKind.NOT_COUNTED and span.end > span.start
        )

    def total(self, kind: SpanKind) -> Millis:
        """Add up the stretches of one kind, in milliseconds."""
        return sum(span.end - span.start for span in self.spans if span.kind is kind)
