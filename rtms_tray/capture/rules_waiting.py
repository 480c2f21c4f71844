"""Rules for the wait after an accepted request: for an answer (B4), for the host (S2, S3); and reminders."""

from collections.abc import Set as AbstractSet
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.conditions import Condition, Value, value_of
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import Announce, Category, Step
from rtms_tray.capture.people import host_connections
from rtms_tray.capture.reasons import Code, Severity, Why
from rtms_tray.capture.rules_request import request_start
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import UNANSWERED, CaptureState, Timer
from rtms_tray.capture.timings import AutoResend
from rtms_tray.capture.updates import armed, disarmed, moved
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import MINUTE, Millis

_S = CaptureState
_ASKED: Final = frozenset({Code.ASKED, Code.APPROVAL_PENDING})
_UNSEEN: Final = _ASKED | {Code.ASKED_HOST_PRESENT}
_EXPLAINED_BY_ABSENCE: Final = frozenset({_S.PENDING_APPROVAL, _S.NO_ANSWER, _S.RESEND_NEEDED})
_ABOUT_ANOTHER_HOST: Final = frozenset({_S.WAITING_FOR_HOST, _S.RESEND_NEEDED})


def accepted_why(session: Session, context: Context) -> Why:
    """Say what is waited for: Zoom, or the host where approval is known to be required."""
    if not context.sight.up:
        return Why(Code.CANNOT_SEE)
    required = value_of(session.known, Condition.HOST_APPROVAL_REQUIRED) is Value.YES
    return Why(Code.APPROVAL_PENDING if required else Code.ASKED)


def pending(session: Session, context: Context, why: Why | None = None) -> Session:
    """Wait for an answer to a request that Zoom has accepted, or may have."""
    why = why or accepted_why(session, context)
    session = moved(session, _S.PENDING_APPROVAL, context.now, why)
    session = armed(session, Timer.GRACE, context.now + timings.GRACE)
    session = start_answer_timeout(_with_full_timeout(session, context), context)
    if not (host_would_be_seen(session, context) or session.hosted_by_me(context)):
        session = armed(session, Timer.NUDGE, context.now + timings.REMINDERS[0])
    return session


def host_would_be_seen(session: Session, context: Context) -> bool:
    """Whether an event would tell of the host's coming: the meeting's come, and name the host."""
    meeting = session.meeting
    own = meeting.host_account is not None and meeting.host_account == context.account
    named = bool(host_connections(session.people, meeting))
    return session.meeting_events_seen and (own or named)


def _with_full_timeout(session: Session, context: Context) -> Session:
    left = context.policy.no_answer_after
    return replace(session, requests=replace(session.requests, answer_timeout_left=left))


def start_answer_timeout(session: Session, context: Context) -> Session:
    """Let the time for an answer run, but only while events can come."""
    left = session.requests.answer_timeout_left
    if left is None or not context.sight.up:
        return session
    session = replace(session, requests=replace(session.requests, answer_timeout_left=None))
    return armed(session, Timer.NO_ANSWER, context.now + left)


def pause_answer_timeout(session: Session, context: Context) -> Session:
    """Hold the time for an answer while the feed is down, and say that nothing can be seen."""
    at = session.timers.get(Timer.NO_ANSWER)
    if at is not None:
        requests = replace(session.requests, answer_timeout_left=max(at - context.now, 0))
        session = replace(disarmed(session, Timer.NO_ANSWER), requests=requests)
    return _because(session, _UNSEEN, Why(Code.CANNOT_SEE), context)


def resume_answer_timeout(session: Session, context: Context) -> Session:
    """Go on waiting for an answer: events can come again."""
    if session.code is Code.CANNOT_SEE and session.requests.answer_timeout_left is None:
        session = _with_full_timeout(session, context)
    session = _because(session, {Code.CANNOT_SEE}, accepted_why(session, context), context)
    return start_answer_timeout(session, context)


def approval_learned(session: Session, context: Context) -> Session:
    """Say what is waited for, now that it is known whether approval is required."""
    return _because(session, _ASKED, accepted_why(session, context), context)


def _because(session: Session, codes: AbstractSet[Code], why: Why, context: Context) -> Session:
    """Change the reason for waiting, if it is one of these."""
    if session.code not in codes:
        return session
    return moved(session, _S.PENDING_APPROVAL, context.now, why)


def presence_forgotten(session: Session, context: Context) -> Step:
    """The host's presence explained the silence; now that it is not known, something else has to."""
    if session.code is Code.ASKED_HOST_PRESENT:
        return answer_timed_out(session, context)
    return Step(session)


