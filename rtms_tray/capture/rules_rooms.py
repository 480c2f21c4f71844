"""Rules for the app owner's breakout rooms (D2), and for what "the user left" (stop 3) means.

Zoom stops a stream by 3 when the app owner leaves, and when they go into a room. What their connections do around it
tells which; where nothing tells, the user is asked.
"""

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.attendance import with_event, without_rooms
from rtms_tray.capture.conditions import Condition
from rtms_tray.capture.context import Context
from rtms_tray.capture.doubt import shown
from rtms_tray.capture.effects import Step
from rtms_tray.capture.evidence import learn_from_room, learn_that_owner_left
from rtms_tray.capture.facts import Fact, What
from rtms_tray.capture.people import Connections, connections_of, is_there
from rtms_tray.capture.presence import Presence, owner_presence
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rooms import Room, Where, latest, second
from rtms_tray.capture.rules_hand_over import may_go_on
from rtms_tray.capture.session import ResumePoint, Session, Stream
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.updates import (
    armed,
    disarmed,
    doubted,
    forgotten,
    moved,
    settled,
    with_facts,
    with_resume_point,
)
from rtms_tray.capture.zoom_codes import FINAL_IN_BREAKOUT, USER_LEFT
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import SECOND, Millis

_S = CaptureState


# --- going in -----------------------------------------------------------------------------------


def follow_room(before: Session, session: Session, context: Context) -> Session:
    """Act on what an event has told of the app owner's rooms: at once if they go in, else in a moment."""
    session = _there_after_all(before, session, context)
    old, room = before.people.room, session.people.room
    if replace(room, unbroken=old.unbroken) == old:
        return session
    if room.where is Where.IN_ROOM:
        return _went_in(session, context) if room.entered_at != old.entered_at else session
    if room.where is Where.UNCLEAR and room.entered_at != old.entered_at and session.live:
        return _went_in_and_moved(session, context)
    if (room.left_at, room.moved_at) == (old.left_at, old.moved_at):
        return session
    return armed(session, Timer.ROOM, context.now + timings.ROOM_MOVE)


def _there_after_all(before: Session, session: Session, context: Context) -> Session:
    """A joined that comes late shows that the app owner moved, and did not leave: the stream goes on."""
    gone = [one.person for one in _mine(before, context) if one.gone]
    there = [one.person for one in _mine(session, context) if not one.gone]
    back = any(one.is_same(other) for one in gone for other in there)
    stream = session.streams.current
    stopped = session.streams.stopped_at is not None if stream is None else stream.stopped
    if not back or session.code is not Code.STOP_YOU_LEFT or stopped:
        return session
    state = _S.PAUSED if session.streams.paused else _S.SHARING
    timeline = session.timeline.without_over(Code.STOP_YOU_LEFT)
    session = replace(session, resume_point=ResumePoint(state, None), timeline=timeline)
    if session.people.room.where is Where.IN_ROOM:
        why = Why(Code.IN_BREAKOUT_ROOM)
        return moved(learn_from_room(session), _S.PAUSED_BREAKOUT, context.now, why)
    return _doubt_room(session, context, session.people.room.moved_at)


def _went_in(session: Session, context: Context) -> Session:
    """The app owner is in a room: that pauses capture, and explains a stop within 30 s."""
    room = session.people.room
    if session.state is _S.PAUSED_BREAKOUT:
        return stay_in_room(session, context)
    if session.live and _started_since(session.streams.current, room):
        return without_room(session)
    session = learn_from_room(session)
    return enter_room(session, context) if session.live or _explains_stop(session) else session


def _went_in_and_moved(session: Session, context: Context) -> Session:
    """The app owner went into a room, as is told late, and may have come back: a known move is newer."""
    if _started_since(session.streams.current, session.people.room):
        return without_room(session)
    if session.state is not _S.PAUSED_BREAKOUT:
        session = enter_room(session, context)
    return _doubt_room(session, context, session.people.room.moved_at)


