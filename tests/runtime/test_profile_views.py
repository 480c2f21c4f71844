"""What can be switched to: apps by their names, and accounts where these are the same."""

from pathlib import Path

import pytest

from rtms_tray.presentation.view_model import ProfileView
from rtms_tray.runtime.app_view import profile_views
from rtms_tray.store.profile import find_profile
from rtms_tray.store.settings_file import set_value
from rtms_tray.store.state import Account, save_account


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTMS_TRAY_HOME", str(tmp_path))


def set_up(name: str, app: str = "", email: str | None = None) -> None:
    profile = find_profile(name)
    set_value(profile.settings_file, "app.client_id", f"id-of-{name}")
    if app:
        set_value(profile.settings_file, "app.name", app)
    if email is not None:
        save_account(profile.account_file, Account("u", email, "token", 1))


def test_one_alone_is_nothing_to_switch_to() -> None:
    set_up("default", "Notes")
    assert profile_views(find_profile()) == ()


def test_apps_have_their_names_or_else_their_profiles() -> None:
    set_up("default")
    set_up("work")
    set_up("notes", "Notes")
    assert profile_views(find_profile("work")) == (
        ProfileView("default", "My Zoom app", current=False),
        ProfileView("notes", "Notes", current=False),
        ProfileView("work", "work", current=True),
    )


def test_accounts_of_the_same_app_are_told_apart() -> None:
    set_up("default", "Notes", "me@example.com")
    set_up("second", "Notes")
    set_up("third", "Notes", "")
    labels = [profile.label for profile in profile_views(find_profile())]
    assert labels == ["Notes – me@example.com", "Notes – second", "Notes – third"]
