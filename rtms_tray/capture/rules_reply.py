"""Rules for Zoom's replies: to start requests, and to pause, resume and stop."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.conditions import Condition, Value, value_of
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import Step, ignored
from rtms_tray.capture.evidence import learn_from_acceptance, learn_from_refusal
from rtms_tray.capture.facts import Fact, What
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rules_request import schedule_next_request
from rtms_tray.capture.rules_waiting import pending
from rtms_tray.capture.session import Request, Session
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.updates import armed, disarmed, doubted, moved, verified, with_facts
from rtms_tray.capture.zoom_codes import TROUBLE, USER_STOPPED, refusal_of, retry_delay
from rtms_tray.support.units import SECOND

_S = CaptureState
_DOUBTFUL: Final = frozenset({Code.REPLY_LOST, Code.NOT_RUNNING})
_POLICY: Final = frozenset({13267, 13273})
_FINE: Final = frozenset({e.Outcome.ACCEPTED, e.Outcome.ALREADY_RUNNING})


def replied(session: Session, event: e.Replied, context: Context) -> Step:
    """Zoom replies; only the reply to the newest request of its kind counts."""
    if event.action is not e.Action.START:
        return _action_replied(session, event, context)
    request = session.requests.newest
    if request is None or request.number != event.request or not request.open:
        return ignored(session, event, "a reply to an older request")
    session = _with_time_asked(session, request, event, context)
    if not session.awaits_reply:
        return Step(_answered_late(_closed(session), event))
    if event.outcome in TROUBLE:
        return Step(_trouble(session, request, event, context))
    session = _closed(disarmed(session, Timer.RETRY))
    return Step(_BY_OUTCOME[event.outcome](session, event, context))


def _with_time_asked(
    session: Session, request: Request, event: e.Replied, context: Context
) -> Session:
    if event.zoom_ahead_ms is None:
        return session
    asked_at = request.sent_at + context.zoom_ahead
    return replace(session, requests=replace(session.requests, asked_at=asked_at))


def _closed(session: Session) -> Session:
    return replace(session, requests=session.requests.closed())


def _answered_late(session: Session, event: e.Replied) -> Session:
    """The stream started before the reply came: only a refusal is worth mentioning."""
    if event.outcome in _FINE or not session.live:
        return session
    return _with_refusal(session, refusal_of(event))


def _with_refusal(session: Session, why: Why) -> Session:
    return replace(session, attention=replace(session.attention, refusal=why))


def _accepted(session: Session, event: e.Replied, context: Context) -> Session:
    """Zoom takes the request; whether a stream starts is another matter."""
    del event
    return pending(learn_from_acceptance(session), context)


def _reply_lost(session: Session, event: e.Replied, context: Context) -> Session:
    """Zoom may have taken the request, so it is not repeated automatically."""
    return pending(session, context, refusal_of(event))


def _already_running(session: Session, event: e.Replied, context: Context) -> Session:
    """A stream runs already, as far as Zoom's reply tells."""
    del event
    session = moved(session, _S.SHARING, context.now, Why(Code.ALREADY_RUNNING))
    return doubted(session, context.now, stream=True)


def _not_started(session: Session, event: e.Replied, context: Context) -> Session:
    """The meeting has not started: ask again until it has."""
    if not session.streams.has_streamed and not session.people.began:
        # The meeting was not running after all: the time since the request does not count.
        before = Fact(session.since, What.NOT_RUNNING, until=context.now)
        session = with_facts(session, before)
    session = moved(session, _S.WAITING_FOR_MEETING, context.now, refusal_of(event))
    return schedule_next_request(session, context)


def _refused(session: Session, event: e.Replied, context: Context) -> Session:
    """Zoom refuses; for good where a stream ran before and an organization's policy forbids another."""
    if _too_early_for_me(session, event):
        session = moved(session, _S.WAITING_FOR_MEETING, context.now, refusal_of(event))
        return schedule_next_request(session, context, timings.REPEAT_EVERY)
    session = learn_from_refusal(verified(session), event, context)
    if session.streams.has_streamed and event.code in _POLICY:
        why = Why(Code.REFUSED_AFTER_STREAM, event.code, event.message)
        return moved(session, _S.STOPPED_PERMANENTLY, context.now, why)
    return moved(session, _S.REFUSED, context.now, refusal_of(event))


