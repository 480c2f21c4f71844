"""Networks that fail: nothing unknown is claimed, nothing is requested twice, nothing is lost."""

import asyncio
from pathlib import Path

import pytest

from rtms_tray.capture.timeline import SpanKind
from rtms_tray.simulator import Simulator
from rtms_tray.store.secrets import MemoryStore, secret_name
from rtms_tray.support.clock import SystemClock
from rtms_tray.support.command_types import Exit
from tests.helpers.fault_proxy import FaultProxy, drip, hang, lose_reply, reset
from tests.helpers.program_harness import (
    FAST_TIMING,
    MEETING,
    RTMS_PATH,
    ProgramHarness,
    ShiftedClock,
    make_profile,
    make_secrets,
    run_program,
)


def now_s() -> float:
    return asyncio.get_running_loop().time()


async def wait_for_events(harness: ProgramHarness) -> None:
    """Wait until events really come: over one connection, on which Zoom gets heartbeats."""
    feed = harness.zoom.feed
    await harness.wait_for_feed()
    before = {id(socket): socket.heartbeats for socket in feed.connections.values()}

    def beats() -> bool:
        sockets = list(feed.connections.values())
        return len(sockets) == 1 and sockets[0].heartbeats > before.get(id(sockets[0]), 0)

    await harness.wait_until(beats)


@pytest.mark.promise("connection refused")
async def test_refused_says_not_sent_and_sends_once_when_it_is_back(
    harness: ProgramHarness, net: FaultProxy
) -> None:
    await net.go_down()
    answer = await harness.do("start", meeting=MEETING)
    assert answer.exit is Exit.REFUSED
    assert "not sent" in answer.text
    assert harness.session().state == "refused"
    await harness.wait_until(lambda: "feed_offline" in harness.notice_codes())
    assert harness.count_requests() == 0
    await net.come_back()
    await harness.wait_for_state("pending_approval")
    await harness.wait_for_feed()
    assert (harness.count_requests(), harness.notice_codes()) == (1, set())


@pytest.mark.promise("connection reset")
async def test_a_reset_request_is_not_repeated_automatically(
    harness: ProgramHarness, net: FaultProxy
) -> None:
    net.next(RTMS_PATH, reset)
    answer = await harness.do("start", meeting=MEETING)
    assert "never arrived" in answer.text
    session = harness.session()
    assert (session.state, session.why and session.why.code) == ("pending_approval", "reply_lost")
    await asyncio.sleep(0.2)
    assert sum(path.endswith("/status") for path in net.paths) == 1
    await harness.do("resend")
    harness.act("approve")
    await harness.wait_for_state("sharing")


@pytest.mark.promise("connection reset")
async def test_a_reset_feed_is_doubted_and_made_anew(
    sharing: ProgramHarness, net: FaultProxy
) -> None:
    accepted = sharing.zoom.feed.accepted
    net.cut()
    await sharing.wait_until(lambda: not sharing.session().verified)
    assert sharing.session().state == "sharing"
    await sharing.wait_until(lambda: sharing.zoom.feed.accepted > accepted)
    await sharing.wait_for_feed()
    sharing.act("host_stops")
    await sharing.wait_for_state("stopped")


@pytest.mark.promise("connection half-open in mid-feed")
async def test_a_half_open_feed_is_noticed_and_replaced(
    sharing: ProgramHarness, net: FaultProxy
) -> None:
    net.freeze()
    began, frozen_at = now_s(), SystemClock()()
    await sharing.wait_until(lambda: not sharing.program.watcher.feed.connected)
    assert now_s() - began < 2, "after one heartbeat without an answer"
    doubted_since = sharing.session().doubt.since
    assert doubted_since is not None
    assert doubted_since <= frozen_at + 50, "since the last sign of life, not since it was noticed"
    net.thaw()
    await sharing.wait_for_feed()
    sharing.act("host_stops")
    await sharing.wait_for_state("stopped")


