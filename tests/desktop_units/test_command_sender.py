"""What clicks keep: buttons while they stand, and nothing of the thousands that are gone."""

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from shiboken6 import delete

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.support.command_types import Command
from tests.desktop_units.fakes import Recorder, settle

pytestmark = [pytest.mark.qt_loop, pytest.mark.usefixtures("qapp")]


def _sender(recorder: Recorder) -> CommandSender:
    return CommandSender(recorder, lambda _command, _answer: None)


async def test_every_button_of_a_command_rests_while_it_runs(qapp: QApplication) -> None:
    assert qapp is not None
    recorder = Recorder()
    recorder.go.clear()
    sender = _sender(recorder)
    one, same, other = QPushButton(), QPushButton(), QPushButton()
    for button, name in ((one, "stop"), (same, "stop"), (other, "pause")):
        sender.bind(button, Command(name, {"meeting": "s1"}))
    one.click()
    await settle()
    assert [made.isEnabled() for made in (one, same, other)] == [False, False, True]
    late = QPushButton()
    sender.bind(late, Command("stop", {"meeting": "s1"}))
    assert not late.isEnabled()
    delete(same)
    recorder.go.set()
    await settle()
    assert [made.isEnabled() for made in (one, late, other)] == [True, True, True]


async def test_buttons_of_sessions_long_gone_are_forgotten() -> None:
    sender = _sender(Recorder())
    kept = QPushButton()
    sender.bind(kept, Command("stop", {"meeting": "s0"}))
    for number in range(1, 200):
        sender.bind(QPushButton(), Command("stop", {"meeting": f"s{number}"}))
    await settle()
    assert list(sender._buttons) == [kept]
