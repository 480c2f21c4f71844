"""Secrets are filed under environment, origin and client ID: none ever meets a new host."""

from pathlib import Path

import pytest

from rtms_tray.store.environment import COMMERCIAL, GOVERNMENT
from rtms_tray.store.profile import Profile, find_profile
from rtms_tray.store.secret_names import (
    client_secret_name,
    environment_of,
    load_client_secret,
    refresh_token_name,
    save_client_secret,
)
from rtms_tray.store.secrets import MemoryStore
from rtms_tray.store.settings import AppSettings, FeedSettings, Settings, ZoomSettings
from rtms_tray.support.frozen import replace

EMPTY = Settings()
APP = Settings(AppSettings(client_id="id"))
ELSEWHERE = replace(APP, zoom=ZoomSettings("custom", "https://elsewhere.test"))
UNFINISHED = replace(APP, zoom=ZoomSettings("custom"))


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return find_profile("default", {"RTMS_TRAY_HOME": str(tmp_path)})


@pytest.mark.promise("secrets are filed under environment, origin and client ID")
async def test_a_secret_is_kept_for_its_owner_alone(profile: Profile) -> None:
    store = MemoryStore()
    await save_client_secret(store, profile, APP, "secret")
    assert await load_client_secret(store, profile, APP) == "secret"
    for other in (
        ELSEWHERE,
        UNFINISHED,
        EMPTY,
        replace(APP, zoom=ZoomSettings("government")),
        replace(APP, app=AppSettings(client_id="other")),
    ):
        assert await load_client_secret(store, profile, other) is None


@pytest.mark.parametrize("before", [EMPTY, UNFINISHED, replace(UNFINISHED, app=AppSettings())])
async def test_a_secret_set_too_early_waits_for_its_owner(
    profile: Profile, before: Settings
) -> None:
    store = MemoryStore()
    await save_client_secret(store, profile, before, "secret")
    assert await load_client_secret(store, profile, before) == "secret"
    assert await load_client_secret(store, profile, ELSEWHERE) == "secret"
    # filed now: it no longer waits for anybody
    assert await load_client_secret(store, profile, APP) is None
    assert await load_client_secret(store, profile, ELSEWHERE) == "secret"


async def test_a_waiting_secret_is_not_given_to_another_app(
    profile: Profile, tmp_path: Path
) -> None:
    store = MemoryStore()
    await save_client_secret(store, profile, UNFINISHED, "secret")
    other_app = replace(ELSEWHERE, app=AppSettings(client_id="other"))
    assert await load_client_secret(store, profile, other_app) is None
    assert await load_client_secret(store, profile, APP) is None
    other_profile = find_profile("default", {"RTMS_TRAY_HOME": str(tmp_path / "other")})
    assert await load_client_secret(store, other_profile, ELSEWHERE) is None
    assert await load_client_secret(store, profile, ELSEWHERE) == "secret"


async def test_the_latest_secret_counts(profile: Profile) -> None:
    store = MemoryStore()
    await save_client_secret(store, profile, APP, "first")
    await save_client_secret(store, profile, EMPTY, "second")
    assert await load_client_secret(store, profile, APP) == "second"
    await save_client_secret(store, profile, EMPTY, "third")
    await save_client_secret(store, profile, APP, "fourth")
    assert await load_client_secret(store, profile, APP) == "fourth"


@pytest.mark.parametrize("damaged", ["", "[]", "{", '["a", "b", "c"]', "3"])
async def test_a_damaged_waiting_secret_is_ignored(profile: Profile, damaged: str) -> None:
    store = MemoryStore()
    await save_client_secret(store, profile, EMPTY, "x")
    (waiting,) = store._kept
    await store.save(waiting, damaged)
    assert await load_client_secret(store, profile, APP) is None


def test_the_refresh_token_belongs_to_the_id_that_people_sign_in_with() -> None:
    profile = find_profile("default", {})
    public = replace(APP, app=AppSettings(client_id="id", sign_in_client_id="public"))
    assert refresh_token_name(public, profile).endswith("https://zoom.us/public")
    assert str(client_secret_name(public)).endswith("https://zoom.us/id")
    with pytest.raises(ValueError, match=r"zoom\.oauth_url"):
        refresh_token_name(UNFINISHED, profile)


@pytest.mark.promise("secrets are filed under environment, origin and client ID")
def test_every_profile_has_a_sign_in_of_its_own(tmp_path: Path) -> None:
    homes = [{"RTMS_TRAY_HOME": str(tmp_path / name)} for name in ("a", "b")]
    profiles = [find_profile(name, home) for home in ({}, *homes) for name in ("default", "work")]
    names = {refresh_token_name(APP, profile) for profile in profiles}
    assert len(names) == len(profiles)
    assert "rtms-tray.refresh_token/commercial/https://zoom.us/id" in names
    assert "rtms-tray.refresh_token@work/commercial/https://zoom.us/id" in names


def test_a_profile_is_the_same_however_its_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "home")
    marks = {
        find_profile("default", {"RTMS_TRAY_HOME": str(tmp_path / way)}).mark
        for way in ("home", "link", "x/../home")
    }
    assert len(marks) == 1


def test_the_environment_follows_the_settings() -> None:
    assert environment_of(APP) == COMMERCIAL
    assert environment_of(replace(APP, zoom=ZoomSettings("government"))) == GOVERNMENT
    zoom = ZoomSettings("custom", "https://a.test", "https://b.test/v2")
    for feed, events in (
        (FeedSettings("zoom", "wss://c.test/ws"), "wss://c.test/ws"),
        (FeedSettings("zoom", "https://c.test/ws"), ""),
        (FeedSettings("zoom", ""), ""),
        (FeedSettings("relay", "wss://c.test/ws"), ""),
    ):
        found = environment_of(Settings(zoom=zoom, feed=feed))
        assert (found.oauth, found.api) == ("https://a.test", "https://b.test/v2")
        assert found.events == events
    with pytest.raises(ValueError, match=r"zoom\.api_url"):
        environment_of(ELSEWHERE)
