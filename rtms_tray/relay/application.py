"""The relay as a whole: its parts, connected to NATS; its web application; heartbeats; how it ends."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeVar

import httpx2
from nats.aio.client import Client
from nats.js.api import StorageType
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from rtms_tray.relay import bus, tray_socket
from rtms_tray.relay.hub import SETTLE_S, Channel, Close, Control, Hub
from rtms_tray.relay.identity import Identities
from rtms_tray.relay.intake import Intake
from rtms_tray.relay.journal import Journal, JournalLimits, NatsError
from rtms_tray.relay.leases import LEASE_S, Leases
from rtms_tray.relay.nats_server import NatsServer
from rtms_tray.relay.rate_limits import RateLimit, TrayLimits
from rtms_tray.relay.records import open_records, open_store
from rtms_tray.relay.router import Router
from rtms_tray.relay.sessions import Sessions, signing_key
from rtms_tray.relay.settings import Settings
from rtms_tray.relay.tray_endpoints import TrayEndpoints
from rtms_tray.relay.tray_socket import TraySocket
from rtms_tray.support.clock import Clock, SystemClock
from rtms_tray.support.tasks import Tasks

log = logging.getLogger(__name__)

_READY_LIMIT_S: Final = 2.0
_OPEN_TRIES: Final = 120
_OPEN_RETRY_S: Final = 0.5

T = TypeVar("T")


class Relay:
    """One instance. Start it, serve its `app`, drain it, stop it."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._tasks = Tasks()
        self._server: NatsServer | None = None
        self._nats: Client | None = None
        self._http = httpx2.AsyncClient(follow_redirects=False)
        self._beat = asyncio.Event()
        self._draining = False
        self._stopping = False
        self.hub: Hub
        self.journal: Journal
        self._requests: Starlette
        self._socket: TraySocket
        self._leases: Leases

    async def start(self) -> None:
        """Connect to NATS, and start it first where it is the relay's own.

        Raises NatsServerError, NatsError or OSError.
        """
        urls, token = self._settings.nats_urls, ""
        if not urls:
            folder = Path(self._settings.data_folder) / "nats"
            self._server = NatsServer(self._settings.nats_server, folder)
            urls, token = [await self._server.start()], self._server.token
        self._nats = await bus.connect(urls, token, self._on_lost, self._on_back)
        await self._build(self._nats)
        self._tasks.spawn(self._send_heartbeats(), "heartbeats")

    async def _build(self, nats: Client) -> None:
        settings, clock, js = self._settings, self._clock, nats.jetstream(timeout=2)
        age_s = settings.retention_hours * 60 * 60
        limits = JournalLimits(settings.replicas, age_s, settings.max_megabytes * 1024 * 1024)
        self.journal = Journal(nats, limits)
        copies, memory = settings.replicas, StorageType.MEMORY
        await _patiently(self.journal.open)
        records = await _patiently(lambda: open_records(js, copies, age_s))
        keys = await _patiently(lambda: open_store(js, "keys", copies))
        leases = await _patiently(lambda: open_store(js, "leases", copies, LEASE_S, memory))
        self._leases = Leases(leases, clock)
        settle_s = SETTLE_S if settings.replicas > 1 else 0.0
        self.hub = Hub(nats, self.journal, self._tasks, clock, self._prepare, settle_s)
        router = Router(self.journal, records, self._forget)
        lifetime_s = settings.session_minutes * 60
        key = await _patiently(lambda: signing_key(js, keys))
        vouched_s = settings.zoom_check_hours * 60 * 60
        sessions = Sessions(records.users, key, settings.origin, lifetime_s, vouched_s, clock)
        per_minute = settings.requests_per_minute
        asked = TrayLimits(RateLimit(per_minute, clock), RateLimit(per_minute, clock))
        identities = Identities(settings.zoom_api_url, settings.client_ids, self._http)
        self._socket = TraySocket(
            self.hub, self.journal, sessions, self._leases, asked, clock, settings.trays_per_user
        )
        self._requests = Starlette(
            routes=[
                Route("/healthz", _healthz),
                Route("/readyz", self._readyz),
                *Intake(settings, router.route, clock).routes(),
                *TrayEndpoints(identities, sessions, asked, self.hub.tell, router.adopt).routes(),
            ]
        )

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a tray or a request; the layers that requests go through would wait as long as a tray stays."""
        if scope["type"] == "websocket" and scope["path"] == tray_socket.PATH:
            await self._socket.serve(WebSocket(scope, receive, send))
        else:
            # Whoever keeps a connection open would go on sending here until all that runs is cancelled.
            await self._requests(scope, receive, _closing(send) if self._draining else send)

    async def _prepare(self, channel: Channel) -> None:
        """Before a heartbeat: whose session has ended goes, and one of those that stay acts."""
        await self._socket.end_overdue(channel)
        await self._leases.refresh(channel)

    async def _forget(self, account: str, user: str) -> None:
        await self.hub.tell(account, user, Control.GONE, "")

    # --- while it runs ----------------------------------------------------------------------------

    async def _send_heartbeats(self) -> None:
        """Send heartbeats at their time, and at once when NATS is back."""
        while not self._stopping:  # a cancellation can be lost in a request that is just answered
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.heartbeat_s):
                    await self._beat.wait()
            self._beat.clear()
            await self.hub.check_all()

    async def _on_lost(self) -> None:
        if hasattr(self, "hub"):
            self.hub.doubt()

    async def _on_back(self) -> None:
        self._beat.set()

    async def _readyz(self, _request: Request) -> Response:
        if self._draining:
            return JSONResponse({"ready": False, "why": "draining"}, status_code=503)
        try:
            async with asyncio.timeout(_READY_LIMIT_S):
                await self.journal.extent()
        except (NatsError, TimeoutError, OSError):
            return JSONResponse({"ready": False, "why": "no JetStream"}, status_code=503)
        return JSONResponse({"ready": True})

    # --- the end ----------------------------------------------------------------------------------

    async def failed(self) -> None:
        """Wait until it cannot go on: its own NATS server has ended."""
        if self._server is None:
            await asyncio.Event().wait()
        else:
            await self._server.ended()

    async def drain(self) -> None:
        """Take no new trays, and let those that are here move to other instances, some at a time."""
        self._draining = True
        self._socket.draining = True
        await self.hub.close_in_slices(Close.MOVING)

    async def stop(self) -> None:
        """Stop everything."""
        self._draining = self._stopping = True
        self._beat.set()
        if hasattr(self, "_requests"):
            self._socket.draining = True
            self.hub.close_all(Close.MOVING)
        await self._tasks.close()
        await self._http.aclose()
        if self._nats is not None:
            await self._nats.close()
        if self._server is not None:
            await self._server.stop()


def _closing(send: Send) -> Send:
    """Let an answer close its connection."""

    async def send_last(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"connection", b"close")]
        await send(message)

    return send_last


async def _healthz(_request: Request) -> Response:
    return JSONResponse({"alive": True})


async def _patiently(open_: Callable[[], Awaitable[T]]) -> T:
    """Try until a cluster that is just starting has leaders; the last failure is raised."""
    for _ in range(_OPEN_TRIES - 1):
        with contextlib.suppress(NatsError, TimeoutError):
            return await open_()
        await asyncio.sleep(_OPEN_RETRY_S)
    return await open_()
