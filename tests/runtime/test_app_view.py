"""The app as its vendor presents it."""

import os
from pathlib import Path

from rtms_tray.presentation.view_model import AppView
from rtms_tray.runtime.app_view import app_view
from rtms_tray.store.profile import Profile
from rtms_tray.store.settings import AppSettings, Settings

SETTINGS = Settings(app=AppSettings(name="Notes", help_url="https://help.example.com"))


def test_without_an_icon(tmp_path: Path) -> None:
    profile = Profile("default", tmp_path, tmp_path, tmp_path)
    assert app_view(Settings(), profile) == AppView()
    assert app_view(SETTINGS, profile) == AppView("Notes", "https://help.example.com")


def test_another_icon_is_another_version(tmp_path: Path) -> None:
    profile = Profile("default", tmp_path, tmp_path, tmp_path)
    profile.icon_file.write_bytes(b"one")
    first = app_view(SETTINGS, profile)
    assert first.icon == profile.icon_file
    profile.icon_file.write_bytes(b"two")
    os.utime(profile.icon_file, ns=(1, 1))
    assert app_view(SETTINGS, profile) != first
