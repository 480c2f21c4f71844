"""For one connection to Zoom's event socket, from the token to its end.

Zoom greets with `build_connection`; only then do events come. It answers heartbeats, which are
frames of its own and not WebSocket pings (zoom-facts §4). A connection is kept by one task that
sends them, notices a dead peer, and connects anew before the token ends.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol
from urllib.parse import urlencode, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from rtms_tray.capture.units import SECOND, Millis
from rtms_tray.store.secrets import SecretError
from rtms_tray.zoom.errors import ZoomTrouble
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
from rtms_tray.zoom.feeds.frames import HEARTBEAT, Frame, Module, read_frame
from rtms_tray.zoom.feeds.timing import Timing
from rtms_tray.zoom.messages import decode

log = logging.getLogger(__name__)

LARGEST_FRAME: Final = 1024 * 1024
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})

# websockets logs addresses, and Zoom wants the token in the address.
_SILENT: Final = logging.Logger("silent")  # noqa: LOG001 - outside the tree nobody switches it on
_SILENT.disabled = True


class FeedTokens(Protocol):
    """Gives the app's own access token; `rtms_tray.zoom.app_token.AppTokens` is one."""

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
    """One connection to the event socket; live it once."""

    def __init__(
        self,
        address: tuple[str, str],
        tokens: FeedTokens,
        clock: Callable[[], Millis],
        timing: Timing,
        report: Callable[[Report], None],
    ) -> None:
        self._url, self._subscription_id = address
        self._tokens = tokens
        self._clock = clock
        self._timing = timing
        self._report = report
        self._token = ""
        self._frames = 0
        self._began_s = 0.0
        self._renew_at: Millis = 0
        self._ending: Ending | None = None

    async def live(self) -> Ending:
        """Connect, report events, and tell how it ended; nothing is raised but cancellation."""
        try:
            self._token = await self._tokens.token()
            ending = await self._connect()
            if ending.how is How.TOKEN_REFUSED:
                await self._tokens.refused(self._token)
        except (ZoomTrouble, SecretError) as trouble:
            return ending_of_trouble(trouble)
        except (OSError, InvalidHandshake) as failure:
            return ending_of_failure(failure)
        except Exception as error:  # noqa: BLE001 - a border: the feed must not die unseen
            # Only the kind: its text could hold the address, and the token with it.
            log.error("the event socket failed: %s", type(error).__name__)  # noqa: TRY400 - see above
            return Ending(How.FAILED, UNEXPECTED)
        return ending

    async def _connect(self) -> Ending:
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
        query = {"subscriptionId": self._subscription_id, "access_token": self._token}
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
        self._renew_at = self._next_renewal()
        self._report(Connected(self._clock()))
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
            return self._ending or ending_of_close(closed, self._lived_s())

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
        """Beat; end the connection when nothing at all comes back, or when the token must go."""
        timing = self._timing
        try:
            while True:
                await asyncio.sleep(timing.heartbeat_s - timing.answer_s)
                if self._clock() >= self._renew_at and await self._has_new_token():
                    self._ending = Ending(How.ON_PURPOSE, None, self._lived_s())
                    await socket.close()
                    return
                before = self._frames
                await socket.send(HEARTBEAT)
                await asyncio.sleep(timing.answer_s)
                if self._frames == before:
                    self._break(socket)
                    return
        except ConnectionClosed:
            return  # the reader has seen it too, and tells

    async def _has_new_token(self) -> bool:
        """Get the next connection's token while this one still stands, to keep the gap short."""
        try:
            await self._tokens.refused(self._token)
            await self._tokens.token()
        except (ZoomTrouble, SecretError):
            log.info("no new token for the event socket yet")
            self._renew_at = self._clock() + round(self._timing.renew_again_s * SECOND)
            return False
        return True

    def _next_renewal(self) -> Millis:
        """Tell when to connect anew; never so soon that connecting is all that happens."""
        now, timing = self._clock(), self._timing
        left_s = (self._tokens.expires_at - now) / SECOND
        wait_s = max(left_s - timing.renew_ahead_s, left_s / 2, timing.good_after_s)
        return now + round(wait_s * SECOND)

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
