"""Rules for Zoom's replies to start requests; those to pause, resume and stop are in `acting`."""

from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.conditions import Condition, Value, value_of
from rtms_tray.capture.effects import Step, ignored
from rtms_tray.capture.evidence import learn_from_acceptance, learn_from_refusal
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Request, Session
from rtms_tray.capture.silence import asked_why, pending
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.updates import armed, disarmed, doubted, moved, verified
from rtms_tray.capture.zoom_codes import TROUBLE, USER_STOPPED, refusal_of, retry_delay
from rtms_tray.support.units import SECOND, Millis

# --- Rules for Zoom's replies to pause, resume and stop. ---

_S = CaptureState
_DOUBTFUL: Final = frozenset({Code.REPLY_LOST, Code.NOT_RUNNING})


def act_replied(session: Session, event: e.Replied, now: Millis) -> Step:
    """LIVE | R to pause, resume, stop: accepted, refused, or worth another try."""
    act = session.act
    if act is None or act.number != event.request or not act.open:
        return ignored(session, event, "a reply to an older request")
    delay = retry_delay(act, event, now) if event.outcome in TROUBLE else None
    if session.live and delay is not None:
        return Step(armed(session, Timer.RETRY_ACTION, now + delay))
    session = replace(session, act=replace(act, open=False))
    if not session.live:
        return ignored(session, event, "nothing is live any more")
    if event.outcome is e.Outcome.ACCEPTED:
        return Step(_action_accepted(session, event.action, now))
    return Step(_action_refused(session, event, now))


def _action_refused(session: Session, event: e.Replied, now: Millis) -> Session:
    """LIVE | R refused for pause, resume, stop → unchanged, shown; 13277: unverified."""
    why = refusal_of(event)
    session = replace(session, refusal=why)
    if event.action is e.Action.STOP and why.code is not Code.REPLY_LOST:
        session = replace(session, stop_sent_at=None)
    return doubted(session, now, stream=True) if why.code in _DOUBTFUL else session


def _action_accepted(session: Session, action: e.Action, now: Millis) -> Session:
    """Sharing | pause accepted → paused; paused | resume → sharing; LIVE | stop → stopped, by you."""
    match action, session.state:
        case e.Action.PAUSE, _S.SHARING:
            return verified(moved(session, _S.PAUSED, now, Why(Code.PAUSED_BY_YOU)))
        case e.Action.RESUME, _S.PAUSED:
            return verified(moved(session, _S.SHARING, now))
        case e.Action.STOP, _:
            return _stopped_by_you(session, now)
    return session


def _stopped_by_you(session: Session, now: Millis) -> Session:
    if session.stream is not None:
        session = replace(
            session,
            stream=replace(session.stream, stopped=True),
            finished=session.finished | {session.stream.stream_id},
        )
    session = replace(
        verified(session),
        before=None,
        stopped_at=session.zoom_now(now),
        stop_reason=USER_STOPPED,
    )
    return moved(session, _S.STOPPED, now, Why(Code.STOPPED_BY_YOU))


_POLICY: Final = frozenset({13267, 13273})


def replied(session: Session, event: e.Replied, now: Millis) -> Step:
    """Any | R: only the newest request of its kind counts; late replies are ignored."""
    if event.action is not e.Action.START:
        return act_replied(session, event, now)
    request = session.request
    if request is None or request.number != event.request or not request.open:
        return ignored(session, event, "a reply to an older request")
    session = _on_zooms_clock(session, request, event)
    if not session.awaits_reply:
        return _answered_late(replace(session, request=replace(request, open=False)), event)
    if event.outcome in TROUBLE:
        return _trouble(session, request, event, now)
    session = replace(disarmed(session, Timer.RETRY), request=replace(request, open=False))
    return _ASKED_RULES[event.outcome](session, event, now)


def _on_zooms_clock(session: Session, request: Request, event: e.Replied) -> Session:
    if event.zoom_ahead_ms is None:
        return session
    return replace(session, asked_at=request.sent_at + event.zoom_ahead_ms)


def _answered_late(session: Session, event: e.Replied) -> Step:
    """LIVE | R refused → shown, the state stays; if `rtms_started` came first, sharing stays."""
    fine = event.outcome in {e.Outcome.ACCEPTED, e.Outcome.ALREADY_RUNNING}
    if fine or not session.live:
        return Step(session)
    return Step(replace(session, refusal=refusal_of(event)))


