"""One connection to Zoom's event socket, from its token to its end.

Zoom establishes it with `build_connection`; only then do events come. It answers heartbeats, which
are frames of its own and not WebSocket pings (zoom-facts §4): a connection over which nothing comes
back is dead. Pings, sent beside them while a session is open, notice that sooner, but judge only a
server that has answered one before. How connections follow each other is the affair of `handover`.
"""

import asyncio
import logging
from collections.abc import Callable
from enum import StrEnum
from time import monotonic
from typing import Final, Literal, Protocol, cast
from urllib.parse import urlencode

import msgspec
from msgspec import Struct
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from rtms_tray.store.secrets import SecretError
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.units import Millis
from rtms_tray.zoom.errors import ZoomTrouble
from rtms_tray.zoom.feeds import Connected, FeedError, Report, news_of
from rtms_tray.zoom.feeds.endings import (
    CloseCause,
    Ending,
    ending_of_build,
    ending_of_close,
    ending_of_failure,
    ending_of_trouble,
    lost,
)
from rtms_tray.zoom.feeds.reconnect import Timing
from rtms_tray.zoom.feeds.sockets import drop, open_socket
from rtms_tray.zoom.feeds.vital_signs import VitalSigns
from rtms_tray.zoom.json_values import as_id, parse_object, plain

log = logging.getLogger(__name__)

HEARTBEAT: Final = '{"module":"heartbeat"}'
_LONGEST_WORDS: Final = 200
_LONGEST_TURN_S: Final = 0.008


class Module(StrEnum):
    """What a frame is about."""

    BUILD_CONNECTION = "build_connection"
    HEARTBEAT = "heartbeat"
    MESSAGE = "message"


_MODULES: Final = {module.value: module for module in Module}


class _Message(Struct, gc=False):
    """An event's envelope as Zoom sends it."""

    module: Literal["message"]
    content: str
    success: bool = True


_read_message: Final = msgspec.json.Decoder(_Message).decode


class Frame(Frozen):
    """A frame of the event socket: `content` is an event's JSON, or words of Zoom's server."""

    module: Module
    success: bool
    content: str

    @property
    def words(self) -> str:
        """The content, safe to show."""
        return plain(self.content, _LONGEST_WORDS)


def read_frame(data: str | bytes) -> Frame | None:
    """Read a frame, an envelope with JSON inside JSON; None if it is neither known nor sound.

    An event without an envelope is read, too.
    """
    try:
        message = _read_message(data)
    except (ValueError, RecursionError):  # msgspec's and Unicode's errors are ValueErrors
        return _read_any(data)
    return Frame(Module.MESSAGE, message.success, message.content)


def _read_any(data: str | bytes) -> Frame | None:
    """Read a frame of any other shape than nearly all have."""
    envelope = parse_object(data)
    if envelope is None:
        return None
    module = _MODULES.get((as_id(envelope.get("module")) or "").lower())
    if module is None:
        if not isinstance(envelope.get("event"), str):
            return None
        return Frame(Module.MESSAGE, success=True, content=msgspec.json.encode(envelope).decode())
    content = envelope.get("content", "")
    if not isinstance(content, str):
        content = msgspec.json.encode(content).decode()
    return Frame(module, envelope.get("success") is not False, content)


class FeedTokens(Protocol):
    """Provides the app's own access token; `rtms_tray.zoom.tokens.AppTokens` is one."""

    async def token(self) -> str:
        """Return a token that should be good; raises `ZoomTrouble` or `SecretError`."""
        ...

    async def mark_refused(self, token: str) -> None:
        """Never return this token again: Zoom refused it, or it expires soon."""
        ...

    @property
    def expires_at(self) -> Millis:
        """When the newest token expires."""
        ...


