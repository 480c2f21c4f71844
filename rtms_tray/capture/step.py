"""The result of a rule: the session as it is now, and what is asked of the world."""

from dataclasses import dataclass

from rtms_tray.capture.effects import Effect, Ignored
from rtms_tray.capture.events import Event
from rtms_tray.capture.session import Session


@dataclass(frozen=True, slots=True)
class Step:
    """A session after an event."""

    session: Session
    effects: tuple[Effect, ...] = ()


def ignored(session: Session, event: Event, because: str) -> Step:
    """Leave everything as it is, and say so to the log."""
    return Step(session, (Ignored(type(event).__name__, because),))
