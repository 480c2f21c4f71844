"""The one way in: what the tray, the window and the command line can ask of the running program."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final, Protocol

from rtms_tray.support.units import SECOND, Millis


class Exit(IntEnum):
    """How a command ended; the numbers are an interface."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    NOT_RUNNING = 3
    STILL_TRYING = 4


class AnswerCode(StrEnum):
    """What an answer is about, so that no surface has to read its text."""

    PLAIN = "plain"  # the text alone says it
    SESSION = "session"  # the session's own reason says it, wherever that session is shown
    CANCELLED = "cancelled"  # the user ended it, and knows


@dataclass(frozen=True, slots=True)
class Command:
    """A command by its name on the command line ("give-up"), with its arguments as text."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a command, in words for the user; `data` is for `--json`.

    `session` is the key of the session that it concerns. `trouble` is the code of what went wrong, by which a
    notice in the overview can be found that tells of it.
    """

    exit: Exit
    text: str = ""
    data: object = None
    code: AnswerCode = AnswerCode.PLAIN
    session: str = ""
    trouble: str = ""


Say = Callable[[Mapping[str, object]], None]
"""Takes what a command has to say before it ends: an authorize URL, a status line."""


class Commander(Protocol):
    """Performs commands; never raises for what a user can get wrong."""

    async def perform(self, command: Command, say: Say) -> Answer:
        """Do it, and return when the outcome is known."""
        ...


# --- What every kind of order shares: how it is written, how it is refused, how its answer is awaited. ---

REPLY_LIMIT_S: Final = 14.0
"""How long a command waits for Zoom's reply: the command line promises 15 s in all."""

STILL_TRYING: Final = Answer(Exit.STILL_TRYING, "Still trying; rtms-tray goes on by itself.")

Arguments = Mapping[str, str]
ShowWindow = Callable[[str | None, str], None]
"""Opens the window on a session, and at a part of it: "details", "start", or empty for its top."""
OpenUrl = Callable[[str], bool]
Rule = Callable[[Arguments, Say], Awaitable[Answer]]
Plain = Callable[[Arguments], Awaitable[Answer]]

LONGEST_MINUTES: Final = 24 * 60
_LONGEST_MOMENT: Final = 15


class RefusedError(Exception):
    """A command that cannot be carried out; the text says why and what to do."""

    def __init__(self, text: str, *, trouble: str = "", session: str = "") -> None:
        super().__init__(text)
        self.trouble = trouble
        self.session = session


class UsageError(Exception):
    """A command that makes no sense as it is written; the text says what would."""


def plain(rule: Plain) -> Rule:
    """Make a rule of something that says nothing before its answer."""

    async def perform(arguments: Arguments, say: Say) -> Answer:
        del say
        return await rule(arguments)

    return perform


def read_minutes(text: str) -> int:
    """Read a number of minutes. Raises UsageError."""
    good = text.isascii() and text.isdigit() and len(text) <= len(str(LONGEST_MINUTES))
    if not good or not 0 < int(text) <= LONGEST_MINUTES:
        raise UsageError(f"{text!r} is no number of minutes from 1 to {LONGEST_MINUTES}.")
    return int(text)


def read_moment(text: str) -> Millis | None:
    """Read a moment in milliseconds, to the second; None where none is given. Raises UsageError."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_MOMENT):
        raise UsageError("A moment is written in milliseconds.")
    return int(text) // SECOND * SECOND
