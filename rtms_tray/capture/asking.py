"""Rules for what the user does: ask, pause, resume, stop, give up, tell."""

from dataclasses import replace

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.effects import SendRequest
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import (
    REQUESTS_PER_SESSION,
    Request,
    Session,
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
from rtms_tray.capture.units import MINUTE, Millis

_ACTS_FROM = {
    e.Action.PAUSE: {CaptureState.SHARING},
    e.Action.RESUME: {CaptureState.PAUSED},
}


def _send(session: Session, action: e.Action) -> tuple[int, SendRequest]:
    number = session.number * REQUESTS_PER_SESSION + session.requests + 1
    target = session.meeting.number or session.meeting.uuid or ""
    return number, SendRequest(number, action, target)


def send_start(session: Session, now: Millis, *, automatic: bool = False) -> Step:
    """Send a fresh start request; an open one is never doubled: it would prompt the host again."""
    if session.request is not None and session.request.open:
        return Step(session)
    number, effect = _send(session, e.Action.START)
    session = disarmed(
        session, Timer.RETRY, Timer.GRACE, Timer.NO_ANSWER, Timer.REMINDER, Timer.ASK_AGAIN
    )
    session = replace(
        session,
        requests=session.requests + 1,
        request=Request(number, e.Action.START, now, now, automatic=automatic),
        asked_at=session.zoom_now(now),
        asked=True,
        refusal=None,
    )
    return Step(session, (effect,))


def send_again(session: Session, now: Millis) -> Step:
    """Repeat the newest request after trouble: a further try of the same asking."""
    request = session.request
    if request is None or not request.open:
        return Step(disarmed(session, Timer.RETRY))
    number, effect = _send(session, e.Action.START)
    session = replace(
        disarmed(session, Timer.RETRY),
        requests=session.requests + 1,
        request=replace(request, number=number, sent_at=now, tries=request.tries + 1),
        asked_at=session.zoom_now(now),
    )
    return Step(session, (effect,))


def ask(session: Session, event: e.Ask, now: Millis) -> Step:
    """None, not LIVE | U start, resend → requesting."""
    if _denied_too_recently(session, event, now):
        return ignored(session, event, "denied a moment ago")
    sent = send_start(session, now)
    session = moved(sent.session, CaptureState.REQUESTING, now)
    session = replace(session, asking_since=now, asked_again=0, nudges=0, before=None)
    session = disarmed(session, Timer.NUDGE, Timer.BREAKOUT_RETURN)
    return Step(verified(session), sent.effects)


def _denied_too_recently(session: Session, event: e.Ask, now: Millis) -> bool:
    denied = session.state is CaptureState.DENIED
    return denied and event.resend and now - session.since < policy.DENIED_RESEND_PAUSE


def ask_while_requesting(session: Session, event: e.Ask, now: Millis) -> Step:
    """Requesting | U start, resend → ignored: a second click."""
    del now
    return ignored(session, event, "a request is on its way already")


def ask_while_live(session: Session, event: e.Ask, now: Millis) -> Step:
    """LIVE | U start, resend → unchanged, the request goes out; LIVE and unverified: requesting."""
    if session.unverified_since is not None and event.resend:
        return ask(session, event, now)
    return send_start(session, now)


def act(session: Session, event: e.Act, now: Millis) -> Step:
    """LIVE | U pause, resume, stop: sent; the state follows Zoom's reply."""
    allowed = _ACTS_FROM.get(event.action)
    if allowed is not None and session.state not in allowed:
        return ignored(session, event, f"cannot {event.action} in {session.state}")
    if session.act is not None and session.act.open:
        return ignored(session, event, "another one is on its way")
    return send_act(session, event.action, now)


def send_act(session: Session, action: e.Action, now: Millis) -> Step:
    """Send pause, resume or stop."""
    number, effect = _send(session, action)
    session = replace(
        session,
        requests=session.requests + 1,
        act=Request(number, action, now, now),
        stop_sent_at=now if action is e.Action.STOP else session.stop_sent_at,
        refusal=None,
    )
    return Step(session, (effect,))


def give_up(session: Session, event: e.GiveUp, now: Millis) -> Step:
    """OPEN, not LIVE | U give up → ended; an open request is called back."""
    del event
    pending = session.state in UNANSWERED and (
        session.state is not CaptureState.WAITING_FOR_MEETING
        or (session.request is not None and session.request.open)
    )
    step = send_act(session, e.Action.STOP, now) if pending else Step(session)
    session = replace(step.session, request=None, act=None)
    return Step(ended(session, now, Why(Code.GIVEN_UP)), step.effects)


def give_up_while_live(session: Session, event: e.GiveUp, now: Millis) -> Step:
    """LIVE | U give up → ignored: capture runs, and is stopped with *stop*."""
    del now
    return ignored(session, event, "capture is running: stop it instead")


def remind(session: Session, event: e.Remind, now: Millis) -> Step:
    """OPEN | U remind → a reminder, the state unchanged."""
    return Step(armed(session, Timer.REMINDER, now + event.minutes * MINUTE))


def acknowledge(session: Session, event: e.Acknowledge, now: Millis) -> Step:
    """Any | U acknowledge → no longer asks for attention."""
    del event, now
    return Step(replace(session, acknowledged=True, refusal=None))


def tell(session: Session, event: e.Tell, now: Millis) -> Step:
    """Any | U tells a condition → evidence, and what the table says of it."""
    before = session.host_present
    session = learned(session, event.condition, event.value, Source.USER, session.zoom_now(now))
    match event.condition, event.value:
        case Condition.HOST_PRESENT, Value.NO:
            return host_known_absent(session, now)
        case Condition.HOST_PRESENT, Value.YES if before is not Value.YES:
            return host_came(session, now, session.zoom_now(now))
        case Condition.HOST_APPROVES, value:
            return _approval_told(session, value, now)
        case _:
            return Step(session)


def _approval_told(session: Session, value: Value, now: Millis) -> Step:
    if value is Value.NO and session.state in UNANSWERED:
        return denied(session, now, Code.DENIED_TOLD)
    by_word = session.why is not None and session.why.code is Code.DENIED_TOLD
    if session.state is CaptureState.DENIED and by_word and value is not Value.NO:
        state = session.before or CaptureState.PENDING_APPROVAL
        return Step(replace(moved(session, state, now, session.before_why), before=None))
    return Step(session)


def denied(session: Session, now: Millis, code: Code) -> Step:
    """UNANSWERED | the host said no → denied."""
    session = replace(session, before=session.state, before_why=session.why)
    session = disarmed(session, Timer.NO_ANSWER, Timer.GRACE, Timer.NUDGE)
    return Step(moved(session, CaptureState.DENIED, now, Why(code)))


_EXPLAINED_BY_ABSENCE = {
    CaptureState.PENDING_APPROVAL,
    CaptureState.NO_ANSWER,
    CaptureState.RESEND_NEEDED,
}


def host_known_absent(session: Session, now: Millis) -> Step:
    """Pending after grace, no answer, resend needed | host known absent → waiting for the host."""
    in_grace = session.state is CaptureState.PENDING_APPROVAL and Timer.GRACE in session.timers
    if session.own or in_grace or session.state not in _EXPLAINED_BY_ABSENCE:
        return Step(session)
    session = disarmed(session, Timer.NO_ANSWER)
    return Step(moved(session, CaptureState.WAITING_FOR_HOST, now, Why(Code.HOST_ABSENT)))


def host_came(session: Session, now: Millis, joined_at: Millis) -> Step:
    """UNANSWERED | host joins after *asked at* + 1 s, or the user says so → resend needed."""
    if session.own or session.state not in UNANSWERED:
        return Step(session)
    if session.state is CaptureState.RESEND_NEEDED:
        return Step(session)
    resend_at_once = (
        session.policy.auto_resend is policy.AutoResend.HOST_JOINED
        and session.resent_for != joined_at
    )
    session = disarmed(session, Timer.NO_ANSWER, Timer.GRACE, Timer.NUDGE, Timer.ASK_AGAIN)
    if resend_at_once:
        return ask(replace(session, resent_for=joined_at), e.Ask(resend=True), now)
    why = Why(Code.HOST_JOINED_LATER)
    return Step(moved(session, CaptureState.RESEND_NEEDED, now, why))


def tell_sharing(session: Session, event: e.TellSharing, now: Millis) -> Step:
    """OPEN | U tells sharing yes → sharing, verified; LIVE | no → stopped."""
    if event.sharing:
        session = disarmed(
            session, Timer.NO_ANSWER, Timer.GRACE, Timer.INTERRUPTION_OVER, Timer.NUDGE,
            Timer.INTERRUPTION_HEARD, Timer.ASK_AGAIN, Timer.BREAKOUT_RETURN,
        )  # fmt: skip
        session = moved(session, CaptureState.SHARING, now, Why(Code.SEEN_BY_USER))
        return Step(replace(verified(session), before=None))
    if not session.live:
        return ignored(session, event, "nothing is live")
    session = moved(session, CaptureState.STOPPED, now, Why(Code.TOLD_STOPPED))
    return Step(replace(verified(session), before=None))
