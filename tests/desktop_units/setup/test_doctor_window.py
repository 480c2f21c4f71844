"""Diagnostics in a window, and the report that is copied."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from rtms_tray.doctor.check_report import as_json, report
from rtms_tray.doctor.check_types import CheckResult, CheckStatus
from tests.desktop_units.fakes import FullDesktop
from tests.helpers.windows import until, words

pytestmark = pytest.mark.qt_loop


FOUND = (
    CheckResult("settings", "Settings", CheckStatus.OK, "OK"),
    CheckResult(
        "sign_in", "Sign-in", CheckStatus.BROKEN, "olive@example.com is signed out.", "Sign in."
    ),
    CheckResult("tray", "Tray", CheckStatus.WARNING, "<b>None</b>.", "Use the window."),
    CheckResult("feed", "Event feed", CheckStatus.NOT_CHECKED, "Not running."),
)


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def test_diagnostics_show_what_was_found(full: FullDesktop) -> None:
    full.commander.doctor = as_json(FOUND)
    window = full.windows.doctor
    window.open()
    await until(lambda: "1 of 4 checks" in words(window))
    shown = words(window)
    assert "Sign-in: …@… is signed out." in shown
    assert "Use the window." in shown
    assert "<b>None</b>." in shown
    assert full.commander.names() == ["doctor"]
    await until(window.again.isEnabled)
    click(window.again)
    await until(lambda: full.commander.names() == ["doctor", "doctor"])


async def test_the_report_is_seen_before_it_is_copied(full: FullDesktop) -> None:
    full.commander.doctor = as_json(FOUND)
    window = full.windows.doctor
    window.open()
    await until(window.copy.isEnabled)
    QGuiApplication.clipboard().setText("before")
    click(window.copy)
    assert QGuiApplication.clipboard().text() == "before"
    assert window.report.isVisible()
    assert window.report.box.toPlainText() == report(FOUND)
    click(window.report.copy)
    assert QGuiApplication.clipboard().text() == report(FOUND)
    assert "olive@" not in report(FOUND)
    assert window.report.copied.text() == "Copied."


async def test_a_doctor_that_cannot_come_says_why(full: FullDesktop) -> None:
    full.commander.doctor = as_json(FOUND)
    full.commander.doctor = None
    window = full.windows.doctor
    window.open()
    await until(lambda: window.headline.text() == "Looked.")
    assert not window.copy.isEnabled()
