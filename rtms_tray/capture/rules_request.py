"""Rules for requests: ask, ask again, pause, resume, stop, give up; and what the user may set aside."""

from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.effects import FetchMeeting, Rejection, SendRequest, Step, ignored
from rtms_tray.capture.evidence import without_approval
from rtms_tray.capture.policy import AutoResend
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import REQUESTS_PER_SESSION, Request, Session
from rtms_tray.capture.states import UNANSWERED, CaptureState, Timer
from rtms_tray.capture.updates import armed, disarmed, ended, moved, verified
from rtms_tray.support.units import MINUTE, Millis

_ACTS_FROM: Final = {
    e.Action.PAUSE: CaptureState.SHARING,
    e.Action.RESUME: CaptureState.PAUSED,
}


def _send(session: Session, action: e.Action) -> tuple[int, SendRequest]:
    number = session.number * REQUESTS_PER_SESSION + session.requests + 1
    return number, SendRequest(number, action, _target(session))


def _target(session: Session) -> str:
    return session.meeting.number or session.meeting.uuid or ""


def send_start(session: Session, now: Millis) -> Step:
    """Send a fresh start request; an open one is never doubled: it would prompt the host again."""
    if session.request is not None and session.request.open:
        return Step(session)
    number, effect = _send(session, e.Action.START)
    session = replace(
        disarmed(session, Timer.NEXT_REQUEST, Timer.REMINDER),
        requests=session.requests + 1,
        request=Request(number, e.Action.START, now, now),
        asked_at=session.zoom_now(now),
        asked=True,
        refusal=None,
    )
    return Step(session, (effect,))


def send_again(session: Session, request: Request, now: Millis) -> Step:
    """Repeat the newest request after trouble: a further try of the same asking."""
    number, effect = _send(session, e.Action.START)
    session = replace(
        session,
        requests=session.requests + 1,
        request=replace(request, number=number, sent_at=now, tries=request.tries + 1),
        asked_at=session.zoom_now(now),
    )
    return Step(session, (effect,))


def ask(session: Session, event: e.StartRequested, now: Millis, why: Why | None = None) -> Step:
    """None, not LIVE | U start, resend → requesting; `why` where nobody clicked."""
    if session.state is CaptureState.DENIED:
        if _sent_again_just_now(session, now):
            because = "sent again after a denial, a moment ago"
            return ignored(session, event, because, Rejection.TOO_SOON)
        session = replace(session, out_of_denial_at=now)
    if event.scheduled:
        why = Why(Code.ASKED_AHEAD)
    look = _look_at_new(session)
    sent = send_start(without_approval(session), now)
    session = moved(sent.session, CaptureState.REQUESTING, now, why)
    session = replace(session, asking_since=now, asked_again=0, nudges=0, before=None)
    return Step(verified(disarmed(session, Timer.NUDGE)), (*sent.effects, *look))


def _look_at_new(session: Session) -> tuple[FetchMeeting, ...]:
    """Whose meeting it is, and whether it may start without its host, can be read of some meetings."""
    target = _target(session)
    new = session.state is CaptureState.IDLE and session.meeting.host_id is None
    return (FetchMeeting(target),) if new and target else ()


def _in_flight(request: Request | None) -> bool:
    return request is not None and request.open


def _on_its_way_already(session: Session, event: e.StartRequested) -> Step:
    because = "a request is on its way already"
    return ignored(session, event, because, Rejection.UNDER_WAY)


def _sent_again_just_now(session: Session, now: Millis) -> bool:
    last = session.out_of_denial_at
    return last is not None and now - last < policy.DENIED_RESEND_PAUSE


def ask_while_requesting(session: Session, event: e.StartRequested, now: Millis) -> Step:
    """Requesting | U start, resend → ignored: a second click."""
    del now
    return _on_its_way_already(session, event)


def ask_while_live(session: Session, event: e.StartRequested, now: Millis) -> Step:
    """LIVE | U start, resend → unchanged, the request goes out; LIVE and unverified: requesting."""
    if event.resend and _in_flight(session.request):
        return _on_its_way_already(session, event)
    if session.unverified_since is not None and event.resend:
        return ask(session, event, now)
    return send_start(session, now)


