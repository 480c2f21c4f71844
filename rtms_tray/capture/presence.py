"""Whether the app owner and the host are in a meeting, as far as its events tell.

Whoever has a connection that has not left is there; a gap makes all connections uncertain until their next events.
Somebody is known to be absent only if all that happened since the meeting's start was seen.
"""

from enum import Enum, auto

from rtms_tray.capture import events as e
from rtms_tray.capture.context import Context
from rtms_tray.capture.people import (
    Connection,
    Connections,
    People,
    connections_of,
    host_connections,
)
from rtms_tray.capture.rooms import second
from rtms_tray.support.units import Millis


class Presence(Enum):
    """Whether somebody is in the meeting."""

    THERE = auto()
    UNKNOWN = auto()
    ABSENT = auto()


def is_surely_there(people: People, account: str | None) -> bool:
    """Whether an account has a connection that has not left, as far as no event was missed."""
    if account is None:
        return False
    return any(
        one.person.account_id == account and one.certain and not one.gone
        for one in people.connections
    )


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
