"""Who is in a meeting, by connection, as its events tell: the app owner, the host, and people without an account.

Theory. A person comes by one connection or several: devices, each with a `participant_uuid` that stays over moves
between rooms and is new after a rejoin. Nothing orders a left and a joined of one connection but their whole seconds,
and a tie is joined; so any order of arrival leads to the same. A left counts only 2 s later, since a joined of the same
connection may follow. Whoever has a connection that has not left is there. A gap makes all connections uncertain until
their next events. Somebody is known to be absent only if all that happened since the meeting's start was seen.

Moments are Zoom's, but for those that waiting times end at, which are this machine's.
"""

from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TypeAlias

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.context import Context
from rtms_tray.capture.rooms import Room, Where, is_last, latest, second
from rtms_tray.support.units import SECOND, Millis

HOST = "host"


class Presence(Enum):
    """Whether somebody is in the meeting."""

    THERE = auto()
    UNKNOWN = auto()
    ABSENT = auto()


@dataclass(frozen=True, slots=True)
class Connection:
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


@dataclass(frozen=True, slots=True)
class People:
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


# --- taking in events ---------------------------------------------------------------------------


def with_event(
    people: People, event: e.ZoomEvent | e.PersonEvent, context: Context, meeting: e.Meeting
) -> People:
    """Take in one event of the meeting; the order in which events arrive does not matter."""
    match event:
        case e.ParticipantJoined():
            people = _with_connection(people, event, context, meeting)
            return _maybe_before_host(people, event, context, meeting)
        case e.PersonEvent() if not isinstance(event, e.WaitingForHost):
            return _with_connection(people, event, context, meeting)
        case e.RoleChanged():
            return _role_changed(people, event, context, meeting)
        case e.WaitingForHost():
            return _empty_at(people, moment(event), context)
        case e.MeetingStarted():
            return replace(_empty_at(people, event.at, context), began=True)
        case _:
            return people


def _with_connection(
    people: People, event: e.PersonEvent, context: Context, meeting: e.Meeting
) -> People:
    before = _connection_of(people, event.person)
    if before is None:
        if event.person == e.Person():
            return people
        before = Connection(event.person, certain=False)
    after = _changed(before, event, context)
    if isinstance(event, e.ParticipantJoined):
        after = replace(after, came_at=_came_at(before, moment(event)))
        after = replace(after, joins=_remembering(before.joins, moment(event)))
    elif isinstance(event, e.ParticipantLeft):
        after = replace(after, lefts=_remembering(before.lefts, moment(event)))
    mine = after.person.account_id is not None and after.person.account_id == context.me
    if mine:
        people = _with_own_room(people, before, after, event, context)
        own_room = _in_rooms(before.own_room, after, event, context)
        after = replace(after, room=Room(), own_room=own_room)
    else:
        after = replace(after, room=_in_rooms(after.room, after, event, context))
    return _with(people, before, after, context, meeting)


def _with_own_room(
    people: People, before: Connection, after: Connection, event: e.PersonEvent, context: Context
) -> People:
    """Follow the app owner, who is in a room as long as one of their devices is."""
    room = _in_rooms(people.room, after, event, context)
    others = (one for one in people.connections if one is not before and one.certain)
    elsewhere = any(one.own_room.where is Where.IN_ROOM and not one.gone for one in others)
    goes_in = room.entered_at != people.room.entered_at
    return people if elsewhere and not goes_in else replace(people, room=room)


def _came_at(before: Connection, at: Millis) -> Millis | None:
    """When a connection came; None where it was there before anything told of it."""
    new = before.joined_at is before.left_at is None
    if new or before.came_at is None:
        return at if new else None
    return min(at, before.came_at)


def _connection_of(people: People, person: e.Person) -> Connection | None:
    """Find a person's connection by the identifiers that the event has."""
    found = (one for one in people.connections if one.person.is_same(person))
    return max(found, key=lambda one: not one.gone, default=None)


