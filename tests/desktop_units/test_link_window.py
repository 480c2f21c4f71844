"""The question about a link that sends a request: plain words, no default, and only a deliberate click agrees."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton

from rtms_tray.desktop import lone_message
from rtms_tray.desktop.application import Desktop, DesktopInputs
from rtms_tray.desktop.link_window import LinkWindow
from rtms_tray.presentation.link_question import LinkQuestion
from rtms_tray.support.command_types import Command
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import name_app, text
from tests.desktop_units import samples
from tests.desktop_units.fakes import FullDesktop
from tests.helpers.windows import Known, until, words

pytestmark = pytest.mark.qt_loop
START = LinkQuestion("key", "start", "Meeting 987 1234 5670", "<b>Sales</b> & more")
RESEND = LinkQuestion("other", "resend", "Meeting 987 1234 5670")


def asked(full: FullDesktop, question: LinkQuestion = START) -> LinkWindow:
    full.desktop.show(samples.at_rest())
    full.desktop.show_question(question)
    return full.windows.link


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def test_it_says_in_which_meeting_and_who_learns_of_it(full: FullDesktop) -> None:
    name_app("Notes")
    window = asked(full)
    shown = words(window).replace("\u200b", "")
    for part in ("987 1234 5670", "<b>Sales</b> & more", "with Notes", "host may be asked"):
        assert part in shown
    assert window.windowTitle() == "Start capturing? – rtms-tray"
    assert window.agree.text() == text("link.window.start")
    asked(full, RESEND)
    assert "resend" in window.windowTitle().lower()
    assert window.agree.text() == text("link.window.resend")
    assert not window.topic.isVisible()


@pytest.mark.promise("a link that sends a request asks first, and names a meeting alone")
async def test_neither_a_quick_click_nor_return_agrees(full: FullDesktop) -> None:
    window = asked(full)
    click(window.agree)
    for _ in range(2):
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            QTest.keyClick(window, key)
        await until(window.agree.isEnabled)
    assert window.isVisible()
    assert full.commander.names() == []
    assert not any(button.isDefault() for button in window.findChildren(QPushButton))


async def test_agreeing_sends_it_and_shows_the_window(full: FullDesktop) -> None:
    window = asked(full)
    await until(window.agree.isEnabled)
    click(window.agree)
    await until(lambda: full.commander.names() == ["link-accept"])
    assert full.commander.asked == [Command("link-accept", {"question": "key"})]
    assert not window.isVisible()
    assert not window.is_asking
    assert full.desktop.window.isVisible()
    window._agree()
    assert full.commander.names() == ["link-accept"]


async def test_closing_declines(full: FullDesktop) -> None:
    full.desktop.show(samples.at_rest())
    await until(full.desktop.window.isActiveWindow)  # it opens by itself: there is no tray
    window = asked(full)
    asked(full, replace(START, remark="Answer this first."))
    assert "Answer this first." in words(window)
    await until(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    await until(lambda: full.commander.names() == ["link-decline"])
    assert full.commander.asked == [Command("link-decline", {"question": "key"})]
    assert not window.isVisible()


async def test_a_bad_link_is_told_in_the_window(full: FullDesktop) -> None:
    full.desktop.show(samples.at_rest())
    full.desktop.window.hide()
    full.desktop.refuse_setup("No link <b>at all</b>.")
    assert full.desktop.window.isVisible()
    await until(lambda: "No link <b>at all</b>." in words(full.desktop.window))


async def test_without_windows_nobody_is_asked(qapp: QApplication) -> None:
    desktop = Desktop(qapp, Known(), DesktopInputs(_no_meetings, lambda: None))
    desktop.show_question(START)
    await desktop.end()


async def test_a_message_alone_is_plain_text(qapp: QApplication) -> None:
    del qapp
    box = lone_message.make_box("<b>No</b>", "<i>Because</i>")
    assert box.textFormat() is Qt.TextFormat.PlainText
    assert (box.text(), box.informativeText()) == ("<b>No</b>", "<i>Because</i>")
    assert box.icon() is QMessageBox.Icon.Warning
    assert len(box.buttons()) == 1


async def _no_meetings() -> tuple[()]:
    return ()
