"""Every meeting that I host: one that runs already is asked for as well, once, and not what was given up."""

import asyncio
import time
from pathlib import Path

import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.simulator.world import SCOPES
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Exit
from tests.helpers.zoom_world import (
    LATER,
    House,
    asked,
    house,
    profile_in,
    secrets_of,
    signed_in,
)

KEY = "behaviour.watch_hosted"


async def configured(home: House, key: str, value: str) -> None:
    set_value(home.profile.settings_file, key, value)
    await home.program.reload()


def runs_already(zoom: Simulator) -> None:
    """A meeting of mine has begun, unseen by anybody here."""
    mine = zoom.world.meetings[int(LATER)]
    mine.host, mine.start_time = "owner", round(time.time() - 600) * 1000
    zoom.act(int(LATER), "owner_joins")
    zoom.engine.step(None)


def codes_heard(home: House) -> list[str]:
    return [one.why.code for one in home.heard if hasattr(one, "why")]


async def looked(home: House) -> None:
    """Have the list asked for and taken in once more."""
    assert await home.program.beforehand.list_hosted()


async def test_one_that_runs_when_the_program_starts(zoom: Simulator, tmp_path: Path) -> None:
    store = await secrets_of(zoom)
    profile = profile_in(tmp_path, zoom, behaviour__watch_hosted="true")
    async with signed_in(zoom, profile, store):
        pass
    runs_already(zoom)
    async with house(zoom, profile, store) as home:
        await home.until(lambda: home.has(LATER))
        why = home.session(LATER).story[0].why
        assert why is not None
        assert why.code == "asked_ahead"
        assert "asked_ahead" in codes_heard(home)
        await looked(home)
        assert asked(home) == 1


async def test_one_that_runs_when_the_setting_is_switched_on(home: House) -> None:
    runs_already(home.zoom)
    await looked(home)
    assert not home.has(LATER)
    await configured(home, KEY, "true")
    await home.until(lambda: home.has(LATER))
    await looked(home)
    assert asked(home) == 1


async def test_one_that_began_while_this_machine_slept(home: House) -> None:
    await configured(home, "feed.kind", "none")
    await configured(home, KEY, "true")
    await looked(home)
    runs_already(home.zoom)
    home.program.watcher.wake(home.program.outside.clock() - 3_600_000)
    await home.until(lambda: home.has(LATER))


async def test_one_that_began_before_the_sign_in(zoom: Simulator, tmp_path: Path) -> None:
    runs_already(zoom)
    profile = profile_in(tmp_path, zoom, behaviour__watch_hosted="true")
    async with house(zoom, profile, await secrets_of(zoom)) as home:
        await looked(home)
        assert not home.has(LATER)
        assert (await home.sign_in()).exit is Exit.DONE
        await home.until(lambda: home.has(LATER))


async def test_what_others_host_is_not_asked_for(home: House) -> None:
    home.act("owner_joins", int(LATER))
    await configured(home, KEY, "true")
    await looked(home)
    assert not home.has(LATER)


async def test_not_what_was_given_up_even_after_a_restart(zoom: Simulator, tmp_path: Path) -> None:
    store = await secrets_of(zoom)
    profile = profile_in(tmp_path, zoom, history__keep_days="0")
    zoom.world.meetings[int(LATER)].approval_required = True
    async with signed_in(zoom, profile, store) as home:
        runs_already(zoom)
        await home.do("start", meeting=LATER)
        await home.do("give-up", meeting=LATER)
        assert home.session(LATER).state == "ended"
        await configured(home, KEY, "true")
        await looked(home)
    async with house(zoom, profile, store) as home:
        await home.connected()
        await looked(home)
        assert not home.has(LATER)
        assert (await home.do("start", meeting=LATER)).exit is Exit.DONE, "the user may"


async def test_a_sign_in_that_may_not_list_is_told(zoom: Simulator, home: House) -> None:
    zoom.world.settings.scopes = SCOPES.replace("meeting:read:list_meetings ", "")
    await home.sign_in()
    await configured(home, KEY, "true")
    assert not await home.program.beforehand.list_hosted()
    assert "hosted_not_listed" in home.codes()
    await configured(home, KEY, "false")
    await looked(home)
    await asyncio.sleep(0)
    assert "hosted_not_listed" not in home.codes()


@pytest.mark.parametrize("ends", [True, False])
async def test_the_next_instance_is_another_matter(home: House, ends: bool) -> None:  # noqa: FBT001 - both
    zoom = home.zoom
    zoom.world.meetings[int(LATER)].approval_required = True
    await configured(home, KEY, "true")
    runs_already(zoom)
    await home.until(lambda: home.has(LATER))
    await home.until(lambda: home.session(LATER).state != "requesting")
    await home.do("give-up", meeting=LATER)
    if ends:
        home.act("end_meeting", int(LATER))
        await home.until(lambda: not home.program.ahead.lefts)
    else:
        await looked(home)
        assert [one.number for one in home.program.ahead.lefts] == [LATER]
        assert asked(home) == 1
