"""A real HTTP server on loopback that answers REST calls from a script, byte for byte."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True)
class Call:
    """A request as it arrived; `target` is the raw path and query."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def token(self) -> str:
        """The bearer's token."""
        return self.headers["authorization"].removeprefix("Bearer ")


class Silence:
    """Answers nothing, and keeps the connection open."""


class Cut:
    """Breaks the connection off, with a reset."""


Answer = bytes | Silence | Cut


def answer(status: int, body: object = None, *headers: str) -> bytes:
    """Write a whole HTTP answer, with a JSON body where one is given."""
    data = b"" if body is None else json.dumps(body).encode()
    return raw(status, data, *headers)


def raw(status: int, data: bytes, *headers: str) -> bytes:
    """Write a whole HTTP answer, with any body."""
    head = [f"HTTP/1.1 {status} X", *headers]
    if status != 204:
        head.append(f"Content-Length: {len(data)}")
    return "\r\n".join([*head, "", ""]).encode() + data


@dataclass
class RestServer:
    """Answers each request with the next of `answers`; the last one stays."""

    answers: deque[Answer] = field(default_factory=deque)
    calls: list[Call] = field(default_factory=list)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    base: str = ""
    connections: int = 0
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def script(self, *answers: Answer) -> None:
        """Say what is answered from now on."""
        self.answers = deque(answers)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.base = f"http://127.0.0.1:{port}/v2"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while await self._answer_one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return  # the client has gone, or the test is over
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        self.calls.append(await _read_call(reader))
        self.called.set()
        now = self.answers.popleft() if len(self.answers) > 1 else self.answers[0]
        if isinstance(now, Silence):
            await asyncio.Event().wait()
        if isinstance(now, Cut):
            writer.transport.abort()
            return False
        if isinstance(now, bytes):
            writer.write(now)
            await writer.drain()
        return not now.endswith(b"<cut>") if isinstance(now, bytes) else False


async def _read_call(reader: asyncio.StreamReader) -> Call:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, target, _ = head[0].split(" ")
    pairs = (line.split(": ", 1) for line in head[1:] if line)
    headers = {name.lower(): value for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Call(method, target, headers, body)
