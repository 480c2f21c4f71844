"""Strangers who come to meetings that nobody here asked for, and leave: nearly all that a busy account's events tell.

All that they change is when their meeting was last heard of. So they need no turn of their own: they are gathered, and
`with_sightings` takes in many at once. The board is then the same as after a turn for each.
"""

from collections.abc import Iterable, Mapping

from rtms_tray.capture import events as e
from rtms_tray.capture.attendance import leaves_as_is
from rtms_tray.capture.board import Board
from rtms_tray.capture.clocks import NewestEvent
from rtms_tray.capture.context import Context
from rtms_tray.capture.memory import Remembered, bounded
from rtms_tray.capture.session import Session
from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.units import Millis


class Sighting(Frozen):
    """An event that only says that somebody with an account came or left, and in which meeting."""

    uuid: str
    number: str
    host_id: str | None
    host_account: str | None
    account_id: str
    in_meeting_id: str | None
    participant_uuid: str | None
    joined: bool
    at: Millis

    @property
    def meeting(self) -> e.Meeting:
        """The meeting's names."""
        return e.Meeting(self.uuid, self.number, self.host_id, self.host_account)

    @property
    def person(self) -> e.Person:
        """Who it was."""
        return e.Person(self.account_id, self.in_meeting_id, self.participant_uuid)

    def is_of_same(self, other: "Sighting") -> bool:
        """Whether both name a meeting alike."""
        return (
            self.uuid == other.uuid
            and self.number == other.number
            and self.host_id == other.host_id
            and self.host_account == other.host_account
        )


class Heard(Frozen):
    """What sightings have told of one meeting: the newest of them, and when it was last heard of."""

    sighting: Sighting
    last_at: Millis


def names_watched(sessions: Iterable[Session]) -> frozenset[str]:
    """List the UUIDs and numbers whose events concern a session."""
    meetings = (one.meeting for one in sessions)
    return frozenset(name for one in meetings for name in (one.uuid, one.number) if name)


def is_bystander(sighting: Sighting, known: Remembered | None, context: Context) -> bool:
    """Whether it is a stranger, of whom nothing is remembered, in a meeting that nobody watches.

    Those who say so know that the meeting is not watched, and that Zoom's clock is beyond question.
    """
    if sighting.account_id in (context.me, sighting.host_id):
        return False
    if known is None:
        return True
    if known.over or known.meeting != sighting.meeting:
        return False
    people, person = known.people, sighting.person
    return leaves_as_is(people, person, context, known.meeting, joined=sighting.joined)


def with_sightings(board: Board, heard: Mapping[str, Heard], newest: NewestEvent | None) -> Board:
    """Take in what sightings have told of meetings, by UUID, and the newest of them."""
    meetings = dict(board.memory.meetings)
    for uuid, told in heard.items():
        old = meetings.get(uuid)
        if old is None:
            meetings[uuid] = Remembered(told.sighting.meeting, told.last_at)
        elif told.last_at > old.last_event_at:
            meetings[uuid] = replace(old, last_event_at=told.last_at)
    memory = replace(board.memory, meetings=bounded(meetings))
    context = board.context
    if newest is not None:
        context = replace(context, clock=replace(context.clock, newest=newest))
    return replace(board, memory=memory, context=context)
