"""Rules for what the user reports about a meeting (D5, S6)."""

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.doubt import may_change_unseen, shown
from rtms_tray.capture.effects import Rejection, Step, ignored
from rtms_tray.capture.evidence import learn_from_room, learn_from_room_entry
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rooms import Where
from rtms_tray.capture.rules_request import repeat_soon
from rtms_tray.capture.rules_rooms import enter_room, leave_room, stay_in_room, told_in_room
from rtms_tray.capture.rules_waiting import (
    approval_learned,
    host_joined,
    host_known_absent,
    pending,
    presence_forgotten,
    without_wait_for_self,
)
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import UNANSWERED, CaptureState
from rtms_tray.capture.updates import (
    doubted,
    learned,
    moved,
    with_resume_point,
)
from rtms_tray.capture.zoom_codes import USER_LEFT
from rtms_tray.support.frozen import replace

_S = CaptureState


def condition_reported(session: Session, event: e.ConditionReported, context: Context) -> Step:
    """The user reports a condition: it is evidence, and may change the state as an event would."""
    before = session.host_present
    session = learned(session, event.condition, event.value, Source.USER, context.zoom_now)
    match event.condition:
        case Condition.HOST_PRESENT if before is not event.value:
            return _presence_reported(session, event.value, context)
        case Condition.HOST_APPROVES:
            return _approval_reported(session, event.value, context)
        case Condition.HOST_APPROVAL_REQUIRED:
            return Step(approval_learned(session, context))
        case Condition.IN_BREAKOUT_ROOM:
            return _room_reported(session, event.value, context)
        case _:
            return Step(session)


def _presence_reported(session: Session, value: Value, context: Context) -> Step:
    if value is Value.YES:
        return host_joined(session, context, context.zoom_now)
    if value is Value.NO:
        return host_known_absent(session, context)
    return presence_forgotten(session, context)


def _approval_reported(session: Session, value: Value, context: Context) -> Step:
    """The user says that the host denies the request, or takes that back."""
    if value is Value.NO and session.state in UNANSWERED:
        return Step(denied(shown(session, context), context, Code.DENIED_TOLD))
    if value is not Value.NO and session.code is Code.DENIED_TOLD:
        return Step(_before_denial(session, context))
    return Step(session)


def denied(session: Session, context: Context, code: Code) -> Session:
    """The host says no; what was before is kept, in case the user takes that back."""
    return moved(with_resume_point(session), _S.DENIED, context.now, Why(code))


def _before_denial(session: Session, context: Context) -> Session:
    """Return to the state before the denial, and begin its waiting times anew."""
    point, session = session.resume_point, replace(session, resume_point=None)
    if session.doubt.unseen:  # a stream may have begun meanwhile
        session = doubted(session, context.now)
    if point is None or point.state is _S.PENDING_APPROVAL:
        return pending(session, context, point.why if point else None)
    session = moved(session, point.state, context.now, point.why)
    if point.state is _S.WAITING_FOR_MEETING:
        return repeat_soon(session, context)
    return without_wait_for_self(session, context)


def _room_reported(session: Session, value: Value, context: Context) -> Step:
    """The user says whether they are in a breakout room."""
    if value is Value.NO:
        return _told_back(session, context)
    if value is not Value.YES:
        return Step(session)
    if session.state is _S.PAUSED_BREAKOUT:
        return Step(stay_in_room(told_in_room(session, context), context))
    if session.state is _S.STOPPED and session.streams.stop_reason == USER_LEFT:
        session = learn_from_room_entry(told_in_room(session, context), context)
        return Step(enter_room(session, context))
    return Step(session)


def _told_back(session: Session, context: Context) -> Step:
    room = session.people.room.left(context.zoom_now, Code.SEEN_BY_USER)
    session = replace(session, people=replace(session.people, room=room))
    return leave_room(session, context, told=True)


def sharing_reported(session: Session, event: e.SharingReported, context: Context) -> Step:
    """The user says whether Zoom shows its “Sharing” sign."""
    if event.sharing:
        streams, people = replace(session.streams, paused=False), session.people
        if people.room.where is Where.IN_ROOM:
            room = people.room.left(context.zoom_now, Code.SEEN_BY_USER)
            session = learn_from_room(replace(session, people=replace(people, room=room)))
        session = shown(replace(session, streams=streams, resume_point=None), context)
        return Step(moved(session, _S.SHARING, context.now, Why(Code.SEEN_BY_USER)))
    if not session.live:
        return _nothing_seen(session, event, context)
    streams = replace(session.streams, stopped_at=None, stop_reason=None)
    session = shown(replace(session, streams=streams, resume_point=None), context)
    return Step(moved(session, _S.STOPPED, context.now, Why(Code.TOLD_STOPPED)))


def _nothing_seen(session: Session, event: e.SharingReported, context: Context) -> Step:
    """No sign of sharing where none was expected: that settles whether a stream runs unseen."""
    if session.verified or not may_change_unseen(session):
        return ignored(session, event, "nothing is live", Rejection.NOTHING_CAPTURED)
    return Step(shown(session, context))


def pause_reported(session: Session, event: e.PauseReported, context: Context) -> Step:
    """The user sees that sharing is paused, from wherever."""
    del event
    streams = replace(session.streams, paused=True)
    session = shown(replace(session, streams=streams), context)
    known = session.state is _S.PAUSED
    why = session.why if known else Why(Code.PAUSE_SEEN_BY_USER)
    return Step(moved(session, _S.PAUSED, context.now, why))
