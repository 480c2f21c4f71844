"""What the user hears: which session asks for attention, how loudly, and when that is over."""

from dataclasses import dataclass
from typing import Final

from rtms_tray.capture.effects import Announce, Category, Effect, Withdraw
from rtms_tray.capture.reason_texts import REASONS
from rtms_tray.capture.reasons import Code, Severity, Why
from rtms_tray.capture.session import Session, Timer
from rtms_tray.capture.states import CaptureState


@dataclass(frozen=True, slots=True)
class Alert:
    """Something worth hearing about a session."""

    severity: Severity
    why: Why


_BEGAN: Final = Why(Code.BEGAN)


def alert_of(session: Session) -> Alert | None:
    """Say what a session wants heard now; `None` for anything healthy or silent."""
    why = session.why
    match session.state:
        case CaptureState.ENDED | CaptureState.REQUESTING | CaptureState.IDLE:
            return None
        case CaptureState.INTERRUPTED if Timer.INTERRUPTION_HEARD in session.timers:
            return None
        case CaptureState.SHARING if why is None:
            return Alert(Severity.INFO, _BEGAN)
        case CaptureState.REFUSED | CaptureState.DENIED if why is not None:
            return Alert(Severity.ATTENTION, why)
        case _ if why is not None and REASONS[why.code].severity is not None:
            return Alert(REASONS[why.code].severity or Severity.INFO, why)
        case _:
            return None


def sight_alert(session: Session) -> Alert | None:
    """Feed down for more than 30 s while LIVE: an interruption would go unnoticed."""
    if session.live and session.sight.blind and Timer.BLIND not in session.timers:
        return Alert(Severity.ATTENTION, Why(Code.BLIND))
    return None


def refusal_alert(session: Session) -> Alert | None:
    """Something that the user asked of a live session was refused."""
    return Alert(Severity.ATTENTION, session.refusal) if session.refusal else None


_ALERTS: Final = {
    Category.CAPTURE: alert_of,
    Category.SIGHT: sight_alert,
    Category.REFUSAL: refusal_alert,
}


def wants_attention(session: Session) -> bool:
    """Whether the icon carries a dot for this session."""
    alerts = (find(session) for find in _ALERTS.values())
    loud = any(alert and alert.severity is not Severity.INFO for alert in alerts)
    return loud and not session.acknowledged


def heard(before: Session | None, after: Session) -> tuple[Effect, ...]:
    """Compare two moments: announce what is new, withdraw what is resolved."""
    effects: list[Effect] = []
    for category, find in _ALERTS.items():
        old, new = (find(before) if before else None), find(after)
        if new is not None and new != old:
            effects.append(Announce(after.key, category, new.severity, new.why))
        elif old is not None and new is None:
            effects.append(Withdraw(after.key, category))
    if before is not None and before.state is not after.state and after.live:
        effects.append(Withdraw(after.key, Category.REMINDER))
    return tuple(effects)
