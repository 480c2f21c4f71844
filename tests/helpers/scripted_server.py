"""A real HTTP server on loopback that plays Zoom's sign-in or REST API from a script."""

import asyncio
import json
import ssl
from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Self
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Request:
    """A request as it arrived; `target` is the raw path and query."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def token(self) -> str:
        """The bearer token."""
        return self.headers["authorization"].removeprefix("Bearer ")

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True)
class Reply:
    """A complete HTTP reply."""

    status: int = 200
    body: bytes = b""
    headers: tuple[str, ...] = ()

    def encode(self) -> bytes:
        """Return the reply as it is sent."""
        head = [f"HTTP/1.1 {self.status} X", *self.headers]
        if self.status != 204:
            head.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*head, "", ""]).encode() + self.body


@dataclass(frozen=True)
class Raw:
    """Any bytes, after which the server closes the connection."""

    data: bytes


class Failure(Enum):
    """No reply at all."""

    ABORT = auto()
    """The connection breaks."""
    SILENCE = auto()
    """The connection stays open, and nothing comes."""


ScriptedReply = Reply | Raw | Failure


def json_reply(status: int, body: object = None, *headers: str) -> Reply:
    """Build a reply with a JSON body, where one is given."""
    data = b"" if body is None else json.dumps(body).encode()
    return Reply(status, data, headers)


def oauth_reply(status: int = 200, /, **fields: object) -> Reply:
    """Build a reply of the authorization server."""
    return json_reply(status, fields, "Content-Type: application/json")


def token_reply(number: int, **more: object) -> Reply:
    """Build a token reply like Zoom's; the number tells its tokens apart."""
    fields: dict[str, object] = {
        "access_token": f"access-{number}",
        "refresh_token": f"refresh-{number}",
        "token_type": "bearer",
        "expires_in": 3599,
        "scope": "user:read:user meeting:read:meeting",
    }
    return oauth_reply(**{**fields, **more})


@dataclass
class ScriptedServer:
    """Answers each request with the next scripted reply, once `gate` is open."""

    tls: ssl.SSLContext | None = None
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    origin: str = ""
    _replies: deque[ScriptedReply] = field(default_factory=deque)
    _repeated: ScriptedReply | None = None
    _server: asyncio.Server | None = None
    _tasks: dict[asyncio.Task[None], asyncio.StreamWriter] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        self.gate.set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        scheme = "https" if self.tls else "http"
        self.origin = f"{scheme}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def script(self, *replies: ScriptedReply) -> None:
        """Answer with these from now on; the last one is repeated."""
        self._replies = deque(replies)
        self._repeated = replies[-1]

    def queue(self, *replies: ScriptedReply) -> None:
        """Answer with each of these once, after what is queued already."""
        self._replies.extend(replies)

    def stop(self) -> None:
        """Close the port and every connection: new ones are refused."""
        assert self._server is not None
        self._server.close()
        for writer in self._tasks.values():
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks[task] = writer
        try:
            while await self._answer(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return  # the client has disconnected, or the test is over
        finally:
            del self._tasks[task]
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; False: the connection is to be closed."""
        self.requests.append(await _read_request(reader))
        self.arrived.set()
        await self.gate.wait()
        match self._next_reply():
            case Reply() as reply:
                writer.write(reply.encode())
                await writer.drain()
                return True
            case Raw(data):
                writer.write(data)
                await writer.drain()
            case Failure.ABORT:
                writer.transport.abort()
            case Failure.SILENCE:
                await asyncio.Event().wait()
        return False

    def _next_reply(self) -> ScriptedReply:
        if self._replies or self._repeated is None:
            return self._replies.popleft()
        return self._repeated


async def _read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, target, _ = head[0].split(" ")
    pairs = (line.split(": ", 1) for line in head[1:] if line)
    headers = {name.lower(): value for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body)
