"""The whole program beside a real relay: what it hears, what it says, and what it does when the relay goes."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from rtms_tray.capture.conditions import Value
from rtms_tray.capture.facts import Fact, What
from rtms_tray.capture.reasons import Code
from rtms_tray.relay.hub import Close
from rtms_tray.relay.settings import Settings
from rtms_tray.runtime.event_log import Kind
from rtms_tray.simulator import Simulator
from rtms_tray.store.profile import Profile
from tests.helpers.nats_servers import free_port
from tests.helpers.program_harness import (
    FAST_TIMING,
    NUMBER,
    ProgramHarness,
    make_profile,
    run_program,
    run_signed_in,
)
from tests.helpers.relay_harness import RelayHarness, running
from tests.helpers.relay_process import relay_environ, relay_process
from tests.helpers.stores import LockedStore


@pytest.fixture
async def zoom() -> AsyncIterator[Simulator]:
    """A simulated Zoom in which nothing happens on its own; its access tokens are JWTs."""
    async with Simulator(progression="manual", switches={"access_tokens": "jwt"}) as simulator:
        yield simulator


@pytest.fixture
async def relay(
    settings: Settings, http: httpx2.AsyncClient, zoom: Simulator
) -> AsyncIterator[RelayHarness]:
    """A running relay, to which Zoom sends its webhooks."""
    async with running(settings, http) as harness:
        send_webhooks(zoom, harness.url)
        yield harness


def send_webhooks(zoom: Simulator, url: str) -> None:
    zoom.world.settings.webhook_url = f"{url}/zoom/webhook"


@pytest.fixture
def profile(tmp_path: Path, zoom: Simulator, relay: RelayHarness) -> Profile:
    """The program's profile, set up for the relay."""
    return relay_profile(tmp_path / "tray", zoom, relay.url)


def relay_profile(folder: Path, zoom: Simulator, url: str, **settings: str) -> Profile:
    return make_profile(folder, zoom, feed__kind="relay", feed__url=url, **settings)


@pytest.fixture
async def harness(zoom: Simulator, profile: Profile) -> AsyncIterator[ProgramHarness]:
    """The program, signed in and connected to the relay, without the app's secret."""
    async with run_signed_in(zoom, profile, LockedStore(), timing=FAST_TIMING) as program:
        yield program


def is_certain(harness: ProgramHarness) -> bool:
    return harness.session().verified


def doubts(harness: ProgramHarness) -> tuple[Fact, ...]:
    """The stretches of the meeting's time that are in doubt because events may have been missed."""
    return tuple(fact for fact in harness.session().timeline.facts if fact.what is What.UNSEEN)


class TestHearing:
    """Events come over the relay."""

    async def test_capture_is_shown_as_it_begins_and_ends(self, harness: ProgramHarness) -> None:
        await harness.share()
        assert is_certain(harness)
        harness.act("host_stops")
        await harness.wait_for_state("stopped")

    async def test_the_status_names_the_relay(
        self, harness: ProgramHarness, relay: RelayHarness
    ) -> None:
        status = await harness.status_json()
        feed: Any = status["feed"]
        assert (feed["kind"], feed["connected"], feed["host"]) == (
            "relay",
            True,
            relay.url.removeprefix("http://"),
        )

    async def test_the_host_is_known_by_an_alias(self, harness: ProgramHarness) -> None:
        await harness.share()
        harness.act("host_leaves")
        harness.act("host_joins")
        await harness.wait_until(lambda: harness.session().host_present is Value.YES)
        assert harness.zoom.world.users["host"].id not in str(harness.session())

    async def test_somebody_elses_events_are_never_heard(
        self, harness: ProgramHarness, relay: RelayHarness, zoom: Simulator
    ) -> None:
        other = zoom.world.users["host"].id
        start = {
            "event": "meeting.rtms_started",
            "event_ts": zoom.engine.now(),
            "payload": {
                "meeting_uuid": "another-meeting==",
                "meeting_id": 1,
                "operator_id": other,
                "rtms_stream_id": "theirs",
            },
        }
        await relay.take(start)
        await harness.share()
        assert not list(harness.program.event_log.newest("theirs"))
        assert len(harness.program.watcher.board.sessions) == 1

    async def test_the_receiver_knows_of_a_pause_in_zoom(
        self, harness: ProgramHarness, relay: RelayHarness
    ) -> None:
        await harness.share()
        stream = harness.session().streams.current
        assert stream is not None
        word = {"stream_id": stream.stream_id, "state": 3}
        assert (await relay.receiver(word)).status_code == 204
        session = await harness.wait_for_state("paused")
        assert session.code is Code.RECEIVER_PAUSED


