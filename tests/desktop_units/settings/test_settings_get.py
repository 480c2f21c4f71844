"""`rtms-tray settings get` tells what the settings window shows: all keys, the same values, from the same source."""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator

import pytest
from PySide6.QtWidgets import QApplication

from rtms_tray.cli import configure
from rtms_tray.control.address import control_address
from rtms_tray.control.server import ControlServer
from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.settings.settings_access import SettingsAccess
from rtms_tray.desktop.settings.settings_window import SettingsActions, SettingsWindow
from rtms_tray.store.setting_validation import Rule
from rtms_tray.store.settings import RULES
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Exit
from tests.helpers.program_harness import ProgramHarness

pytestmark = pytest.mark.qt_loop

OTHER = {
    "app.redirect_path": "/back",
    "app.help_url": "https://example.org/help",
    "zoom.oauth_url": "https://example.org",
    "zoom.api_url": "https://example.org",
    "feed.url": "wss://example.org/ws",
    "fallback.url": "https://example.org/{meeting}",
    "fallback.command": '["obs", "--meeting={meeting}"]',
    "calendar.source": "https://example.org/mine.ics",
    "hooks.on_change": '["/opt/light"]',
}


def another(key: str, rule: Rule) -> str:
    """A value that is not the default."""
    if key in OTHER:
        return OTHER[key]
    if isinstance(rule.default, bool):
        return str(not rule.default).lower()
    if isinstance(rule.default, int):
        return str(rule.default + 1)
    return next((choice for choice in rule.choices if choice != rule.default), "another")


class Both:
    """The settings window of a running program, and the command line beside it."""

    def __init__(self, harness: ProgramHarness, window: SettingsWindow) -> None:
        self.harness = harness
        self.window = window

    def shown(self) -> dict[str, str]:
        """Every value as the window shows it."""
        self.window.refresh()
        return {key: row.editor.value() for key, row in self.window.rows.items()}


@pytest.fixture
async def both(
    harness: ProgramHarness, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Both]:
    del qapp
    monkeypatch.setattr(
        configure, "KeyringStore", lambda **_limits: harness.program.dependencies.store
    )
    sender = CommandSender(harness.commands, lambda _command, _answer: None)
    access = SettingsAccess(harness.program.editor.view, sender)
    window = SettingsWindow(access, SettingsActions(lambda: None, lambda: None))
    server = ControlServer(control_address(harness.profile), harness.commands)
    await server.start()
    yield Both(harness, window)
    await server.stop()
    window.close()
    sender.close()


async def command_line(
    both: Both, capsys: pytest.CaptureFixture[str], key: str | None = None
) -> tuple[str, str]:
    capsys.readouterr()
    arguments = Namespace(act="get", key=key)
    code = await asyncio.to_thread(configure.perform, both.harness.profile, arguments)
    assert code == Exit.DONE
    told = capsys.readouterr()
    return told.out, told.err


async def test_all_of_the_windows_keys_have_the_same_values(
    both: Both, capsys: pytest.CaptureFixture[str]
) -> None:
    for key, rule in RULES.items():
        set_value(both.harness.profile.settings_file, key, another(key, rule))
    shown = both.shown()
    assert shown == {key: another(key, rule) for key, rule in RULES.items()}
    out, _err = await command_line(both, capsys)
    lines = [f"{key} = {value}" for key, value in shown.items()]
    both.window.secret.refresh()
    await both.harness.wait_until(lambda: both.window.secret.state.text() == "Not set")
    assert out.splitlines() == [*lines, "app.client_secret: not set"]
    for key, value in shown.items():
        assert (await command_line(both, capsys, key))[0] == f"{value}\n"


async def test_where_the_file_is_damaged_both_tell_what_is_in_force(
    both: Both, capsys: pytest.CaptureFixture[str]
) -> None:
    file = both.harness.profile.settings_file
    set_value(file, "history.keep_days", "7")
    assert both.shown()["history.keep_days"] == "7"
    file.write_text(file.read_text().replace("keep_days = 7", "keep_days = soon"))
    assert both.shown()["history.keep_days"] == "7"
    out, err = await command_line(both, capsys, "history.keep_days")
    assert out == "7\n"
    assert "settings.toml" in err
