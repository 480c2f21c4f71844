"""The dialog that takes a meeting number."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMessageBox

from rtms_tray.support.command_types import Answer, Exit
from rtms_tray.support.texts import text
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, FullDesktop, run_scene, settle
from tests.desktop_units.menus import entry
from tests.helpers.windows import until

LONG = "That is no meeting number. " * 12


@pytest.mark.qt_loop
async def test_a_question_of_the_trays_menu_has_help(full: FullDesktop, qapp: QApplication) -> None:
    full.desktop.show(samples.at_rest())
    entry(full.desktop.menu.menu, text("actions.account.sign_out")).trigger()
    await settle()
    box = next(w for w in qapp.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible())
    (ask,) = [one for one in box.findChildren(QShortcut) if one.key() == QKeySequence("F1")]
    ask.activated.emit()
    await until(full.windows.help.isVisible)
    box.close()


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
        for reason in (LONG, "Short.", LONG):
            dialog.ask()
            dialog.entry.setText("my room")
            harness.commander.answer = Answer(Exit.REFUSED, reason)
            dialog.start.click()
            await settle()
            trouble = dialog.trouble
            assert trouble.height() >= trouble.heightForWidth(trouble.width())
            bottom = dialog.buttons.mapTo(dialog, QPoint(0, dialog.buttons.height())).y()
            assert bottom <= dialog.height()
            dialog.reject()

    run_scene(qapp, scene)
