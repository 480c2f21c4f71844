"""Clocks that are wrong or jump: captured time is the time that really passed."""

import pytest

from rtms_tray.capture.timeline import SpanKind
from rtms_tray.simulator import Simulator
from rtms_tray.store.profile import Profile
from rtms_tray.support.command_types import Exit
from tests.helpers.program_harness import (
    FAST_TIMING,
    MEETING,
    OTHER,
    ProgramHarness,
    ShiftedClock,
    run_program,
)
from tests.helpers.stores import LockedStore

HOUR = 3_600_000
AN_HOUR_OFF = pytest.mark.parametrize("off", [HOUR, -HOUR], ids=["ahead", "behind"])


@AN_HOUR_OFF
@pytest.mark.promise("clock an hour off, or jumping by one")
async def test_with_a_wrong_clock_the_main_job_is_the_same(
    zoom: Simulator, profile: Profile, store: LockedStore, off: int
) -> None:
    clock = ShiftedClock(off)
    async with run_program(zoom, profile, store, clock, timing=FAST_TIMING) as harness:
        assert (await harness.sign_in()).exit is Exit.DONE
        await harness.wait_for_feed()
        await harness.do("start", meeting=MEETING)
        await harness.do("start", meeting=OTHER)
        harness.act("approve")
        await harness.wait_for_state("sharing")
        clock.ahead += 3_000  # on both clocks, the host comes a little later
        zoom.world.settings.clock_skew_s = 3
        zoom.act(int(OTHER), "host_joins")
        await harness.wait_for_state("resend_needed", OTHER)
        harness.act("host_stops")
        session = await harness.wait_for_state("stopped")
        assert session.timeline.elapsed(harness.program.dependencies.clock()) < 60_000


@AN_HOUR_OFF
@pytest.mark.promise("clock an hour off, or jumping by one")
async def test_zooms_clock_may_jump_while_capture_runs(sharing: ProgramHarness, off: int) -> None:
    sharing.zoom.world.settings.clock_skew_s = off / 1000
    sharing.act("host_stops")
    session = await sharing.wait_for_state("stopped")
    now = sharing.program.dependencies.clock()
    assert session.timeline.elapsed(now) < 60_000
    assert sharing.program.overview().attention


@pytest.mark.promise("sleep of eight hours")
async def test_after_a_night_asleep_nothing_is_claimed_until_the_streams_own_stop_proves_it(
    sharing: ProgramHarness, clock: ShiftedClock
) -> None:
    accepted, before = sharing.zoom.feed.accepted, sharing.count_requests()
    sharing.program.watcher.wakefulness.look()
    clock.ahead += 8 * HOUR
    sharing.zoom.world.settings.clock_skew_s = 8 * 3600
    sharing.program.watcher.wakefulness.look()
    await sharing.wait_until(lambda: sharing.zoom.feed.accepted > accepted)
    await sharing.wait_for_feed()
    session, now = sharing.session(), clock()
    assert (session.state, not session.verified) == ("sharing", True)
    assert session.timeline.total(SpanKind.UNKNOWN, now) >= 8 * HOUR - 1000
    assert session.timeline.total(SpanKind.CAPTURED, now) < HOUR
    sharing.act("host_stops")
    session = await sharing.wait_for_state("stopped")
    assert session.timeline.total(SpanKind.CAPTURED, clock()) >= 8 * HOUR - 1000
    assert sharing.count_requests() == before, "no request is sent just because time has passed"
    assert (await sharing.do("resend")).exit is Exit.DONE, "with a renewed token"


@pytest.mark.promise("sleep of eight hours")
async def test_a_meeting_that_ended_during_the_night_is_found_out(
    sharing: ProgramHarness, clock: ShiftedClock
) -> None:
    sharing.zoom.feed.faults.refuse = True
    sharing.zoom.feed.cut()
    await sharing.wait_until(lambda: not sharing.program.watcher.feed.connected)
    sharing.act("end_meeting")
    sharing.program.watcher.wakefulness.look()
    clock.ahead += 8 * HOUR
    sharing.zoom.world.settings.clock_skew_s = 8 * 3600
    sharing.program.watcher.wakefulness.look()
    sharing.zoom.feed.faults.refuse = False
    session = await sharing.wait_for_state("ended")
    assert session.why is not None
    assert session.why.code == "inferred"
    assert session.timeline.total(SpanKind.CAPTURED, clock()) < HOUR
