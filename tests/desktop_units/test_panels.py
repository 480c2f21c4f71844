"""The windows beside the status window: inspector, help, diagnostics, crash, and what opens them."""

import asyncio
import logging
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton

from rtms_tray.desktop import application
from rtms_tray.desktop.crash import crashes_shown
from rtms_tray.desktop.log_window import newest_lines
from rtms_tray.desktop.theme import DARK, LIGHT
from rtms_tray.desktop.widgets.app_window import AppWindow
from rtms_tray.desktop.window_registry import WindowRegistry
from rtms_tray.doctor.check_report import as_json, report
from rtms_tray.doctor.check_types import CheckResult, CheckStatus
from rtms_tray.presentation.view_model import AccountView, Overview, SignInState
from rtms_tray.runtime.event_log import KEPT
from rtms_tray.store.log import LOG_FILE, log_to_file, redacted
from rtms_tray.store.profile import Profile
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.feeds import Received
from tests.desktop_units import samples
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.windows import Known, until, window_inputs, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rtms_tray.desktop.meetings_menu import MeetingChoice

pytestmark = pytest.mark.qt_loop

FOUND = (
    CheckResult("settings", "Settings", CheckStatus.OK, "They are complete."),
    CheckResult(
        "sign_in", "Sign-in", CheckStatus.BROKEN, "olive@example.com is signed out.", "Sign in."
    ),
    CheckResult("tray", "Tray", CheckStatus.WARNING, "<b>None</b>.", "Use the window."),
    CheckResult("feed", "Event feed", CheckStatus.NOT_CHECKED, "Not running."),
)
NOT_CONFIGURED = AccountView(SignInState.NOT_CONFIGURED)


class Stage:
    """A desktop with insides."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self.profile = Profile(
            "default", folder / "p", folder / "p" / "data", folder / "p" / "logs"
        )
        self.commander = Known(as_json(FOUND))
        self.window_inputs = window_inputs(self.profile)
        self.desktop = application.Desktop(
            app, self.commander, self._meetings, lambda: None,
            clock=lambda: samples.NOW, window_inputs=self.window_inputs,
        )  # fmt: skip

    async def _meetings(self) -> "Sequence[MeetingChoice]":
        return ()

    @property
    def windows(self) -> WindowRegistry:
        assert self.desktop.windows is not None
        return self.desktop.windows

    def received(self, name: str, at: int = samples.NOW) -> None:
        raw = f'{{"event": "{name}", "event_ts": 1, "payload": {{"topic": "<b>bold</b>"}}}}'
        self.window_inputs.inspector.add(Received(decode(raw, at), raw, at))


@pytest.fixture
async def stage(qapp: QApplication, tmp_path: Path) -> AsyncIterator[Stage]:
    made = Stage(qapp, tmp_path)
    yield made
    made.desktop.close()
    await asyncio.sleep(0.02)


def not_set_up() -> Overview:
    return replace(samples.at_rest(samples.S.SIGNED_OUT), account=NOT_CONFIGURED)


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def entries(stage: Stage) -> dict[str, Callable[[], None]]:
    """Every entry of the tray's menu, and of the menus in it, with what chooses it."""
    found = {}
    for action in stage.desktop.menu.menu.actions():
        found[action.text()] = action.trigger
        inside = action.menu()
        if isinstance(inside, QMenu):
            found.update({inner.text(): inner.trigger for inner in inside.actions()})
    return found


# --- the menu -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "window"),
    [
        ("Settings…", "Settings"),
        ("Help", "Help"),
        ("Diagnostics", "Diagnostics"),
        ("Event inspector", "Event inspector"),
        ("Log", "Log"),
        ("History…", "History"),
        ("Set up…", "Set up"),
    ],
)
async def test_the_menu_opens_each_window(stage: Stage, entry: str, window: str) -> None:
    stage.desktop.show(samples.at_rest())
    stage.desktop.show(samples.overview(samples.S.SHARING))  # filled a second time
    await until(stage.desktop.window.isActiveWindow)  # it opens by itself: there is no tray
    entries(stage)[entry]()
    shown = [
        w for w in QApplication.topLevelWidgets() if isinstance(w, AppWindow) and w.isVisible()
    ]
    assert [w.windowTitle() for w in shown] == [f"{window} – rtms-tray"]
    await until(shown[0].isActiveWindow)
    QTest.keyClick(shown[0], Qt.Key.Key_Escape)
    await until(lambda: not shown[0].isVisible())


async def test_the_windows_own_menu_has_them_too(stage: Stage) -> None:
    stage.desktop.show(samples.at_rest())
    texts = [action.text() for action in stage.desktop.window.menu.menu.actions()]
    assert "Settings…" in texts
    assert "Help and diagnostics" in texts


