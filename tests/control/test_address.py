"""The address of the control socket: long paths, profiles, and an instance that was killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtms_tray.control.address import (
    MAX_PATH_BYTES,
    Address,
    UnixAddress,
    control_address,
    is_private,
)
from rtms_tray.control.client import call
from rtms_tray.control.listener import listen
from rtms_tray.store.profile import Profile, find_profile
from rtms_tray.support.command_types import Command, Exit
from rtms_tray.support.files import FileLock

SERVER = """
import asyncio, sys
from pathlib import Path
from rtms_tray.control.address import control_address
from rtms_tray.support.files import FileLock
from rtms_tray.control.server import ControlServer
from rtms_tray.store.profile import find_profile
from tests.control.fakes import FakeCommander
async def main():
    profile = find_profile()
    lock = FileLock(profile.lock_file)
    assert lock.acquire()
    await ControlServer(control_address(profile), FakeCommander()).start()
    print("ready", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


def profile_in(folder: Path) -> Profile:
    return find_profile("default", {"RTMS_TRAY_HOME": str(folder)})


@pytest.fixture(params=[10, 200])
def deep(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A home, once short and once too long for a socket."""
    length: int = request.param
    return tmp_path / ("x" * length)


@pytest.fixture
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    folder.chmod(0o700)
    return folder


@pytest.fixture
def running(deep: Path, runtime: Path) -> Iterator[subprocess.Popen[str]]:
    environ = {**os.environ, "RTMS_TRAY_HOME": str(deep), "XDG_RUNTIME_DIR": str(runtime)}
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", SERVER],
        env={**environ, "PYTHONPATH": root},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


@pytest.mark.promise("the control socket is this user's alone")
def test_a_killed_process_is_no_obstacle(
    running: subprocess.Popen[str], deep: Path, runtime: Path
) -> None:
    profile = profile_in(deep)
    address = control_address(profile, {"XDG_RUNTIME_DIR": str(runtime)})
    assert call(address, Command("status")).exit is Exit.DONE
    lock = FileLock(profile.lock_file)
    assert not lock.acquire()
    with pytest.raises(OSError, match="another rtms-tray answers"):
        listen(only_first(address))
    running.send_signal(signal.SIGKILL)
    running.wait(10)
    assert isinstance(address, UnixAddress)
    assert address.paths[0].exists(), "the killed process left its socket"
    assert call(address, Command("status")).exit is Exit.NOT_RUNNING
    assert lock.acquire()
    listener = listen(address)
    assert listener.file == address.paths[0]
    listener.close()
    lock.release()
    assert not address.paths[0].exists()


def only_first(address: Address) -> Address:
    assert isinstance(address, UnixAddress)
    return UnixAddress(address.paths[:1])


@pytest.mark.promise("the control socket is this user's alone")
def test_paths_fit_and_differ_by_profile(deep: Path, runtime: Path) -> None:
    environ = {"XDG_RUNTIME_DIR": str(runtime)}
    addresses = []
    for name in ("default", "work"):
        profile = find_profile(name, {"RTMS_TRAY_HOME": str(deep)})
        address = control_address(profile, environ)
        assert isinstance(address, UnixAddress)
        assert all(len(os.fsencode(path)) <= MAX_PATH_BYTES for path in address.paths)
        addresses.append(set(address.paths))
    assert addresses[0].isdisjoint(addresses[1])


def test_a_client_without_the_sessions_variables_finds_the_server(tmp_path: Path) -> None:
    profile = profile_in(tmp_path / ("x" * 200))
    server = control_address(profile, {"XDG_RUNTIME_DIR": f"/run/user/{os.getuid()}"})
    assert server == control_address(profile, {})


def test_a_missing_folder_is_not_private(tmp_path: Path) -> None:
    assert not is_private(tmp_path / "nothing")
