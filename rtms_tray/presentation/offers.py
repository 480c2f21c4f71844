"""What a message offers to do about what it tells: the buttons of a notification, in words and commands."""

from dataclasses import dataclass
from typing import Final

from rtms_tray.capture.effects import Announce, Category
from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import LIVE, CaptureState
from rtms_tray.support.command_types import Command


@dataclass(frozen=True, slots=True)
class Offer:
    """One button: what it says, and the command it gives."""

    label: str
    command: Command


_NO_USE_TO_RESEND: Final = frozenset(
    {
        Code.RTMS_DISABLED,
        Code.NOT_SUPPORTED,
        Code.NOT_ALLOW_LISTED,
        Code.NOT_ENTITLED_TO_START,
        Code.NOT_A_PANELIST,
        Code.USER_UNKNOWN,
        Code.MEETING_ID_INVALID,
        Code.MEETING_UNKNOWN,
        Code.SCOPE_MISSING,
        Code.REFUSED_OTHERWISE,
        Code.OFFLINE,  # sent again by itself
        Code.STOP_REMOVED,
        Code.STOP_UNSUPPORTED,
    }
)
"""The same request would meet the same refusal: something else has to change first."""

_LATER: Final = frozenset({Code.RATE_LIMITED, Code.SERVER_TROUBLE})
"""Resending helps, but not at once."""

_RESENDABLE: Final = frozenset(
    {
        CaptureState.WAITING_FOR_HOST,
        CaptureState.RESEND_NEEDED,
        CaptureState.PENDING_APPROVAL,
        CaptureState.NO_ANSWER,
        CaptureState.STOPPED,
        CaptureState.REFUSED,
    }
)
"""Not `denied`: the host said no, and asking once more needs a question first."""


def opening(key: str) -> Command:
    """Open the window on a session: what a click on a message's body does."""
    return Command("show", {"meeting": key})


def offers(session: Session, announced: Announce) -> tuple[Offer, ...]:
    """Choose the buttons, the obvious first; none where there is nothing to do."""
    severity, category, why = announced.severity, announced.category, announced.why
    if severity is Severity.INFO:
        return ()
    details = Offer("Details", opening(session.key))
    if category in {Category.SIGHT, Category.REFUSAL, Category.ROOMS, Category.CLIENT}:
        return (details,)
    if session.state in LIVE:
        return (_stop(session),) if why.code is Code.BEGAN_AFTER_GIVE_UP else (details,)
    if why.code is Code.KEYRING_LOCKED:
        return (Offer("Unlock the keyring", Command("unlock")),)
    if why.code in {Code.SIGN_IN_NEEDED, Code.KEYRING_UNREADABLE}:
        return (Offer("Sign in", Command("sign-in", {"browser": "yes"})),)
    if why.code in _LATER:
        return (_remind(session),)
    if session.state not in _RESENDABLE or why.code in _NO_USE_TO_RESEND:
        return (details,)
    if severity is Severity.CRITICAL or category is Category.REMINDER:
        return _resend(session), _remind(session)
    return (_resend(session),)


def _resend(session: Session) -> Offer:
    return Offer("Resend request", Command("resend", {"meeting": session.key}))


def _remind(session: Session) -> Offer:
    return Offer("Remind in 2 min", Command("remind", {"meeting": session.key, "minutes": "2"}))


def _stop(session: Session) -> Offer:
    return Offer("Stop", Command("stop", {"meeting": session.key}))
