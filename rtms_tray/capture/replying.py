"""Rules for Zoom's replies to our requests."""

from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.asking import host_known_absent
from rtms_tray.capture.conditions import Condition, Value, value_of
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import (
    Request,
    Session,
    Timer,
    armed,
    disarmed,
    doubted,
    moved,
    verified,
)
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.step import Step, ignored
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.units import Millis

REFUSALS: Final[dict[int | None, Code]] = {
    300: Code.MEETING_ID_INVALID,
    2308: Code.NOT_ENTITLED_TO_START,
    2309: Code.NOT_A_PANELIST,
    2310: Code.OPERATION_FAILED,
    2312: Code.USER_UNKNOWN,
    3001: Code.MEETING_UNKNOWN,
    4711: Code.SCOPE_MISSING,
    13262: Code.NOT_ALLOW_LISTED,
    13267: Code.RTMS_DISABLED,
    13273: Code.NOT_SUPPORTED,
    13277: Code.NOT_RUNNING,
}
"""Zoom's error codes for `PATCH …/rtms_app/status` as reasons of our own."""
_POLICY: Final = frozenset({13267, 13273})
_TROUBLE: Final = {
    e.Outcome.RATE_LIMITED: Code.RATE_LIMITED,
    e.Outcome.SERVER_TROUBLE: Code.SERVER_TROUBLE,
    e.Outcome.OFFLINE: Code.OFFLINE,
}
_ASKING: Final = frozenset({CaptureState.REQUESTING, CaptureState.WAITING_FOR_MEETING})


def refusal_of(event: e.Replied) -> Why:
    """Name the reason behind a reply that is no success."""
    if event.outcome is e.Outcome.SIGN_IN_NEEDED:
        return Why(Code.SIGN_IN_NEEDED, event.code, event.message)
    code = _TROUBLE.get(event.outcome) or REFUSALS.get(event.code, Code.REFUSED_OTHERWISE)
    return Why(code, event.code, event.message)


def replied(session: Session, event: e.Replied, now: Millis) -> Step:
    """Any | R: only the newest request of its kind counts; late replies are ignored."""
    if event.action is not e.Action.START:
        return _act_replied(session, event, now)
    request = session.request
    if request is None or request.number != event.request:
        return ignored(session, event, "a reply to an older request")
    session = _on_zooms_clock(session, request, event)
    if event.outcome in _TROUBLE and session.state in _ASKING:
        return _trouble(session, request, event, now)
    session = replace(session, request=replace(request, open=False))
    if session.state in _ASKING:
        return _ASKED_RULES[event.outcome](session, event, now)
    return _answered_late(session, event)


def _on_zooms_clock(session: Session, request: Request, event: e.Replied) -> Session:
    if event.zoom_ahead_ms is None:
        return session
    asked_at = request.sent_at + event.zoom_ahead_ms
    return replace(session, zoom_ahead=event.zoom_ahead_ms, asked_at=asked_at)


def _answered_late(session: Session, event: e.Replied) -> Step:
    """LIVE | R refused → shown, the state stays; if `rtms_started` came first, sharing stays."""
    if event.outcome in {e.Outcome.ACCEPTED, e.Outcome.ALREADY_RUNNING}:
        return Step(session)
    return Step(replace(session, refusal=refusal_of(event)))


def _accepted(session: Session, event: e.Replied, now: Millis) -> Step:
    """Requesting | R 2xx → pending approval."""
    del event
    required = value_of(session.known, Condition.HOST_APPROVAL_REQUIRED) is Value.YES
    code = Code.APPROVAL_PENDING if required else Code.ASKED
    if not session.sight.up:
        code = Code.CANNOT_SEE
    return _pending(session, now, code)


def _pending(session: Session, now: Millis, code: Code) -> Step:
    session = moved(session, CaptureState.PENDING_APPROVAL, now, Why(code))
    session = armed(session, Timer.GRACE, now + policy.GRACE)
    if session.sight.possible:
        session = armed(session, Timer.NO_ANSWER, now + session.policy.no_answer_after)
    if not session.signals:
        session = armed(session, Timer.NUDGE, now + policy.REMINDERS[0])
    return Step(session)


def _reply_lost(session: Session, event: e.Replied, now: Millis) -> Step:
    """Requesting | reply lost after sending → pending approval; not repeated by itself."""
    del event
    return _pending(session, now, Code.REPLY_LOST)


def _already_running(session: Session, event: e.Replied, now: Millis) -> Step:
    """Requesting | R "already running" → sharing, unverified."""
    del event
    session = moved(session, CaptureState.SHARING, now, Why(Code.ALREADY_RUNNING))
    return Step(doubted(session, now))


def _not_started(session: Session, event: e.Replied, now: Millis) -> Step:
    """Requesting | R 3000 → waiting for the meeting; asked again after 5, 10, 20, then every 60 s."""
    if session.stream is None:
        # The meeting was not running after all: the time since the request does not count.
        timeline = session.timeline.repaint(session.since, SpanKind.NOT_COUNTED)
        session = replace(session, timeline=timeline)
    why = Why(Code.MEETING_NOT_STARTED, event.code, event.message)
    session = moved(session, CaptureState.WAITING_FOR_MEETING, now, why)
    step = session.asked_again
    delays = policy.ASK_AGAIN
    delay = delays[step] if step < len(delays) else policy.ASK_AGAIN_LATER
    may = session.policy.auto_resend is not policy.AutoResend.OFF
    if may and now + delay - session.asking_since <= policy.ASK_AGAIN_UNTIL:
        session = armed(session, Timer.ASK_AGAIN, now + delay)
    return Step(replace(session, asked_again=step + 1))


