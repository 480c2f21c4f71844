"""The people that capture depends on, by connection: what is known of who came, moved and left.

Moments are Zoom's, but for those that waiting times end at, which are this machine's.
"""

from typing import TypeAlias

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.context import Context
from rtms_tray.capture.rooms import Room, Where
from rtms_tray.support.frozen import Frozen, field
from rtms_tray.support.units import SECOND, Millis

HOST = "host"


class Connection(Frozen):
    """One device of somebody in the meeting."""

    person: e.Person
    came_at: Millis | None = None  # None: they were there before anything told of it
    joined_at: Millis | None = None  # the newest sign that they are there
    left_at: Millis | None = None
    certain: bool = True  # no event of it can have been missed since the newest
    left_counts_at: Millis | None = None  # this machine's clock
    gone: bool = False
    joins: tuple[Millis, ...] = ()  # the seconds in which it joined, and left, as far as known
    lefts: tuple[Millis, ...] = ()
    room: Room = field(default_factory=Room)  # of somebody else
    own_room: Room = field(default_factory=Room)  # of the app owner: by this device


Connections: TypeAlias = tuple[Connection, ...]


class People(Frozen):
    """The people that capture depends on."""

    connections: Connections = ()
    room: Room = field(default_factory=Room)  # the app owner's
    host: e.Person | None = None  # whom a role event has named
    host_named_at: Millis = 0
    host_changed_at: Millis | None = None  # the newest hand-off
    began: bool = False  # an event has told of the meeting's start
    all_seen_since: Millis | None = None  # nobody was there then, and no event was missed since
    had_host: bool = False
    running_without_host_at: Millis | None = None  # somebody was in it before any host
    before_gap: "People | None" = None  # as they were known before the gap that lasts

    @property
    def rooms_are_open(self) -> bool:
        """Whether anybody else is in a breakout room."""
        return any(not one.gone and one.room.where is Where.IN_ROOM for one in self.connections)

    @property
    def left_counts_at(self) -> Millis | None:
        """When the next left counts, on this machine's clock."""
        pending = (one.left_counts_at for one in self.connections)
        return min((at for at in pending if at is not None), default=None)


def moment(event: e.PersonEvent) -> Millis:
    """When it happened: `event_ts`, kept within the whole second that Zoom names, if it names one."""
    at, happened = event.at, event.happened_at
    if happened is None or happened > at + timings.NAMED_AHEAD:
        return at
    return min(max(at, happened), happened + SECOND - 1)


def connection_of(people: People, person: e.Person) -> Connection | None:
    """Find a person's connection by the identifiers that the event has."""
    found = (one for one in people.connections if one.person.is_same(person))
    return max(found, key=lambda one: not one.gone, default=None)


def joined_person(old: e.Person, new: e.Person) -> e.Person:
    """Put together the identifiers of one person."""
    return e.Person(
        account_id=new.account_id or old.account_id,
        in_meeting_id=new.in_meeting_id or old.in_meeting_id,
        participant_uuid=old.participant_uuid or new.participant_uuid,
    )


def is_seen(at: Millis, context: Context) -> bool:
    """Whether no event of that moment or later can have been missed."""
    up_since = context.sight.up_since
    return up_since is not None and at + timings.CLOCK_MARGIN >= up_since + context.zoom_ahead


def connections_of(people: People, account: str | None) -> Connections:
    """List the connections of an account, of those who have left, too."""
    if account is None:
        return ()
    return tuple(one for one in people.connections if one.person.account_id == account)


def is_there(connections: Connections) -> bool:
    """Whether one of them has not left."""
    return any(not one.gone for one in connections)


def host_connections(people: People, meeting: e.Meeting) -> Connections:
    """List the connections of the host."""
    host = people.host
    if host is None:
        return connections_of(people, meeting.host_id)
    return tuple(one for one in people.connections if is_of(one, host))


def is_of(connection: Connection, person: e.Person) -> bool:
    """Whether it is a connection of this person, by which device ever."""
    same_account = person.account_id is not None
    same_account = same_account and person.account_id == connection.person.account_id
    return same_account or connection.person.is_same(person)
