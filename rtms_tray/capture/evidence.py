"""What is evidence of which condition; nothing else is.

These are not: refusals, which do not say whose setting they are about (except in the app owner's own meeting); that
the meeting is not running (3000); that the Zoom client is in a meeting, without saying in which.
"""

from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.attendance import with_event, with_owner_gone
from rtms_tray.capture.conditions import Condition, Source, Value, value_of
from rtms_tray.capture.context import Context
from rtms_tray.capture.people import connections_of, host_connections
from rtms_tray.capture.presence import Presence, host_presence, owner_presence, told_at
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.rooms import Where
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import Timer
from rtms_tray.capture.updates import armed, forgotten, learned
from rtms_tray.capture.zoom_codes import ADMIN, EJECTED, MAYBE_HAND_OFF, refusal_of
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import Millis

_C = Condition
_PROVED_BY_STREAM: Final = (
    _C.HOST_ORG_RTMS_ENABLED,
    _C.HOST_CLIENT_SUPPORTED,
    _C.OWNER_CLIENT_SUPPORTED,
)
"""No stream starts without these (B0, B1, B3)."""
_OF_HOST: Final = (
    _C.HOST_ORG_RTMS_ENABLED,
    _C.HOST_CLIENT_SUPPORTED,
    _C.HOST_APPROVAL_REQUIRED,
    _C.HOST_APPROVES,
)


def learn_from_event(session: Session, event: e.MeetingEvent, context: Context) -> Session:
    """An event of the meeting shows that it is on, and who is there."""
    before = session.people
    people = with_event(before, event, context, session.meeting)
    if before.running_without_host_at is not None and people.running_without_host_at is None:
        session = forgotten(session, _C.MEETING_ALLOWED_WITHOUT_HOST)
    session = replace(session, people=people, meeting_events_seen=True)
    session = learn_from_people(session, context)
    if isinstance(event, e.WaitingForHost):
        return _allowed_without_host(session, Value.NO, Source.EVENT, event.at)
    return session


def learn_from_people(session: Session, context: Context) -> Session:
    """Who is in the meeting is evidence; a left may still be waiting to count."""
    people, meeting = session.people, session.meeting
    mine = connections_of(people, context.me)
    host = mine if session.hosted_by_me(context) else host_connections(people, meeting)
    session = _with(
        session, _C.HOST_PRESENT, host_presence(people, context, meeting), told_at(people, host)
    )
    owner = owner_presence(people, context, meeting)
    streamed = session.streams.has_streamed  # else nothing was there to end
    gone = Value.LEFT if mine and streamed else Value.NO
    session = _with(session, _C.OWNER_PRESENT, owner, told_at(people, mine), gone)
    session = with_left_awaited(session)
    if people.running_without_host_at is not None:
        return _allowed_without_host(
            session, Value.YES, Source.EVENT, people.running_without_host_at
        )
    return session


def with_left_awaited(session: Session) -> Session:
    """Wait until a left counts."""
    at = session.people.left_counts_at
    return session if at is None else armed(session, Timer.LEFT, at)


def learn_that_owner_left(session: Session, at: Millis) -> Session:
    """The app owner is no longer in the meeting, so in none of its rooms (`at` on Zoom's clock)."""
    session = learned(session, _C.OWNER_PRESENT, Value.LEFT, Source.INFERRED, at)
    return _with(session, _C.IN_BREAKOUT_ROOM, Presence.UNKNOWN, at)


def learn_from_room(session: Session) -> Session:
    """Whether the app owner is in a breakout room is evidence; what is unclear is forgotten."""
    room = session.people.room
    match room.where:
        case Where.IN_ROOM:
            at, there = room.entered_at, Presence.THERE
        case Where.OUTSIDE:
            at, there = room.left_at, Presence.ABSENT
        case _:
            at, there = None, Presence.UNKNOWN
    return _with(session, _C.IN_BREAKOUT_ROOM, there, at or 0)


def learn_from_stream(session: Session, event: e.StreamStarted) -> Session:
    """A live stream shows that its prerequisites hold, and that a host who had to approve has done so."""
    return _proved(session, Source.EVENT, event.at)


def learn_from_receiver(session: Session, context: Context) -> Session:
    """A stream that the app receives shows the same."""
    return _proved(session, Source.MACHINE, context.zoom_now)


