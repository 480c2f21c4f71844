"""Notices that this machine slept, or that its network is another one, whether or not the system tells."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from rtms_tray.runtime.system_signals import SystemListener, listen_to_system
from rtms_tray.runtime.watcher import Watcher
from rtms_tray.support.units import SECOND
from rtms_tray.support.wake_signal import wake_told

TOLD_S: Final = 300.0
"""How often the clocks are compared where the system tells when one of them jumps."""
BUSY_S: Final = 5.0
"""How often while a session is open, where it does not."""
REST_S: Final = 10.0
"""How often at rest, where it does not."""


async def watch_system(watcher: Watcher, hurry: Callable[[], None]) -> None:
    """Take in what the system tells, and compare the clocks; runs until it is cancelled.

    `hurry` tries again what waits for the network.
    """

    def new_network() -> None:
        watcher.network_is_new()
        hurry()

    def online() -> None:
        watcher.network_may_be_back()
        hurry()

    awake = watcher.wakefulness
    listener = SystemListener(awake.told_of_sleep, awake.told_awake, new_network, online)
    async with asyncio.TaskGroup() as group:
        group.create_task(watch_for_sleep(watcher))
        group.create_task(listen_to_system(listener))


async def watch_for_sleep(watcher: Watcher) -> None:
    """Compare the clocks, often where the system does not tell; runs until it is cancelled.

    A wall clock that was set is followed while no session is open, whose durations would be wrong.
    """
    awake = watcher.wakefulness

    def look() -> None:
        awake.look()
        if not watcher.watching.is_set():
            awake.follow_wall()

    with wake_told(look) as told:
        while True:
            look()
            busy = watcher.watching.is_set()
            wait_s = TOLD_S if told else BUSY_S if busy else REST_S
            awake.looks_every = round(wait_s * SECOND)
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await (asyncio.sleep(wait_s) if told or busy else watcher.watching.wait())
