"""Commands that the running instance performs."""

from argparse import Namespace
from collections.abc import Mapping
from typing import Final

from rtms_tray.cli.output import complain, finish, one_line, say, say_json
from rtms_tray.control.address import control_address
from rtms_tray.control.client import call
from rtms_tray.store.profile import Profile
from rtms_tray.support.command_types import Command, Exit
from rtms_tray.zoom.meeting_reference import (
    MeetingReferenceError,
    join_link,
    parse_meeting,
    parse_meeting_or_uuid,
)

_UNTELLABLE: Final = ("sharing", "unknown")
_ARGUMENTS: Final[Mapping[str, str]] = {
    "minutes": "minutes",
    "condition": "condition",
    "value": "value",
    "span": "for",
    "at": "at",
}
"""Arguments of the parser, and what the commander calls them."""


def perform(profile: Profile, arguments: Namespace) -> int:
    """Have the running instance do it, print what it says, and tell the exit code."""
    try:
        command = Command(arguments.command, _arguments(arguments))
    except MeetingReferenceError as error:
        complain(f"{error.text} {error.remedy}")
        return Exit.REFUSED
    if (command.arguments.get("condition"), command.arguments.get("value")) == _UNTELLABLE:
        complain("Whether the stream is shared can be told as yes or no only.")
        return Exit.USAGE
    as_json = bool(getattr(arguments, "json", False))
    answer = call(
        control_address(profile), command, lambda words: _print_status(words, as_json=as_json)
    )
    if as_json and answer.exit is Exit.DONE:
        if answer.data is not None:
            say_json(answer.data)
        return Exit.DONE
    return finish(answer)


def _print_status(words: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        say_json(words.get("status"))
    elif text := words.get("text"):  # without one, only what `--json` shows has changed
        say(one_line(str(text)))


def _arguments(arguments: Namespace) -> Mapping[str, str]:
    given = vars(arguments)
    found = {_ARGUMENTS[name]: str(given[name]) for name in _ARGUMENTS if given.get(name)}
    if number := given.get("number"):
        given_text = " ".join(number)
        found["meeting"] = parse_meeting(given_text)
        if arguments.command == "start" and (link := join_link(given_text)):
            found["link"] = link  # for the fall-back alone: kept in memory, never stored
    elif meeting := given.get("meeting"):
        found["meeting"] = parse_meeting_or_uuid(meeting)
    return found