def _accepted(session: Session, event: e.Replied, now: Millis) -> Step:
    """Requesting | R 2xx → pending approval."""
    del event
    return Step(pending(learn_from_acceptance(session), now, asked_why(session)))


def _reply_lost(session: Session, event: e.Replied, now: Millis) -> Step:
    """Requesting | reply lost after sending → pending approval; not repeated by itself."""
    return Step(pending(session, now, refusal_of(event)))


def _already_running(session: Session, event: e.Replied, now: Millis) -> Step:
    """Requesting | R "already running" → sharing, unverified."""
    del event
    session = moved(session, CaptureState.SHARING, now, Why(Code.ALREADY_RUNNING))
    return Step(doubted(session, now, stream=True))


def _not_started(session: Session, event: e.Replied, now: Millis) -> Step:
    """Requesting | R 3000 → waiting for the meeting; asked again after 5, 10, 20, then every 60 s."""
    if not session.ran and not session.people.began:
        # The meeting was not running after all: the time since the request does not count.
        timeline = session.timeline.repaint(session.since, SpanKind.NOT_COUNTED)
        session = replace(session, timeline=timeline)
    session = moved(session, CaptureState.WAITING_FOR_MEETING, now, refusal_of(event))
    return Step(schedule_next_request(session, now))


def schedule_next_request(session: Session, now: Millis, at_least: Millis = 0) -> Session:
    """Ask again after 5, 10, 20, then every 60 s, for an hour; never where the user wants no resending."""
    step = session.asked_again
    delays = policy.REPEAT_DELAYS
    delay = max(delays[step] if step < len(delays) else policy.REPEAT_EVERY, at_least)
    session = replace(session, asked_again=step + 1)
    off = session.policy.auto_resend is policy.AutoResend.OFF
    if off or now + delay - session.asking_since > policy.REPEAT_UNTIL:
        return session
    return armed(session, Timer.NEXT_REQUEST, now + delay)


def _refused(session: Session, event: e.Replied, now: Millis) -> Step:
    """Requesting | R any other 4xx → refused; for good if a stream ran and policy forbids another.

    Waiting for the meeting, nobody clicked, I have not joined | R 2308 → stays, asked again every 60 s.
    """
    if _too_early_for_me(session, event):
        session = moved(session, CaptureState.WAITING_FOR_MEETING, now, refusal_of(event))
        return Step(schedule_next_request(session, now, policy.REPEAT_EVERY))
    session = learn_from_refusal(verified(session), event, now)
    if session.ran and event.code in _POLICY:
        why = Why(Code.REFUSED_AFTER_STREAM, event.code, event.message)
        return Step(moved(session, CaptureState.STOPPED_PERMANENTLY, now, why))
    return Step(moved(session, CaptureState.REFUSED, now, refusal_of(event)))


def _too_early_for_me(session: Session, event: e.Replied) -> bool:
    """Nobody clicked, and Zoom refuses me (2308) before I was seen to join: that may change."""
    by_itself = session.state is CaptureState.WAITING_FOR_MEETING
    entitled = refusal_of(event).code is not Code.NOT_ENTITLED_TO_START
    joined = value_of(session.known, Condition.OWNER_PRESENT) is Value.YES
    return by_itself and not entitled and not joined


_ASKED_RULES: Final = {
    e.Outcome.ACCEPTED: _accepted,
    e.Outcome.NOT_STARTED: _not_started,
    e.Outcome.REFUSED: _refused,
    e.Outcome.ALREADY_RUNNING: _already_running,
    e.Outcome.SIGN_IN_NEEDED: _refused,
    e.Outcome.KEYRING_UNREADABLE: _refused,
    e.Outcome.KEYRING_LOCKED: _refused,
    e.Outcome.REPLY_LOST: _reply_lost,
}


def _trouble(session: Session, request: Request, event: e.Replied, now: Millis) -> Step:
    """Requesting | R 429, 5xx, no connection → at most 4 tries, 12 s in all; then refused."""
    delay = retry_delay(request, event, now)
    if delay is not None:
        return Step(armed(session, Timer.RETRY, now + delay))
    wait = (event.retry_after_s or 0) * SECOND
    why = replace(refusal_of(event), until=now + wait if wait else None)
    session = replace(session, request=replace(request, open=False))
    if session.state is CaptureState.WAITING_FOR_MEETING:
        # Nobody waits for this one: the rhythm goes on instead of a refusal.
        return Step(schedule_next_request(session, now, wait))
    return Step(verified(moved(session, CaptureState.REFUSED, now, why)))
