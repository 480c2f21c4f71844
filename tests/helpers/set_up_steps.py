"""The guided set-up, step by step, by the keyboard."""

from functools import partial
from typing import Final

from rtms_tray.store.profile import find_profile
from rtms_tray.store.settings_file import set_value
from tests.helpers.by_mouse import READ_S
from tests.helpers.desktop import Box, wait_for
from tests.helpers.desktop.waiting import steady_for
from tests.helpers.desktop_app import OnDesktop

BUTTONS_PX: Final = 50


def lead_to_the_simulated_zoom(here: OnDesktop) -> None:
    """Set what only somebody with a Zoom of their own sets; the app is left to the set-up."""
    file = find_profile("default", here.app.environ).settings_file
    for key, value in {
        "zoom.environment": "custom",
        "zoom.oauth_url": here.zoom.addresses["oauth_url"],
        "zoom.api_url": here.zoom.addresses["api_url"],
        "feed.url": here.zoom.addresses["events_url"],
    }.items():
        set_value(file, key, value)


def at(here: OnDesktop, step: str, name: str) -> None:
    """Wait for a step of the set-up, and keep a picture."""
    window = here.desktop.find_window(f"Set up: {step}")
    box = window.box  # of its buttons alone: a cursor blinks
    buttons = Box(box.x, box.y + box.height - BUTTONS_PX, box.width, BUTTONS_PX)
    look = partial(here.desktop.picture, buttons)
    wait_for(steady_for(look, READ_S), 10, "the step to be read")
    here.mouse.keep(name)


def set_up_by_keys(here: OnDesktop) -> None:
    """Go from the first page to the browser that is about to open, without the mouse."""
    here.desktop.key("Tab", "Tab", "Tab", "Tab", "Return")
    at(here, "Zoom app", "app")
    here.desktop.type(here.zoom.addresses["client_id"])
    here.desktop.key("Tab")
    here.desktop.type(here.zoom.addresses["public_client_id"])
    here.desktop.key("Return")
    at(here, "Events", "events")
    here.desktop.key("Tab")
    here.desktop.type(here.zoom.addresses["subscription_id"])
    here.desktop.key("Tab")
    here.desktop.type(here.zoom.addresses["client_secret"])
    here.mouse.keep("events-filled")
    here.desktop.key("Return", "shift+Tab", "Return")
    at(here, "Sign in", "sign-in")
    here.desktop.key("Return")
