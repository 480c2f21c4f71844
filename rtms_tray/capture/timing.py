"""Rules for the passing of time: which deadlines are due, and what each of them does."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from rtms_tray.capture import policy
from rtms_tray.capture.asking import act_again, send_again, send_start
from rtms_tray.capture.breakout import breakout_return_over
from rtms_tray.capture.changes import armed, disarmed, ended
from rtms_tray.capture.effects import Announce, Category
from rtms_tray.capture.reasons import Code, Severity, Why
from rtms_tray.capture.session import Session
from rtms_tray.capture.silence import grace_over, silence
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.step import Step
from rtms_tray.capture.streaming import interruption_over
from rtms_tray.capture.timers import MEANINGFUL_IN, NEEDS_SIGHT, Timer
from rtms_tray.capture.units import Millis


def due(session: Session, now: Millis) -> Timer | None:
    """Name the earliest deadline that has passed; those that need sight wait for the feed."""
    passed = [(at, name) for name, at in active_timers(session) if at <= now]
    return min(passed)[1] if passed else None


def active_timers(session: Session) -> list[tuple[Timer, Millis]]:
    """List the deadlines that can fire as things are."""
    blind = session.sight.blind
    return [
        (name, at)
        for name, at in session.timers.items()
        if session.state in MEANINGFUL_IN[name] and not (blind and name in NEEDS_SIGHT)
    ]


def fire(session: Session, timer: Timer, now: Millis) -> Step:
    """Let one deadline do its work."""
    return _RULES[timer](disarmed(session, timer), now)


def _nothing(session: Session, now: Millis) -> Step:
    """The deadline's passing is itself what surfaces look at."""
    del now
    return Step(session)


def _retry(session: Session, now: Millis) -> Step:
    """Requesting | T after trouble → tried again."""
    request = session.request
    return send_again(session, request, now) if request is not None else Step(session)


def _retry_act(session: Session, now: Millis) -> Step:
    """LIVE | T after trouble with pause, resume, stop → tried again."""
    act = session.act
    return act_again(session, act, now) if act is not None else Step(session)


def _ask_again(session: Session, now: Millis) -> Step:
    """Waiting for the meeting | T → asked again."""
    return send_start(session, now)


def _reminder(session: Session, now: Millis) -> Step:
    """OPEN | T as the user wished → reminded."""
    del now
    return Step(session, (_reminds(session, session.why or Why(Code.REMINDER)),))


def _reminds(session: Session, why: Why) -> Announce:
    return Announce(session.key, Category.REMINDER, Severity.ATTENTION, why)


def _nudge(session: Session, now: Millis) -> Step:
    """UNANSWERED, no signal possible | T 2, 5, 10 min → is the host there now?"""
    if session.signals:
        return Step(session)
    nudges = session.nudges + 1
    session = replace(session, nudges=nudges)
    if nudges < len(policy.REMINDERS):
        gap = policy.REMINDERS[nudges] - policy.REMINDERS[nudges - 1]
        session = armed(session, Timer.NUDGE, now + gap)
    known = session.why if session.state is CaptureState.RESEND_NEEDED else None
    return Step(session, (_reminds(session, known or Why(Code.REMINDER)),))


def _lost_sight(session: Session, now: Millis) -> Step:
    """No evidence for 12 h → ended, at the last evidence; a watched stream needs no further word."""
    watched = session.live and session.sight.up and session.unverified_since is None
    if watched:
        return Step(armed(session, Timer.LOST_SIGHT, now + policy.LOST_SIGHT_AFTER))
    return Step(ended(session, now, Why(Code.LOST_SIGHT), session.evidence_at))


_RULES: Final[dict[Timer, Callable[[Session, Millis], Step]]] = {
    Timer.RETRY: _retry,
    Timer.RETRY_ACT: _retry_act,
    Timer.ASK_AGAIN: _ask_again,
    Timer.GRACE: grace_over,
    Timer.NO_ANSWER: silence,
    Timer.INTERRUPTION_HEARD: _nothing,
    Timer.INTERRUPTION_OVER: interruption_over,
    Timer.BREAKOUT_RETURN: breakout_return_over,
    Timer.BLIND: _nothing,
    Timer.REMINDER: _reminder,
    Timer.NUDGE: _nudge,
    Timer.LOST_SIGHT: _lost_sight,
    Timer.FORGET: _nothing,
}
