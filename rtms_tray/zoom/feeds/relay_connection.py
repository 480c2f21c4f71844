"""One connection to a relay, from its handshake to its end.

What the relay kept for this tray comes first, and is held back until its first heartbeat: that tells that nothing is
missing. So it is reported as a whole, and nobody draws conclusions from a part of it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final, cast
from urllib.parse import urlencode

from msgspec.structs import replace
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from rtms_tray.store.relay_place import RelayPlace
from rtms_tray.store.secrets import SecretError
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.units import Millis
from rtms_tray.zoom.errors import ZoomTrouble
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.feeds import Company, Connected, Disconnected, FeedError, Received, Report
from rtms_tray.zoom.feeds.endings import CloseCause, Ending, ending_of_trouble
from rtms_tray.zoom.feeds.heard_events import HeardEvents
from rtms_tray.zoom.feeds.reconnect import Timing
from rtms_tray.zoom.feeds.relay_endings import (
    RelayRefusal,
    ending_of_close,
    ending_of_failure,
    lost,
)
from rtms_tray.zoom.feeds.relay_frames import Doubt, Heartbeat, Hello, Message, read_frame
from rtms_tray.zoom.feeds.relay_session import RelayAddress, RelaySession
from rtms_tray.zoom.feeds.sockets import drop, open_socket
from rtms_tray.zoom.feeds.vital_signs import VitalSigns

log = logging.getLogger(__name__)

MOST_MISSED: Final = 20_000
"""How many events are taken in at once; where there were more, the oldest count as lost."""
_LONGEST_TURN_S: Final = 0.008


class RelayAccess(Frozen):
    """What all connections of one feed share."""

    address: RelayAddress
    session: RelaySession
    clock: Callable[[], Millis]
    timing: Timing
    signs: VitalSigns
    heard: HeardEvents


class RelayConnection:
    """One connection; run it once. `place` is how far events have been reported.

    `hole_at` is where the connection before found an event missing: what the relay lacks there even now, it has lost.
    `beat` is called at each heartbeat, when nothing is missing.
    """

    def __init__(
        self,
        access: RelayAccess,
        place: RelayPlace,
        report: Callable[[Report], None],
        beat: Callable[[RelayPlace], None] = lambda _: None,
        hole_at: int = -1,
    ) -> None:
        self.place = place
        self._heard = place  # what was held back included
        self.hole_at = hole_at
        self.caught_up = False
        """Whether nothing was missing at some moment of this connection."""
        self._address, self._session = access.address, access.session
        self._clock, self._timing = access.clock, access.timing
        self._signs, self._heard_events = access.signs, access.heard
        self._report = report
        self._beat = beat
        self._missed: deque[Message] = deque(maxlen=MOST_MISSED)
        self._lost_before = False  # whether something before the missed events is lost
        self._complete = False
        self._relay_ahead: Millis = 0  # the relay's clock minus this machine's
        self._company: Company | None = None
        self._complete_s = 0.0
        self._ending: Ending | None = None
        self._renewal: asyncio.Task[None] | None = None

    async def run(self) -> Ending:
        """Connect, report events, and tell how it ended; nothing is raised but cancellation."""
        try:
            token = await self._session.token(self.place.tray)
            self._heard = self.place.at(self._address.url, self._session.user)
            ending = await self._connect(token)
        except RelayRefusal as refusal:
            return refusal.ending
        except (ZoomTrouble, SecretError) as trouble:
            return ending_of_trouble(trouble)
        except (OSError, InvalidHandshake) as failure:
            ending = ending_of_failure(failure, self._address.host)
        except Exception as error:  # noqa: BLE001 - a border: the feed must not die unnoticed
            # Only the kind: its text could hold the token.
            log.error("the relay's socket failed: %s", type(error).__name__)  # noqa: TRY400 - see above
            return Ending(CloseCause.FAILED, FeedError.of("unexpected"))
        if ending.cause is CloseCause.TOKEN_REFUSED:
            self._session.drop()
        return ending

    async def _connect(self, token: str) -> Ending:
        url = f"{self._address.socket_url}?{urlencode(self._query())}"
        socket = await open_socket(url, self._timing, {"Authorization": f"Bearer {token}"})
        try:
            return await self._receive(socket)
        finally:
            await drop(socket)

    def _query(self) -> dict[str, str]:
        if not self._heard.epoch:
            return {}
        return {"after": str(self._heard.sequence), "epoch": self._heard.epoch}

    async def _receive(self, socket: ClientConnection) -> Ending:
        async with asyncio.TaskGroup() as group:
            pings = group.create_task(self._send_pings(socket))
            try:
                return await self._read_frames(socket, group)
            finally:
                pings.cancel()
                if self._renewal is not None:
                    self._renewal.cancel()

    async def _read_frames(self, socket: ClientConnection, group: asyncio.TaskGroup) -> Ending:
        """Handle frames until the connection ends, or nothing comes for longer than heartbeats need."""
        loop = asyncio.get_running_loop()
        began_s, silence_s = loop.time(), self._timing.heartbeat_s + self._timing.answer_s
        try:
            while self._ending is None:
                async with asyncio.timeout(silence_s):
                    data = await socket.recv(decode=False)
                # What has come already is given at once, and a burst would let nothing else run.
                if loop.time() - began_s > _LONGEST_TURN_S:
                    await asyncio.sleep(0)
                    began_s = loop.time()
                self._handle(data, group)
        except TimeoutError:
            return lost(self._address.host, self._lasted_s())
        except ConnectionClosed as closed:
            return self._ending or ending_of_close(closed, self._address.host, self._lasted_s())
        return self._ending

    def _lasted_s(self) -> float | None:
        if not self.caught_up:
            return None
        return asyncio.get_running_loop().time() - self._complete_s

    async def _send_pings(self, socket: ClientConnection) -> None:
        """Send pings while it matters; a relay that doesn't answer one in time is gone."""
        timing = self._timing
        with suppress(ConnectionClosed):  # the reader gets the same error, and reports it
            while True:
                await self._signs.until_watched_closely()
                pong = cast("asyncio.Future[float]", await socket.ping())  # no task: a plain future
                await asyncio.wait({pong}, timeout=timing.pong_s)
                if not pong.done():
                    self._ending = lost(self._address.host, self._lasted_s())
                    socket.transport.abort()
                    return
                self._signs.pongs += 1
                await asyncio.sleep(timing.ping_s)

    # --- frames -------------------------------------------------------------------------------

    def _handle(self, data: bytes, group: asyncio.TaskGroup) -> None:
        match read_frame(data):
            case Hello() as hello:
                self._begin(hello)
            case Message() as message:
                self._take(message)
            case Heartbeat() as heartbeat:
                self._confirm(heartbeat)
                if self._session.renewal_due and (self._renewal is None or self._renewal.done()):
                    self._renewal = group.create_task(self._renew())
            case Doubt():
                self._doubt()
            case None:
                log.debug("ignored a frame of %d bytes that makes no sense", len(data))

    def _begin(self, hello: Hello) -> None:
        self._lost_before = bool(hello.gap)
        self._heard = replace(self._heard, epoch=hello.epoch, sequence=hello.after)

    def _take(self, message: Message) -> None:
        position = self._heard.sequence
        if message.sequence <= position:
            return  # it has come before
        if message.previous > position and not self._is_lost(position):
            return
        self._heard = replace(self._heard, sequence=message.sequence)
        if self._complete:
            self.place = self._heard
            self._signs.show(self._clock())
            if self._heard_events.is_new(bytes(message.content)):
                self._report(self._received(message))
        else:
            self._lost_before |= len(self._missed) == MOST_MISSED
            self._missed.append(message)

    def _is_lost(self, position: int) -> bool:
        """Something is missing here; the relay may have it all the same, so the first time it is asked anew."""
        if position != self.hole_at:
            self.hole_at = position
            self._ending = Ending(CloseCause.ON_PURPOSE, None, self._lasted_s())
            return False
        self._missed.clear()
        self._lost_before = True
        return True

    def _received(self, message: Message) -> Received:
        """Date an event as of when the relay got it: that is when it came, whenever this tray hears of it."""
        raw, now = bytes(message.content).decode(), self._clock()
        at = min(message.received_at - self._relay_ahead, now)
        return Received(decode(raw, at), raw, at)

    def _confirm(self, heartbeat: Heartbeat) -> None:
        now = self._clock()
        self._relay_ahead = heartbeat.at - now
        sequence = max(self._heard.sequence, heartbeat.sequence)
        self._heard = replace(self._heard, sequence=sequence)
        company = Company(heartbeat.acting, heartbeat.signed_in_elsewhere)
        if company != self._company:  # first, since what follows may be acted on
            self._company = company
            self._report(company)
        if not self._complete:
            self._complete_now(now)
        self._signs.show(now)
        self.place = self._heard
        self._beat(self.place)

    def _complete_now(self, now: Millis) -> None:
        news = [one for one in self._missed if self._heard_events.is_new(bytes(one.content))]
        missed = tuple(map(self._received, news))
        self._missed.clear()
        if self._lost_before or not self._heard.since:
            since = min((one.at for one in missed), default=now)
            self._heard = replace(self._heard, since=since)
        self._complete, self._lost_before, self.hole_at = True, False, -1
        if not self.caught_up:
            self.caught_up, self._complete_s = True, asyncio.get_running_loop().time()
        self._report(Connected(now, self._heard.since, missed))

    def _doubt(self) -> None:
        """The relay no longer knows whether anything is missing; the connection stands."""
        if self._complete:
            self._complete = False
            now = self._clock()
            error = FeedError.of("relay_unsure", host=self._address.host)
            self._report(Disconnected(now, error, now, self._signs.last_at))

    async def _renew(self) -> None:
        try:
            await self._session.renew()
        # The next heartbeat tries again, while the session lasts.
        except RelayRefusal as refusal:
            log.info("The session with the relay is not renewed: %s.", refusal)
        except (ZoomTrouble, SecretError) as trouble:
            log.info("The relay cannot be shown the sign-in: %s.", type(trouble).__name__)
