"""Signing in from the tray's menu: the system's browser opens, and its user says yes or no."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.helpers.desktop import Desktop, wait_for
from tests.helpers.desktop_app import OnDesktop, menu_labels, on_desktop
from tests.helpers.running import notices

MakeDesktop = Callable[..., Desktop]
SIGNED_OUT: Final = menu_labels("Not signed in", account="Sign in…")
SIGNING_IN: Final = (
    *menu_labels("Signing in", account="Copy address")[:-1],
    "Cancel sign-in",
    "Quit",
)


class Browser:
    """Stands in for the system's browser: it only notes the addresses that it is to open."""

    def __init__(self, desktop: Desktop, ends_with: int = 0) -> None:
        folder = desktop.folder / "browser"
        folder.mkdir()
        self._visits = folder / "visits"
        script = folder / "xdg-open"
        script.write_text(f'#!/bin/sh\necho "$1" >>"{self._visits}"\nexit {ends_with}\n')
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        desktop.env["PATH"] = f"{folder}:{desktop.env['PATH']}"

    def visits(self) -> list[str]:
        """All addresses that were opened, oldest first."""
        return self._visits.read_text().split() if self._visits.exists() else []

    def visit(self, number: int) -> str:
        """Wait for the so-manieth address, counted from 1."""
        wait_for(lambda: len(self.visits()) >= number, 10, "the browser to open")
        return self.visits()[number - 1]


def choose_sign_in(here: OnDesktop, name: str) -> None:
    """Sign in by the menu."""
    here.mouse.open_menu(name).choose("Sign in…", SIGNED_OUT)


def test_consent_refused_then_given(make_desktop: MakeDesktop, artefacts: Path) -> None:
    desktop = make_desktop(notify="dunst")
    browser = Browser(desktop)
    with on_desktop(desktop, artefacts) as here:
        here.zoom.set_up(here.app)
        here.app.run()
        choose_sign_in(here, "menu-signed-out")
        here.zoom.answer_consent(browser.visit(1), "Decline")
        here.app.wait_for_status(lambda status: "access_denied" in notices(status))
        here.mouse.keep("refused")

        choose_sign_in(here, "menu-after-refusal")
        assert "You are signed in" in here.zoom.answer_consent(browser.visit(2), "Allow")
        status = here.app.wait_for_status(lambda status: status["signed_in"])
        assert status["user"]["email"] == "olive.owner@example.com"
        here.app.wait_for_status(lambda status: notices(status) == {})
        here.mouse.icon_picture("signed-in")


def test_cancelled_from_the_menu(make_desktop: MakeDesktop, artefacts: Path) -> None:
    desktop = make_desktop(tray="tint2")
    browser = Browser(desktop)
    with on_desktop(desktop, artefacts) as here:
        here.zoom.set_up(here.app)
        here.app.run()
        choose_sign_in(here, "menu-signed-out")
        browser.visit(1)
        here.app.wait_for_status(lambda status: status["sign_in"] == "signing_in")
        here.mouse.open_menu("menu-signing-in").choose("Cancel sign-in", SIGNING_IN)
        status = here.app.wait_for_status(lambda status: status["sign_in"] == "signed_out")
        assert notices(status) == {}
        assert len(browser.visits()) == 1


def test_an_opener_without_a_browser_behind_it(make_desktop: MakeDesktop, artefacts: Path) -> None:
    desktop = make_desktop(notify="dunst")
    browser = Browser(desktop, ends_with=3)  # as xdg-open does where nothing is installed
    with on_desktop(desktop, artefacts) as here:
        here.zoom.set_up(here.app)
        here.app.run()
        choose_sign_in(here, "menu-signed-out")
        browser.visit(1)
        status = here.app.wait_for_status(lambda status: "no_browser" in notices(status))
        assert status["sign_in"] == "signed_out"
        here.mouse.keep("no-browser-behind-it")


def test_the_address_is_copied_for_a_browser_to_be_chosen(
    make_desktop: MakeDesktop, artefacts: Path
) -> None:
    desktop = make_desktop(tray="tint2")
    browser = Browser(desktop)
    with on_desktop(desktop, artefacts) as here:
        here.zoom.set_up(here.app)
        here.app.run()
        choose_sign_in(here, "menu-signed-out")
        address = browser.visit(1)
        here.app.wait_for_status(lambda status: status["sign_in"] == "signing_in")
        here.mouse.open_menu("menu-signing-in").choose("Copy address", SIGNING_IN)
        here.desktop.find_window("rtms-tray")
        here.mouse.keep("copied")
        assert "You are signed in" in here.zoom.answer_consent(address, "Allow")
        here.app.wait_for_status(lambda status: status["signed_in"])
