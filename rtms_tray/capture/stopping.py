"""Rules for the end of a stream: `rtms_stopped`, by Zoom's reason; stops of streams never seen."""

from dataclasses import replace

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.changes import ended, moved, verified
from rtms_tray.capture.evidence import of_stop
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Session, Stream
from rtms_tray.capture.states import UNANSWERED, CaptureState
from rtms_tray.capture.step import Step, ignored
from rtms_tray.capture.stops import (
    CANCELED,
    EVEN_LATER,
    FINAL_IN_BREAKOUT,
    MAYBE_HAND_OFF,
    USER_STOPPED,
    Hindsight,
    hindsight_of,
    outcome_of,
)
from rtms_tray.capture.streaming import with_unseen_stream
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.units import Millis


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
    session = of_stop(session, event, handed_off=handed_off)
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
