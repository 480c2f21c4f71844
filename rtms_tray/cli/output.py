"""What the command line prints: answers on standard output, everything else on standard error."""

import contextlib
import json
import os
import re
import sys
from typing import Final, TextIO

from rtms_tray.support.command_types import Answer, Exit

# Whole escape sequences first, then what is left of control, C1 and text direction characters:
# names and topics come from strangers, and must not steer the terminal.
_ESCAPES: Final = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]?"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def plain(text: str) -> str:
    """Make a text harmless for a terminal; lines and tabs stay."""
    return _ESCAPES.sub("", text)


def one_line(text: str) -> str:
    """Make a text harmless and put it on one line."""
    return " ".join(plain(text).split())


def say(text: str) -> None:
    """Print a text on standard output at once, for whoever reads along."""
    print(plain(text), flush=True)


def say_json(content: object) -> None:
    """Print one JSON value on one line, at once."""
    print(json.dumps(content), flush=True)


def complain(text: str) -> None:
    """Print one line on standard error."""
    if sys.stderr is not None:  # a window program has none
        print(f"rtms-tray: {one_line(text)}", file=sys.stderr, flush=True)


def finish(answer: Answer) -> int:
    """Print an answer's words where they belong, and tell the exit code."""
    if answer.exit is not Exit.DONE:
        complain(answer.text or "It was refused.")
    elif answer.text:
        say(answer.text)
    return answer.exit


def tolerate_any_character() -> None:
    """Print a replacement for what the terminal's encoding lacks, in place of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def quiet_broken_pipe() -> None:
    """Keep Python from complaining, at its end, about a reader that has left."""
    _point_to_nothing(sys.stdout)


def _point_to_nothing(stream: TextIO) -> None:
    with contextlib.suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)