def _changed(before: Connection, event: e.PersonEvent, context: Context) -> Connection:
    at = moment(event)
    person = _joined_person(before.person, event.person)
    certain = before.certain or is_seen(at, context)
    after = replace(before, person=person, certain=certain)
    match event:
        case e.ParticipantLeft(move=None):
            return _left(after, at, context)
        case e.ParticipantLeft():  # for another room, as Zoom says: the joined may be late, or lost
            return _there(_left(after, at, context), at)
        case e.BreakoutLeft():  # whether they leave the meeting too, another event tells
            return _there(after, at - timings.ROOM_MOVE)
        case _:
            return _there(after, at)


def _joined_person(old: e.Person, new: e.Person) -> e.Person:
    return e.Person(
        account_id=new.account_id or old.account_id,
        in_meeting_id=new.in_meeting_id or old.in_meeting_id,
        participant_uuid=old.participant_uuid or new.participant_uuid,
    )


def _there(connection: Connection, at: Millis) -> Connection:
    """Somebody was there at that moment: a left of an earlier second, or of this one, was a move."""
    connection = replace(connection, joined_at=latest(connection.joined_at, at))
    if not is_last(connection.joined_at, connection.left_at):
        return connection
    return replace(connection, left_counts_at=None, gone=False)


def _left(connection: Connection, at: Millis, context: Context) -> Connection:
    """Somebody leaves the meeting, or moves; who leaves when they come was there before."""
    came_at = connection.came_at
    if came_at is not None and second(at) <= second(came_at):
        came_at = None
    connection = replace(connection, left_at=latest(connection.left_at, at), came_at=came_at)
    leaves = not is_last(connection.joined_at, connection.left_at)
    if not leaves or connection.gone or connection.left_counts_at is not None:
        return connection
    return replace(connection, left_counts_at=context.now + timings.LEFT_COUNTS_AFTER)


def _remembering(seconds: tuple[Millis, ...], at: Millis) -> tuple[Millis, ...]:
    return tuple(dict.fromkeys((*seconds, second(at))))[-timings.MOVES_REMEMBERED :]


def _in_rooms(room: Room, connection: Connection, event: e.PersonEvent, context: Context) -> Room:
    """Follow somebody's rooms: by a room's events, by a move that Zoom names, or by a move alone."""
    at = moment(event)
    if isinstance(event, e.BreakoutJoined) or event.move is e.Move.TO_ROOM:
        room = room.entered(at, event.room, unbroken=is_seen(at, context))
    elif isinstance(event, e.BreakoutLeft) or event.move is e.Move.TO_MAIN_ROOM:
        room = room.left(at, room_id=event.room)
    both = second(at) in connection.joins and second(at) in connection.lefts
    return room.moved(at) if both and _is_half_of_move(event) else room


def _is_half_of_move(event: e.PersonEvent) -> bool:
    """Whether it may be one of a left and a joined of the same second, however late it comes."""
    return isinstance(event, e.ParticipantJoined | e.ParticipantLeft)


def _with(
    people: People,
    before: Connection,
    after: Connection,
    context: Context,
    meeting: e.Meeting,
) -> People:
    """Put a connection in its place, if it matters."""
    kept = tuple(after if one is before else one for one in people.connections)
    if not any(one is before for one in people.connections):
        kept = (*kept, after)
    matters = tuple(one for one in kept if _matters(one, people, context, meeting))
    return _bounded(replace(people, connections=matters))


def _matters(connection: Connection, people: People, context: Context, meeting: e.Meeting) -> bool:
    """Whether it may be the app owner's or the host's, or is in a room."""
    account = connection.person.account_id
    in_room = connection.room.where is Where.IN_ROOM and not connection.gone
    return (
        account is None
        or account in {context.me, meeting.host_id}
        or in_room
        or (people.host is not None and _is_of(connection, people.host))
    )


def _bounded(people: People) -> People:
    """Drop the oldest connections beyond the limit; then not all are in sight any more."""
    if len(people.connections) <= timings.CONNECTIONS_REMEMBERED:
        return people
    gone = next((one for one in people.connections if one.gone), None)
    first = gone or people.connections[0]
    kept = tuple(one for one in people.connections if one is not first)
    since = people.all_seen_since if gone else None
    return replace(people, connections=kept, all_seen_since=since)


