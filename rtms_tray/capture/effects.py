"""What a step asks the program to do, and the result of a step."""

from enum import StrEnum

from rtms_tray.capture.events import Action, Event
from rtms_tray.capture.reasons import Severity, Why
from rtms_tray.capture.session import Session
from rtms_tray.support.frozen import Frozen


class Category(StrEnum):
    """What an alert is about; there is one notification per session and category."""

    CAPTURE = "capture"  # the state and its reason
    SIGHT = "sight"  # the feed is down
    REFUSAL = "refusal"  # something that the user asked of a live session was refused
    REMINDER = "reminder"
    ROOMS = "rooms"  # breakout rooms are open
    NEW_HOST = "new_host"  # there is a new host since somebody said no
    CLIENT = "client"  # the app owner's own Zoom is too old
    OTHERS = "others"  # the app captures for somebody else, too


class SendRequest(Frozen):
    """Send a request about a meeting (its number, or else its UUID); its reply names `request`."""

    request: int
    action: Action
    meeting: str


class FetchMeeting(Frozen):
    """Ask Zoom how a meeting stands (`GET /meetings/{uuid}`)."""

    meeting: str


class Announce(Frozen):
    """Alert the user; replaces the notification of this session and category."""

    session: str
    category: Category
    severity: Severity
    why: Why


class Withdraw(Frozen):
    """What the notification said no longer holds."""

    session: str
    category: Category


class Ignored(Frozen):
    """An event without effect: for the log only."""

    event: str
    because: str
    others: bool = (
        False  # of meetings that nobody here asked for: a busy account has thousands a day
    )


AlertEffect = Announce | Withdraw
Effect = SendRequest | FetchMeeting | AlertEffect | Ignored


class Rejection(StrEnum):
    """Why a step does not do what the user asks for."""

    UNDER_WAY = "under_way"  # the same request has gone out; its reply is awaited
    BUSY = "busy"  # another request has to be answered first
    TOO_SOON = "too_soon"  # sent again after a denial, moments ago
    NOTHING_CAPTURED = "nothing_captured"
    CAPTURE_RUNS = "capture_runs"  # it is stopped, not given up
    OUTDATED = "outdated"  # Zoom has said more since
    NOT_NOW = "not_now"  # it means nothing in this state


class Step(Frozen):
    """A session after an event; `refused` says why what the user asked for is not done."""

    session: Session
    effects: tuple[Effect, ...] = ()
    refused: Rejection | None = None


def ignored(session: Session, event: Event, because: str, refused: Rejection | None = None) -> Step:
    """Leave the session as it is, and log why."""
    return Step(session, (Ignored(type(event).__name__, because),), refused)
