"""Two apps on one computer: each has an icon and a window of its own, and one leads to the other."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from rtms_tray.control.address import control_address
from rtms_tray.control.client import call
from rtms_tray.store.profile import find_profile
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Command, Exit
from tests.helpers.desktop import Desktop, wait_for
from tests.helpers.desktop_app import IDLE, OnDesktop, on_desktop, ready

MakeDesktop = Callable[..., Desktop]
APPS: Final = "Apps and accounts"
SECOND: Final = "minutes"
BOTH: Final = ("Notes & more", "Minutes")
MENU: Final = tuple(
    label for entry in IDLE for label in ((entry, APPS) if "Mute" in entry else (entry,))
)
SWITCH: Final = (-45, 27)
"""From the window's upper right corner to its button, in pixels."""


def test_a_switch_leads_to_the_other_app_and_back(
    make_desktop: MakeDesktop, artefacts: Path
) -> None:
    desktop = make_desktop(tray="lxqt", notify="xfce4", size=(1280, 900))
    with on_desktop(desktop, artefacts) as here:
        ready(here)
        set_up_a_second(here)
        try:
            menu = here.mouse.open_menu("menu")
            apps = here.mouse.opened(lambda: menu.choose(APPS, MENU), "apps")
            apps.choose("Minutes", BOTH)
            other = desktop.find_window("Not signed in – rtms-tray")
            here.mouse.keep("the-other-app")
            assert here.app.status()["feed"]["connected"]

            x, y = other.box.x + other.box.width + SWITCH[0], other.box.y + SWITCH[1]
            apps = here.mouse.opened(lambda: desktop.click(x, y), "apps-in-the-window")
            apps.choose("Notes & more", BOTH)
            desktop.find_window("Ready – rtms-tray")
            here.mouse.keep("back")
            assert desktop.is_shown(other)
        finally:
            end_the_second(here)
        assert here.app.status()["feed"]["connected"]


def set_up_a_second(here: OnDesktop) -> None:
    """Set a second app up, as its link does: in a profile of its own."""
    first, second = (find_profile(name, here.app.environ) for name in ("default", SECOND))
    set_value(first.settings_file, "app.name", BOTH[0])
    second.settings_folder.mkdir(parents=True, mode=0o700)
    second.settings_file.write_bytes(first.settings_file.read_bytes())
    set_value(second.settings_file, "app.client_id", "another")
    set_value(second.settings_file, "app.name", BOTH[1])


def end_the_second(here: OnDesktop) -> None:
    """End what the switch has started; only it knows that process."""
    address = control_address(find_profile(SECOND, here.app.environ), here.app.environ)
    call(address, Command("quit"))
    wait_for(
        lambda: call(address, Command("status")).exit is Exit.NOT_RUNNING, 10, "the second to end"
    )
