"""Whose account the host is on, through the whole program: from Zoom's events into the history."""

import json
from pathlib import Path

import pytest

from rtms_tray.history.model import HostSide
from rtms_tray.history.restore import host_side
from rtms_tray.simulator import Simulator
from rtms_tray.store.state import load_account
from tests.helpers.zoom_world import MEETING, House, house, profile_in, secrets_of, signed_in


async def stopped(home: House) -> HostSide:
    """Capture runs, the host leaves, and capture stops."""
    await home.do("start", meeting=MEETING)
    home.act("approve")
    await home.state("sharing")
    home.act("host_leaves")
    home.act("admin_disables")
    return host_side(await home.state("stopped_permanently"))


@pytest.mark.parametrize(
    ("account", "side"), [("mine", HostSide.INTERNAL), ("another", HostSide.EXTERNAL)]
)
async def test_a_host_with_the_app(home: House, account: str, side: HostSide) -> None:
    users = home.zoom.world.users
    users["host"].account_id = users["owner"].account_id if account == "mine" else "another"
    assert await stopped(home) is side


async def test_without_events_of_the_meeting_nobody_knows(home: House) -> None:
    home.zoom.world.meetings[98712345670].host_has_app = False
    assert await stopped(home) is HostSide.UNKNOWN


async def test_a_sign_in_of_an_older_version_learns_its_account(
    zoom: Simulator, tmp_path: Path
) -> None:
    store, profile = await secrets_of(zoom), profile_in(tmp_path, zoom)
    async with signed_in(zoom, profile, store):
        pass
    account = json.loads(profile.account_file.read_text())
    mine = account.pop("account_id")
    assert mine == zoom.world.users["owner"].account_id
    profile.account_file.write_text(json.dumps(account))
    async with house(zoom, profile, store) as home:
        await home.until(lambda: home.program.watcher.board.my_account == mine)
    kept = load_account(profile.account_file)
    assert kept is not None
    assert (kept.account_id, kept.user_id) == (mine, zoom.world.users["owner"].id)
