"""A tray host that comes late, restarts, or goes for good: the icon, or the window, is there."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.by_mouse import differing, greenish
from tests.helpers.desktop import Desktop, TrayKind, Window, wait_for
from tests.helpers.desktop_app import OnDesktop, menu_labels, on_desktop, ready
from tests.helpers.zoom_process import WITH_HOST

MakeDesktop = Callable[..., Desktop]
TRAYS: Final[list[TrayKind]] = ["lxqt", "tint2"]
"""One tray that takes icons over the bus (StatusNotifier), and one that takes windows (XEmbed)."""

IDLE: Final = menu_labels("Nothing is watched", account="Sign out")
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
    desktop = make_desktop(tray=tray)
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
        back = lambda: desktop.picture(here.mouse.icon)  # noqa: E731 - FIX
        wait_for(lambda: greenish(back()) > 50, 20, "the icon of what happened meanwhile")
        assert differing(here.mouse.icon_picture("sharing"), pending) > 20
        assert not window_is_shown(here)
        here.desktop.click(*here.mouse.icon.centre)
        desktop.find_window("Sharing")
        here.mouse.keep("clicked")


def test_a_tray_that_goes_for_good(make_desktop: MakeDesktop, artefacts: Path) -> None:
    pass
