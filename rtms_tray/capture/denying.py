"""Rules for a host who says no, by an event or in the user's words (D5, S6)."""

from dataclasses import replace

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.changes import armed, in_sight, learned, moved
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Session
from rtms_tray.capture.silence import asked_why, pending
from rtms_tray.capture.states import UNANSWERED, CaptureState
from rtms_tray.capture.step import Step, ignored
from rtms_tray.capture.timers import Timer
from rtms_tray.capture.units import Millis


def denied(session: Session, now: Millis, code: Code) -> Step:
    """UNANSWERED | the host said no → denied."""
    session = replace(session, before=session.state, before_why=session.why)
    return Step(moved(session, CaptureState.DENIED, now, Why(code)))


def request_status(session: Session, event: e.RequestStatus, now: Millis) -> Step:
    """UNANSWERED | E a recognised `rtms.request_status` → denied; an approval is evidence only."""
    if event.answer is Value.UNKNOWN:
        return ignored(session, event, "its meaning is not known")
    session = learned(
        in_sight(session), Condition.HOST_APPROVES, event.answer, Source.EVENT, event.at
    )
    if event.answer is Value.NO and session.state in UNANSWERED:
        return denied(session, now, Code.DENIED)
    return Step(session)


def approval_told(session: Session, value: Value, now: Millis) -> Step:
    """UNANSWERED | U tells host_approves no → denied; told otherwise again → the state before."""
    if value is Value.NO and session.state in UNANSWERED:
        return denied(session, now, Code.DENIED_TOLD)
    by_word = session.why is not None and session.why.code is Code.DENIED_TOLD
    if by_word and value is not Value.NO:
        return Step(_before_denial(session, now))
    return Step(session)


def _before_denial(session: Session, now: Millis) -> Session:
    """Go back to waiting, with the waits that belong to it begun anew."""
    state, why = session.before, session.before_why
    session = replace(session, before=None, before_why=None)
    if state is None or state is CaptureState.PENDING_APPROVAL:
        return pending(session, now, why or asked_why(session))
    session = moved(session, state, now, why)
    asks_again = session.policy.auto_resend is not policy.AutoResend.OFF
    if state is CaptureState.WAITING_FOR_MEETING and asks_again:
        session = armed(session, Timer.ASK_AGAIN, now + policy.ASK_AGAIN[0])
    return session
