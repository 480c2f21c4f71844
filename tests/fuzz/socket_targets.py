"""Targets that speak to a socket: raw bytes for the real listener, server and client."""

import asyncio
import contextlib
import json
import socket
import struct
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from rtms_tray.control.address import UnixAddress
from rtms_tray.control.client import call
from rtms_tray.control.server import ControlServer, Limits
from rtms_tray.control.wire import MAX_ARGUMENTS, MAX_REQUEST_BYTES
from rtms_tray.support.command_types import Answer, Command, Exit, Say
from rtms_tray.zoom.loopback import HOST, ListenerTimeouts, RedirectListener

_PATIENCE: Final = ListenerTimeouts(request_s=5, outcome_s=0.001, answered_s=0, unanswered_s=0)
_LIMITS: Final = Limits(request_s=5, linger_s=5)
_STATUSES: Final = (b"200", b"302", b"303", b"400", b"404", b"405", b"431")


def loopback(data: bytes) -> None:
    """The sign-in's listener accepts GET of its one path for its own Host, and nothing else.

    `PORT` stands for the listener's own port.
    """
    asyncio.run(_to_listener(data))


async def _to_listener(data: bytes) -> None:
    listener = RedirectListener(timeouts=_PATIENCE)
    await listener.open()
    port = listener.redirect_uri.split(":")[2].partition("/")[0].encode()
    sent = data.replace(b"PORT", port)
    try:
        reader, writer = await asyncio.open_connection(HOST, int(port))
        reply = await _exchanged(reader, writer, sent)
    finally:
        listener.close()
    assert not reply or reply.startswith(b"HTTP/1.1 ")
    assert not reply or reply[9:12] in _STATUSES, reply
    assert b"Access-Control" not in reply
    head = sent.partition(b"\r\n\r\n")[0]
    if listener.answered:
        query = await listener.answer()
        assert head.startswith(b"GET /callback")
        assert b"host:" in head.lower()
        assert port in head
        assert query.encode() in head


async def _exchanged(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes
) -> bytes:
    """Send everything and read everything; a dropped connection counts as ended."""
    reply = b""
    with contextlib.suppress(ConnectionError):
        writer.write(sent)
        await writer.drain()
        writer.write_eof()
        async with asyncio.timeout(20):
            reply = await reader.read()
    # A reset at the end leaves no port waiting: thousands of connections are made.
    own: socket.socket = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()
    return reply


class _Commander:
    """Records the commands it is given."""

    def __init__(self) -> None:
        self.asked: list[Command] = []

    async def perform(self, command: Command, say: Say) -> Answer:
        self.asked.append(command)
        say({"text": "begun"})
        return Answer(Exit.DONE, "done")


def control_request(data: bytes) -> None:
    """The control socket's server answers any input once, and passes on whole commands only."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_to_server(data, Path(folder) / "control" / "socket"))


async def _to_server(data: bytes, path: Path) -> None:
    commander = _Commander()
    server = ControlServer(UnixAddress((path,)), commander, _LIMITS)
    await server.start()
    try:
        reader, writer = await asyncio.open_unix_connection(path)
        lines = (await _exchanged(reader, writer, data)).splitlines()
    finally:
        await server.stop()
    if lines:
        last = json.loads(lines[-1])
        assert last["exit"] in (Exit.DONE, Exit.USAGE)
        assert bool(commander.asked) is (last["exit"] == Exit.DONE)
    else:  # a client that sends without end is disconnected
        assert len(data.partition(b"\n")[0]) >= MAX_REQUEST_BYTES
    for command in commander.asked:
        assert command.name
        assert len(command.arguments) <= MAX_ARGUMENTS
        assert all(isinstance(value, str) for value in command.arguments.values())


def control_reply(data: bytes) -> None:
    """The control socket's client returns an answer whatever the server sends."""
    said: list[Mapping[str, object]] = []
    with _speaker(data) as path:
        answer = call(UnixAddress((path,)), Command("status"), said.append, limit_s=20)
    assert isinstance(answer.exit, Exit)
    assert isinstance(answer.text, str)
    assert answer.exit is not Exit.STILL_TRYING or b"4" in data
    assert all(isinstance(words, dict) for words in said)


@contextlib.contextmanager
def _speaker(data: bytes) -> Iterator[Path]:
    """Send something to the first client, whatever it asks."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        path = Path(folder) / "socket"
        listener.bind(str(path))
        listener.listen()
        listener.settimeout(20)
        thread = threading.Thread(target=_speak, args=(listener, data))
        thread.start()
        try:
            yield path
        finally:
            thread.join()


def _speak(listener: socket.socket, data: bytes) -> None:
    with contextlib.suppress(OSError):  # the client has read enough
        connection, _ = listener.accept()
        with connection:
            connection.recv(MAX_REQUEST_BYTES)
            connection.sendall(data)
