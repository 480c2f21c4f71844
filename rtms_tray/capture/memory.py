"""What events have told of the last 1,000 meetings, whether or not anybody asked for them to be captured.

So a request in the middle of a meeting finds the instance that is running, and who is in it.
"""

from collections.abc import Callable, Mapping
from itertools import islice
from typing import TypeVar

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.attendance import after_gap, gap_over, settled, with_event
from rtms_tray.capture.context import Context
from rtms_tray.capture.people import People
from rtms_tray.capture.zoom_codes import MEETING_OVER
from rtms_tray.support.frozen import Frozen, field, replace
from rtms_tray.support.units import Millis

T = TypeVar("T")


class Remembered(Frozen):
    """One instance of a meeting. Moments are Zoom's."""

    meeting: e.Meeting
    last_event_at: Millis
    started_at: Millis | None = None
    over: bool = False
    gap_since: Millis | None = None  # events may have been missed since; this machine's clock
    people: People = field(default_factory=People)

    @property
    def gap(self) -> bool:
        """Whether events may have been missed since something was last heard of it."""
        return self.gap_since is not None


class Colleague(Frozen):
    """A stream of the same app that somebody else started; `since` is Zoom's clock."""

    meeting: e.Meeting
    since: Millis
    unverified_since: Millis | None = None  # this machine's clock; its stop may have been missed

    @property
    def unverified(self) -> bool:
        """Whether its stop may have been missed."""
        return self.unverified_since is not None

    @property
    def lost_at(self) -> Millis | None:
        """When it is forgotten, unless an event tells of it before."""
        since = self.unverified_since
        return None if since is None else since + timings.LOST_SIGHT_AFTER


class Memory(Frozen):
    """Meetings by UUID and streams by ID, the oldest first."""

    meetings: Mapping[str, Remembered] = field(default_factory=dict)
    early_stops: Mapping[str, e.StreamStopped] = field(default_factory=dict)
    """Stops that came before their starts."""
    finished: Mapping[str, Millis] = field(default_factory=dict)
    """Streams that have stopped, and when: they never start again."""
    foreign: Mapping[str, Millis] = field(default_factory=dict)
    """Streams that somebody else started, and when."""
    colleagues: Mapping[str, Colleague] = field(default_factory=dict)
    """Those of them that are live, as far as events tell."""
    unplaced: Mapping[str, tuple[e.RequestEvent, ...]] = field(default_factory=dict)
    """Events by UUID alone that may answer a request sent by number."""
    asked_by_others: Mapping[str, Millis] = field(default_factory=dict)
    """Meetings, by UUID and by number, for which somebody else is known to have asked, and when."""
    unnamed_stops: Mapping[str, tuple[e.UnnamedStreamStopped, ...]] = field(default_factory=dict)
    """By the meeting's UUID, stops of no known stream: the stream's start may come later."""

    def running(self, number: str) -> Remembered | None:
        """Find the instance of this number that is known to be running."""
        instances = (known for known in self.meetings.values() if known.meeting.number == number)
        newest = max(instances, key=lambda known: known.last_event_at, default=None)
        return None if newest is None or newest.over or newest.gap else newest

    def of(self, uuid: str | None) -> Remembered | None:
        """Find one instance."""
        return self.meetings.get(uuid) if uuid else None


def remember(memory: Memory, event: e.MeetingEvent, context: Context) -> Memory:
    """Take in an event of any meeting."""
    uuid = event.meeting.uuid
    if not uuid:
        return memory
    old = memory.meetings.get(uuid) or Remembered(event.meeting, event.at)
    meeting = joined_names(old.meeting, event.meeting)
    new = replace(
        old,
        meeting=meeting,
        last_event_at=max(old.last_event_at, event.at),
        started_at=event.at if isinstance(event, e.MeetingStarted) else old.started_at,
        over=old.over or isinstance(event, e.MeetingEnded),
        people=with_event(settled(old.people, context), event, context, meeting),
    )
    memory = replace(memory, meetings=bounded({**memory.meetings, uuid: new}))
    return (
        _only_colleagues(memory, lambda known: known.meeting.uuid != uuid) if new.over else memory
    )


def remember_stop(memory: Memory, event: e.StreamStopped, *, started: bool) -> Memory:
    """Keep a stop; one that comes before its start still wins."""
    known = memory.of(event.meeting.uuid)
    if known is not None and event.reason == MEETING_OVER:
        meetings = {**memory.meetings, known.meeting.uuid or "": replace(known, over=True)}
        memory = replace(memory, meetings=meetings)
    if started:
        finished = {**memory.finished, event.stream_id: event.at}
        return replace(memory, finished=bounded(finished))
    stops = {**memory.early_stops, event.stream_id: event}
    return replace(memory, early_stops=bounded(stops))


