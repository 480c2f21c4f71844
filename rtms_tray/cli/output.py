"""Printing: answers on standard output, everything else on standard error, nothing that steers a terminal."""

import contextlib
import os
import re
import sys
from typing import TYPE_CHECKING, Final

from rtms_tray.support.exit_codes import Exit
from rtms_tray.support.texts import text

if TYPE_CHECKING:
    from rtms_tray.support.command_types import Answer

# Whole escape sequences first, then the remaining control, C1 and text direction characters:
# names and topics come from strangers, and must not steer the terminal.
_ESCAPES: Final = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]?"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def plain(words: str) -> str:
    """Remove what could steer a terminal; lines and tabs stay."""
    return _ESCAPES.sub("", words)


def one_line(words: str) -> str:
    """Remove what could steer a terminal, and put the rest on one line."""
    return " ".join(plain(words).split())


def say(words: str) -> None:
    """Print a text on standard output at once, for programs that read along."""
    print(plain(words), flush=True)


def say_json(content: object) -> None:
    """Print one JSON value on one line, at once."""
    import json  # noqa: PLC0415 - not for a tray that starts

    print(json.dumps(content), flush=True)


def complain(words: str) -> None:
    """Print one line on standard error."""
    if sys.stderr is not None:  # a window program has none
        print(f"rtms-tray: {one_line(words)}", file=sys.stderr, flush=True)


def finish(answer: "Answer") -> int:
    """Print an answer where it belongs; returns the exit code."""
    if answer.exit is not Exit.DONE:
        complain(answer.text or text("cli.refused"))
    elif answer.text:
        say(answer.text)
    return answer.exit


def tolerate_any_character() -> None:
    """Print a replacement for what the terminal's encoding lacks, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def quiet_broken_pipe() -> None:
    """Keep Python from complaining, as it ends, about a reader that has left."""
    with contextlib.suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)
