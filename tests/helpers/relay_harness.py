"""A relay in the test's own loop, on real sockets, with a real nats-server; and what talks to it."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from msgspec.structs import replace
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from rtms_tray.relay.application import Relay
from rtms_tray.relay.server import Server
from rtms_tray.relay.settings import Settings
from rtms_tray.relay.signatures import sign
from rtms_tray.simulator import Simulator
from rtms_tray.support.clock import Clock

Json = dict[str, Any]

SECRET = "zoom-webhook-secret-token"
RECEIVER_KEY = "key-of-the-app's-receiver"
LIMIT_S = 20.0
"""How long a test waits for what must happen; it never takes that long."""


class RelayHarness:
    """A running instance, with clients of all three kinds: Zoom, the app's receiver, trays."""

    def __init__(self, relay: Relay, url: str, http: httpx2.AsyncClient) -> None:
        self.relay = relay
        self.url = url
        self.http = http

    async def post(
        self,
        path: str,
        body: bytes,
        *,
        key: str,
        prefix: str,
        at_s: float | None = None,
        signature: str | None = None,
    ) -> httpx2.Response:
        """Send a signed body; `signature` replaces the right one."""
        timestamp = str(int(time.time() if at_s is None else at_s))
        headers = {
            f"{prefix}-request-timestamp": timestamp,
            f"{prefix}-signature": sign(key, timestamp, body) if signature is None else signature,
        }
        return await self.http.post(f"{self.url}{path}", content=body, headers=headers)

    async def webhook(self, event: Json, **how: Any) -> httpx2.Response:  # noqa: ANN401 - as for `post`
        """Send an event as Zoom does."""
        body = json.dumps(event).encode()
        return await self.post("/zoom/webhook", body, **({"key": SECRET, "prefix": "x-zm"} | how))

    async def take(self, *events: Json) -> None:
        """Send events that must be taken."""
        for event in events:
            assert (await self.webhook(event)).status_code == 204

    async def insist(self, sent: Json) -> None:
        """Send an event until it is taken, as Zoom does (but sooner)."""
        async with asyncio.timeout(3 * LIMIT_S):
            while (await self.webhook(sent)).status_code != 204:
                pass

    async def receiver(self, word: object, **how: Any) -> httpx2.Response:  # noqa: ANN401 - as for `post`
        """Send the word of the app's receiver."""
        body = json.dumps(word).encode()
        given = {"key": RECEIVER_KEY, "prefix": "x-rtms-tray"} | how
        return await self.post("/receiver", body, **given)

    async def session(self, token: str, tray: str = "tray-1") -> httpx2.Response:
        """Exchange a Zoom access token."""
        return await self._with_token("/session", token, tray=tray)

    async def renew(self, token: str, zoom_token: str = "") -> httpx2.Response:
        """Exchange a session's token for the next, and show Zoom's again."""
        headers = {"Authorization": f"Bearer {token}"}
        if zoom_token:
            headers["Zoom-Authorization"] = f"Bearer {zoom_token}"
        return await self.http.post(f"{self.url}/session/renew", headers=headers)

    async def end(self, token: str) -> httpx2.Response:
        """End a session."""
        return await self._with_token("/session/end", token)

    async def _with_token(self, path: str, token: str, **query: str) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return await self.http.post(f"{self.url}{path}", params=query, headers=headers)

    async def connect(self, token: str, **query: object) -> "TrayClient":
        """Connect a tray, and read its first frame."""
        words = "&".join(f"{name}={value}" for name, value in query.items())
        url = f"ws{self.url.removeprefix('http')}/events?{words}"
        headers = {"Authorization": f"Bearer {token}"}
        socket_ = await connect(url, additional_headers=headers, compression=None, proxy=None)
        return TrayClient(socket_, json.loads(await socket_.recv()))


class TrayClient:
    """A tray's connection: what it has heard, and the invariants that every tray relies on."""

    def __init__(self, connection: ClientConnection, hello: Json) -> None:
        assert hello["module"] == "hello"
        self.connection = connection
        self.hello = hello
        self.position: int = hello["after"]
        self.frames: list[Json] = []
        self.heartbeats: list[Json] = []
        self.doubts = 0

    async def read(self) -> Json:
        """Read one frame; raises ConnectionClosed."""
        async with asyncio.timeout(LIMIT_S):
            frame: Json = json.loads(await self.connection.recv())
        self._note(frame)
        return frame

    def _note(self, frame: Json) -> None:
        if frame["module"] == "message":
            assert frame["sequence"] > self.position, "events come in order, each once"
            assert frame["previous"] <= self.position, "no event is missing before this one"
            self.position = frame["sequence"]
            self.frames.append(frame)
        elif frame["module"] == "heartbeat":
            assert frame["sequence"] >= self.position
            self.position = frame["sequence"]
            self.heartbeats.append(frame)
        else:
            assert frame["module"] == "doubt"
            self.doubts += 1

    @property
    def events(self) -> list[Json]:
        """Every event so far, as Zoom's envelopes."""
        return [frame["content"] for frame in self.frames]

    @property
    def names(self) -> list[str]:
        """The names of these events, without `meeting.`."""
        return [event["event"].removeprefix("meeting.") for event in self.events]

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Read until it is so."""
        async with asyncio.timeout(LIMIT_S):
            while not is_so():
                await self.read()

    async def hear(self, count: int) -> list[Json]:
        """Read until there are so many events in all."""
        await self.until(lambda: len(self.frames) >= count)
        return self.events

    async def beat(self) -> Json:
        """Read until the next heartbeat: all that is stored by now has come."""
        before = len(self.heartbeats)
        await self.until(lambda: len(self.heartbeats) > before)
        return self.heartbeats[-1]

    async def closed(self) -> int:
        """Read until the connection ends; return its code."""
        try:
            while True:
                await self.read()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    async def close(self) -> None:
        """Leave."""
        await self.connection.close()


def settings_for(zoom: Simulator, nats_url: str, **changes: Any) -> Settings:  # noqa: ANN401 - any setting
    """Return settings for a relay of the simulator's app."""
    return replace(
        Settings(
            public_url="http://127.0.0.1:1",
            client_ids=[zoom.client_id, zoom.public_client_id],
            webhook_secrets=[SECRET, zoom.world.app.webhook_secret],
            receiver_keys=[RECEIVER_KEY],
            zoom_api_url=zoom.api_url,
            nats_urls=[nats_url],
            heartbeat_s=0.2,
            requests_per_minute=1000,
        ),
        **changes,
    )


@asynccontextmanager
async def running(
    settings: Settings, http: httpx2.AsyncClient, clock: Clock | None = None
) -> AsyncIterator[RelayHarness]:
    """Run an instance in this loop."""
    relay = Relay(settings, clock)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            await relay.start()
            server = Server(relay, settings, listener)
            serving = asyncio.create_task(server.run_until_ended())
            await server.ready.wait()
            yield RelayHarness(relay, url, http)
            await relay.drain()
            server.should_exit = True
            await serving
        finally:
            await relay.stop()