async def test_everything_that_takes_the_focus_has_a_name(stage: Stage) -> None:
    stage.desktop.show(not_set_up())
    made = (
        stage.windows.settings, stage.windows.inspector, stage.windows.help, stage.windows.doctor,
        stage.windows.setup_wizard, stage.windows.crash, stage.windows.doctor.report, stage.windows.log,
    )  # fmt: skip
    nameless = [
        (panel.windowTitle(), widget.metaObject().className())
        for panel in made
        for widget in panel.findChildren(QPushButton) + panel.findChildren(QLineEdit)
        if not widget.accessibleName()
        if not widget.objectName().startswith("qt_")
    ]
    assert nameless == []


# --- set-up instead of an empty window ----------------------------------------------------------


async def test_the_first_start_opens_the_set_up_once(stage: Stage) -> None:
    stage.desktop.show(not_set_up())
    setup_wizard = stage.windows.setup_wizard
    assert setup_wizard.isVisible()
    setup_wizard.close()
    stage.desktop.show(replace(not_set_up(), title="Changed"))
    assert not setup_wizard.isVisible()
    stage.desktop.open_window()
    assert setup_wizard.isVisible()
    assert not stage.desktop.window.isVisible()


async def test_once_set_up_the_window_opens(stage: Stage) -> None:
    stage.desktop.show(samples.at_rest())
    stage.desktop.open_window()
    assert stage.desktop.window.isVisible()
    assert not stage.windows.setup_wizard.isVisible()


async def test_at_its_end_the_window_opens(stage: Stage) -> None:
    stage.desktop.show(not_set_up())
    stage.windows.setup_wizard.finished.emit()
    assert stage.desktop.window.isVisible()


async def test_without_a_tray_something_stays(stage: Stage) -> None:
    stage.desktop.show(not_set_up())
    stage.desktop.window.minimise_instead = True
    stage.windows.setup_wizard.close()
    assert stage.desktop.window.isVisible()


# --- looks --------------------------------------------------------------------------------------


async def test_colours_follow_the_setting(stage: Stage) -> None:
    stage.desktop.show(samples.at_rest())
    settings = stage.windows.settings
    stage.desktop.apply_appearance(theme="dark", icons="colour")
    for widget in (stage.desktop.window, settings, stage.windows.help):
        assert DARK.ground in widget.styleSheet()
    stage.desktop.apply_appearance(theme="light", icons="colour")
    assert LIGHT.ground in settings.styleSheet()


# --- the event inspector ------------------------------------------------------------------------


async def test_events_are_listed_newest_first_as_plain_text(stage: Stage) -> None:
    stage.received("meeting.started")
    window = stage.windows.inspector
    window.bring()
    stage.received("meeting.ended")
    texts = [window.list.item(place).text() for place in range(window.list.count())]
    assert [text.split()[-1] for text in texts] == ["meeting.ended", "meeting.started"]
    window.list.setCurrentRow(0)
    assert "<b>bold</b>" in window.box.toPlainText()
    assert window.counted.text() == "2 events"


async def test_the_filter_holds_for_what_comes_later(stage: Stage) -> None:
    window = stage.windows.inspector
    window.bring()
    QTest.keyClicks(window.filter, "ended")
    for name in ("meeting.started", "meeting.ended"):
        stage.received(name)
    assert window.list.count() == 1
    QTest.keyClicks(window.filter, " nothing")
    assert window.list.count() == 0
    assert not window.copy_all.isEnabled()
    assert window.counted.text() == "No event holds these words."
    window.filter.clear()
    assert window.list.count() == 2


async def test_copying_one_and_all(stage: Stage) -> None:
    for name in ("meeting.started", "meeting.ended"):
        stage.received(name)
    window = stage.windows.inspector
    window.bring()
    assert "meeting.ended" in window.box.toPlainText()  # the newest one is open at once
    window.list.setCurrentRow(1)
    click(window.copy_selected)
    copied = QGuiApplication.clipboard().text()
    assert "meeting.started" in copied
    assert "meeting.ended" not in copied
    click(window.copy_all)
    copied = QGuiApplication.clipboard().text()
    assert copied.index("meeting.ended") < copied.index("meeting.started")
    assert window.counted.text() == "Copied: 2."


async def test_no_more_is_listed_than_is_kept(stage: Stage) -> None:
    window = stage.windows.inspector
    window.bring()
    for _ in range(KEPT + 3):
        stage.received("meeting.started")
    assert window.list.count() == KEPT


async def test_a_closed_inspector_hears_nothing_and_catches_up(stage: Stage) -> None:
    window = stage.windows.inspector
    window.bring()
    window.close()
    stage.received("meeting.started")
    assert window.list.count() == 0
    window.bring()
    assert window.list.count() == 1


# --- diagnostics --------------------------------------------------------------------------------


async def test_diagnostics_show_what_was_found(stage: Stage) -> None:
    window = stage.windows.doctor
    window.open()
    await until(lambda: "1 of 4 checks" in words(window))
    shown = words(window)
    assert "Sign-in: …@… is signed out." in shown
    assert "Use the window." in shown
    assert "<b>None</b>." in shown
    assert stage.commander.names() == ["doctor"]
    await until(window.again.isEnabled)
    click(window.again)
    await until(lambda: stage.commander.names() == ["doctor", "doctor"])


