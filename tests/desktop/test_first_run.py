"""The guided set-up on a real desktop: from nothing to a meeting that is captured, by keyboard alone; by mouse."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.by_mouse import READ_S
from tests.helpers.desktop import Box, Desktop, TrayKind, wait_for
from tests.helpers.desktop.waiting import steady_for
from tests.helpers.desktop_app import FROM_A_MENU, OnDesktop, on_desktop, visits
from tests.helpers.running import notices
from tests.helpers.set_up_steps import at, lead_to_the_simulated_zoom, set_up_by_keys
from tests.helpers.simulator_process import WITH_HOST

MakeDesktop = Callable[..., Desktop]


EDGE = (201, 206, 216)
"""The colour around cards, entries and buttons."""


def develop(here: OnDesktop) -> None:
    """Click on the last card's button, the one above the help's."""
    window = here.desktop.find_window("Set up – rtms-tray")
    box, x = window.box, window.box.x + 50

    def look() -> list[int]:
        column = here.desktop.picture(Box(x, box.y, 1, box.height))
        return [y for y in range(box.height) if column.colour(0, y) == EDGE]

    wait_for(steady_for(look, READ_S), 10, "the page to come to rest")
    here.mouse.keep("welcome")
    edges = look()
    top, bottom, _card, _help_top, _help_bottom = edges[-5:]
    here.desktop.click(x, box.y + (top + bottom) // 2)


@pytest.mark.parametrize("tray", ["lxqt", "none"])
def test_by_keyboard_alone(make_desktop: MakeDesktop, artefacts: Path, tray: TrayKind) -> None:
    desktop = make_desktop(tray=tray, notify="dunst", size=(1280, 900))
    opened = visits(desktop)
    with on_desktop(desktop, artefacts) as here:
        lead_to_the_simulated_zoom(here)
        here.app.environ |= FROM_A_MENU
        here.app.run()
        desktop.find_window("Set up – rtms-tray")
        here.mouse.keep("welcome")
        set_up_by_keys(here)
        wait_for(opened, 10, "the browser to open")
        here.mouse.keep("signing-in")
        assert "You are signed in" in here.zoom.answer_consent(opened()[-1], "Allow")
        here.mouse.primary_button(desktop.find_window("Set up: Test"))
        here.mouse.keep("tested")
        desktop.key("Return")
        desktop.find_window("Ready – rtms-tray")
        here.mouse.keep("ready")
        status = here.app.wait_for_status(lambda status: status["feed"]["connected"])
        assert status["signed_in"]
        assert notices(status) == {}
        here.app.done("start", str(WITH_HOST))
        here.zoom.act(WITH_HOST, "approve")
        here.app.wait_for_state("sharing")


def test_by_mouse(make_desktop: MakeDesktop, artefacts: Path) -> None:
    desktop = make_desktop(tray="tint2", notify="dunst", size=(1280, 900))
    opened = visits(desktop)
    with on_desktop(desktop, artefacts) as here:
        lead_to_the_simulated_zoom(here)
        here.app.environ |= FROM_A_MENU
        here.app.run()

        def press_primary(title: str) -> None:
            window = desktop.find_window(title)
            desktop.point(5, 5)  # the button looks different under the pointer
            desktop.click(*here.mouse.primary_button(window))

        develop(here)
        at(here, "Zoom app", "app")
        desktop.type(here.zoom.addresses["client_id"])
        desktop.key("Tab")
        desktop.type(here.zoom.addresses["public_client_id"])
        press_primary("Set up: Zoom app")
        at(here, "Events", "events")
        desktop.key("Tab")
        desktop.type(here.zoom.addresses["subscription_id"])
        desktop.key("Tab")
        desktop.type(here.zoom.addresses["client_secret"])
        press_primary("Set up: Events")
        at(here, "Sign in", "sign-in")
        press_primary("Set up: Sign in")
        wait_for(opened, 10, "the browser to open")
        here.zoom.answer_consent(opened()[-1], "Allow")
        at(here, "Test", "test")
        press_primary("Set up: Test")
        desktop.find_window("Ready – rtms-tray")
        here.mouse.keep("ready")


def test_the_demo_starts_from_the_welcome(make_desktop: MakeDesktop, artefacts: Path) -> None:
    desktop = make_desktop(notify="dunst", size=(1280, 900))
    with on_desktop(desktop, artefacts) as here:
        here.app.environ |= FROM_A_MENU
        here.app.run()
        desktop.find_window("Set up – rtms-tray")
        desktop.key("Tab", "Tab", "Tab", "Return")
        panel = desktop.find_window("Demo", timeout_s=25)
        here.mouse.keep("demo")
        wait_for(lambda: desktop.has_focus(panel), 10, "the demo to have the keyboard")
        end_the_demo(desktop)


def end_the_demo(desktop: Desktop) -> None:
    """End the demo, which outlives the program that started it: ask it to quit."""
    homes = [path for path in (desktop.folder / "tmp").glob("rtms-tray-demo-*") if path.is_dir()]
    assert len(homes) == 1
    argv = ["env", f"RTMS_TRAY_HOME={homes[0]}", sys.executable, "-m", "rtms_tray", "quit"]
    done = desktop.run(argv)
    assert done.returncode == 0, done.stderr
    wait_for(lambda: not homes[0].exists(), 15, "the demo to end")
