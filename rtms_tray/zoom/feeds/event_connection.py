"""For one connection to Zoom's event socket, from the token to its end.

Zoom greets with `build_connection`; only then do events come. It answers heartbeats, which are
frames of its own and not WebSocket pings (zoom-facts §4). A connection is kept by one task that
sends them, and notices a dead peer. That lines follow each other is the affair of `succession`.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol
from urllib.parse import urlencode, urlsplit

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from rtms_tray.store.secrets import SecretError
from rtms_tray.support.units import Millis
from rtms_tray.zoom.errors import ZoomTrouble
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.feeds import Connected, Received, Report
from rtms_tray.zoom.feeds.endings import (
    LOST,
    UNEXPECTED,
    Ending,
    How,
    ending_of_build,
    ending_of_close,
    ending_of_failure,
    ending_of_trouble,
)
from rtms_tray.zoom.feeds.reconnect import Timing
from rtms_tray.zoom.json_values import as_id, parse_object, plain

# --- For reading the frames of Zoom's event socket: an envelope, with JSON inside JSON. ---

HEARTBEAT: Final = '{"module":"heartbeat"}'
_LONGEST_WORDS: Final = 200


class Module(StrEnum):
    """What a frame is about."""

    BUILD_CONNECTION = "build_connection"
    HEARTBEAT = "heartbeat"
    MESSAGE = "message"


_MODULES: Final = {module.value: module for module in Module}


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame that makes sense: `content` is an event's JSON, or words of Zoom's server."""

    module: Module
    success: bool
    content: str

    @property
    def words(self) -> str:
        """The content, safe to show."""
        return plain(self.content, _LONGEST_WORDS)


def read_frame(data: str | bytes) -> Frame | None:
    """Read a frame; None for what is no envelope, or of a module that is not known."""
    envelope = parse_object(data)
    module = _MODULES.get(as_id(envelope.get("module")) or "") if envelope else None
    if envelope is None or module is None:
        return None
    content = envelope.get("content", "")
    if not isinstance(content, str):
        content = msgspec.json.encode(content).decode()
    return Frame(module, envelope.get("success") is not False, content)


log = logging.getLogger(__name__)

LARGEST_FRAME: Final = 1024 * 1024
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})

# websockets logs addresses, and Zoom wants the token in the address.
_SILENT: Final = logging.Logger("silent")  # noqa: LOG001 - outside the tree nobody switches it on
_SILENT.disabled = True


class FeedTokens(Protocol):
    """Gives the app's own access token; `rtms_tray.zoom.tokens.AppTokens` is one."""

    async def token(self) -> str:
        """Give a token that should be good; raises `ZoomTrouble` or `SecretError`."""
        ...

    async def refused(self, token: str) -> None:
        """Hear that this token will no longer do: the next one must be another."""
        ...

    @property
    def expires_at(self) -> Millis:
        """When the newest token ends."""
        ...


