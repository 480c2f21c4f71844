"""What the user is alerted to: which session needs attention, how urgently, and when that is over."""

from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.effects import Announce, Category, Effect, Withdraw
from rtms_tray.capture.reasons import REASONS, Code, Severity, Why
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import UNANSWERED, CaptureState, Timer
from rtms_tray.support.frozen import Frozen


class Alert(Frozen):
    """Something about a session that the user should know."""

    severity: Severity
    why: Why


_MAY_CHANGE: Final = frozenset({Timer.INTERRUPTION_ALERT, Timer.STOP_EXPLAINED})
_BEGAN: Final = Why(Code.BEGAN)


def alert_of(session: Session) -> Alert | None:
    """Say what the user should know of the state; None while all is well, or it is not worth an alert.

    Of the reasons for an end only one is: the duty to delete outlives the meeting (stop 8).
    """
    why = session.why
    if _MAY_CHANGE.intersection(session.timers):  # in a moment more is known
        return None
    if why is None:
        return Alert(Severity.INFO, _BEGAN) if session.state is CaptureState.SHARING else None
    refused = session.state is CaptureState.REFUSED
    severity = Severity.ATTENTION if refused else REASONS[why.code].severity
    return Alert(severity, why) if severity else None


def sight_alert(session: Session) -> Alert | None:
    """The feed has been down for 30 s while a stream is live, or was: an interruption would go unnoticed."""
    if session.live and session.attention.feed_down:
        return Alert(Severity.ATTENTION, Why(Code.BLIND))
    if session.live and session.attention.long_gap and not session.verified:
        return Alert(Severity.ATTENTION, Why(Code.UNSEEN))
    return None


def alerts_after_restart(session: Session) -> tuple[Effect, ...]:
    """Announce what the start of the program has found out: that much may have been missed of a live stream."""
    found = sight_alert(session)
    if found is None:
        return ()
    return (Announce(session.key, Category.SIGHT, found.severity, found.why),)


def refusal_alert(session: Session) -> Alert | None:
    """Zoom refused something that the user asked of a live session."""
    refusal = session.attention.refusal
    return Alert(Severity.ATTENTION, refusal) if refusal else None


def rooms_alert(session: Session) -> Alert | None:
    """Other people are in breakout rooms while the main room is captured (D2)."""
    if session.live and session.people.rooms_are_open:
        return Alert(Severity.INFO, Why(Code.ROOMS_OPEN))
    return None


def others_alert(session: Session) -> Alert | None:
    """The app captures the meeting for somebody else."""
    if session.open and session.streams.foreign:
        return Alert(Severity.ATTENTION, Why(Code.CAPTURED_BY_OTHER))
    return None


def new_host_alert(session: Session) -> Alert | None:
    """There is a new host since somebody or something said no: they can be asked."""
    return Alert(Severity.ATTENTION, Why(Code.NEW_HOST)) if session.attention.new_host else None


def client_alert(session: Session) -> Alert | None:
    """The app owner's own Zoom is too old, which Zoom itself never says (B3, B4)."""
    evidence = session.known.get(Condition.OWNER_CLIENT_SUPPORTED)
    if session.state not in UNANSWERED or evidence is None or evidence.value is not Value.NO:
        return None
    if evidence.source is Source.USER:
        return None  # who has said so themselves
    return Alert(Severity.ATTENTION, Why(Code.OWNER_CLIENT_OLD))


_ALERTS: Final = {
    Category.CAPTURE: alert_of,
    Category.SIGHT: sight_alert,
    Category.REFUSAL: refusal_alert,
    Category.ROOMS: rooms_alert,
    Category.OTHERS: others_alert,
    Category.NEW_HOST: new_host_alert,
    Category.CLIENT: client_alert,
}


def _is_loud(alert: Alert | None) -> bool:
    return alert is not None and alert.severity is not Severity.INFO


def wants_attention(session: Session) -> bool:
    """Whether the icon carries a dot for this session."""
    loud = any(_is_loud(find(session)) for find in _ALERTS.values())
    return loud and not session.attention.acknowledged


def is_new_alert(before: Session, after: Session) -> bool:
    """Whether there is an alert that the user cannot have acknowledged yet."""
    return any(
        _is_loud(new) and new != find(before)
        for find in _ALERTS.values()
        if (new := find(after)) is not None
    )


def alert_effects(before: Session, after: Session, event: object) -> tuple[Effect, ...]:
    """Announce what is new between two moments, withdraw what is resolved, acknowledged, or said by the user."""
    effects: list[Effect] = []
    for category, find in _ALERTS.items():
        old, new = find(before), find(after)
        shown = old is not None and not before.attention.acknowledged
        known = after.attention.acknowledged or (
            category is Category.CAPTURE and new != old and _is_users_own(event, before, after)
        )
        if new is not None and new != old and not known:
            effects.append(Announce(after.key, category, new.severity, new.why))
        elif shown and (new is None or known):
            effects.append(Withdraw(after.key, category))
    if before.state is not after.state:
        effects.append(Withdraw(after.key, Category.REMINDER))
    return tuple(effects)


def _is_users_own(event: object, before: Session, after: Session) -> bool:
    """Whether the state is what the user has just said or clicked: nobody is told what they say themselves."""
    if isinstance(event, e.Replied):
        resumed = event.action is e.Action.RESUME and before.state is CaptureState.PAUSED
        return resumed and after.state is CaptureState.SHARING
    return isinstance(event, e.ConditionReported | e.SharingReported | e.PauseReported)
