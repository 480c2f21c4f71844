"""Rules for what the user asks of Zoom: start, pause, resume, stop, give up; and for sending it again."""

from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import FetchMeeting, Rejection, SendRequest, Step, ignored
from rtms_tray.capture.evidence import without_approval
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import REQUESTS_PER_SESSION, Request, ResumePoint, Session
from rtms_tray.capture.states import UNANSWERED, CaptureState, Timer
from rtms_tray.capture.timings import AutoResend
from rtms_tray.capture.updates import armed, disarmed, doubted, ended, moved
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import Millis

_CHECKED: Final = UNANSWERED - {CaptureState.REQUESTING} | {
    CaptureState.SHARING,
    CaptureState.STOPPED,
}
"""From these, a request to resume asks whether a stream runs."""
_ACTS_FROM: Final = {
    e.Action.PAUSE: CaptureState.SHARING,
    e.Action.RESUME: CaptureState.PAUSED,
}


def start_requested(session: Session, event: e.StartRequested, context: Context) -> Step:
    """The user sends the request; once more after a denial only after a pause: it may prompt the host."""
    if session.state is CaptureState.DENIED:
        if _resent_just_now(session, context):
            because = "sent again after a denial, a moment ago"
            return ignored(session, event, because, Rejection.TOO_SOON)
        requests = replace(session.requests, resent_after_denial_at=context.now)
        session = replace(session, requests=requests)
    return request_start(session, context, Why(Code.ASKED_AHEAD) if event.scheduled else None)


def _resent_just_now(session: Session, context: Context) -> bool:
    last = session.requests.resent_after_denial_at
    recent = last is not None and context.now - last < timings.DENIED_RESEND_PAUSE
    return recent and not session.attention.new_host  # who has not been asked


def request_start(session: Session, context: Context, why: Why | None = None) -> Step:
    """Send the start request and wait for its reply; `why` says why nobody had to click."""
    fetch = _fetch_new_meeting(session)
    sent = send_start(without_approval(session), context)
    before = _live_before(session)
    session = moved(sent.session, CaptureState.REQUESTING, context.now, why)
    requests = replace(session.requests, repeating_since=context.now, repeats=0, nudges=0)
    session = replace(session, requests=requests, resume_point=before)
    session = replace(session, meeting=_of_whichever_instance(session))
    if not context.sight.up:
        session = doubted(session, context.now, by_gap=True)  # no event will tell what comes of it
    return Step(disarmed(session, Timer.NUDGE), (*sent.effects, *fetch))


def _of_whichever_instance(session: Session) -> e.Meeting:
    """Name the meeting by its number alone, if nothing was heard of its instance since the gap: it may be the next."""
    meeting, doubt = session.meeting, session.doubt
    unheard = doubt.unseen and doubt.since is not None and doubt.evidence_at <= doubt.since
    return replace(meeting, uuid=None) if unheard and meeting.number else meeting


def _live_before(session: Session) -> ResumePoint | None:
    """Where a refusal leads back to, if a stream may be live; an interruption may be over by then."""
    if session.state is CaptureState.INTERRUPTED:
        return session.resume_point
    return ResumePoint(session.state, session.why) if session.live else None


def _fetch_new_meeting(session: Session) -> tuple[FetchMeeting, ...]:
    """Ask whose meeting it is, and whether it may start without its host: Zoom says so of some meetings."""
    target = _target(session)
    new = session.state is CaptureState.IDLE and session.meeting.host_id is None
    return (FetchMeeting(target),) if new and target else ()


def start_requested_again(session: Session, event: e.StartRequested, context: Context) -> Step:
    """A second click changes nothing."""
    del context
    return ignored(session, event, "a request is on its way already", Rejection.UNDER_WAY)


def start_requested_while_live(session: Session, event: e.StartRequested, context: Context) -> Step:
    """While a stream is live, the request goes out and the state stays; if it is in doubt, the reply decides."""
    if event.resend and session.requests.open:
        return start_requested_again(session, event, context)
    if event.resend and not session.verified:
        return start_requested(session, event, context)
    return send_start(session, context)


def action_requested(session: Session, event: e.ActionRequested, context: Context) -> Step:
    """Send pause, resume or stop; the state follows Zoom's reply."""
    if event.action is e.Action.START:
        return send_start(session, context)
    action = session.streams.action
    if action is not None and action.open:
        same = action.action is event.action
        refused = Rejection.UNDER_WAY if same else Rejection.BUSY
        return ignored(session, event, "another one is on its way", refused)
    if not (
        session.state is _ACTS_FROM.get(event.action, session.state) or _checks(session, event)
    ):
        because = f"cannot {event.action} in {session.state}"
        return ignored(session, event, because, Rejection.NOT_NOW)
    return _send_action(session, event.action, context)


def _checks(session: Session, event: e.ActionRequested) -> bool:
    """Whether this makes sure that a stream runs: Zoom resumes what runs, and nothing else."""
    return event.action is e.Action.RESUME and session.state in _CHECKED and not session.verified