def _started_since(stream: Stream | None, room: Room) -> bool:
    """Whether a stream has started after they went in: then they cannot be there any more."""
    entered_at = room.entered_at
    return stream is not None and entered_at is not None and stream.started_at > entered_at


def without_room(session: Session) -> Session:
    """The app owner cannot be where they were last known to be: nothing is known of a room any more."""
    session = replace(session, people=without_rooms(session.people))
    return forgotten(session, Condition.IN_BREAKOUT_ROOM)


def _explains_stop(session: Session) -> bool:
    stopped_at, entered_at = session.streams.stopped_at, session.people.room.entered_at
    return (
        session.state is _S.STOPPED
        and None not in {stopped_at, entered_at}
        and session.streams.stop_reason not in FINAL_IN_BREAKOUT
        and abs((entered_at or 0) - (stopped_at or 0)) <= timings.BREAKOUT_EXPLAINS_STOP
    )


def enter_room(session: Session, context: Context) -> Session:
    """Pause capture, and keep the state to return to; an interruption has kept it already."""
    if session.live and session.state is not _S.INTERRUPTED:
        session = with_resume_point(session)
    entered_at = session.people.room.entered_at
    at = None if entered_at is None else context.local(entered_at)
    return moved(session, _S.PAUSED_BREAKOUT, context.now, Why(Code.IN_BREAKOUT_ROOM), at=at)


def stay_in_room(session: Session, context: Context) -> Session:
    """There is news that the app owner is in a room, perhaps another: that settles what was doubted."""
    proven = context.now if _is_of_this_doubt(session, context) else None
    session = disarmed(settled(learn_from_room(session), proven), Timer.BREAKOUT_RETURN)
    session = moved(session, _S.PAUSED_BREAKOUT, context.now, Why(Code.IN_BREAKOUT_ROOM))
    return armed(session, Timer.ROOM_NEWS, context.now + timings.ROOM_NEWS)


def _is_of_this_doubt(session: Session, context: Context) -> bool:
    """Whether they went in when the doubt began, and so have been in the room since then."""
    since, entered_at = session.doubt.since, session.people.room.entered_at
    if since is None or entered_at is None:
        return False
    return context.local(entered_at) <= since + timings.ROOM_MOVE


def told_in_room(session: Session, context: Context) -> Session:
    """The user says that they are in a room."""
    room = session.people.room.entered(context.zoom_now, unbroken=True)
    return replace(session, people=replace(session.people, room=room))


def room_after_start(session: Session, started_at: Millis, context: Context) -> Session:
    """A stream that starts after the app owner went into a room is believed; an older one is paused by it."""
    room = session.people.room
    if room.where in {Where.UNKNOWN, Where.OUTSIDE}:
        return learn_from_room(session)  # what only waits for the rest of a move is certain now
    if room.entered_at is None or started_at > room.entered_at:
        return without_room(session)
    session = enter_room(session, context)
    return session if room.where is Where.IN_ROOM else _doubt_room(session, context, room.moved_at)


def told_after_end(session: Session, event: e.MeetingEvent, context: Context) -> Step:
    """Where the app owner was in a meeting that has ended: that still says what its time was worth."""
    people = with_event(session.people, event, context, session.meeting)
    return Step(replace(session, people=people))


# --- coming back --------------------------------------------------------------------------------


def room_settled(session: Session, context: Context) -> Step:
    """No more can be expected of a move: the app owner is back, or nothing says where they went."""
    session = learn_from_room(session)
    room = session.people.room
    if session.state is not _S.PAUSED_BREAKOUT:
        return Step(session)
    if room.where is Where.OUTSIDE:
        return leave_room(session, context, room.left_at)
    if room.where is Where.UNCLEAR and not _is_asked_already(session):
        return Step(_doubt_room(session, context, room.moved_at))
    return Step(session)


def _is_asked_already(session: Session) -> bool:
    """Whether this very move has led to the question whether they are in a room."""
    return session.code is Code.MAYBE_IN_ROOM and _moved_near_stop(session)


