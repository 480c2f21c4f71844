"""A set-up link on a real desktop: opened like any link, agreed to by mouse, and nobody sees a client ID."""

from collections.abc import Callable
from pathlib import Path

from rtms_tray.store.profile import find_profile
from rtms_tray.store.settings_file import set_value
from rtms_tray.store.setup_link import SetupLink, write_setup_link
from tests.helpers.by_mouse import WHITE
from tests.helpers.desktop import Box, Desktop, wait_for
from tests.helpers.desktop_app import OnDesktop, on_desktop, visits

MakeDesktop = Callable[..., Desktop]
RELAY = "http://127.0.0.1:9/relay"
NAME = "Notes & more"
BELOW_ITS_TEXT = 9
AGREE = (-90, -30)
"""From the window's lower right corner to its button, in pixels."""


def link_of(here: OnDesktop, relay: str = RELAY) -> str:
    """Write the link that a vendor would hand out, if the simulated Zoom were everybody's."""
    ids = here.zoom.addresses
    return write_setup_link(
        SetupLink(
            name=NAME,
            client_id=ids["client_id"],
            sign_in_client_id=ids["public_client_id"],
            relay=relay,
        )
    )


def lead_to_the_simulated_zoom(here: OnDesktop) -> None:
    file = find_profile("default", here.app.environ).settings_file
    set_value(file, "zoom.environment", "custom")
    for key in ("oauth_url", "api_url"):
        set_value(file, f"zoom.{key}", here.zoom.addresses[key])


def agree(here: OnDesktop, name: str = "consent") -> None:
    """Click on the button as soon as it can be clicked."""
    window = here.desktop.find_window("Set up your app")
    here.mouse.keep(name)
    box = here.desktop.find_window("Set up your app").box
    x, y = box.x + box.width + AGREE[0], box.y + box.height + AGREE[1]
    edge = Box(x, y + BELOW_ITS_TEXT, 1, 1)
    wait_for(lambda: here.desktop.picture(edge).colour(0, 0) == WHITE, 10, "the button")
    here.desktop.click(x, y)
    here.mouse.closed(window)


def test_a_link_leads_to_the_sign_in(make_desktop: MakeDesktop, artefacts: Path) -> None:
    desktop = make_desktop(tray="tint2", notify="dunst", size=(1280, 900))
    opened = visits(desktop)
    with on_desktop(desktop, artefacts) as here:
        lead_to_the_simulated_zoom(here)
        here.app.run("setup", "--", link_of(here))
        agree(here)
        wait_for(opened, 10, "the browser to open")
        desktop.find_window("Signing in")
        here.mouse.keep("signing-in")
        here.zoom.answer_consent(opened()[-1], "Allow")
        here.app.wait_for_status(lambda status: status["signed_in"])
        here.mouse.keep("signed-in")
