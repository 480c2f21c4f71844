"""The switch for starting at log-in: it shows how the system has it, and never what was only clicked."""

import asyncio
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.settings.autostart_row import AutostartRow
from rtms_tray.presentation.autostart_view import AutostartView
from rtms_tray.support.command_types import Answer, Command, Exit, Say
from rtms_tray.support.texts import text
from tests.helpers.windows import until

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.qt_loop


class System:
    """Answers as a system does in which the user may change things, too."""

    def __init__(self) -> None:
        self.data: Mapping[str, object] = {"on": False, "available": True, "note": ""}
        self.refusal = ""
        self.done: list[str] = []

    async def perform(self, command: Command, say: Say) -> Answer:
        del say
        self.done.append(command.name)
        await asyncio.sleep(0)
        if command.name == "autostart-set":
            if self.refusal:
                return Answer(Exit.REFUSED, self.refusal)
            self.data = {**self.data, "on": command.arguments["on"] == "true"}
        return Answer(Exit.DONE, data=self.data)


def made(system: System) -> AutostartRow:
    return AutostartRow(CommandSender(system, lambda _command, _answer: None))


def click(row: AutostartRow, label: str) -> None:
    buttons = (one for one in row.findChildren(QPushButton) if one.text() == label)
    QTest.mouseClick(next(buttons), Qt.MouseButton.LeftButton)


async def test_it_follows_the_system(qapp: QApplication) -> None:
    del qapp
    system = System()
    row = made(system)
    assert row.isHidden()
    row.refresh()
    await until(lambda: row.editor.value() == "false")
    assert not row.isHidden()
    row.show()
    click(row, text("settings.on"))
    await until(lambda: system.data["on"] is True)
    await until(lambda: row.editor.value() == "true")
    system.data = {**system.data, "on": False}  # somebody else
    row.refresh()
    await until(lambda: row.editor.value() == "false")
    system.data = {"on": None, "available": True, "note": "Nobody knows."}
    row.refresh()
    await until(lambda: row.editor.value() == "")
    assert row.note.text() == "Nobody knows."
    row.close()


async def test_what_is_refused_is_said_and_shown_as_it_is(qapp: QApplication) -> None:
    del qapp
    system = System()
    row = made(system)
    row.refresh()
    row.show()
    await until(lambda: row.editor.value() == "false")
    system.refusal = "The disk is full."
    click(row, text("settings.on"))
    await until(lambda: row.trouble.text() == "The disk is full.")
    await until(lambda: row.editor.value() == "false")
    system.refusal = ""
    click(row, text("settings.on"))
    await until(row.trouble.isHidden)
    assert row.editor.value() == "true"
    row.close()


async def test_where_nothing_can_be_switched_there_is_no_switch(qapp: QApplication) -> None:
    del qapp
    system = System()
    system.data = {"on": None, "available": False, "note": "Not installed."}
    row = made(system)
    told: list[bool] = []
    row.available.connect(told.append)
    row.refresh()
    await until(lambda: told == [False])
    assert row.isHidden()


def test_an_answer_that_says_nothing_offers_nothing() -> None:
    assert AutostartView.of(None) == AutostartView(None, available=False)
