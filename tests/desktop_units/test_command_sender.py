"""Commands are sent once, and their buttons are disabled meanwhile and forgotten afterwards."""

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from shiboken6 import delete

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.support.command_types import Command
from rtms_tray.support.texts import text
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, Recorder, run_scene, settle
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.windows import push, words


def _sender(recorder: Recorder) -> CommandSender:
    return CommandSender(recorder, lambda _command, _answer: None)


S = CaptureState


@pytest.mark.qt_loop
@pytest.mark.usefixtures("qapp")
async def test_every_button_of_a_command_rests_while_it_runs(qapp: QApplication) -> None:
    assert qapp is not None
    recorder = Recorder()
    recorder.go.clear()
    sender = _sender(recorder)
    first, same, other = QPushButton(), QPushButton(), QPushButton()
    for button, name in ((first, "stop"), (same, "stop"), (other, "pause")):
        sender.bind(button, Command(name, {"meeting": "s1"}))
    first.click()
    await settle()
    assert [part.isEnabled() for part in (first, same, other)] == [False, False, True]
    late = QPushButton()
    sender.bind(late, Command("stop", {"meeting": "s1"}))
    assert not late.isEnabled()
    delete(same)
    recorder.go.set()
    await settle()
    assert [part.isEnabled() for part in (first, late, other)] == [True, True, True]


@pytest.mark.qt_loop
@pytest.mark.usefixtures("qapp")
async def test_buttons_of_sessions_long_gone_are_forgotten() -> None:
    sender = _sender(Recorder())
    kept = QPushButton()
    sender.bind(kept, Command("stop", {"meeting": "s0"}))
    for number in range(1, 200):
        sender.bind(QPushButton(), Command("stop", {"meeting": f"s{number}"}))
    await settle()
    assert list(sender._buttons) == [kept]


def test_a_button_sends_once_and_rests_meanwhile(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.RESEND_NEEDED))
        harness.commander.go.clear()
        button = push(harness.desktop.window.card, "Resend request")
        button.click()
        await settle()
        assert not button.isEnabled()
        harness.desktop.commands.send(Command("resend", {"meeting": "98712345670"}))
        harness.desktop.show(samples.overview(S.STOPPED))  # drawn anew: still under way
        again = push(harness.desktop.window.card, "Resend request")
        assert not again.isEnabled()
        harness.commander.go.set()
        await settle()
        assert again.isEnabled()
        assert harness.commander.asked == [("resend", {"meeting": "98712345670"})]

    run_scene(qapp, scene)


def test_a_fault_inside_is_logged_and_answered(
    qapp: QApplication, expected_logs: ExpectedLogs
) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.SHARING))
        harness.desktop.window.show()
        harness.commander.trouble = ValueError("odd")
        push(harness.desktop.window.card, text("actions.stop")).click()
        await settle()
        assert text("status.refusal.internal_error") in words(harness.desktop.window)
        assert push(harness.desktop.window.card, text("actions.stop")).isEnabled()

    expected_logs.expect("command_sender:ERROR:The command stop failed")
    run_scene(qapp, scene)
