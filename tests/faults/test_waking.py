"""The system tells: a real message bus with stand-ins for logind and NetworkManager, and a network that comes back."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator

import pytest

from rtms_tray.capture.timeline import SpanKind
from rtms_tray.simulator import Simulator
from rtms_tray.store.profile import Profile
from rtms_tray.support.frozen import replace
from tests.helpers.desktop.bus import running_bus
from tests.helpers.fault_proxy import FaultProxy
from tests.helpers.program_harness import (
    FAST_TIMING,
    MEETING,
    ProgramHarness,
    ShiftedClock,
    run_signed_in,
)
from tests.helpers.stores import LockedStore
from tests.helpers.system_bus import SystemServices

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the message bus is Linux's")
SECOND = 1000
PATIENT = replace(FAST_TIMING, first_delay_s=600.0, last_delay_s=600.0)
"""Whoever waits for the next try waits for longer than any test."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_bus(tmp_path_factory.mktemp("bus")) as address:
        yield address


@pytest.fixture
async def system(address: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SystemServices]:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    async with SystemServices(address) as system:
        yield system


@pytest.fixture
async def harness(
    zoom: Simulator,
    profile: Profile,
    store: LockedStore,
    clock: ShiftedClock,
    system: SystemServices,
) -> AsyncIterator[ProgramHarness]:
    """The program, whose system tells it of sleep and networks."""
    del system
    async with run_signed_in(zoom, profile, store, clock, PATIENT) as running:
        yield running


async def woken(harness: ProgramHarness, system: SystemServices) -> None:
    """Have the machine sleep and wake, again and again until the program has heard of it."""
    awake = harness.program.watcher.wakefulness
    while awake.since is None:
        await system.prepare_for_sleep(begins=True)
        await system.prepare_for_sleep(begins=False)
        await asyncio.sleep(0.05)


async def test_after_a_short_sleep_the_feed_connects_anew_whatever_its_socket_says(
    sharing: ProgramHarness, system: SystemServices, clock: ShiftedClock
) -> None:
    accepted, began = sharing.zoom.feed.accepted, clock()
    assert sharing.program.watcher.feed.connected
    await woken(sharing, system)
    await sharing.wait_until(lambda: sharing.zoom.feed.accepted > accepted)
    await sharing.wait_for_feed()
    assert not sharing.session().verified, "its end may have come while nobody could hear it"
    sharing.act("host_stops")
    session = await sharing.wait_for_state("stopped")
    assert session.timeline.elapsed(clock()) <= clock() - began + 60 * SECOND


async def test_the_time_of_sleep_is_unknown(
    sharing: ProgramHarness, system: SystemServices, clock: ShiftedClock
) -> None:
    await woken(sharing, system)
    await sharing.wait_for_feed()
    awake = sharing.program.watcher.wakefulness
    await system.prepare_for_sleep(begins=True)
    await sharing.wait_until(lambda: awake._asleep_at is not None)
    clock.ahead += 600 * SECOND
    before = awake.since
    await system.prepare_for_sleep(begins=False)
    await sharing.wait_until(lambda: awake.since != before)
    session, now = sharing.session(), clock()
    assert session.timeline.total(SpanKind.UNKNOWN, now) >= 600 * SECOND
    assert session.timeline.total(SpanKind.CAPTURED, now) < 60 * SECOND


async def test_once_online_again_nothing_waits_for_its_next_try(
    harness: ProgramHarness, system: SystemServices, net: FaultProxy
) -> None:
    await woken(harness, system)
    await harness.wait_for_feed()
    await net.go_down()
    watcher = harness.program.watcher
    await harness.wait_until(lambda: not watcher.feed.connected)
    await harness.do("start", meeting=MEETING)
    assert harness.count_requests() == 0
    await net.come_back()
    await system.network_state(70)
    await harness.wait_for_feed()
    await harness.wait_for_state("pending_approval")
    assert harness.count_requests() == 1


async def test_a_connection_that_stands_is_left_alone_unless_the_network_is_another(
    harness: ProgramHarness,
) -> None:
    accepted, watcher = harness.zoom.feed.accepted, harness.program.watcher
    watcher.network_may_be_back()
    assert harness.zoom.feed.accepted == accepted
    assert watcher.feed.connected
    watcher.network_is_new()
    await harness.wait_until(lambda: harness.zoom.feed.accepted > accepted)
    await harness.wait_for_feed()
