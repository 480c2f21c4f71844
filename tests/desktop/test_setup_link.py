"""A set-up link on a real desktop: opened like any link, agreed to by mouse, and nobody sees a client ID."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rtms_tray.store.link_handler_freedesktop import register_freedesktop
from rtms_tray.store.profile import find_profile
from rtms_tray.store.settings import Settings
from rtms_tray.store.settings_file import load
from tests.helpers.desktop import Desktop, wait_for
from tests.helpers.desktop_app import FROM_A_MENU, OnDesktop, on_desktop, program_of, visits
from tests.helpers.setup_links import NAME, agree, asked, lead_to_the_simulated_zoom, link_of

MakeDesktop = Callable[..., Desktop]
RELAY = "http://127.0.0.1:9/relay"


def settings(here: OnDesktop) -> Settings:
    return load(find_profile("default", here.app.environ).settings_file)[0]


def sign_in(here: OnDesktop, opened: Callable[[], list[str]]) -> None:
    """Allow it on the page that the browser is given, and see that all is set up but the relay."""
    wait_for(opened, 10, "the browser to open")
    here.desktop.find_window("Signing in")
    here.mouse.keep("signing-in")
    here.zoom.answer_consent(opened()[-1], "Allow")
    here.app.wait_for_status(lambda status: status["signed_in"])
    here.desktop.find_window("Ready")
    here.mouse.keep("signed-in")
    assert (settings(here).app.name, settings(here).feed.url) == (NAME, RELAY)


@pytest.mark.promise("nothing is set up before a person agrees")
def test_a_link_leads_to_the_sign_in(make_desktop: MakeDesktop, artefacts: Path) -> None:
    """As the desktop opens it: the program does not run yet. Then the same app comes from another host."""
    for tool in ("update-desktop-database", "gio"):
        if shutil.which(tool) is None:
            pytest.skip(f"there is no {tool}")
    desktop = make_desktop(tray="tint2", notify="dunst", size=(1280, 900))
    opened = visits(desktop)
    with on_desktop(desktop, artefacts) as here:
        lead_to_the_simulated_zoom(here)
        register_freedesktop(program_of(here), desktop.env)
        desktop.start("gio-first", ["gio", "open", link_of(here, RELAY)])
        asked(here, "asked")
        assert settings(here).app.client_id == ""
        agree(here)
        sign_in(here, opened)

        other = link_of(here, "http://127.0.0.1:10/relay")
        desktop.start("gio-second", ["gio", "open", other])
        window = asked(here, "another-host")
        wait_for(lambda: desktop.has_focus(window), 10, "the question to have the keyboard")
        desktop.key("Return", "space")
        desktop.key("Escape")
        here.mouse.closed(window)
        assert settings(here).feed.url == RELAY
        here.app.done("quit")


def test_a_link_is_pasted_on_the_first_page(make_desktop: MakeDesktop, artefacts: Path) -> None:
    desktop = make_desktop(tray="tint2", notify="dunst", size=(1280, 900))
    opened = visits(desktop)
    with on_desktop(desktop, artefacts) as here:
        lead_to_the_simulated_zoom(here)
        here.app.environ |= FROM_A_MENU
        here.app.run()
        wizard = desktop.find_window("Set up – rtms-tray")
        wait_for(lambda: desktop.has_focus(wizard), 10, "the set-up to have the keyboard")
        desktop.type("https://example.com")
        desktop.key("Return")
        here.mouse.keep("no-link")
        desktop.key("ctrl+a")
        desktop.type(link_of(here, RELAY))
        desktop.key("Return")
        agree(here)
        here.mouse.closed(wizard)
        sign_in(here, opened)
