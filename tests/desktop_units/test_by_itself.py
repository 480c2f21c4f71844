"""The tick below the obvious button: the setting, shown live and written at once."""

from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.application import Desktop
from rtms_tray.desktop.event_loop import run
from rtms_tray.store.profile import Profile
from rtms_tray.store.settings_file import load
from tests.desktop_units import samples
from tests.desktop_units.fakes import settle
from tests.helpers.windows import Known, window_inputs, words

S = CaptureState


class Stage:
    """A desktop with a settings file."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self.profile = Profile("default", folder, folder / "data", folder / "logs")
        self.commander = Known(profile=self.profile)
        self.desktop = Desktop(
            app,
            self.commander,
            _no_meetings,
            lambda: None,
            clock=lambda: samples.NOW,
            window_inputs=window_inputs(self.profile),
        )
        self.window = self.desktop.window
        self.shown = self.window.card.auto_resend
        self.box = self.shown.box

    def show(self, state: CaptureState, *, by_itself: bool | None) -> None:
        """Show a session in this state, and what its setting says."""
        session = replace(samples.session(state), resends_itself=by_itself)
        self.desktop.show(samples.of_sessions(session))

    def click_on_the_words(self) -> None:
        """Click beside the box."""
        text = next(one for one in self.shown.findChildren(QLabel) if "by itself" in one.text())
        QTest.mouseClick(text, Qt.MouseButton.LeftButton)

    def setting(self) -> str:
        """Read what the file says."""
        settings, problems = load(self.profile.settings_file)
        assert problems == ()
        return settings.behaviour.auto_resend


async def _no_meetings() -> tuple[()]:
    return ()


@asynccontextmanager
async def stage(app: QApplication, folder: Path) -> AsyncIterator[Stage]:
    made = Stage(app, folder)
    made.show(S.RESEND_NEEDED, by_itself=False)
    made.window.show()
    await settle()
    try:
        yield made
    finally:
        made.desktop.close()
        await settle()


def play(app: QApplication, scene: Coroutine[Any, Any, None]) -> None:
    run(scene, app)


def test_it_writes_the_setting_and_the_program_reads_it(qapp: QApplication, tmp_path: Path) -> None:
    async def scene() -> None:
        async with stage(qapp, tmp_path) as on:
            on.box.setFocus()
            QTest.keyClick(on.box, Qt.Key.Key_Space)
            await settle()
            assert on.setting() == "host_joined"
            assert on.commander.reloads == 1
            assert on.box.isChecked()
            on.show(S.RESEND_NEEDED, by_itself=True)
            on.click_on_the_words()
            await settle()
            assert on.setting() == "ask"

    play(qapp, scene())


def test_an_open_settings_window_follows(qapp: QApplication, tmp_path: Path) -> None:
    async def scene() -> None:
        async with stage(qapp, tmp_path) as on:
            assert on.desktop.windows is not None
            on.desktop.windows.open_settings()
            row = on.desktop.windows.settings.rows["behaviour.auto_resend"]
            assert row.editor.value() == "ask"
            on.box.click()
            await settle()
            assert row.editor.value() == "host_joined"

    play(qapp, scene())


def test_it_follows_the_setting_and_stands_only_where_it_matters(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with stage(qapp, tmp_path) as on:
            assert on.box.isVisible()
            assert not on.box.isChecked()
            on.show(S.WAITING_FOR_HOST, by_itself=True)
            assert on.box.isChecked()
            on.show(S.SHARING, by_itself=None)
            assert not on.box.isVisible()

    play(qapp, scene())


def test_what_cannot_be_written_is_said_and_stays_as_it_was(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with stage(qapp, tmp_path) as on:
            on.profile.settings_file.write_text("[behaviour\n", "utf-8")
            on.box.click()
            await settle()
            assert not on.box.isChecked()
            assert "Correct or remove" in words(on.window.banners)
            assert on.commander.reloads == 0

    play(qapp, scene())
