"""Set-up links on a desktop: what a vendor hands out, and the question that it leads to, answered by mouse."""

from typing import Final

from rtms_tray.store.profile import find_profile
from rtms_tray.store.settings_file import set_value
from rtms_tray.store.setup_link import SetupLink, write_setup_link
from tests.helpers.by_mouse import READ_S, WHITE, Mouse
from tests.helpers.desktop import Box, Window, wait_for
from tests.helpers.desktop.waiting import steady_for
from tests.helpers.desktop_app import OnDesktop

NAME: Final = "Notes & more"
AGREE: Final = (-90, -30)
"""From the window's lower right corner to its button, in pixels."""
BELOW_ITS_TEXT: Final = 9


def link_of(here: OnDesktop, relay: str) -> str:
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


def asked(here: OnDesktop, name: str) -> Window:
    """Wait for the question, and keep a picture."""
    return _asked(here.mouse, name)


def _asked(mouse: Mouse, name: str) -> Window:
    mouse.desktop.find_window("Set up your app")
    mouse.keep(name)
    return mouse.desktop.find_window("Set up your app")


def agree(here: OnDesktop, name: str = "consent") -> None:
    """Click on the button as soon as it can be clicked."""
    agree_by_mouse(here.mouse, name)


def agree_by_mouse(mouse: Mouse, name: str = "consent") -> None:
    """Do so without any of the rest that a test plays with."""
    window = _asked(mouse, name)
    box = window.box
    x, y = box.x + box.width + AGREE[0], box.y + box.height + AGREE[1]
    edge = Box(x, y + BELOW_ITS_TEXT, 1, 1)

    def look() -> bool:
        return mouse.desktop.picture(edge).colour(0, 0) == WHITE

    wait_for(look, 10, "the button")
    wait_for(steady_for(look, READ_S), 10, "the button to come to rest")
    mouse.desktop.click(x, y)
    mouse.closed(window)
