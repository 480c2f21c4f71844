"""What the system tells is passed on: by a real message bus, and by stand-ins for the macs' notification center."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from rtms_tray.runtime.system_signals import SystemListener, listen_to_system
from tests.helpers.desktop.bus import running_bus
from tests.helpers.system_bus import SystemServices
from tests.helpers.windows import until

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the message bus is Linux's")


class Told:
    """Notes what is told."""

    def __init__(self) -> None:
        self.what: list[str] = []

    def listener(self) -> SystemListener:
        note = self.what.append
        return SystemListener(
            lambda: note("sleeps"), lambda: note("wakes"), lambda: note("new"), lambda: note("on")
        )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_bus(tmp_path_factory.mktemp("bus")) as address:
        yield address


@asynccontextmanager
async def listening(told: Told, platform: str, address: str) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(listen_to_system(told.listener(), platform, address))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def first_told(told: Told, say: Callable[[], Any]) -> None:
    """Say it again and again until it arrives: nobody knows when the program has begun to listen."""
    async with asyncio.timeout(20):
        while not told.what:
            await say()
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.05)
    told.what.clear()


@on_linux
async def test_sleep_waking_and_networks_are_passed_on(address: str) -> None:
    told = Told()
    async with SystemServices(address) as system, listening(told, "linux", address):
        await first_told(told, lambda: system.network_state(70))
        await until(lambda: set(told.what) <= {"on"})
        told.what.clear()
        await system.prepare_for_sleep(begins=True)
        await system.prepare_for_sleep(begins=False)
        for state in (20, 40, 50, 60):
            await system.network_state(state)
        await until(lambda: told.what == ["sleeps", "wakes", "on"])


@on_linux
async def test_what_makes_no_sense_or_comes_from_others_is_ignored(address: str) -> None:
    told = Told()
    async with SystemServices(address) as system, listening(told, "linux", address):
        await first_told(told, lambda: system.network_state(70))
        told.what.clear()
        await system.pretend("PrepareForSleep", [False])
        await system.say_otherwise("PrepareForSleep", "s", ["no"])
        await system.say_otherwise("PrepareForShutdown", "b", [True])
        await system.prepare_for_sleep(begins=True)
        await until(lambda: "sleeps" in told.what)
        assert [what for what in told.what if what != "on"] == ["sleeps"]


@on_linux
async def test_without_a_bus_the_kernel_still_tells_of_networks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = Told()
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/bus")
    task = asyncio.create_task(listen_to_system(told.listener(), "linux"))
    done, _ = await asyncio.wait([task], timeout=0.3)
    assert not done
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@on_linux
async def test_where_nobody_tells_anything_nobody_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rtms_tray.support.network_signal._messages", lambda: None)
    listener = Told().listener()
    await asyncio.wait_for(listen_to_system(listener, "linux", "unix:path=/nowhere/bus"), 10)
    await asyncio.wait_for(listen_to_system(listener, "win32"), 10)


class Center:
    """Stands in for NSNotificationCenter."""

    def __init__(self) -> None:
        self.blocks: dict[str, Callable[[object], None]] = {}

    def addObserverForName_object_queue_usingBlock_(  # noqa: N802 - its name
        self, name: str, _object: None, _queue: None, block: Callable[[object], None]
    ) -> str:
        self.blocks[name] = block
        return name

    def removeObserver_(self, token: str) -> None:  # noqa: N802 - its name
        del self.blocks[token]


async def test_on_macs_the_workspace_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    center, told = Center(), Told()
    workspace = SimpleNamespace(notificationCenter=lambda: center)
    kit = SimpleNamespace(
        NSWorkspace=SimpleNamespace(sharedWorkspace=lambda: workspace),
        NSWorkspaceWillSleepNotification="will sleep",
        NSWorkspaceDidWakeNotification="did wake",
    )
    monkeypatch.setitem(sys.modules, "AppKit", kit)
    async with listening(told, "darwin", ""):
        await until(lambda: len(center.blocks) == 2)
        center.blocks["will sleep"](object())
        center.blocks["did wake"](object())
        await until(lambda: told.what == ["sleeps", "wakes"])
    assert center.blocks == {}


async def test_macs_without_pyobjc_tell_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "AppKit", None)
    await asyncio.wait_for(listen_to_system(Told().listener(), "darwin"), 10)
