"""Where processes are measured: a desktop with a tray, a simulated Zoom, and a user who is signed in."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rtms_tray.control.address import control_address
from rtms_tray.control.client import call
from rtms_tray.store.profile import find_profile
from rtms_tray.store.state import load_account
from rtms_tray.support.command_types import Command
from tests.benchmarks.screen import Panel
from tests.helpers.desktop import Desktop, wait_for
from tests.helpers.running import ROOT, App
from tests.helpers.simulator_process import SimulatorProcess

FLOORS: Final = Path(__file__).parent / "floors"
FLOOR_TRAY: Final = (sys.executable, str(FLOORS / "tray.py"))
PROGRAM: Final = (sys.executable, "-m", "rtms_tray")
_PATIENCE_S: Final = 20
_TRY_EVERY_S: Final = 0.005


@dataclass(frozen=True)
class Started:
    """A process, and when it was started (time.perf_counter)."""

    process: subprocess.Popen[bytes]
    at: float


class Station:
    """Starts programs, one at a time, and sees their icons."""

    def __init__(self, desktop: Desktop, app: App, zoom: SimulatorProcess) -> None:
        self.desktop = desktop
        self.app = app
        self.zoom = zoom
        self.panel = Panel(desktop.folder / "Xvfb_screen0")
        self.empty = self.panel.at_rest()

    @contextmanager
    def running(self, command: Sequence[str]) -> Iterator[Started]:
        """Run a program with an icon; it ends, and its icon is gone, before this does."""
        at = time.perf_counter()
        process = subprocess.Popen(
            command,
            env=self.app.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
        )
        try:
            yield Started(process, at)
        finally:
            process.terminate()
            process.wait(_PATIENCE_S)
            self.panel.wait_for(self.empty, "the icon to go")

    def icon_after_s(self, started: Started) -> float:
        """Wait for the icon's pixels; say how long they took."""
        return self.panel.wait_for_other_than(self.empty, "an icon") - started.at

    def user_id(self) -> str:
        """Zoom's ID of the user who is signed in."""
        account = load_account(find_profile("default", self.app.environ).account_file)
        assert account is not None
        return account.user_id

    def feed_after_s(self, started: Started) -> float:
        """Wait until the program says that it receives Zoom's events; say how long that took."""
        address = control_address(find_profile("default", self.app.environ), self.app.environ)
        ends_at = time.perf_counter() + _PATIENCE_S
        while time.perf_counter() < ends_at:
            try:
                call(address, Command("watch"), _look_for_feed)
            except _FeedConnectedError:
                return time.perf_counter() - started.at
            time.sleep(_TRY_EVERY_S)  # it does not listen yet
        raise TimeoutError("waited in vain for the feed")

    def wait_until_up(self) -> None:
        """Wait until the program answers commands."""
        wait_for(lambda: self.app.tray("status").code == 0, _PATIENCE_S, "the program")

    def wait_for_feed(self) -> None:
        """Wait until the program receives Zoom's events."""
        self.wait_until_up()
        self.app.wait_for_status(lambda status: status["feed"]["connected"])


class _FeedConnectedError(Exception):
    """What ends watching."""


def _look_for_feed(progress: Mapping[str, object]) -> None:
    status = progress.get("status")
    if isinstance(status, dict) and status["feed"]["connected"]:
        raise _FeedConnectedError


@contextmanager
def station() -> Iterator[Station]:
    """Set everything up; nothing of it is left afterwards."""
    with Desktop(tray="lxqt", notify="dunst", keyring="gnome") as desktop:
        app = App(desktop.folder / "rtms-tray", desktop.env)
        with SimulatorProcess(desktop.env) as zoom:
            here = Station(desktop, app, zoom)
            zoom.set_up(app)
            with here.running(PROGRAM):
                here.wait_until_up()
                zoom.sign_in(app)
                here.wait_for_feed()
            yield here
