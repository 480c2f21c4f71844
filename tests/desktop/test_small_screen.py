"""On a small screen, everything twice as large: no menu within the tray's menu leaves the screen."""

from collections.abc import Callable, Sequence
from pathlib import Path

from tests.helpers.by_mouse import OpenMenu
from tests.helpers.desktop import Desktop
from tests.helpers.desktop_app import IDLE, MY_MEETINGS, OnDesktop, on_desktop, ready

MakeDesktop = Callable[..., Desktop]
INSIDE = {
    MY_MEETINGS: ("Weekly review", "Customer call", "Planning"),
    "Mute notifications": ("30 minutes", "1 hour", "Until the meeting ends", "Unmute"),
    "Help and diagnostics": ("Help", "Set up", "Diagnostics", "Event inspector", "Log"),
}
SIZE = (1024, 600)


def test_menus_stay_on_the_screen(make_desktop: MakeDesktop, artefacts: Path) -> None:
    desktop = make_desktop(tray="tint2", size=SIZE)  # there the program draws its menus itself
    desktop.env["QT_SCALE_FACTOR"] = "2"
    with on_desktop(desktop, artefacts) as here:
        ready(here)
        for label, entries in INSIDE.items():
            menu = here.mouse.open_menu("menu")
            assert_on_screen(menu)
            inner = open_inside(here, menu, label, IDLE)
            assert len(inner.rows) == len(entries), label
            assert_on_screen(inner)
            if label == MY_MEETINGS:
                assert_on_screen(open_inside(here, inner, "Planning", entries))
                here.desktop.key("Escape")
            here.desktop.key("Escape", "Escape")


def open_inside(here: OnDesktop, menu: OpenMenu, label: str, of: Sequence[str]) -> OpenMenu:
    return here.mouse.opened(lambda: menu.choose(label, of), label.split(maxsplit=1)[0])


def assert_on_screen(menu: OpenMenu) -> None:
    box, (width, height) = menu.box, SIZE
    assert box.x >= 0, box
    assert box.y >= 0, box
    assert box.x + box.width <= width, box
    assert box.y + box.height <= height, box
