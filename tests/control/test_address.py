"""Where the socket is: long paths, planted folders, sockets that a killed process left."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtms_tray.control.address import LONGEST_PATH, Address, UnixAddress, control_address
from rtms_tray.control.client import call
from rtms_tray.control.server import listen, peer_is_me
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
        assert all(len(os.fsencode(path)) <= LONGEST_PATH for path in address.paths)
        addresses.append(set(address.paths))
    assert addresses[0].isdisjoint(addresses[1])


def test_a_client_without_the_session_looks_where_the_server_may_be(tmp_path: Path) -> None:
    profile = profile_in(tmp_path / ("x" * 200))
    server = control_address(profile, {"XDG_RUNTIME_DIR": f"/run/user/{os.getuid()}"})
    assert server == control_address(profile, {})


@pytest.mark.promise("the control socket is this user's alone")
def test_a_folder_that_others_can_enter_is_not_used(tmp_path: Path) -> None:
    planted, private = tmp_path / "planted", tmp_path / "private"
    planted.mkdir(mode=0o777)
    planted.chmod(0o777)
    with pytest.raises(PermissionError, match="open to other users"):
        listen(UnixAddress((planted / "socket",)))
    listener = listen(UnixAddress((planted / "socket", private / "socket")))
    assert listener.file.parent == private
    listener.close()
    answer = call(UnixAddress((planted / "socket",)), Command("status"))
    assert answer.exit is Exit.REFUSED


@pytest.mark.promise("the control socket is this user's alone")
def test_a_link_is_no_private_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(PermissionError):
        listen(UnixAddress((tmp_path / "link" / "socket",)))


def test_a_file_in_the_way_is_not_removed(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "socket").write_text("mine")
    with pytest.raises(FileExistsError, match="in the way"):
        listen(UnixAddress((tmp_path / "socket",)))
    assert (tmp_path / "socket").read_text() == "mine"


def test_a_socket_that_nobody_hears_is_replaced(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "socket"))
    listen(UnixAddress((tmp_path / "socket",))).close()


def test_the_peer_is_told_where_the_system_can() -> None:
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        assert peer_is_me(one)
    assert peer_is_me(None), "what cannot be told is left to the folder's mode and the key"


def test_nowhere_to_listen_is_an_error() -> None:
    with pytest.raises(OSError, match="no private folder"):
        listen(UnixAddress(()))


def test_the_lock_is_given_back(tmp_path: Path) -> None:
    first, second = (
        FileLock(profile_in(tmp_path).lock_file),
        FileLock(profile_in(tmp_path).lock_file),
    )
    assert first.acquire()
    assert not second.acquire()
    assert not second.wait(0.05)
    first.release()
    first.release()
    assert second.wait(0.05)
    second.release()
