"""The steps of signing in as a person takes them: the tray's menu, then the browser."""

from tests.helpers.desktop_app import OnDesktop
from tests.helpers.devtools import Browser, Page

CONSENT = "Allow this app?"
SIGN_IN_ROW = -2
"""“Sign in…” stands above “Quit”, the last entry of the menu."""


def choose_sign_in(here: OnDesktop) -> None:
    """Choose “Sign in…” in the tray's menu."""
    menu = here.mouse.open_menu("menu-signed-out")
    here.desktop.click(menu.box.centre[0], menu.rows[SIGN_IN_ROW])


def answer(here: OnDesktop, browser: Browser, choice: str, last: str) -> Page:
    """Click on a button of the consent page; wait for the last page, and hand it back."""
    page = browser.page(CONSENT)
    here.mouse.keep(f"consent-{choice.lower()}")  # at rest: it stays where it is
    here.desktop.click(*page.button(choice))
    page.says(last)
    here.mouse.keep(f"last-page-{choice.lower()}")
    return page
