"""At rest, by mouse: what runs now and what is to come today are clicked in the window."""

from collections.abc import Callable
from pathlib import Path

from tests.helpers.by_mouse import READ_S
from tests.helpers.desktop import Box, Desktop, Window, wait_for
from tests.helpers.desktop.waiting import steady, steady_for
from tests.helpers.desktop_app import OnDesktop, at_noon, on_desktop, ready

MakeDesktop = Callable[..., Desktop]
WEEKLY, CUSTOMER, PLANNING = "98712345670", "98712345671", "98712345672"
BLUER = 60
"""How much more blue than red the words of such a button are."""


def test_the_window_at_rest_starts_and_plans(make_desktop: MakeDesktop, artefacts: Path) -> None:
    with on_desktop(make_desktop(tray="lxqt"), artefacts) as here:
        at_noon(here)
        ready(here)
        here.app.done("settings", "set", "appearance.theme", "light")
        here.app.done("settings", "set", "appearance.topics", "true")
        here.app.done("run")
        window = here.desktop.find_window("rtms-tray")
        wait_for_rows(here, window, 3)
        here.mouse.keep("at-rest")
        box = here.desktop.find_window("rtms-tray").box
        assert (box.width, box.height) <= (360, 240)
        _weekly, _customer, planning = rows(here, window)
        here.desktop.click(*planning)
        status = here.app.wait_for_status(lambda status: status["armed"] != [])
        assert [one["meeting_id"] for one in status["armed"]] == [PLANNING]
        wait_for_rows(here, window, 3)  # its switch is on
        here.mouse.keep("planned")
        weekly, _customer, planning = rows(here, window)
        here.desktop.click(*planning)
        here.app.wait_for_status(lambda status: status["armed"] == [])
        wait_for_rows(here, window, 3)
        weekly, _customer, _planning = rows(here, window)
        here.desktop.click(*weekly)
        status = here.app.wait_for_status(lambda status: status["sessions"] != [])
        assert [one["meeting_id"] for one in status["sessions"]] == [WEEKLY]
        assert "Weekly review" not in str(status)
        here.mouse.keep("asked")


def wait_for_rows(here: OnDesktop, window: Window, count: int) -> None:
    """Wait until so many meetings have stood there for as long as a press is taken for a mistake."""
    wait_for(lambda: len(rows(here, window)) == count, 10, f"{count} meetings")
    wait_for(steady_for(lambda: rows(here, window), READ_S), 10, "the meetings to come to rest")


def rows(here: OnDesktop, window: Window) -> list[tuple[int, int]]:
    """Where the buttons of the meetings are: the lines of blue words at the window's right."""
    box = steady_box(here, window)
    column = Box(box.x + box.width - 60, box.y, 50, box.height)
    picture = here.desktop.picture(column)
    blue = [
        y for y in range(picture.height)
        if any(is_blue(picture.colour(x, y)) for x in range(picture.width))
    ]  # fmt: skip
    lines: list[list[int]] = []
    for y in blue:
        if lines and y - lines[-1][-1] < 4:
            lines[-1].append(y)
        else:
            lines.append([y])
    return [(column.x + 20, column.y + line[len(line) // 2]) for line in lines]


def is_blue(colour: tuple[int, int, int]) -> bool:
    """Tell whether a pixel belongs to such words."""
    red, _green, blue = colour
    return blue > red + BLUER


def steady_box(here: OnDesktop, window: Window) -> Box:
    """Where the window is, once it has its size."""

    def look() -> Box:
        boxes = (one.box for one in here.desktop.windows() if one.number == window.number)
        return next(boxes, window.box)

    wait_for(steady(look, times=4), 10, "the window to come to rest")
    return look()
