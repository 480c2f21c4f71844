"""Rules for an interruption (D4): the app's receiver is away, and no event says when it is back."""

from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.context import Context
from rtms_tray.capture.doubt import shown_by_event
from rtms_tray.capture.effects import Step, ignored
from rtms_tray.capture.facts import Fact, What
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rules_stream import comes_back, reopened, with_current
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.unknown_streams import may_be_beside, with_unknown_stream
from rtms_tray.capture.updates import (
    armed,
    doubted,
    moved,
    returned_to_resume_point,
    settled,
    with_facts,
    with_resume_point,
)
from rtms_tray.support.frozen import replace

_S = CaptureState
_MAY_RESUME: Final = frozenset({_S.SHARING, _S.PAUSED})


def stream_interrupted(session: Session, event: e.StreamInterrupted, context: Context) -> Step:
    """The app's receiver has lost its connection: the user is alerted after 5 s, and it ends within 75 s."""
    if session.state is _S.ENDED and not comes_back(session, event, context):
        return ignored(session, event, "the session has ended")
    beside = may_be_beside(session, event)
    session = with_unknown_stream(session, event, context)
    current = session.streams.current
    if current is None or current.stream_id != event.stream_id or event.at < current.last_at:
        return ignored(session, event, "not the current stream")
    if event.at == current.interrupted_at:
        return ignored(session, event, "a duplicate")
    if event.stream_id in session.streams.finished:
        return ignored(session, event, "this stream has stopped before")
    current = replace(
        current, last_at=event.at, interrupted_at=event.at, stopped=False, doubted=beside
    )
    session = with_current(reopened(session, event, context), current)
    why, at = Why(Code.RECEIVER_INTERRUPTED), context.local(event.at)
    session = with_facts(session, Fact(at, What.INTERRUPTED, event.stream_id, why=why.code))
    if session.state is _S.PAUSED_BREAKOUT:
        return Step(session)
    session = _interrupted(session, event, why, context)
    session = shown_by_event(session, event.at, context)
    unsure = beside or context.is_old_news(event.at)
    return Step(doubted(session, at) if unsure else session)


def _interrupted(
    session: Session, event: e.StreamInterrupted, why: Why, context: Context
) -> Session:
    now, at = context.now, context.local(event.at)
    if session.state is not _S.INTERRUPTED:
        session = _with_state_after_interruption(session)
        session = armed(session, Timer.INTERRUPTION_ALERT, now + timings.INTERRUPTION_ALERT_AFTER)
    since = now if context.is_old_news(event.at) else at  # its stop may be as late
    session = armed(session, Timer.INTERRUPTION_OVER, since + timings.INTERRUPTION_OVER_AFTER)
    return moved(session, _S.INTERRUPTED, now, why, at=at)


def _with_state_after_interruption(session: Session) -> Session:
    if session.state in _MAY_RESUME:
        return with_resume_point(session)
    return replace(session, resume_point=None)  # a stream that was not seen before


def interruption_over(session: Session, context: Context) -> Step:
    """No stop has come, so the receiver is back, as far as one can tell: no event says so."""
    certain, current = session.verified, session.streams.current
    zoom_at = current.interrupted_at if current is not None else None
    interrupted_at = session.since if zoom_at is None else context.local(zoom_at)
    session = returned_to_resume_point(session, context.now)
    if not (certain and context.sees_since(interrupted_at)):
        return Step(session)
    at = interrupted_at + timings.INTERRUPTION_SETTLED_AFTER
    return Step(armed(session, Timer.INTERRUPTION_SETTLED, at))


def interruption_settled(session: Session, context: Context) -> Step:
    """Still no stop, and none can have been missed: the receiver came back, or Zoom would have stopped."""
    since, current = session.doubt.since or context.now, session.streams.current
    stream = current.stream_id if current else ""
    return Step(settled(with_facts(session, Fact(since, What.PROVEN, stream, until=context.now))))
