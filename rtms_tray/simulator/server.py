"""The simulated Zoom as a server on loopback: in the running loop, or in a thread of its own."""

import asyncio
import contextlib
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette

from rtms_tray.simulator import acts
from rtms_tray.simulator.control import Control
from rtms_tray.simulator.engine import Clock
from rtms_tray.simulator.events_socket import EventsSocket
from rtms_tray.simulator.faults import Gate
from rtms_tray.simulator.house import House
from rtms_tray.simulator.messages import Json
from rtms_tray.simulator.oauth import OAuth
from rtms_tray.simulator.rest import Rest
from rtms_tray.simulator.streams import describe
from rtms_tray.simulator.switches import Progression, Switches
from rtms_tray.simulator.world import Millis, World

SHUTDOWN_S = 1


def wall_clock() -> Millis:
    """Tell the time of this machine."""
    return time.time_ns() // 1_000_000


class _Server(uvicorn.Server):
    """The web server, which leaves the process's signals to whoever runs it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self.ended = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the doors, and say so."""
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End all connections at once; what is still being answered gets a second."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if tasks := set(self.server_state.tasks):
            _, hanging = await asyncio.wait(tasks, timeout=SHUTDOWN_S)
            for task in hanging:
                task.cancel()
            await asyncio.wait(tasks)

    async def main_loop(self) -> None:
        """Wait for the end; there is nothing to look after meanwhile."""
        await self.ended.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
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
        scenario: str = "default",
        clock: Clock = wall_clock,
    ) -> None:
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"The simulator serves this machine only, not {host}.")
        self.house = House(seed, Switches(progression=progression), scenario, clock)
        self._socket = _listen(host, port)
        self._authority = _authority(self._socket)
        self._server = _Server(self._config())
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
        """Begin to serve; connections are taken from here on."""
        self.house.engine.on_change = self._changed.set
        self._tasks = [
            asyncio.create_task(self._server.serve(sockets=[self._socket])),
            asyncio.create_task(self._let_time_pass()),
        ]
        await self._server.ready.wait()

    async def stop(self) -> None:
        """End all connections, and serve no more."""
        self._server.ended.set()
        serving, passing = self._tasks
        await serving
        passing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await passing

    @property
    def world(self) -> World:
        """All that the simulated Zoom knows."""
        return self.house.world

    @property
    def oauth_url(self) -> str:
        """Where sign-in lives; `/oauth/authorize` and so on are appended."""
        return f"http://{self._authority}"

    @property
    def api_url(self) -> str:
        """Where the REST interface lives; `/v2` is appended."""
        return f"http://{self._authority}"

    @property
    def events_url(self) -> str:
        """The event WebSocket."""
        return f"ws://{self._authority}/ws"

    @property
    def control_url(self) -> str:
        """The control interface."""
        return f"http://{self._authority}/control"

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
        """Tell all that a client needs to be set up, as one JSON object."""
        return {
            "oauth_url": self.oauth_url,
            "api_url": self.api_url,
            "events_url": self.events_url,
            "control_url": self.control_url,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "subscription_id": self.subscription_id,
            "public_client_id": self.public_client_id,
        }

    def act(self, number: int, name: str, **details: Any) -> Json:  # noqa: ANN401 - any JSON
        """Play one act in this loop, without HTTP.

        Raises:
            ImpossibleError: the act does not fit this moment.
        """
        meeting = self.world.meetings[number]
        acts.play(self.house.engine, meeting, name, details)
        self.house.engine.settle()
        return describe(meeting)

    def _config(self) -> uvicorn.Config:
        house = self.house
        routes = [
            *OAuth(house.engine, house.grants).routes(),
            *Rest(house.engine, house.grants).routes(),
            *EventsSocket(house.world, house.grants, house.feed, house.transports).routes(),
            *Control(house).routes(),
        ]
        return uvicorn.Config(
            Gate(Starlette(routes=routes), house.engine, house.faults, house.transports),
            http=house.transports.protocol(),
            ws="websockets-sansio",
            # Zoom's heartbeat is a message of its own, not a ping of the protocol.
            ws_ping_interval=None,
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            date_header=False,
            server_header=False,
        )

    async def _let_time_pass(self) -> None:
        engine = self.house.engine
        while True:
            self._changed.clear()
            due = engine.schedule.next_at()
            wait_s = None if due is None else max(0.0, (due - engine.clock()) / 1000)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), wait_s)
                continue
            engine.settle()


class SimulatorThread:
    """A simulator in a thread and a loop of its own, for programs whose loop is another's."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - those of Simulator
        self._options = options
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simulator", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None
        self._failure: BaseException | None = None
        self.addresses: dict[str, str] = {}

    def start(self) -> dict[str, str]:
        """Start serving and return the addresses, as `Simulator.addresses` does.

        Raises:
            OSError: the port is taken.
        """
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure
        return self.addresses

    def stop(self) -> None:
        """End the server and its thread."""
        if self._loop is not None and self._end is not None:
            with contextlib.suppress(RuntimeError):  # it has ended by itself, and its loop with it
                self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as failure:  # noqa: BLE001 - a thread's border: told to whoever started it
            self._failure = failure
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        async with Simulator(**self._options) as zoom:
            self.addresses = zoom.addresses()
            self._ready.set()
            await self._end.wait()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def _authority(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
