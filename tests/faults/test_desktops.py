"""Parts of the desktop that stop while the program runs, and some that come back."""

import os
import signal
import sys
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.helpers.by_mouse import greenish
from tests.helpers.desktop import Desktop, TrayKind, wait_for
from tests.helpers.desktop.parts import TRAYS
from tests.helpers.desktop_app import OnDesktop, on_desktop, ready
from tests.helpers.simulator_process import WITH_HOST

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(sys.platform != "linux", reason="headless desktops exist on Linux only"),
]


@pytest.fixture
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[OnDesktop]:
    """The program signed in on a desktop with the tray that the test asks for."""
    tray: TrayKind = request.param
    with ExitStack() as ends:
        desktop = ends.enter_context(Desktop(tray=tray, notify="dunst"))
        program = ends.enter_context(on_desktop(desktop, tmp_path))
        ready(program)
        yield program


def kill(desktop: Desktop, program: str) -> None:
    """Kill a part of this desktop, known by its display and its name, and wait for its end."""
    mine = f"DISPLAY={desktop.env['DISPLAY']}\0".encode()
    address = desktop.env["DBUS_SESSION_BUS_ADDRESS"].encode() + b"\0"
    for process in Path("/proc").glob("[0-9]*"):
        try:
            name = (process / "cmdline").read_bytes().split(b"\0")[0]
            environ = (process / "environ").read_bytes()
        except OSError:
            continue
        if Path(os.fsdecode(name)).name == program and (mine in environ or address in environ):
            os.kill(int(process.name), signal.SIGKILL)
            wait_for(lambda gone=process: has_ended(gone), 10, f"the end of {program}")  # type: ignore[misc]
            return
    raise AssertionError(f"no {program} on this desktop")


def has_ended(process: Path) -> bool:
    """Whether a process is gone, or a zombie."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.promise("tray host restarting")
@pytest.mark.parametrize("here", ["lxqt", "tint2"], indirect=True)
def test_the_icon_comes_back_with_the_current_state(here: OnDesktop) -> None:
    desktop = here.desktop
    idle = desktop.picture(desktop.tray_icon())
    part = TRAYS[desktop.tray]
    assert part is not None
    argv = part.prepare(Path(desktop.env["XDG_CONFIG_HOME"]))
    kill(desktop, argv[0])
    here.app.done("start", str(WITH_HOST))
    here.zoom.act(WITH_HOST, "approve")
    here.app.wait_for_state("sharing")
    desktop.start("panel-again", argv)

    def green() -> bool:
        place = desktop.tray_change()
        return place is not None and greenish(desktop.picture(place)) > 50

    wait_for(green, 30, "the icon of sharing")
    assert greenish(idle) < 20


@pytest.mark.promise("D-Bus gone")
@pytest.mark.parametrize("here", ["lxqt"], indirect=True)
def test_without_its_message_bus_the_program_goes_on(here: OnDesktop) -> None:
    here.app.done("start", str(WITH_HOST))
    here.zoom.act(WITH_HOST, "approve")
    here.app.wait_for_state("sharing")
    kill(here.desktop, "dbus-daemon")
    here.zoom.act(WITH_HOST, "host_stops")
    here.app.wait_for_state("stopped")
    here.app.done("resend")
    here.zoom.act(WITH_HOST, "approve")
    here.app.wait_for_state("sharing")
    here.app.done("run")  # shows the running program's window
    here.desktop.find_window("rtms-tray")
    here.app.done("quit")
    assert here.app.run_process.wait().code == 0
    assert "traceback" not in here.app.log()
