"""Commands and their answers: what every surface can ask of the running program."""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from rtms_tray.support.exit_codes import Exit as Exit  # noqa: PLC0414 - belongs to these, too
from rtms_tray.support.texts import text
from rtms_tray.support.units import SECOND, Millis


class AnswerCode(StrEnum):
    """What an answer is about, so that no surface has to read its text."""

    PLAIN = "plain"  # the text alone says it
    SESSION = "session"  # the session's own reason says it, wherever that session is shown
    CANCELLED = "cancelled"  # the user ended it, and knows


class Command(NamedTuple):
    """A command by its name on the command line ("give-up"), with its arguments as text."""

    name: str
    arguments: Mapping[str, str] = MappingProxyType({})


class Answer(NamedTuple):
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


# --- what all commands share --------------------------------------------------------------------

REPLY_LIMIT_S: Final = 14.0
"""How long a command waits for Zoom's reply: the command line promises 15 s in all."""

Arguments = Mapping[str, str]
Handler = Callable[[Arguments, Say], Awaitable[Answer]]
QuietHandler = Callable[[Arguments], Awaitable[Answer]]
"""A handler that says nothing before its answer."""
OpenUrl = Callable[[str], bool]
ShowWindow = Callable[[str | None, str], None]
"""Opens the window on a session, and at a part of it: "details", "start", or empty for its top."""

MAX_MINUTES: Final = 24 * 60
_LONGEST_MOMENT: Final = 15


class RefusedError(Exception):
    """A command that cannot be carried out; its words say why and what to do.

    `trouble` and `session` go into the answer.
    """

    def __init__(self, words: str, *, trouble: str = "", session: str = "") -> None:
        super().__init__(words)
        self.trouble = trouble
        self.session = session


class UsageError(Exception):
    """A command that makes no sense as it is written; its words say what would."""


def still_trying() -> Answer:
    """Answer that Zoom's reply takes longer than a command waits."""
    return Answer(Exit.STILL_TRYING, text("commands.still_trying"))


def quiet(handler: QuietHandler) -> Handler:
    """Make a handler like any other of one that says nothing before its answer."""

    async def handle(arguments: Arguments, say: Say) -> Answer:
        del say
        return await handler(arguments)

    return handle


def read_minutes(given: str) -> int:
    """Read a number of minutes. Raises UsageError."""
    is_number = given.isascii() and given.isdigit() and len(given) <= len(str(MAX_MINUTES))
    if not is_number or not 0 < int(given) <= MAX_MINUTES:
        raise UsageError(text("commands.not_a_number_of_minutes", given=given, most=MAX_MINUTES))
    return int(given)


def read_instant(given: str) -> Millis | None:
    """Read a moment in milliseconds; None where none is given. Raises UsageError."""
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= _LONGEST_MOMENT):
        raise UsageError(text("commands.not_a_moment"))
    return int(given)


def read_moment(given: str) -> Millis | None:
    """Read a moment to the second. Raises UsageError."""
    instant = read_instant(given)
    return None if instant is None else instant // SECOND * SECOND
