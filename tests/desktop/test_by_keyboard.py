"""Without a mouse: a meeting from the number that is typed to the stop, and the windows beside it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.helpers.by_mouse import READ_S
from tests.helpers.desktop import Box, Desktop, Window, wait_for
from tests.helpers.desktop.waiting import steady_for
from tests.helpers.desktop_app import OnDesktop, on_desktop, ready
from tests.helpers.running import newest
from tests.helpers.simulator_process import WITHOUT_HOST

MakeDesktop = Callable[..., Desktop]
OBVIOUS = "ctrl+Return"
HEADLINE = Box(60, 10, 300, 30)
"""Where the window says the state; below it, seconds are counted."""


def opened(here: OnDesktop, title: str) -> Window:
    """Wait for a window that has the keyboard."""
    window = here.desktop.find_window(title)
    wait_for(lambda: here.desktop.has_focus(window), 10, f"{title!r} to have the keyboard")
    return window


def says(here: OnDesktop, state: str, name: str) -> None:
    """Wait for a state, until its buttons can be read; keep a picture."""
    here.app.wait_for_state(state)
    window = next(w for w in here.desktop.windows() if w.name.endswith(" – rtms-tray")).box
    headline = Box(window.x + HEADLINE.x, window.y + HEADLINE.y, HEADLINE.width, HEADLINE.height)
    look = partial(here.desktop.picture, headline)
    wait_for(steady_for(look, READ_S), 20, "the state to be read")
    here.mouse.keep(name)


def test_a_meeting_from_start_to_stop(make_desktop: MakeDesktop, artefacts: Path) -> None:
    desktop = make_desktop(tray="lxqt", notify="dunst")
    with on_desktop(desktop, artefacts) as here:
        ready(here)
        here.zoom.change("meetings", number=WITHOUT_HOST, started=False)
        here.zoom.act(WITHOUT_HOST, "start_meeting")
        here.app.done("run")  # as a shortcut of the desktop does
        opened(here, " – rtms-tray$")
        desktop.type(str(WITHOUT_HOST))
        desktop.key("Return")
        says(here, "waiting_for_host", "asked")
        here.zoom.act(WITHOUT_HOST, "host_joins")
        says(here, "resend_needed", "the-host-is-there")
        desktop.key(OBVIOUS)  # resend
        says(here, "pending_approval", "asked-again")
        assert len(here.zoom.requests()) == 2
        here.zoom.act(WITHOUT_HOST, "approve")
        says(here, "sharing", "captured")
        desktop.run(["xdotool", "keydown", "alt"])
        here.mouse.keep("letters")
        desktop.run(["xdotool", "keyup", "alt"])
        desktop.key("alt+p")
        says(here, "paused", "paused")
        desktop.key(OBVIOUS)  # resume
        says(here, "sharing", "captured-again")
        desktop.key("alt+s")
        says(here, "stopped", "stopped")
        desktop.key("Escape")
        wait_for(lambda: not shown(here), 10, "the window to go")
        assert newest(here.app.status())["state"] == "stopped"


def shown(here: OnDesktop) -> bool:
    """Whether a window of the program is on the screen."""
    found = here.desktop.run(["xdotool", "search", "--onlyvisible", "--name", "rtms-tray$"])
    return bool(found.stdout.split())


def test_the_windows_beside_it(make_desktop: MakeDesktop, artefacts: Path) -> None:
    """The menu, a setting, help by F1 and the history; each goes by Esc."""
    desktop = make_desktop(tray="lxqt", size=(1280, 900))
    with on_desktop(desktop, artefacts) as here:
        ready(here)
        here.app.done("run")
        status = opened(here, "Ready")
        for title, keys in (("Settings", ["Up"] * 4), ("History", ["Up"] * 5)):
            desktop.activate(status)
            wait_for(lambda: desktop.has_focus(status), 10, "the status window")
            here.mouse.new_window(lambda: desktop.key("alt+m"))
            desktop.key(*keys, "Return")
            window = opened(here, title)
            here.mouse.keep(title.lower())
            desktop.key("F1")
            opened(here, "Help")
            desktop.key("Escape")
            wait_for(lambda window=window: desktop.has_focus(window), 10, title)  # type: ignore[misc]
            desktop.key("Escape")
            wait_for(partial(gone, here, window), 10, f"{title} to go")


def gone(here: OnDesktop, window: Window) -> bool:
    """Whether a window is no longer on the screen."""
    return not here.desktop.is_shown(window)
