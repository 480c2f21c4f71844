"""Who looks at the clocks, and how often: hardly anybody where the system tells."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from rtms_tray.runtime import sleep_watch
from rtms_tray.runtime.sleep_watch import watch_for_sleep, watch_system
from rtms_tray.runtime.system_signals import SystemListener
from rtms_tray.runtime.watcher import Watcher
from tests.helpers.windows import until


class Senses:
    """Stands in for a watcher: counts what is done to it."""

    def __init__(self) -> None:
        self.watching = asyncio.Event()
        self.wakefulness = self
        self.looks_every = 0
        self.looks = self.followed = self.new = self.back = self.hurried = 0

    def look(self) -> None:
        self.looks += 1

    def follow_wall(self) -> None:
        self.followed += 1

    def told_of_sleep(self) -> None:
        raise NotImplementedError

    def told_awake(self) -> None:
        raise NotImplementedError

    def network_is_new(self) -> None:
        self.new += 1

    def network_may_be_back(self) -> None:
        self.back += 1

    def hurry(self) -> None:
        self.hurried += 1

    def as_watcher(self) -> Watcher:
        watcher: object = self
        return watcher  # type: ignore[return-value]  # as far as needed


def telling(monkeypatch: pytest.MonkeyPatch, *, told: bool) -> list[Callable[[], None]]:
    """Have the system tell of clocks that jump, or not; what comes back makes one jump."""
    jumps: list[Callable[[], None]] = []

    @contextmanager
    def wake_told(look: Callable[[], None]) -> Iterator[bool]:
        jumps.append(look)
        yield told

    monkeypatch.setattr(sleep_watch, "wake_told", wake_told)
    return jumps


async def ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize(
    ("told", "busy", "every"),
    [(True, True, 300), (True, False, 300), (False, True, 5), (False, False, 10)],
)
async def test_where_the_system_tells_hardly_anybody_looks(
    monkeypatch: pytest.MonkeyPatch, *, told: bool, busy: bool, every: int
) -> None:
    telling(monkeypatch, told=told)
    senses = Senses()
    if busy:
        senses.watching.set()
    task = asyncio.create_task(watch_for_sleep(senses.as_watcher()))
    await until(lambda: senses.looks_every == every * 1000)
    assert (senses.looks, senses.followed) == (1, int(not busy))
    if not told and not busy:
        senses.watching.set()  # a session opens: looks come more often at once
        await until(lambda: senses.looks_every == 5_000)
    await ended(task)


async def test_it_looks_again_when_the_time_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    telling(monkeypatch, told=True)
    monkeypatch.setattr(sleep_watch, "TOLD_S", 0.01)
    senses = Senses()
    task = asyncio.create_task(watch_for_sleep(senses.as_watcher()))
    await until(lambda: senses.looks > 3)
    await ended(task)


async def test_a_clock_that_jumps_is_followed_unless_a_session_is_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jumps = telling(monkeypatch, told=True)
    senses = Senses()
    task = asyncio.create_task(watch_for_sleep(senses.as_watcher()))
    await until(lambda: senses.looks == 1)
    jumps[0]()
    assert (senses.looks, senses.followed) == (2, 2)
    senses.watching.set()
    jumps[0]()
    assert (senses.looks, senses.followed) == (3, 2)
    await ended(task)


async def test_networks_are_passed_on_to_feed_and_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    telling(monkeypatch, told=True)
    listeners: list[SystemListener] = []

    async def listen(listener: SystemListener) -> None:
        listeners.append(listener)

    monkeypatch.setattr(sleep_watch, "listen_to_system", listen)
    senses = Senses()
    task = asyncio.create_task(watch_system(senses.as_watcher(), senses.hurry))
    await until(lambda: listeners != [])
    listeners[0].new_network()
    assert (senses.new, senses.back, senses.hurried) == (1, 0, 1)
    listeners[0].online()
    assert (senses.new, senses.back, senses.hurried) == (1, 1, 2)
    await ended(task)
