"""Signing in with a real browser, by mouse from the tray's menu to the last page."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rtms_tray.support.texts import text
from tests.helpers.browser import default_browser, without_browser
from tests.helpers.desktop import Desktop, TrayKind
from tests.helpers.desktop_app import answer, choose_sign_in, on_desktop
from tests.helpers.running import notices

MakeDesktop = Callable[..., Desktop]
SCREEN = (1280, 900)


@pytest.mark.parametrize("tray", ["lxqt", "tint2"])
def test_declined_and_then_allowed(
    make_desktop: MakeDesktop, artefacts: Path, tray: TrayKind
) -> None:
    desktop = make_desktop(tray=tray, notify="dunst", size=SCREEN)
    with on_desktop(desktop, artefacts) as here, default_browser(desktop) as browser:
        here.zoom.set_up(here.app)
        here.app.run()
        choose_sign_in(here)
        page = answer(here, browser, "Decline", "Not signed in")
        assert text("zoom_errors.access_denied.text") in page.text
        assert page.left_behind() == [""]
        notice = here.app.wait_for_status(lambda status: "access_denied" in notices(status))
        assert notices(notice)["access_denied"]["title"] == "Not signed in"
        here.app.done("run")
        here.desktop.find_window("rtms-tray")
        here.mouse.keep("declined-in-the-window")

        choose_sign_in(here)
        page = answer(here, browser, "Allow", "You are signed in")
        assert page.address.endswith("/callback/done")
        assert page.left_behind() == [""], "neither code nor state stays behind"
        status = here.app.wait_for_status(lambda status: status["signed_in"])
        assert status["user"]["email"] == "olive.owner@example.com"
        browser.end()
        here.app.wait_for_status(lambda status: notices(status) == {})
        here.mouse.keep("signed-in")


def test_without_a_browser_it_says_so(make_desktop: MakeDesktop, artefacts: Path) -> None:
    desktop = make_desktop(notify="dunst", size=SCREEN)
    with on_desktop(desktop, artefacts) as here:
        here.zoom.set_up(here.app)
        here.app.environ["PATH"] = without_browser(desktop)
        here.app.run()
        choose_sign_in(here)
        status = here.app.wait_for_status(lambda status: "no_browser" in notices(status))
        assert status["signed_in"] is False
        here.mouse.keep("no-browser")
        here.app.done("run")
        here.desktop.find_window("rtms-tray")
        here.mouse.keep("no-browser-in-the-window")
