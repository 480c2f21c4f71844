"""The main job on a real desktop, by mouse: start and resend from the tray's menu, or the window."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.by_mouse import differing, greenish, reddish
from tests.helpers.desktop import Desktop, Picture, TrayKind, wait_for
from tests.helpers.desktop_app import (
    FROM_CLIPBOARD,
    IDLE,
    MY_MEETINGS,
    TYPED,
    OnDesktop,
    menu_labels,
    on_desktop,
    ready,
)
from tests.helpers.simulator_process import WITH_HOST, WITHOUT_HOST

MakeDesktop = Callable[..., Desktop]
CLIPBOARD: Final = [sys.executable, str(Path(__file__).with_name("clipboard.py"))]
TRAYS: Final[list[TrayKind]] = ["lxqt", "tint2"]
"""One tray that takes icons over the bus (StatusNotifier), and one that takes windows (XEmbed)."""

SEND_AGAIN: Final = menu_labels(
    "Not capturing yet · The host has joined – resend now",
    "Resend request",
    "Stop trying",
    account="Sign out",
    copied=True,
)
COPIED: Final = menu_labels("Ready", account="Sign out", copied=True)


def copy(desktop: Desktop, text: str) -> None:
    """Put a text on the desktop's clipboard."""
    holder = desktop.start("clipboard", [*CLIPBOARD, text])
    wait_for(lambda: "held" in holder.output, 10, "the clipboard")


@pytest.mark.parametrize("tray", TRAYS)
def test_from_the_trays_menu(make_desktop: MakeDesktop, artefacts: Path, tray: TrayKind) -> None:
    with on_desktop(make_desktop(tray=tray, notify="dunst"), artefacts) as here:
        here.zoom.set_up(here.app)
        here.app.run()
        icons = {"signed_out": here.mouse.icon_picture("signed-out")}
        here.zoom.sign_in(here.app)
        icons["idle"] = here.mouse.icon_picture("idle", tuple(icons.values()))
        start_from_the_clipboard(here, icons)
        resend_once_the_host_is_here(here, icons)
        lose_it(here, icons)
        here.mouse.keep("end")
    assert greenish(icons["sharing"]) > 50
    assert all(greenish(icons[name]) < 20 for name in icons if name != "sharing")
    assert reddish(icons["stopped"]) > 20
    pairs = [(a, b) for a in icons for b in icons if a < b]
    assert all(differing(icons[a], icons[b]) > 20 for a, b in pairs)


def meeting_begins(here: OnDesktop) -> None:
    """Begin the meeting while events come, so that everybody who comes is seen to come."""
    here.app.wait_for_status(lambda status: status["feed"]["connected"])
    here.zoom.change("meetings", number=WITHOUT_HOST, started=False)
    here.zoom.act(WITHOUT_HOST, "start_meeting")


def start_from_the_clipboard(here: OnDesktop, icons: dict[str, Picture]) -> None:
    copy(here.desktop, f"https://example.zoom.us/j/{WITHOUT_HOST}?pwd=secret")
    meeting_begins(here)
    here.mouse.open_menu("menu-idle").choose(FROM_CLIPBOARD, COPIED)
    asked = here.app.wait_for_state("pending_approval")
    assert asked["meeting_id"] == str(WITHOUT_HOST)
    icons["pending"] = here.mouse.icon_picture("pending", tuple(icons.values()))


def resend_once_the_host_is_here(here: OnDesktop, icons: dict[str, Picture]) -> None:
    here.zoom.act(WITHOUT_HOST, "host_joins", event_ts_offset_ms=2_500)
    here.app.wait_for_state("resend_needed")
    icons["resend"] = here.mouse.icon_picture("resend-needed", tuple(icons.values()))
    here.mouse.keep("resend-needed")
    here.mouse.open_menu("menu-resend").choose("Resend request", SEND_AGAIN)
    here.app.wait_for_state("pending_approval")
    assert [one["status"] for one in here.zoom.requests()] == [204, 204]
    here.zoom.act(WITHOUT_HOST, "approve")
    here.app.wait_for_state("sharing")
    icons["sharing"] = here.mouse.icon_picture("sharing", tuple(icons.values()))
    here.mouse.keep("sharing")


