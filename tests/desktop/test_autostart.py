"""Starting at log-in on a real desktop: switched on by mouse, started by a session, hidden, switched off."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rtms_tray.control.address import TcpAddress, UnixAddress, control_address
from rtms_tray.control.client import call
from rtms_tray.store.link_handler import program_beside
from rtms_tray.store.profile import HOME_VARIABLE, find_profile
from rtms_tray.support.command_types import Command, Exit
from tests.helpers.by_mouse import ICON
from tests.helpers.desktop import Desktop, Window, wait_for
from tests.helpers.desktop_app import IDLE, OnDesktop, on_desktop, ready
from tests.helpers.settings_by_mouse import choose_section, click_value_beside

MakeDesktop = Callable[..., Desktop]


@pytest.fixture
def desktop(make_desktop: MakeDesktop, monkeypatch: pytest.MonkeyPatch) -> Desktop:
    """A desktop on which the program is installed; this process finds the same folders."""
    if shutil.which("lxqt-session") is None or program_beside(sys.executable, "linux") is None:
        pytest.skip("there is no session that starts programs, or the program is not installed")
    desktop = make_desktop(tray="tint2", size=(1024, 900))
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, desktop.env[name])
    return desktop


def test_the_session_starts_it_with_its_icon_alone(desktop: Desktop, artefacts: Path) -> None:
    entry = Path(desktop.env["XDG_CONFIG_HOME"]) / "autostart" / "rtms-tray.desktop"
    with on_desktop(desktop, artefacts) as here:
        del here.app.environ[HOME_VARIABLE]
        ready(here)
        settings = open_automation(here)
        here.mouse.keep("off")
        click_value_beside(desktop, settings, left=True)
        wait_for(entry.is_file, 10, "the entry")
        here.mouse.keep("on")
        here.app.done("quit")
        here.app.end()

        log_in(here)
        wait_for(lambda: call(address(), Command("status")).exit is Exit.DONE, 20, "the program")
        here.desktop.tray_icon()
        here.mouse.keep("logged-in")
        assert not [one.name for one in desktop.windows() if is_ours(one)]

        entry.write_text(entry.read_text() + "Hidden=true\n")  # as a desktop's own tool does
        answer = call(address(), Command("autostart"))
        assert answer.data == {"on": False, "available": True, "note": ""}
        settings = open_automation(here)
        here.mouse.keep("hidden-by-the-desktop")
        click_value_beside(desktop, settings, left=True)
        wait_for(lambda: "Hidden" not in entry.read_text(), 10, "the entry to be anew")
        click_value_beside(desktop, settings)
        wait_for(lambda: not entry.exists(), 10, "the entry to be gone")
        here.mouse.keep("off-again")
        here.app.done("quit")


def log_in(here: OnDesktop) -> None:
    """Start a desktop's session: it starts what is to be started, and here that is this program alone."""
    nothing = here.desktop.folder / "nothing"
    nothing.mkdir()
    configuration = Path(here.desktop.env["XDG_CONFIG_HOME"]) / "lxqt" / "session.conf"
    configuration.parent.mkdir(exist_ok=True)
    configuration.write_text("[General]\nwindow_manager=true\nleave_confirmation=false\n")
    environ = here.app.environ | {"XDG_CONFIG_DIRS": str(nothing)}
    variables = [f"{name}={value}" for name, value in environ.items()]
    here.desktop.start("session", ["env", *variables, "lxqt-session"])


def is_ours(window: Window) -> bool:
    """Whether it is one of the program's windows, and not its icon."""
    return window.kind == "rtms-tray" and window.box.width > ICON


def address() -> UnixAddress | TcpAddress:
    return control_address(find_profile())


def open_automation(here: OnDesktop) -> Window:
    """Open the settings by the menu, at their section about what is automatic."""
    menu = here.mouse.open_menu("menu")
    window = here.mouse.new_window(lambda: menu.choose("Settings…", IDLE))
    choose_section(here.desktop, window, "behaviour")
    return window
