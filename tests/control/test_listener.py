"""Where the server can listen and where not, and that other users cannot reach it."""

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from rtms_tray.control.address import TcpAddress, UnixAddress
from rtms_tray.control.client import call
from rtms_tray.control.listener import listen, peer_is_me
from rtms_tray.control.server import ControlServer
from rtms_tray.control.wire import read_reply
from rtms_tray.support.command_types import Command, Exit
from tests.control.fakes import FakeCommander

NOBODY = 65534


@pytest.fixture
def private(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="there are no socket files")
def test_the_next_path_is_used_where_one_does_not_fit(private: Path) -> None:
    too_long = private / ("x" * 120)
    with pytest.raises(OSError, match="too long"):
        listen(UnixAddress((too_long,)))
    listener = listen(UnixAddress((too_long, private / "socket")))
    assert listener.file == private / "socket"
    listener.close()


def test_a_key_that_cannot_be_written_leaves_no_open_port(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        listen(TcpAddress(tmp_path / "file" / "control.json"))


@contextmanager
def busy(path: Path) -> Iterator[None]:
    """An instance that runs, but accepts no more connections for now."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen(0)
        with ExitStack() as waiting:
            while waits(path, waiting):
                pass
            yield


def waits(path: Path, waiting: ExitStack) -> bool:
    """Connect and stay; False if there is no more room."""
    client = waiting.enter_context(socket.socket(socket.AF_UNIX))
    client.setblocking(False)
    try:
        client.connect(str(path))
    except BlockingIOError:
        return False
    return True


@pytest.mark.skipif(sys.platform != "linux", reason="others refuse at once")
def test_an_instance_that_is_too_busy_to_answer_keeps_its_socket(private: Path) -> None:
    path = private / "socket"
    with busy(path):
        with pytest.raises(FileExistsError, match="another rtms-tray answers"):
            listen(UnixAddress((path,)))
        assert path.exists()
        for paths in ((path,), (path, private / "other")):
            assert call(UnixAddress(paths), Command("status")).exit is Exit.STILL_TRYING


@pytest.fixture
def open_folder() -> Generator[Path]:
    """A folder that others can enter, once it has been opened."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def connected_as_nobody(path: Path) -> socket.socket:
    """Open the folder to others and connect as another user, which counts at this moment alone."""
    path.parent.chmod(0o711)
    path.chmod(0o666)
    connection = socket.socket(socket.AF_UNIX)
    os.seteuid(NOBODY)
    try:
        connection.connect(str(path))
    finally:
        os.seteuid(0)
    return connection


@pytest.mark.promise("the control socket is this user's alone")
@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="root alone can be somebody else"
)
async def test_another_users_command_is_refused_even_where_modes_let_it_in(
    open_folder: Path,
) -> None:
    commander, path = FakeCommander(), open_folder / "socket"
    server = ControlServer(UnixAddress((path,)), commander)
    await server.start()
    with connected_as_nobody(path) as connection:
        reader, writer = await asyncio.open_unix_connection(sock=connection)
        writer.write(b'{"schema": 1, "command": "status"}\n')
        answer = read_reply(await reader.readline())
        writer.close()
    assert getattr(answer, "exit", None) is Exit.REFUSED
    assert "another user" in getattr(answer, "text", "")
    assert commander.performed == []
    await server.stop()


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
def test_a_link_is_not_a_private_folder(tmp_path: Path) -> None:
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


def test_a_socket_on_which_nobody_listens_is_replaced(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "socket"))
    listen(UnixAddress((tmp_path / "socket",))).close()


def test_the_peer_is_checked_where_the_system_can() -> None:
    first, second = socket.socketpair(socket.AF_UNIX)
    with first, second:
        assert peer_is_me(first)
    assert peer_is_me(None), "where it cannot be checked, the folder's mode and the key protect"


def test_nowhere_to_listen_is_an_error() -> None:
    with pytest.raises(OSError, match="no private folder"):
        listen(UnixAddress(()))