def answer_timed_out(session: Session, context: Context) -> Step:
    """Nothing has come for too long; an absent host explains that, and a present one may still answer."""
    now, present = context.now, session.host_present
    if session.hosted_by_me(context):
        return Step(moved(session, _S.NO_ANSWER, now, Why(Code.SILENCE_OWN_MEETING)))
    if present is Value.YES:
        return Step(moved(session, _S.PENDING_APPROVAL, now, Why(Code.ASKED_HOST_PRESENT)))
    if present is Value.NO and _in_grace(session, context):
        return Step(armed(session, Timer.NO_ANSWER, session.timers[Timer.GRACE]))
    if present is Value.NO:
        return host_known_absent(session, context)
    return Step(moved(session, _S.NO_ANSWER, now, Why(Code.SILENCE)))


def _in_grace(session: Session, context: Context) -> bool:
    """Whether the request is so recent that capture may still start without the host."""
    return session.timers.get(Timer.GRACE, context.now) > context.now


def host_maybe_absent(session: Session, context: Context) -> Step:
    """Wait for the host, if they are known to be absent."""
    return (
        host_known_absent(session, context) if session.host_present is Value.NO else Step(session)
    )


def host_known_absent(session: Session, context: Context) -> Step:
    """Nobody can approve while the host is absent: wait for them."""
    own = session.hosted_by_me(context)
    if own or _in_grace(session, context) or session.state not in _EXPLAINED_BY_ABSENCE:
        return Step(session)
    return Step(moved(session, _S.WAITING_FOR_HOST, context.now, Why(Code.HOST_ABSENT)))


def host_joined(
    session: Session, context: Context, joined_at: Millis, *, certain: bool = True
) -> Step:
    """The host joined after the request was sent, so it has to be sent again: by the user, or automatically.

    Not `certain`: they may have been there before, unseen; then nothing is sent automatically.
    """
    own = session.hosted_by_me(context)
    if own or session.state not in UNANSWERED - {_S.RESEND_NEEDED}:
        return Step(session)
    at_once = certain and context.policy.auto_resend is AutoResend.HOST_JOINED and context.acting
    at_once = at_once and session.requests.resent_for_join_at != joined_at
    if at_once:
        requests = replace(session.requests, resent_for_join_at=joined_at)
        session = replace(session, requests=requests)
    if at_once and not context.replaying:
        return resend_for_host(session, context)
    code = Code.HOST_JOINED_LATER if certain else Code.HOST_MAYBE_JOINED
    session = moved(session, _S.RESEND_NEEDED, context.now, Why(code))
    return Step(armed(session, Timer.RESEND, context.now) if at_once else session)


def resend_for_host(session: Session, context: Context) -> Step:
    """The host has joined: send the request again, as the user wants."""
    return request_start(session, context, Why(Code.RESENT_FOR_HOST))


def without_wait_for_self(session: Session, context: Context) -> Session:
    """The app owner turns out to be the host: their absence does not explain the silence."""
    if session.state in _ABOUT_ANOTHER_HOST and session.hosted_by_me(context):
        return moved(session, _S.NO_ANSWER, context.now, Why(Code.SILENCE_OWN_MEETING))
    return session


def reminder_requested(session: Session, event: e.ReminderRequested, context: Context) -> Step:
    """The user wants to be reminded in some minutes."""
    return Step(armed(session, Timer.REMINDER, context.now + event.minutes * MINUTE))


def remind(session: Session, context: Context) -> Step:
    """Remind the user, as they wanted."""
    del context
    return Step(session, (_reminder(session, session.why),))


def nudge(session: Session, context: Context) -> Step:
    """Ask after 2, 5 and 10 min whether the host is there, if no event would tell."""
    if host_would_be_seen(session, context):
        return Step(session)
    nudges = session.requests.nudges + 1
    session = replace(session, requests=replace(session.requests, nudges=nudges))
    if nudges < len(timings.REMINDERS):
        gap = timings.REMINDERS[nudges] - timings.REMINDERS[nudges - 1]
        session = armed(session, Timer.NUDGE, context.now + gap)
    resend = session.state is _S.RESEND_NEEDED
    if session.host_present is Value.YES and not resend:
        return Step(session)
    known = session.why if resend else None
    return Step(session, (_reminder(session, known),))


def _reminder(session: Session, why: Why | None) -> Announce:
    return Announce(session.key, Category.REMINDER, Severity.ATTENTION, why or Why(Code.REMINDER))
