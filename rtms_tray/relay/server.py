"""The web server of an instance: what it accepts, and how it ends on a signal."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Iterator
from typing import Final

import uvicorn

from rtms_tray.relay.application import Relay
from rtms_tray.relay.settings import Settings
from rtms_tray.relay.tray_protocol import TrayProtocol
from rtms_tray.support.tasks import Tasks

log = logging.getLogger(__name__)

_ENDING: Final = (signal.SIGINT, signal.SIGTERM)
_LARGEST_FRAME: Final = 4096
_DRAIN_S: Final = 10
_PING_S: Final = 20.0


class Server(uvicorn.Server):
    """Ends in two steps: trays move first, then what is being answered is answered."""

    def __init__(self, relay: Relay, settings: Settings, listener: socket.socket) -> None:
        super().__init__(_config(relay, settings))
        self._relay = relay
        self._listener = listener
        self._tasks = Tasks()
        self._draining = False
        self.ready = asyncio.Event()

    async def run_until_ended(self) -> bool:
        """Serve until a signal comes; False: the relay's own NATS server ended before that."""
        failing = self._tasks.start(self._relay.failed(), "watching nats-server")
        failing.add_done_callback(self._end_failed)
        try:
            await self.serve(sockets=[self._listener])
        finally:
            failed = failing.done()
            await self._tasks.close()
        return not failed

    def _end_failed(self, failing: "asyncio.Task[None]") -> None:
        if not failing.cancelled():
            log.error("nats-server has ended; ending, too")
            self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and set `ready`."""
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Listen for signals while it serves; uvicorn's own way raises them again, before anything is stopped."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(NotImplementedError):  # Windows
            for number in _ENDING:
                loop.add_signal_handler(number, self._end)
        yield
        with contextlib.suppress(NotImplementedError):
            for number in _ENDING:
                loop.remove_signal_handler(number)

    def _end(self) -> None:
        """Drain at the first signal; a second one ends at once."""
        if self._draining:
            self.should_exit = self.force_exit = True
            return
        self._draining = True
        self._tasks.spawn(self._drain(), "draining")

    async def _drain(self) -> None:
        log.info("draining")
        await self._relay.drain()
        self.should_exit = True


def _config(relay: Relay, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        relay.app,
        interface="asgi3",
        ws=TrayProtocol,
        ws_max_size=_LARGEST_FRAME,
        ws_per_message_deflate=False,
        ws_ping_interval=_PING_S,
        ws_ping_timeout=_PING_S,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=_DRAIN_S,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
    )
