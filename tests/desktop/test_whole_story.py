"""The whole story, by mouse: sign in, start, the host agrees, switches off, and agrees again."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.browser import DefaultBrowser, default_browser
from tests.helpers.by_mouse import greenish, reddish
from tests.helpers.desktop import Desktop, TrayKind, Window, wait_for
from tests.helpers.desktop_app import OnDesktop, answer, choose_sign_in, on_desktop
from tests.helpers.popups import wait_for_buttons
from tests.helpers.simulator_process import WITH_HOST

MakeDesktop = Callable[..., Desktop]
CLIPBOARD: Final = [sys.executable, str(Path(__file__).with_name("clipboard.py"))]
FROM_CLIPBOARD_ROW: Final = 1
"""“Start from copied link” comes first after the headline."""
RESEND, BUTTONS = 0, 3
"""“Resend request” comes first; besides it the message for the host, and one that Xfce draws itself."""


@contextmanager
def story(
    make_desktop: MakeDesktop, artefacts: Path, tray: TrayKind
) -> Iterator[tuple[OnDesktop, DefaultBrowser]]:
    """Set the stage: the program runs, set up and signed out, with a browser at hand."""
    desktop = make_desktop(tray=tray, notify="xfce", size=(1280, 900))
    with on_desktop(desktop, artefacts) as here, default_browser(desktop) as browser:
        here.zoom.set_up(here.app)
        here.app.run()
        yield here, browser


@pytest.mark.parametrize("tray", ["lxqt", "tint2"])
def test_from_the_tray(make_desktop: MakeDesktop, artefacts: Path, tray: TrayKind) -> None:
    with story(make_desktop, artefacts, tray) as (here, browser):
        signed_out = here.mouse.icon_picture("signed-out")
        choose_sign_in(here)
        signed_in(here, browser)
        idle = here.mouse.icon_picture("signed-in", (signed_out,))

        copied = here.desktop.start("clipboard", [*CLIPBOARD, f"https://zoom.us/j/{WITH_HOST}"])
        wait_for(lambda: "held" in copied.output, 10, "the clipboard")
        menu = here.mouse.open_menu("menu-signed-in")
        here.desktop.click(menu.box.centre[0], menu.rows[FROM_CLIPBOARD_ROW])
        asked = here.app.wait_for_state("pending_approval")
        assert asked["meeting_id"] == str(WITH_HOST)
        pending = here.mouse.icon_picture("asked", (idle,))

        here.zoom.act(WITH_HOST, "approve")
        here.app.wait_for_state("sharing")
        sharing = here.mouse.icon_picture("sharing", (pending,))
        assert greenish(sharing) > 50
        here.mouse.keep("sharing")

        switched_off_and_resent(here)
        here.zoom.act(WITH_HOST, "approve")
        here.app.wait_for_state("sharing")
        again = here.mouse.icon_picture("sharing-again", (pending,))
        assert (greenish(again) > 50, reddish(again)) == (True, 0)
        here.mouse.keep("sharing-again")


def test_without_a_tray(make_desktop: MakeDesktop, artefacts: Path) -> None:
    with story(make_desktop, artefacts, "none") as (here, browser):
        window = here.desktop.find_window("Not signed in", 20)
        here.mouse.keep("opened-by-itself")
        here.desktop.click(*here.mouse.primary_button(window))
        signed_in(here, browser)
        window = here.desktop.find_window("Ready")
        here.mouse.keep("signed-in")
        start_in_the_window(here, window)

        here.zoom.act(WITH_HOST, "approve")
        here.desktop.find_window("Capturing")
        here.mouse.keep("sharing")
        switched_off_and_resent(here)
        here.zoom.act(WITH_HOST, "approve")
        here.desktop.find_window("Capturing")
        here.mouse.keep("sharing-again")


def signed_in(here: OnDesktop, browser: DefaultBrowser) -> None:
    """Allow it in the browser, and close that."""
    answer(here, browser, "Allow", "You are signed in")
    here.app.wait_for_status(lambda status: status["signed_in"] and status["feed"]["connected"])
    browser.end()


def start_in_the_window(here: OnDesktop, window: Window) -> None:
    """Type the meeting's number, and click on the button beside it."""
    entry, button = here.mouse.start_row(window)
    here.desktop.click(*entry)
    here.desktop.type(str(WITH_HOST))
    here.desktop.click(*button)
    here.app.wait_for_state("pending_approval")
    here.mouse.keep("asked")


def switched_off_and_resent(here: OnDesktop) -> None:
    """The host switches sharing off, and the notification's button asks for it again."""
    before = len(here.zoom.requests())
    here.zoom.act(WITH_HOST, "sharing_off")
    here.app.wait_for_state("stopped")
    places = wait_for_buttons(here.desktop, BUTTONS)
    here.mouse.keep("stopped")
    here.desktop.click(*places[RESEND])
    here.app.wait_for_state("pending_approval")
    assert len(here.zoom.requests()) == before + 1
    here.mouse.keep("asked-again")