class TestLoss:
    """The connection breaks, and what was missed comes."""

    async def test_a_relay_that_is_killed_in_mid_meeting_tells_what_was_missed(
        self, zoom: Simulator, tmp_path: Path, nats_url: str
    ) -> None:
        del nats_url  # without it there is no nats-server here
        environ = relay_environ(zoom, tmp_path / "relay", free_port())
        profile = relay_profile(
            tmp_path / "tray", zoom, f"http://127.0.0.1:{environ['RTMS_RELAY_PORT']}"
        )
        async with relay_process(environ) as (process, url):
            send_webhooks(zoom, url)
            async with run_signed_in(zoom, profile, LockedStore(), timing=FAST_TIMING) as harness:
                await harness.share()
                await zoom.webhooks.settle()
                before = doubts(harness)
                process.kill()
                await process.wait()
                await harness.wait_until(lambda: not is_certain(harness))
                assert harness.program.watcher.feed.error_code in {"relay_lost", "relay_offline"}
                harness.zoom.act(NUMBER, "host_stops")
                harness.run_schedule()
                await zoom.webhooks.settle()
                assert harness.session().state == "sharing"
                async with relay_process(environ):
                    harness.run_schedule()  # Zoom sends it again
                    await harness.wait_for_state("stopped")
                    await harness.wait_until(lambda: is_certain(harness))
                    assert doubts(harness) == before
                    assert harness.session().code is Code.STOP_HOST

    async def test_what_happened_while_it_did_not_run_is_told_once(
        self, zoom: Simulator, profile: Profile
    ) -> None:
        store = LockedStore()
        async with run_signed_in(zoom, profile, store, timing=FAST_TIMING) as harness:
            await harness.share()
        for what in ("interrupt_receiver", "new_server"):
            zoom.act(NUMBER, what)
            await zoom.webhooks.settle()
        async with run_program(zoom, profile, store, timing=FAST_TIMING) as harness:
            await harness.wait_until(lambda: harness.has_session() and is_certain(harness))
            session = harness.session()
            assert session.state == "sharing"
            events = harness.program.event_log.newest(kinds=(Kind.EVENT,))
            names = [entry.name for entry in events]
            assert names.count("meeting.rtms_interrupted") == 1
            assert names.count("meeting.rtms_started") == 1
            assert session.story[-1].state == "sharing"

    async def test_an_instance_that_drains_is_left_without_a_doubt(
        self, harness: ProgramHarness, relay: RelayHarness
    ) -> None:
        await harness.share()
        before = doubts(harness)
        relay.relay.hub.close_all(Close.MOVING)
        await harness.wait_until(lambda: bool(relay.relay.hub.channels))
        harness.act("host_stops")
        await harness.wait_for_state("stopped")
        assert doubts(harness) == before

    async def test_a_session_that_is_over_is_begun_anew(
        self, harness: ProgramHarness, relay: RelayHarness
    ) -> None:
        await harness.share()
        before = doubts(harness)
        relay.relay.hub.close_all(Close.SESSION_OVER)
        harness.act("host_stops")
        await harness.wait_for_state("stopped")
        await harness.wait_for_feed()
        assert doubts(harness) == before

    async def test_doubt_of_the_relay_is_doubt_here_until_its_next_heartbeat(
        self, harness: ProgramHarness, relay: RelayHarness
    ) -> None:
        await harness.share()
        before = doubts(harness)
        relay.relay.hub.doubt()
        await harness.wait_until(lambda: not is_certain(harness))
        assert harness.program.watcher.feed.error_code == "relay_unsure"
        await harness.wait_until(lambda: is_certain(harness))
        assert doubts(harness) == before

    async def test_events_that_the_relay_has_lost_are_a_gap(
        self, harness: ProgramHarness, relay: RelayHarness, zoom: Simulator
    ) -> None:
        await harness.share()
        relay.relay.journal.epoch = "another"
        await relay.relay.journal.purge_user(zoom.world.users["owner"].id)
        relay.relay.hub.close_all(Close.MOVING)
        await harness.wait_until(lambda: not is_certain(harness))
        await harness.wait_for_feed()
        assert not is_certain(harness)
        harness.act("host_stops")
        await harness.wait_for_state("stopped")
        assert is_certain(harness)


