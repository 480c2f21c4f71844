"""Watching a settings file whose folder is in trouble, or is a link."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from rtms_tray.desktop.settings.settings_access import SettingsWatch


def test_a_folder_that_cannot_be_made_is_watched_by_nobody(
    qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    with caplog.at_level("INFO", "rtms_tray"):
        watch = SettingsWatch(tmp_path / "file" / "home" / "settings.toml", rest_ms=10)
    assert "cannot be watched" in caplog.text
    with qtbot.assertNotEmitted(watch.changed, wait=50):
        (tmp_path / "file").write_text("more")
    watch.close()
    watch.deleteLater()


def test_a_linked_file_is_followed(qtbot: QtBot, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "settings.toml"
    real.parent.mkdir()
    real.write_text("a = 1")
    link = tmp_path / "home" / "settings.toml"
    link.parent.mkdir(mode=0o700)
    link.symlink_to(real)
    watch = SettingsWatch(link, rest_ms=10)
    with qtbot.waitSignal(watch.changed, timeout=5_000):
        real.write_text("a = 2")
    watch.close()
    watch.deleteLater()