@pytest.mark.promise("slow drip")
async def test_a_reply_that_drips_or_hangs_is_given_up_in_time(
    zoom: Simulator, net: FaultProxy, tmp_path: Path
) -> None:
    """At once, because each waits for the ten seconds that a call may take."""

    async def lost(name: str, meeting: str) -> float:
        profile = make_profile(tmp_path / name, zoom, net)
        async with run_program(
            zoom, profile, await make_secrets(zoom, net), timing=FAST_TIMING
        ) as harness:
            zoom.world.settings.one_grant = "off"
            assert (await harness.sign_in()).exit is Exit.DONE
            began = now_s()
            await harness.do("start", meeting=meeting)
            session = await harness.wait_for_state("pending_approval", meeting)
            assert session.why is not None
            assert session.why.code == "reply_lost"
            return now_s() - began

    net.next(f"{MEETING}/rtms", drip(b'{"code": 1}' * 100, 0.05))
    net.next("98712345671/rtms", hang)
    took = await asyncio.gather(lost("drip", MEETING), lost("hang", "98712345671"))
    assert all(9 < seconds < 13 for seconds in took), took


@pytest.mark.promise("DNS failure")
async def test_a_name_that_leads_nowhere_is_offline(
    zoom: Simulator, net: FaultProxy, tmp_path: Path
) -> None:
    nowhere = "https://zoom.invalid"
    places = {"zoom__oauth_url": nowhere, "zoom__api_url": nowhere}
    profile = make_profile(tmp_path, zoom, net, **places, feed__url="wss://zoom.invalid/ws")
    store = MemoryStore()
    await store.save(secret_name("client_secret", "custom", nowhere, zoom.client_id), "secret")
    async with run_program(zoom, profile, store, timing=FAST_TIMING) as harness:
        await harness.wait_until(lambda: "feed_offline" in harness.notice_codes())
        (notice,) = harness.program.overview().notices
        assert "network" in notice.remedy
    assert net.paths == []


@pytest.mark.promise("outage of ten minutes")
async def test_an_outage_is_unknown_time_and_nothing_is_sent(
    sharing: ProgramHarness, net: FaultProxy, clock: ShiftedClock
) -> None:
    before = sharing.count_requests()
    await net.go_down()
    await sharing.wait_until(lambda: not sharing.program.watcher.feed.connected)
    for _ in range(60):
        clock.ahead += 10_000
        sharing.program.watcher.wakefulness.look()
        sharing.program.watcher._tick()
        await asyncio.sleep(0)
    session = sharing.session()
    assert (session.state, not session.verified) == ("sharing", True)
    assert (
        "feed_offline" in sharing.notice_codes() or "feed_connection_lost" in sharing.notice_codes()
    )
    assert sharing.program.overview().attention, "a running capture without events"

    sharing.zoom.world.settings.clock_skew_s = 600  # for Zoom, the time has passed as well
    await net.come_back()
    await sharing.wait_for_feed()
    line, now = sharing.session().timeline, clock()
    assert line.total(SpanKind.UNKNOWN, now) > 598_000  # Zoom's clock is known to half a second
    sharing.act("host_stops")
    session = await sharing.wait_for_state("stopped")
    line, now = session.timeline, clock()
    assert line.total(SpanKind.CAPTURED, now) > 598_000, "the stream's own stop: it ran till then"
    assert sum(line.total(kind, now) for kind in SpanKind) == line.elapsed(now)
    assert sharing.count_requests() == before


@pytest.mark.promise("flapping network")
async def test_flapping_leaves_one_connection_and_the_truth(
    sharing: ProgramHarness, net: FaultProxy
) -> None:
    tasks = len(asyncio.all_tasks())
    for _ in range(30):
        net.cut()
        await asyncio.sleep(0.05)
    await wait_for_events(sharing)
    sharing.act("host_stops")
    await sharing.wait_for_state("stopped")
    assert sharing.count_requests() == 1
    await sharing.wait_until(lambda: len(asyncio.all_tasks()) <= tasks + 2)


@pytest.mark.promise("flapping network")
async def test_a_request_while_flapping_is_sent_once(
    harness: ProgramHarness, net: FaultProxy
) -> None:
    net.next(RTMS_PATH, lose_reply)
    asking = asyncio.create_task(harness.do("start", meeting=MEETING))
    for _ in range(10):
        await asyncio.sleep(0.03)
        net.cut()
    await asking
    await wait_for_events(harness)
    assert harness.count_requests() == 1
    harness.act("approve")
    await harness.wait_for_state("sharing")
