"""Rules for RTMS events: a stream starts, is interrupted (rules D3, D4); how it stops is in `stopping`."""

from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.effects import Step, ignored
from rtms_tray.capture.evidence import learn_from_stop, learn_from_stream
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Session, Stream
from rtms_tray.capture.states import UNANSWERED, CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.updates import armed, ended, moved, return_to_previous, verified
from rtms_tray.capture.zoom_codes import (
    CANCELED,
    EVEN_LATER,
    FINAL_IN_BREAKOUT,
    MAYBE_HAND_OFF,
    USER_STOPPED,
    Hindsight,
    hindsight_of,
    outcome_of,
)
from rtms_tray.support.units import Millis

_S = CaptureState
_KEPT_BY_NEW_SERVER: Final = frozenset({_S.PAUSED, _S.PAUSED_BREAKOUT})
_DOUBTS: Final = frozenset({Code.ALREADY_RUNNING, Code.RECEIVER_MAYBE_BACK})


def is_mine(session: Session, operator_id: str | None) -> bool:
    """Whether a stream is the app owner's; one without an operator is, if the session is open."""
    return operator_id == session.me if operator_id else session.open


def stream_started(session: Session, event: e.StreamStarted, now: Millis) -> Step:
    """OPEN, or unknown | E `rtms_started`, mine → sharing; the same stream again: a new server."""
    if not is_mine(session, event.operator_id):
        return Step(replace(session, others=session.others | {event.stream_id}))
    if event.stream_id in session.finished:
        return ignored(session, event, "this stream has stopped before")
    if session.state is _S.ENDED and not _given_up(session):
        return ignored(session, event, "the session has ended")
    current = session.stream
    if current is not None and current.stream_id == event.stream_id:
        return _same_stream(session, current, event, now)
    if current is not None and event.at < current.started_at:
        return ignored(session, event, "older than the current stream")
    return _new_stream(session, event, now)


def _same_stream(session: Session, current: Stream, event: e.StreamStarted, now: Millis) -> Step:
    """Sharing, interrupted | E same stream, newer → sharing; paused → unchanged."""
    if event.at <= current.last_at:
        return ignored(session, event, "a duplicate")
    in_doubt = session.why is not None and session.why.code in _DOUBTS
    session = verified(replace(session, stream=replace(current, last_at=event.at)))
    session = learn_from_stream(session, event)
    if session.state in _KEPT_BY_NEW_SERVER:
        return Step(session)
    why = session.why if session.state is _S.SHARING and not in_doubt else None
    session = replace(session, before=None)
    return Step(moved(session, _S.SHARING, now, why, at=session.local(event.at, now)))


def _new_stream(session: Session, event: e.StreamStarted, now: Millis) -> Step:
    finished = session.finished
    if session.stream is not None:
        finished |= {session.stream.stream_id}
    why = None if session.asked else Why(Code.BEGAN_ELSEWHERE)
    if _given_up(session):
        why = Why(Code.BEGAN_AFTER_GIVE_UP)
        session = replace(session, timeline=session.timeline.reopen())
    session = replace(
        session,
        stream=Stream(event.stream_id, event.at, event.at),
        finished=finished,
        act=None,  # it was about the stream before
        before=None,
        stopped_at=None,
        stop_reason=None,
    )
    local = session.local(event.at, now)
    session = learn_from_stream(session, event)
    return Step(verified(moved(session, _S.SHARING, now, why, at=local)))


def _given_up(session: Session) -> bool:
    return session.why is not None and session.why.code is Code.GIVEN_UP


def with_unseen_stream(session: Session, event: e.StreamStopped | e.StreamInterrupted) -> Session:
    """Take a stream for the session's own whose start was not seen, where it has no other."""
    unknown = session.stream is None or session.stream.stopped
    if event.stream_id in session.others | session.finished or not (session.live and unknown):
        return session
    began = min(session.zoom_now(session.since), event.at)
    return replace(session, stream=Stream(event.stream_id, began, began))


def stream_interrupted(session: Session, event: e.StreamInterrupted, now: Millis) -> Step:
    """LIVE | E `rtms_interrupted` → interrupted; heard after 5 s, over after 75 s without a stop."""
    session = with_unseen_stream(session, event)
    current = session.stream
    if current is None or current.stream_id != event.stream_id or event.at < current.last_at:
        return ignored(session, event, "not the current stream")
    if event.at == current.interrupted_at:
        return ignored(session, event, "a duplicate")
    stream = replace(current, last_at=event.at, interrupted_at=event.at)
    session = verified(replace(session, stream=stream))
    if session.state is _S.PAUSED_BREAKOUT:
        return Step(session)
    if session.state is not _S.INTERRUPTED:
        session = replace(session, before=session.state, before_why=session.why)
        session = armed(session, Timer.INTERRUPTION_ALERT, now + policy.INTERRUPTION_ALERT_AFTER)
    session = armed(session, Timer.INTERRUPTION_OVER, now + policy.INTERRUPTION_OVER_AFTER)
    local = session.local(event.at, now)
    why = Why(Code.RECEIVER_INTERRUPTED)
    return Step(moved(session, _S.INTERRUPTED, now, why, at=local))


