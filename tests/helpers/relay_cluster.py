"""A relay as it is run at scale: a cluster of NATS servers, several relays, and wires between them to cut."""

import asyncio
import os
import signal
from contextlib import AsyncExitStack, suppress
from http import HTTPStatus
from itertools import permutations
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx2

from rtms_tray.relay.check import findings
from rtms_tray.simulator import Simulator
from tests.helpers.nats_servers import free_port, member
from tests.helpers.relay_harness import RECEIVER_KEY, settings_for
from tests.helpers.running import Process
from tests.helpers.wires import Wire

SIZE = 3
PATIENCE_S = 90.0


class RelayCluster:
    """Three nodes, three relays, and in front of them one address, as of a load balancer."""

    def __init__(self, zoom: Simulator, folder: Path, **settings: str) -> None:
        self._zoom = zoom
        self._settings = settings
        self._stack = AsyncExitStack()
        inside = [free_port() for _ in range(SIZE)]
        self._routes = {pair: Wire(inside[pair[1]]) for pair in permutations(range(SIZE), 2)}
        self.nodes = [
            member(
                folder, f"n{number}", inside[number],
                [wire.port for (there, _), wire in self._routes.items() if there == number],
            )
            for number in range(SIZE)
        ]  # fmt: skip
        self._clients = [Wire(node.port) for node in self.nodes]
        self._ports = [free_port() for _ in range(SIZE)]
        self.front = Wire(*self._ports)
        self._relays: dict[int, Process] = {}
        self._all: list[Process] = []

    async def __aenter__(self) -> Self:
        try:
            for wire in (*self._routes.values(), *self._clients, self.front):
                await self._stack.enter_async_context(wire)
            for node in self.nodes:
                self._stack.callback(node.kill)
                node.start()
            for number in range(SIZE):
                self.start_relay(number)
            await self.until_up()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._close()

    async def _close(self) -> None:
        for node in range(SIZE):
            self.mend(node)
        await asyncio.gather(*(asyncio.to_thread(one.end) for one in self._relays.values()))
        await self._stack.aclose()

    @property
    def url(self) -> str:
        """Where Zoom and trays come."""
        return f"http://127.0.0.1:{self.front.port}"

    # --- what breaks ------------------------------------------------------------------------------

    def start_relay(self, number: int) -> None:
        """Start a relay; it serves when it is ready."""
        environ = self._environ() | {"RTMS_RELAY_PORT": str(self._ports[number])}
        relay = self._relays[number] = Process(("relay",), os.environ | environ)
        self._all.append(relay)

    async def until_up(self) -> None:
        """Wait until all relays serve, and every node has everything."""
        try:
            async with asyncio.timeout(PATIENCE_S), httpx2.AsyncClient() as http:
                for port in self._ports:
                    while not await _is_ready(http, port):
                        pass
                await self._until_replicated()
        except TimeoutError:
            said = [line for relay in self._all for line in relay.errors]
            raise AssertionError(f"The cluster is not up; its relays said {said}") from None

    def end_relay(self, number: int, how: signal.Signals) -> None:
        """Kill a relay, or ask it to end."""
        self._relays[number].send(how)

    async def relay_ended(self, number: int) -> None:
        """Wait until it has ended: a second signal would be one too many."""
        relay = self._relays.pop(number)
        await asyncio.to_thread(relay.wait, PATIENCE_S)
        relay.end()

    def cut(self, node: int) -> None:
        """Cut a node off from the others and from the relays."""
        for wire in self._wires_of(node):
            wire.cut()

    def mend(self, node: int) -> None:
        """Connect it again."""
        for wire in self._wires_of(node):
            wire.mend()

    def _wires_of(self, node: int) -> list[Wire]:
        routes = [wire for pair, wire in self._routes.items() if node in pair]
        return [*routes, self._clients[node]]

    # --- what is there ----------------------------------------------------------------------------

    async def _until_replicated(self) -> None:
        urls = [node.url for node in self.nodes]
        settings = settings_for(self._zoom, "", nats_urls=urls, replicas=SIZE)
        async with asyncio.timeout(PATIENCE_S):
            while not ["ok" async for found in findings(settings) if "majority" in found.text]:
                pass

    def errors(self) -> list[str]:
        """Return what relays have logged that none should."""
        return [line for relay in self._all for line in relay.errors if '"WARNING"' not in line]

    async def session(self, http: httpx2.AsyncClient, token: str, tray: str) -> str:
        """Exchange a Zoom access token for a session."""
        headers = {"Authorization": f"Bearer {token}"}
        reply = await http.post(f"{self.url}/session", params={"tray": tray}, headers=headers)
        assert reply.status_code == 200, reply.text
        return str(reply.json()["token"])

    def _environ(self) -> dict[str, str]:
        settings = {
            "public_url": self.url,
            "client_ids": f"{self._zoom.client_id} {self._zoom.public_client_id}",
            "webhook_secrets": self._zoom.world.app.webhook_secret,
            "receiver_keys": RECEIVER_KEY,
            "zoom_api_url": self._zoom.api_url,
            "nats_urls": " ".join(f"nats://127.0.0.1:{wire.port}" for wire in self._clients),
            "replicas": str(SIZE),
            "heartbeat_s": "0.5",
            "requests_per_minute": "10000",
            "log_level": "WARNING",
        } | self._settings
        return {f"RTMS_RELAY_{name.upper()}": value for name, value in settings.items()}


async def _is_ready(http: httpx2.AsyncClient, port: int) -> bool:
    """Whether a relay is ready; one that is not is asked again a little later."""
    with suppress(httpx2.HTTPError):
        if (await http.get(f"http://127.0.0.1:{port}/readyz")).status_code == HTTPStatus.OK:
            return True
    await asyncio.sleep(0.1)
    return False
