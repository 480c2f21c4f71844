"""Trays and webhooks as light as they can be, so that what is measured is the server."""

import asyncio
import json
import time
from contextlib import suppress
from itertools import count
from typing import Final

from rtms_tray.relay.signatures import sign
from tests.benchmarks.relay.place import SECRET, Server, user_id

_HOST: Final = "127.0.0.1"
_UPGRADE: Final = (
    "GET /events?name={name}&{query} HTTP/1.1\r\nHost: relay\r\nAuthorization: Bearer {token}\r\n"
    "User-Agent: rtms-tray\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
_AT_ONCE: Final = 64
_AGAIN_S: Final = 0.2
_moments = count(round(time.time() * 1000))


def stream_of(number: int) -> str:
    """Return the ID of a user's stream."""
    return f"stream-{number}"


class Tray:
    """A WebSocket that notes when which event came."""

    def __init__(self, number: int, token: str) -> None:
        self.number = number
        self._token = token
        self._position = ""
        self._task: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self.came: dict[int, float] = {}
        self.confirmed = asyncio.Event()
        """Set once the server has said that nothing is missing."""

    async def connect(self, server: Server) -> None:
        """Connect; what comes is read until the connection ends."""
        self.confirmed.clear()
        reader, self._writer = await asyncio.open_connection(_HOST, server.port)
        upgrade = _UPGRADE.format(
            name=stream_of(self.number), query=self._position, token=self._token
        )
        self._writer.write(upgrade.encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head:
            self._writer.close()
            raise ConnectionError(head.decode())
        self._task = asyncio.create_task(self._read(reader))

    async def connect_again(self, servers: list[Server]) -> None:
        """Go to one server after the other until one has confirmed that nothing is missing."""
        for attempt in count():
            with suppress(OSError, EOFError):
                await self.connect(servers[(self.number + attempt) % len(servers)])
                await self._confirmed_or_ended()
            if self.confirmed.is_set():
                return
            await asyncio.sleep(_AGAIN_S)

    async def _confirmed_or_ended(self) -> None:
        assert self._task is not None
        confirmed = asyncio.create_task(self.confirmed.wait())
        await asyncio.wait([self._task, confirmed], return_when=asyncio.FIRST_COMPLETED)
        confirmed.cancel()

    async def ended(self) -> None:
        """Wait until the connection has ended."""
        assert self._task is not None
        await asyncio.wait([self._task])

    def close(self) -> None:
        """Leave."""
        if self._task is not None:
            self._task.cancel()
        if self._writer is not None:
            self._writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with suppress(OSError, EOFError):
            while frame := await _frame(reader):
                at = time.perf_counter()
                message = json.loads(frame)
                event = message.get("content", message)
                if "event_ts" in event:
                    self.came[event["event_ts"]] = at
                if message.get("module") in {"heartbeat", None}:
                    self.confirmed.set()
                if "epoch" in message:
                    place = message.get("sequence", message.get("after"))
                    self._position = f"after={place}&epoch={message['epoch']}"


async def _frame(reader: asyncio.StreamReader) -> bytes:
    """Read one text frame; empty: the server has closed. Pings need no answer for as long as this takes."""
    while True:
        kind, length = await reader.readexactly(2)
        if length == 126:
            length = int.from_bytes(await reader.readexactly(2), "big")
        payload = await reader.readexactly(length)
        if kind & 15 == 1:
            return payload
        if kind & 15 == 8:
            return b""


async def connect_all(trays: list[Tray], server: Server) -> None:
    """Connect trays, some at a time, each until nothing is missing."""
    limit = asyncio.Semaphore(_AT_ONCE)

    async def connect(tray: Tray) -> None:
        async with limit:
            await tray.connect_again([server])

    await asyncio.gather(*map(connect, trays))


class Webhooks:
    """Connections of Zoom's; each sends one event after the other."""

    def __init__(self, server: Server, connections: int) -> None:
        self._server = server
        self._free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = (
            asyncio.Queue()
        )
        self._connections = connections

    async def open(self) -> None:
        """Connect."""
        for _ in range(self._connections):
            self._free.put_nowait(await asyncio.open_connection(_HOST, self._server.port))

    async def start(self, number: int) -> None:
        """Send the beginning of a user's stream."""
        await self.send("meeting.rtms_started", number, operator_id=user_id(number))

    async def send(self, name: str, number: int, **more: str) -> tuple[int, float]:
        """Send an event of a user, and wait for its 2xx; return which one, and when it left."""
        at = next(_moments)
        payload = {"meeting_uuid": f"meeting-{number}", "rtms_stream_id": stream_of(number)} | more
        body = json.dumps({"event": name, "event_ts": at, "payload": payload}).encode()
        timestamp = str(int(time.time()))
        head = (
            f"POST /zoom/webhook HTTP/1.1\r\nHost: relay\r\nContent-Length: {len(body)}\r\n"
            f"x-zm-request-timestamp: {timestamp}\r\nx-zm-signature: {sign(SECRET, timestamp, body)}\r\n\r\n"
        )
        reader, writer = await self._free.get()
        left_at = time.perf_counter()
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        assert b" 204 " in answer, answer
        self._free.put_nowait((reader, writer))
        return at, left_at

    def close(self) -> None:
        """Disconnect."""
        while not self._free.empty():
            self._free.get_nowait()[1].close()
