"""A set-up link on a real desktop: opened like any link, agreed to by mouse, and nobody sees a client ID."""

import shlex
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rtms_tray.store.link_handler_freedesktop import register_freedesktop
from rtms_tray.store.profile import find_profile
from rtms_tray.store.settings import Settings
from rtms_tray.store.settings_file import load, set_value
from rtms_tray.store.setup_link import SetupLink, write_setup_link
from tests.helpers.by_mouse import READ_S, WHITE
from tests.helpers.desktop import Box, Desktop, Window, wait_for
from tests.helpers.desktop.waiting import steady_for
from tests.helpers.desktop_app import FROM_A_MENU, OnDesktop, on_desktop, visits

MakeDesktop = Callable[..., Desktop]
RELAY = "http://127.0.0.1:9/relay"
NAME = "Notes & more"
AGREE = (-90, -30)
"""From the window's lower right corner to its button, in pixels."""
BELOW_ITS_TEXT = 9


def link_of(here: OnDesktop, relay: str = RELAY) -> str:
    """Write the link that a vendor would hand out, if the simulated Zoom were everybody's."""
    ids = here.zoom.addresses
    setup = SetupLink(
        name=NAME,
        client_id=ids["client_id"],
        sign_in_client_id=ids["public_client_id"],
        relay=relay,
    )
    return write_setup_link(setup)


def lead_to_the_simulated_zoom(here: OnDesktop) -> None:
    file = find_profile("default", here.app.environ).settings_file
    set_value(file, "zoom.environment", "custom")
    for key in ("oauth_url", "api_url"):
        set_value(file, f"zoom.{key}", here.zoom.addresses[key])


def settings(here: OnDesktop) -> Settings:
    return load(find_profile("default", here.app.environ).settings_file)[0]


def asked(here: OnDesktop, name: str) -> Window:
    """Wait for the question, and keep a picture."""
    here.desktop.find_window("Set up your app")
    here.mouse.keep(name)
    return here.desktop.find_window("Set up your app")


def agree(here: OnDesktop, name: str = "consent") -> None:
    """Click on the button as soon as it can be clicked."""
    window = asked(here, name)
    box = window.box
    x, y = box.x + box.width + AGREE[0], box.y + box.height + AGREE[1]
    edge = Box(x, y + BELOW_ITS_TEXT, 1, 1)

    def look() -> bool:
        return here.desktop.picture(edge).colour(0, 0) == WHITE

    wait_for(look, 10, "the button")
    wait_for(steady_for(look, READ_S), 10, "the button to come to rest")
    here.desktop.click(x, y)
    here.mouse.closed(window)


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
        desktop.start("gio-first", ["gio", "open", link_of(here)])
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


def program_of(here: OnDesktop) -> Path:
    """Make the program as an installation has it: a file to be started, in this test's profile."""
    program = here.desktop.folder / "installed" / "rtms-tray"
    program.parent.mkdir()
    variables = shlex.join(f"{name}={value}" for name, value in here.app.environ.items())
    python = shlex.quote(sys.executable)
    program.write_text(f'#!/bin/sh\nexec env {variables} {python} -m rtms_tray "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


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
        desktop.type(link_of(here))
        desktop.key("Return")
        agree(here)
        here.mouse.closed(wizard)
        sign_in(here, opened)
