"""A relay that plays from a script: its calls on one real socket, its WebSocket on another, both as one address."""

import asyncio
import http
import json
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx2
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from rtms_tray.zoom.feeds.relay_session import RelayAddress

Json = dict[str, Any]


class ScriptedRelay:
    """Gives sessions by `answer`, and sends `frames` on each connection; the tests send the rest."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self.calls: list[tuple[str, str]] = []  # path and token
        self.answers: list[httpx2.Response | Exception] = []  # in place of a session
        self.lifetime_s = 3600.0
        self.vouch_by = 0.0
        self.vouchers: list[str] = []  # the access tokens that renewals showed
        self.user = "me"
        self.frames: list[Json] = [hello(), heartbeat(0, now())]
        self.refuse_with: int | None = None
        self.connections: list[ServerConnection] = []
        self.queries: list[dict[str, list[str]]] = []
        self.tokens: list[str] = []
        self.http = httpx2.AsyncClient(transport=httpx2.MockTransport(self._answer))
        self.address = RelayAddress("http://relay.invalid")
        self._server: Server | None = None
        self._connected = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await serve(self._serve, "127.0.0.1", 0, process_request=self._admit)
        port = next(iter(self._server.sockets)).getsockname()[1]
        self.address = RelayAddress(f"http://127.0.0.1:{port}")
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        for connection in self.connections:
            connection.transport.abort()
        self._server.close()
        await self._server.wait_closed()
        await self.http.aclose()

    @property
    def newest(self) -> ServerConnection:
        """The newest connection."""
        return self.connections[-1]

    async def send(self, *frames: Json | str) -> None:
        """Send frames on the newest connection."""
        for frame in frames:
            await self.newest.send(frame if isinstance(frame, str) else json.dumps(frame))

    async def connected(self) -> None:
        """Wait until a tray has connected."""
        async with asyncio.timeout(10):
            await self._connected.wait()

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        token = request.headers["authorization"].removeprefix("Bearer ")
        self.calls.append((request.url.raw_path.decode(), token))
        if voucher := request.headers.get("zoom-authorization"):
            self.vouchers.append(voucher.removeprefix("Bearer "))
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        if request.url.path == "/session/end":
            return httpx2.Response(204)
        grant = {
            "token": f"session-{len(self.calls)}",
            "expires_at": self._now() / 1000 + self.lifetime_s,
            "user": self.user,
            "account": "account",
            "vouch_by": self.vouch_by,
        }
        return httpx2.Response(200, json=grant)

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        self.queries.append(parse_qs(urlsplit(request.path).query))
        self.tokens.append(request.headers["authorization"].removeprefix("Bearer "))
        if self.refuse_with is None:
            return None
        return connection.respond(http.HTTPStatus(self.refuse_with), "no\n")

    async def _serve(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        self._connected.set()
        try:
            for frame in self.frames:
                await connection.send(json.dumps(frame))
            await connection.wait_closed()
        except ConnectionClosed:
            return


def hello(after: int = 0, gap: str = "", epoch: str = "epoch") -> Json:
    """The first frame."""
    return {"module": "hello", "epoch": epoch, "after": after, "gap": gap}


def heartbeat(
    sequence: int, at: int, *, acting: bool = True, signed_in_elsewhere: bool = False
) -> Json:
    """Nothing is missing up to this sequence."""
    return {
        "module": "heartbeat",
        "sequence": sequence,
        "epoch": "epoch",
        "at": at,
        "acting": acting,
        "signed_in_elsewhere": signed_in_elsewhere,
    }


def message(sequence: int, previous: int, received_at: int, name: str = "meeting.started") -> Json:
    """An event."""
    content = {
        "event": name,
        "event_ts": received_at,
        "payload": {"object": {"uuid": f"u-{sequence}"}},
    }
    return {
        "module": "message",
        "sequence": sequence,
        "previous": previous,
        "received_at": received_at,
        "content": content,
    }
