"""The settings window: every key, written at once, explained where it is wrong, followed from outside."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QScrollArea

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.first_icon import name_application
from rtms_tray.desktop.settings.setting_rows import Entry, Segments
from rtms_tray.desktop.settings.settings_window import SettingsWindow
from rtms_tray.desktop.window_registry import WindowCallbacks, WindowRegistry
from rtms_tray.doctor.check_report import as_json
from rtms_tray.doctor.check_types import CheckResult, CheckStatus
from rtms_tray.presentation.settings_view import section_title
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import Trouble
from rtms_tray.store.setting_validation import format_value
from rtms_tray.store.settings import RULES, flatten
from rtms_tray.store.settings_file import load, set_value
from rtms_tray.support.clock import SystemClock
from rtms_tray.support.texts import text
from tests.helpers.stores import LockedStore
from tests.helpers.windows import Known, until, window_inputs, words

if TYPE_CHECKING:
    from rtms_tray.desktop.notifications.message import Message

pytestmark = pytest.mark.qt_loop

WITHHELD = CheckResult(
    "notifications", "Notifications", CheckStatus.WARNING, "Do not disturb is on.", "Off!"
)
FINE = CheckResult("notifications", "Notifications", CheckStatus.OK, "dunst shows them.")


class SettingsHarness:
    """The window, its profile, and what it did to the rest."""

    def __init__(self, folder: Path) -> None:
        self.profile = Profile(
            "default", folder / "p", folder / "p" / "data", folder / "p" / "logs"
        )
        self.keyring = LockedStore()
        self.commander = Known(as_json([FINE]), self.profile, self.keyring)
        self.notifications: list[Message] = []
        self.complaints: list[str] = []
        sender = CommandSender(self.commander, lambda _command, _answer: None)
        callbacks = WindowCallbacks(
            sender,
            self.notifications.append,
            lambda _url: True,
            self.complaints.append,
            SystemClock(),
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
async def settings(qapp: QApplication, tmp_path: Path) -> AsyncIterator[SettingsHarness]:
    name_application(qapp)
    harness = SettingsHarness(tmp_path)
    harness.window.open()
    yield harness
    harness.windows.close()
    await asyncio.sleep(0.02)


def entry(settings: SettingsHarness, key: str) -> Entry:
    editor = settings.window.rows[key].editor
    assert isinstance(editor, Entry)
    return editor


def type_in(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


async def test_every_setting_is_there_with_words(settings: SettingsHarness) -> None:
    assert set(settings.window.rows) == set(RULES)
    shown = words(settings.window)
    for key, row in settings.window.rows.items():
        assert not row.isVisibleTo(settings.window) or text(f"settings.{key}.label") in shown
        assert row.editor.value() == format_value(RULES[key].default)
    assert str(settings.profile.settings_file) in shown


async def test_what_people_change_first_is_at_the_top(settings: SettingsHarness) -> None:
    rows = settings.window.rows.values()
    shown = [row for row in rows if row.isVisibleTo(settings.window)]
    places = {row.key: row.mapTo(settings.window, row.rect().topLeft()).y() for row in shown}
    sections = list(
        dict.fromkeys(key.partition(".")[0] for key in sorted(places, key=places.__getitem__))
    )
    assert sections == [
        *("notifications", "behaviour", "calendar", "appearance", "fallback", "history"),
        *("app", "feed", "zoom", "hooks"),
    ]
    assert settings.window.first_row.key == "notifications.enabled"
    focused = settings.window.focusWidget()
    assert isinstance(focused, QPushButton)  # keys work at once, on the value in force
    assert (focused.accessibleName(), focused.isChecked()) == ("Show notifications: On", True)


async def test_a_sections_name_leads_there_and_scrolling_marks_it(
    settings: SettingsHarness,
) -> None:
    window = settings.window
    window.resize(800, 400)
    await until(window.sections.isVisible)
    names = [window.sections.item(place).text() for place in range(window.sections.count())]
    assert names == [section_title(section) for section in window._cards]
    area = window.findChildren(QScrollArea)[0]
    bar = area.verticalScrollBar()
    row = names.index("Your Zoom app")
    place = window.sections.visualItemRect(window.sections.item(row)).center()
    QTest.mouseClick(window.sections.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert bar.value() == window._cards["app"].y()
    QTest.keyClick(window.sections, Qt.Key.Key_End)
    assert (window.sections.currentRow(), bar.value()) == (len(names) - 1, bar.maximum())
    bar.setValue(window._cards["history"].y())
    assert window.sections.currentItem().text() == "History"
    bar.setValue(bar.maximum())
    assert window.sections.currentItem().text() == "Scripts"
    bar.setValue(0)
    assert window.sections.currentRow() == 0
    window.resize(400, 400)
    await until(lambda: not window.sections.isVisible())


async def test_a_choice_is_written_at_once(settings: SettingsHarness) -> None:
    row = settings.window.rows["behaviour.auto_resend"]
    assert isinstance(row.editor, Segments)
    wanted = text("settings.behaviour.auto_resend.choices.host_joined")
    button = next(b for b in row.findChildren(QPushButton) if b.text() == wanted)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    await until(lambda: settings.value(row.key) == "host_joined")
    assert row.editor.value() == "host_joined"
    assert settings.commander.reloads == 1


async def test_yes_and_no_by_keyboard(settings: SettingsHarness) -> None:
    row = settings.window.rows["notifications.info"]
    off = next(b for b in row.findChildren(QPushButton) if b.text() == "Off")
    off.setFocus()
    QTest.keyClick(off, Qt.Key.Key_Space)
    await until(lambda: settings.value(row.key) is False)


async def test_a_text_is_written_when_it_is_finished(settings: SettingsHarness) -> None:
    field = entry(settings, "app.client_id")
    QTest.keyClicks(field, "abc")
    assert settings.value("app.client_id") == ""
    type_in(field, "abc123")
    await until(lambda: settings.value("app.client_id") == "abc123")


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
    settings: SettingsHarness, key: str, wrong: str, words_: str
) -> None:
    before = settings.value(key)
    type_in(entry(settings, key), wrong)
    await until(lambda: words_ in settings.trouble(key))
    assert settings.value(key) == before
    settings.window.refresh()
    assert entry(settings, key).text() == wrong  # to be corrected, not typed again
    assert words_ in settings.trouble(key)
    type_in(entry(settings, key), format_value(RULES[key].default) or "good")
    await until(lambda: settings.trouble(key) == "")


async def test_edits_of_the_file_are_followed(settings: SettingsHarness) -> None:
    set_value(settings.profile.settings_file, "history.keep_days", "7")
    await until(lambda: entry(settings, "history.keep_days").text() == "7")
    await until(lambda: settings.commander.reloads == 1)
    with settings.profile.settings_file.open("a") as file:  # in place, as some editors write
        file.write("\n[appearance]\ntheme = 'pink'\n")
    await until(lambda: "Line" in settings.trouble("appearance.theme"))
    assert settings.window.rows["appearance.theme"].editor.value() == "auto"
    assert "appearance.theme, line" in settings.window.file_trouble.text()  # the row is far below
    await until(lambda: settings.commander.reloads == 2)


async def test_its_own_changes_are_no_edits(settings: SettingsHarness) -> None:
    type_in(entry(settings, "app.client_id"), "abc123")
    await until(lambda: settings.commander.reloads == 1)
    await asyncio.sleep(0.5)
    assert settings.commander.reloads == 1


async def test_what_is_being_typed_survives_an_edit(settings: SettingsHarness) -> None:
    field = entry(settings, "app.client_id")
    settings.window.activateWindow()
    field.setFocus()
    await until(field.hasFocus)
    QTest.keyClicks(field, "half")
    set_value(settings.profile.settings_file, "app.client_id", "other")
    set_value(settings.profile.settings_file, "history.keep_days", "9")
    await until(lambda: entry(settings, "history.keep_days").text() == "9")
    assert field.text() == "half"


async def test_a_file_that_cannot_be_read_is_said(settings: SettingsHarness) -> None:
    settings.profile.settings_file.write_text("this is no toml")
    await until(lambda: settings.window.file_trouble.isVisibleTo(settings.window))
    assert "valid TOML" in settings.window.file_trouble.text()
    type_in(entry(settings, "app.client_id"), "abc")
    await until(lambda: "Correct or remove" in settings.trouble("app.client_id"))
    assert settings.profile.settings_file.read_text() == "this is no toml"
    info = settings.window.rows["notifications.info"]
    info.editor.chosen.emit("false")
    await until(lambda: "Correct or remove" in settings.trouble("notifications.info"))
    assert info.editor.value() == "true"  # nothing is shown as chosen that is not in force
    settings.profile.settings_file.write_text("")
    await until(lambda: not settings.window.file_trouble.isVisibleTo(settings.window))
    assert settings.trouble("notifications.info") == ""
    assert settings.trouble("app.client_id") == ""


async def test_unknown_keys_are_named(settings: SettingsHarness) -> None:
    settings.profile.settings_file.write_text("[more]\nkey = 1\n")
    await until(lambda: "more.key, line 2" in settings.window.unused.text())
    assert not settings.window.file_trouble.isVisibleTo(settings.window)


async def test_what_does_not_count_is_not_shown(settings: SettingsHarness) -> None:
    rows, window = settings.window.rows, settings.window
    assert not rows["zoom.oauth_url"].isVisibleTo(window)
    settings.window.rows["zoom.environment"].editor.chosen.emit("custom")
    await until(lambda: rows["zoom.oauth_url"].isVisibleTo(window))
    settings.window.rows["feed.kind"].editor.chosen.emit("none")
    await until(lambda: not rows["feed.subscription_id"].isVisibleTo(window))


# --- the client secret --------------------------------------------------------------------------


async def test_the_secret_goes_in_and_never_comes_out(settings: SettingsHarness) -> None:
    secret = settings.window.secret
    await until(lambda: secret.state.text() == text("settings.secret.missing"))
    assert secret.entry.echoMode() is QLineEdit.EchoMode.Password
    QTest.keyClicks(secret.entry, "s3cr3t")
    QTest.keyClick(secret.entry, Qt.Key.Key_Return)
    await until(lambda: settings.keyring.holds("s3cr3t"))
    await until(lambda: secret.state.text() == text("settings.secret.kept"))
    assert secret.entry.text() == ""
    assert "s3cr3t" not in words(settings.window)
    assert not settings.profile.settings_file.exists() or (
        "s3cr3t" not in settings.profile.settings_file.read_text()
    )


async def test_a_secret_with_spaces_or_none_is_refused(settings: SettingsHarness) -> None:
    secret = settings.window.secret
    for wrong in ("", "two words"):
        secret.entry.setText(wrong)
        assert not await secret.store()
        assert "without spaces" in secret.trouble.text()
    assert "set-client-secret" not in settings.commander.names()


async def test_a_keyring_that_is_locked_is_said(settings: SettingsHarness) -> None:
    settings.keyring.trouble = Trouble.LOCKED
    secret = settings.window.secret
    secret.refresh()
    await until(lambda: "locked" in secret.state.text())
    secret.entry.setText("s3cr3t")
    assert not await secret.store()
    assert "locked" in secret.trouble.text()
    assert secret.entry.text() == "s3cr3t"
    assert secret.save.isEnabled()


# --- notifications ------------------------------------------------------------------------------


async def test_the_test_button_tells(settings: SettingsHarness) -> None:
    QTest.mouseClick(settings.window.test, Qt.MouseButton.LeftButton)
    assert [message.title for message in settings.notifications] == ["Notifications work"]


async def test_swallowed_notifications_are_warned_of(settings: SettingsHarness) -> None:
    await until(lambda: "doctor" in settings.commander.names())
    assert "Do not disturb" not in words(settings.window)
    settings.commander.doctor = as_json([WITHHELD])
    settings.window.open()
    await until(lambda: "Do not disturb is on." in words(settings.window))
    settings.commander.doctor = as_json([FINE])
    settings.window.open()
    await until(lambda: "Do not disturb is on." not in words(settings.window))
