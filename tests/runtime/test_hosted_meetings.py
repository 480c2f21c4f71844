"""Listing my own meetings: it ends when it is told to, whatever happens in that moment."""

import asyncio
from pathlib import Path

from rtms_tray.capture.board import Board
from rtms_tray.runtime.hosted_meetings import HostedMeetingPoller, Hosting
from rtms_tray.runtime.planner import ScheduledRequests
from rtms_tray.support.tasks import Tasks
from tests.helpers.manual_clock import ManualClock


async def test_it_ends_though_something_changes_in_the_same_moment(tmp_path: Path) -> None:
    scheduled = ScheduledRequests(
        tmp_path / "plans.json",
        ManualClock(),
        board=Board,
        ask=lambda _ask: None,
        every_hosted=lambda: False,
        changed=lambda: None,
    )
    hosting = Hosting()
    poller = HostedMeetingPoller(
        scheduled, rest=lambda: None, hosting=lambda: hosting, changed=lambda: None
    )
    tasks = Tasks()
    tasks.spawn(poller.run(), "list meetings")
    await asyncio.sleep(0.05)  # it waits for a change now
    hosting = Hosting(me="me")
    poller.look_at_hosting()
    async with asyncio.timeout(5):
        await tasks.close()
