"""`demo --relay` by mouse: two users click a link on their app's page, and each ends in “Capturing”."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from rtms_tray.demo.link_page import APP, Person
from rtms_tray.demo.relay_demo import NATS_SERVER, PEOPLE
from rtms_tray.support.texts import text
from tests.helpers.browser import default_browser
from tests.helpers.by_mouse import Mouse
from tests.helpers.desktop import Desktop
from tests.helpers.desktop_app import CONSENT
from tests.helpers.devtools import Browser
from tests.helpers.running import ROOT, App, Process
from tests.helpers.setup_links import agree_by_mouse

MakeDesktop = Callable[..., Desktop]
SCREEN = (1600, 1000)

pytestmark = [
    pytest.mark.skipif(shutil.which(NATS_SERVER) is None, reason="There is no nats-server here."),
    pytest.mark.skipif(
        not (find_spec("nats") and find_spec("jwt")), reason="The extra “relay” is not installed."
    ),
]


@contextmanager
def running_demo(desktop: Desktop) -> Iterator[dict[str, App]]:
    """Run the demo; gives each person's tray, to ask it what it knows."""
    process = Process(("demo", "--relay"), {**desktop.env, "PYTHONPATH": str(ROOT)})
    try:
        lines = list(iter(process.line, "demo: ready\n"))
        homes = [Path(line.rstrip().partition("=")[2]) for line in lines if "HOME=" in line]
        yield {who.key: App(home, desktop.env) for who, home in zip(PEOPLE, homes, strict=True)}
        process.end()
        assert not any(home.exists() for home in homes), "nothing of it stays"
    finally:
        process.end()


def test_two_users_of_an_app_capture_by_its_link(
    make_desktop: MakeDesktop, artefacts: Path
) -> None:
    desktop = make_desktop(tray="tint2", notify="dunst", size=SCREEN)
    mouse = Mouse(desktop, artefacts)
    with default_browser(desktop) as browser, running_demo(desktop) as trays:
        for who in PEOPLE:
            set_up(mouse, browser, who, trays[who.key])


def set_up(mouse: Mouse, browser: Browser, who: Person, tray: App) -> None:
    """Click on the link's button, agree, sign in, start, approve; look for “Capturing”."""
    desktop = mouse.desktop
    page = browser.page(APP)
    page.says(who.topic)
    desktop.click(*page.button(text("demo.relay.page.set_up_button", name=who.first_name)))
    agree_by_mouse(mouse, f"{who.key}-question")
    desktop.click(*browser.page(CONSENT).button("Allow"))
    browser.page("signed in")
    tray.wait_for_status(lambda status: status["feed"]["connected"])
    desktop.key("ctrl+w")
    page = browser.page(APP)

    desktop.click(*page.button(text("demo.relay.page.show_button", name=who.first_name)))
    window = desktop.find_window("Ready")
    mouse.keep(f"{who.key}-ready")
    entry, start = mouse.start_row(window)
    desktop.click(*entry)
    desktop.type(str(who.meeting))
    desktop.click(*start)
    tray.wait_for_state("pending_approval")
    desktop.click(*page.button(text("demo.relay.page.approve_button", name=who.first_name)))
    tray.wait_for_state("sharing")
    mouse.keep(f"{who.key}-capturing")
