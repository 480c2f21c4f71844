"""TCP connections that a test can cut: to one server, or to whichever of several is there."""

import asyncio
import contextlib
import socket
from collections import deque
from typing import Final, Self, cast

_HOST: Final = "127.0.0.1"
_CONNECT_S: Final = 2.0


class Wire:
    """A port that leads to others, in turns: `async with Wire(port) as wire:` and connect to `wire.port`.

    Cut, it is as silent as a pulled cable: what is sent waits, on either side, until it is mended.
    """

    def __init__(self, *targets: int) -> None:
        self._targets = deque(targets)
        self._ends: set[_End] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._listener = socket.create_server((_HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self.is_cut = False

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _End(self), sock=self._listener)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for end in tuple(self._ends):
            end.abort()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def lead_to(self, port: int) -> None:
        """Lead here, too, from now on."""
        self._targets.append(port)

    def cut(self) -> None:
        """Let nothing through."""
        self.is_cut = True
        for end in self._ends:
            end.hold()

    def mend(self) -> None:
        """Let everything through again, what has waited first."""
        self.is_cut = False
        for end in tuple(self._ends):
            end.go_on()

    def joins(self, end: "_End") -> None:
        """Take note of one end of a connection."""
        self._ends.add(end)
        if self.is_cut:
            end.hold()

    def leaves(self, end: "_End") -> None:
        """Forget it."""
        self._ends.discard(end)

    def connect(self, near: "_End") -> None:
        """Connect the other end of what has just come in."""
        task = asyncio.get_running_loop().create_task(self._connect(near))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, near: "_End") -> None:
        loop = asyncio.get_running_loop()
        for _ in range(len(self._targets)):
            self._targets.rotate(-1)
            far = _End(self, near)
            with contextlib.suppress(OSError):
                async with asyncio.timeout(_CONNECT_S):
                    await loop.create_connection(lambda end=far: end, _HOST, self._targets[0])  # type: ignore[misc]
                return
        near.abort()


class _End(asyncio.Protocol):
    """One of the two sockets of a connection; what it gets, the other one sends."""

    def __init__(self, wire: Wire, other: "_End | None" = None) -> None:
        self._wire = wire
        self._other = other
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; nothing is read from a client whose server is not connected yet."""
        self._transport = cast("asyncio.Transport", transport)
        if self._other is None:
            self._transport.pause_reading()
            self._wire.connect(self)
        else:
            self._other.meets(self)
        self._wire.joins(self)

    def meets(self, other: "_End") -> None:
        """Begin to read: the server is connected."""
        self._other = other
        self.go_on()

    def data_received(self, data: bytes) -> None:
        """Pass it on."""
        if self._other is not None:
            self._other.send(data)

    def send(self, data: bytes) -> None:
        """Send what the other one got."""
        if self._transport is not None:
            self._transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """End the other one, too."""
        del exc
        self._wire.leaves(self)
        if self._other is not None:
            self._other.abort()

    def pause_writing(self) -> None:
        """Read no more of what cannot be sent."""
        if self._other is not None:
            self._other.hold()

    def resume_writing(self) -> None:
        """Go on."""
        if self._other is not None:
            self._other.go_on()

    def hold(self) -> None:
        """Read nothing for now."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def go_on(self) -> None:
        """Read again, if there is somebody to send it to."""
        if self._transport is None or self._transport.is_closing():
            return
        if self._other is not None and not self._wire.is_cut:
            self._transport.resume_reading()

    def abort(self) -> None:
        """End it at once."""
        if self._transport is not None:
            self._transport.abort()
