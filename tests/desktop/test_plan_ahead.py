"""A meeting to come is planned by mouse, in the sub-menu of one's own meetings, and shown in the window."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.desktop import Desktop, TrayKind
from tests.helpers.desktop_app import IDLE, MY_MEETINGS, OnDesktop, on_desktop, ready

MakeDesktop = Callable[..., Desktop]
MEETINGS: Final = ("Weekly review", "Customer call", "Planning")
PLANNING: Final = "98712345672"
SWITCH: Final = ("Start automatically when it begins", "Start now")


@pytest.mark.parametrize("tray", ["lxqt", "tint2"])
def test_planned_and_given_up_again(
    make_desktop: MakeDesktop, artefacts: Path, tray: TrayKind
) -> None:
    with on_desktop(make_desktop(tray=tray), artefacts) as here:
        ready(here)
        choose(here)
        status = here.app.wait_for_status(lambda status: status["armed"] != [])
        assert [one["meeting_id"] for one in status["armed"]] == [PLANNING]
        assert status["armed"][0]["starts_at"] is not None
        here.app.done("run")
        here.desktop.find_window("rtms-tray")
        here.mouse.keep("planned-in-the-window")
        choose(here)  # it is on, and goes off
        here.app.wait_for_status(lambda status: status["armed"] == [])


def choose(here: OnDesktop) -> None:
    """Use the switch of the meeting that begins later, in the menu within the menu."""
    menu = here.mouse.open_menu("menu")
    meetings = here.mouse.opened(lambda: menu.choose(MY_MEETINGS, IDLE), "meetings")
    inner = here.mouse.opened(lambda: meetings.choose("Planning", MEETINGS), "planning")
    inner.choose(SWITCH[0], SWITCH)
