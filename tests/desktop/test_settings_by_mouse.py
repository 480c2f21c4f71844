"""The settings by mouse: a section's name leads there, and what is clicked there is what `settings get` tells."""

from collections.abc import Callable
from pathlib import Path

from tests.helpers.by_mouse import differing
from tests.helpers.desktop import Desktop, Picture, wait_for
from tests.helpers.desktop.waiting import steady
from tests.helpers.desktop_app import IDLE, OnDesktop, on_desktop, ready
from tests.helpers.settings_by_mouse import choose_section, click_value_beside, page

MakeDesktop = Callable[..., Desktop]


def test_a_section_is_chosen_and_a_setting_changed(
    make_desktop: MakeDesktop, artefacts: Path
) -> None:
    with on_desktop(make_desktop(tray="tint2", size=(1024, 900)), artefacts) as here:
        ready(here)
        here.app.done("settings", "set", "appearance.theme", "light")
        menu = here.mouse.open_menu("menu")
        window = here.mouse.new_window(lambda: menu.choose("Settings…", IDLE))
        here.mouse.keep("settings")
        click_value_beside(here.desktop, window)  # of the first setting: off, instead of on
        wait_for(lambda: value(here, "notifications.enabled") == "false", 10, "the change")
        here.mouse.keep("changed")
        before = here.desktop.picture(page(window))
        choose_section(here.desktop, window, "appearance")

        def look() -> Picture:
            return here.desktop.picture(page(window))

        wait_for(lambda: differing(before, look()) > 1000, 10, "another section")
        wait_for(steady(look, times=4), 10, "the page to come to rest")
        here.mouse.keep("appearance")
        click_value_beside(here.desktop, window)  # monochrome, instead of colour
        wait_for(lambda: value(here, "appearance.icons") == "monochrome", 10, "the change")


def value(here: OnDesktop, key: str) -> str:
    return here.app.done("settings", "get", key).strip()
