"""Rules for RTMS events: a stream starts, is interrupted, stops (rules D3, D4)."""

from dataclasses import replace

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.asking import denied
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import (
    Session,
    Stream,
    Timer,
    armed,
    disarmed,
    ended,
    learned,
    moved,
    verified,
)
from rtms_tray.capture.states import UNANSWERED, CaptureState
from rtms_tray.capture.step import Step, ignored
from rtms_tray.capture.stops import (
    CANCELED,
    FINAL_IN_BREAKOUT,
    FOR_GOOD,
    MAYBE_HAND_OFF,
    USER_STOPPED,
    Hindsight,
    hindsight_of,
    outcome_of,
)
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.units import Millis

_WAITING_TIMERS = (
    Timer.NO_ANSWER,
    Timer.GRACE,
    Timer.NUDGE,
    Timer.ASK_AGAIN,
    Timer.REMINDER,
    Timer.BREAKOUT_RETURN,
    Timer.INTERRUPTION_HEARD,
    Timer.INTERRUPTION_OVER,
)


def is_mine(session: Session, operator_id: str | None) -> bool:
    """Whether a stream is the app owner's; one without an operator is, if the session is open."""
    return operator_id == session.me if operator_id else session.open


def stream_started(session: Session, event: e.StreamStarted, now: Millis) -> Step:
    """OPEN, or unknown | E `rtms_started`, mine → sharing; the same stream again: a new server."""
    if not is_mine(session, event.operator_id):
        return Step(replace(session, others=session.others | {event.stream_id}))
    if event.stream_id in session.finished:
        return ignored(session, event, "this stream has stopped before")
    if session.state is CaptureState.ENDED and not _given_up(session):
        return ignored(session, event, "the session has ended")
    current = session.stream
    if current is not None and current.stream_id == event.stream_id and not current.stopped:
        return _same_stream(session, current, event, now)
    if current is not None and event.at < current.started_at:
        return ignored(session, event, "older than the current stream")
    return _new_stream(session, event, now)


def _same_stream(session: Session, current: Stream, event: e.StreamStarted, now: Millis) -> Step:
    if event.at <= current.last_at:
        return ignored(session, event, "a duplicate")
    session = verified(replace(session, stream=replace(current, last_at=event.at)))
    if session.state is CaptureState.INTERRUPTED or session.state is CaptureState.SHARING:
        session = disarmed(session, Timer.INTERRUPTION_HEARD, Timer.INTERRUPTION_OVER)
        session = replace(session, before=None)
        return Step(moved(session, CaptureState.SHARING, now, at=session.local(event.at, now)))
    return Step(session)


def _new_stream(session: Session, event: e.StreamStarted, now: Millis) -> Step:
    finished = session.finished
    if session.stream is not None:
        finished |= {session.stream.stream_id}
    why = None
    if _given_up(session):
        why = Why(Code.BEGAN_AFTER_GIVE_UP)
        session = replace(session, timeline=session.timeline.reopen())
    elif not session.asked:
        why = Why(Code.BEGAN_ELSEWHERE)
    session = disarmed(session, *_WAITING_TIMERS)
    session = replace(
        session,
        stream=Stream(event.stream_id, event.at, event.at),
        finished=finished,
        before=None,
        stopped_at=None,
        stop_reason=None,
    )
    local = session.local(event.at, now)
    return Step(verified(moved(session, CaptureState.SHARING, now, why, at=local)))


def _given_up(session: Session) -> bool:
    return session.why is not None and session.why.code is Code.GIVEN_UP


def stream_interrupted(session: Session, event: e.StreamInterrupted, now: Millis) -> Step:
    """LIVE | E `rtms_interrupted` → interrupted; heard after 5 s, over after 75 s without a stop."""
    current = session.stream
    if current is None or current.stream_id != event.stream_id or event.at < current.last_at:
        return ignored(session, event, "not the current stream")
    stream = replace(current, last_at=event.at, interrupted_at=event.at)
    session = verified(replace(session, stream=stream))
    if session.state is CaptureState.PAUSED_BREAKOUT:
        return Step(session)
    if session.state is not CaptureState.INTERRUPTED:
        session = replace(session, before=session.state, before_why=session.why)
        session = armed(session, Timer.INTERRUPTION_HEARD, now + policy.INTERRUPTION_HEARD_AFTER)
    session = armed(session, Timer.INTERRUPTION_OVER, now + policy.INTERRUPTION_OVER_AFTER)
    why = Why(Code.RECEIVER_INTERRUPTED)
    local = session.local(event.at, now)
    return Step(moved(session, CaptureState.INTERRUPTED, now, why, at=local))


def interruption_over(session: Session, now: Millis) -> Step:
    """Interrupted | T 75 s, no stop → the state before, unverified: recovery has no event."""
    if session.state is not CaptureState.INTERRUPTED:
        return Step(session)
    state = session.before or CaptureState.SHARING
    session = replace(session, before=None, unverified_since=now)
    return Step(moved(session, state, now, Why(Code.RECEIVER_MAYBE_BACK)))