def _empty_at(people: People, at: Millis, context: Context) -> People:
    """Nobody was there at that moment: the meeting starts, or waits for its host."""
    connections = tuple(
        replace(one, left_at=at, left_counts_at=None, gone=True)
        if one.joined_at is None or second(one.joined_at) < second(at)
        else one
        for one in people.connections
    )
    since = people.all_seen_since
    if is_seen(at, context):
        since = latest(since, at)
    return replace(people, connections=connections, all_seen_since=since)


def is_seen(at: Millis, context: Context) -> bool:
    """Whether no event of that moment or later can have been missed."""
    up_since = context.sight.up_since
    return up_since is not None and at + timings.CLOCK_MARGIN >= up_since + context.zoom_ahead


def settled(people: People, context: Context) -> People:
    """Let those lefts count whose time has come."""
    room, connections = people.room, list(people.connections)
    for index, one in enumerate(connections):
        if one.left_counts_at is None or one.left_counts_at > context.now:
            continue
        connections[index] = replace(one, left_counts_at=None, gone=True)
        if one.person.account_id == context.me and one.left_at is not None:
            room = room.without_device(one.left_at)
    if tuple(connections) == people.connections:
        return people
    return replace(people, connections=tuple(connections), room=room)


def after_gap(people: People) -> People:
    """Events may have been missed: nobody is certain to be there, nor known to be absent."""
    connections = tuple(
        replace(one, certain=False, left_counts_at=None, room=one.room.after_gap())
        for one in people.connections
    )
    return replace(
        people, connections=connections, room=people.room.after_gap(), all_seen_since=None
    )


def without_rooms(people: People) -> People:
    """The app owner cannot be where they were last known to be: nothing is known of a room any more."""
    connections = tuple(replace(one, own_room=Room()) for one in people.connections)
    return replace(people, connections=connections, room=Room())


def with_owner_gone(people: People, me: str | None, at: Millis) -> People:
    """The app owner has left by all connections: Zoom says so itself (stop 4)."""
    mine = connections_of(people, me)
    connections = tuple(
        replace(one, left_at=latest(one.left_at, at), left_counts_at=None, gone=True)
        if one in mine and not (one.joined_at is not None and one.joined_at > at)
        else one
        for one in people.connections
    )
    return replace(people, connections=connections)


# --- who is there -------------------------------------------------------------------------------


def connections_of(people: People, account: str | None) -> Connections:
    """List the connections of an account, of those who have left, too."""
    if account is None:
        return ()
    return tuple(one for one in people.connections if one.person.account_id == account)


def is_there(connections: Connections) -> bool:
    """Whether one of them has not left."""
    return any(not one.gone for one in connections)


def _presence(people: People, connections: Connections, *, discloses: bool) -> Presence:
    """Tell whether a person is there; `discloses`: they come with an account, if they come."""
    there = [one for one in connections if not one.gone]
    if any(one.certain for one in there):
        return Presence.THERE
    hidden = not discloses and any(
        one.person.account_id is None and not one.gone for one in people.connections
    )
    if there or people.all_seen_since is None or hidden:
        return Presence.UNKNOWN
    return Presence.ABSENT


def _discloses(connections: Connections, context: Context, meeting: e.Meeting) -> bool:
    """Whether somebody's events have their account: they had it once, or the meeting is of the app owner's account."""
    own = meeting.host_account is not None and meeting.host_account == context.account
    return own or any(one.person.account_id for one in connections)


def owner_presence(people: People, context: Context, meeting: e.Meeting) -> Presence:
    """Tell whether the app owner is there."""
    mine = connections_of(people, context.me)
    if not mine and context.me is None:
        return Presence.UNKNOWN
    return _presence(people, mine, discloses=_discloses(mine, context, meeting))


