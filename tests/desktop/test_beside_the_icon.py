"""A click on the icon opens the window beside it, the next click takes it away, and so does Esc."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.desktop import Desktop, TrayKind, Window, wait_for
from tests.helpers.desktop.waiting import steady
from tests.helpers.desktop_app import OnDesktop, on_desktop, ready

MakeDesktop = Callable[..., Desktop]
NEAR = 60
"""Pixels between window and icon, at most."""


@pytest.mark.parametrize("tray", ["lxqt", "tint2"])
def test_a_glance_by_mouse(make_desktop: MakeDesktop, artefacts: Path, tray: TrayKind) -> None:
    desktop = make_desktop(tray=tray)
    with on_desktop(desktop, artefacts) as here:
        ready(here)
        window = clicked(here, "opened")
        stands_at_the_icon(here, window)
        click(here)
        here.mouse.closed(window)
        window = clicked(here, "again")
        stands_at_the_icon(here, window)
        desktop.key("Escape")
        here.mouse.closed(window)


def click(here: OnDesktop) -> None:
    here.desktop.click(*here.mouse.icon.centre)


def clicked(here: OnDesktop, name: str) -> Window:
    """Click on the icon, and wait for the window to have the keyboard: the user asked for it."""
    click(here)
    window = here.desktop.find_window("Ready – rtms-tray")
    wait_for(lambda: here.desktop.has_focus(window), 10, "the window to have the keyboard")
    here.mouse.keep(name)
    return window


def stands_at_the_icon(here: OnDesktop, window: Window) -> None:
    def box() -> tuple[int, int, int, int]:
        now = here.desktop.find_window(window.name).box
        return now.x, now.y, now.width, now.height

    wait_for(steady(box, times=4), 10, "the window to come to rest")
    x, y, width, height = box()
    icon_x, icon_y = here.mouse.icon.centre
    assert x - NEAR <= icon_x <= x + width + NEAR
    assert min(abs(icon_y - y), abs(icon_y - y - height)) <= NEAR
    assert x >= 0
    assert y >= 0
    assert x + width <= here.desktop.size[0]
    assert y + height <= here.desktop.size[1]
