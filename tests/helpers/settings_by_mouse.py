"""The settings window by mouse: where its sections' names and the values of its page are."""

from rtms_tray.desktop.settings import settings_window
from tests.helpers.by_mouse import PRIMARY, READ_S, rows
from tests.helpers.desktop import Box, Desktop, Window, wait_for
from tests.helpers.desktop.waiting import steady_for

LIST = Box(20, 20, 130, 260)
"""Where in the window the sections' names are."""
PAGE = 190
"""Where in the window the page begins, from its left."""
NARROWEST = 20
TO_RIGHT, TO_LEFT, BELOW = 30, 25, 10
"""Pixels from an upper corner of a value to the middle of the next one."""


def choose_section(desktop: Desktop, window: Window, section: str) -> None:
    """Click on a section's name."""
    box = Box(window.box.x + LIST.x, window.box.y + LIST.y, LIST.width, LIST.height)
    order = settings_window._ORDER
    # From the last name: above the first one is the list's frame.
    line = rows(desktop.picture(box))[order.index(section) - len(order)]
    desktop.click(box.x + box.width // 2, box.y + line)


def page(window: Window) -> Box:
    """Where the page with the settings is."""
    box = window.box
    return Box(box.x + PAGE, box.y, box.width - PAGE, box.height)


def click_value_beside(desktop: Desktop, window: Window, *, left: bool = False) -> None:
    """Click the value beside the topmost one that is marked, once it has stood there for a while."""
    place = page(window)

    def look() -> tuple[int, int] | None:
        picture = desktop.picture(place)
        inside = range(picture.width)
        for y in range(picture.height):
            marked = [x for x in inside if picture.colour(x, y) == PRIMARY]
            if len(marked) > NARROWEST:
                x = marked[0] - TO_LEFT if left else marked[-1] + TO_RIGHT
                return place.x + x, place.y + y + BELOW
        return None

    wait_for(look, 10, "a marked value")
    wait_for(steady_for(look, READ_S), 10, "the marked value to come to rest")
    desktop.click(*wait_for(look, 10, "a marked value"))
