"""The headless desktop itself: without it, no other test here would mean anything."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.desktop import KEYRING_PASSWORD, Box, Desktop, Picture, TrayKind, wait_for

MakeDesktop = Callable[..., Desktop]
PROBE = [sys.executable, str(Path(__file__).with_name("tray_probe.py"))]
RED, GREEN = (255, 0, 0), (0, 255, 0)
PROMPT = "Unlock"
ATTRIBUTES = ["service", "rtms-tray-test", "account", "one"]


def pixels(picture: Picture, colour: tuple[int, int, int]) -> int:
    return picture.colours().get(colour, 0)


@pytest.mark.parametrize("tray", ["lxqt", "xfce", "tint2", "trayer"])
def test_icon_and_menu_by_mouse(make_desktop: MakeDesktop, artefacts: Path, tray: TrayKind) -> None:
    desktop = make_desktop(tray=tray)
    probe = desktop.start("probe", PROBE)

    icon = desktop.tray_icon()
    assert pixels(desktop.picture(icon), RED) > 100
    desktop.click(*icon.centre, "right")
    wait_for(lambda: pixels(desktop.picture(), GREEN) > 100, 10, "the menu's green icon")
    desktop.screenshot(artefacts / f"{tray}.png")

    desktop.key("Down", "Return")
    assert probe.process.wait(10) == 0, probe.output
    wait_for(lambda: pixels(desktop.picture(), RED) == 0, 10, "the icon to go")


def test_keyring_keeps_a_secret_until_it_is_locked(make_desktop: MakeDesktop) -> None:
    desktop = make_desktop(tray="none", keyring="gnome")
    stored = desktop.run(["secret-tool", "store", "--label=test", *ATTRIBUTES], feed="hidden")
    assert stored.returncode == 0, stored.stderr
    assert desktop.run(["secret-tool", "lookup", *ATTRIBUTES]).stdout == "hidden"

    desktop.lock_keyring()
    asking = desktop.start("asking", ["secret-tool", "lookup", *ATTRIBUTES])
    desktop.find_window(PROMPT)
    assert asking.process.poll() is None
    assert "hidden" not in asking.output


def test_locked_keyring_asks_for_its_password(make_desktop: MakeDesktop, artefacts: Path) -> None:
    desktop = make_desktop(tray="none", keyring="locked")
    storing = ["secret-tool", "store", "--label=test", *ATTRIBUTES]
    asking = desktop.start("asking", storing, feed=b"hidden")
    desktop.find_window(PROMPT)
    desktop.screenshot(artefacts / "prompt.png")
    assert asking.process.poll() is None

    desktop.type(KEYRING_PASSWORD)
    desktop.key("Return")
    assert asking.process.wait(10) == 0, asking.output
    assert desktop.run(["secret-tool", "lookup", *ATTRIBUTES]).stdout == "hidden"


def test_no_keyring_stays_no_keyring(make_desktop: MakeDesktop) -> None:
    desktop = make_desktop(tray="none", keyring="none")
    answer = desktop.run(["secret-tool", "lookup", *ATTRIBUTES])
    assert answer.returncode != 0
    assert "org.freedesktop.secrets" in answer.stderr


@pytest.mark.parametrize("daemon", ["dunst", "xfce"])
def test_notification_is_shown(make_desktop: MakeDesktop, artefacts: Path, daemon: str) -> None:
    desktop = make_desktop(tray="none", notify=daemon)
    before = desktop.picture()
    sent = desktop.run(["notify-send", "Probe", "A message"])
    assert sent.returncode == 0, sent.stderr

    def shown() -> Box | None:
        change = desktop.picture().difference(before)
        return change if change and change.width > 50 else None

    wait_for(shown, 10, "the notification")
    desktop.screenshot(artefacts / f"{daemon}.png")


def test_nothing_outlives_the_desktop() -> None:
    with Desktop(tray="xfce", notify="xfce", keyring="gnome") as desktop:
        folder = desktop.folder
        assert left_over(folder)
    wait_for(lambda: not left_over(folder), 10, "the desktop's programs to end")
    assert not folder.exists()


def left_over(folder: Path) -> list[str]:
    """Programs whose environment names the desktop's folder."""
    return [entry.name for entry in Path("/proc").iterdir() if belongs_to(entry, folder)]


def belongs_to(entry: Path, folder: Path) -> bool:
    try:
        return entry.name.isdigit() and str(folder).encode() in (entry / "environ").read_bytes()
    except OSError:  # it ended meanwhile, or is somebody else's
        return False
