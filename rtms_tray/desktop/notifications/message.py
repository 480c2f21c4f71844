"""A message to the user, and what can be done about it, before any channel draws it."""

from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.actions import Offer
from rtms_tray.support.command_types import Command
from rtms_tray.support.frozen import Frozen, field
from rtms_tray.support.texts import text

SHOWN_MS: Final = {Severity.INFO: 5_000, Severity.ATTENTION: 15_000, Severity.CRITICAL: 0}
"""How long a message is shown, in milliseconds; 0: until the user dismisses it."""


class Topic(Frozen):
    """What a message is about: a newer one on the same topic replaces it.

    `session` is a session's key, or empty for the program itself.
    """

    session: str = ""
    category: str = "program"


class Picture(Frozen):
    """A picture as rows of red, green, blue and opacity, a byte each."""

    width: int
    height: int
    pixels: bytes


class Message(Frozen):
    """A message. A click on its body sends `opens`; `offers` are its buttons.

    `code` is that of the reason or notice that says the same in the window; empty where none does.
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
    sound: bool = False  # the desktop's own, where it plays any

    @property
    def shown_ms(self) -> int:
        """How long it is shown, in milliseconds: time to read it, and to press its button; 0: until dismissed."""
        offers_little = self.severity is Severity.INFO and self.offers
        return SHOWN_MS[Severity.ATTENTION if offers_little else self.severity]

    @property
    def obvious(self) -> Offer:
        """What a click does where there are no buttons."""
        return self.offers[0] if self.offers else Offer(text("notifications.show"), self.opens)


PictureOf: TypeAlias = Callable[[Message], Picture | None]


def no_picture(_message: Message) -> None:
    """Give no message a picture: the program's icon is shown."""


class Channel(Protocol):
    """One way to show messages."""

    async def deliver(self, message: Message) -> bool:
        """Show the message; False where this channel cannot, and the next one is to be tried."""
        ...

    async def withdraw(self, topic: Topic) -> None:
        """Take the message on this topic away, if it is still shown."""
        ...

    async def close(self) -> None:
        """Take everything away: the program ends, and nothing would answer a click."""
        ...


def button_key(command: Command) -> str:
    """Name a button by its command, but for the meeting: no two do the same, and each stays what it was.

    So a click that crosses a newer message on its topic never does something else.
    """
    arguments = (value for name, value in command.arguments.items() if name != "meeting")
    return " ".join((command.name, *arguments))


def printable(words: str) -> str:
    """Replace what no notification may carry: control characters, and halves of characters."""
    return "".join(char if char.isprintable() or char == "\n" else " " for char in words)
