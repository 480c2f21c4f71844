"""Rules for the host's coming and going while nothing is captured (S2, S3)."""

from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.asking import ask
from rtms_tray.capture.changes import moved
from rtms_tray.capture.policy import AutoResend
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import UNANSWERED, CaptureState
from rtms_tray.capture.step import Step
from rtms_tray.capture.timers import Timer
from rtms_tray.capture.units import Millis

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
        return ask(session, e.Ask(), now, Why(Code.RESENT_FOR_HOST))
    return Step(moved(session, CaptureState.RESEND_NEEDED, now, Why(Code.HOST_JOINED_LATER)))


def own_after_all(session: Session, now: Millis) -> Session:
    """Waiting for the host, resend needed | the host turns out to be me → nothing explains it."""
    if session.own and session.state in _ABOUT_ANOTHER_HOST:
        return moved(session, CaptureState.NO_ANSWER, now, Why(Code.SILENCE_OWN_MEETING))
    return session