def act(session: Session, event: e.ActionRequested, now: Millis) -> Step:
    """LIVE | U pause, resume, stop: sent; the state follows Zoom's reply."""
    if event.action is e.Action.START:
        return send_start(session, now)
    if session.act is not None and session.act.open:
        same = session.act.action is event.action
        refused = Rejection.UNDER_WAY if same else Rejection.BUSY
        return ignored(session, event, "another one is on its way", refused)
    if session.state is not _ACTS_FROM.get(event.action, session.state):
        because = f"cannot {event.action} in {session.state}"
        return ignored(session, event, because, Rejection.NOT_NOW)
    return send_act(session, event.action, now)


def act_without_stream(session: Session, event: e.ActionRequested, now: Millis) -> Step:
    """OPEN, not LIVE | U pause, resume, stop → ignored."""
    del now
    return ignored(session, event, "nothing is captured", Rejection.NOTHING_CAPTURED)


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


def act_again(session: Session, action: Request, now: Millis) -> Step:
    """Repeat pause, resume or stop after trouble."""
    number, effect = _send(session, action.action)
    again = replace(action, number=number, sent_at=now, tries=action.tries + 1)
    return Step(replace(session, requests=session.requests + 1, act=again), (effect,))


def give_up(session: Session, event: e.GivenUp, now: Millis) -> Step:
    """OPEN, not LIVE | U give up → ended; an open request is called back."""
    del event
    pending = session.awaits_reply or (
        session.state in UNANSWERED and session.state is not CaptureState.WAITING_FOR_MEETING
    )
    step = send_act(session, e.Action.STOP, now) if pending else Step(session)
    session = replace(step.session, request=None, act=None)
    return Step(ended(session, now, Why(Code.GIVEN_UP)), step.effects)


def give_up_while_live(session: Session, event: e.GivenUp, now: Millis) -> Step:
    """LIVE | U give up → ignored: capture runs, and is stopped with *stop*."""
    del now
    because = "capture is running: stop it instead"
    return ignored(session, event, because, Rejection.CAPTURE_RUNS)


def remind(session: Session, event: e.ReminderRequested, now: Millis) -> Step:
    """OPEN | U remind → a reminder, the state unchanged."""
    return Step(armed(session, Timer.REMINDER, now + event.minutes * MINUTE))


def acknowledge(session: Session, event: e.Acknowledged, now: Millis) -> Step:
    """Any | U acknowledge → no longer asks for attention."""
    del event, now
    return Step(replace(session, acknowledged=True, refusal=None))


# --- Rules for the host's coming and going while nothing is captured (S2, S3). ---

_EXPLAINED_BY_ABSENCE: Final = frozenset(
    {CaptureState.PENDING_APPROVAL, CaptureState.NO_ANSWER, CaptureState.RESEND_NEEDED}
)
_ABOUT_ANOTHER_HOST: Final = frozenset({CaptureState.WAITING_FOR_HOST, CaptureState.RESEND_NEEDED})


def in_grace(session: Session, now: Millis) -> bool:
    """Whether a request so young may still start without the host."""
    return session.timers.get(Timer.GRACE, now) > now


def host_known_absent(session: Session, now: Millis) -> Step:
    """Pending after grace, no answer, resend needed | host known absent → waiting for the host."""
    if session.own or in_grace(session, now) or session.state not in _EXPLAINED_BY_ABSENCE:
        return Step(session)
    return Step(moved(session, CaptureState.WAITING_FOR_HOST, now, Why(Code.HOST_ABSENT)))


def host_came(session: Session, now: Millis, joined_at: Millis) -> Step:
    """UNANSWERED | host joins after *asked at* + 1 s, or the user says so → resend needed."""
    if session.own or session.state not in UNANSWERED - {CaptureState.RESEND_NEEDED}:
        return Step(session)
    at_once = session.policy.auto_resend is AutoResend.HOST_JOINED
    if at_once and session.resent_for != joined_at:
        session = replace(session, resent_for=joined_at)
        return ask(session, e.StartRequested(), now, Why(Code.RESENT_FOR_HOST))
    return Step(moved(session, CaptureState.RESEND_NEEDED, now, Why(Code.HOST_JOINED_LATER)))


def without_wait_for_self(session: Session, now: Millis) -> Session:
    """Waiting for the host, resend needed | the host turns out to be me → nothing explains it."""
    if session.own and session.state in _ABOUT_ANOTHER_HOST:
        return moved(session, CaptureState.NO_ANSWER, now, Why(Code.SILENCE_OWN_MEETING))
    return session
