"""The program put together: settings, feed and sign-in beside a simulated Zoom."""

import asyncio
import json
from pathlib import Path

import pytest

from rtms_tray.capture.reasons import Severity
from rtms_tray.runtime.presenter import FRAME_S, QUIET_S
from rtms_tray.simulator import Simulator
from rtms_tray.store.secrets import MemoryStore, Trouble, secret_name
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Exit
from rtms_tray.support.texts import text
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.feeds import Received
from tests.helpers.program_harness import (
    MEETING,
    ProgramHarness,
    make_profile,
    make_secrets,
    run_program,
    run_signed_in,
)
from tests.helpers.stores import LockedStore


def configure(harness: ProgramHarness, key: str, value: str) -> None:
    set_value(harness.profile.settings_file, key, value)


async def test_without_settings_it_says_what_is_missing(zoom: Simulator, tmp_path: Path) -> None:
    profile = make_profile(tmp_path, zoom)
    profile.settings_file.unlink()
    async with run_program(zoom, profile, MemoryStore()) as harness:
        assert "not_configured" in harness.notice_codes()
        answer = await harness.do("start", meeting=MEETING)
        assert answer.exit is Exit.REFUSED
        assert "not set up" in answer.text
        assert "app.client_id" in answer.text
        assert (await harness.status_json())["sign_in"] == "not_configured"


async def test_broken_settings_keep_the_last_good_ones(harness: ProgramHarness) -> None:
    good = harness.profile.settings_file.read_text()
    feed = harness.program.watcher.feed
    harness.profile.settings_file.write_text(good + "\nthis is no toml")
    assert (await harness.do("reload")).exit is Exit.DONE
    assert "settings_file" in harness.notice_codes()
    assert harness.program.watcher.feed == feed
    assert (await harness.do("start", meeting=MEETING)).exit is Exit.DONE
    harness.profile.settings_file.write_text(good)
    await harness.do("reload")
    assert harness.notice_codes() == set()


@pytest.mark.parametrize("value", ["https://zoom.us/some/path", "http://zoom.us", "nonsense"])
async def test_an_impossible_address_is_a_notice_not_a_crash(
    harness: ProgramHarness, value: str
) -> None:
    words = harness.profile.settings_file.read_text()
    words = words.replace(f'api_url = "{harness.zoom.api_url}"', f'api_url = "{value}"')
    harness.profile.settings_file.write_text(words)
    assert value in words
    await harness.do("reload")
    assert harness.notice_codes() & {"not_configured", "settings_zoom_api_url"}


async def test_the_apps_name_is_said_and_builds_nothing_again(harness: ProgramHarness) -> None:
    sign_in, built = harness.program.sign_in, harness.zoom.feed.accepted
    configure(harness, "app.name", "Notes & Co")
    await harness.do("reload")
    assert text("reasons.began.text").endswith("with Notes & Co.")
    assert (harness.program.sign_in, harness.zoom.feed.accepted) == (sign_in, built)
    configure(harness, "app.name", "")
    await harness.do("reload")
    assert text("reasons.began.text").endswith("with your app.")


async def test_reload_rebuilds_only_what_has_changed(harness: ProgramHarness) -> None:
    program, built = harness.program, harness.zoom.feed.accepted
    membership, rest = program.sign_in, program.rest
    configure(harness, "behaviour.no_answer_after_s", "7")
    await harness.do("reload")
    assert program.watcher.board.context.policy.no_answer_after == 7_000
    assert (program.sign_in, program.rest) == (membership, rest)
    assert harness.zoom.feed.accepted == built
    configure(harness, "feed.kind", "none")
    await harness.do("reload")
    assert program.sign_in is membership
    assert not program.watcher.feed.connected
    configure(harness, "feed.kind", "zoom")
    await harness.do("reload")
    await harness.wait_for_feed()
    assert program.sign_in is membership
    assert harness.zoom.feed.accepted == built + 1


async def test_without_a_feed_it_says_that_it_cannot_see(harness: ProgramHarness) -> None:
    configure(harness, "feed.kind", "none")
    await harness.do("reload")
    await harness.do("start", meeting=MEETING)
    session = harness.session()
    assert session.why is not None
    assert session.why.code == "cannot_see"
    assert not harness.program.watcher.board.context.sight.possible
    assert not session.verified
    view = harness.program.overview()
    assert (view.feed.kind, view.feed.connected) == ("none", False)
    assert "can't see" in view.feed.text
    assert view.notices == ()


async def test_an_open_session_outlives_the_end_of_the_feed(harness: ProgramHarness) -> None:
    await harness.do("start", meeting=MEETING)
    configure(harness, "feed.kind", "none")
    await harness.do("reload")
    assert not harness.program.watcher.board.context.sight.blind
    assert harness.session().state == "pending_approval"
    await harness.do("tell", condition="sharing", value="yes")
    assert harness.session().state == "sharing"


