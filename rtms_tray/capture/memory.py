"""What the feed has told of meetings, whether they are watched or not: the last 1,000 of them.

A request made in the middle of a meeting can so be tied to the instance that is running, and knows who is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.people import People, forget_unseen, observe
from rtms_tray.capture.units import Millis

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Remembered:
    """One meeting instance, by its UUID. Moments are Zoom's."""

    meeting: e.Meeting
    seen_at: Millis  # the newest event
    started_at: Millis | None = None
    over: bool = False
    gap: bool = False  # the feed was down since
    people: People = field(default_factory=People)


@dataclass(frozen=True, slots=True)
class Memory:
    """Meetings by UUID, oldest first; and the stops whose streams no session knew."""

    meetings: Mapping[str, Remembered] = field(default_factory=dict)
    early_stops: Mapping[str, e.StreamStopped] = field(default_factory=dict)

    def running(self, number: str) -> Remembered | None:
        """The newest instance of this number that has begun and not ended, seen without a gap."""
        seen = [
            one
            for one in self.meetings.values()
            if one.meeting.number == number and not one.over and not one.gap
        ]
        return max(seen, key=lambda one: one.seen_at, default=None)

    def of(self, uuid: str | None) -> Remembered | None:
        """What is known of one instance."""
        return self.meetings.get(uuid) if uuid else None


def remember(memory: Memory, event: e.MeetingEvent, me: str | None) -> Memory:
    """Take in an event about any meeting."""
    uuid = event.meeting.uuid
    if not uuid:
        return memory
    old = memory.meetings.get(uuid) or Remembered(event.meeting, event.at)
    meeting = joined_names(old.meeting, event.meeting)
    people = observe(old.people, event, me, meeting.host_id)
    started = event.at if isinstance(event, e.MeetingStarted) else old.started_at
    new = replace(
        old,
        meeting=meeting,
        seen_at=max(old.seen_at, event.at),
        started_at=started,
        over=old.over or isinstance(event, e.MeetingEnded),
        people=people,
    )
    return replace(memory, meetings=bounded({**memory.meetings, uuid: new}))


def remember_stop(memory: Memory, event: e.StreamStopped) -> Memory:
    """Keep a stop that overtook its start: it wins when the start comes."""
    stops = {**memory.early_stops, event.stream_id: event}
    return replace(memory, early_stops=bounded(stops))


def with_gap(memory: Memory) -> Memory:
    """The feed was down: what was missed is unknown, so no running instance is certain any more."""
    meetings = {
        uuid: replace(one, gap=True, people=forget_unseen(one.people))
        for uuid, one in memory.meetings.items()
    }
    return replace(memory, meetings=meetings)


def joined_names(old: e.Meeting, new: e.Meeting) -> e.Meeting:
    """Put together what two events say of the same meeting."""
    return e.Meeting(
        uuid=old.uuid or new.uuid,
        number=old.number or new.number,
        host_id=old.host_id or new.host_id,
    )


def bounded(entries: Mapping[str, T]) -> Mapping[str, T]:
    """Forget the oldest entries beyond the limit."""
    extra = len(entries) - policy.MEETINGS_REMEMBERED
    return dict(list(entries.items())[extra:]) if extra > 0 else entries
