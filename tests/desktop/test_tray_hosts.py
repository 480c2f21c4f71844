"""A tray host that comes late, restarts, or goes for good: the icon, or the window, is there."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.by_mouse import EDGE_OF_BANNER, MUCH, PRIMARY, differing, greenish
from tests.helpers.desktop import Box, Desktop, Picture, TrayKind, Window, wait_for
from tests.helpers.desktop_app import IDLE, OnDesktop, on_desktop, ready
from tests.helpers.simulator_process import WITH_HOST

MakeDesktop = Callable[..., Desktop]
TRAYS: Final[list[TrayKind]] = ["lxqt", "tint2"]
"""One tray that takes icons over the bus (StatusNotifier), and one that takes windows (XEmbed)."""

TELLS: Final = PRIMARY
"""The colour of a banner that only tells something."""

MISSED_S: Final = 25
"""Longer than the two looks after which a tray counts as gone for good."""


@pytest.mark.parametrize("tray", TRAYS)
def test_a_late_tray(make_desktop: MakeDesktop, artefacts: Path, tray: TrayKind) -> None:
    desktop = make_desktop(tray=tray)
    desktop.end_tray()
    with on_desktop(desktop, artefacts) as here:
        ready(here)
        here.mouse.keep("no-tray")
        desktop.start_tray()
        here.mouse.icon_picture("idle")
        here.mouse.open_menu("menu").choose("Quit", IDLE)
        assert here.app.run_process.wait().code == 0


@pytest.mark.parametrize("tray", TRAYS)
def test_a_tray_that_restarts(make_desktop: MakeDesktop, artefacts: Path, tray: TrayKind) -> None:
    desktop = make_desktop(tray=tray, notify="dunst")
    with on_desktop(desktop, artefacts) as here:
        ready(here)
        here.app.done("start", str(WITH_HOST))
        here.app.wait_for_state("pending_approval")
        pending = here.mouse.icon_picture("pending")
        assert greenish(pending) < 20
        desktop.end_tray()
        here.mouse.keep("tray-ended")
        here.zoom.act(WITH_HOST, "approve")
        here.app.wait_for_state("sharing")
        desktop.start_tray()
        wait_for(lambda: greenish(icon_of(here)) > 50, 20, "the icon of what happened meanwhile")
        assert differing(here.mouse.icon_picture("sharing"), pending) > 20
        here.mouse.keep("tray-back")
        here.mouse.new_window(lambda: desktop.click(*here.mouse.icon.centre))
        desktop.find_window("Capturing")
        here.mouse.keep("clicked")


def test_an_icon_that_the_tray_throws_out_comes_back(
    make_desktop: MakeDesktop, artefacts: Path
) -> None:
    """tint2 does so when drawing the icon fails once; nobody tells the program."""
    desktop = make_desktop(tray="tint2-drawing")
    with on_desktop(desktop, artefacts) as here:
        ready(here)
        idle = here.mouse.icon_picture("idle")
        (window,) = windows_of(here)
        desktop.run(["xdotool", "windowunmap", window])  # the tray draws on what it last saw
        wait_for(lambda: windows_of(here) not in ([window], []), 25, "another icon")
        here.mouse.keep("back")
        wait_for(lambda: icon_of(here) == idle, 10, "the icon to be drawn")
        here.mouse.open_menu("menu").choose("Quit", IDLE)
        assert here.app.run_process.wait().code == 0


def windows_of(here: OnDesktop) -> list[str]:
    """Find the program's windows: nothing but its icon, as long as none is open."""
    number = str(here.app.run_process.pid)
    return here.desktop.run(["xdotool", "search", "--pid", number]).stdout.split()


def test_a_tray_that_goes_for_good(make_desktop: MakeDesktop, artefacts: Path) -> None:
    with ExitStack() as ends:  # both kinds at the same time: most of it is waiting
        here = [
            ends.enter_context(on_desktop(make_desktop(tray=tray), artefacts / tray))
            for tray in TRAYS
        ]
        for one in here:
            ready(one)
        idle = [one.mouse.icon_picture("idle") for one in here]
        for one in here:
            one.desktop.end_tray()
        windows = [opened_by_itself(one) for one in here]
        for one in here:
            one.desktop.start_tray()
        for one, window, icon in zip(here, windows, idle, strict=True):
            back_again(one, window, icon)


def opened_by_itself(here: OnDesktop) -> Window:
    """Wait for the window that says why there is no icon; closing it must leave a way back."""
    window = here.desktop.find_window("Ready", MISSED_S)
    wait_for(lambda: has_banner(here, window), 10, "the window to say why")
    here.mouse.keep("opened-by-itself")
    here.mouse.close(window)
    wait_for(lambda: state_of(here, window) == "Iconic", 5, "the window to be minimised")
    return window


def back_again(here: OnDesktop, window: Window, icon: Picture) -> None:
    """The icon is as it was, a click brings the window back, and closing that hides it."""
    wait_for(lambda: icon_of(here) == icon, 20, "the icon as it was")
    here.desktop.click(*here.mouse.icon.centre)
    here.desktop.find_window("Ready")
    here.mouse.keep("back")
    assert not has_banner(here, window)
    here.mouse.close(window)
    wait_for(lambda: state_of(here, window) == "Withdrawn", 5, "the window to be gone")


def has_banner(here: OnDesktop, window: Window) -> bool:
    """Whether the window has a banner that only tells something, by its coloured edge."""
    box = window.box
    edge = here.desktop.picture(Box(box.x + EDGE_OF_BANNER, box.y, 1, box.height))
    return edge.colours().get(TELLS, 0) > MUCH


def icon_of(here: OnDesktop) -> Picture:
    """How the icon's place looks now."""
    return here.desktop.picture(here.mouse.icon)


def state_of(here: OnDesktop, window: Window) -> str:
    """How a window is: Normal, Iconic (minimised) or Withdrawn (ICCCM 4.1.3.1: WM_STATE)."""
    said = here.desktop.run(["xprop", "-id", str(window.number), "WM_STATE"]).stdout
    return said.partition("window state: ")[2].partition("\n")[0] or "Withdrawn"
