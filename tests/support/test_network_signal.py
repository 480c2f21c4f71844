"""The kernel tells of a network that comes back: with real links and routes, in a network of its own."""

import asyncio
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from rtms_tray.support import network_signal
from rtms_tray.support.network_signal import network_told, way_out
from tests.helpers.running import ROOT
from tests.helpers.windows import until

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has netlink")
TOOL = shutil.which("ip", path="/usr/sbin:/sbin:/usr/bin:/bin")
ALONE = ("unshare", "--user", "--map-root-user", "--net")
PROGRAM = """
import asyncio, subprocess, sys
from rtms_tray.support.network_signal import network_told, way_out

UP = ("link set lo up", "route add default dev lo")
STEPS = (
    ("addr add 198.51.100.7/24 dev lo", *UP),
    ("link set lo down",),
    UP,
    ("addr add 203.0.113.9/32 dev lo", "route replace default dev lo src 203.0.113.9"),
)

async def main():
    looked = []
    def way():
        looked.append(way_out())
        return looked[-1]
    with network_told(lambda: print("back", looked[-1]), way=way) as told:
        print(told, looked)
        for step in STEPS:
            before = looked[-1]
            for command in step:
                if subprocess.run([sys.argv[1], *command.split()], capture_output=True).returncode:
                    return print("there are no such links here")
            async with asyncio.timeout(20):
                while looked[-1] == before:
                    await asyncio.sleep(0.01)
        print(looked[-1])

asyncio.run(main())
"""


def is_alone_possible() -> bool:
    if TOOL is None or shutil.which("unshare") is None:
        return False
    return subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0


@on_linux
def test_each_new_way_out_is_told_once(tmp_path: Path) -> None:
    if not is_alone_possible():
        pytest.skip("no network of one's own can be made here")
    done = subprocess.run(
        [*ALONE, sys.executable, "-c", PROGRAM, str(TOOL)],
        capture_output=True, text=True, timeout=90, check=True, cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
    )  # fmt: skip
    lines = done.stdout.splitlines()
    if "there are no such links here" in lines:
        pytest.skip(lines[-1])
    assert lines == [
        "True [None]",
        "back 198.51.100.7",
        "back 198.51.100.7",
        "back 203.0.113.9",
        "203.0.113.9",
    ]


class Messages:
    """The kernel's messages: a pair of sockets, on one of which a test writes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        near, self.far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        near.setblocking(False)
        monkeypatch.setattr(network_signal, "_messages", lambda: near)
        self.ways: list[str | None] = ["192.168.1.2"]
        self.backs = self.looks = 0

    def way(self) -> str | None:
        self.looks += 1
        return self.ways[-1]

    def back(self) -> None:
        self.backs += 1

    async def burst(self, way: str | None) -> None:
        """Have the kernel tell of several changes at once, and wait until somebody has looked."""
        before = self.looks
        self.ways.append(way)
        for _ in range(5):
            self.far.send(b"change")
        await until(lambda: self.looks > before)


@on_linux
async def test_what_changes_nothing_for_this_machine_is_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    messages = Messages(monkeypatch)
    with network_told(messages.back, "linux", messages.way) as told:
        assert told
        for way, backs in (
            ("192.168.1.2", 0),
            (None, 0),
            ("192.168.1.2", 1),
            ("10.0.0.3", 2),
            ("10.0.0.3", 2),
        ):
            await messages.burst(way)
            assert messages.backs == backs
        messages.ways.append("10.9.9.9")
        messages.far.send(b"too late")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    messages.far.close()
    await asyncio.sleep(0.2)
    assert messages.backs == 2, "who has stopped listening is not told"


@pytest.mark.parametrize("platform", ["win32", "darwin"])
async def test_other_systems_do_not_tell(platform: str) -> None:
    with network_told(lambda: None, platform) as told:
        assert not told


@on_linux
@pytest.mark.parametrize("failing", ["socket", "bind"])
async def test_a_sandbox_that_refuses_does_not_tell(
    monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    class Refusing(socket.socket):
        def __init__(self, *arguments: int) -> None:
            if failing == "socket":
                raise PermissionError(1, "not here")
            super().__init__(*arguments)

        def bind(self, _address: object) -> None:
            raise PermissionError(1, "not here")

    monkeypatch.setattr(socket, "socket", Refusing)
    with network_told(lambda: None, "linux", lambda: None) as told:
        assert not told


def test_without_any_route_there_is_no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_signal, "_SOMEWHERE", ())
    assert way_out() is None
