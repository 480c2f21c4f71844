"""A network that fails on demand, between the program and the simulator.

Calls pass unless a fault waits for their path: `proxy.next(r"/status$", reset)`. The program opens a
connection for every call, so one connection is one request, or one event socket.
"""

import asyncio
import re
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self, TypeAlias
from urllib.parse import urlsplit, urlunsplit

_CHUNK = 65536


@dataclass(frozen=True)
class Call:
    """One connection whose request has been read to its end."""

    path: str
    sent: bytes
    writer: asyncio.StreamWriter
    target: tuple[str, int]


Fault: TypeAlias = Callable[[Call], Awaitable[None]]
"""What happens to a call instead of being passed on."""


class FaultProxy:
    """Passes calls on unless a fault waits for them: `async with FaultProxy(url) as proxy:`."""

    def __init__(self, target: str, tls: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "", parts.port or 0)
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._faults: list[tuple[re.Pattern[str], Fault]] = []
        self._writers: dict[asyncio.StreamWriter, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self.port = 0
        self.paths: list[str] = []
        """The path of every request, passed on or not."""
        self.requests: list[bytes] = []
        """Head and body of every request."""

    async def __aenter__(self) -> Self:
        await self.come_back()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.go_down()

    async def come_back(self) -> None:
        """Accept connections, on the same port as before."""
        self._server = await asyncio.start_server(
            self._accept, "127.0.0.1", self.port, ssl=self._tls
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def go_down(self) -> None:
        """Break every connection, and refuse new ones."""
        if self._server is not None:
            self._server.close()
        self.cut()
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def cut(self) -> None:
        """Break every connection at once; new ones are accepted."""
        for writer in list(self._writers):
            _abort(writer)

    def inject(self, data: bytes) -> None:
        """Send these bytes over the event socket, as if Zoom had."""
        for writer, path in self._writers.items():
            if path == "/ws":
                writer.write(data)

    def freeze(self) -> None:
        """Let nothing through any more, silently: every connection is half-open."""
        self._flowing.clear()

    def thaw(self) -> None:
        """Let everything through again."""
        self._flowing.set()

    def next(self, path: str, *faults: Fault) -> None:
        """Give the next calls to a path (a pattern) these faults, one each."""
        self._faults += [(re.compile(path), fault) for fault in faults]

    def address(self, url: str) -> str:
        """Return an address through this network for the same place."""
        parts = urlsplit(url)
        scheme = f"{parts.scheme}s" if self._tls else parts.scheme
        return urlunsplit((scheme, f"127.0.0.1:{self.port}", parts.path, parts.query, ""))

    # --- one connection -----------------------------------------------------------------------

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers[writer] = ""
        try:
            await self._serve(reader, writer)
        except (OSError, EOFError, asyncio.CancelledError):
            pass  # broken on either side, or on purpose
        finally:
            _abort(writer)
            del self._writers[writer]
            self._tasks.discard(task)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        call = Call(*await _request(reader), writer, self._target)
        self._writers[writer] = call.path
        self.paths.append(call.path)
        self.requests.append(call.sent)
        await self._flowing.wait()
        fault = self._fault_for(call.path)
        if fault is None:
            await self._pass_on(call, reader)
        else:
            await fault(call)

    def _fault_for(self, path: str) -> Fault | None:
        for place, (pattern, fault) in enumerate(self._faults):
            if pattern.search(path):
                del self._faults[place]
                return fault
        return None

    async def _pass_on(self, call: Call, reader: asyncio.StreamReader) -> None:
        there, out = await asyncio.open_connection(*call.target)
        out.write(_for_host(call.sent, *call.target))
        pumps = [
            asyncio.create_task(self._pump(reader, out)),
            asyncio.create_task(self._pump(there, call.writer)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            _abort(out)
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            await self._flowing.wait()
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


async def _request(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    """Read one request: the path without its query, and everything that was sent."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    body = await reader.readexactly(int(length[1])) if length else b""
    return urlsplit(head.split(b" ", 2)[1].decode()).path, head + body


def _for_host(sent: bytes, host: str, port: int) -> bytes:
    """Name the target as the host: the simulator answers only as a server of this machine."""
    return re.sub(rb"(?i)\r\nhost: [^\r]*", f"\r\nHost: {host}:{port}".encode(), sent, count=1)


def _abort(writer: asyncio.StreamWriter) -> None:
    """Break a connection so that the other side sees a reset."""
    sock = writer.get_extra_info("socket")
    if sock is not None and sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


# --- faults -------------------------------------------------------------------------------------


async def reset(call: Call) -> None:
    """Break the connection once the request is read, before it reaches Zoom."""
    _abort(call.writer)


async def lose_reply(call: Call) -> None:
    """Let Zoom carry out the request, and break the connection when it answers."""
    there, out = await asyncio.open_connection(*call.target)
    out.write(call.sent)
    await there.read(1)
    _abort(out)
    _abort(call.writer)


async def hang(call: Call) -> None:
    """Accept the request, and never answer."""
    await call.writer.wait_closed()


def answer(body: bytes, status: int = 200, headers: str = "", *, length: int = -1) -> Fault:
    """Return a fault that answers like this; with a `length` beyond the body's own, the body breaks off."""
    announced = len(body) if length < 0 else length
    head = f"HTTP/1.1 {status} Scripted\r\nContent-Type: application/json\r\n{headers}"

    async def reply(call: Call) -> None:
        call.writer.write(f"{head}Content-Length: {announced}\r\n\r\n".encode() + body)
        await call.writer.drain()
        call.writer.close()
        await call.writer.wait_closed()

    return reply


def drip(body: bytes, every_s: float) -> Fault:
    """Return a fault that answers one byte at a time: never silent, never done."""

    async def reply(call: Call) -> None:
        head = f"HTTP/1.1 200 Scripted\r\nContent-Length: {len(body)}\r\n\r\n"
        for byte in head.encode() + body:
            call.writer.write(bytes([byte]))
            await call.writer.drain()
            await asyncio.sleep(every_s)

    return reply


class Flood:
    """A fault that answers with as many bytes as are read, up to `most`, and counts them."""

    def __init__(self, most: int, head: bytes) -> None:
        self._most = most
        self._head = head
        self.sent = 0

    async def __call__(self, call: Call) -> None:
        """Answer."""
        call.writer.write(self._head)
        while self.sent < self._most:
            call.writer.write(b'{"a":' * (_CHUNK // 5))
            await call.writer.drain()
            self.sent += _CHUNK
