"""The app's own icon, name and help: small, and only where they are known."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtms_tray.desktop.browser import Browser
from rtms_tray.desktop.command_feedback import CommandFeedback
from rtms_tray.desktop.status.app_line import AppLine
from rtms_tray.presentation.view_model import AppView
from rtms_tray.support.frozen import replace
from tests.desktop_units import samples
from tests.desktop_units.fakes import FullDesktop

pytestmark = pytest.mark.qt_loop

HELP = "https://help.example.com/path?x=1"


def icon_in(folder: Path, side: int = 64) -> Path:
    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.red)
    file = folder / "app-icon.png"
    assert image.save(str(file))
    return file


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
def line(qapp: QApplication, opened: list[str]) -> AppLine:
    del qapp
    return AppLine(opened.append)


async def test_an_app_without_a_name_takes_no_room(line: AppLine) -> None:
    line.show_app(AppView(help_url=HELP))
    assert line.isHidden()


async def test_icon_name_and_help_are_shown(
    line: AppLine, opened: list[str], tmp_path: Path
) -> None:
    line.show_app(AppView("<b>Notes</b>", HELP, icon_in(tmp_path), 1))
    assert not line.isHidden()
    assert line.name.text() == "<b>Notes</b>"
    assert line.name.textFormat() is Qt.TextFormat.PlainText
    assert line.icon.pixmap().deviceIndependentSize().height() == 16
    assert line.help.toolTip() == "help.example.com"
    assert "help.example.com" in line.help.accessibleName()
    line.show()
    QTest.mouseClick(line.help, Qt.MouseButton.LeftButton)
    assert opened == [HELP]
    line.show_app(AppView("Notes"))
    assert line.help.isHidden()
    assert line.icon.isHidden()


async def test_a_new_icon_takes_the_place_of_the_old_one(line: AppLine, tmp_path: Path) -> None:
    line.show_app(AppView("Notes", icon=icon_in(tmp_path), icon_version=1))
    before = line.icon.pixmap().cacheKey()
    line.show_app(AppView("Notes", icon=icon_in(tmp_path), icon_version=1))
    assert line.icon.pixmap().cacheKey() == before
    line.show_app(AppView("Notes", icon=icon_in(tmp_path), icon_version=2))
    assert line.icon.pixmap().cacheKey() != before


def _is_missing(folder: Path) -> Path:
    return folder / "missing.png"


def _is_no_picture(folder: Path) -> Path:
    file = folder / "app-icon.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    return file


def _is_cut_off(folder: Path) -> Path:
    file = icon_in(folder)
    file.write_bytes(file.read_bytes()[:60])
    return file


def _is_huge(folder: Path) -> Path:
    return icon_in(folder, 4_000)


@pytest.mark.parametrize("make", [_is_missing, _is_no_picture, _is_cut_off, _is_huge])
async def test_what_cannot_be_drawn_is_left_out(
    line: AppLine, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    line.show_app(AppView("Notes", icon=make(tmp_path), icon_version=1))
    assert line.icon.isHidden()
    assert not line.isHidden()


@pytest.mark.parametrize("opens", [True, False])
async def test_the_window_opens_the_apps_help(
    full: FullDesktop, monkeypatch: pytest.MonkeyPatch, *, opens: bool
) -> None:
    monkeypatch.setattr(Browser, "open", lambda _browser, _url: opens)
    complained: list[str] = []
    monkeypatch.setattr(CommandFeedback, "complain", lambda _, words: complained.append(words))
    full.desktop.show(replace(samples.at_rest(), app=AppView("Notes", HELP)))
    full.desktop.open_window()
    QTest.mouseClick(full.desktop.window.app.help, Qt.MouseButton.LeftButton)
    assert bool(complained) is not opens
    assert all(HELP in words for words in complained)
