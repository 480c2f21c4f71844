"""Commands that the running instance performs."""

from argparse import Namespace
from collections.abc import Mapping
from typing import Final

from rtms_tray.cli.output import complain, finish, one_line, say, say_json
from rtms_tray.cli.parser import PAUSED
from rtms_tray.control.address import control_address
from rtms_tray.control.client import call
from rtms_tray.store.profile import Profile
from rtms_tray.support.command_types import Command, Exit
from rtms_tray.support.texts import text

_UNKNOWN: Final = "unknown"
_COMMAND_ARGUMENTS: Final[Mapping[str, str]] = {
    "minutes": "minutes",
    "condition": "condition",
    "value": "value",
    "span": "for",
    "at": "at",
    "state": "state",
    "media_at": "media-at",
}
"""The parser's names of arguments, and the commands' own."""


def perform(profile: Profile, arguments: Namespace) -> int:
    """Have the running instance perform a command and print its answer; returns the exit code."""
    command = _command(arguments)
    if command is None:
        return Exit.REFUSED
    value = command.arguments.get("value")
    of_sharing = command.arguments.get("condition") == "sharing"
    if value == (_UNKNOWN if of_sharing else PAUSED):
        complain(text("cli.sharing_value" if of_sharing else "cli.condition_value"))
        return Exit.USAGE
    as_json = bool(getattr(arguments, "json", False))
    answer = call(
        control_address(profile), command, lambda status: _print_status(status, as_json=as_json)
    )
    if as_json and answer.exit is Exit.DONE:
        if answer.data is not None:
            say_json(answer.data)
        return Exit.DONE
    return finish(answer)


def _print_status(progress: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        say_json(progress.get("status"))
    elif line := progress.get("text"):  # without one, only what `--json` shows has changed
        say(one_line(str(line)))


def _command(arguments: Namespace) -> Command | None:
    """Make the command; None for a meeting that is none, which is said here."""
    if getattr(arguments, "plans", False):
        return Command("plans")
    if not _names_meeting(arguments):
        return Command(arguments.command, command_arguments(arguments))
    from rtms_tray.zoom.meeting_reference import MeetingReferenceError  # noqa: PLC0415 - only for these

    try:
        return Command(arguments.command, command_arguments(arguments))
    except MeetingReferenceError as error:
        complain(f"{error.text} {error.remedy}")
        return None


def _names_meeting(arguments: Namespace) -> bool:
    return any(getattr(arguments, name, None) for name in ("number", "meeting"))


def command_arguments(arguments: Namespace) -> Mapping[str, str]:
    """Turn the parser's arguments into those of a command; raises MeetingReferenceError."""
    given = vars(arguments)
    found = {
        name: str(given[option]) for option, name in _COMMAND_ARGUMENTS.items() if given.get(option)
    }
    return {**found, **_meeting(arguments)} if _names_meeting(arguments) else found


def _meeting(arguments: Namespace) -> Mapping[str, str]:
    from rtms_tray.zoom import meeting_reference as reference  # noqa: PLC0415 - only for these

    if not (words := getattr(arguments, "number", None)):
        return {"meeting": reference.parse_meeting_or_uuid(arguments.meeting)}
    given = " ".join(words)
    number = reference.parse_meeting(given)
    link = reference.join_link(given) if arguments.command == "start" else None
    # For the fallback alone: kept in memory, never stored.
    return {"meeting": number, "link": link} if link else {"meeting": number}
