"""Places where the server cannot listen, and others' hands on its socket."""

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from rtms_tray.control.address import TcpAddress, UnixAddress, is_private
from rtms_tray.control.client import call
from rtms_tray.control.server import ControlServer, listen
from rtms_tray.control.wire import read_reply
from rtms_tray.support.command_types import Command, Exit
from tests.control.fakes import FakeCommander

NOBODY = 65534


@pytest.fixture
def private(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="there are no socket files")
def test_the_next_place_is_taken_where_one_does_not_fit(private: Path) -> None:
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


def test_what_is_not_there_is_not_private(tmp_path: Path) -> None:
    assert not is_private(tmp_path / "nothing")


@contextmanager
def busy(path: Path) -> Iterator[None]:
    """An instance that lives, but takes no more connections for the moment."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen(0)
        with ExitStack() as waiting:
            while waits(path, waiting):
                pass
            yield


def waits(path: Path, waiting: ExitStack) -> bool:
    """Connect and stay, or tell that there is no more room."""
    one = waiting.enter_context(socket.socket(socket.AF_UNIX))
    one.setblocking(False)
    try:
        one.connect(str(path))
    except BlockingIOError:
        return False
    return True


@pytest.mark.skipif(sys.platform != "linux", reason="others refuse at once")
def test_one_that_is_too_busy_to_answer_keeps_its_socket(private: Path) -> None:
    path = private / "socket"
    with busy(path):
        with pytest.raises(FileExistsError, match="another rtms-tray answers"):
            listen(UnixAddress((path,)))
        assert path.exists()
        for places in ((path,), (path, private / "other")):
            assert call(UnixAddress(places), Command("status")).exit is Exit.STILL_TRYING


# --- another user -------------------------------------------------------------------------------


@pytest.fixture
def open_folder() -> Generator[Path]:
    """A folder that others can enter, once it has been opened."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def connected_as_nobody(path: Path) -> socket.socket:
    """Let others in, and connect as one; who that is counts at this moment alone."""
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
    assert commander.seen == []
    await server.stop()