class EventConnection:
    """One connection to the event socket; run it once.

    A `successor` doesn't report that it is connected: events could be seen before it, too.
    """

    def __init__(
        self,
        address: tuple[str, str],
        tokens: FeedTokens,
        clock: Callable[[], Millis],
        timing: Timing,
        report: Callable[[Report], None],
        signs: VitalSigns,
        *,
        successor: bool = False,
    ) -> None:
        self._url, self._subscription_id = address
        self._tokens = tokens
        self._clock = clock
        self._timing = timing
        self._report = report
        self._signs = signs
        self._successor = successor
        self._socket: ClientConnection | None = None
        self._frames = 0
        self._pongs = 0
        self._established_s = 0.0
        self._closing = False
        self._ending: Ending | None = None
        self.token = ""
        self.expires_at: Millis = 0
        self.handshake_sent = False
        """Whether Zoom may know of this connection: that makes it close the one before."""
        self.established: asyncio.Future[Millis] = asyncio.get_running_loop().create_future()
        """When Zoom established it; never done if it failed before that."""

    async def run(self) -> Ending:
        """Connect, report events, and tell how it ended; nothing is raised but cancellation."""
        try:
            self.token = await self._tokens.token()
            self.expires_at = self._tokens.expires_at
            ending = await self._connect()
            if ending.cause is CloseCause.TOKEN_REFUSED:
                await self._tokens.mark_refused(self.token)
        except (ZoomTrouble, SecretError) as trouble:
            return ending_of_trouble(trouble)
        except (OSError, InvalidHandshake) as failure:
            return ending_of_failure(failure)
        except Exception as error:  # noqa: BLE001 - a border: the feed must not die unnoticed
            # Only the kind: its text could hold the address, and the token with it.
            log.error("the event socket failed: %s", type(error).__name__)  # noqa: TRY400 - see above
            return Ending(CloseCause.FAILED, FeedError.of("unexpected"))
        return ending

    async def close(self) -> None:
        """Close it in order, if it is open: what Zoom sent before it agreed is still reported."""
        if self._socket is not None:
            self._closing = True
            await self._socket.close()

    async def _connect(self) -> Ending:
        self.handshake_sent = True
        socket = await open_socket(self._address(), self._timing)
        try:
            return await self._build(socket)
        finally:
            await drop(socket)

    def _address(self) -> str:
        query = {"subscriptionId": self._subscription_id, "access_token": self.token}
        return f"{self._url}{'&' if '?' in self._url else '?'}{urlencode(query)}"

    async def _build(self, socket: ClientConnection) -> Ending:
        early: list[Frame] = []
        try:
            async with asyncio.timeout(self._timing.build_s):
                answer = await _build_answer(socket, early)
        except (ConnectionClosed, TimeoutError):
            return lost(CloseCause.FAILED)
        if not answer.success:
            return ending_of_build(answer.words)
        return await self._receive(socket, early)

    async def _receive(self, socket: ClientConnection, early: list[Frame]) -> Ending:
        self._established_s = asyncio.get_running_loop().time()
        self._socket = socket
        now = self._clock()
        self._signs.show(now)
        self.established.set_result(now)
        if not self._successor:
            self._report(Connected(now))
        for frame in early:
            self._handle(frame, now, socket)
        async with asyncio.TaskGroup() as group:
            heartbeats = group.create_task(self._send_heartbeats(socket))
            pings = group.create_task(self._send_pings(socket))
            ending = await self._read_frames(socket)
            heartbeats.cancel()
            pings.cancel()
        return ending

    async def _read_frames(self, socket: ClientConnection) -> Ending:
        """Handle frames until the connection ends, also those that came before a close of ours."""
        began_s = monotonic()
        try:
            while True:
                data = await socket.recv(decode=False)
                # What has come already is given at once, and a burst would let nothing else run.
                if monotonic() - began_s > _LONGEST_TURN_S:
                    await asyncio.sleep(0)
                    began_s = monotonic()
                self._frames += 1
                now = self._clock()
                self._signs.show(now)
                frame = read_frame(data)
                if frame is None:
                    log.debug("ignored a frame of %d bytes that makes no sense", len(data))
                else:
                    self._handle(frame, now, socket)
        except ConnectionClosed as closed:
            return self._ending or self._ending_of(closed)

    def _ending_of(self, closed: ConnectionClosed) -> Ending:
        """Only a close that Zoom has agreed to is in order: all that it sent has come."""
        if self._closing and closed.rcvd is not None:
            return Ending(CloseCause.ON_PURPOSE, None, self._lasted_s())
        return ending_of_close(closed, self._lasted_s())

    def _handle(self, frame: Frame, now: Millis, socket: ClientConnection) -> None:
        if frame.module is Module.MESSAGE:
            self._report(news_of(frame.content, now))
        elif not frame.success:  # a heartbeat, or a second build: Zoom no longer knows us
            self._abort(socket)

    def _abort(self, socket: ClientConnection) -> None:
        self._ending = lost(CloseCause.BROKEN, self._lasted_s())
        socket.transport.abort()

    async def _send_heartbeats(self, socket: ClientConnection) -> None:
        """Send heartbeats, the first at once; end the connection if nothing at all comes back."""
        timing = self._timing
        try:
            while True:
                before = self._frames
                await socket.send(HEARTBEAT)
                await asyncio.sleep(timing.answer_s)
                if self._frames == before:
                    self._abort(socket)
                    return
                await asyncio.sleep(timing.heartbeat_s - timing.answer_s)
        except ConnectionClosed:
            return  # the reader gets the same error, and reports it

    async def _send_pings(self, socket: ClientConnection) -> None:
        """Send pings while it matters; end the connection if a server that answered no longer does."""
        timing = self._timing
        try:
            while True:
                await self._signs.until_watched_closely()
                pong = cast("asyncio.Future[float]", await socket.ping())  # no task: a plain future
                pong.add_done_callback(self._note_pong)
                await asyncio.sleep(timing.pong_s)
                if self._pongs and not pong.done():
                    self._abort(socket)
                    return
                await asyncio.sleep(timing.ping_s - timing.pong_s)
        except ConnectionClosed:
            return  # as above

    def _note_pong(self, pong: "asyncio.Future[float]") -> None:
        if not pong.cancelled() and pong.exception() is None:
            self._pongs += 1
            self._signs.pongs += 1
            self._signs.show(self._clock())

    def _lasted_s(self) -> float:
        return asyncio.get_running_loop().time() - self._established_s


async def _build_answer(socket: ClientConnection, early: list[Frame]) -> Frame:
    """Wait for `build_connection`; events that come first are kept for later."""
    while True:
        frame = read_frame(await socket.recv(decode=False))
        if frame and frame.module is Module.BUILD_CONNECTION:
            return frame
        if frame and frame.module is Module.MESSAGE:
            early.append(frame)
