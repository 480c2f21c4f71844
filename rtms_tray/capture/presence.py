"""Who is in a meeting, as far as its events tell: the host and the app owner."""

from dataclasses import dataclass, replace

from rtms_tray.capture import events as e
from rtms_tray.support.units import Millis

HOST = "host"


@dataclass(frozen=True, slots=True)
class People:
    """The people that capture depends on; None where no event has told. Moments are Zoom's."""

    host: e.Person | None = None  # the host who is present
    host_present: bool | None = None
    host_known_at: Millis = 0
    host_changed_at: Millis | None = None  # the newest hand-off
    owner: e.Person | None = None
    owner_present: bool | None = None
    owner_known_at: Millis = 0
    in_breakout: bool | None = None
    breakout_known_at: Millis = 0
    in_breakout_rooms: frozenset[e.Person] = frozenset()  # people other than the app owner
    began: bool = False  # an event has told of the meeting's start
    had_host: bool = False
    running_without_host_at: Millis | None = None  # somebody was in it before any host

    @property
    def rooms_are_open(self) -> bool:
        """Whether anybody else is in a breakout room."""
        return bool(self.in_breakout_rooms)


def is_owner(people: People, person: e.Person, me: str | None) -> bool:
    """Whether this is the app owner: by account, or by an identifier that came with that account."""
    if person.account_id:
        return person.account_id == me
    return people.owner is not None and people.owner.is_same(person)


def is_host(people: People, person: e.Person, host_id: str | None) -> bool:
    """Whether this is the host: the present one, or the meeting's scheduled owner."""
    if people.host is not None and people.host.is_same(person):
        return True
    return host_id is not None and person.account_id == host_id


def with_event(people: People, event: e.ZoomEvent, me: str | None, host_id: str | None) -> People:
    """Take in one event; one that is older than what is known of that person changes nothing."""
    match event:
        case e.ParticipantJoined():
            return _joined(people, event, me, host_id)
        case e.ParticipantLeft():
            return _left(people, event, me, host_id)
        case e.RoleChanged():
            return _role_changed(people, event)
        case e.BreakoutJoined() | e.BreakoutLeft():
            return _breakout(people, event, me)
        case e.WaitingForHost() if event.at >= people.host_known_at:
            return replace(people, host=None, host_present=False, host_known_at=event.at)
        case e.MeetingStarted() if not people.began:
            return _began(people, event)
        case _:
            return people


def is_somebody_new(people: People, person: e.Person) -> bool:
    """Whether this is not the present host, on any device."""
    host = people.host
    if host is None:
        return True
    same_account = host.account_id is not None and host.account_id == person.account_id
    return not (same_account or host.is_same(person))


def after_gap(people: People) -> People:
    """Drop what a missed event may have changed: the host may have joined."""
    return replace(people, host_present=people.host_present or None)


def _began(people: People, event: e.MeetingStarted) -> People:
    """From the meeting's start on, an event tells of everybody who joins: so far, nobody is there."""
    people = replace(people, began=True)
    if people.host_present is not None:
        return people
    return replace(people, host_present=False, host_known_at=event.at)


def _joined(
    people: People, event: e.ParticipantJoined, me: str | None, host_id: str | None
) -> People:
    if is_owner(people, event.person, me) and event.at >= people.owner_known_at:
        people = replace(people, owner=event.person, owner_present=True, owner_known_at=event.at)
    if is_host(people, event.person, host_id):
        return _host_joined(people, event)
    if people.began and people.host_present is False and not people.had_host:
        return replace(people, running_without_host_at=event.at)
    return people


def _host_joined(people: People, event: e.ParticipantJoined) -> People:
    """The host is there; if they were the first after all, the meeting has not run without them."""
    first = people.running_without_host_at is not None and event.at > people.running_without_host_at
    people = replace(
        people,
        had_host=True,
        running_without_host_at=people.running_without_host_at if first else None,
    )
    if event.at < people.host_known_at:
        return people
    return replace(people, host=event.person, host_present=True, host_known_at=event.at)


def _left(people: People, event: e.ParticipantLeft, me: str | None, host_id: str | None) -> People:
    if is_owner(people, event.person, me) and event.at >= people.owner_known_at:
        people = replace(people, owner_present=False, owner_known_at=event.at, in_breakout=None)
    someone_else_hosts = people.host is not None and not people.host.is_same(event.person)
    host_left = is_host(people, event.person, host_id) and not someone_else_hosts
    if host_left and event.at >= people.host_known_at:
        people = replace(people, host=None, host_present=False, host_known_at=event.at)
    return people


def _role_changed(people: People, event: e.RoleChanged) -> People:
    if event.new_role != HOST or event.at < people.host_known_at:
        return people
    changed = people.host is None or not people.host.is_same(event.person)
    return replace(
        people,
        host=event.person,
        had_host=True,
        host_present=True,
        host_known_at=event.at,
        host_changed_at=event.at if changed else people.host_changed_at,
    )


def _breakout(people: People, event: e.BreakoutJoined | e.BreakoutLeft, me: str | None) -> People:
    joined = isinstance(event, e.BreakoutJoined)
    if not is_owner(people, event.person, me):
        others = {one for one in people.in_breakout_rooms if not one.is_same(event.person)}
        rooms = others | {event.person} if joined else others
        return replace(people, in_breakout_rooms=frozenset(rooms))
    if event.at < people.breakout_known_at:
        return people
    people = replace(people, in_breakout=joined, breakout_known_at=event.at)
    if joined and event.at >= people.owner_known_at:
        # Zoom may have said that they left, which was only the main room.
        return replace(people, owner_present=True, owner_known_at=event.at)
    return people
