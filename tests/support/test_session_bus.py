"""The connection to the message bus, where the bus dies or says no."""

import asyncio
import gc
import socket
import subprocess
from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from rtms_tray.desktop import first_icon
from rtms_tray.desktop.crash import crashes_shown
from rtms_tray.store.log import redacted
from rtms_tray.support.session_bus import Bus, BusError, Call, SilentError
from tests.helpers.desktop import bus as desktop_bus
from tests.helpers.desktop import wait_for
from tests.helpers.desktop.processes import require_programs

pytestmark = pytest.mark.skipif("sys.platform != 'linux'", reason="the message bus is Linux's")

NAME = "org.freedesktop.DBus"
WHO_IS_HERE = Call(NAME, "/", NAME, "ListNames")
NOBODY = Call("org.example.Nobody", "/", "org.example.Nobody", "Hello", start=False)


class Daemon:
    """A message bus that can be killed."""

    def __init__(self, folder: Path) -> None:
        require_programs(["dbus-daemon"])
        configuration, self.address = desktop_bus.configure(folder, [])
        command = ["dbus-daemon", f"--config-file={configuration}", "--nofork"]
        self._process = subprocess.Popen(command)
        wait_for(lambda: desktop_bus.has_owner(self.address, NAME), 10, "the bus")

    def kill(self) -> None:
        """End it as a crash would."""
        self._process.kill()
        self._process.wait(10)


@pytest.fixture
def daemon(tmp_path: Path) -> Generator[Daemon]:
    daemon = Daemon(tmp_path)
    yield daemon
    daemon.kill()


@pytest.fixture
async def bus(daemon: Daemon) -> AsyncIterator[Bus]:
    bus = Bus(address=daemon.address)
    yield bus
    await bus.close()
    gc.collect()  # an open socket would warn, and a warning fails the test


@pytest.mark.promise("D-Bus gone")
async def test_a_bus_that_dies_fails_only_its_own_calls(bus: Bus, daemon: Daemon) -> None:
    (names,) = (await bus.call(WHO_IS_HERE)).body
    assert NAME in names
    daemon.kill()
    for _ in range(2):
        with pytest.raises(BusError):
            await bus.call(WHO_IS_HERE)
    gc.collect()  # a failure that nobody asked for would be logged, and fail the test


@pytest.mark.qt_loop
@pytest.mark.promise("D-Bus gone")
async def test_a_bus_that_dies_while_something_is_sent_crashes_nothing(
    qapp: QApplication, bus: Bus, daemon: Daemon
) -> None:
    first_icon.name_application(qapp)
    reports: list[str] = []
    with crashes_shown(reports.append, redacted):
        await bus.call(WHO_IS_HERE)
        daemon.kill()
        with pytest.raises(BusError, match="BrokenPipe"):
            await bus.call(WHO_IS_HERE)
        gc.collect()
        await asyncio.sleep(0.05)
    assert reports == []


async def test_a_lost_connection_leaves_alone_what_gets_its_number(
    bus: Bus, daemon: Daemon
) -> None:
    await bus.call(WHO_IS_HERE)
    daemon.kill()
    with pytest.raises(BusError, match="BrokenPipe"):
        await bus.call(WHO_IS_HERE)
    loop, came = asyncio.get_running_loop(), asyncio.Event()
    pairs = [socket.socketpair() for _ in range(4)]  # the lowest numbers that are free
    for near, _ in pairs:
        loop.add_reader(near, came.set)
    await asyncio.sleep(0.05)  # what the library still wanted to write would be written here
    for near, far in pairs:
        came.clear()
        far.send(b"still there?")
        await asyncio.wait_for(came.wait(), 5)
        loop.remove_reader(near)
        near.close()
        far.close()


async def test_a_connection_lost_just_before_a_call_fails_it_at_once(
    bus: Bus, daemon: Daemon
) -> None:
    await bus.call(WHO_IS_HERE)
    call = asyncio.ensure_future(bus.call(WHO_IS_HERE))
    daemon.kill()  # read by the loop between the call's first step and its second
    with pytest.raises(BusError, match="is lost") as failed:
        await call
    assert not isinstance(failed.value, SilentError)


async def test_a_missing_service_is_an_error_and_the_bus_stays_usable(bus: Bus) -> None:
    with pytest.raises(BusError, match=r"ServiceUnknown|NameHasNoOwner"):
        await bus.call(NOBODY)
    assert (await bus.call(WHO_IS_HERE)).body


async def test_a_closed_bus_is_not_connected_again(bus: Bus) -> None:
    await bus.call(WHO_IS_HERE)
    await bus.close()
    with pytest.raises(BusError, match="closed"):
        await bus.call(WHO_IS_HERE)


async def test_a_call_cancelled_while_connecting_leaves_nothing_open(daemon: Daemon) -> None:
    bus = Bus(("type='signal'",), address=daemon.address)
    for turns in range(0, 40, 2):  # at every step of connecting
        call = asyncio.ensure_future(bus.call(WHO_IS_HERE))
        for _ in range(turns):
            await asyncio.sleep(0)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
    assert (await bus.call(WHO_IS_HERE)).body
    await bus.close()
    gc.collect()
