"""The program put together: settings, feed and sign-in beside a simulated Zoom."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtms_tray.capture.reasons import Severity
from rtms_tray.simulator import Simulator
from rtms_tray.store.secrets import MemoryStore, Trouble, secret_name
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Exit
from tests.helpers.zoom_world import (
    MEETING,
    House,
    LockedStore,
    house,
    profile_in,
    secrets_of,
    signed_in,
    simulator,
)


@pytest.fixture
async def zoom() -> AsyncIterator[Simulator]:
    async with simulator() as made:
        yield made


@pytest.fixture
async def home(zoom: Simulator, tmp_path: Path) -> AsyncIterator[House]:
    async with signed_in(zoom, profile_in(tmp_path, zoom), await secrets_of(zoom)) as made:
        yield made


def configure(home: House, key: str, value: str) -> None:
    set_value(home.profile.settings_file, key, value)


async def test_without_settings_it_says_what_is_missing(zoom: Simulator, tmp_path: Path) -> None:
    profile = profile_in(tmp_path, zoom)
    profile.settings_file.unlink()
    async with house(zoom, profile, MemoryStore()) as home:
        assert "not_configured" in home.codes()
        answer = await home.do("start", meeting=MEETING)
        assert answer.exit is Exit.REFUSED
        assert "not set up" in answer.text
        assert "app.client_id" in answer.text
        assert (await home.json())["sign_in"] == "not_configured"


async def test_broken_settings_keep_the_last_good_ones(home: House) -> None:
    good = home.profile.settings_file.read_text()
    feed = home.program.watcher.feed
    home.profile.settings_file.write_text(good + "\nthis is no toml")
    assert (await home.do("reload")).exit is Exit.DONE
    assert "settings_file" in home.codes()
    assert home.program.watcher.feed == feed
    assert (await home.do("start", meeting=MEETING)).exit is Exit.DONE
    home.profile.settings_file.write_text(good)
    await home.do("reload")
    assert home.codes() == set()


@pytest.mark.parametrize("value", ["https://zoom.us/some/path", "http://zoom.us", "nonsense"])
async def test_an_impossible_address_is_a_notice_not_a_crash(home: House, value: str) -> None:
    text = home.profile.settings_file.read_text()
    text = text.replace(f'api_url = "{home.zoom.api_url}"', f'api_url = "{value}"')
    home.profile.settings_file.write_text(text)
    assert value in text
    await home.do("reload")
    assert home.codes() & {"not_configured", "settings_zoom_api_url"}


async def test_reload_rebuilds_only_what_has_changed(home: House) -> None:
    program, built = home.program, home.zoom.feed.accepted
    membership, rest = program.membership, program.rest
    configure(home, "behaviour.no_answer_after_s", "7")
    await home.do("reload")
    assert program.watcher.board.policy.no_answer_after == 7_000
    assert (program.membership, program.rest) == (membership, rest)
    assert home.zoom.feed.accepted == built
    configure(home, "feed.kind", "none")
    await home.do("reload")
    assert program.membership is membership
    assert not program.watcher.feed.connected
    configure(home, "feed.kind", "zoom")
    await home.do("reload")
    await home.connected()
    assert program.membership is membership
    assert home.zoom.feed.accepted == built + 1


async def test_without_a_feed_it_says_that_it_cannot_see(home: House) -> None:
    configure(home, "feed.kind", "none")
    await home.do("reload")
    await home.do("start", meeting=MEETING)
    session = home.session()
    assert session.why is not None
    assert session.why.code == "cannot_see"
    assert not session.sight.possible
    assert session.unverified_since is None
    view = home.program.overview()
    assert (view.feed.kind, view.feed.connected) == ("none", False)
    assert "cannot see" in view.feed.text
    assert view.notices == ()


async def test_an_open_session_outlives_the_end_of_the_feed(home: House) -> None:
    await home.do("start", meeting=MEETING)
    configure(home, "feed.kind", "none")
    await home.do("reload")
    assert not home.session().sight.blind
    assert home.session().state == "pending_approval"
    await home.do("tell", condition="sharing", value="yes")
    assert home.session().state == "sharing"


async def test_a_new_client_secret_is_taken_up(zoom: Simulator, tmp_path: Path) -> None:
    store = await secrets_of(zoom)
    name = secret_name("client_secret", "custom", zoom.oauth_url, zoom.client_id)
    await store.save(name, "wrong")
    async with house(zoom, profile_in(tmp_path, zoom), store) as home:
        await home.until(lambda: "feed_client_secret_refused" in home.codes())
        notice = home.program.overview().notices[0]
        assert "client secret" in notice.text
        assert notice.severity is Severity.ATTENTION
        assert notice.action is not None
        assert home.program.overview().attention
        feed = (await home.json())["feed"]
        assert isinstance(feed, dict)
        assert isinstance(feed["error"], str)
        await store.save(name, zoom.client_secret)
        await home.do("reload")
        await home.connected()
        assert home.codes() == set()


@pytest.mark.promise("build_connection refused")
async def test_a_wrong_subscription_is_told_and_can_be_put_right(
    zoom: Simulator, tmp_path: Path
) -> None:
    profile = profile_in(tmp_path, zoom, feed__subscription_id="wrong")
    async with house(zoom, profile, await secrets_of(zoom)) as home:
        await home.until(lambda: "feed_subscription_refused" in home.codes())
        assert "subscription" in home.program.overview().notices[0].text
        set_value(profile.settings_file, "feed.subscription_id", zoom.subscription_id)
        await home.do("reload")
        await home.connected()


async def test_no_subscription_is_a_notice_too(zoom: Simulator, tmp_path: Path) -> None:
    profile = profile_in(tmp_path, zoom, feed__subscription_id="")
    async with house(zoom, profile, await secrets_of(zoom)) as home:
        assert "feed_not_configured" in home.codes()
        assert (await home.sign_in()).exit is Exit.DONE
        assert (await home.do("start", meeting=MEETING)).exit is Exit.DONE


@pytest.mark.promise("kicked off by a second connection")
async def test_a_feed_taken_over_stops_and_can_be_connected_again(home: House) -> None:
    membership = home.program.membership
    home.zoom.feed.kick(3)
    await home.until(lambda: "feed_taken_over" in home.codes())
    (notice,) = home.program.overview().notices
    assert notice.action is not None
    assert notice.action.name == "reconnect"
    assert "Another program" in notice.text
    assert (await home.do("reconnect")).exit is Exit.DONE
    await home.connected()
    assert home.codes() == set()
    assert home.program.membership is membership


async def test_a_broken_line_comes_back_by_itself_and_quietly(home: House) -> None:
    built, before = home.zoom.feed.accepted, len(home.views)
    home.zoom.feed.cut()
    await home.until(lambda: home.zoom.feed.accepted > built)
    await home.connected()
    severities = {notice.severity for view in home.views[before:] for notice in view.notices}
    assert severities <= {Severity.INFO}


async def test_overviews_come_once_for_many_changes(home: House) -> None:
    await asyncio.sleep(0)
    before = len(home.views)
    for _ in range(10):
        home.program.changed()
    assert len(home.views) == before
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(home.views) == before + 1


async def test_a_keyring_locked_at_the_start_gives_the_feed_later(
    zoom: Simulator, tmp_path: Path
) -> None:
    store = LockedStore()
    await store.save(
        secret_name("client_secret", "custom", zoom.oauth_url, zoom.client_id), zoom.client_secret
    )
    store.trouble = Trouble.LOCKED
    async with house(zoom, profile_in(tmp_path, zoom), store) as home:
        assert "keyring_locked" in home.codes()
        assert (await home.do("unlock")).exit is Exit.DONE
        await home.connected()
        assert home.codes() == set()
        store.trouble = Trouble.LOCKED
        await home.do("reload")
        assert home.program.watcher.feed.connected, "a keyring locked again takes nothing back"


async def test_a_keyring_unlocked_elsewhere_is_noticed(zoom: Simulator, tmp_path: Path) -> None:
    store = LockedStore()
    await store.save(
        secret_name("client_secret", "custom", zoom.oauth_url, zoom.client_id), zoom.client_secret
    )
    profile = profile_in(tmp_path, zoom)
    async with signed_in(zoom, profile, store):
        pass
    store.trouble = Trouble.LOCKED
    async with house(zoom, profile, store) as home:
        await home.until(lambda: home.program.overview().account.state == "locked")
        await home.program.look_once()
        assert home.program.overview().account.state == "locked"
        store.trouble = None
        await home.program.look_once()
        await home.connected()
        assert home.program.overview().account.state == "signed_in"
        assert home.codes() == set()


async def test_nothing_is_left_running(zoom: Simulator, tmp_path: Path) -> None:
    before = asyncio.all_tasks()
    async with signed_in(zoom, profile_in(tmp_path, zoom), await secrets_of(zoom)) as home:
        await home.do("start", meeting=MEETING)
        await home.do("mute", **{"for": "30"})
        assert asyncio.all_tasks() > before
    await asyncio.sleep(0)
    left = {task for task in asyncio.all_tasks() - before if "uvicorn" not in repr(task)}
    assert not left, left


async def test_a_slow_keyring_does_not_make_it_look_signed_out(
    zoom: Simulator, tmp_path: Path
) -> None:
    profile, store = profile_in(tmp_path, zoom), await secrets_of(zoom)
    async with signed_in(zoom, profile, store) as home:
        assert home.program.overview().overall == "idle"
    async with house(zoom, profile, store) as again:
        await again.connected()
        assert {view.overall for view in again.views} == {"idle"}
        assert {len(view.notices) for view in again.views} == {0}