async def test_the_report_is_seen_before_it_is_copied(stage: Stage) -> None:
    window = stage.windows.doctor
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


async def test_a_doctor_that_cannot_come_says_why(stage: Stage) -> None:
    stage.commander.doctor = None
    window = stage.windows.doctor
    window.open()
    await until(lambda: window.headline.text() == "Looked.")
    assert not window.copy.isEnabled()


# --- the log ------------------------------------------------------------------------------------


@pytest.fixture
def logged(stage: Stage) -> Iterator[Path]:
    """Log into the profile's file, as the program does."""
    root = logging.getLogger()
    before, levels = root.handlers[:], (root.level, logging.getLogger("rtms_tray").level)
    log_to_file(stage.profile, verbose=False)
    yield stage.profile.log_folder / LOG_FILE
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(levels[0])
    logging.getLogger("rtms_tray").setLevel(levels[1])


async def test_the_log_is_read_as_text_and_copied(stage: Stage, logged: Path) -> None:
    log = logging.getLogger("rtms_tray.x")
    log.info("refreshed with access_token=%s", "abc.def.ghi")
    try:
        raise failure("no")
    except ValueError as error:
        log.info("That failed.", exc_info=error)
    window = stage.windows.log
    window.open()
    first, second, *trace = window.box.toPlainText().splitlines()
    assert first.endswith("INFO rtms_tray.x: refreshed with access_token=…")
    assert second.endswith("INFO rtms_tray.x: That failed.")
    assert trace[-1].startswith("ValueError: ")
    assert str(logged) in window.intro.text()
    click(window.copy)
    assert QGuiApplication.clipboard().text() == window.box.toPlainText()


def test_only_the_newest_lines_of_a_long_log_are_read(tmp_path: Path) -> None:
    log = tmp_path / LOG_FILE
    log.write_text("".join(f"line {place}\n" for place in range(50_000)), "utf-8")
    lines = newest_lines(log).splitlines()
    assert lines[-1] == "line 49999"
    assert lines[0].startswith("line ")  # none is cut through
    assert 1_000 < len(lines) < 50_000


def test_a_log_that_is_not_there_or_cannot_be_read_says_so(tmp_path: Path) -> None:
    assert newest_lines(tmp_path / LOG_FILE) == "Nothing has been logged yet."
    (tmp_path / "folder").mkdir()
    assert newest_lines(tmp_path / "folder") == "The log cannot be read: Is a directory."


def failure(words_: str) -> ValueError:
    """Give an error that was raised, with its traceback."""
    try:
        int(words_)
    except ValueError as error:
        return error
    raise AssertionError(words_)


# --- crashes ------------------------------------------------------------------------------------


@pytest.mark.promise("secrets are in the keyring and in memory only")
async def test_a_crash_is_told_once_without_secrets(
    stage: Stage, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("rtms_tray.desktop.crash:CRITICAL:Nobody caught this.")
    expected_logs.expect("qasync.*:ERROR:second")
    told: list[str] = []

    def tell(text: str) -> None:
        told.append(text)
        stage.desktop.show_crash(text)

    with crashes_shown(tell, redacted):
        error = failure("access_token=abcdefgh12345678")
        sys.excepthook(type(error), error, error.__traceback__)
        loop = asyncio.get_running_loop()
        loop.call_exception_handler({"message": "second", "exception": ValueError("second")})
        await until(lambda: told)
        await asyncio.sleep(0.05)
    assert len(told) == 1
    assert "access_token=…" in told[0]
    assert "Traceback" in told[0]
    dialog = stage.windows.crash
    assert dialog.isVisible()
    click(dialog.copy)
    assert QGuiApplication.clipboard().text() == told[0]


async def test_a_thread_that_fails_is_told_in_the_right_thread(
    qapp: QApplication, expected_logs: ExpectedLogs
) -> None:
    application.name_application(qapp)
    expected_logs.expect("rtms_tray.desktop.crash:CRITICAL:Nobody caught this.")
    told: list[tuple[str, threading.Thread]] = []

    def fail() -> None:
        raise RuntimeError("in a thread")

    with crashes_shown(lambda text: told.append((text, threading.current_thread())), redacted):
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        await until(lambda: told)
    assert "in a thread" in told[0][0]
    assert told[0][1] is threading.main_thread()


async def test_what_is_no_crash_is_not_told(
    qapp: QApplication, expected_logs: ExpectedLogs
) -> None:
    application.name_application(qapp)
    expected_logs.allow(".*")
    told: list[str] = []
    hooks = sys.excepthook, threading.excepthook
    with crashes_shown(told.append, redacted):
        logging.getLogger("rtms_tray.x").error("without a traceback")
        error = failure("handled")
        harmless = logging.getLogger("rtms_tray.desktop.notifications.native")
        harmless.error("handled", exc_info=error)
        logging.getLogger("rtms_tray.x").info("mentioned", exc_info=error)
        await asyncio.sleep(0.05)
    assert told == []
    assert (sys.excepthook, threading.excepthook) == hooks
