"""Links that have a request sent, on a real desktop: opened like any link, asked about, agreed to by mouse."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rtms_tray.store.link_handler_freedesktop import register_freedesktop
from tests.helpers.by_mouse import READ_S, differing
from tests.helpers.desktop import Box, Desktop, Window, wait_for
from tests.helpers.desktop.waiting import steady_for
from tests.helpers.desktop_app import OnDesktop, on_desktop, program_of, ready
from tests.helpers.program_harness import MEETING

MakeDesktop = Callable[..., Desktop]
START = f"rtms-tray:start?meeting={MEETING}"
AGREE = (-75, -30)
"""From the window's lower right corner to its button, in pixels."""
MORE = 2000
"""Pixels that change when a window says a sentence more; those of a running clock are fewer."""
MOMENT_S = 1.5
"""After which the button can be pressed."""


@pytest.fixture
def desktop(make_desktop: MakeDesktop) -> Desktop:
    for tool in ("update-desktop-database", "gio"):
        if shutil.which(tool) is None:
            pytest.skip(f"there is no {tool}")
    return make_desktop(tray="tint2", notify="dunst", size=(1280, 900))


@pytest.mark.promise("a link that sends a request asks first, and names a meeting alone")
def test_a_link_starts_the_program_which_asks(desktop: Desktop, artefacts: Path) -> None:
    with on_desktop(desktop, artefacts, real_keyring=False) as here:
        ready(here)
        here.app.done("quit")
        here.app.end()
        register_freedesktop(program_of(here), desktop.env)
        opened(here, START, "first")
        question = asked(here, "Start capturing?", "start")
        desktop.key("Return", "space")
        assert here.app.status()["sessions"] == []
        agree(here, question)
        here.app.wait_for_status(
            lambda status: [one["meeting_id"] for one in status["sessions"]] == [MEETING]
        )
        desktop.find_window("rtms-tray")
        here.mouse.keep("requested")

        here.app.done("settings", "set", "appearance.theme", "dark")
        opened(here, "rtms-tray:resend", "second")
        question = asked(here, "Resend the request?", "resend-dark")
        opened(here, "rtms-tray:start?meeting=98712345671", "third", says_more=question)
        here.mouse.keep("another-waits")
        here.mouse.close(question)
        window = desktop.find_window("rtms-tray")
        opened(here, f"{START}&profile=x", "bad", says_more=window)
        here.mouse.keep("bad-link")
        here.app.done("quit")


def test_a_bad_link_is_told_where_nothing_runs(desktop: Desktop, artefacts: Path) -> None:
    with on_desktop(desktop, artefacts) as here:
        register_freedesktop(program_of(here), desktop.env)
        opened(here, f"{START}&profile=x", "bad")
        box = desktop.find_window("rtms-tray")
        here.mouse.keep("told")
        wait_for(lambda: desktop.has_focus(box), 10, "the message to have the keyboard")
        desktop.key("Return")
        here.mouse.closed(box)
        here.app.refused("status", code=3)


def opened(here: OnDesktop, link: str, name: str, says_more: Window | None = None) -> None:
    """Open a link as a desktop does; wait until this window says something more."""
    box = says_more.box if says_more else Box(0, 0, 1, 1)
    before = here.desktop.picture(box)
    here.desktop.start(f"gio-{name}", ["gio", "open", link])
    if says_more is not None:
        wait_for(lambda: differing(before, here.desktop.picture(box)) > MORE, 20, "more words")


def asked(here: OnDesktop, title: str, name: str) -> Window:
    """Wait for the question, and keep a picture."""
    here.desktop.find_window(title)
    here.mouse.keep(name)
    return here.desktop.find_window(title)


def agree(here: OnDesktop, window: Window) -> None:
    """Click on the button once it can be pressed, and has stood there for a while."""
    box = window.box
    x, y = box.x + box.width + AGREE[0], box.y + box.height + AGREE[1]

    def look() -> object:
        return here.desktop.picture(Box(x - 40, y - 8, 80, 16))

    wait_for(steady_for(look, MOMENT_S + READ_S), 20, "the button to come to rest")
    here.desktop.click(x, y)
    here.mouse.closed(window)
