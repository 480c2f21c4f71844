"""What a step asks of the world; the watcher carries it out."""

from dataclasses import dataclass
from enum import StrEnum

from rtms_tray.capture.events import Action, Event
from rtms_tray.capture.reasons import Severity, Why
from rtms_tray.capture.session import Session


class Category(StrEnum):
    """One live notification per session and category."""

    CAPTURE = "capture"  # what has become of capture
    SIGHT = "sight"  # that we cannot see
    REFUSAL = "refusal"  # that something the user asked for was refused, the state unchanged
    REMINDER = "reminder"
    ROOMS = "rooms"  # that breakout rooms are open
    CLIENT = "client"  # that the app owner's own Zoom is too old
    OTHERS = "others"  # that the app captures for somebody else, too


@dataclass(frozen=True, slots=True)
class SendRequest:
    """Send `action` for a meeting (its number, or else its UUID) and report the reply as `request`."""

    request: int
    action: Action
    meeting: str


@dataclass(frozen=True, slots=True)
class FetchMeeting:
    """Look at the meeting itself (`GET /meetings/{uuid}`) and report what is seen."""

    meeting: str


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell the user; replaces the live notification of this session and category."""

    session: str
    category: Category
    severity: Severity
    why: Why


@dataclass(frozen=True, slots=True)
class Withdraw:
    """What was announced is resolved."""

    session: str
    category: Category


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event that fits nothing: for the log only.

    `others`: it is of meetings that nobody here asked for, of which a busy account has thousands a day.
    """

    event: str
    because: str
    others: bool = False


AlertEffect = Announce | Withdraw
Effect = SendRequest | FetchMeeting | AlertEffect | Ignored


# --- The result of a rule: the session as it is now, and what is asked of the world. ---


class Rejection(StrEnum):
    """Why a step does not do what the user asks for."""

    UNDER_WAY = "under_way"  # the same request has gone out; its reply is awaited
    BUSY = "busy"  # another request has to be answered first
    TOO_SOON = "too_soon"  # sent again after a denial, moments ago
    NOTHING_CAPTURED = "nothing_captured"
    CAPTURE_RUNS = "capture_runs"  # it is stopped, not given up
    NOT_NOW = "not_now"  # it means nothing in this state


@dataclass(frozen=True, slots=True)
class Step:
    """A session after an event; `refused` where the event was the user's wish and is not granted."""

    session: Session
    effects: tuple[Effect, ...] = ()
    refused: Rejection | None = None


def ignored(session: Session, event: Event, because: str, refused: Rejection | None = None) -> Step:
    """Leave everything as it is, and say so to the log."""
    return Step(session, (Ignored(type(event).__name__, because),), refused)
