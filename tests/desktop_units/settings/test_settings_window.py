"""The settings window: every key, written at once, explained where it is wrong, followed from outside."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from rtms_tray.desktop.application import name_application
from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.settings.setting_rows import Entry, Segments
from rtms_tray.desktop.settings.settings_window import SettingsWindow
from rtms_tray.desktop.window_registry import WindowCallbacks, WindowRegistry
from rtms_tray.doctor.check_report import as_json
from rtms_tray.doctor.check_types import CheckResult, CheckStatus
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.store.setting_rules import format_value
from rtms_tray.store.settings import RULES, flatten
from rtms_tray.store.settings_file import load, set_value
from rtms_tray.support.clock import SystemClock
from rtms_tray.support.texts import text
from tests.helpers.windows import Keyring, Known, until, window_inputs, words

if TYPE_CHECKING:
    from rtms_tray.desktop.notifications.message import Message

pytestmark = pytest.mark.qt_loop

SWALLOWED = CheckResult(
    "notifications", "Notifications", CheckStatus.WARNING, "Do not disturb is on.", "Off!"
)
FINE = CheckResult("notifications", "Notifications", CheckStatus.OK, "dunst shows them.")


class Stage:
    """The window, its profile, and what it did to the rest."""

    def __init__(self, folder: Path) -> None:
        self.profile = Profile(
            "default", folder / "p", folder / "p" / "data", folder / "p" / "logs"
        )
        self.keyring = Keyring()
        self.commander = Known(as_json([FINE]), self.profile, self.keyring)
        self.told: list[Message] = []
        self.complaints: list[str] = []
        sender = CommandSender(self.commander, lambda _command, _answer: None)
        callbacks = WindowCallbacks(
            sender, self.told.append, lambda _url: True, self.complaints.append, SystemClock()
        )
        self.windows = WindowRegistry(window_inputs(self.profile), callbacks)

    @property
    def window(self) -> SettingsWindow:
        return self.windows.settings

    def value(self, key: str) -> object:
        return flatten(load(self.profile.settings_file)[0])[key]

    def trouble(self, key: str) -> str:
        label = self.window.rows[key].trouble
        return label.text() if label.isVisibleTo(self.window) else ""


@pytest.fixture
async def stage(qapp: QApplication, tmp_path: Path) -> AsyncIterator[Stage]:
    name_application(qapp)
    made = Stage(tmp_path)
    made.window.open()
    yield made
    made.windows.close()
    await asyncio.sleep(0.02)


def entry(stage: Stage, key: str) -> Entry:
    editor = stage.window.rows[key].editor
    assert isinstance(editor, Entry)
    return editor


def type_in(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


async def test_every_setting_is_there_with_words(stage: Stage) -> None:
    assert set(stage.window.rows) == set(RULES)
    shown = words(stage.window)
    for key, row in stage.window.rows.items():
        assert not row.isVisibleTo(stage.window) or text(f"settings.{key}.label") in shown
        assert row.editor.value() == format_value(RULES[key].default)
    assert str(stage.profile.settings_file) in shown


async def test_a_choice_is_written_at_once(stage: Stage) -> None:
    row = stage.window.rows["behaviour.auto_resend"]
    assert isinstance(row.editor, Segments)
    wanted = text("settings.behaviour.auto_resend.choices.host_joined")
    button = next(b for b in row.findChildren(QPushButton) if b.text() == wanted)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    await until(lambda: stage.value(row.key) == "host_joined")
    assert row.editor.value() == "host_joined"
    assert stage.commander.reloads == 1


async def test_yes_and_no_by_keyboard(stage: Stage) -> None:
    row = stage.window.rows["notifications.info"]
    off = next(b for b in row.findChildren(QPushButton) if b.text() == "Off")
    off.setFocus()
    QTest.keyClick(off, Qt.Key.Key_Space)
    await until(lambda: stage.value(row.key) is False)


async def test_a_text_is_written_when_it_is_finished(stage: Stage) -> None:
    field = entry(stage, "app.client_id")
    QTest.keyClicks(field, "abc")
    assert stage.value("app.client_id") == ""
    type_in(field, "abc123")
    await until(lambda: stage.value("app.client_id") == "abc123")


@pytest.mark.parametrize(
    ("key", "wrong", "words_"),
    [
        ("app.client_id", "two words", "without spaces"),
        ("app.redirect_path", "callback", "/callback"),
        ("app.redirect_port", "70000", "0 to 65535"),
        ("behaviour.no_answer_after_s", "soon", "1 to 86400"),
    ],
)
async def test_a_wrong_value_is_explained_and_not_written(
    stage: Stage, key: str, wrong: str, words_: str
) -> None:
    before = stage.value(key)
    type_in(entry(stage, key), wrong)
    await until(lambda: words_ in stage.trouble(key))
    assert stage.value(key) == before
    stage.window.refresh()
    assert entry(stage, key).text() == wrong  # to be corrected, not typed again
    assert words_ in stage.trouble(key)
    type_in(entry(stage, key), format_value(RULES[key].default) or "good")
    await until(lambda: stage.trouble(key) == "")


async def test_edits_of_the_file_are_followed(stage: Stage) -> None:
    set_value(stage.profile.settings_file, "history.keep_days", "7")
    await until(lambda: entry(stage, "history.keep_days").text() == "7")
    await until(lambda: stage.commander.reloads == 1)
    with stage.profile.settings_file.open("a") as file:  # in place, as some editors write
        file.write("\n[appearance]\ntheme = 'pink'\n")
    await until(lambda: "line" in stage.trouble("appearance.theme"))
    assert stage.window.rows["appearance.theme"].editor.value() == "auto"
    assert "appearance.theme, line" in stage.window.file_trouble.text()  # the row is far below
    await until(lambda: stage.commander.reloads == 2)


async def test_its_own_changes_are_no_edits(stage: Stage) -> None:
    type_in(entry(stage, "app.client_id"), "abc123")
    await until(lambda: stage.commander.reloads == 1)
    await asyncio.sleep(0.5)
    assert stage.commander.reloads == 1


async def test_what_is_being_typed_survives_an_edit(stage: Stage) -> None:
    field = entry(stage, "app.client_id")
    stage.window.activateWindow()
    field.setFocus()
    await until(field.hasFocus)
    QTest.keyClicks(field, "half")
    set_value(stage.profile.settings_file, "app.client_id", "other")
    set_value(stage.profile.settings_file, "history.keep_days", "9")
    await until(lambda: entry(stage, "history.keep_days").text() == "9")
    assert field.text() == "half"


async def test_a_file_that_cannot_be_read_is_said(stage: Stage) -> None:
    stage.profile.settings_file.write_text("this is no toml")
    await until(lambda: stage.window.file_trouble.isVisibleTo(stage.window))
    assert "not valid TOML" in stage.window.file_trouble.text()
    type_in(entry(stage, "app.client_id"), "abc")
    await until(lambda: "Correct or remove" in stage.trouble("app.client_id"))
    assert stage.profile.settings_file.read_text() == "this is no toml"
    info = stage.window.rows["notifications.info"]
    info.editor.chosen.emit("false")
    await until(lambda: "Correct or remove" in stage.trouble("notifications.info"))
    assert info.editor.value() == "true"  # nothing is shown as chosen that is not in force
    stage.profile.settings_file.write_text("")
    await until(lambda: not stage.window.file_trouble.isVisibleTo(stage.window))
    assert stage.trouble("notifications.info") == ""
    assert stage.trouble("app.client_id") == ""


async def test_unknown_keys_are_named(stage: Stage) -> None:
    stage.profile.settings_file.write_text("[more]\nkey = 1\n")
    await until(lambda: "more.key, line 2" in stage.window.unused.text())
    assert not stage.window.file_trouble.isVisibleTo(stage.window)


async def test_what_does_not_count_is_not_shown(stage: Stage) -> None:
    rows, window = stage.window.rows, stage.window
    assert not rows["zoom.oauth_url"].isVisibleTo(window)
    stage.window.rows["zoom.environment"].editor.chosen.emit("custom")
    await until(lambda: rows["zoom.oauth_url"].isVisibleTo(window))
    stage.window.rows["feed.kind"].editor.chosen.emit("none")
    await until(lambda: not rows["feed.subscription_id"].isVisibleTo(window))


# --- the client secret --------------------------------------------------------------------------


async def test_the_secret_goes_in_and_never_comes_out(stage: Stage) -> None:
    secret = stage.window.secret
    await until(lambda: secret.state.text() == text("settings.secret.missing"))
    assert secret.entry.echoMode() is QLineEdit.EchoMode.Password
    QTest.keyClicks(secret.entry, "s3cr3t")
    QTest.keyClick(secret.entry, Qt.Key.Key_Return)
    await until(lambda: stage.keyring.holds("s3cr3t"))
    await until(lambda: secret.state.text() == text("settings.secret.kept"))
    assert secret.entry.text() == ""
    assert "s3cr3t" not in words(stage.window)
    assert not stage.profile.settings_file.exists() or (
        "s3cr3t" not in stage.profile.settings_file.read_text()
    )


async def test_a_secret_with_spaces_or_none_is_refused(stage: Stage) -> None:
    secret = stage.window.secret
    for wrong in ("", "two words"):
        secret.entry.setText(wrong)
        assert not await secret.store()
        assert "without spaces" in secret.trouble.text()
    assert "set-client-secret" not in stage.commander.names()


async def test_a_keyring_that_is_locked_is_said(stage: Stage) -> None:
    stage.keyring.trouble = SecretError(Trouble.LOCKED)
    secret = stage.window.secret
    secret.refresh()
    await until(lambda: "locked" in secret.state.text())
    secret.entry.setText("s3cr3t")
    assert not await secret.store()
    assert "locked" in secret.trouble.text()
    assert secret.entry.text() == "s3cr3t"
    assert secret.save.isEnabled()


# --- notifications ------------------------------------------------------------------------------


async def test_the_test_button_tells(stage: Stage) -> None:
    QTest.mouseClick(stage.window.test, Qt.MouseButton.LeftButton)
    assert [message.title for message in stage.told] == ["Notifications work"]


async def test_swallowed_notifications_are_warned_of(stage: Stage) -> None:
    await until(lambda: "doctor" in stage.commander.names())
    assert "Do not disturb" not in words(stage.window)
    stage.commander.doctor = as_json([SWALLOWED])
    stage.window.open()
    await until(lambda: "Do not disturb is on." in words(stage.window))
    stage.commander.doctor = as_json([FINE])
    stage.window.open()
    await until(lambda: "Do not disturb is on." not in words(stage.window))