def remember_unnamed_stop(memory: Memory, event: e.UnnamedStreamStopped) -> Memory:
    """Keep a stop of no known stream; it wins over a start that comes later."""
    if not event.meeting.uuid:
        return memory
    uuid = event.meeting.uuid
    stops = (*memory.unnamed_stops.get(uuid, ()), event)[-timings.UNPLACED_KEPT :]
    return replace(memory, unnamed_stops=bounded({**memory.unnamed_stops, uuid: stops}))


def remember_request(memory: Memory, event: e.RequestAnswer) -> Memory:
    """Keep that somebody else has asked for a meeting."""
    names = (event.meeting.uuid, event.meeting.number)
    asked = {**memory.asked_by_others, **{name: event.at for name in names if name}}
    return replace(memory, asked_by_others=bounded(asked))


def remember_start(memory: Memory, event: e.StreamStarted, me: str | None) -> Memory:
    """Keep a stream that somebody else started."""
    if not event.operator_id or event.operator_id == me:
        return memory
    foreign = {**memory.foreign, event.stream_id: event.at}
    memory = replace(memory, foreign=bounded(foreign))
    if event.stream_id in memory.early_stops:
        return memory
    known = memory.of(event.meeting.uuid)
    meeting = joined_names(event.meeting, known.meeting) if known else event.meeting
    first = memory.colleagues.get(event.stream_id, Colleague(meeting, event.at))
    live = {**memory.colleagues, event.stream_id: replace(first, unverified_since=None)}
    return replace(memory, colleagues=bounded(live))


def without_colleague(memory: Memory, stream_id: str) -> Memory:
    """Drop somebody else's stream, which has stopped."""
    live = {key: known for key, known in memory.colleagues.items() if key != stream_id}
    return replace(memory, colleagues=live)


def without_lost(memory: Memory, now: Millis) -> Memory:
    """Drop somebody else's streams whose stop must have been missed."""
    return _only_colleagues(memory, lambda known: known.lost_at is None or known.lost_at > now)


def _only_colleagues(memory: Memory, is_kept: Callable[[Colleague], bool]) -> Memory:
    kept = {key: known for key, known in memory.colleagues.items() if is_kept(known)}
    return replace(memory, colleagues=kept)


def with_gap(memory: Memory, since: Millis) -> Memory:
    """Events may have been missed since then: nothing is certain any more."""
    meetings = {
        uuid: replace(known, gap_since=known.gap_since or since, people=after_gap(known.people))
        for uuid, known in memory.meetings.items()
    }
    colleagues = {
        key: known if known.unverified else replace(known, unverified_since=since)
        for key, known in memory.colleagues.items()
    }
    return replace(memory, meetings=meetings, colleagues=colleagues)


def without_gap(memory: Memory, since: Millis | None) -> Memory:
    """Events come again; where all is told that happened since then, nothing of that time was missed."""
    meetings = {uuid: _after_gap_of(known, since) for uuid, known in memory.meetings.items()}
    colleagues = {
        key: replace(known, unverified_since=None)
        if _is_told(known.unverified_since, since)
        else known
        for key, known in memory.colleagues.items()
    }
    return replace(memory, meetings=meetings, colleagues=colleagues)


def _after_gap_of(known: Remembered, since: Millis | None) -> Remembered:
    told = _is_told(known.gap_since, since)
    people = gap_over(known.people, told=told)
    return replace(known, gap_since=None if told else known.gap_since, people=people)


def _is_told(gap_since: Millis | None, since: Millis | None) -> bool:
    """Whether all is told that happened since this gap began."""
    return gap_since is not None and since is not None and since <= gap_since


def with_unplaced(memory: Memory, uuid: str, event: e.RequestEvent) -> Memory:
    """Keep an event until the number of its meeting is known."""
    events = (*memory.unplaced.get(uuid, ()), event)[-timings.UNPLACED_KEPT :]
    return replace(memory, unplaced=bounded({**memory.unplaced, uuid: events}))


def without_unplaced(memory: Memory, uuid: str, event: e.RequestEvent | None = None) -> Memory:
    """Drop the events of a meeting whose number is known now, or the one that has found its session."""
    waited = memory.unplaced.get(uuid, ())
    left = tuple(one for one in waited if event is not None and one != event)
    kept = {key: events for key, events in memory.unplaced.items() if key != uuid}
    return replace(memory, unplaced={**kept, uuid: left} if left else kept)


def joined_names(old: e.Meeting, new: e.Meeting) -> e.Meeting:
    """Put together the names of one meeting."""
    return e.Meeting(
        uuid=old.uuid or new.uuid,
        number=old.number or new.number,
        host_id=old.host_id or new.host_id,
        host_account=old.host_account or new.host_account,
    )


def bounded(entries: Mapping[str, T]) -> Mapping[str, T]:
    """Drop the oldest entries beyond the limit."""
    beyond = len(entries) - timings.MEETINGS_REMEMBERED
    return dict(islice(entries.items(), beyond, None)) if beyond > 0 else entries