def _refused(session: Session, event: e.Replied, now: Millis) -> Step:
    """Requesting | R any other 4xx → refused; for good if a stream ran and policy forbids another."""
    why = refusal_of(event)
    session = verified(disarmed(session, Timer.NUDGE, Timer.ASK_AGAIN))
    if session.finished and event.code in _POLICY:
        why = Why(Code.REFUSED_AFTER_STREAM, event.code, event.message)
        return Step(moved(session, CaptureState.STOPPED_PERMANENTLY, now, why))
    return Step(moved(session, CaptureState.REFUSED, now, why))


_ASKED_RULES: Final = {
    e.Outcome.ACCEPTED: _accepted,
    e.Outcome.NOT_STARTED: _not_started,
    e.Outcome.REFUSED: _refused,
    e.Outcome.ALREADY_RUNNING: _already_running,
    e.Outcome.SIGN_IN_NEEDED: _refused,
    e.Outcome.REPLY_LOST: _reply_lost,
}


def retry_delay(request: Request, event: e.Replied, now: Millis) -> Millis | None:
    """When to try again after trouble, from now; `None` when tries or time are used up."""
    if request.tries >= policy.TRIES:
        return None
    delay = policy.RETRY_DELAYS[request.tries - 1]
    if event.retry_after_s is not None:
        delay = max(delay, event.retry_after_s * 1000)
    return delay if now + delay - request.first_sent_at <= policy.RETRY_BUDGET else None


def _trouble(session: Session, request: Request, event: e.Replied, now: Millis) -> Step:
    """Requesting | R 429, 5xx, no connection → at most 4 tries, 12 s in all; then refused."""
    delay = retry_delay(request, event, now)
    if delay is not None:
        return Step(armed(session, Timer.RETRY, now + delay))
    why = refusal_of(event)
    if event.retry_after_s is not None:
        why = replace(why, until=now + event.retry_after_s * 1000)
    session = replace(session, request=replace(request, open=False))
    if request.automatic and session.state is CaptureState.WAITING_FOR_MEETING:
        # Nobody waits for this one: the rhythm goes on instead of a refusal.
        return _not_started(session, event, now)
    return Step(verified(moved(session, CaptureState.REFUSED, now, why)))


def _act_replied(session: Session, event: e.Replied, now: Millis) -> Step:
    act = session.act
    if act is None or act.number != event.request:
        return ignored(session, event, "a reply to an older request")
    if event.outcome in _TROUBLE and retry_delay(act, event, now) is not None:
        return Step(armed(session, Timer.RETRY_ACT, now + (retry_delay(act, event, now) or 0)))
    session = replace(session, act=replace(act, open=False))
    if not session.live:
        return ignored(session, event, "nothing is live any more")
    if event.outcome is e.Outcome.ACCEPTED:
        return _act_accepted(session, event.action, now)
    return _act_refused(session, event, now)


def _act_refused(session: Session, event: e.Replied, now: Millis) -> Step:
    """LIVE | R refused for pause, resume, stop → unchanged, shown; 13277: unverified."""
    why = refusal_of(event)
    if event.outcome is e.Outcome.REPLY_LOST:
        why = Why(Code.REPLY_LOST)
    session = replace(session, refusal=why)
    if event.outcome is e.Outcome.REPLY_LOST or why.code is Code.NOT_RUNNING:
        session = doubted(session, now)
    return Step(session)


def _act_accepted(session: Session, action: e.Action, now: Millis) -> Step:
    """Sharing | pause accepted → paused; paused | resume → sharing; LIVE | stop → stopped, by you."""
    match action, session.state:
        case e.Action.PAUSE, CaptureState.SHARING:
            session = moved(session, CaptureState.PAUSED, now, Why(Code.PAUSED_BY_YOU))
        case e.Action.RESUME, CaptureState.PAUSED:
            session = moved(session, CaptureState.SHARING, now)
        case e.Action.STOP, _:
            session = _stopped_by_you(session, now)
        case _:
            return Step(session)
    return Step(verified(session))


def _stopped_by_you(session: Session, now: Millis) -> Session:
    timers = (Timer.INTERRUPTION_OVER, Timer.INTERRUPTION_HEARD, Timer.BREAKOUT_RETURN, Timer.BLIND)
    session = disarmed(session, *timers)
    if session.stream is not None:
        session = replace(
            session,
            stream=replace(session.stream, stopped=True),
            finished=session.finished | {session.stream.stream_id},
        )
    session = replace(session, before=None)
    return moved(session, CaptureState.STOPPED, now, Why(Code.STOPPED_BY_YOU))


def grace_over(session: Session, now: Millis) -> Step:
    """Pending approval, grace over: an absent host now explains the silence."""
    if session.host_present is Value.NO:
        return host_known_absent(session, now)
    return Step(session)


def silence(session: Session, now: Millis) -> Step:
    """Pending approval | T no answer → no answer, unless the host is known to be there or away."""
    if session.state is not CaptureState.PENDING_APPROVAL:
        return Step(session)
    if session.own:
        why = Why(Code.SILENCE_OWN_MEETING)
        return Step(moved(session, CaptureState.NO_ANSWER, now, why))
    match session.host_present:
        case Value.NO:
            return host_known_absent(disarmed(session, Timer.GRACE), now)
        case Value.YES:
            why = Why(Code.ASKED_HOST_PRESENT)
            return Step(moved(session, CaptureState.PENDING_APPROVAL, now, why))
        case _:
            return Step(moved(session, CaptureState.NO_ANSWER, now, Why(Code.SILENCE)))