def interruption_over(session: Session, now: Millis) -> Step:
    """Interrupted | T 75 s, no stop → the state before, unverified: recovery has no event."""
    return Step(return_to_previous(session, now))


def concurrency_limited(session: Session, event: e.ConcurrencyLimited, now: Millis) -> Step:
    """UNANSWERED | E concurrency limited, operator me → refused."""
    if not event.operator_id or event.operator_id != session.me:
        return ignored(session, event, "somebody else's limit")
    session = verified(session)
    return Step(moved(session, _S.REFUSED, now, Why(Code.CONCURRENCY_LIMITED)))


# --- Rules for the end of a stream: `rtms_stopped`, by Zoom's reason; stops of streams never seen. ---


def stream_stopped(session: Session, event: e.StreamStopped, now: Millis) -> Step:
    """LIVE, or UNANSWERED for a stream never seen | E `rtms_stopped` → by reason."""
    if event.stream_id in session.others:
        others, finished = session.others - {event.stream_id}, session.finished | {event.stream_id}
        return Step(replace(session, others=others, finished=finished))
    session = with_unseen_stream(session, event)
    current = session.stream
    if current is not None and current.stream_id == event.stream_id:
        return _current_stopped(session, current, event, now)
    if event.stream_id in session.finished:
        return ignored(session, event, "this stream has stopped before")
    session = replace(session, finished=session.finished | {event.stream_id})
    if session.state not in UNANSWERED or _before_asking(session, event):
        return ignored(session, event, "not the current stream")
    return _stopped_unseen(session, event, now)


def _before_asking(session: Session, event: e.StreamStopped) -> bool:
    asked = session.asked_at
    return asked is not None and event.at < asked - policy.JOIN_MARGIN


def _stopped_unseen(session: Session, event: e.StreamStopped, now: Millis) -> Step:
    """UNANSWERED | E stop of a stream never seen → by reason; 7 → refused."""
    if event.reason == CANCELED:
        why = Why(Code.STOP_CANCELED, event.reason)
        return Step(moved(verified(session), CaptureState.REFUSED, now, why))
    return _by_reason(session, event, now)


def _current_stopped(
    session: Session, current: Stream, event: e.StreamStopped, now: Millis
) -> Step:
    says_more = event.reason in EVEN_LATER and event.reason != session.stop_reason
    if event.stream_id in session.finished and not says_more:
        return ignored(session, event, "stopped already")
    session = replace(
        session,
        stream=replace(current, stopped=True, last_at=max(current.last_at, event.at)),
        finished=session.finished | {event.stream_id},
    )
    waits_anew = session.state in UNANSWERED and _before_asking(session, event)
    session = _in_hindsight(session, current, event, now)
    if event.reason not in EVEN_LATER and (waits_anew or not _concerns(session)):
        return Step(session)
    in_room = session.state is CaptureState.PAUSED_BREAKOUT
    if in_room and event.reason not in FINAL_IN_BREAKOUT:
        stopped = replace(session, stopped_at=event.at, stop_reason=event.reason)
        return Step(verified(stopped))
    return _by_reason(session, event, now)


def _concerns(session: Session) -> bool:
    return session.live or session.state in UNANSWERED


def _in_hindsight(
    session: Session, current: Stream, event: e.StreamStopped, now: Millis
) -> Session:
    """Stops 11, 18: the whole stream is lost; 13-16, 19, 24: unknown since the interruption."""
    what = hindsight_of(event.reason)
    if what is Hindsight.NOTHING:
        return session
    since, kind, keep = current.started_at, SpanKind.LOST, frozenset({SpanKind.NOT_COUNTED})
    if what is Hindsight.TAIL_UNKNOWN:
        tail = max(current.started_at, event.at - policy.TAIL_OF_LOST_RECEIVER)
        since, kind = current.interrupted_at or tail, SpanKind.UNKNOWN
        keep |= {SpanKind.LOST}
    _, code = outcome_of(event.reason)
    timeline = session.timeline.repaint(session.local(since, now), kind, code, keep=keep)
    return replace(session, timeline=timeline)


def _by_reason(session: Session, event: e.StreamStopped, now: Millis) -> Step:
    state, code = outcome_of(event.reason)
    local = session.local(event.at, now)
    handed_off = event.reason in MAYBE_HAND_OFF and _host_changed_before(session, event.at)
    session = learn_from_stop(session, event, handed_off=handed_off)
    session = replace(verified(session), before=None, stopped_at=event.at, stop_reason=event.reason)
    if state is CaptureState.ENDED:
        return Step(ended(session, now, Why(code, event.reason), local))
    if event.reason == USER_STOPPED and _asked_for_it(session, now):
        code = Code.STOPPED_BY_YOU
    if handed_off:
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
