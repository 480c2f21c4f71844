"""A real WebSocket server on loopback that plays Zoom's event socket from a script."""

import asyncio
import http
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Self
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response

BUILT = json.dumps({"module": "build_connection", "content": "", "success": True})
HEARTBEAT = json.dumps({"module": "heartbeat", "content": "", "success": True})


def event_frame(event: str, **payload: object) -> str:
    """Build a frame with an event: JSON inside JSON."""
    body = json.dumps({"event": event, "event_ts": 1_793_400_000_123, "payload": payload})
    return json.dumps({"module": "message", "content": body, "success": True})


def refused_frame(content: str) -> str:
    """Build a `build_connection` frame without success."""
    return json.dumps({"module": "build_connection", "content": content, "success": False})


@dataclass
class EventServer:
    """Sends `first_frames` on each connection, and answers heartbeats."""

    first_frames: list[str | bytes] = field(default_factory=lambda: [BUILT])
    heartbeat_reply: str | None = HEARTBEAT  # None: heartbeats are not answered
    pongs: bool = True  # whether pings of the WebSocket protocol are answered
    closes_older: Literal["no", "before", "after"] = "no"  # before or after the first frames
    refuse_with: int | None = None  # an HTTP status instead of a handshake
    location: str = ""  # where it redirects to, with such a status
    on_open: Callable[[ServerConnection], object] | None = None  # runs after the first frames
    connections: list[ServerConnection] = field(default_factory=list)
    queries: list[dict[str, list[str]]] = field(default_factory=list)
    received: list[object] = field(default_factory=list)
    pings: int = 0
    clean_closes: list[bool] = field(default_factory=list)  # whether the client closed properly
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
        for connection in self.connections:
            connection.transport.abort()
        self._server.close()
        await self._server.wait_closed()

    @property
    def tokens(self) -> list[str]:
        """The access token of each attempt to connect."""
        return [query["access_token"][0] for query in self.queries]

    @property
    def newest(self) -> ServerConnection:
        """The newest connection."""
        return self.connections[-1]

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        self.queries.append(parse_qs(urlsplit(request.path).query))
        if self.refuse_with is None:
            return None
        response = connection.respond(http.HTTPStatus(self.refuse_with), "no\n")
        if self.location:
            response.headers["Location"] = self.location
        return response

    async def _close_older(self) -> None:
        for older in self.connections[:-1]:
            await older.close()

    async def _serve(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        self._hold_back_pongs(connection)
        try:
            if self.closes_older == "before":
                await self._close_older()
            for frame in self.first_frames:
                await connection.send(frame)
            if self.closes_older == "after":
                await self._close_older()
            if self.on_open:
                result = self.on_open(connection)
                if asyncio.iscoroutine(result):
                    await result
            await self._answer_heartbeats(connection)
        except ConnectionClosed:
            return  # the client has disconnected
        finally:
            self.clean_closes.append(connection.protocol.close_rcvd is not None)

    def _hold_back_pongs(self, connection: ServerConnection) -> None:
        """Count pings, and drop the answers that the library gives to them, if so wanted."""
        send_frame = connection.protocol.send_frame

        def send(frame: Frame) -> None:
            is_pong = frame.opcode is Opcode.PONG
            self.pings += is_pong
            if self.pongs or not is_pong:
                send_frame(frame)

        connection.protocol.send_frame = send  # type: ignore[method-assign]

    async def _answer_heartbeats(self, connection: ServerConnection) -> None:
        async for frame in connection:
            self.received.append(json.loads(frame))
            if self.heartbeat_reply is not None:
                await connection.send(self.heartbeat_reply)
