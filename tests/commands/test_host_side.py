"""Whose account the host is on, through the whole program: from Zoom's events into the history."""

import json
from pathlib import Path

import pytest

from rtms_tray.history.model import HostSide
from rtms_tray.history.restore import host_side
from rtms_tray.simulator import Simulator
from rtms_tray.store.state import load_account
from tests.helpers.program_harness import (
    ProgramHarness,
    make_profile,
    make_secrets,
    run_program,
    run_signed_in,
)


async def stopped(harness: ProgramHarness) -> HostSide:
    """Capture runs, the host leaves, and capture stops."""
    await harness.share()
    harness.act("host_leaves")
    harness.act("admin_disables")
    session = await harness.wait_for_state("stopped_permanently")
    return host_side(session, harness.program.watcher.board.context)


@pytest.mark.parametrize(
    ("account", "side"), [("mine", HostSide.INTERNAL), ("another", HostSide.EXTERNAL)]
)
async def test_a_host_with_the_app(harness: ProgramHarness, account: str, side: HostSide) -> None:
    users = harness.zoom.world.users
    users["host"].account_id = users["owner"].account_id if account == "mine" else "another"
    assert await stopped(harness) is side


async def test_without_events_of_the_meeting_nobody_knows(harness: ProgramHarness) -> None:
    harness.zoom.world.meetings[98712345670].host_has_app = False
    assert await stopped(harness) is HostSide.UNKNOWN


async def test_a_sign_in_of_an_older_version_learns_its_account(
    zoom: Simulator, tmp_path: Path
) -> None:
    store, profile = await make_secrets(zoom), make_profile(tmp_path, zoom)
    async with run_signed_in(zoom, profile, store):
        pass
    account = json.loads(profile.account_file.read_text())
    mine = account.pop("account_id")
    assert mine == zoom.world.users["owner"].account_id
    profile.account_file.write_text(json.dumps(account))
    async with run_program(zoom, profile, store) as harness:
        await harness.wait_until(lambda: harness.program.watcher.board.context.account == mine)
    kept = load_account(profile.account_file)
    assert kept is not None
    assert (kept.account_id, kept.user_id) == (mine, zoom.world.users["owner"].id)
