"""Somebody writes in an editor while the program does its work: the keyboard stays there, until a click."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.desktop import Desktop, NotifyKind, Window, wait_for
from tests.helpers.desktop_app import FROM_A_MENU, OnDesktop, on_desktop, ready, visits
from tests.helpers.editor import ROOT, Editor
from tests.helpers.set_up_steps import at, lead_to_the_simulated_zoom, set_up_by_keys
from tests.helpers.simulator_process import WITH_HOST

MakeDesktop = Callable[..., Desktop]
MISSED_S = 25
"""Longer than the time after which a missing tray is believed to be missing."""
STOPPED = "Capture stopped"


@pytest.mark.parametrize("notify", ["none", "dunst"])
def test_no_tray(make_desktop: MakeDesktop, artefacts: Path, notify: NotifyKind) -> None:
    """The window opens by itself: nobody has asked for it."""
    desktop = make_desktop(tray="none", notify=notify)
    editor = Editor(desktop)
    with on_desktop(desktop, artefacts) as here:
        ready(here)
        editor.write("It begins. ")
        window = desktop.find_window("Ready", MISSED_S)
        here.mouse.keep("opened-by-itself")
        editor.write("A window has opened. ")
        a_meeting(here, editor)
        takes_it_when_chosen(here, editor, window)


def test_notifications(make_desktop: MakeDesktop, artefacts: Path) -> None:
    desktop = make_desktop(tray="lxqt", notify="dunst")
    editor = Editor(desktop)
    with on_desktop(desktop, artefacts) as here:
        ready(here)
        editor.write("It begins. ")
        a_meeting(here, editor)
        menu = here.mouse.open_menu("menu")
        desktop.click(menu.box.centre[0], menu.rows[0])
        window = desktop.find_window(STOPPED)
        wait_for(lambda: desktop.has_focus(window), 10, "the window that was asked for")
        here.mouse.keep("asked-for")


def test_messages_in_the_window(make_desktop: MakeDesktop, artefacts: Path) -> None:
    """Without a notification program the window opens with what is to be told."""
    desktop = make_desktop(tray="lxqt")
    editor = Editor(desktop)
    with on_desktop(desktop, artefacts) as here:
        ready(here)
        a_meeting(here, editor)
        window = desktop.find_window(STOPPED)
        here.mouse.keep("opened-with-a-message")
        editor.write("A window has opened. ")
        takes_it_when_chosen(here, editor, window)


def a_meeting(here: OnDesktop, editor: Editor) -> None:
    """Have a meeting captured, interrupted and stopped, while somebody writes."""
    here.app.done("start", str(WITH_HOST))
    here.app.wait_for_state("pending_approval")
    editor.write("Asked. ")
    here.zoom.act(WITH_HOST, "approve")
    here.app.wait_for_state("sharing")
    editor.write("Captured. ")
    here.zoom.act(WITH_HOST, "interrupt_receiver")
    here.app.wait_for_state("interrupted")
    editor.write("Interrupted. ")
    here.zoom.act(WITH_HOST, "sharing_off")
    here.app.wait_for_state("stopped")
    here.mouse.keep("stopped")
    editor.write("Stopped. ")


def takes_it_when_chosen(here: OnDesktop, editor: Editor, window: Window) -> None:
    """A window that came by itself takes the keyboard like any other, once somebody chooses it."""
    here.desktop.activate(window)
    wait_for(lambda: here.desktop.has_focus(window), 10, "the chosen window to have the keyboard")
    here.mouse.keep("chosen")
    here.desktop.activate(editor.window)
    wait_for(lambda: here.desktop.has_focus(editor.window), 10, "the editor to have it again")
    editor.write("Back. ")


def test_the_set_up_and_the_end_of_a_sign_in(make_desktop: MakeDesktop, artefacts: Path) -> None:
    desktop = make_desktop(tray="lxqt", notify="dunst", size=(1280, 900))
    opened = visits(desktop)
    editor = Editor(desktop)
    with on_desktop(desktop, artefacts) as here:
        lead_to_the_simulated_zoom(here)
        here.app.run()
        window = desktop.find_window("Set up – rtms-tray")
        here.mouse.keep("opened-by-itself")
        editor.write("Not now. ")
        takes_it_when_chosen(here, editor, window)
        desktop.activate(window)
        wait_for(lambda: desktop.has_focus(window), 10, "the set-up to have the keyboard")
        set_up_by_keys(here)
        wait_for(opened, 10, "the browser to open")
        desktop.activate(editor.window)  # where the browser would be
        editor.write("Signing in. ")
        assert "You are signed in" in here.zoom.answer_consent(opened()[-1], "Allow")
        at(here, "Test", "test")
        editor.write("Signed in. ")


def test_a_second_start_is_a_wish(make_desktop: MakeDesktop, artefacts: Path) -> None:
    """Starting the program again, as by a shortcut of the desktop, asks for its window."""
    desktop = make_desktop(tray="lxqt")
    editor = Editor(desktop)
    with on_desktop(desktop, artefacts) as here:
        ready(here)
        editor.write("It begins. ")
        here.app.done("run")
        window = desktop.find_window("Ready")
        wait_for(lambda: desktop.has_focus(window), 10, "the window that was asked for")


@pytest.mark.parametrize("clicked", [False, True])
def test_the_start_of_the_demo(
    make_desktop: MakeDesktop, artefacts: Path, *, clicked: bool
) -> None:
    """Started by a click, as from a menu, it takes the keyboard; from a script it does not."""
    desktop = make_desktop(tray="lxqt", size=(1280, 860))
    editor = Editor(desktop)
    if clicked:
        desktop.env |= FROM_A_MENU
    argv = [sys.executable, "-m", "rtms_tray", "demo"]
    desktop.start("demo", argv, PYTHONPATH=str(ROOT))
    wait_for(lambda: "demo: ready" in desktop.log("demo"), 20, "the demo")
    panel = desktop.find_window("^Demo")
    if clicked:
        wait_for(lambda: desktop.has_focus(panel), 10, "the demo to have the keyboard")
    else:
        editor.write("The demo has begun. ")
    desktop.screenshot(artefacts / "demo.png")
