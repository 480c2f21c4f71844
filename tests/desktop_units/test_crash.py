"""A failure that nothing catches is shown once, without secrets."""

import asyncio
import logging
import sys
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from rtms_tray.desktop import first_icon
from rtms_tray.desktop.crash import crashes_shown
from rtms_tray.store.log import redacted
from tests.desktop_units.fakes import FullDesktop, failure
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.windows import until


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.usefixtures("qapp")
def test_an_interruption_by_the_user_is_no_crash(capsys: pytest.CaptureFixture[str]) -> None:
    reports: list[str] = []
    with crashes_shown(reports.append, redacted):
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
        QApplication.processEvents()
    assert reports == []
    assert "KeyboardInterrupt" in capsys.readouterr().err


@pytest.mark.qt_loop
@pytest.mark.promise("secrets are in the keyring and in memory only")
async def test_a_crash_is_told_once_without_secrets(
    full: FullDesktop, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("rtms_tray.desktop.crash:CRITICAL:Unhandled exception.")
    expected_logs.expect("qasync.*:ERROR:second")
    reports: list[str] = []

    def show(text: str) -> None:
        reports.append(text)
        full.desktop.show_crash(text)

    with crashes_shown(show, redacted):
        error = failure("access_token=abcdefgh12345678")
        sys.excepthook(type(error), error, error.__traceback__)
        loop = asyncio.get_running_loop()
        loop.call_exception_handler({"message": "second", "exception": ValueError("second")})
        await until(lambda: reports)
        await asyncio.sleep(0.05)
    assert len(reports) == 1
    assert "access_token=…" in reports[0]
    assert "Traceback" in reports[0]
    dialog = full.windows.crash
    assert dialog.isVisible()
    click(dialog.copy)
    assert QGuiApplication.clipboard().text() == reports[0]


@pytest.mark.qt_loop
async def test_a_thread_that_fails_is_told_in_the_right_thread(
    qapp: QApplication, expected_logs: ExpectedLogs
) -> None:
    first_icon.name_application(qapp)
    expected_logs.expect("rtms_tray.desktop.crash:CRITICAL:Unhandled exception.")
    reports: list[tuple[str, threading.Thread]] = []

    def fail() -> None:
        raise RuntimeError("in a thread")

    with crashes_shown(lambda text: reports.append((text, threading.current_thread())), redacted):
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        await until(lambda: reports)
    assert "in a thread" in reports[0][0]
    assert reports[0][1] is threading.main_thread()


@pytest.mark.qt_loop
async def test_what_is_no_crash_is_not_told(
    qapp: QApplication, expected_logs: ExpectedLogs
) -> None:
    first_icon.name_application(qapp)
    expected_logs.allow(".*")
    reports: list[str] = []
    hooks = sys.excepthook, threading.excepthook
    with crashes_shown(reports.append, redacted):
        logging.getLogger("rtms_tray.x").error("without a traceback")
        error = failure("handled")
        harmless = logging.getLogger("rtms_tray.desktop.notifications.native")
        harmless.error("handled", exc_info=error)
        logging.getLogger("rtms_tray.x").info("mentioned", exc_info=error)
        await asyncio.sleep(0.05)
    assert reports == []
    assert (sys.excepthook, threading.excepthook) == hooks
