"""The command line's entry: reads the arguments, runs one command, and never shows a traceback."""

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import Final

from rtms_tray.cli.output import complain, quiet_broken_pipe, tolerate_any_character
from rtms_tray.cli.parser import make_parser
from rtms_tray.support.command_types import Exit

INTERRUPTED: Final = 130
_DEBUG_VARIABLE: Final = "RTMS_TRAY_DEBUG"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and tell its exit code; wrong usage raises SystemExit(2)."""
    tolerate_any_character()
    try:
        code = _run(sys.argv[1:] if argv is None else argv)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever reads has seen enough
        quiet_broken_pipe()
        return Exit.DONE
    except Exception as error:  # the border: people get a sentence, not a traceback
        if os.environ.get(_DEBUG_VARIABLE):
            raise
        complain(f"Something went wrong: {str(error) or type(error).__name__}")
        return Exit.REFUSED
    return code


def _run(argv: Sequence[str]) -> int:
    parser = make_parser()
    arguments, rest = parser.parse_known_args(shield_value([_with_hyphens(one) for one in argv]))
    if rest and arguments.command != "simulate":
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return _dispatch(arguments, rest)


def _with_hyphens(argument: str) -> str:
    """Take an option that was copied from a window, where its hyphens keep a line together."""
    return argument.replace("\u2011", "-") if argument.startswith("\u2011\u2011") else argument


def shield_value(argv: Sequence[str]) -> Sequence[str]:
    """Mark a setting's value that begins with a dash, as IDs of Zoom may, as no option."""
    for place in range(len(argv) - 3):
        value = argv[place + 3]
        if tuple(argv[place : place + 2]) != ("settings", "set") or not value.startswith("-"):
            continue
        if value not in {"-h", "--"} and not value.startswith(("--help", "--profile")):
            return [*argv[: place + 3], "--", *argv[place + 3 :]]
    return argv


def _dispatch(arguments: Namespace, rest: Sequence[str]) -> int:
    """Load only the part of the program that the command needs."""
    from rtms_tray.store.profile import ProfileNameError, find_profile  # noqa: PLC0415 - not for --help

    try:
        profile = find_profile(arguments.profile)
    except ProfileNameError as error:
        complain(str(error))
        return Exit.USAGE
    match arguments.command:
        case "run" | "demo" | "simulate" | "sign-in":
            from rtms_tray.cli import program  # noqa: PLC0415 - only what the command needs

            return program.perform(profile, arguments, rest)
        case "explain":
            from rtms_tray.cli import explain  # noqa: PLC0415 - only what the command needs

            return explain.perform(arguments)
        case "doctor":
            from rtms_tray.cli import doctor  # noqa: PLC0415 - only what the command needs

            return doctor.perform(profile, arguments)
        case "history":
            from rtms_tray.cli import history  # noqa: PLC0415 - only what the command needs

            return history.perform(profile, arguments)
        case "settings":
            from rtms_tray.cli import settings  # noqa: PLC0415 - only what the command needs

            return settings.perform(profile, arguments)
        case _:
            from rtms_tray.cli import instance  # noqa: PLC0415 - only what the command needs

            return instance.perform(profile, arguments)