def lose_it(here: OnDesktop, icons: dict[str, Picture]) -> None:
    here.zoom.act(WITHOUT_HOST, "sharing_off")
    here.app.wait_for_state("stopped")
    icons["stopped"] = here.mouse.icon_picture("stopped", tuple(icons.values()))
    here.mouse.keep("stopped")


@pytest.mark.parametrize("tray", TRAYS)
def test_start_in_one_of_my_meetings(
    make_desktop: MakeDesktop, artefacts: Path, tray: TrayKind
) -> None:
    with on_desktop(make_desktop(tray=tray), artefacts) as here:
        ready(here)
        menu = here.mouse.open_menu("menu")
        opened = here.mouse.opened(lambda: menu.choose(MY_MEETINGS, IDLE), "meetings")
        listed = ("Weekly review", "Customer call", "Planning")
        opened.choose(listed[0], listed)
        assert here.app.wait_for_state("pending_approval")["meeting_id"] == str(WITH_HOST)


def test_start_by_a_typed_number(make_desktop: MakeDesktop, artefacts: Path) -> None:
    with on_desktop(make_desktop(), artefacts) as here:
        ready(here)
        menu = here.mouse.open_menu("menu")
        dialog = here.mouse.new_window(lambda: menu.choose(TYPED, IDLE))
        here.desktop.type("nonsense")
        here.desktop.key("Return")
        before = here.desktop.picture()
        wait_for(lambda: here.desktop.picture() != before, 10, "the dialog to say why not")
        here.mouse.keep("refused")
        here.desktop.key("ctrl+a")
        here.desktop.type("987 1234 5670")
        here.mouse.keep("typed")
        here.desktop.key("Return")
        here.app.wait_for_state("pending_approval")
        here.mouse.closed(dialog)


def test_without_a_tray_the_window_does_it_all(make_desktop: MakeDesktop, artefacts: Path) -> None:
    with on_desktop(make_desktop(tray="none"), artefacts) as here:
        here.zoom.set_up(here.app)
        here.app.run()
        here.desktop.find_window("Not signed in", 20)
        here.mouse.keep("opened-by-itself")
        here.zoom.sign_in(here.app)
        window = here.desktop.find_window("Ready")
        meeting_begins(here)
        entry, button = here.mouse.start_row(window)
        here.desktop.click(*entry)
        here.desktop.type("987 1234 5671")
        here.mouse.keep("typed")
        here.desktop.click(*button)
        here.app.wait_for_state("pending_approval")
        here.mouse.keep("asked")

        here.zoom.act(WITHOUT_HOST, "host_joins", event_ts_offset_ms=2_500)
        window = here.desktop.find_window("resend now")
        here.mouse.keep("resend-needed")
        here.desktop.click(*here.mouse.primary_button(window))
        here.app.wait_for_state("pending_approval")
        here.zoom.act(WITHOUT_HOST, "approve")
        here.desktop.find_window("Capturing")
        here.mouse.keep("sharing")
        lose_it_in_the_window(here)


def lose_it_in_the_window(here: OnDesktop) -> None:
    here.zoom.act(WITHOUT_HOST, "sharing_off")
    window = here.desktop.find_window("stopped")
    here.mouse.keep("stopped")
    # Closing must not take the only way in away: it minimises, and `run` brings it back.
    here.mouse.close(window)
    here.mouse.keep("closed")
    here.app.done("run")
    here.desktop.find_window("stopped")
    here.desktop.click(*here.mouse.primary_button(window))
    here.app.wait_for_state("pending_approval")
    here.mouse.keep("asked-again")