def room_without_news(session: Session, context: Context) -> Step:
    """Nothing has told of the room for 15 min: rooms may close without a word."""
    return Step(_doubt_room(session, context, context.zoom_now))


def _doubt_room(session: Session, context: Context, at: Millis | None) -> Session:
    """Ask whether the app owner is back; until then nobody knows."""
    since = context.now if at is None else context.local(at)
    why = Why(Code.ROOM_MAYBE_LEFT)
    session = moved(session, _S.PAUSED_BREAKOUT, context.now, why, at=since)
    return doubted(disarmed(session, Timer.ROOM_NEWS), since)


def leave_room(
    session: Session, context: Context, left_at: Millis | None = None, *, told: bool = False
) -> Step:
    """Return to the state before if the stream never stopped; else wait for a new stream."""
    if session.state is not _S.PAUSED_BREAKOUT or Timer.BREAKOUT_RETURN in session.timers:
        return Step(session)
    # Who leaves a room and joins one in the same second has changed rooms: so a left is dated by its second.
    until = context.now if left_at is None else context.local(second(left_at) * SECOND)
    session = disarmed(session, Timer.ROOM, Timer.ROOM_NEWS)
    if session.resume_point is not None and not _has_stopped(session):
        return Step(_returned(session, context, until, told=told))
    if told:
        session = shown(session, context)
    elif session.people.room.unbroken:
        session = _proven_in_room(session, context, until)
    return Step(armed(session, Timer.BREAKOUT_RETURN, context.now + timings.BREAKOUT_RETURN))


def _has_stopped(session: Session) -> bool:
    """Whether the stream has ended, also one whose ID nobody told: then its stop came in the room."""
    streams, entered_at = session.streams, session.people.room.entered_at
    unnamed = streams.current is None and streams.stopped_at is not None and entered_at is not None
    return streams.is_stopped or (unnamed and (streams.stopped_at or 0) >= (entered_at or 0))


def _returned(session: Session, context: Context, until: Millis, *, told: bool) -> Session:
    """Return to the state before: certain if the user says so, or nothing can have been missed of the stream."""
    point = session.resume_point
    state, why = (point.state, point.why) if point else (_S.SHARING, None)
    # A room settles no doubt of the stream.
    seen = session.people.room.unbroken and not session.doubt.unseen
    certain = told or (seen and not _is_interrupted(session))
    if not certain and state is _S.SHARING:
        why = Why(Code.RECEIVER_MAYBE_BACK)
    session = shown(session, context) if told else _proven_in_room(session, context, until)
    session = moved(replace(session, resume_point=None), state, context.now, why, at=until)
    return session if certain else doubted(session, until)


def _proven_in_room(session: Session, context: Context, until: Millis) -> Session:
    """The app owner was in the room up to then, so that time is lost; an older doubt of the stream stays."""
    since, entered_at = session.doubt.since, session.people.room.entered_at
    if since is None or session.people.room.left_another:
        return session
    began = since if entered_at is None else max(since, context.local(entered_at))
    session = with_facts(session, Fact(began, What.PROVEN, until=max(began, until)))
    return settled(session) if since == began else session


def _is_interrupted(session: Session) -> bool:
    """Whether an interruption is the newest that is known of the stream."""
    stream = session.streams.current
    return stream is not None and stream.interrupted


def breakout_return_over(session: Session, context: Context) -> Step:
    """No stream has started within 10 s of the return to the main room."""
    session = replace(session, resume_point=None)
    return Step(moved(session, _S.STOPPED, context.now, Why(Code.BACK_FROM_BREAKOUT)))


# --- leaving the meeting ------------------------------------------------------------------------


def owner_left(session: Session, context: Context) -> Session:
    """A connection of the app owner's has left: they are gone, or another device of theirs is still there."""
    mine = _mine(session, context)
    if session.state is _S.PAUSED_BREAKOUT:
        if is_there(mine):
            return _doubt_room(session, context, _left_at(mine))
        return _you_left(session, context, _left_at(mine))
    awaited = Timer.STOP_EXPLAINED in session.timers
    if session.code is Code.LEFT_OR_IN_ROOM and not awaited and _has_left(session, mine):
        return _left_or_one_device(session, context, mine)
    return session


