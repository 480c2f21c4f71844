"""The settings as people see them: every key, what is in force, and what is wrong with the file."""

from pathlib import Path

import pytest

from rtms_tray.presentation.settings_view import SettingsView, section_title
from rtms_tray.runtime.settings_editor import SettingsEditor, app_requirements
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import MemoryStore
from rtms_tray.store.settings import RULES
from rtms_tray.zoom.app_requirements import CALL_SCOPES, SUBSCRIBED_EVENTS, SWITCHES, manifest


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


@pytest.fixture
def editor(file: Path) -> SettingsEditor:
    folder = file.parent
    return SettingsEditor(
        Profile("default", folder, folder / "data", folder / "logs"), MemoryStore()
    )


def view_of(editor: SettingsEditor, file: Path, content: str) -> SettingsView:
    file.write_text(content, encoding="utf-8")
    return editor.view()


def test_every_setting_has_a_name_and_its_values_have(editor: SettingsEditor) -> None:
    view = editor.view()
    assert list(view.settings) == list(RULES)
    for key, setting in view.settings.items():
        assert setting.label
        assert section_title(setting.section)
        assert setting.value == setting.default
        assert all(choice.label for choice in setting.choices)
        values = tuple(choice.value for choice in setting.choices)
        is_switch = isinstance(RULES[key].default, bool)
        assert values == (("true", "false") if is_switch else RULES[key].choices)
    assert (view.problem, view.unused) == ("", "")
    assert view.settings["notifications.enabled"].help == ""
    assert view.settings["feed.kind"].help != ""


def test_a_wrong_value_leaves_the_one_from_before_in_force(
    editor: SettingsEditor, file: Path
) -> None:
    view_of(editor, file, "[history]\nkeep_days = 7\n")
    view = view_of(editor, file, "[history]\nkeep_days = 'long'\n[more]\nkey = 1\n")
    setting = view.settings["history.keep_days"]
    assert setting.value == "7"
    assert "Line 2" in setting.problem
    assert "history.keep_days, line 2" in view.problem
    assert "more.key, line 4" in view.unused


def test_a_file_that_is_none_is_said_above_everything(editor: SettingsEditor, file: Path) -> None:
    view = view_of(editor, file, "no toml")
    assert "isn't valid TOML" in view.problem
    assert view.unused == ""
    assert all(setting.problem == "" for setting in view.settings.values())


@pytest.mark.parametrize(
    ("content", "key", "applies"),
    [
        ("", "zoom.oauth_url", False),
        ("[zoom]\nenvironment = 'custom'\n", "zoom.oauth_url", True),
        ("[zoom]\noauth_url = 'https://zoom.example'\n", "zoom.oauth_url", True),
        ("", "feed.subscription_id", True),
        ("[feed]\nkind = 'none'\n", "feed.subscription_id", False),
        ("", "feed.standby_subscription_id", True),
        ("[feed]\nkind = 'none'\n", "feed.standby_subscription_id", False),
        ("", "feed.log_app_id", True),
        ("[feed]\nkind = 'relay'\n", "feed.log_app_id", False),
        ("[feed]\nkind = 'relay'\n", "feed.url", True),
        ("", "feed.url", False),
    ],
)
def test_what_means_nothing_beside_the_others_is_marked(
    editor: SettingsEditor, file: Path, content: str, key: str, *, applies: bool
) -> None:
    assert view_of(editor, file, content).settings[key].applies is applies


@pytest.mark.parametrize(
    ("content", "uri"),
    [
        ("", "http://127.0.0.1/callback"),
        ("[app]\nredirect_port = 4711\n", "http://127.0.0.1:4711/callback"),
        ("[app]\nredirect_path = '/back'\n", "http://127.0.0.1/back"),
    ],
)
def test_the_redirect_uri_follows_the_settings(
    editor: SettingsEditor, file: Path, content: str, uri: str
) -> None:
    assert view_of(editor, file, content).redirect_uri == uri


def test_what_the_app_needs_comes_from_the_one_table() -> None:
    needed = app_requirements()
    assert [scope.name for scope in needed.scopes] == [scope.name for scope in CALL_SCOPES]
    assert needed.events == SUBSCRIBED_EVENTS
    assert needed.switches == SWITCHES
    assert needed.manifest("http://127.0.0.1/callback") == manifest("http://127.0.0.1/callback")
    assert all(scope.purpose for scope in (*needed.scopes, *needed.event_scopes))
