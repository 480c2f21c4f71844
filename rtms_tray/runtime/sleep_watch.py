"""Notices that this machine slept, whether or not the system tells."""

import asyncio
from contextlib import suppress
from typing import Final

from rtms_tray.runtime.watcher import Watcher
from rtms_tray.support.units import SECOND
from rtms_tray.support.wake_signal import wake_told

BUSY_S: Final = 5.0
"""How often the clocks are compared while a session is open."""
REST_S: Final = 300.0
"""How often at rest, where the system tells of sleep."""
REST_UNTOLD_S: Final = 10.0
"""How often at rest, where it does not."""


async def watch_for_sleep(watcher: Watcher) -> None:
    """Compare the clocks often while a session is open, else rarely; runs until it is cancelled."""
    with wake_told(watcher.notice_sleep) as told:
        rest_s = REST_S if told else REST_UNTOLD_S
        while True:
            watcher.notice_sleep()
            busy = watcher.watching.is_set()
            wait_s = BUSY_S if busy else rest_s
            watcher.looks_every = round(wait_s * SECOND)
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await (asyncio.sleep(wait_s) if busy else watcher.watching.wait())
