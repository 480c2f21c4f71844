"""What the user is told, and what can be done about it, before any desktop draws it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.offers import Offer
from rtms_tray.support.command_types import Command

STAYS_MS: Final = {Severity.INFO: 5_000, Severity.ATTENTION: 15_000, Severity.CRITICAL: 0}
"""How long a message stays by itself, in ms; 0: until the user dismisses it."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a message is about: a newer one on the same topic replaces it.

    `session` is a session's key, or empty for the program itself.
    """

    session: str = ""
    category: str = "program"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is: rows of red, green, blue, opacity; a byte each."""

    width: int
    height: int
    pixels: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """What the user is told. A click on its body gives `opens`; `offers` are its buttons.

    `code` is that of the reason or notice that says the same in the window; empty where nothing does.
    """

    title: str
    text: str
    severity: Severity
    topic: Topic = Topic()
    offers: tuple[Offer, ...] = ()
    opens: Command = field(default_factory=lambda: Command("show"))
    discreet: bool = False
    state: CaptureState | None = None  # whose icon it carries; None: the program's
    code: str = ""

    @property
    def obvious(self) -> Offer:
        """The one thing that a click does where there are no buttons."""
        return self.offers[0] if self.offers else Offer("Show", self.opens)


Paint: TypeAlias = Callable[[Message], Picture | None]


def no_picture(_message: Message) -> None:
    """Paint nothing: the program's icon has to do."""


class Channel(Protocol):
    """One way to tell the user something."""

    async def deliver(self, message: Message) -> bool:
        """Show the message; false where this way is closed, and the next one is to be tried."""
        ...

    async def withdraw(self, topic: Topic) -> None:
        """Take the message on this topic away, if it is still there."""
        ...

    async def close(self) -> None:
        """Take everything away: the program ends, and nobody would answer a click."""
        ...


def plain(text: str) -> str:
    """Take out what no message may carry: control characters, and halves of characters."""
    return "".join(one if one.isprintable() or one == "\n" else " " for one in text)
