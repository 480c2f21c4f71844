"""Rules for the wait after an accepted request: grace, and silence that needs explaining (B4)."""

from dataclasses import replace

from rtms_tray.capture import policy
from rtms_tray.capture.conditions import Condition, Value, value_of
from rtms_tray.capture.effects import Step
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rules_request import host_known_absent, in_grace
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.updates import armed, disarmed, moved
from rtms_tray.support.units import Millis

_ASKED = {Code.ASKED, Code.APPROVAL_PENDING}
_UNSEEN = {*_ASKED, Code.ASKED_HOST_PRESENT}


def asked_why(session: Session) -> Why:
    """Say what is waited for: Zoom, until approval is known to be required."""
    if not session.sight.up:
        return Why(Code.CANNOT_SEE)
    required = value_of(session.known, Condition.HOST_APPROVAL_REQUIRED) is Value.YES
    return Why(Code.APPROVAL_PENDING if required else Code.ASKED)


def pending(session: Session, now: Millis, why: Why) -> Session:
    """Requesting | accepted, or the reply was lost → pending approval."""
    session = moved(session, CaptureState.PENDING_APPROVAL, now, why)
    session = armed(session, Timer.GRACE, now + policy.GRACE)
    session = start_answer_timeout(replace(session, quiet_left=session.policy.no_answer_after), now)
    if not session.signals and not session.own:
        session = armed(session, Timer.NUDGE, now + policy.REMINDERS[0])
    return session


def start_answer_timeout(session: Session, now: Millis) -> Session:
    """Let the wait for an answer run: its clock counts only while events can be seen."""
    if session.quiet_left is None or not session.sight.up:
        return session
    at = now + session.quiet_left
    return armed(replace(session, quiet_left=None), Timer.NO_ANSWER, at)


def pause_answer_timeout(session: Session, now: Millis) -> Session:
    """Pending approval | feed down → stays, reason: cannot see; the wait is held."""
    at = session.timers.get(Timer.NO_ANSWER)
    if at is not None:
        session = replace(disarmed(session, Timer.NO_ANSWER), quiet_left=max(at - now, 0))
    if _waits_because(session, _UNSEEN):
        return moved(session, CaptureState.PENDING_APPROVAL, now, Why(Code.CANNOT_SEE))
    return session


def resume_answer_timeout(session: Session, now: Millis) -> Session:
    """Pending approval | feed up → the wait goes on."""
    if _waits_because(session, {Code.CANNOT_SEE}):
        session = moved(session, CaptureState.PENDING_APPROVAL, now, asked_why(session))
        if session.quiet_left is None:
            session = replace(session, quiet_left=session.policy.no_answer_after)
    return start_answer_timeout(session, now)


def approval_learned(session: Session, now: Millis) -> Session:
    """Pending approval | approval is known to be required, or not → the title says so."""
    if _waits_because(session, _ASKED):
        return moved(session, CaptureState.PENDING_APPROVAL, now, asked_why(session))
    return session


def presence_forgotten(session: Session, now: Millis) -> Step:
    """Pending approval | the host's presence is no longer known → the silence needs explaining."""
    if _waits_because(session, {Code.ASKED_HOST_PRESENT}):
        return silence(session, now)
    return Step(session)


def _waits_because(session: Session, codes: set[Code]) -> bool:
    return session.why is not None and session.why.code in codes


def grace_over(session: Session, now: Millis) -> Step:
    """Pending approval, grace over: an absent host now explains the silence."""
    if session.host_present is Value.NO:
        return host_known_absent(session, now)
    return Step(session)


def silence(session: Session, now: Millis) -> Step:
    """Pending approval | T no answer → no answer, unless the host is known to be there or away."""
    if session.own:
        why = Why(Code.SILENCE_OWN_MEETING)
        return Step(moved(session, CaptureState.NO_ANSWER, now, why))
    if session.host_present is Value.YES:
        why = Why(Code.ASKED_HOST_PRESENT)
        return Step(moved(session, CaptureState.PENDING_APPROVAL, now, why))
    if session.host_present is Value.NO and in_grace(session, now):
        return Step(armed(session, Timer.NO_ANSWER, session.timers[Timer.GRACE]))
    if session.host_present is Value.NO:
        return host_known_absent(session, now)
    return Step(moved(session, CaptureState.NO_ANSWER, now, Why(Code.SILENCE)))