class Line:
    """One connection to the event socket; live it once.

    A `successor` does not report that it is connected: events could be seen before it, too.
    """

    def __init__(
        self,
        address: tuple[str, str],
        tokens: FeedTokens,
        clock: Callable[[], Millis],
        timing: Timing,
        report: Callable[[Report], None],
        *,
        successor: bool = False,
    ) -> None:
        self._url, self._subscription_id = address
        self._tokens = tokens
        self._clock = clock
        self._timing = timing
        self._report = report
        self._successor = successor
        self._socket: ClientConnection | None = None
        self._frames = 0
        self._began_s = 0.0
        self._closing = False
        self._ending: Ending | None = None
        self.token = ""
        self.expires_at: Millis = 0
        self.knocked = False
        """Whether Zoom may know of this line: that makes it close the one before."""
        self.greeted: asyncio.Future[Millis] = asyncio.get_running_loop().create_future()
        """When Zoom greeted; never done by a line that did not come to be."""

    async def live(self) -> Ending:
        """Connect, report events, and tell how it ended; nothing is raised but cancellation."""
        try:
            self.token = await self._tokens.token()
            self.expires_at = self._tokens.expires_at
            ending = await self._connect()
            if ending.how is How.TOKEN_REFUSED:
                await self._tokens.refused(self.token)
        except (ZoomTrouble, SecretError) as trouble:
            return ending_of_trouble(trouble)
        except (OSError, InvalidHandshake) as failure:
            return ending_of_failure(failure)
        except Exception as error:  # noqa: BLE001 - a border: the feed must not die unseen
            # Only the kind: its text could hold the address, and the token with it.
            log.error("the event socket failed: %s", type(error).__name__)  # noqa: TRY400 - see above
            return Ending(How.FAILED, UNEXPECTED)
        return ending

    async def close(self) -> None:
        """End it in order, if it lives: what Zoom has sent before it agrees is still reported."""
        if self._socket is not None:
            self._closing = True
            await self._socket.close()

    async def _connect(self) -> Ending:
        self.knocked = True
        socket = await connect(
            self._address(),
            compression=None,
            logger=_SILENT,
            max_size=LARGEST_FRAME,
            open_timeout=self._timing.open_s,
            close_timeout=self._timing.close_s,
            ping_interval=None,
            proxy=None if urlsplit(self._url).hostname in _LOOPBACK else True,
            user_agent_header="rtms-tray",
        )
        try:
            return await self._use(socket)
        finally:
            # A line that was closed in order is closed by now; any other may hang in closing.
            socket.transport.abort()
            await socket.wait_closed()

    def _address(self) -> str:
        query = {"subscriptionId": self._subscription_id, "access_token": self.token}
        return f"{self._url}{'&' if '?' in self._url else '?'}{urlencode(query)}"

    async def _use(self, socket: ClientConnection) -> Ending:
        early: list[Frame] = []
        try:
            async with asyncio.timeout(self._timing.build_s):
                greeting = await _greeting(socket, early)
        except (ConnectionClosed, TimeoutError):
            return Ending(How.FAILED, LOST)
        if not greeting.success:
            return ending_of_build(greeting.words)
        return await self._listen(socket, early)

    async def _listen(self, socket: ClientConnection, early: list[Frame]) -> Ending:
        self._began_s = asyncio.get_running_loop().time()
        self._socket = socket
        now = self._clock()
        self.greeted.set_result(now)
        if not self._successor:
            self._report(Connected(now))
        for frame in early:
            self._take(frame, socket)
        async with asyncio.TaskGroup() as group:
            keeper = group.create_task(self._keep(socket))
            ending = await self._read(socket)
            keeper.cancel()
        return ending

    async def _read(self, socket: ClientConnection) -> Ending:
        """Take frames until the connection ends, also those that came before a close of ours."""
        try:
            while True:
                data = await socket.recv(decode=False)
                self._frames += 1
                frame = read_frame(data)
                if frame is None:
                    log.debug("ignored a frame of %d bytes that makes no sense", len(data))
                else:
                    self._take(frame, socket)
        except ConnectionClosed as closed:
            return self._ending or self._ending_of(closed)

    def _ending_of(self, closed: ConnectionClosed) -> Ending:
        """Only a close that Zoom has agreed to is one in order: all that it sent has come."""
        if self._closing and closed.rcvd is not None:
            return Ending(How.ON_PURPOSE, None, self._lived_s())
        return ending_of_close(closed, self._lived_s())

    def _take(self, frame: Frame, socket: ClientConnection) -> None:
        if frame.module is Module.MESSAGE:
            now = self._clock()
            self._report(Received(decode(frame.content, now), frame.content, now))
        elif not frame.success:  # a heartbeat, or a second greeting: Zoom no longer knows us
            self._break(socket)

    def _break(self, socket: ClientConnection) -> None:
        self._ending = Ending(How.BROKEN, LOST, self._lived_s())
        socket.transport.abort()

    async def _keep(self, socket: ClientConnection) -> None:
        """Beat, beginning at once; end the connection when nothing at all comes back."""
        timing = self._timing
        try:
            while True:
                before = self._frames
                await socket.send(HEARTBEAT)
                await asyncio.sleep(timing.answer_s)
                if self._frames == before:
                    self._break(socket)
                    return
                await asyncio.sleep(timing.heartbeat_s - timing.answer_s)
        except ConnectionClosed:
            return  # the reader has seen it too, and tells

    def _lived_s(self) -> float:
        return asyncio.get_running_loop().time() - self._began_s


async def _greeting(socket: ClientConnection, early: list[Frame]) -> Frame:
    """Wait for `build_connection`; events that come first are kept for later."""
    while True:
        frame = read_frame(await socket.recv(decode=False))
        if frame and frame.module is Module.BUILD_CONNECTION:
            return frame
        if frame and frame.module is Module.MESSAGE:
            early.append(frame)
