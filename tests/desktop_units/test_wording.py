"""Words for spans, moments and strangers' texts; and where the program finds its files."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from rtms_tray.desktop.application import name_application
from rtms_tray.desktop.menu import headline
from rtms_tray.desktop.plain_text import menu_text, tooltip_text
from rtms_tray.desktop.status.window import account_text
from rtms_tray.presentation.view_model import AccountView, SignInState
from rtms_tray.presentation.wording import lasting
from rtms_tray.support.assets import resources
from rtms_tray.support.units import HOUR, MINUTE, SECOND


@pytest.mark.parametrize(
    ("span", "says"),
    [
        (-1, "0 s"),
        (59 * SECOND + 999, "59 s"),
        (MINUTE, "1 min"),
        (HOUR - 1, "59 min"),
        (HOUR, "1 h"),
        (2 * HOUR + 5 * MINUTE, "2 h 5 min"),
    ],
)
def test_lengths(span: int, says: str) -> None:
    assert lasting(span) == says


def test_since_when() -> None:
    assert headline("Sharing", 0, 4 * MINUTE) == "Sharing · for 4 min"
    assert headline("Idle", None, 4 * MINUTE) == "Idle"


def test_texts_of_strangers_stay_texts() -> None:
    assert menu_text("R&D\tmeeting\n2") == "R&&D meeting 2"
    assert len(menu_text("x" * 500)) == 90
    assert tooltip_text("<b>x</b>") == "‹b›x‹/b›"


@pytest.mark.parametrize("state", SignInState)
def test_every_way_to_stand_with_zoom_has_words(state: SignInState) -> None:
    assert account_text(AccountView(state, "u1", "you@example.com"))
    assert "None" not in account_text(AccountView(state))


def test_a_locked_keyring_is_not_signed_out() -> None:
    text = account_text(AccountView(SignInState.LOCKED, "u1", "you@example.com"))
    assert "locked" in text
    assert "you@example.com" in text


def test_the_programs_names_and_files(qapp: QApplication) -> None:
    name_application(qapp)
    assert QGuiApplication.desktopFileName() == "rtms-tray"
    assert QGuiApplication.applicationDisplayName() == "rtms-tray"
    assert not qapp.windowIcon().pixmap(32).isNull()
    entry = (resources() / "app" / "rtms-tray.desktop").read_text(encoding="utf-8")
    assert "\nIcon=rtms-tray\n" in entry
    assert (resources() / "app" / "rtms-tray.png").is_file()
