"""Windows that stay closed are deleted; those that are wanted, or still have work to do, are not."""

import ctypes
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.event_loop import run
from rtms_tray.desktop.widgets import put_away
from rtms_tray.presentation.setup_offer import SetupOffer
from rtms_tray.support.command_types import Command
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, FullDesktop, run_scene, settle
from tests.helpers.windows import until


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(put_away, "AWAY_MS", 1)


def test_the_status_window_is_made_anew_with_all_that_it_had(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        desktop = harness.desktop
        desktop.add_entry("Host panel", lambda: None)
        desktop.show(samples.overview(CaptureState.IDLE))
        desktop.open_window()
        window = desktop.window
        await until(lambda: window.minimise_instead)  # there is no tray, which opens it once more
        window.close()
        await until(lambda: not isValid(window))
        desktop.open_window()
        assert desktop.window is not window
        assert desktop.window.isVisible()
        entries = {entry.text() for entry in desktop.window.menu.menu.actions()}
        assert "Host panel" in entries

    run_scene(qapp, scene)


def test_a_window_that_is_opened_again_stays(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        window.show()
        window.close()
        window.show()
        await settle()
        await settle()
        assert harness.desktop.window is window
        assert isValid(window)

    run_scene(qapp, scene)


def test_nothing_is_deleted_before_its_work_is_done(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        window.show()
        harness.commander.go.clear()
        harness.desktop.commands.send(Command("status"))
        window.close()
        await settle()
        await settle()
        assert isValid(window)
        harness.commander.go.set()
        await until(lambda: not isValid(window))

    run_scene(qapp, scene)


def test_the_other_windows_go_too(qapp: QApplication, tmp_path: Path) -> None:
    async def main() -> None:
        full = FullDesktop(qapp, tmp_path)
        windows = full.windows
        opened = (
            windows.history, windows.settings, windows.log, windows.setup_wizard, windows.consent,
            windows.link,
        )  # fmt: skip
        for window in opened:
            window.show()
            window.close()
        await until(lambda: not any(map(isValid, opened)))
        windows.open_history()
        assert windows.history.isVisible()
        full.desktop.close()
        await settle()

    run(main(), qapp)


@pytest.mark.parametrize("begun", ["a step", "a link"])
def test_a_set_up_that_was_begun_stays_until_it_is_over(
    qapp: QApplication, tmp_path: Path, begun: str
) -> None:
    async def main() -> None:
        full = FullDesktop(qapp, tmp_path)
        wizard, log = full.windows.setup_wizard, full.windows.log
        if begun == "a step":
            wizard.welcome.connect_app.click()
        else:
            wizard.welcome.link.setText("rtms-tray:")
        for window in (wizard, log):
            window.show()
            window.close()
        await until(lambda: not isValid(log))
        assert full.windows.setup_wizard is wizard
        assert isValid(wizard)
        wizard.welcome.link.clear()
        wizard.back.click()
        wizard.show()
        wizard.close()
        await until(lambda: not isValid(wizard))
        full.desktop.close()
        await settle()

    run(main(), qapp)


def test_a_question_that_waits_for_an_answer_stays(qapp: QApplication, tmp_path: Path) -> None:
    async def main() -> None:
        full = FullDesktop(qapp, tmp_path)
        consent, log = full.windows.consent, full.windows.log
        consent.ask(SetupOffer("key", "relay.example.com", "Example", ("One",)))
        consent.hide()  # closing would decline
        log.show()
        log.close()
        await until(lambda: not isValid(log))
        assert full.windows.is_asking
        assert isValid(consent)
        full.desktop.close()
        await settle()

    run(main(), qapp)


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_memory_is_given_back_where_the_library_can(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    put_away.give_memory_back()
    libraries: list[None] = []
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(ctypes, "CDLL", libraries.append)  # one that has no such function
    put_away.give_memory_back()
    assert libraries == ([None] if platform == "linux" else [])
