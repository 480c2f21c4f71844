"""The settings by mouse: a section's name leads there, and what is clicked there is what `settings get` tells."""

from collections.abc import Callable
from pathlib import Path

from tests.desktop.test_tray_main_job import IDLE
from tests.helpers.by_mouse import PRIMARY, READ_S, differing, rows
from tests.helpers.desktop import Box, Desktop, Picture, Window, wait_for
from tests.helpers.desktop.waiting import steady, steady_for
from tests.helpers.desktop_app import OnDesktop, on_desktop, ready

MakeDesktop = Callable[..., Desktop]
LIST = Box(20, 20, 130, 220)
"""Where in the window the sections' names are."""
PAGE = 190
"""Where in the window the page begins, from its left."""
APPEARANCE = -6
"""From the last name: above the first one is the list's frame."""
NARROWEST = 20
BESIDE, BELOW = 30, 10
"""Pixels from the upper right corner of a value to the middle of the next one."""


def test_a_section_is_chosen_and_a_setting_changed(
    make_desktop: MakeDesktop, artefacts: Path
) -> None:
    with on_desktop(make_desktop(tray="tint2", size=(1024, 900)), artefacts) as here:
        ready(here)
        here.app.done("settings", "set", "appearance.theme", "light")
        menu = here.mouse.open_menu("menu")
        window = here.mouse.new_window(lambda: menu.choose("Settings…", IDLE))
        here.mouse.keep("settings")
        click_value_beside(here, window)  # of the first setting: off, instead of on
        wait_for(lambda: value(here, "notifications.enabled") == "false", 10, "the change")
        here.mouse.keep("changed")
        before = here.desktop.picture(page(window))
        names = list_of(here, window)
        here.desktop.click(*names[APPEARANCE])

        def look() -> Picture:
            return here.desktop.picture(page(window))

        wait_for(lambda: differing(before, look()) > 1000, 10, "another section")
        wait_for(steady(look, times=4), 10, "the page to come to rest")
        here.mouse.keep("appearance")
        click_value_beside(here, window)  # monochrome, instead of colour
        wait_for(lambda: value(here, "appearance.icons") == "monochrome", 10, "the change")


def list_of(here: OnDesktop, window: Window) -> list[tuple[int, int]]:
    """Where the sections' names are."""
    box = Box(window.box.x + LIST.x, window.box.y + LIST.y, LIST.width, LIST.height)
    return [(box.x + box.width // 2, box.y + y) for y in rows(here.desktop.picture(box))]


def page(window: Window) -> Box:
    """Where the page with the settings is."""
    box = window.box
    return Box(box.x + PAGE, box.y, box.width - PAGE, box.height)


def click_value_beside(here: OnDesktop, window: Window) -> None:
    """Click the value to the right of the topmost one that is marked, once it has stood there for a while."""
    place = page(window)

    def look() -> tuple[int, int] | None:
        picture = here.desktop.picture(place)
        inside = range(picture.width)
        for y in range(picture.height):
            marked = [x for x in inside if picture.colour(x, y) == PRIMARY]
            if len(marked) > NARROWEST:
                return place.x + marked[-1] + BESIDE, place.y + y + BELOW
        return None

    wait_for(look, 10, "a marked value")
    wait_for(steady_for(look, READ_S), 10, "the marked value to come to rest")
    here.desktop.click(*wait_for(look, 10, "a marked value"))


def value(here: OnDesktop, key: str) -> str:
    return here.app.done("settings", "get", key).strip()
