"""The program on a headless desktop, beside a simulated Zoom: both end with the test."""

import shlex
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.helpers.by_mouse import Mouse
from tests.helpers.desktop import Desktop
from tests.helpers.devtools import Browser, Page
from tests.helpers.running import App
from tests.helpers.simulator_process import SimulatorProcess

FROM_CLIPBOARD: Final = "Start from copied link"
MY_MEETINGS: Final = "Start in one of my meetings"
CONSENT: Final = "Allow this app?"
SIGN_IN_ROW: Final = -2
"""“Sign in…” stands above “Quit”, the last entry of the menu."""
FROM_A_MENU: Final = {"DESKTOP_STARTUP_ID": "a-menu_TIME0"}
"""What a desktop gives a program that somebody starts from its menu: they wait for its window."""
TYPED: Final = "Start with meeting ID or link…"


def menu_labels(
    headline: str, *session: str, account: str, copied: bool = False
) -> tuple[str, ...]:
    """All labels of the tray's menu, top to bottom.

    `account` is signing in or out, or neither; `copied` is whether a meeting's link is on the clipboard.
    """
    starting = (*((FROM_CLIPBOARD,) if copied else ()), MY_MEETINGS, TYPED)
    program = (
        "Open status window",
        "Mute notifications",
        "History…",
        "Settings…",
        "Help and diagnostics",
    )
    return (headline, *session, *starting, *program, account, "Quit")


IDLE: Final = menu_labels("Ready", account="Sign out")


@dataclass(frozen=True)
class OnDesktop:
    """Everything that a desktop test plays with."""

    desktop: Desktop
    zoom: SimulatorProcess
    app: App
    mouse: Mouse


@contextmanager
def on_desktop(
    desktop: Desktop, artefacts: Path, *, real_keyring: bool = False
) -> Iterator[OnDesktop]:
    """Set the program up on a desktop; it is not running yet."""
    app = App(desktop.folder / "rtms-tray", desktop.env)
    if not real_keyring:
        app.keep_secrets_in(desktop.folder / "keyring.json")
    with SimulatorProcess(desktop.env) as zoom:
        mouse = Mouse(desktop, artefacts)
        try:
            yield OnDesktop(desktop, zoom, app, mouse)
        except BaseException as error:
            error.add_note(f"{desktop.all_logs()}\n{app.log()}")
            mouse.keep("failure")  # while everything is still there
            raise
        finally:
            app.end()


def at_noon(here: OnDesktop) -> None:
    """Take the program to a time zone in which it is noon: what is to come today stays of today."""
    here.app.environ["TZ"] = f"NOON{datetime.now(UTC).hour - 12:+d}"


def ready(here: OnDesktop) -> None:
    """Start the program and sign in by the command line: the tests go on by mouse."""
    here.zoom.set_up(here.app)
    here.app.run()
    here.zoom.sign_in(here.app)
    here.app.wait_for_status(lambda status: status["feed"]["connected"])


def choose_sign_in(here: OnDesktop) -> None:
    """Choose “Sign in…” in the tray's menu."""
    menu = here.mouse.open_menu("menu-signed-out")
    here.desktop.click(menu.box.centre[0], menu.rows[SIGN_IN_ROW])


def answer(here: OnDesktop, browser: Browser, choice: str, last: str) -> Page:
    """Click on a button of the consent page; wait for the last page, and hand it back."""
    page = browser.page(CONSENT)
    here.mouse.keep(f"consent-{choice.lower()}")  # at rest: it stays where it is
    here.desktop.click(*page.button(choice))
    page.says(last)
    here.mouse.keep(f"last-page-{choice.lower()}")
    return page


def visits(desktop: Desktop) -> Callable[[], list[str]]:
    """Stand in for the system's browser: the addresses that it is to open are only noted."""
    folder = desktop.folder / "browser"
    folder.mkdir()
    noted, script = folder / "visits", folder / "xdg-open"
    script.write_text(f'#!/bin/sh\necho "$1" >>"{noted}"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    desktop.env["PATH"] = f"{folder}:{desktop.env['PATH']}"
    return lambda: noted.read_text().split() if noted.exists() else []


def program_of(here: OnDesktop) -> Path:
    """Make the program as an installation has it: a file to be started, in this test's profile."""
    program = here.desktop.folder / "installed" / "rtms-tray"
    program.parent.mkdir()
    variables = shlex.join(f"{name}={value}" for name, value in here.app.environ.items())
    python = shlex.quote(sys.executable)
    program.write_text(f'#!/bin/sh\nexec env {variables} {python} -m rtms_tray "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program
