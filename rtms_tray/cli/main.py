"""The command line's entry: reads the arguments and runs one command, never showing a traceback."""

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rtms_tray.cli.output import complain, quiet_broken_pipe, tolerate_any_character
from rtms_tray.cli.parser import OWN_OPTIONS, make_parser
from rtms_tray.support.core_dumps import DEBUG_VARIABLE, forbid_core_dumps
from rtms_tray.support.exit_codes import Exit
from rtms_tray.support.languages import speak
from rtms_tray.support.texts import name_app, text

if TYPE_CHECKING:
    from rtms_tray.store.profile import Profile

INTERRUPTED: Final = 130
_SAYS_APP: Final = frozenset({"doctor", "explain", "history"})
"""Commands whose words name the app, and that need no running instance."""
_WINDOWED: Final = frozenset({"run", "demo", "setup", "open"})


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Wrong usage raises SystemExit(2)."""
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
    except Exception as error:  # a border: people get a sentence, not a traceback
        if os.environ.get(DEBUG_VARIABLE):
            raise
        complain(_internal_error(error))
        return Exit.REFUSED
    return code


def _internal_error(error: Exception) -> str:
    problem = str(error) or type(error).__name__
    try:
        return text("cli.internal_error", problem=problem)
    except OSError:  # an incomplete installation has no texts: the error says so itself
        return problem


def _run(argv: Sequence[str]) -> int:
    given = shield_value(list(map(_with_hyphens, argv)))
    speak(given)
    parser = make_parser(given)
    arguments, rest = parser.parse_known_args(given)
    if rest and arguments.command not in OWN_OPTIONS:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    forbid_core_dumps(uses_portals=arguments.command in _WINDOWED)
    return _dispatch(arguments, rest)


def _name_app(profile: "Profile") -> None:
    """Call the app by its name, where the settings know it."""
    from rtms_tray.store.settings_file import load  # noqa: PLC0415 - only for these

    name_app(load(profile.settings_file)[0].app.name)


def _with_hyphens(argument: str) -> str:
    """Accept an option copied from a window, where hyphens do not break lines."""
    return argument.replace("\u2011", "-") if argument.startswith("\u2011\u2011") else argument


def shield_value(argv: Sequence[str]) -> Sequence[str]:
    """Protect a setting's value that begins with a dash, as Zoom's IDs may, from being read as an option."""
    for index in range(len(argv) - 3):
        value = argv[index + 3]
        if tuple(argv[index : index + 2]) != ("settings", "set") or not value.startswith("-"):
            continue
        if value not in {"-h", "--"} and not value.startswith(
            ("--help", "--profile", "--language")
        ):
            return [*argv[: index + 3], "--", *argv[index + 3 :]]
    return argv


def _dispatch(arguments: Namespace, rest: Sequence[str]) -> int:
    """Load only the part of the program that the command needs."""
    from rtms_tray.store.profile import ProfileNameError, find_profile  # noqa: PLC0415 - not for --help

    try:
        profile = find_profile(arguments.profile)
    except ProfileNameError as error:
        complain(str(error))
        return Exit.USAGE
    if arguments.command in _SAYS_APP:
        _name_app(profile)
    match arguments.command:
        case "run" | "demo" | "simulate" | "relay" | "sign-in" | "setup" | "open":
            from rtms_tray.cli import launch  # noqa: PLC0415 - only what the command needs

            return launch.perform(profile, arguments, rest)
        case "explain":
            from rtms_tray.cli import doctor_explain  # noqa: PLC0415 - only what the command needs

            return doctor_explain.perform_explain(arguments)
        case "doctor":
            from rtms_tray.cli import doctor_explain  # noqa: PLC0415 - only what the command needs

            return doctor_explain.perform_doctor(profile, arguments)
        case "record":
            from rtms_tray.cli import record  # noqa: PLC0415 - only what the command needs

            return record.perform(profile, arguments)
        case "history":
            from rtms_tray.cli import history  # noqa: PLC0415 - only what the command needs

            return history.perform(profile, arguments)
        case "vendor":
            from rtms_tray.cli import vendor  # noqa: PLC0415 - only what the command needs

            return vendor.perform(arguments)
        case "settings":
            from rtms_tray.cli import configure  # noqa: PLC0415 - only what the command needs

            return configure.perform(profile, arguments)
        case _:
            from rtms_tray.cli import remote  # noqa: PLC0415 - only what the command needs

            return remote.perform(profile, arguments)
