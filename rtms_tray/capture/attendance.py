"""Takes in what a meeting's events tell of its people.

Theory. A person comes by one connection or several: devices, each with a `participant_uuid` that stays over moves
between rooms and is new after a rejoin. Nothing orders a left and a joined of one connection but their whole seconds,
and a tie is joined; so any order of arrival leads to the same. A left counts only 2 s later, since a joined of the same
connection may follow.
"""

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.context import Context
from rtms_tray.capture.people import (
    HOST,
    Connection,
    People,
    connection_of,
    connections_of,
    host_connections,
    is_of,
    is_seen,
    joined_person,
    moment,
)
from rtms_tray.capture.presence import Presence, host_presence
from rtms_tray.capture.rooms import Room, Where, is_last, latest, second
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import Millis


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


def leaves_as_is(
    people: People, person: e.Person, context: Context, meeting: e.Meeting, *, joined: bool
) -> bool:
    """Whether nothing changes here when somebody comes or leaves who is neither the app owner nor the host.

    Where that takes more than a glance to tell, it is denied.
    """
    if joined and people.began and not people.had_host:
        return False  # the meeting may run without a host
    known = [one.person for one in people.connections]
    if people.host is not None:
        known.append(people.host)
    return not any(_share_name(person, one) for one in known) and all(
        one.left_counts_at is None and _matters(one, people, context, meeting)
        for one in people.connections
    )


def _share_name(one: e.Person, other: e.Person) -> bool:
    """Whether two people have any identifier in common."""
    pairs = (
        (one.account_id, other.account_id),
        (one.in_meeting_id, other.in_meeting_id),
        (one.participant_uuid, other.participant_uuid),
    )
    return any(mine is not None and mine == theirs for mine, theirs in pairs)


def _with_connection(
    people: People, event: e.PersonEvent, context: Context, meeting: e.Meeting
) -> People:
    before = connection_of(people, event.person)
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


def _changed(before: Connection, event: e.PersonEvent, context: Context) -> Connection:
    at = moment(event)
    person = joined_person(before.person, event.person)
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
        or (people.host is not None and is_of(connection, people.host))
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
        people,
        connections=connections,
        room=people.room.after_gap(),
        all_seen_since=None,
        before_gap=people.before_gap or people,
    )


def gap_over(people: People, *, told: bool) -> People:
    """Events come again; where all that was missed is told, they are known as well as before."""
    before = people.before_gap
    if before is None:
        return people
    return before if told and after_gap(before) == people else replace(people, before_gap=None)


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


# --- the host -----------------------------------------------------------------------------------


def _role_changed(
    people: People, event: e.RoleChanged, context: Context, meeting: e.Meeting
) -> People:
    """Somebody is named host; a role also shows that they were there just before."""
    if event.new_role != HOST or event.at < people.host_named_at:
        return people
    changed = is_new_host(people, event.person, meeting)
    before = connection_of(people, event.person)
    known = before or Connection(event.person, certain=False)
    person = joined_person(known.person, event.person)
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
    found = connection_of(people, person)
    person = joined_person(found.person, person) if found else person
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