def action_requested_without_stream(
    session: Session, event: e.ActionRequested, context: Context
) -> Step:
    """Without a live stream there is nothing to pause, resume or stop; but one may run unseen."""
    if _checks(session, event):
        return action_requested(session, event, context)
    return ignored(session, event, "nothing is captured", Rejection.NOTHING_CAPTURED)


def given_up(session: Session, event: e.GivenUp, context: Context) -> Step:
    """End the session; a request that may still lead to a stream is called back."""
    del event
    answered = CaptureState.WAITING_FOR_MEETING
    pending = session.requests.open or session.state in UNANSWERED - {answered}
    step = _send_action(session, e.Action.STOP, context) if pending else Step(session)
    session = without_requests(step.session)
    return Step(ended(session, context.now, Why(Code.GIVEN_UP)), step.effects)


def given_up_while_live(session: Session, event: e.GivenUp, context: Context) -> Step:
    """Live capture is stopped, not given up."""
    del context
    because = "capture is running: stop it instead"
    return ignored(session, event, because, Rejection.CAPTURE_RUNS)


def acknowledged(session: Session, event: e.Acknowledged, context: Context) -> Step:
    """The user has noticed: nothing asks for attention until something new happens."""
    del event, context
    attention = replace(session.attention, acknowledged=True, refusal=None)
    return Step(replace(session, attention=attention))


def send_start(session: Session, context: Context) -> Step:
    """Send a new start request, never beside an open one: that would prompt the host twice."""
    if session.requests.open:
        return Step(session)
    session = disarmed(session, Timer.NEXT_REQUEST, Timer.REMINDER)
    session = replace(session, attention=replace(session.attention, refusal=None))
    number = _next_number(session)
    return _sent(session, Request(number, e.Action.START, context.now, context.now), context)


def _sent(session: Session, request: Request, context: Context) -> Step:
    requests = replace(
        session.requests,
        count=session.requests.count + 1,
        newest=request,
        asked_at=context.zoom_now,
        asked_here=True,
    )
    return _with_effect(replace(session, requests=requests), request)


def _send_action(session: Session, action: e.Action, context: Context) -> Step:
    streams, now = session.streams, context.now
    stop_sent_at = now if action is e.Action.STOP else streams.stop_sent_at
    session = replace(
        session,
        streams=replace(streams, stop_sent_at=stop_sent_at),
        attention=replace(session.attention, refusal=None),
    )
    return _action_sent(session, Request(_next_number(session), action, now, now))


def _action_sent(session: Session, action: Request) -> Step:
    requests = replace(session.requests, count=session.requests.count + 1)
    streams = replace(session.streams, action=action)
    return _with_effect(replace(session, requests=requests, streams=streams), action)


def _with_effect(session: Session, request: Request) -> Step:
    return Step(session, (SendRequest(request.number, request.action, _target(session)),))


def _next_number(session: Session) -> int:
    return session.number * REQUESTS_PER_SESSION + session.requests.count + 1


def _target(session: Session) -> str:
    return session.meeting.number or session.meeting.uuid or ""


def without_requests(session: Session) -> Session:
    """Ignore the replies to what was sent so far."""
    return replace(
        session,
        requests=replace(session.requests, newest=None),
        streams=replace(session.streams, action=None),
    )


def retry(session: Session, context: Context) -> Step:
    """Send the start request once more after trouble."""
    request = _another_try(session, session.requests.newest, context)
    return _sent(session, request, context) if request else Step(session)


def retry_action(session: Session, context: Context) -> Step:
    """Send pause, resume or stop once more after trouble."""
    action = _another_try(session, session.streams.action, context)
    return _action_sent(session, action) if action else Step(session)


def _another_try(session: Session, sent: Request | None, context: Context) -> Request | None:
    number = _next_number(session)
    return replace(sent, number=number, sent_at=context.now, tries=sent.tries + 1) if sent else None


def schedule_next_request(session: Session, context: Context, at_least: Millis = 0) -> Session:
    """Ask again for a meeting that has not started: after 5, 10, 20, then every 60 s, for at most an hour."""
    requests, delays = session.requests, timings.REPEAT_DELAYS
    usual = delays[requests.repeats] if requests.repeats < len(delays) else timings.REPEAT_EVERY
    at = context.now + max(usual, at_least)
    session = replace(session, requests=replace(requests, repeats=requests.repeats + 1))
    if not resends(context) or at - requests.repeating_since > timings.REPEAT_UNTIL:
        return session
    return armed(session, Timer.NEXT_REQUEST, at)


def repeat_soon(session: Session, context: Context) -> Session:
    """Go on asking for a meeting that has not started, unless the hour is over."""
    session = disarmed(session, Timer.NEXT_REQUEST)
    late = context.now - session.requests.repeating_since > timings.REPEAT_UNTIL
    if late or not resends(context):
        return session
    return armed(session, Timer.NEXT_REQUEST, context.now + timings.REPEAT_DELAYS[0])


def resends(context: Context) -> bool:
    """Whether the user wants requests to be sent again automatically."""
    return context.policy.auto_resend is not AutoResend.OFF
