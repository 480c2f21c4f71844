"""Rules for Zoom's replies: to start requests, and to pause, resume and stop."""

from collections.abc import Callable, Mapping
from typing import Final, cast

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.conditions import Condition, Value, value_of
from rtms_tray.capture.context import Context
from rtms_tray.capture.doubt import accepted, shown
from rtms_tray.capture.effects import Step, ignored
from rtms_tray.capture.evidence import learn_from_acceptance, learn_from_refusal
from rtms_tray.capture.facts import Fact, What
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rules_request import schedule_next_request
from rtms_tray.capture.rules_waiting import pending
from rtms_tray.capture.session import Request, ResumePoint, Session, Streams
from rtms_tray.capture.state_facts import facts_of_lost_reply
from rtms_tray.capture.states import UNANSWERED, CaptureState, Timer
from rtms_tray.capture.updates import (
    armed,
    disarmed,
    doubted,
    moved,
    with_facts,
    with_resume_point,
)
from rtms_tray.capture.zoom_codes import TROUBLE, USER_STOPPED, refusal_of, retry_delay
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import SECOND, Millis

_S = CaptureState
_HIDES_PAUSE: Final = frozenset({_S.INTERRUPTED, _S.PAUSED_BREAKOUT})
"""While it lasts, these say more than that the stream is paused."""
_DOUBTS: Final = frozenset({Code.ALREADY_RUNNING, Code.RECEIVER_MAYBE_BACK})
_POLICY: Final = frozenset({13267, 13273})
_FINE: Final = frozenset({e.Outcome.ACCEPTED, e.Outcome.ALREADY_RUNNING, e.Outcome.CONFLICT})


def replied(session: Session, event: e.Replied, context: Context) -> Step:
    """Zoom replies; only the reply to the newest request of its kind counts."""
    if event.action is not e.Action.START:
        return _action_replied(session, event, context)
    request = session.requests.newest
    if request is None or request.number != event.request or not request.open:
        return ignored(session, event, "a reply to an older request")
    session = _with_time_asked(session, request, event, context)
    if not session.awaits_reply:
        return Step(_answered_late(_closed(session), event, context))
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


def _answered_late(session: Session, event: e.Replied, context: Context) -> Session:
    """The stream started before the reply came: that it runs is certain now, and a refusal is worth mentioning."""
    if session.state is _S.SHARING and event.outcome is e.Outcome.ALREADY_RUNNING:
        return shown(session, context)
    if event.outcome in _FINE or not session.live:
        return session
    return _with_refusal(session, refusal_of(event))


def _with_refusal(session: Session, why: Why) -> Session:
    return replace(session, attention=replace(session.attention, refusal=why))


def _accepted(session: Session, event: e.Replied, context: Context) -> Session:
    """Zoom takes the request; whether a stream starts is another matter."""
    del event
    return _taken(learn_from_acceptance(session), context)


def _reply_lost(session: Session, event: e.Replied, context: Context) -> Session:
    """Zoom may have taken the request, so it is not repeated automatically."""
    return _taken(session, context, refusal_of(event))


def _taken(session: Session, context: Context, why: Why | None = None) -> Session:
    request = cast("Request", session.requests.newest)  # the one that is answered
    session = accepted(replace(session, resume_point=None), request, context)
    return pending(session, context, why)


def _already_running(session: Session, event: e.Replied, context: Context) -> Session:
    """Zoom says that a stream runs already, since whenever."""
    del event
    return _runs(session, context)


def _conflict(session: Session, event: e.Replied, context: Context) -> Session:
    """A stream seems to run already, but Zoom does not say so."""
    del event
    return doubted(_runs(session, context), context.now)


