"""The whole program with Zoom's log of deliveries: what it ends of the doubt after a gap, and what it doesn't."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.simulator.settings import SCOPES
from rtms_tray.zoom.delivery_log import LOG_SCOPE
from rtms_tray.zoom.feeds import log_catch_up
from tests.helpers.program_harness import ProgramHarness, make_profile, make_secrets, run_signed_in


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_catch_up, "LOOKS", tuple(range(200, 40_000, 200)))
    monkeypatch.setattr(log_catch_up, "SETTLED", 50)


@pytest.fixture
async def zoom() -> AsyncIterator[Simulator]:
    switches = {"delivery_log": True, "scopes": f"{SCOPES} {LOG_SCOPE}"}
    async with Simulator(progression="manual", switches=switches) as simulator:
        yield simulator


@pytest.fixture
async def harness(zoom: Simulator, tmp_path: Path) -> AsyncIterator[ProgramHarness]:
    """The program while the first meeting is captured, for the second time."""
    profile = make_profile(tmp_path, zoom, feed__log_app_id=zoom.world.app.app_id)
    async with run_signed_in(zoom, profile, await make_secrets(zoom)) as running:
        await running.share()
        await running.do("stop")
        await running.wait_for_state("stopped")
        running.run_schedule()
        await running.wait_until(lambda: running.session().streams.stop_reason == 2)
        await running.share()
        yield running


async def lose_the_feed(harness: ProgramHarness, *missed: str) -> None:
    """Let the feed break, something happen, and the feed come back."""
    feed = harness.zoom.feed
    feed.faults.refuse = True
    feed.cut()
    await harness.wait_until(lambda: not harness.program.watcher.feed.connected)
    for act in missed:
        harness.act(act)
    feed.faults.refuse = False
    harness.program.watcher.network_may_be_back()
    await harness.wait_for_feed()


async def is_proven(harness: ProgramHarness, tries: int = 100) -> bool:
    """Have people come and go, as witnesses, until the log has proven something."""
    for _ in range(tries):
        harness.act("joins", who="colleague")
        harness.act("leaves", who="colleague")
        if await harness.program.changes.until(lambda: harness.session().verified, 0.3):
            return True
    return False


async def test_nothing_was_missed(harness: ProgramHarness) -> None:
    await lose_the_feed(harness)
    assert not harness.session().verified
    assert await is_proven(harness)
    assert harness.session().state == "sharing"


async def test_a_stop_was_missed(harness: ProgramHarness) -> None:
    await lose_the_feed(harness, "all_apps_off")
    session = await harness.wait_for_state("stopped")
    assert session.code == "stop_all_apps_disabled"
    assert await is_proven(harness)
    assert harness.session().state == "stopped"


@pytest.mark.parametrize("trouble", ["scope", "stops", "witnesses", "behind"])
async def test_a_log_that_proves_nothing_leaves_the_doubt(
    harness: ProgramHarness, trouble: str
) -> None:
    settings, world = harness.zoom.world.settings, harness.zoom.world
    match trouble:
        case "scope":
            settings.scopes = SCOPES
        case "stops":
            world.deliveries[:] = [
                one for one in world.deliveries if "stopped" not in one.event["event"]
            ]
        case "witnesses":
            settings.delivery_log_lacks = ["meeting.participant_joined"]
        case "behind":
            settings.delivery_log_behind_s = 60.0
    await lose_the_feed(harness)
    assert not await is_proven(harness, tries=6)
    assert harness.session().state == "sharing"