def _has_left(session: Session, mine: Connections) -> bool:
    """Whether the app owner has left, by one device at least, when the stream stopped."""
    near = (
        _is_near(session, one.left_at, timings.BREAKOUT_EXPLAINS_STOP) for one in mine if one.gone
    )
    return any(near) or (bool(mine) and not is_there(mine))


def _mine(session: Session, context: Context) -> Connections:
    return connections_of(session.people, context.me)


def _left_at(mine: Connections) -> Millis | None:
    at: Millis | None = None
    for one in mine:
        at = latest(at, one.left_at if one.gone else None)
    return at


def _you_left(session: Session, context: Context, left_at: Millis | None) -> Session:
    at = context.zoom_now if left_at is None else left_at
    if session.people.room.unbroken:
        known = session.code is not Code.ROOM_MAYBE_LEFT
        until = context.local(at)
        session = _proven_in_room(session, context, until) if known else settled(session)
    stopped = session.streams.stopped_at is not None
    unsure = not session.people.room.unbroken or may_go_on(session, at, context)
    if (unsure or _may_be_there(session, context)) and not stopped:
        session = doubted(session, context.local(at))
    session = learn_that_owner_left(replace(session, resume_point=None), at)
    why = Why(Code.STOP_YOU_LEFT, USER_LEFT)
    return moved(session, _S.STOPPED, context.now, why, at=context.local(at))


def _may_be_there(session: Session, context: Context) -> bool:
    """Whether another device of the app owner's may have come while nothing was seen."""
    absent = owner_presence(session.people, context, session.meeting) is Presence.ABSENT
    return session.unseen and not absent


def stop_awaits_explanation(session: Session, context: Context) -> Session:
    """Zoom says that the app owner left, which may mean that they went into a room: wait for what tells."""
    return armed(session, Timer.STOP_EXPLAINED, context.now + timings.STOP_EXPLAINED_AFTER)


def stop_explained(session: Session, context: Context) -> Step:
    """Say what a stop by 3 means, as far as the app owner's connections tell."""
    pending = [
        one.left_counts_at for one in _mine(session, context) if one.left_counts_at is not None
    ]
    if pending:
        return Step(armed(session, Timer.STOP_EXPLAINED, max(pending)))
    return Step(_explained(session, context))


def _explained(session: Session, context: Context) -> Session:
    mine = _mine(session, context)
    if _has_left(session, mine):
        return _left_or_one_device(session, context, mine)
    there = owner_presence(session.people, context, session.meeting) is Presence.THERE
    if there or _moved_near_stop(session):
        return _maybe_in_room(session, context)
    return session


def _left_or_one_device(session: Session, context: Context, mine: Connections) -> Session:
    if not is_there(mine):
        return _you_left(session, context, _left_at(mine))
    return moved(session, _S.STOPPED, context.now, Why(Code.LEFT_ON_ONE_DEVICE, USER_LEFT))


def _maybe_in_room(session: Session, context: Context) -> Session:
    """The app owner is still in the meeting, so they may be in a breakout room."""
    people = session.people
    session = replace(session, people=replace(people, room=replace(people.room, unbroken=True)))
    since = session.since
    why = Why(Code.MAYBE_IN_ROOM, USER_LEFT)
    session = moved(session, _S.PAUSED_BREAKOUT, context.now, why, at=since)
    return doubted(session, since)


def _moved_near_stop(session: Session) -> bool:
    return _is_near(session, session.people.room.moved_at, timings.MOVE_EXPLAINS_STOP)


def _is_near(session: Session, at: Millis | None, within: Millis) -> bool:
    stopped_at = session.streams.stopped_at
    return at is not None and stopped_at is not None and abs(at - stopped_at) <= within
