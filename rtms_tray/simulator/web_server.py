"""The simulated Zoom as a web server on loopback: in the running loop, or in its own thread."""

import asyncio
import contextlib
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

import uvicorn
from msgspec import convert
from starlette.applications import Starlette

from rtms_tray.simulator import meeting_actions
from rtms_tray.simulator.control_endpoints import ControlEndpoints
from rtms_tray.simulator.engine import Clock
from rtms_tray.simulator.event_socket import EventSocket
from rtms_tray.simulator.faults import FaultMiddleware
from rtms_tray.simulator.oauth_endpoints import OAuthEndpoints
from rtms_tray.simulator.payloads import Json
from rtms_tray.simulator.replay import Replayed, ReplayEndpoints, begin
from rtms_tray.simulator.rest_endpoints import RestEndpoints
from rtms_tray.simulator.settings import Progression, Settings
from rtms_tray.simulator.simulation import Simulation, describe
from rtms_tray.simulator.world import Millis

SHUTDOWN_S = 1


def system_clock() -> Millis:
    """Return the time of this machine."""
    return time.time_ns() // 1_000_000


class _Server(uvicorn.Server):
    """The web server; signals are left to the process that runs it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self.ended = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept connections, and set `ready`."""
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close all connections at once; replies in progress get a second."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if tasks := set(self.server_state.tasks):
            _, unfinished = await asyncio.wait(tasks, timeout=SHUTDOWN_S)
            for task in unfinished:
                task.cancel()
            await asyncio.wait(tasks)

    async def main_loop(self) -> None:
        """Wait for the end; there is nothing to do meanwhile."""
        await self.ended.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture no signals."""
        yield


class Simulator:
    """A Zoom on loopback: `async with Simulator() as zoom:` serves it in the running loop."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: int = 1,
        progression: Progression = "immediate",
        scenario: str | Replayed = "default",
        clock: Clock = system_clock,
        switches: Mapping[str, Any] | None = None,
    ) -> None:
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"The simulator serves this machine only, not {host}.")
        settings = convert({"progression": progression} | dict(switches or {}), Settings)
        name = scenario if isinstance(scenario, str) else "default"
        simulation = Simulation(seed, settings, name, clock)
        self.world = simulation.world
        self.engine = simulation.engine
        self.grants = simulation.grants
        self.feed = simulation.feed
        self.faults = simulation.faults
        self.webhooks = simulation.webhooks
        self._socket = _listen(host, port)
        self._origin = f"http://{_authority(self._socket)}"
        rest: RestEndpoints | ReplayEndpoints = RestEndpoints(self.engine, self.grants)
        if isinstance(scenario, Replayed):
            played = begin(self.engine, self.feed, scenario)
            connections = simulation.connections
            rest = ReplayEndpoints(played, self.engine, self.grants, connections)
        self._server = _Server(_config(simulation, rest))
        self._changed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start serving; connections are accepted from now on."""
        self.engine.on_change = self._changed.set
        self._tasks = [
            asyncio.create_task(self._server.serve(sockets=[self._socket])),
            asyncio.create_task(self._run_schedule()),
        ]
        await self._server.ready.wait()

    async def stop(self) -> None:
        """Close all connections, and stop serving."""
        self._server.ended.set()
        serving, scheduling = self._tasks
        await self.webhooks.close()
        await serving
        scheduling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await scheduling

    @property
    def oauth_url(self) -> str:
        """The base URL of sign-in: `/oauth/authorize` and so on are appended."""
        return self._origin

    @property
    def api_url(self) -> str:
        """The base URL of the REST API: `/v2` is appended."""
        return self._origin

    @property
    def events_url(self) -> str:
        """The URL of the event WebSocket."""
        return f"ws{self._origin.removeprefix('http')}/ws"

    @property
    def control_url(self) -> str:
        """The base URL of the control interface."""
        return f"{self._origin}/control"

    @property
    def client_id(self) -> str:
        """The app's primary client ID."""
        return self.world.app.client_id

    @property
    def public_client_id(self) -> str:
        """The app's client ID for sign-in without a secret."""
        return self.world.app.public_client_id

    @property
    def client_secret(self) -> str:
        """The secret of the primary client ID."""
        return self.world.app.client_secret

    @property
    def subscription_id(self) -> str:
        """The app's event subscription."""
        return self.world.app.subscription_ids[0]

    def addresses(self) -> dict[str, str]:
        """Return everything a client needs for its setup, as one JSON object."""
        return {
            "oauth_url": self.oauth_url,
            "api_url": self.api_url,
            "events_url": self.events_url,
            "control_url": self.control_url,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "subscription_id": self.subscription_id,
            "standby_subscription_id": self.world.app.subscription_ids[1],
            "public_client_id": self.public_client_id,
            "webhook_secret": self.world.app.webhook_secret,
            "app_id": self.world.app.app_id,
        }

    def act(self, number: int, name: str, **details: Any) -> Json:  # noqa: ANN401 - any JSON
        """Perform an action in a meeting, in this loop and without HTTP.

        Raises:
            ConflictError: the action is not possible now.
        """
        meeting = self.world.meetings[number]
        meeting_actions.perform(self.engine, meeting, name, details)
        self.engine.run_due()
        return describe(meeting)

    async def _run_schedule(self) -> None:
        while True:
            self._changed.clear()
            due_at = self.engine.schedule.next_due_at()
            wait_s = None if due_at is None else max(0.0, (due_at - self.engine.clock()) / 1000)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), wait_s)
                continue
            self.engine.run_due()


class SimulatorThread:
    """A simulator in its own thread and loop, for programs whose own loop is Qt's."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - those of Simulator
        self._options = options
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simulator", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None
        self._error: BaseException | None = None
        self.addresses: dict[str, str] = {}

    def start(self) -> dict[str, str]:
        """Start serving and return the addresses, as `Simulator.addresses` does.

        Raises:
            OSError: the port is taken.
        """
        self._thread.start()
        self._ready.wait()
        if self._error is not None:
            raise self._error
        return self.addresses

    def stop(self) -> None:
        """Stop the server and its thread."""
        if self._loop is not None and self._end is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:  # noqa: BLE001 - raised again in the thread that calls start()
            self._error = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        async with Simulator(**self._options) as zoom:
            self.addresses = zoom.addresses()
            self._ready.set()
            await self._end.wait()


def _config(simulation: Simulation, rest: RestEndpoints | ReplayEndpoints) -> uvicorn.Config:
    world, engine, grants = simulation.world, simulation.engine, simulation.grants
    connections = simulation.connections
    routes = [
        *OAuthEndpoints(engine, grants).routes(),
        *rest.routes(),
        *EventSocket(world, grants, simulation.feed, connections).routes(),
        *ControlEndpoints(simulation).routes(),
    ]
    return uvicorn.Config(
        FaultMiddleware(Starlette(routes=routes), engine, simulation.faults, connections),
        http=connections.protocol(),
        ws=simulation.feed.protocol(),
        # Zoom's heartbeat is a message of its own, not a ping of the protocol.
        ws_ping_interval=None,
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        date_header=False,
        server_header=False,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def _authority(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
