"""What the windows do for each other: the history follows, the log's folder opens, all end together."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.application import Desktop
from rtms_tray.desktop.widgets.app_window import AppWindow
from rtms_tray.desktop.window_registry import WindowRegistry
from rtms_tray.store.profile import Profile
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.feeds import Received
from tests.desktop_units import samples
from tests.desktop_units.fakes import Recorder
from tests.helpers.many_meetings import keep_many
from tests.helpers.windows import until, window_inputs, words

pytestmark = pytest.mark.qt_loop


class Stage:
    """A desktop with insides, whose commander answers as told."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self.profile = Profile("default", folder, folder / "data", folder / "logs")
        self.commander = Recorder()
        self.desktop = Desktop(
            app, self.commander, _no_meetings, lambda: None,
            clock=lambda: samples.NOW, window_inputs=window_inputs(self.profile),
        )  # fmt: skip

    @property
    def windows(self) -> WindowRegistry:
        assert self.desktop.windows is not None
        return self.desktop.windows


async def _no_meetings() -> tuple[()]:
    return ()


@pytest.fixture
async def stage(qapp: QApplication, tmp_path: Path) -> AsyncIterator[Stage]:
    made = Stage(qapp, tmp_path)
    yield made
    await made.desktop.end()


class Opener(QObject):
    """Takes what would be opened by the system's own program."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[QUrl] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        """Remember it."""
        self.opened.append(url)


@pytest.fixture
def opener() -> Iterator[Opener]:
    made = Opener()
    QDesktopServices.setUrlHandler("file", made, "open")  # type: ignore[arg-type]  # wants text
    yield made
    QDesktopServices.unsetUrlHandler("file")


async def test_an_open_history_follows_what_happens(stage: Stage) -> None:
    keep_many(stage.profile.history_file, 2, samples.NOW)
    stage.desktop.show(samples.at_rest())
    stage.windows.open_history()
    model = stage.windows.history.model
    await until(lambda: model.rowCount() == 2)
    keep_many(stage.profile.history_file, 3, samples.NOW)
    stage.desktop.show(samples.overview(CaptureState.SHARING))
    await until(lambda: model.rowCount() == 3)


async def test_a_closed_inspector_keeps_no_event_and_has_them_again_when_it_opens(
    stage: Stage,
) -> None:
    raw = '{"event": "meeting.started", "event_ts": 1, "payload": {}}'
    inspector = stage.windows._window_inputs.inspector
    inspector.add(Received(decode(raw, samples.NOW), raw, samples.NOW))
    window = stage.windows.inspector
    window.bring()
    assert "meeting.started" in window.box.toPlainText()
    window.close()
    assert (window.list.count(), window.box.toPlainText()) == (0, "")
    window.bring()
    assert window.list.count() == 1
    assert "meeting.started" in window.box.toPlainText()


async def test_the_logs_folder_is_opened_by_the_systems_own_program(
    stage: Stage, opener: Opener
) -> None:
    stage.windows.open_log()
    buttons = stage.windows.log.findChildren(QPushButton)
    folder = next(one for one in buttons if one.text() == "Open folder")
    folder.click()
    assert [Path(url.toLocalFile()) for url in opener.opened] == [stage.profile.log_folder]


async def test_what_is_copied_without_a_window_is_shown(stage: Stage) -> None:
    stage.desktop.show(samples.overview(CaptureState.STOPPED))
    stage.commander.answer = Answer(Exit.DONE, "Please let the app share.")
    stage.desktop.commands.send(Command("message", {}))
    await until(stage.desktop.window.isVisible)
    assert QGuiApplication.clipboard().text() == "Please let the app share."
    assert "Please let the app share." in words(stage.desktop.window.banners)


async def test_what_is_refused_without_a_window_is_told_all_the_same(stage: Stage) -> None:
    stage.desktop.show(samples.at_rest())
    stage.commander.answer = Answer(Exit.REFUSED, "There is no such meeting.")
    stage.desktop.commands.send(Command("start", {"meeting": "1"}))
    await until(lambda: "There is no such meeting." in words(stage.desktop.window.banners))
    await until(stage.desktop.window.isVisible)  # no tray and no notifications here


async def test_the_set_up_can_be_opened_before_anything_is_known(stage: Stage) -> None:
    stage.windows.open_setup()
    setup_wizard = stage.windows.setup_wizard
    assert setup_wizard.isVisible()
    stage.desktop.show(samples.at_rest())  # and follows when something is
    assert setup_wizard.isVisible()


async def test_the_end_leaves_no_window(qapp: QApplication, tmp_path: Path) -> None:
    stage = Stage(qapp, tmp_path)
    keep_many(stage.profile.history_file, 2, samples.NOW)
    stage.desktop.show(samples.at_rest())
    stage.desktop.open_window()
    for name in ("settings", "history", "help", "doctor", "inspector", "log"):
        getattr(stage.windows, f"open_{name}")()
    mine = [stage.desktop.window, *stage.windows._windows.values()]
    assert all(window.isVisible() for window in mine)
    await until(lambda: stage.windows.history.model.rowCount() == 2)
    await stage.desktop.end()
    assert not any(window.isVisible() for window in mine)
    left = [one for one in QApplication.topLevelWidgets() if isinstance(one, AppWindow)]
    assert not any(one.isVisible() for one in left)