def _proved(session: Session, source: Source, at: Millis) -> Session:
    for condition in _PROVED_BY_STREAM:
        session = learned(session, condition, Value.YES, source, at)
    if value_of(session.known, _C.HOST_APPROVAL_REQUIRED) is Value.YES:
        session = learned(session, _C.HOST_APPROVES, Value.YES, source, at)
    return session


def learn_from_stop(
    session: Session,
    event: e.StreamStopped | e.UnnamedStreamStopped,
    context: Context,
    *,
    handed_off: bool,
) -> Session:
    """A stop may show that the app owner was removed (4), or that an admin of the host withdrew RTMS (23)."""
    if event.reason == EJECTED:
        people = with_owner_gone(session.people, context.me, event.at)
        session = learn_from_people(replace(session, people=people), context)
        return learn_that_owner_left(session, event.at)
    if event.reason == ADMIN and (handed_off or session.hosted_by_me(context)):
        return _withdrawn(session, event.at)
    if event.reason in MAYBE_HAND_OFF:
        return without_approval(session)
    return session


def learn_from_refusal(session: Session, event: e.Replied, context: Context) -> Session:
    """A refusal shows whose setting it is about only in the app owner's own meeting, or after a stream."""
    code = refusal_of(event).code
    if session.streams.has_streamed and code in {Code.RTMS_DISABLED, Code.NOT_SUPPORTED}:
        return _withdrawn(session, context.zoom_now)
    if session.hosted_by_me(context) and code is Code.RTMS_DISABLED:
        condition = _C.HOST_ORG_RTMS_ENABLED
        return learned(session, condition, Value.NO, Source.REPLY, context.zoom_now)
    return session


def learn_from_acceptance(session: Session) -> Session:
    """Zoom takes requests for this meeting: what an earlier refusal showed no longer holds."""
    evidence = session.known.get(_C.HOST_ORG_RTMS_ENABLED)
    if evidence is None or evidence.source not in {Source.REPLY, Source.INFERRED}:
        return session
    return forgotten(session, _C.HOST_ORG_RTMS_ENABLED)


def learn_from_meeting(session: Session, event: e.MeetingFetched, context: Context) -> Session:
    """What Zoom says of a meeting includes its settings."""
    if event.join_before_host is None:
        return session
    allowed = Value.YES if event.join_before_host else Value.NO
    return _allowed_without_host(session, allowed, Source.REPLY, context.zoom_now)


def learn_from_client(session: Session, event: e.OwnerClientChecked, context: Context) -> Session:
    """The version of the app owner's Zoom client is evidence, if it was found."""
    if event.value is Value.UNKNOWN:
        return session
    condition = _C.OWNER_CLIENT_SUPPORTED
    return learned(session, condition, event.value, event.source, context.zoom_now)


def without_old_host(session: Session) -> Session:
    """A new host is a new question: nothing is known of their organization, their Zoom and their approval."""
    for condition in _OF_HOST:
        session = forgotten(session, condition)
    return session


def learn_from_room_entry(session: Session, context: Context) -> Session:
    """The user says that they are in a breakout room of this meeting: then they have not left it."""
    return learned(session, _C.OWNER_PRESENT, Value.YES, Source.INFERRED, context.zoom_now)


def without_approval(session: Session) -> Session:
    """An approval or a denial is of one request and says nothing about the next (D5, H3).

    What the user says is kept: that the host approves in general.
    """
    evidence = session.known.get(_C.HOST_APPROVES)
    if evidence is None or (evidence.source is Source.USER and evidence.value is Value.YES):
        return session
    return forgotten(session, _C.HOST_APPROVES)


def _withdrawn(session: Session, at: Millis) -> Session:
    condition = _C.HOST_ORG_RTMS_ENABLED
    return learned(session, condition, Value.WITHDRAWN, Source.INFERRED, at)


def _allowed_without_host(session: Session, value: Value, source: Source, at: Millis) -> Session:
    return learned(session, _C.MEETING_ALLOWED_WITHOUT_HOST, value, source, at)


def _with(
    session: Session,
    condition: Condition,
    presence: Presence,
    at: Millis,
    gone: Value = Value.NO,
) -> Session:
    """Learn what events tell of somebody, or no longer tell."""
    if presence is Presence.UNKNOWN:
        known = session.known.get(condition)
        told = known is not None and known.source is Source.EVENT
        return forgotten(session, condition) if told else session
    value = Value.YES if presence is Presence.THERE else gone
    return learned(session, condition, value, Source.EVENT, at)
