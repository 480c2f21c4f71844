"""Where a relay is measured: NATS and relays as processes of their own, and users who are signed in."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import nats

from rtms_tray.relay.records import open_records, open_store
from rtms_tray.relay.sessions import Sessions, signing_key
from rtms_tray.support.clock import SystemClock
from tests.benchmarks.station import FLOORS
from tests.helpers.nats_servers import LocalNats, free_port
from tests.helpers.running import ROOT

SECRET: Final = "a-webhook-secret-of-no-use-elsewhere"
_ORIGIN: Final = "http://127.0.0.1:1"
_PATIENCE_S: Final = 60
_DAY_S: Final = 24 * 60 * 60
_AT_ONCE: Final = 50


class Server:
    """A process that serves trays at a port: a relay, or the floor."""

    def __init__(self, command: list[str], port: int, environ: dict[str, str]) -> None:
        self._command = command
        self._environ = os.environ | environ
        self._process: subprocess.Popen[bytes] | None = None
        self.port = port

    async def start(self) -> float:
        """Start it, and wait until it listens; return how long that took, in seconds."""
        began_at = time.perf_counter()
        self._process = self._spawn()
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                assert self._process.poll() is None, "it has ended at once"
                with suppress(OSError):
                    await self._ask()
                    return time.perf_counter() - began_at
                await asyncio.sleep(0.01)

    def _spawn(self) -> "subprocess.Popen[bytes]":
        nothing = subprocess.DEVNULL
        return subprocess.Popen(
            self._command, env=self._environ, cwd=ROOT, stdout=nothing, stderr=nothing
        )

    async def _ask(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        try:
            if b" 503 " in await reader.readline():
                raise ConnectionError
        finally:
            writer.close()

    def send(self, number: int) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    async def ended(self) -> None:
        """Wait for its end."""
        assert self._process is not None
        await asyncio.to_thread(self._process.wait, _PATIENCE_S)

    async def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            await self.ended()

    @property
    def private_kb(self) -> int:
        """Its private memory."""
        assert self._process is not None
        rollup = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text(encoding="ascii")
        return next(
            int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_Dirty")
        )


class Place:
    """A NATS server, and what runs beside it."""

    def __init__(self, server: LocalNats) -> None:
        self.nats = server

    def relay(self) -> Server:
        """Return a relay; all of them have one public address."""
        port = free_port()
        settings = {
            "PUBLIC_URL": _ORIGIN,
            "PORT": str(port),
            "CLIENT_IDS": "nobody",
            "WEBHOOK_SECRETS": SECRET,
            "NATS_URLS": self.nats.url,
            "REQUESTS_PER_MINUTE": "1000000",
            "LOG_LEVEL": "ERROR",
        }
        environ = {f"RTMS_RELAY_{name}": value for name, value in settings.items()}
        return Server([sys.executable, "-m", "rtms_tray.relay"], port, environ)

    async def sessions(self, count: int) -> list[str]:
        """Sign so many users in, without Zoom; return their sessions' tokens. A relay has to run."""
        client = await nats.connect(self.nats.url)
        try:
            js = client.jetstream()
            records = await open_records(js, 1, 2 * _DAY_S)
            key = await signing_key(js, await open_store(js, "keys", 1))
            sessions = Sessions(records.users, key, _ORIGIN, _DAY_S, _DAY_S, SystemClock())
            tokens: list[str] = []
            for first in range(0, count, _AT_ONCE):
                users = range(first, min(first + _AT_ONCE, count))
                begun = (
                    sessions.begin(user_id(number), f"account-{number % 50}", "tray")
                    for number in users
                )
                tokens += [grant.token for grant in await asyncio.gather(*begun)]
            return tokens
        finally:
            await client.close()


def user_id(number: int) -> str:
    """Return a user's ID at Zoom."""
    return f"user-{number:06}-of-the-relay"


def floor() -> Server:
    """Return the floor: a server that only passes on."""
    port = free_port()
    return Server([sys.executable, str(FLOORS / "fan_out.py"), str(port)], port, {})


@asynccontextmanager
async def place() -> AsyncIterator[Place]:
    """Start a NATS server with nothing in it."""
    with TemporaryDirectory() as folder:
        server = LocalNats(Path(folder))
        server.start()
        try:
            yield Place(server)
        finally:
            server.kill()


@asynccontextmanager
async def running(server: Server) -> AsyncIterator[Server]:
    """Run a server."""
    await server.start()
    try:
        yield server
    finally:
        await server.kill()
