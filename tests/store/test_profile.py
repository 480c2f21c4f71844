"""The folders of a profile."""

from pathlib import Path

import pytest

from rtms_tray.store.profile import ProfileNameError, find_profile


def test_one_folder_holds_everything(tmp_path: Path) -> None:
    profile = find_profile("default", {"RTMS_TRAY_HOME": str(tmp_path)})
    assert profile.settings_file == tmp_path / "settings.toml"
    for path in (
        profile.account_file,
        profile.lock_file,
        profile.control_folder,
        profile.log_folder,
    ):
        assert tmp_path in path.parents


def test_other_profiles_share_nothing(tmp_path: Path) -> None:
    environ = {"RTMS_TRAY_HOME": str(tmp_path)}
    data = find_profile("default", environ)
    work = find_profile("data", environ)
    assert work.settings_folder == tmp_path / "profiles" / "data"
    assert work.settings_folder != data.data_folder
    assert {data.lock_file, data.settings_file}.isdisjoint({work.lock_file, work.settings_file})


def test_without_a_home_folders_are_where_the_system_wants_them() -> None:
    default, work = find_profile("default", {}), find_profile("work", {})
    assert "rtms-tray" in default.settings_file.parts
    assert work.data_folder == default.data_folder / "profiles" / "work"


def test_a_relative_folder_is_made_absolute() -> None:
    assert (
        find_profile("default", {"RTMS_TRAY_HOME": "here"}).settings_folder == Path.cwd() / "here"
    )


def test_finding_a_profile_creates_nothing(tmp_path: Path) -> None:
    find_profile("default", {"RTMS_TRAY_HOME": str(tmp_path / "new")})
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["", "..", "a/b", "A", "-x", "a b", "ä", "a" * 41, "a\n", "."])
def test_names_that_are_no_folders_are_refused(name: str) -> None:
    with pytest.raises(ProfileNameError, match="lowercase letters"):
        find_profile(name, {})
