"""Which profile an app's set-up link belongs to."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from rtms_tray.store.app_profiles import profile_for_app, profiles_beside
from rtms_tray.store.profile import Profile, find_profile
from rtms_tray.store.settings_file import set_value


@pytest.fixture
def environ(tmp_path: Path) -> Mapping[str, str]:
    return {"RTMS_TRAY_HOME": str(tmp_path)}


def set_up(environ: Mapping[str, str], name: str, client_id: str) -> Profile:
    profile = find_profile(name, environ)
    set_value(profile.settings_file, "app.client_id", client_id)
    return profile


def test_the_first_app_and_its_own_link_have_the_usual_profile(
    environ: Mapping[str, str],
) -> None:
    usual = find_profile("default", environ)
    assert profile_for_app(usual, "a", "Notes", environ) == usual
    set_up(environ, "default", "a")
    assert profile_for_app(usual, "a", "Notes", environ) == usual


def test_another_app_has_its_own_the_same_one_again(environ: Mapping[str, str]) -> None:
    usual = set_up(environ, "default", "a")
    second = profile_for_app(usual, "b", "Notes & more", environ)
    assert second.name == "notes-more"
    set_up(environ, second.name, "b")
    assert profile_for_app(usual, "b", "renamed", environ) == second
    assert profile_for_app(usual, "c", "Notes – more!", environ).name == "notes-more-2"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("会議メモ", "app"), ("default", "default-2"), ("-x-", "x"), ("A" * 60, "a" * 30)],
)
def test_any_name_makes_a_profiles_name(
    environ: Mapping[str, str], name: str, expected: str
) -> None:
    usual = set_up(environ, "default", "a")
    assert profile_for_app(usual, "b", name, environ).name == expected


def test_a_profile_that_somebody_has_named_stays(environ: Mapping[str, str]) -> None:
    set_up(environ, "default", "a")
    work = set_up(environ, "work", "b")
    assert profile_for_app(work, "c", "Notes", environ) == work


def test_folders_of_others_are_passed_over(environ: Mapping[str, str], tmp_path: Path) -> None:
    usual = set_up(environ, "default", "a")
    strange = tmp_path / "profiles" / "Not a name"
    strange.mkdir(parents=True)
    (strange / "settings.toml").write_text('[app]\nclient_id = "b"\n')
    assert profile_for_app(usual, "b", "Notes", environ).name == "notes"


def test_profiles_in_which_an_app_is_set_up_are_beside_each_other(
    environ: Mapping[str, str],
) -> None:
    usual, empty = find_profile("default", environ), find_profile("empty", environ)
    set_value(empty.settings_file, "appearance.theme", "dark")
    assert profiles_beside(usual, environ) == (usual,)
    work = set_up(environ, "work", "b")
    assert profiles_beside(work, environ) == (work,)
    assert profiles_beside(usual, environ) == (usual, work)
    assert profiles_beside(empty, environ) == (empty, work)
    set_up(environ, "default", "a")
    assert profiles_beside(work, environ) == (usual, work)


def test_a_profile_that_is_thrown_away_has_none_beside_it(
    environ: Mapping[str, str], tmp_path: Path
) -> None:
    set_up(environ, "work", "b")
    demo = Profile("default", tmp_path / "demo", tmp_path / "demo" / "data", tmp_path / "demo")
    assert profiles_beside(demo, environ) == (demo,)
