"""Rules for the meeting itself, for who joins and leaves it, and for what the user reports about it."""

from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import Rejection, Step, ignored
from rtms_tray.capture.evidence import learn_from_event, learn_from_meeting, learn_from_room_entry
from rtms_tray.capture.presence import is_owner, is_somebody_new
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rules_request import repeat_soon, resends, send_start
from rtms_tray.capture.rules_waiting import (
    approval_learned,
    host_joined,
    host_known_absent,
    host_maybe_absent,
    pending,
    presence_forgotten,
    without_wait_for_self,
)
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import UNANSWERED, CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.updates import (
    armed,
    disarmed,
    ended,
    learned,
    meeting_confirmed,
    moved,
    returned_to_resume_point,
    verified,
    with_resume_point,
)
from rtms_tray.capture.zoom_codes import FINAL_IN_BREAKOUT, MAYBE_HAND_OFF, USER_LEFT

_S = CaptureState
_HANDED_OFF_FROM: Final = frozenset({_S.STOPPED, _S.STOPPED_PERMANENTLY})


def meeting_started(session: Session, event: e.MeetingStarted, context: Context) -> Step:
    """The meeting starts: a request that waited for it is sent at once."""
    session = learn_from_event(session, event, context)
    started = context.local(event.at)
    timeline = session.timeline.begin_earlier(started, SpanKind.LOST, Code.ASKED)
    session = replace(session, timeline=timeline)
    if session.state is not _S.WAITING_FOR_MEETING:
        return host_maybe_absent(session, context)
    if not resends(context):
        return Step(session)
    requests = replace(session.requests, repeats=0, repeating_since=context.now)
    return send_start(replace(session, requests=requests), context)


def meeting_ended(session: Session, event: e.MeetingEnded, context: Context) -> Step:
    """The meeting ends, and the session with it."""
    return Step(ended(session, context.now, None, context.local(event.at)))


def meeting_fetched(session: Session, event: e.MeetingFetched, context: Context) -> Step:
    """Zoom says how the meeting stands: after a gap, that may show that it has ended."""
    session = learn_from_meeting(session, event, context)
    status, readable = event.status, session.meeting_readable
    if status in {e.MeetingStatus.WAITING, e.MeetingStatus.STARTED}:
        session = replace(session, meeting_readable=True)
    gone = status is e.MeetingStatus.WAITING or (status is e.MeetingStatus.NOT_FOUND and readable)
    if gone and not session.verified and session.state is not _S.WAITING_FOR_MEETING:
        why = Why(Code.INFERRED)
        return Step(ended(session, context.now, why, session.doubt.evidence_at))
    return Step(session)


# --- who comes and goes -------------------------------------------------------------------------


def participant_joined(
    session: Session, event: e.ParticipantJoined | e.RoleChanged, context: Context
) -> Step:
    """Somebody joins, or gets another role: a host who joins after the request was sent has not received it."""
    before = session.people
    session = learn_from_event(session, event, context)
    session = _maybe_handed_off(session, event, context)
    host = session.people.host
    hosts = host is not None and host.is_same(event.person)
    if is_owner(session.people, event.person, context.me):
        return _owner_joined(session, context)
    if _waits_for_owner(session) or not hosts or not is_somebody_new(before, event.person):
        return Step(session)
    asked_at = session.requests.asked_at
    late = asked_at is not None and event.at > asked_at + timings.JOIN_MARGIN
    return host_joined(session, context, event.at) if late else _host_was_there(session, context)


def _owner_joined(session: Session, context: Context) -> Step:
    """The app owner joins: a request that was refused because they had not (2308) is sent at once."""
    present = session.people.owner_present
    if not (present and _waits_for_owner(session) and resends(context)):
        return Step(session)
    return send_start(session, context)


def _waits_for_owner(session: Session) -> bool:
    waiting = session.state is _S.WAITING_FOR_MEETING
    return waiting and session.code is Code.NOT_ENTITLED_TO_START


def _host_was_there(session: Session, context: Context) -> Step:
    """A late event shows that the host was there when the request was sent: they can still answer it."""
    if session.state is _S.WAITING_FOR_HOST:
        return Step(pending(session, context))
    return Step(session)


def _maybe_handed_off(
    session: Session, event: e.ParticipantJoined | e.RoleChanged, context: Context
) -> Session:
    """A host change up to 15 s after a stop by 1, 5, 9 or 23 explains it: the new host's organization."""
    stopped_at, reason = session.streams.stopped_at, session.streams.stop_reason
    if (
        session.people.host_changed_at != event.at
        or stopped_at is None
        or reason not in MAYBE_HAND_OFF
        or session.state not in _HANDED_OFF_FROM
        or not 0 <= event.at - stopped_at <= timings.HAND_OFF_AFTER
    ):
        return session
    return moved(session, session.state, context.now, Why(Code.HAND_OFF, reason))


def participant_left(session: Session, event: e.ParticipantLeft, context: Context) -> Step:
    """Somebody leaves: the host, who then cannot approve, or the app owner, from a breakout room."""
    people = session.people
    newest = max(people.owner_known_at, people.breakout_known_at)
    owner_left = is_owner(people, event.person, context.me) and event.at > newest
    session = learn_from_event(session, event, context)
    if owner_left and session.state is _S.PAUSED_BREAKOUT:
        why = Why(Code.STOP_YOU_LEFT, USER_LEFT)
        return Step(moved(replace(session, resume_point=None), _S.STOPPED, context.now, why))
    return host_maybe_absent(session, context)


def waiting_for_host(session: Session, event: e.WaitingForHost, context: Context) -> Step:
    """Somebody waits for the host, who is therefore absent (S1)."""
    return host_maybe_absent(learn_from_event(session, event, context), context)