async def test_a_new_client_secret_is_taken_up(zoom: Simulator, tmp_path: Path) -> None:
    store = await make_secrets(zoom)
    name = secret_name("client_secret", "custom", zoom.oauth_url, zoom.client_id)
    await store.save(name, "wrong")
    async with run_program(zoom, make_profile(tmp_path, zoom), store) as harness:
        await harness.wait_until(lambda: "feed_client_secret_refused" in harness.notice_codes())
        notice = harness.program.overview().notices[0]
        assert "client secret" in notice.text
        assert notice.severity is Severity.ATTENTION
        assert notice.action is not None
        assert harness.program.overview().attention
        feed = (await harness.status_json())["feed"]
        assert isinstance(feed, dict)
        assert isinstance(feed["error"], str)
        await store.save(name, zoom.client_secret)
        await harness.do("reload")
        await harness.wait_for_feed()
        assert harness.notice_codes() == set()


@pytest.mark.promise("build_connection refused")
async def test_a_wrong_subscription_is_told_and_can_be_put_right(
    zoom: Simulator, tmp_path: Path
) -> None:
    profile = make_profile(tmp_path, zoom, feed__subscription_id="wrong")
    async with run_program(zoom, profile, await make_secrets(zoom)) as harness:
        await harness.wait_until(lambda: "feed_subscription_refused" in harness.notice_codes())
        assert "subscription" in harness.program.overview().notices[0].text
        set_value(profile.settings_file, "feed.subscription_id", zoom.subscription_id)
        await harness.do("reload")
        await harness.wait_for_feed()


async def test_with_a_second_subscription_one_connection_may_break(
    zoom: Simulator, tmp_path: Path
) -> None:
    standby = zoom.addresses()["standby_subscription_id"]
    profile = make_profile(tmp_path, zoom, feed__standby_subscription_id=standby)
    async with run_program(zoom, profile, await make_secrets(zoom)) as harness:
        await harness.wait_for_feed()
        connections = zoom.feed.connections
        await harness.wait_until(lambda: len(connections) == 2)
        accepted, shown = zoom.feed.accepted, []
        harness.program.listen(lambda view: shown.append(view.feed.connected), lambda _: None)
        connections[zoom.subscription_id].abort()
        await harness.wait_until(lambda: zoom.feed.accepted > accepted)
        assert all(shown)


async def test_a_second_subscription_that_zoom_refuses_is_a_notice(
    zoom: Simulator, tmp_path: Path
) -> None:
    profile = make_profile(tmp_path, zoom, feed__standby_subscription_id="wrong")
    async with run_program(zoom, profile, await make_secrets(zoom)) as harness:
        await harness.wait_for_feed()
        await harness.wait_until(lambda: "standby_subscription_refused" in harness.notice_codes())
        assert harness.program.overview().feed.connected


