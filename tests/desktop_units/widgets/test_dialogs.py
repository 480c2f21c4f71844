"""The dialog that takes a meeting number."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from rtms_tray.support.command_types import Answer, Exit
from tests.desktop_units.fakes import DesktopHarness, run_scene, settle

LONG = "That is no meeting number. " * 12


def test_start_dialog_stays_open_with_the_reason(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        dialog = harness.desktop.start_dialog
        dialog.ask()
        dialog.start.click()
        assert "Enter the meeting ID" in dialog.trouble.text()
        dialog.entry.setText("my room")
        harness.commander.answer = Answer(Exit.REFUSED, "Personal links carry no number.")
        dialog.start.click()
        await settle()
        assert dialog.isVisible()
        assert dialog.trouble.text() == "Personal links carry no number."
        harness.commander.answer = Answer(Exit.DONE)
        dialog.start.click()
        await settle()
        assert not dialog.isVisible()

    run_scene(qapp, scene)


def test_the_start_dialog_shows_every_line_of_a_refusal(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        dialog = harness.desktop.start_dialog
        for text in (LONG, "Short.", LONG):
            dialog.ask()
            dialog.entry.setText("my room")
            harness.commander.answer = Answer(Exit.REFUSED, text)
            dialog.start.click()
            await settle()
            trouble = dialog.trouble
            assert trouble.height() >= trouble.heightForWidth(trouble.width())
            bottom = dialog.buttons.mapTo(dialog, QPoint(0, dialog.buttons.height())).y()
            assert bottom <= dialog.height()
            dialog.reject()

    run_scene(qapp, scene)
