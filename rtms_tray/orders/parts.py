"""What every kind of order shares: how it is written, how it is refused, how its answer is awaited."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from rtms_tray.commands import Answer, Exit, Say

REPLY_LIMIT_S: Final = 14.0
"""How long a command waits for Zoom's reply: the command line promises 15 s in all."""

STILL_TRYING: Final = Answer(Exit.STILL_TRYING, "Still trying; rtms-tray goes on by itself.")

Arguments = Mapping[str, str]
OpenUrl = Callable[[str], bool]
Rule = Callable[[Arguments, Say], Awaitable[Answer]]
Plain = Callable[[Arguments], Awaitable[Answer]]

_LONGEST_MINUTES: Final = 24 * 60


class RefusedError(Exception):
    """A command that cannot be carried out; the text says why and what to do."""


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
    good = text.isascii() and text.isdigit() and len(text) <= len(str(_LONGEST_MINUTES))
    if not good or not 0 < int(text) <= _LONGEST_MINUTES:
        raise UsageError(f"{text!r} is no number of minutes from 1 to {_LONGEST_MINUTES}.")
    return int(text)