def _runs(session: Session, context: Context) -> Session:
    """A stream runs, as Zoom says; whether it is still paused, or shared while I am in a room, is another matter."""
    session = shown(replace(session, resume_point=None), context)
    if value_of(session.known, Condition.IN_BREAKOUT_ROOM) is Value.YES:
        session = with_resume_point(moved(session, _S.SHARING, context.now, session.why))
        why = Why(Code.IN_BREAKOUT_ROOM)
        return doubted(moved(session, _S.PAUSED_BREAKOUT, context.now, why), context.now)
    if session.streams.paused:
        why = Why(Code.PAUSED_BY_YOU)
        return doubted(moved(session, _S.PAUSED, context.now, why), context.now)
    return moved(session, _S.SHARING, context.now, Why(Code.ALREADY_RUNNING))


def _not_started(session: Session, event: e.Replied, context: Context) -> Session:
    """The meeting has not started: ask again until it has."""
    if not session.streams.has_streamed and not session.people.began:
        # The meeting was not running after all: the time since the request does not count.
        before = Fact(session.since, What.NOT_RUNNING, until=context.now)
        session = with_facts(session, before)
    streams = replace(
        _with_stopped(session.streams), paused=False
    )  # nothing runs before the meeting
    session = shown(replace(session, streams=streams, resume_point=None), context)
    session = moved(session, _S.WAITING_FOR_MEETING, context.now, refusal_of(event))
    return schedule_next_request(session, context)


def _refused(session: Session, event: e.Replied, context: Context) -> Session:
    """Zoom refuses; for good where a stream ran before and an organization's policy forbids another."""
    if _too_early_for_me(session, event):
        session = moved(session, _S.WAITING_FOR_MEETING, context.now, refusal_of(event))
        return schedule_next_request(session, context, timings.REPEAT_EVERY)
    session = learn_from_refusal(session, event, context)
    if session.verified and session.streams.has_streamed and event.code in _POLICY:
        why = Why(Code.REFUSED_AFTER_STREAM, event.code, event.message)
        return moved(session, _S.STOPPED_PERMANENTLY, context.now, why)
    return _turned_down(session, refusal_of(event), context)


def _turned_down(session: Session, why: Why, context: Context) -> Session:
    """Nothing comes of a request; a stream that may be live all the same is not affected."""
    before = session.resume_point
    if before is None:
        return moved(session, _S.REFUSED, context.now, why)
    session = moved(session, before.state, context.now, before.why)
    in_room = before.state is _S.PAUSED_BREAKOUT
    after_room = ResumePoint(_S.SHARING, None) if in_room else None
    return _with_refusal(replace(session, resume_point=after_room), why)


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
    e.Outcome.CONFLICT: _conflict,
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
    return _turned_down(session, why, context)


# --- pause, resume, stop -------------------------------------------------------------------------


def _action_replied(session: Session, event: e.Replied, context: Context) -> Step:
    """Zoom replies to pause, resume or stop."""
    action = session.streams.action
    if action is None or action.number != event.request or not action.open:
        return ignored(session, event, "a reply to an older request")
    counts = session.live or _answers_doubt(session, event)
    again_at = _asked_again_at(session, action, event, context)
    if counts and again_at is not None:
        return Step(armed(session, Timer.RETRY_ACTION, again_at))
    session = replace(session, streams=session.streams.action_closed())
    if not counts:
        return ignored(session, event, "nothing is live any more")
    if _succeeded(event):
        return Step(_action_accepted(session, action, context))
    if refusal_of(event).code is Code.NOT_RUNNING:
        return Step(_nothing_runs(session, event, context))
    return Step(_action_refused(session, event, context))


def _answers_doubt(session: Session, event: e.Replied) -> bool:
    """Whether a reply to resume says if a stream runs that nobody has seen."""
    may_run = session.state in UNANSWERED or session.state is _S.STOPPED
    return event.action is e.Action.RESUME and may_run and not session.verified


def _asked_again_at(
    session: Session, action: Request, event: e.Replied, context: Context
) -> Millis | None:
    """When to ask again: after trouble, or once where Zoom may not know yet of a stream that has just begun."""
    now, current = context.now, session.streams.current
    if event.outcome in TROUBLE:
        delay = retry_delay(action, event, now)
        return None if delay is None else now + delay
    if refusal_of(event).code is not Code.NOT_RUNNING or current is None or action.tries > 1:
        return None
    known_by = context.local(current.started_at) + timings.STARTED_JUST_NOW
    return max(known_by, now + timings.RETRY_DELAYS[0]) if now <= known_by else None