def host_presence(people: People, context: Context, meeting: e.Meeting) -> Presence:
    """Tell whether the host is there: whom a role event has named, or else the meeting's scheduled owner."""
    if i_host(people, context, meeting):
        return owner_presence(people, context, meeting)
    named = host_connections(people, meeting)
    presence = _presence(people, named, discloses=_discloses(named, context, meeting))
    scheduled = connections_of(people, meeting.host_id)
    if presence is not Presence.ABSENT or named == scheduled:
        return presence if people.host or meeting.host_id else Presence.UNKNOWN
    return _presence(people, scheduled, discloses=_discloses(scheduled, context, meeting))


def host_connections(people: People, meeting: e.Meeting) -> Connections:
    """List the connections of the host."""
    host = people.host
    if host is None:
        return connections_of(people, meeting.host_id)
    return tuple(one for one in people.connections if _is_of(one, host))


def _is_of(connection: Connection, person: e.Person) -> bool:
    same_account = person.account_id is not None
    same_account = same_account and person.account_id == connection.person.account_id
    return same_account or connection.person.is_same(person)


def i_host(people: People, context: Context, meeting: e.Meeting) -> bool:
    """Whether the app owner is the host, which holds until a role event names somebody else."""
    if not context.is_own(meeting):
        return False
    return people.host is None or people.host.account_id == context.me


def told_at(people: People, connections: Connections) -> Millis:
    """When something last told of these connections, or of everybody."""
    told = [at for one in connections for at in (one.joined_at, one.left_at) if at is not None]
    return max(told, default=people.all_seen_since or 0)


def arrived_at(connections: Connections) -> Millis | None:
    """Since when somebody has been there without a break; None if they were there before anything told of it."""
    there = [one for one in connections if not one.gone]
    if not there or any(one.came_at is None for one in there):
        return None
    since = min(one.came_at for one in there if one.came_at is not None)
    earlier = [one for one in connections if one.gone]
    while (before := next((one for one in earlier if _reaches(one, since)), None)) is not None:
        if before.came_at is None:
            return None
        earlier.remove(before)
        since = min(since, before.came_at)
    return since


def _reaches(gone: Connection, since: Millis) -> bool:
    """Whether a connection was still there at that moment, and had come before."""
    until = gone.left_at is not None and second(gone.left_at) >= second(since)
    return until and (gone.came_at is None or gone.came_at <= since)


# --- the host -----------------------------------------------------------------------------------


def _role_changed(
    people: People, event: e.RoleChanged, context: Context, meeting: e.Meeting
) -> People:
    """Somebody is named host; a role also shows that they were there just before."""
    if event.new_role != HOST or event.at < people.host_named_at:
        return people
    changed = is_new_host(people, event.person, meeting)
    before = _connection_of(people, event.person)
    known = before or Connection(event.person, certain=False)
    person = _joined_person(known.person, event.person)
    people = replace(
        people,
        host=person,
        host_named_at=event.at,
        host_changed_at=event.at if changed else people.host_changed_at,
        had_host=True,
    )
    certain = known.certain or is_seen(event.at, context)
    after = _there(replace(known, person=person, certain=certain), event.at - timings.ROOM_MOVE)
    return _with(people, known, after, context, meeting)


def is_new_host(people: People, person: e.Person, meeting: e.Meeting) -> bool:
    """Whether this is somebody else than the host so far, on any device."""
    found = _connection_of(people, person)
    person = _joined_person(found.person, person) if found else person
    host = people.host or e.Person(account_id=meeting.host_id)
    same_account = host.account_id is not None and host.account_id == person.account_id
    return not (same_account or host.is_same(person))


def _maybe_before_host(
    people: People, event: e.ParticipantJoined, context: Context, meeting: e.Meeting
) -> People:
    """Who joins while the host is known to be absent shows that the meeting may run without one."""
    at, without = moment(event), people.running_without_host_at
    if any(one.person.is_same(event.person) for one in host_connections(people, meeting)):
        first = without is not None and at > without
        return replace(people, had_host=True, running_without_host_at=without if first else None)
    absent = host_presence(people, context, meeting) is Presence.ABSENT
    if not (people.began and absent) or people.had_host:
        return people
    return replace(people, running_without_host_at=at if without is None else min(at, without))
