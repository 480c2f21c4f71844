"""Commands that start a program: the tray, the demo, the simulator, a sign-in without any of them."""

import importlib
import os
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, cast

from rtms_tray.cli.output import complain, finish, say
from rtms_tray.store.profile import Profile
from rtms_tray.support.exit_codes import Exit
from rtms_tray.support.files import FileLock
from rtms_tray.support.texts import text

if TYPE_CHECKING:
    from rtms_tray.support.command_types import Answer, Say

_STARTING_LIMIT_S: Final = 10.0
_POLL_S: Final = 0.1


class Opened(NamedTuple):
    """A link or file that somebody has opened, and the command that asks about it."""

    command: str
    given: str


class StartTray(Protocol):
    """What `rtms_tray.start` offers; loaded late, because Qt takes long."""

    def __call__(
        self,
        profile: Profile,
        *,
        verbose: bool,
        setup: str = "",
        hidden: bool = False,
        window: bool = False,
    ) -> int:
        """Run the tray until it is quit; `setup` is a link or file to ask about first.

        `hidden` opens no window, `window` does.
        """
        ...


class App(Protocol):
    """What `rtms_tray.app` offers; loaded late for the same reason."""

    def demo(self, scenario: str | None, *, verbose: bool) -> int:
        """Run the simulator and a tray, in a temporary profile."""
        ...

    def demo_tray(
        self,
        profile: Profile,
        *,
        verbose: bool,
        setup: str = "",
        hidden: bool = False,
        window: bool = False,
    ) -> int:
        """Run one of the trays of the demo with a relay."""
        ...

    def sign_in_without_instance(
        self, profile: Profile, arguments: Mapping[str, str], say: "Say"
    ) -> "Answer":
        """Sign in while no tray runs."""
        ...


def perform(profile: Profile, arguments: Namespace, rest: Sequence[str]) -> int:
    """Start what was asked for; returns the exit code."""
    match arguments.command:
        case "run":
            return run(
                profile,
                verbose=arguments.verbose,
                hidden=arguments.hidden,
                window=arguments.window,
            )
        case "setup" | "open":
            return open_link(profile, arguments.given, arguments.command, verbose=arguments.verbose)
        case "demo":
            if _complains_of_display():
                return Exit.REFUSED
            if arguments.tray:
                return run(profile, verbose=arguments.verbose, start=load_app().demo_tray)
            _warn_root()
            if arguments.relay:
                from rtms_tray.demo import relay_demo  # noqa: PLC0415 - no other command needs it

                return relay_demo.run()
            return load_app().demo(arguments.scenario, verbose=arguments.verbose)
        case "simulate":
            from rtms_tray.simulator.__main__ import main  # noqa: PLC0415 - loads a whole server

            return main(rest)
        case "relay":
            return relay(rest)
        case _:
            return sign_in(profile, browser=not arguments.no_browser, switch=arguments.switch)


def relay(rest: Sequence[str]) -> int:
    """Run the relay; its packages are an extra, which few installations have."""
    try:
        module = importlib.import_module("rtms_tray.relay.__main__")
    except ModuleNotFoundError as error:
        complain(text("cli.relay_not_installed", package=error.name or "nats"))
        return Exit.REFUSED
    return cast("int", module.main(rest))


def load_app() -> App:
    """Load the whole program, Qt included."""
    return cast("App", importlib.import_module("rtms_tray.app"))


def start_tray(
    profile: Profile,
    *,
    verbose: bool,
    setup: str = "",
    hidden: bool = False,
    window: bool = False,
) -> int:
    """Show the icon and run the program behind it."""
    from rtms_tray import start  # noqa: PLC0415 - Qt takes long

    return start.run(profile, verbose=verbose, setup=setup, hidden=hidden, window=window)