def stream_stopped(session: Session, event: e.StreamStopped, now: Millis) -> Step:
    """LIVE, or UNANSWERED for a stream never seen | E `rtms_stopped` → by reason."""
    if event.stream_id in session.others:
        return ignored(session, event, "somebody else's stream")
    current = session.stream
    if current is not None and current.stream_id == event.stream_id:
        return _current_stopped(session, current, event, now)
    if event.stream_id in session.finished:
        return ignored(session, event, "this stream has stopped before")
    session = replace(session, finished=session.finished | {event.stream_id})
    if session.state not in UNANSWERED:
        return ignored(session, event, "not the current stream")
    return _stopped_unseen(session, event, now)


def _stopped_unseen(session: Session, event: e.StreamStopped, now: Millis) -> Step:
    """UNANSWERED | E stop of a stream never seen → by reason; 7 → refused."""
    session = disarmed(verified(session), *_WAITING_TIMERS)
    if event.reason == CANCELED:
        why = Why(Code.STOP_CANCELED, event.reason)
        return Step(moved(session, CaptureState.REFUSED, now, why))
    return _by_reason(session, event, now)


def _current_stopped(
    session: Session, current: Stream, event: e.StreamStopped, now: Millis
) -> Step:
    over = current.stopped
    session = replace(
        session,
        stream=replace(current, stopped=True, last_at=max(current.last_at, event.at)),
        finished=session.finished | {event.stream_id},
        stopped_at=event.at,
        stop_reason=event.reason,
    )
    in_breakout = session.state is CaptureState.PAUSED_BREAKOUT
    if in_breakout and event.reason not in FINAL_IN_BREAKOUT:
        return Step(verified(session))
    if session.live or session.state in UNANSWERED:
        return _by_reason(_in_hindsight(session, current, event, now), event, now)
    if over and event.reason not in FOR_GOOD:
        return ignored(session, event, "stopped already")
    if session.state is CaptureState.STOPPED and event.reason in FOR_GOOD:
        return _by_reason(session, event, now)
    return Step(session)


def _in_hindsight(
    session: Session, current: Stream, event: e.StreamStopped, now: Millis
) -> Session:
    match hindsight_of(event.reason):
        case Hindsight.NEVER_RECEIVED:
            since, kind = current.started_at, SpanKind.LOST
        case Hindsight.TAIL_UNKNOWN:
            tail = max(current.started_at, event.at - policy.TAIL_OF_LOST_RECEIVER)
            since, kind = current.interrupted_at or tail, SpanKind.UNKNOWN
        case Hindsight.NOTHING:
            return session
    _, code = outcome_of(event.reason)
    timeline = session.timeline.repaint(session.local(since, now), kind, code)
    return replace(session, timeline=timeline)


def _by_reason(session: Session, event: e.StreamStopped, now: Millis) -> Step:
    state, code = outcome_of(event.reason)
    local = session.local(event.at, now)
    session = disarmed(verified(session), *_WAITING_TIMERS, Timer.BLIND)
    session = replace(session, before=None, stopped_at=event.at, stop_reason=event.reason)
    if state is CaptureState.ENDED:
        return Step(ended(session, now, Why(code, event.reason), local))
    if event.reason == USER_STOPPED and _asked_for_it(session, now):
        code = Code.STOPPED_BY_YOU
    if event.reason in MAYBE_HAND_OFF and _host_changed_before(session, event.at):
        code = Code.HAND_OFF
    return Step(moved(session, state, now, Why(code, event.reason), at=local))


def _asked_for_it(session: Session, now: Millis) -> bool:
    sent = session.stop_sent_at
    return sent is not None and now - sent <= policy.OWN_STOP


def _host_changed_before(session: Session, stopped_at: Millis) -> bool:
    changed = session.people.host_changed_at
    return changed is not None and (
        -policy.HAND_OFF_AFTER <= stopped_at - changed <= policy.HAND_OFF_BEFORE
    )


def concurrency_limited(session: Session, event: e.ConcurrencyLimited, now: Millis) -> Step:
    """UNANSWERED | E concurrency limited, operator me → refused."""
    if event.operator_id != session.me:
        return ignored(session, event, "somebody else's limit")
    session = disarmed(verified(session), *_WAITING_TIMERS)
    return Step(moved(session, CaptureState.REFUSED, now, Why(Code.CONCURRENCY_LIMITED)))


def request_status(session: Session, event: e.RequestStatus, now: Millis) -> Step:
    """UNANSWERED | E a recognised `rtms.request_status` → denied; an approval is evidence only."""
    if event.answer is Value.UNKNOWN:
        return ignored(session, event, "its meaning is not known")
    session = learned(
        verified(session), Condition.HOST_APPROVES, event.answer, Source.EVENT, event.at
    )
    if event.answer is Value.NO and session.state in UNANSWERED:
        return denied(session, now, Code.DENIED)
    return Step(session)