def _succeeded(event: e.Replied) -> bool:
    """Whether Zoom has done it; what runs, or is not paused, needs no resuming."""
    runs = event.action is e.Action.RESUME and event.outcome is e.Outcome.ALREADY_RUNNING
    return runs or event.outcome is e.Outcome.ACCEPTED


def _nothing_runs(session: Session, event: e.Replied, context: Context) -> Session:
    """No stream runs (13277): one has stopped unseen, since something last showed that it ran."""
    why = refusal_of(event)
    if not session.live:
        return shown(session, context)
    session = replace(session, streams=_with_stopped(session.streams))
    if session.state is _S.PAUSED_BREAKOUT and session.code is not Code.ROOM_MAYBE_LEFT:
        return shown(_with_refusal(session, why), context)
    streams = replace(session.streams, stopped_at=context.zoom_now, stop_reason=None)
    session = replace(session, streams=streams, resume_point=None)
    session = shown(doubted(session, session.doubt.proved_at), context)
    return moved(session, _S.STOPPED, context.now, why)


def _with_stopped(streams: Streams) -> Streams:
    return replace(
        streams, current=replace(streams.current, stopped=True) if streams.current else None
    )


def _action_refused(session: Session, event: e.Replied, context: Context) -> Session:
    """A refusal is shown and the state stays; where the reply is lost, it may not be so any more."""
    why = refusal_of(event)
    session = _with_refusal(session, why)
    lost = why.code is Code.REPLY_LOST
    if event.action is e.Action.STOP and not lost:
        session = replace(session, streams=replace(session.streams, stop_sent_at=None))
    if not lost:
        return session
    asked = session.streams.action
    session = with_facts(session, *(facts_of_lost_reply(asked) if asked else ()))
    return doubted(session, context.now)


def _action_accepted(session: Session, action: Request, context: Context) -> Session:
    """Zoom has paused, resumed or stopped the stream, which ran at that moment."""
    match action.action:
        case e.Action.STOP:
            return _stopped_by_you(session, context)
        case e.Action.PAUSE:
            return _paused(session, action.sent_at, context)
        case _:
            return _resumed(session, context)


def _paused(session: Session, asked_at: Millis, context: Context) -> Session:
    """It is paused, at the earliest since it was asked to be: the reply may be late."""
    session = replace(session, streams=replace(session.streams, paused=True))
    why = Why(Code.PAUSED_BY_YOU)
    if session.state in _HIDES_PAUSE:
        return _with_state_after(session, ResumePoint(_S.PAUSED, why))
    return moved(shown(session, context), _S.PAUSED, context.now, why, at=asked_at)


def _resumed(session: Session, context: Context) -> Session:
    """It shares again; or it did all the time, and that is certain now."""
    session = replace(session, streams=replace(session.streams, paused=False))
    if session.state in _HIDES_PAUSE:
        return _with_state_after(session, ResumePoint(_S.SHARING, None))
    if not session.live:
        return _runs(session, context)
    certain = session.state is _S.SHARING and session.code not in _DOUBTS
    session = shown(session, context)
    return moved(session, _S.SHARING, context.now, session.why if certain else None)


def _with_state_after(session: Session, point: ResumePoint) -> Session:
    """What comes after an interruption or a room has changed meanwhile, unless nothing does."""
    return replace(session, resume_point=session.resume_point and point)


def _stopped_by_you(session: Session, context: Context) -> Session:
    streams = session.streams
    if streams.current is not None:
        current = replace(streams.current, stopped=True)
        streams = replace(streams.with_finished(current.stream_id), current=current)
    streams = replace(streams, stopped_at=context.zoom_now, stop_reason=USER_STOPPED)
    session = replace(shown(session, context), streams=streams, resume_point=None)
    return moved(session, _S.STOPPED, context.now, Why(Code.STOPPED_BY_YOU))
