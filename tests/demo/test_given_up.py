"""A sign-in of the demo that is given up half-way leaves nothing running."""

import asyncio
import gc

import pytest

from rtms_tray.demo import sandbox
from rtms_tray.simulator import Simulator
from rtms_tray.support.command_types import Answer, Command, Say


class NeverDone:
    """Asks for a visit in the browser, and waits for ever."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.asked = asyncio.Event()

    async def perform(self, command: Command, say: Say) -> Answer:
        """Wait."""
        del command
        say({"authorize_url": self._url})
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError


async def test_whoever_gives_up_leaves_no_visit_behind() -> None:
    async with Simulator(progression="immediate") as zoom:
        addresses = zoom.addresses()
        commander = NeverDone(addresses["control_url"])
        others = asyncio.all_tasks()
        signing_in = asyncio.create_task(sandbox.sign_in(commander, addresses))
        await commander.asked.wait()
        signing_in.cancel()
        with pytest.raises(asyncio.CancelledError):
            await signing_in
        await asyncio.sleep(
            0.05
        )  # a visit that went on would find its client closed, and be logged
        gc.collect()
        assert not [task for task in asyncio.all_tasks() - others if "visit" in repr(task)]
