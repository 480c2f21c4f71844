"""This computer's Zoom client comes into a meeting and leaves it: the X server says so, nobody looks again."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import tests.helpers
from rtms_tray.zoom.client_watch import is_meeting, meetings_told
from rtms_tray.zoom.x11_windows import NoServerError, X11Desktop, X11Window, x11_desktop
from tests.helpers.desktop import Desktop, Window
from tests.helpers.desktop.processes import Program
from tests.helpers.notification_daemon import wait_until

MakeDesktop = Callable[..., Desktop]
ZOOM = [sys.executable, str(Path(tests.helpers.__path__[0], "zoom_client_window.py"))]
LIMIT_S = 20


def retitle(desktop: Desktop, window: Window, title: str) -> None:
    """Give a window another title, as Zoom does when a meeting begins in it."""
    named = desktop.run(["xdotool", "set_window", "--name", title, str(window.number)])
    assert named.returncode == 0, named.stderr


async def test_a_meeting_begins_and_ends(
    make_desktop: MakeDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = make_desktop(tray="none")
    monkeypatch.setenv("DISPLAY", desktop.env["DISPLAY"])
    told: list[bool] = []
    with meetings_told(told.append) as tells:
        assert tells
        assert told == [False]
        zoom = desktop.start("zoom", [*ZOOM, "Zoom Workplace"])
        window = desktop.find_window("^Zoom Workplace$")
        retitle(desktop, window, "Meeting")
        await wait_until(lambda: told[-1], LIMIT_S)
        retitle(desktop, window, "Zoom Workplace")
        await wait_until(lambda: not told[-1], LIMIT_S)
        retitle(desktop, window, "Zoom Meeting 40-Minutes")
        await wait_until(lambda: told[-1], LIMIT_S)
        zoom.end()
        await wait_until(lambda: not told[-1], LIMIT_S)


async def test_a_window_that_was_there_before_counts(
    make_desktop: MakeDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = make_desktop(tray="none")
    monkeypatch.setenv("DISPLAY", desktop.env["DISPLAY"])
    desktop.start("zoom", [*ZOOM, "Zoom Meeting"])
    desktop.find_window("^Zoom Meeting$")
    told: list[bool] = []
    with meetings_told(told.append):
        await wait_until(lambda: told[-1:] == [True], LIMIT_S)


async def test_other_programs_windows_do_not_count(
    make_desktop: MakeDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = make_desktop(tray="none")
    monkeypatch.setenv("DISPLAY", desktop.env["DISPLAY"])
    script = (
        "from PySide6.QtWidgets import *; app = QApplication(['mail']); w = QLabel('mail');"
        " w.setWindowTitle('Meeting'); w.show(); app.exec()"
    )
    told: list[bool] = []
    with meetings_told(told.append):
        before = len(told)
        desktop.start("mail", [sys.executable, "-c", script])
        desktop.find_window("^Meeting$")
        await wait_until(lambda: len(told) > before, LIMIT_S)
    assert not any(told)


async def test_the_server_goes(make_desktop: MakeDesktop, monkeypatch: pytest.MonkeyPatch) -> None:
    display, screen = second_screen(make_desktop(tray="none"))
    monkeypatch.setenv("DISPLAY", display)
    told: list[bool] = []
    own = X11Desktop(display)
    with meetings_told(told.append) as tells:
        assert tells
        screen.end()
        await wait_until(lambda: is_gone(own), LIMIT_S)
        await asyncio.sleep(0.2)  # the loop meets it, too, and must not look for ever
    with pytest.raises(NoServerError):
        own.windows("zoom")
    own.close()
    assert told == [False]


def second_screen(desktop: Desktop) -> tuple[str, Program]:
    """Start an X server that may go: its name and its process."""
    read_end, write_end = os.pipe()
    argv = ["Xvfb", "-displayfd", str(write_end), "-nolisten", "tcp", "-noreset"]
    screen = desktop.start("second-screen", argv, keep_open=(write_end,))
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        return f":{pipe.readline().strip()}", screen


def is_gone(own: X11Desktop) -> bool:
    """Tell whether the server has left."""
    try:
        own.take_events()
    except NoServerError:
        return True
    return False


async def test_without_a_server_or_elsewhere_nobody_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISPLAY", ":54321")
    told: list[bool] = []
    for platform in ("linux", "darwin", "win32", "plan9"):
        with meetings_told(told.append, platform) as tells:
            assert not tells
    assert told == []


def test_without_the_library_there_is_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> object:
        raise OSError

    monkeypatch.setattr("rtms_tray.zoom.x11_windows._xcb", missing)
    with x11_desktop() as desktop:
        assert desktop is None


@pytest.mark.parametrize(
    ("title", "meeting"),
    [
        ("Meeting", True),
        ("Zoom Meeting", True),
        ("Zoom Meeting 40-Minutes", True),
        ("zoom_linux_float_video_window", True),
        ("Zoom Webinar", True),
        ("Zoom Workplace", False),
        ("Zoom Workplace - Licensed account", False),
        ("zoom", False),
        ("Settings", False),
        ("", False),
    ],
)
def test_titles(title: str, meeting: bool) -> None:  # noqa: FBT001 - parameters of a test
    assert is_meeting(X11Window("zoom", title)) is meeting
