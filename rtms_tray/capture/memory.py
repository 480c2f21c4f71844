"""What the feed has told of meetings, whether they are watched or not: the last 1,000 of them.

A request made in the middle of a meeting can so be tied to the instance that is running, and knows who is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.presence import People, forget_unseen, observe
from rtms_tray.support.units import Millis

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
class Colleague:
    """A stream of the same app that somebody else started; `since` is Zoom's clock."""

    meeting: e.Meeting
    since: Millis
    unverified_since: Millis | None = None  # this machine's clock: nothing was seen then

    @property
    def unverified(self) -> bool:
        """Whether its stop may have been missed."""
        return self.unverified_since is not None

    @property
    def lost_at(self) -> Millis | None:
        """When it is forgotten, if nothing is heard of it until then."""
        since = self.unverified_since
        return None if since is None else since + policy.LOST_SIGHT_AFTER


@dataclass(frozen=True, slots=True)
class Memory:
    """Meetings by UUID, and streams by their ID; each oldest first."""

    meetings: Mapping[str, Remembered] = field(default_factory=dict)
    early_stops: Mapping[str, e.StreamStopped] = field(default_factory=dict)
    """Stops whose starts were not seen."""
    finished: Mapping[str, Millis] = field(default_factory=dict)
    """Streams that started and stopped, by the time of their stop: they never start again."""
    strangers: Mapping[str, Millis] = field(default_factory=dict)
    """Streams that somebody else started."""
    colleagues: Mapping[str, Colleague] = field(default_factory=dict)
    """Those of them that are live, as far as events tell."""
    unplaced: Mapping[str, tuple[e.RequestEvent, ...]] = field(default_factory=dict)
    """What came of meetings, by UUID, that may be those of requests sent by number."""

    def running(self, number: str) -> Remembered | None:
        """The newest instance of this number, if it has not ended and was seen without a gap."""
        seen = [one for one in self.meetings.values() if one.meeting.number == number]
        newest = max(seen, key=lambda one: one.seen_at, default=None)
        return None if newest is None or newest.over or newest.gap else newest

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
    memory = replace(memory, meetings=bounded({**memory.meetings, uuid: new}))
    return _without_meeting(memory, uuid) if new.over else memory


def remember_stop(memory: Memory, event: e.StreamStopped, *, started: bool) -> Memory:
    """Keep a stop: one that overtook its start wins when the start comes."""
    if started:
        over = {**memory.finished, event.stream_id: event.at}
        return replace(memory, finished=bounded(over))
    stops = {**memory.early_stops, event.stream_id: event}
    return replace(memory, early_stops=bounded(stops))


def remember_start(memory: Memory, event: e.StreamStarted, me: str | None) -> Memory:
    """Keep whose stream it is, where it is somebody else's."""
    if not event.operator_id or event.operator_id == me:
        return memory
    others = {**memory.strangers, event.stream_id: event.at}
    memory = replace(memory, strangers=bounded(others))
    if event.stream_id in memory.early_stops:
        return memory
    known = memory.of(event.meeting.uuid)
    meeting = joined_names(event.meeting, known.meeting) if known else event.meeting
    first = memory.colleagues.get(event.stream_id, Colleague(meeting, event.at))
    live = {**memory.colleagues, event.stream_id: replace(first, unverified_since=None)}
    return replace(memory, colleagues=bounded(live))


def without_colleague(memory: Memory, stream_id: str) -> Memory:
    """Somebody else's stream is over."""
    live = {name: one for name, one in memory.colleagues.items() if name != stream_id}
    return replace(memory, colleagues=live)


def _without_meeting(memory: Memory, uuid: str) -> Memory:
    live = {name: one for name, one in memory.colleagues.items() if one.meeting.uuid != uuid}
    return replace(memory, colleagues=live)


def without_lost(memory: Memory, now: Millis) -> Memory:
    """Somebody else's streams of which nothing was heard for too long are forgotten."""
    live = {
        name: one
        for name, one in memory.colleagues.items()
        if one.lost_at is None or one.lost_at > now
    }
    return replace(memory, colleagues=live)


def with_gap(memory: Memory, since: Millis) -> Memory:
    """Nothing was seen for a while: what was missed is unknown, so no running instance is certain any more."""
    meetings = {
        uuid: replace(one, gap=True, people=forget_unseen(one.people))
        for uuid, one in memory.meetings.items()
    }
    colleagues = {
        name: one if one.unverified else replace(one, unverified_since=since)
        for name, one in memory.colleagues.items()
    }
    return replace(memory, meetings=meetings, colleagues=colleagues)


def with_unplaced(memory: Memory, uuid: str, event: e.RequestEvent) -> Memory:
    """Keep an event until the number of its meeting is known."""
    events = (*memory.unplaced.get(uuid, ()), event)[-policy.UNPLACED_KEPT :]
    return replace(memory, unplaced=bounded({**memory.unplaced, uuid: events}))


def without_unplaced(memory: Memory, uuid: str) -> Memory:
    """The number is known: nothing waits for it any more."""
    left = {name: events for name, events in memory.unplaced.items() if name != uuid}
    return replace(memory, unplaced=left)


def joined_names(old: e.Meeting, new: e.Meeting) -> e.Meeting:
    """Put together what two events say of the same meeting."""
    return e.Meeting(
        uuid=old.uuid or new.uuid,
        number=old.number or new.number,
        host_id=old.host_id or new.host_id,
        host_account=old.host_account or new.host_account,
    )


def bounded(entries: Mapping[str, T]) -> Mapping[str, T]:
    """Forget the oldest entries beyond the limit."""
    return dict(list(entries.items())[-policy.MEETINGS_REMEMBERED :])
