"""Every meeting that I host: one that runs already is asked for as well, once, and not what was given up."""

import asyncio
import time
from pathlib import Path

import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.simulator.faults import Fault
from rtms_tray.simulator.settings import SCOPES
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Exit
from tests.helpers.program_harness import (
    LATER,
    ProgramHarness,
    make_profile,
    make_secrets,
    run_program,
    run_signed_in,
)

KEY = "behaviour.watch_hosted"


async def configured(harness: ProgramHarness, key: str, value: str) -> None:
    set_value(harness.profile.settings_file, key, value)
    await harness.program.reload()


def runs_already(zoom: Simulator) -> None:
    """A meeting of mine has begun, unseen by anybody here."""
    mine = zoom.world.meetings[int(LATER)]
    mine.host, mine.start_time = "owner", round(time.time() - 600) * 1000
    zoom.act(int(LATER), "owner_joins")
    zoom.engine.step(None)


def codes_heard(harness: ProgramHarness) -> list[str]:
    return [alert.why.code for alert in harness.alerts if hasattr(alert, "why")]


async def looked(harness: ProgramHarness) -> None:
    """Have the list asked for and taken in once more."""
    assert await harness.program.hosted.list_hosted()


async def test_one_that_runs_when_the_program_starts(zoom: Simulator, tmp_path: Path) -> None:
    store = await make_secrets(zoom)
    profile = make_profile(tmp_path, zoom, behaviour__watch_hosted="true")
    async with run_signed_in(zoom, profile, store):
        pass
    runs_already(zoom)
    async with run_program(zoom, profile, store) as harness:
        await harness.wait_until(lambda: harness.has_session(LATER))
        why = harness.session(LATER).story[0].why
        assert why is not None
        assert why.code == "asked_ahead"
        await harness.wait_until(lambda: "asked_ahead" in codes_heard(harness))
        await looked(harness)
        assert harness.count_requests() == 1


async def test_one_that_runs_when_the_setting_is_switched_on(harness: ProgramHarness) -> None:
    runs_already(harness.zoom)
    await looked(harness)
    assert not harness.has_session(LATER)
    await configured(harness, KEY, "true")
    await harness.wait_until(lambda: harness.has_session(LATER))
    await looked(harness)
    assert harness.count_requests() == 1


async def test_one_that_began_while_this_machine_slept(harness: ProgramHarness) -> None:
    await configured(harness, "feed.kind", "none")
    await configured(harness, KEY, "true")
    await looked(harness)
    runs_already(harness.zoom)
    harness.program.watcher.wakefulness.told_of_sleep()
    harness.program.watcher.wakefulness.told_awake()
    await harness.wait_until(lambda: harness.has_session(LATER))


async def test_one_that_began_before_the_sign_in(zoom: Simulator, tmp_path: Path) -> None:
    runs_already(zoom)
    profile = make_profile(tmp_path, zoom, behaviour__watch_hosted="true")
    async with run_program(zoom, profile, await make_secrets(zoom)) as harness:
        await looked(harness)
        assert not harness.has_session(LATER)
        assert (await harness.sign_in()).exit is Exit.DONE
        await harness.wait_until(lambda: harness.has_session(LATER))


async def test_what_others_host_is_not_asked_for(harness: ProgramHarness) -> None:
    harness.act("owner_joins", int(LATER))
    await configured(harness, KEY, "true")
    await looked(harness)
    assert not harness.has_session(LATER)


async def test_not_what_was_given_up_even_after_a_restart(zoom: Simulator, tmp_path: Path) -> None:
    store = await make_secrets(zoom)
    profile = make_profile(tmp_path, zoom, history__keep_days="0")
    zoom.world.meetings[int(LATER)].approval_required = True
    async with run_signed_in(zoom, profile, store) as harness:
        runs_already(zoom)
        await harness.do("start", meeting=LATER)
        await harness.do("give-up", meeting=LATER)
        assert harness.session(LATER).state == "ended"
        await configured(harness, KEY, "true")
        await looked(harness)
    async with run_program(zoom, profile, store) as harness:
        await harness.wait_for_feed()
        await looked(harness)
        assert not harness.has_session(LATER)
        assert (await harness.do("start", meeting=LATER)).exit is Exit.DONE, "the user may"


@pytest.mark.parametrize(("status", "again_soon"), [(429, False), (503, True)])
async def test_where_zoom_takes_no_more_it_is_not_asked_again_soon(
    zoom: Simulator, harness: ProgramHarness, status: int, *, again_soon: bool
) -> None:
    await harness.sign_in()
    await configured(harness, KEY, "true")
    zoom.faults.add(Fault(path="/v2/users/me/meetings", status=status, times=-1))
    assert await harness.program.hosted.list_hosted() is not again_soon
    assert "hosted_not_listed" not in harness.notice_codes()


async def test_a_sign_in_that_may_not_list_is_told(
    zoom: Simulator, harness: ProgramHarness
) -> None:
    zoom.world.settings.scopes = SCOPES.replace("meeting:read:list_meetings ", "")
    await harness.sign_in()
    await configured(harness, KEY, "true")
    assert not await harness.program.hosted.list_hosted()
    assert "hosted_not_listed" in harness.notice_codes()
    await configured(harness, KEY, "false")
    await looked(harness)
    await asyncio.sleep(0)
    assert "hosted_not_listed" not in harness.notice_codes()


@pytest.mark.parametrize("ends", [True, False])
async def test_the_next_instance_is_another_matter(harness: ProgramHarness, ends: bool) -> None:  # noqa: FBT001 - both
    zoom = harness.zoom
    zoom.world.meetings[int(LATER)].approval_required = True
    await configured(harness, KEY, "true")
    runs_already(zoom)
    await harness.wait_until(lambda: harness.has_session(LATER))
    await harness.wait_until(lambda: harness.session(LATER).state != "requesting")
    await harness.do("give-up", meeting=LATER)
    if ends:
        harness.act("end_meeting", int(LATER))
        await harness.wait_until(lambda: not harness.program.scheduled.suppressions)
    else:
        await looked(harness)
        assert [entry.number for entry in harness.program.scheduled.suppressions] == [LATER]
        assert harness.count_requests() == 1
