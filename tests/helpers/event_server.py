"""A real WebSocket server on loopback that plays Zoom's event socket, well or badly."""

import asyncio
import http
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Self
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

GREETING = json.dumps({"module": "build_connection", "content": "", "success": True})
BEAT = json.dumps({"module": "heartbeat", "content": "", "success": True})


def message(event: str, **payload: object) -> str:
    """Write a frame that carries an event: JSON inside JSON."""
    body = json.dumps({"event": event, "event_ts": 1_793_400_000_123, "payload": payload})
    return json.dumps({"module": "message", "content": body, "success": True})


def refusal(words: str) -> str:
    """Write a `build_connection` without success."""
    return json.dumps({"module": "build_connection", "content": words, "success": False})


@dataclass
class EventServer:
    """Greets each connection with `greetings`, answers heartbeats with `beat` (None: not)."""

    greetings: list[str | bytes] = field(default_factory=lambda: [GREETING])
    beat: str | None = BEAT
    one_only: Literal["no", "before", "after"] = (
        "no"  # older lines end before the greeting, or after
    )
    refuse_with: int | None = None  # an HTTP status instead of a handshake
    then: Callable[[ServerConnection], object] | None = None  # what happens after the greeting
    sockets: list[ServerConnection] = field(default_factory=list)
    queries: list[dict[str, list[str]]] = field(default_factory=list)
    heard: list[object] = field(default_factory=list)
    closes: list[bool] = field(default_factory=list)  # of each ended line: was it in order?
    url: str = ""
    _server: Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await serve(
            self._serve, "127.0.0.1", 0, process_request=self._admit, ping_interval=None
        )
        port = next(iter(self._server.sockets)).getsockname()[1]
        self.url = f"ws://127.0.0.1:{port}/ws"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        for socket in self.sockets:
            socket.transport.abort()
        self._server.close()
        await self._server.wait_closed()

    @property
    def tokens(self) -> list[str]:
        """The tokens that were shown, one for each attempt."""
        return [query["access_token"][0] for query in self.queries]

    @property
    def newest(self) -> ServerConnection:
        """The newest connection."""
        return self.sockets[-1]

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        self.queries.append(parse_qs(urlsplit(request.path).query))
        if self.refuse_with is None:
            return None
        return connection.respond(http.HTTPStatus(self.refuse_with), "no\n")

    async def _end_older(self) -> None:
        for older in self.sockets[:-1]:
            await older.close()

    async def _serve(self, socket: ServerConnection) -> None:
        self.sockets.append(socket)
        try:
            if self.one_only == "before":
                await self._end_older()
            for greeting in self.greetings:
                await socket.send(greeting)
            if self.one_only == "after":
                await self._end_older()
            if self.then:
                done = self.then(socket)
                if asyncio.iscoroutine(done):
                    await done
            async for frame in socket:
                self.heard.append(json.loads(frame))
                if self.beat is not None:
                    await socket.send(self.beat)
        except ConnectionClosed:
            return  # the client has gone, as tests want it to
        finally:
            self.closes.append(socket.protocol.close_rcvd is not None)
