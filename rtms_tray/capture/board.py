"""The board: every session, and what they share."""

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import Effect, Ignored, Rejection
from rtms_tray.capture.machine import AnyEvent, step
from rtms_tray.capture.memory import Memory
from rtms_tray.capture.session import Session, number_of
from rtms_tray.support.frozen import Frozen, field, replace
from rtms_tray.support.units import Millis


class Board(Frozen):
    """Every session, oldest first, and what they share."""

    sessions: tuple[Session, ...] = ()
    context: Context = field(default_factory=Context)
    memory: Memory = field(default_factory=Memory)
    client: e.OwnerClientChecked | None = None  # the app owner's own Zoom
    count: int = 0

    def session(self, key: str) -> Session | None:
        """Find a session by its key."""
        number = number_of(key)
        return next((session for session in self.sessions if session.number == number), None)

    def changed(self, session: Session) -> "Board":
        """Put a session in the place of the one with its key."""
        number = session.number
        sessions = tuple(session if one.number == number else one for one in self.sessions)
        return replace(self, sessions=sessions)

    def after(self, event: e.Event, now: Millis) -> "Board":
        """Take in what an event changes for all sessions, before it is delivered to any."""
        context = self.context.after(event, now)
        shift = context.zoom_ahead - self.context.zoom_ahead
        if abs(shift) <= timings.CLOCK_IN_QUESTION:
            return replace(self, context=context)
        sessions = tuple(_on_other_clock(session, shift) for session in self.sessions)
        return replace(self, context=context, sessions=sessions)


def _on_other_clock(session: Session, shift: Millis) -> Session:
    """Another clock turns out to be Zoom's: what was dated by the wrong one is dated anew."""
    asked_at = session.requests.asked_at
    if asked_at is None:
        return session
    return replace(session, requests=replace(session.requests, asked_at=asked_at + shift))


class Turn(Frozen):
    """The board after an event, and what is to be done; `key` names the session that took the event.

    `refused` says why what the user asked for is not done.
    """

    board: Board
    effects: tuple[Effect, ...] = ()
    key: str | None = None
    refused: Rejection | None = None


def deliver(board: Board, key: str, event: AnyEvent) -> Turn:
    """Let one session take an event."""
    session = board.session(key)
    if session is None:
        gone = Ignored(type(event).__name__, "no such session")
        return Turn(board, (gone,), refused=Rejection.NOT_NOW)
    done = step(session, event, board.context)
    return Turn(board.changed(done.session), done.effects, key, done.refused)


def then(turn: Turn, event: AnyEvent) -> Turn:
    """Deliver one more event to the session of a turn."""
    after = deliver(turn.board, turn.key or "", event)
    return replace(after, effects=(*turn.effects, *after.effects))
