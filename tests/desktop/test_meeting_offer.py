"""In a meeting that nothing captures: the offer to start, in a notification, in the menu, and in the window."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import tests.helpers
from tests.helpers.desktop import Desktop, wait_for
from tests.helpers.desktop_app import OnDesktop, menu_labels, on_desktop, ready
from tests.helpers.popups import popups, wait_for_buttons
from tests.helpers.simulator_process import WITH_HOST

MakeDesktop = Callable[..., Desktop]
ZOOM: Final = [sys.executable, str(Path(tests.helpers.__path__[0], "zoom_client_window.py"))]
OFFERED_S: Final = 30
OFFERED: Final = menu_labels("Not capturing", "Start in the meeting I'm in…", account="Sign out")


def test_by_the_clients_window(make_desktop: MakeDesktop, artefacts: Path) -> None:
    with on_desktop(make_desktop(tray="lxqt", notify="xfce"), artefacts) as here:
        ready(here)
        here.app.done("settings", "set", "behaviour.offer_start", "true")
        zoom = here.desktop.start("zoom", [*ZOOM, "Meeting"])
        ((x, y), _open) = wait_for_buttons_of_the_offer(here)
        here.mouse.keep("offered")
        here.desktop.click(x, y)
        dialog = here.desktop.find_window("^Start in a meeting")
        wait_for(lambda: here.desktop.has_focus(dialog), 10, "the dialog to have the keyboard")
        here.desktop.type(str(WITH_HOST))
        here.mouse.keep("which-meeting")
        here.desktop.key("Return")
        session = here.app.wait_for_state("pending_approval")
        assert session["meeting_id"] == str(WITH_HOST)
        wait_for(lambda: not popups(here.desktop), 10, "the offer to be withdrawn")
        zoom.end()


def test_in_the_menu_and_the_window(make_desktop: MakeDesktop, artefacts: Path) -> None:
    with on_desktop(make_desktop(tray="lxqt"), artefacts) as here:
        ready(here)
        here.app.done("settings", "set", "behaviour.offer_start", "true")
        here.desktop.start("zoom", [*ZOOM, "Zoom Meeting"])
        status = here.app.wait_for_status(lambda status: status["offer"], OFFERED_S)
        assert status["offer"] == {"source": "none", "meeting": None}
        menu = here.mouse.open_menu("menu")
        menu.choose(OFFERED[1], OFFERED)
        dialog = here.desktop.find_window("^Start in a meeting")
        here.mouse.close(dialog)
        here.app.done("run")
        here.desktop.find_window("rtms-tray")
        here.mouse.keep("window")


def wait_for_buttons_of_the_offer(here: OnDesktop) -> list[tuple[int, int]]:
    """Wait for the notification with its buttons."""
    wait_for(lambda: popups(here.desktop), OFFERED_S, "the offer")
    return wait_for_buttons(here.desktop, 2)  # this daemon draws the one for the body, too