def _too_early_for_me(session: Session, event: e.Replied) -> bool:
    """Whether Zoom refuses only because the app owner has not joined yet (2308), and nobody clicked."""
    automatic = session.state is _S.WAITING_FOR_MEETING
    entitled = refusal_of(event).code is not Code.NOT_ENTITLED_TO_START
    joined = value_of(session.known, Condition.OWNER_PRESENT) is Value.YES
    return automatic and not entitled and not joined


_BY_OUTCOME: Final[Mapping[e.Outcome, Callable[[Session, e.Replied, Context], Session]]] = {
    e.Outcome.ACCEPTED: _accepted,
    e.Outcome.NOT_STARTED: _not_started,
    e.Outcome.REFUSED: _refused,
    e.Outcome.ALREADY_RUNNING: _already_running,
    e.Outcome.CONFLICT: _refused,
    e.Outcome.SIGN_IN_NEEDED: _refused,
    e.Outcome.KEYRING_UNREADABLE: _refused,
    e.Outcome.KEYRING_LOCKED: _refused,
    e.Outcome.REPLY_LOST: _reply_lost,
}


def _trouble(session: Session, request: Request, event: e.Replied, context: Context) -> Session:
    """What may pass is tried again: at most 4 tries in 12 s."""
    delay = retry_delay(request, event, context.now)
    if delay is not None:
        return armed(session, Timer.RETRY, context.now + delay)
    wait = (event.retry_after_s or 0) * SECOND
    session = _closed(session)
    if session.state is _S.WAITING_FOR_MEETING:
        # Nobody waits for this one: it is asked again as before instead of refused, but never in
        # vain: a daily limit whose end is not named outlasts all asking.
        endless = event.limit_is_daily and not wait
        return schedule_next_request(session, context, timings.REPEAT_UNTIL if endless else wait)
    why = replace(refusal_of(event), until=context.now + wait if wait else None)
    return verified(moved(session, _S.REFUSED, context.now, why))


def _action_replied(session: Session, event: e.Replied, context: Context) -> Step:
    """Zoom replies to pause, resume or stop."""
    action = session.streams.action
    if action is None or action.number != event.request or not action.open:
        return ignored(session, event, "a reply to an older request")
    delay = retry_delay(action, event, context.now) if event.outcome in TROUBLE else None
    if session.live and delay is not None:
        return Step(armed(session, Timer.RETRY_ACTION, context.now + delay))
    session = replace(session, streams=session.streams.action_closed())
    if not session.live:
        return ignored(session, event, "nothing is live any more")
    if event.outcome is e.Outcome.ACCEPTED:
        return Step(_action_accepted(session, event.action, context))
    return Step(_action_refused(session, event, context))


def _action_refused(session: Session, event: e.Replied, context: Context) -> Session:
    """A refusal is shown and the state stays; that nothing runs (13277) casts doubt on it."""
    why = refusal_of(event)
    session = _with_refusal(session, why)
    if event.action is e.Action.STOP and why.code is not Code.REPLY_LOST:
        session = replace(session, streams=replace(session.streams, stop_sent_at=None))
    return doubted(session, context.now, stream=True) if why.code in _DOUBTFUL else session


def _action_accepted(session: Session, action: e.Action, context: Context) -> Session:
    """Zoom has paused, resumed or stopped the stream."""
    match action, session.state:
        case e.Action.PAUSE, _S.SHARING:
            return verified(moved(session, _S.PAUSED, context.now, Why(Code.PAUSED_BY_YOU)))
        case e.Action.RESUME, _S.PAUSED:
            return verified(moved(session, _S.SHARING, context.now))
        case e.Action.STOP, _:
            return _stopped_by_you(session, context)
    return session


def _stopped_by_you(session: Session, context: Context) -> Session:
    streams = session.streams
    if streams.current is not None:
        current = replace(streams.current, stopped=True)
        streams = replace(streams.with_finished(current.stream_id), current=current)
    streams = replace(streams, stopped_at=context.zoom_now, stop_reason=USER_STOPPED)
    session = replace(verified(session), streams=streams, resume_point=None)
    return moved(session, _S.STOPPED, context.now, Why(Code.STOPPED_BY_YOU))