def open_link(
    profile: Profile,
    given: str,
    command: str = "open",
    *,
    verbose: bool,
    start: StartTray = start_tray,
) -> int:
    """Have the tray ask about a link or file, and start it where it doesn't run; bad ones are refused here.

    `command` is `setup` where only set-up links are wanted.
    """
    from rtms_tray.store.setup_link import SetupLinkError, absolute  # noqa: PLC0415 - only for these
    from rtms_tray.zoom.action_links import ActionLinkError  # noqa: PLC0415 - as above

    given = absolute(given)
    try:
        profile = _profile_for(profile, given, command)
    except (SetupLinkError, ActionLinkError) as error:
        complain(str(error))
        if not _in_terminal():
            _refuse_on_screen(profile, {"given": given, "aloud": "yes"}, command, str(error))
        return Exit.REFUSED
    return run(profile, verbose=verbose, start=start, link=Opened(command, given))


def _profile_for(profile: Profile, given: str, command: str) -> Profile:
    """Check a link, and find out in which profile it is asked about: a second app has one of its own."""
    from rtms_tray.store.app_profiles import profile_for_app  # noqa: PLC0415 - only for these
    from rtms_tray.store.settings_file import load  # noqa: PLC0415 - only what the command needs
    from rtms_tray.store.setup_link import is_demo, read_setup  # noqa: PLC0415 - as above
    from rtms_tray.zoom.action_links import is_action_link, parse_action_link  # noqa: PLC0415 - as above

    if command == "open" and is_action_link(given):
        parse_action_link(given)
        return profile
    now = load(profile.settings_file)[0]
    setup = read_setup(given, demo=is_demo(now))
    is_clicked = command == "open" and not is_demo(now)
    return profile_for_app(profile, setup.client_id, setup.name) if is_clicked else profile


def _in_terminal() -> bool:
    """Whether somebody sees what is printed; whoever clicked on a link does not."""
    return any(stream is not None and stream.isatty() for stream in (sys.stderr, sys.stdin))


def _refuse_on_screen(
    profile: Profile, arguments: Mapping[str, str], command: str, reason: str
) -> None:
    """Say why on the screen: by the running instance, or else by a window of its own."""
    told = _call(profile, command, arguments).exit is not Exit.NOT_RUNNING
    in_memory = os.environ.get("QT_QPA_PLATFORM", "").startswith(("offscreen", "minimal"))
    if told or in_memory or lacks_display(os.environ, sys.platform):
        return  # nobody could see it, nor close it
    from rtms_tray.desktop.lone_message import show  # noqa: PLC0415 - Qt takes long

    show(text("link.alone.title"), reason)


def run(
    profile: Profile,
    *,
    verbose: bool,
    start: StartTray = start_tray,
    link: Opened | None = None,
    hidden: bool = False,
    window: bool = False,
) -> int:
    """Run the tray; where it already runs, show its window, or have it ask about a link.

    `hidden` is for log-in: no window opens, here nor there. `window` is for a switch: one opens in any case.
    """
    lock = FileLock(profile.lock_file)
    ends_at = time.monotonic() + _STARTING_LIMIT_S
    try:
        while not lock.acquire():
            answer = _ask_running(profile, link, hidden=hidden)
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
        given = link.given if link else ""
        return start(profile, verbose=verbose, setup=given, hidden=hidden, window=window)
    finally:
        lock.release()


def _ask_running(profile: Profile, link: Opened | None, *, hidden: bool) -> "Answer":
    if link is not None:
        aloud = {} if _in_terminal() else {"aloud": "yes"}
        return _call(profile, link.command, {"given": link.given, **aloud})
    answer = _call(profile, "status" if hidden else "show", {})
    return answer._replace(text="") if answer.exit is Exit.DONE else answer


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
    answer = _call(profile, "sign-in", arguments, show)
    if answer.exit is Exit.NOT_RUNNING:
        answer = app().sign_in_without_instance(profile, arguments, show)
    return finish(answer)


def _call(
    profile: Profile, name: str, arguments: Mapping[str, str], show: "Say" = lambda _: None
) -> "Answer":
    """Have the running instance perform a command; a tray that starts loads nothing for that."""
    from rtms_tray.control.address import control_address  # noqa: PLC0415 - see above
    from rtms_tray.control.client import call  # noqa: PLC0415 - see above
    from rtms_tray.support.command_types import Command  # noqa: PLC0415 - see above

    return call(control_address(profile), Command(name, arguments), show)


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
