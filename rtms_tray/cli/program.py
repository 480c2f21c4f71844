"""Commands that start a program: the tray, the demo, the simulator, and signing in without one."""

import importlib
import os
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol, cast

from rtms_tray.cli.output import complain, finish, say
from rtms_tray.control.address import control_address
from rtms_tray.control.client import call
from rtms_tray.store.profile import Profile
from rtms_tray.support.command_types import Answer, Command, Exit, Say
from rtms_tray.support.files import FileLock

_OTHER_STARTS_S: Final = 10.0
_POLL_S: Final = 0.1


class App(Protocol):
    """What `rtms_tray.app` offers; loaded late, because Qt takes long."""

    def run(self, profile: Profile, *, verbose: bool) -> int:
        """Run the tray until it is quit."""
        ...

    def demo(self, scenario: str | None, *, verbose: bool) -> int:
        """Run the simulator and a tray beside it, in a profile that is thrown away."""
        ...

    def sign_in_without_instance(
        self, profile: Profile, arguments: Mapping[str, str], say: Say
    ) -> Answer:
        """Sign in while no tray runs."""
        ...


def perform(profile: Profile, arguments: Namespace, rest: Sequence[str]) -> int:
    """Start what was asked for, and tell the exit code."""
    match arguments.command:
        case "run":
            return run(profile, verbose=arguments.verbose)
        case "demo":
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
    ends_at = time.monotonic() + _OTHER_STARTS_S
    try:
        while not lock.acquire():
            answer = call(control_address(profile), Command("show"))
            # it has the lock but does not listen yet, or no longer: it starts or ends
            if answer.exit is not Exit.NOT_RUNNING or time.monotonic() > ends_at:
                return finish(answer)
            time.sleep(_POLL_S)
    except OSError as error:
        complain(f"The folder {profile.data_folder} cannot be used: {error.strerror or error}.")
        return Exit.REFUSED
    try:
        _warn_root()
        return app().run(profile, verbose=verbose)
    finally:
        lock.release()


def sign_in(
    profile: Profile, *, browser: bool, switch: bool = False, app: Callable[[], App] = load_app
) -> int:
    """Sign in through the running instance, or without one; `switch` agrees to another account."""

    def show(words: Mapping[str, object]) -> None:
        url = words.get("authorize_url")
        if isinstance(url, str) and browser:
            complain(f"If no browser opens, visit {url}")
        elif isinstance(url, str):
            say(url)

    arguments = {"browser": "yes" if browser else "no", **({"switch": "yes"} if switch else {})}
    answer = call(control_address(profile), Command("sign-in", arguments), show)
    if answer.exit is Exit.NOT_RUNNING:
        answer = app().sign_in_without_instance(profile, arguments, show)
    return finish(answer)


def _warn_root() -> None:
    if sys.platform != "win32" and os.geteuid() == 0:
        complain("running as root: keyring, browser and notifications may not work.")
