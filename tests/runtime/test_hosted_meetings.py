"""Looking for my own meetings: it ends when it is told to, whatever happens in that moment."""

import asyncio
from pathlib import Path

from rtms_tray.capture.routing import Board
from rtms_tray.runtime.planner import Ahead, Beforehand, Hosting, Needs, Ways
from tests.helpers.manual_clock import ManualClock


async def test_it_ends_though_something_changes_in_the_same_moment(tmp_path: Path) -> None:
    ways = Ways(ManualClock(), Board, lambda _ask: None, lambda: False, lambda: None)
    hosting = Hosting()
    needs = Needs(lambda: None, lambda _event: None, lambda: hosting, lambda: None)
    beforehand = Beforehand(Ahead(tmp_path / "plans.json", ways), None, needs)
    beforehand.begin()
    await asyncio.sleep(0.05)  # it waits for the bell now
    hosting = Hosting(me="me")
    beforehand.look_at_hosting()
    async with asyncio.timeout(5):
        await beforehand.close()
