"""A small real HTTP server that plays Zoom's authorization server from a script."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Reply:
    """What the server answers; `drop` closes the connection without a word instead."""

    status: int = 200
    body: bytes = b"{}"
    headers: tuple[str, ...] = ()
    drop: bool = False


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    form: dict[str, str]


def as_json(status: int = 200, /, **fields: object) -> Reply:
    """Make a JSON reply."""
    return Reply(status, json.dumps(fields).encode(), ("Content-Type: application/json",))


def tokens(number: int, **more: object) -> Reply:
    """Make a token reply like Zoom's, its tokens told apart by a number."""
    fields: dict[str, object] = {
        "access_token": f"access-{number}",
        "refresh_token": f"refresh-{number}",
        "token_type": "bearer",
        "expires_in": 3599,
        "scope": "user:read:user meeting:read:meeting",
    }
    return as_json(**{**fields, **more})


@dataclass
class Authority:
    """Answers each request with the next scripted reply, once `gate` is open."""

    replies: deque[Reply] = field(default_factory=deque)
    seen: list[Seen] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    origin: str = ""
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self.gate.set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.origin = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Close the port: who connects now is refused."""
        if self._server is not None:
            self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            await self._answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the client has had enough, or the test is over
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        method, path, _ = first.split(" ")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        self.seen.append(Seen(method, path, headers, form))
        self.arrived.set()
        await self.gate.wait()
        reply = self.replies.popleft()
        if reply.drop:
            writer.transport.abort()
            return
        head = (f"HTTP/1.1 {reply.status} X", f"Content-Length: {len(reply.body)}", *reply.headers)
        writer.write("\r\n".join((*head, "Connection: close", "", "")).encode() + reply.body)
        await writer.drain()
