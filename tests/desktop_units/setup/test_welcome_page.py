"""The set-up's first page: a link or a file from the app, the demo, or an app of one's own."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from rtms_tray.desktop.setup.welcome_page import WelcomePage
from rtms_tray.support.command_types import Answer, Command, Exit
from tests.desktop_units.fakes import FullDesktop
from tests.helpers.windows import until, words

pytestmark = pytest.mark.qt_loop


def opened(full: FullDesktop) -> WelcomePage:
    full.windows.open_setup()
    return full.windows.setup_wizard.welcome


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("how", ["click", "return"])
async def test_a_pasted_link_is_asked_about(full: FullDesktop, how: str) -> None:
    page = opened(full)
    page.link.setText("  rtms-tray:setup?x \n")
    if how == "click":
        click(page.take)
    else:
        QTest.keyClick(page.link, Qt.Key.Key_Return)
    await until(lambda: full.commander.asked == [Command("setup", {"given": "rtms-tray:setup?x"})])
    await until(lambda: page.link.text() == "")


async def test_a_bad_link_stays_and_is_explained(full: FullDesktop) -> None:
    full.commander.answer = Answer(Exit.REFUSED, "This isn't a set-up link.")
    page = opened(full)
    click(page.take)
    assert "Paste the link" in words(page)
    page.link.setText("https://example.com")
    click(page.take)
    await until(lambda: "This isn't a set-up link." in words(page))
    assert page.link.text() == "https://example.com"
    page.enter()
    assert "This isn't a set-up link." not in words(page)


async def test_a_file_is_chosen(full: FullDesktop, tmp_path: Path) -> None:
    file = tmp_path / "notes.rtms-tray"
    file.write_text("{}")
    page = opened(full)
    click(page.choose)
    dialog = page.files
    assert dialog is not None
    await until(dialog.isVisible)
    dialog.selectFile(str(file))
    dialog.accept()
    await until(lambda: full.commander.asked == [Command("setup", {"given": str(file)})])