# --- breakout rooms, which are not captured (D2) ------------------------------------------------


def breakout_joined(session: Session, event: e.BreakoutJoined, context: Context) -> Step:
    """The app owner enters a breakout room: that pauses capture, and explains a stop within 30 s."""
    mine = _is_news_of_me(session, event, context)
    session = learn_from_event(session, event, context)
    if mine and session.state is _S.PAUSED_BREAKOUT:
        return Step(disarmed(session, Timer.BREAKOUT_RETURN))
    if mine and (session.live or _explains_stop(session, event)):
        return Step(_into_room(session, context))
    return Step(session)


def breakout_left(session: Session, event: e.BreakoutLeft, context: Context) -> Step:
    """The app owner leaves the breakout room."""
    mine = _is_news_of_me(session, event, context)
    session = learn_from_event(session, event, context)
    return _back_in_main_room(session, context) if mine else Step(session)


def _is_news_of_me(
    session: Session, event: e.BreakoutJoined | e.BreakoutLeft, context: Context
) -> bool:
    people = session.people
    known = people.in_breakout is isinstance(event, e.BreakoutJoined)
    older = event.at < people.breakout_known_at or (known and event.at == people.breakout_known_at)
    return not older and is_owner(people, event.person, context.me)


def _explains_stop(session: Session, event: e.BreakoutJoined) -> bool:
    stopped_at = session.streams.stopped_at
    return (
        session.state is _S.STOPPED
        and stopped_at is not None
        and session.streams.stop_reason not in FINAL_IN_BREAKOUT
        and abs(event.at - stopped_at) <= timings.BREAKOUT_EXPLAINS_STOP
    )


def _into_room(session: Session, context: Context) -> Session:
    """Pause capture, and keep the state to return to; an interruption has kept it already."""
    if session.live and session.state is not _S.INTERRUPTED:
        session = with_resume_point(session)
    return moved(session, _S.PAUSED_BREAKOUT, context.now, Why(Code.IN_BREAKOUT_ROOM))


def _back_in_main_room(session: Session, context: Context) -> Step:
    """Return to the state before if the stream never stopped; else wait for a new stream."""
    if session.state is not _S.PAUSED_BREAKOUT:
        return Step(session)
    if session.resume_point is not None and not session.streams.is_stopped:
        return Step(returned_to_resume_point(session, context.now))
    return Step(armed(session, Timer.BREAKOUT_RETURN, context.now + timings.BREAKOUT_RETURN))


def breakout_return_over(session: Session, context: Context) -> Step:
    """No stream has started within 10 s of the return to the main room."""
    session = replace(session, resume_point=None)
    return Step(moved(session, _S.STOPPED, context.now, Why(Code.BACK_FROM_BREAKOUT)))


# --- a host who denies the request (D5, S6) -----------------------------------------------------


def request_status(session: Session, event: e.RequestStatus, context: Context) -> Step:
    """Zoom says what became of the request: a denial ends the wait, an approval is only evidence."""
    if event.answer is Value.UNKNOWN:
        return ignored(session, event, "its meaning is not known")
    session = meeting_confirmed(session)
    session = learned(session, Condition.HOST_APPROVES, event.answer, Source.EVENT, event.at)
    if event.answer is Value.NO and session.state in UNANSWERED:
        return Step(_denied(session, context, Code.DENIED))
    return Step(session)


def _denied(session: Session, context: Context, code: Code) -> Session:
    return moved(with_resume_point(session), _S.DENIED, context.now, Why(code))


def _approval_reported(session: Session, value: Value, context: Context) -> Step:
    """The user says that the host denies the request, or takes that back."""
    if value is Value.NO and session.state in UNANSWERED:
        return Step(_denied(session, context, Code.DENIED_TOLD))
    if value is not Value.NO and session.code is Code.DENIED_TOLD:
        return Step(_before_denial(session, context))
    return Step(session)


def _before_denial(session: Session, context: Context) -> Session:
    """Return to the state before the denial, and begin its waiting times anew."""
    point, session = session.resume_point, replace(session, resume_point=None)
    if point is None or point.state is _S.PENDING_APPROVAL:
        return pending(session, context, point.why if point else None)
    session = moved(session, point.state, context.now, point.why)
    if point.state is _S.WAITING_FOR_MEETING:
        return repeat_soon(session, context)
    return without_wait_for_self(session, context)


# --- what the user reports ----------------------------------------------------------------------


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


def _room_reported(session: Session, value: Value, context: Context) -> Step:
    """The user says whether they are in a breakout room."""
    if value is Value.NO:
        return _back_in_main_room(session, context)
    if value is not Value.YES:
        return Step(session)
    if session.state is _S.STOPPED and session.streams.stop_reason == USER_LEFT:
        return Step(_into_room(learn_from_room_entry(session, context), context))
    return Step(disarmed(session, Timer.BREAKOUT_RETURN))


def sharing_reported(session: Session, event: e.SharingReported, context: Context) -> Step:
    """The user says whether Zoom shows its “Sharing” sign."""
    if event.sharing:
        session = moved(session, _S.SHARING, context.now, Why(Code.SEEN_BY_USER))
        return Step(replace(verified(session), resume_point=None))
    if not session.live:
        return ignored(session, event, "nothing is live", Rejection.NOTHING_CAPTURED)
    session = moved(session, _S.STOPPED, context.now, Why(Code.TOLD_STOPPED))
    streams = replace(session.streams, stopped_at=None, stop_reason=None)
    return Step(replace(verified(session), streams=streams, resume_point=None))
