"""From a vendor's link to “Capturing”: by mouse, on a fresh profile, over a real relay, and nobody sees a client ID."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from rtms_tray.store.profile import find_profile
from rtms_tray.store.settings_file import load
from tests.helpers.browser import default_browser
from tests.helpers.desktop import Desktop, wait_for
from tests.helpers.desktop_app import FROM_A_MENU, OnDesktop, answer, on_desktop
from tests.helpers.nats_servers import PROGRAM
from tests.helpers.running import Process
from tests.helpers.setup_links import agree, lead_to_the_simulated_zoom, link_of
from tests.helpers.simulator_process import WITH_HOST

MakeDesktop = Callable[..., Desktop]

pytestmark = [
    pytest.mark.skipif(shutil.which(PROGRAM) is None, reason="There is no nats-server here."),
    pytest.mark.skipif(
        not (find_spec("nats") and find_spec("jwt")), reason="The extra “relay” is not installed."
    ),
]


@contextmanager
def relay_of(here: OnDesktop) -> Iterator[str]:
    """Run the vendor's relay, to which the simulated Zoom sends its webhooks; gives its address."""
    ids = here.zoom.addresses
    environ = {
        **here.desktop.env,
        "RTMS_RELAY_PUBLIC_URL": "http://127.0.0.1:0",
        "RTMS_RELAY_PORT": "0",
        "RTMS_RELAY_CLIENT_IDS": f"{ids['client_id']},{ids['public_client_id']}",
        "RTMS_RELAY_WEBHOOK_SECRETS": ids["webhook_secret"],
        "RTMS_RELAY_ZOOM_API_URL": ids["api_url"],
        "RTMS_RELAY_DATA_FOLDER": str(here.desktop.folder / "relay"),
        "RTMS_RELAY_NATS_SERVER": PROGRAM,
        "RTMS_RELAY_HEARTBEAT_S": "1",
    }
    relay = Process(("relay",), environ)
    try:
        url = str(json.loads(relay.line())["relay_url"])
        here.zoom.change("settings", access_tokens="jwt", webhook_url=f"{url}/zoom/webhook")
        yield url
    finally:
        relay.end()


def test_a_link_ends_in_capturing(make_desktop: MakeDesktop, artefacts: Path) -> None:
    """Paste the link on the first page, agree, allow it in the browser, start: all by mouse and keyboard."""
    desktop = make_desktop(tray="tint2", notify="dunst", size=(1280, 900))
    with (
        on_desktop(desktop, artefacts) as here,
        default_browser(desktop) as browser,
        relay_of(here) as relay,
    ):
        lead_to_the_simulated_zoom(here)
        here.app.environ |= FROM_A_MENU
        here.app.run()
        wizard = desktop.find_window("Set up – rtms-tray")
        wait_for(lambda: desktop.has_focus(wizard), 10, "the set-up to have the keyboard")
        desktop.type(link_of(here, relay))
        desktop.key("Return")
        agree(here)
        here.mouse.closed(wizard)

        answer(here, browser, "Allow", "You are signed in")
        here.app.wait_for_status(lambda status: status["feed"]["connected"])
        browser.end()
        window = desktop.find_window("Ready")
        here.mouse.keep("watching")

        entry, button = here.mouse.start_row(window)
        desktop.click(*entry)
        desktop.type(str(WITH_HOST))
        desktop.click(*button)
        here.app.wait_for_state("pending_approval")
        here.zoom.act(WITH_HOST, "approve")
        desktop.find_window("Capturing")
        here.mouse.keep("capturing")
        status = here.app.wait_for_status(lambda status: status["sessions"])
        assert (status["feed"]["kind"], status["overall_verified"]) == ("relay", True)
        settings = load(find_profile("default", here.app.environ).settings_file)[0]
        assert settings.feed.url == relay
        assert not (here.desktop.folder / "keyring.json").read_text().count("client_secret")
