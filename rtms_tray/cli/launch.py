"""Commands that start a program (the tray, the demo, the simulator), and those that the running instance performs."""

import importlib
import os
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol, cast

from rtms_tray.cli.output import complain, finish, one_line, say, say_json
from rtms_tray.cli.parser import PAUSED
from rtms_tray.control.address import control_address
from rtms_tray.control.client import call
from rtms_tray.store.profile import Profile
from rtms_tray.support.command_types import Answer, Command, Exit, Say
from rtms_tray.support.files import FileLock
from rtms_tray.support.texts import text
from rtms_tray.zoom.meeting_reference import (
    MeetingReferenceError,
    join_link,
    parse_meeting,
    parse_meeting_or_uuid,
)

_STARTING_LIMIT_S: Final = 10.0
_POLL_S: Final = 0.1
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


class App(Protocol):
    """What `rtms_tray.app` offers; loaded late, because Qt takes long."""

    def run(self, profile: Profile, *, verbose: bool) -> int:
        """Run the tray until it is quit."""
        ...

    def demo(self, scenario: str | None, *, verbose: bool) -> int:
        """Run the simulator and a tray, in a temporary profile."""
        ...

    def sign_in_without_instance(
        self, profile: Profile, arguments: Mapping[str, str], say: Say
    ) -> Answer:
        """Sign in while no tray runs."""
        ...


def perform(profile: Profile, arguments: Namespace, rest: Sequence[str]) -> int:
    """Start what was asked for; returns the exit code."""
    match arguments.command:
        case "run":
            return run(profile, verbose=arguments.verbose)
        case "demo":
            if _complains_of_display():
                return Exit.REFUSED
            _warn_root()
            return load_app().demo(arguments.scenario, verbose=arguments.verbose)
        case "simulate":
            from rtms_tray.simulator.__main__ import main  # noqa: PLC0415 - loads a whole server

            return main(rest)
        case _:
            return sign_in(profile, browser=not arguments.no_browser, switch=arguments.switch)


def load_app() -> App:
    """Load the whole program, Qt included."""
    return cast("App", importlib.import_module("rtms_tray.app"))


def run(profile: Profile, *, verbose: bool, app: Callable[[], App] = load_app) -> int:
    """Run the tray; where it already runs, show its window."""
    lock = FileLock(profile.lock_file)
    ends_at = time.monotonic() + _STARTING_LIMIT_S
    try:
        while not lock.acquire():
            answer = call(control_address(profile), Command("show"))
            # An instance that holds the lock but does not listen is just starting or ending.
            if answer.exit is not Exit.NOT_RUNNING or time.monotonic() > ends_at:
                return finish(answer)
            time.sleep(_POLL_S)
    except OSError as error:
        problem = error.strerror or error
        complain(text("cli.folder_unusable", folder=profile.data_folder, problem=problem))
        return Exit.REFUSED
    try:
        if _complains_of_display():
            return Exit.REFUSED
        _warn_root()
        return app().run(profile, verbose=verbose)
    finally:
        lock.release()


def sign_in(
    profile: Profile, *, browser: bool, switch: bool = False, app: Callable[[], App] = load_app
) -> int:
    """Sign in through the running instance, or without one; `switch` agrees to another account."""

    def show(progress: Mapping[str, object]) -> None:
        url = progress.get("authorize_url")
        if isinstance(url, str) and browser:
            complain(text("cli.visit", url=url))
        elif isinstance(url, str):
            say(url)
        elif hint := progress.get("hint"):
            complain(str(hint))

    arguments = {"browser": "yes" if browser else "no", **({"switch": "yes"} if switch else {})}
    answer = call(control_address(profile), Command("sign-in", arguments), show)
    if answer.exit is Exit.NOT_RUNNING:
        answer = app().sign_in_without_instance(profile, arguments, show)
    return finish(answer)


def lacks_display(environ: Mapping[str, str], platform: str) -> bool:
    """Whether Qt would look for a display and find none, which only Linux can lack; Qt itself would abort."""
    chosen = environ.get("QT_QPA_PLATFORM") or "xcb"
    needs_display = any(name.startswith(("xcb", "wayland")) for name in chosen.split(";"))
    has_display = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    return platform.startswith("linux") and needs_display and not has_display


def _complains_of_display() -> bool:
    lacking = lacks_display(os.environ, sys.platform)
    if lacking:
        complain(text("cli.no_display"))
    return lacking


def _warn_root() -> None:
    if sys.platform != "win32" and os.geteuid() == 0:
        complain(text("cli.running_as_root"))


def perform_in_instance(profile: Profile, arguments: Namespace) -> int:
    """Have the running instance perform a command and print its answer; returns the exit code."""
    try:
        command = Command(arguments.command, command_arguments(arguments))
    except MeetingReferenceError as error:
        complain(f"{error.text} {error.remedy}")
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


def command_arguments(arguments: Namespace) -> Mapping[str, str]:
    """Turn the parser's arguments into those of a command; raises MeetingReferenceError."""
    given = vars(arguments)
    found = {
        name: str(given[option]) for option, name in _COMMAND_ARGUMENTS.items() if given.get(option)
    }
    if words := given.get("number"):
        reference = " ".join(words)
        found["meeting"] = parse_meeting(reference)
        if arguments.command == "start" and (link := join_link(reference)):
            found["link"] = link  # for the fall-back alone: kept in memory, never stored
    elif meeting := given.get("meeting"):
        found["meeting"] = parse_meeting_or_uuid(meeting)
    return found
