"""Rules for RTMS events: a stream starts, is interrupted (rules D3, D4); how it stops is in `stopping`."""

from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.changes import armed, back_to_before, moved, verified
from rtms_tray.capture.evidence import of_stream
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Session, Stream
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.step import Step, ignored
from rtms_tray.capture.timers import Timer
from rtms_tray.capture.units import Millis

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
    session = of_stream(session, event)
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
    session = of_stream(session, event)
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
        session = armed(session, Timer.INTERRUPTION_HEARD, now + policy.INTERRUPTION_HEARD_AFTER)
    session = armed(session, Timer.INTERRUPTION_OVER, now + policy.INTERRUPTION_OVER_AFTER)
    local = session.local(event.at, now)
    why = Why(Code.RECEIVER_INTERRUPTED)
    return Step(moved(session, _S.INTERRUPTED, now, why, at=local))


def interruption_over(session: Session, now: Millis) -> Step:
    """Interrupted | T 75 s, no stop → the state before, unverified: recovery has no event."""
    return Step(back_to_before(session, now))


def concurrency_limited(session: Session, event: e.ConcurrencyLimited, now: Millis) -> Step:
    """UNANSWERED | E concurrency limited, operator me → refused."""
    if not event.operator_id or event.operator_id != session.me:
        return ignored(session, event, "somebody else's limit")
    session = verified(session)
    return Step(moved(session, _S.REFUSED, now, Why(Code.CONCURRENCY_LIMITED)))
