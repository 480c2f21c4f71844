"""The one way in: what the tray, the window and the command line can ask of the running program."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol


class Exit(IntEnum):
    """How a command ended; the numbers are an interface."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    NOT_RUNNING = 3
    STILL_TRYING = 4


@dataclass(frozen=True, slots=True)
class Command:
    """A command by its name on the command line ("give-up"), with its arguments as text."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a command, in words for the user; `data` is for `--json`."""

    exit: Exit
    text: str = ""
    data: object = None


Say = Callable[[Mapping[str, object]], None]
"""Takes what a command has to say before it ends: an authorize URL, a status line."""


class Commander(Protocol):
    """Performs commands; never raises for what a user can get wrong."""

    async def perform(self, command: Command, say: Say) -> Answer:
        """Do it, and return when the outcome is known."""
        ...