class TestRefusals:
    """The relay lets nobody in who is not of its app."""

    async def test_another_apps_token(
        self, zoom: Simulator, profile: Profile, relay: RelayHarness
    ) -> None:
        del relay
        zoom.world.settings.token_app = "another-app"
        async with run_program(zoom, profile, LockedStore(), timing=FAST_TIMING) as harness:
            await harness.sign_in()
            feed = harness.program.watcher
            await harness.wait_until(lambda: feed.feed.error_code == "relay_of_other_app")
            assert "feed_relay_of_other_app" in harness.notice_codes()


@dataclass
class Pair:
    """Two trays of one user."""

    first: ProgramHarness
    second: ProgramHarness

    @property
    def acting(self) -> list[bool]:
        """Which of them acts on its own."""
        return [one.program.watcher.board.context.acting for one in (self.first, self.second)]


@pytest.fixture
async def pair(zoom: Simulator, relay: RelayHarness, tmp_path: Path) -> AsyncIterator[Pair]:
    """Two programs of one user, both of which start in meetings that the user hosts."""
    zoom.world.settings.one_grant = "off"
    folders = (tmp_path / "first", tmp_path / "second")
    profiles = [
        relay_profile(folder, zoom, relay.url, behaviour__watch_hosted="true") for folder in folders
    ]
    async with (
        run_signed_in(zoom, profiles[0], LockedStore(), timing=FAST_TIMING) as first,
        run_signed_in(zoom, profiles[1], LockedStore(), timing=FAST_TIMING) as second,
    ):
        yield Pair(first, second)


class TestTwoTrays:
    """Of two trays of one user, one acts on its own; both hear everything."""

    async def test_one_acts_and_both_know(self, pair: Pair) -> None:
        await pair.first.wait_until(lambda: sum(pair.acting) == 1)
        await pair.first.share()
        await pair.second.wait_for_state("sharing")

    async def test_the_other_one_is_told_that_somebody_signed_in_later(self, pair: Pair) -> None:
        await pair.first.wait_until(lambda: "signed_in_elsewhere" in pair.first.notice_codes())
        assert "signed_in_elsewhere" not in pair.second.notice_codes()

    async def test_a_sign_in_that_another_one_ended_leaves_the_events(
        self, zoom: Simulator, relay: RelayHarness, tmp_path: Path
    ) -> None:
        profiles = [relay_profile(tmp_path / name, zoom, relay.url) for name in ("one", "two")]
        async with (
            run_signed_in(zoom, profiles[0], LockedStore(), timing=FAST_TIMING) as first,
            run_signed_in(zoom, profiles[1], LockedStore(), timing=FAST_TIMING) as second,
        ):
            await first.wait_until(lambda: first.program.overview().account.ended)
            await second.share()
            await first.wait_for_state("sharing")
            assert first.program.watcher.feed.connected

    async def test_signing_out_ends_the_events(self, harness: ProgramHarness) -> None:
        await harness.do("sign-out")
        await harness.wait_until(lambda: not harness.program.watcher.feed.connected)
        assert harness.program.watcher.feed.error is None
