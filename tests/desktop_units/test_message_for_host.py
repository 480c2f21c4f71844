"""The text for the host by a click: on the clipboard, and shown, so that nobody pastes blindly."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.view_model import ActionView
from rtms_tray.support.command_types import Answer, Exit
from tests.desktop_units import samples
from tests.desktop_units.fakes import Stage, play, settle

pytestmark = pytest.mark.qt_loop

TEXT = "Hi! Please approve the request."


def test_it_is_copied_and_shown(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.commander.answer = Answer(Exit.DONE, TEXT)
        action = ActionView("message", "Message for the host")
        session = replace(samples.session(CaptureState.STOPPED), actions=(action,))
        stage.desktop.show(samples.of_sessions(session))
        stage.desktop.open_window()
        await settle()
        button = stage.desktop.window.findChild(QPushButton, "action-message")
        assert isinstance(button, QPushButton)
        button.click()
        await settle()
        assert stage.commander.asked == [("message", {"meeting": session.key})]
        assert QGuiApplication.clipboard().text() == TEXT
        shown = [one.text() for one in stage.desktop.window.findChildren(QLabel) if one.isVisible()]
        assert any(TEXT in text for text in shown)

    play(qapp, scene)
