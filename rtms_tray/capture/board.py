"""The board as a value: every session, and what they share."""

from dataclasses import dataclass, field, replace

from rtms_tray.capture import events as e
from rtms_tray.capture.effects import Effect, Ignored, Rejection
from rtms_tray.capture.machine import step
from rtms_tray.capture.memory import Memory
from rtms_tray.capture.policy import Policy
from rtms_tray.capture.session import Session, Sight
from rtms_tray.support.units import Millis


@dataclass(frozen=True, slots=True)
class Board:
    """Every session, oldest first, and what they share."""

    sessions: tuple[Session, ...] = ()
    me: str | None = None
    my_account: str | None = None
    policy: Policy = field(default_factory=Policy)
    sight: Sight = field(default_factory=Sight)
    memory: Memory = field(default_factory=Memory)
    zoom_ahead: Millis = 0
    client: e.OwnerClientChecked | None = None  # the app owner's own Zoom
    count: int = 0

    def session(self, key: str) -> Session | None:
        """Find a session by its key."""
        return next((one for one in self.sessions if one.key == key), None)

    def changed(self, session: Session) -> "Board":
        """Put a session in the place of the one with its key."""
        sessions = tuple(session if one.key == session.key else one for one in self.sessions)
        return replace(self, sessions=sessions)


@dataclass(frozen=True, slots=True)
class Turn:
    """The board after an event; `key` names the session it went to, where it was one.

    `refused`: the event was the user's wish, and this is why it is not granted.
    """

    board: Board
    effects: tuple[Effect, ...] = ()
    key: str | None = None
    refused: Rejection | None = None


def to_session(board: Board, key: str, event: e.Event, now: Millis) -> Turn:
    """Deliver an event to one session."""
    board = _on_zooms_clock(board, event)
    session = board.session(key)
    if session is None:
        gone = Ignored(type(event).__name__, "no such session")
        return Turn(board, (gone,), refused=Rejection.NOT_NOW)
    done = step(session, event, now)
    return Turn(board.changed(done.session), done.effects, key, done.refused)


def _on_zooms_clock(board: Board, event: e.Event) -> Board:
    """Every reply tells Zoom's clock, for all sessions alike."""
    if not isinstance(event, e.Replied) or event.zoom_ahead_ms is None:
        return board
    ahead = event.zoom_ahead_ms
    sessions = tuple(replace(one, zoom_ahead=ahead) for one in board.sessions)
    return replace(board, sessions=sessions, zoom_ahead=ahead)