async def test_a_second_connection_that_another_program_took_comes_back_by_its_button(
    zoom: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standby = zoom.addresses()["standby_subscription_id"]
    profile = make_profile(tmp_path, zoom, feed__standby_subscription_id=standby)
    connections, others = zoom.feed.connections, [True]

    def take_over() -> None:
        if others and standby in connections:
            zoom.feed.close(connections[standby])

    monkeypatch.setattr(zoom.feed, "on_accept", take_over)
    async with run_program(zoom, profile, await make_secrets(zoom)) as harness:
        await harness.wait_until(lambda: "standby_taken_over" in harness.notice_codes())
        await harness.wait_for_feed()
        first = connections[zoom.subscription_id]
        others.clear()
        assert (await harness.do("reconnect")).exit is Exit.DONE
        await harness.wait_until(lambda: "standby_taken_over" not in harness.notice_codes())
        assert connections[zoom.subscription_id] is first
        assert standby in connections


async def test_no_subscription_is_a_notice_too(zoom: Simulator, tmp_path: Path) -> None:
    profile = make_profile(tmp_path, zoom, feed__subscription_id="")
    async with run_program(zoom, profile, await make_secrets(zoom)) as harness:
        assert "feed_not_configured" in harness.notice_codes()
        assert (await harness.sign_in()).exit is Exit.DONE
        assert (await harness.do("start", meeting=MEETING)).exit is Exit.DONE


@pytest.mark.promise("kicked off by a second connection")
async def test_a_feed_taken_over_stops_and_can_be_connected_again(harness: ProgramHarness) -> None:
    membership = harness.program.sign_in
    harness.zoom.feed.kick(3)
    await harness.wait_until(lambda: "feed_taken_over" in harness.notice_codes())
    (notice,) = harness.program.overview().notices
    assert notice.action is not None
    assert notice.action.name == "reconnect"
    assert "Another program" in notice.text
    assert (await harness.do("reconnect")).exit is Exit.DONE
    await harness.wait_for_feed()
    assert harness.notice_codes() == set()
    assert harness.program.sign_in is membership


async def test_a_broken_line_comes_back_by_itself_and_quietly(harness: ProgramHarness) -> None:
    built, before = harness.zoom.feed.accepted, len(harness.overviews)
    harness.zoom.feed.cut()
    await harness.wait_until(lambda: harness.zoom.feed.accepted > built)
    await harness.wait_for_feed()
    severities = {notice.severity for view in harness.overviews[before:] for notice in view.notices}
    assert severities <= {Severity.INFO}


async def test_overviews_come_once_for_many_changes(harness: ProgramHarness) -> None:
    await asyncio.sleep(0)
    before = len(harness.overviews)
    for _ in range(10):
        harness.program.changed()
    assert len(harness.overviews) == before
    await harness.wait_until(lambda: len(harness.overviews) > before)
    await asyncio.sleep(2 * FRAME_S)
    assert len(harness.overviews) == before + 1


async def test_events_of_others_are_shown_later_but_never_delay_what_matters(
    harness: ProgramHarness,
) -> None:
    program, presenter = harness.program, harness.program._presenter
    await harness.wait_until(lambda: presenter.due_at is None)
    loop = asyncio.get_running_loop()
    raw = json.dumps(
        {
            "event": "meeting.participant_joined",
            "payload": {"object": {"uuid": "of-others==", "participant": {"user_id": "1"}}},
        }
    )
    for _ in range(2):
        now = program.dependencies.clock()
        program.watcher.report(Received(decode(raw, now), raw, now))
    later = presenter.due_at
    assert later is not None
    assert later > loop.time() + QUIET_S / 2
    before = len(harness.overviews)
    program.changed()
    assert presenter.due_at is not None
    assert presenter.due_at < later
    await harness.wait_until(lambda: len(harness.overviews) > before)
    assert harness.overviews[-1].feed.last_event_at == now


async def test_a_keyring_locked_at_the_start_gives_the_feed_later(
    zoom: Simulator, tmp_path: Path
) -> None:
    store = LockedStore()
    await store.save(
        secret_name("client_secret", "custom", zoom.oauth_url, zoom.client_id), zoom.client_secret
    )
    store.trouble = Trouble.LOCKED
    async with run_program(zoom, make_profile(tmp_path, zoom), store) as harness:
        assert "keyring_locked" in harness.notice_codes()
        assert (await harness.do("unlock")).exit is Exit.DONE
        await harness.wait_for_feed()
        assert harness.notice_codes() == set()
        store.trouble = Trouble.LOCKED
        await harness.do("reload")
        assert harness.program.watcher.feed.connected, "a keyring locked again takes nothing back"


async def test_a_keyring_unlocked_elsewhere_is_noticed(zoom: Simulator, tmp_path: Path) -> None:
    store = LockedStore()
    await store.save(
        secret_name("client_secret", "custom", zoom.oauth_url, zoom.client_id), zoom.client_secret
    )
    profile = make_profile(tmp_path, zoom)
    async with run_signed_in(zoom, profile, store):
        pass
    store.trouble = Trouble.LOCKED
    async with run_program(zoom, profile, store) as harness:
        await harness.wait_until(lambda: harness.program.overview().account.state == "locked")
        await harness.program.retry_keyring()
        assert harness.program.overview().account.state == "locked"
        store.trouble = None
        await harness.program.retry_keyring()
        await harness.wait_for_feed()
        assert harness.program.overview().account.state == "signed_in"
        assert harness.notice_codes() == set()


async def test_nothing_is_left_running(zoom: Simulator, tmp_path: Path) -> None:
    before = asyncio.all_tasks()
    async with run_signed_in(
        zoom, make_profile(tmp_path, zoom), await make_secrets(zoom)
    ) as harness:
        await harness.do("start", meeting=MEETING)
        await harness.do("mute", **{"for": "30"})
        assert asyncio.all_tasks() > before
    await asyncio.sleep(0)
    left = {task for task in asyncio.all_tasks() - before if "uvicorn" not in repr(task)}
    assert not left, left


async def test_a_slow_keyring_does_not_make_it_look_signed_out(
    zoom: Simulator, tmp_path: Path
) -> None:
    profile, store = make_profile(tmp_path, zoom), await make_secrets(zoom)
    async with run_signed_in(zoom, profile, store) as harness:
        assert harness.program.overview().overall == "idle"
    async with run_program(zoom, profile, store) as again:
        await again.wait_for_feed()
        assert {view.overall for view in again.overviews} == {"idle"}
        assert {len(view.notices) for view in again.overviews} == {0}


async def test_requests_and_what_events_changed_can_be_inspected(sharing: ProgramHarness) -> None:
    abouts = {entry.name: entry.about for entry in sharing.program.event_log.newest()}
    assert "→ sharing" in abouts["meeting.rtms_started"]
    assert abouts["PATCH /v2/live_meetings/98712345670/rtms_app/status"].startswith("204 · ")
    whole = "\n".join(entry.text for entry in sharing.program.event_log.newest())
    assert "grant_type" in whole
    for secret in (sharing.zoom.client_secret, *sharing.zoom.world.app.subscription_ids):
        assert secret not in whole
