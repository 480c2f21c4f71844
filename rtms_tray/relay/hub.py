"""Gives events to the trays that are connected here: in order, each once, and says up to when none is missing.

One core subscription per user brings events as they are stored. What it does not bring (messages may be lost
between nodes) shows in the sequence before each, and in the newest sequence that a heartbeat reads from
JetStream; the gap is then filled from there. So a tray has one position, and it only moves forward.
"""

import asyncio
import logging
import math
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg

from rtms_tray.relay.bus import subscribe
from rtms_tray.relay.journal import Journal, NatsError, Stored, in_subject, numbers_in, out_subject
from rtms_tray.relay.small_queue import SmallQueue
from rtms_tray.support.clock import Clock
from rtms_tray.support.tasks import Tasks

if TYPE_CHECKING:
    from nats.aio.subscription import Subscription

log = logging.getLogger(__name__)

OUTBOX: Final = 256
"""How many frames wait for a slow tray before it is cut off; it resumes where it was."""
FILL_LIMIT_S: Final = 10.0
"""How long a slow tray may take no frame at all."""
_RETRY_S: Final = 0.2
_MOST_LOOKS: Final = 60
SETTLE_S: Final = 12.0
"""For how long two nodes of a cluster may both hold themselves for the leader: ten seconds, and a heartbeat."""
_AT_ONCE: Final = 32
SLICE: Final = 20
_SLICE_EVERY_S: Final = 0.1
_MOST_SLICES: Final = 100
"""Trays move in slices: 200 a second, and all within ten seconds."""
CONTROL: Final = "Relay-Control"
"""Marks a message of one instance to all: it is about the user's trays, and is no event."""


class Tray:
    """A connected tray: its position, and the frames that are still to be sent; None ends the connection.

    It has all events up to `heard`. `position` is where it would resume: there no event of its own need be.
    """

    def __init__(self, name: str, session: str, position: int) -> None:
        self.name = name
        self.session = session
        self.session_ends_at = 0.0
        self.connection = f"{name} {secrets.token_hex(8)}"
        self.position = self.heard = position
        self.outbox: SmallQueue[bytes | None] = SmallQueue(OUTBOX)
        self.close_code = 0
        self.acting = False
        self.signed_in_elsewhere = False
        self._target = 0
        self._looks = 0
        self.is_filling = False

    def close(self, code: int) -> None:
        """End the connection; what waits is not sent, and comes when the tray resumes."""
        if not self.close_code:
            self.close_code = code
            self.outbox.clear()
            self.outbox.put_nowait(None)

    def send(self, frame: bytes) -> None:
        """Send a frame that is no event; a full outbox needs none, because another follows it."""
        if not self.close_code and not self.outbox.full():
            self.outbox.put_nowait(frame)

    def accept(self, sequence: int, previous: int, frame: bytes) -> None:
        """Take an event that just came; where others are missing or waiting, it comes after these."""
        if sequence <= self.heard or self.close_code:
            return
        if self.is_filling or previous > self.heard or self.outbox.full():
            self.expect(sequence)
        else:
            self.outbox.put_nowait(frame)
            self._note(sequence)

    def _note(self, sequence: int) -> None:
        self.heard = sequence
        self.position = max(self.position, sequence)

    def expect(self, newest: int) -> None:
        """Note that events up to this one exist."""
        self._target = max(self._target, newest)

    @property
    def lacks_events(self) -> bool:
        """Whether it must be given what it missed."""
        return self._target > self.heard and not self.is_filling and not self.close_code

    async def fill(self, journal: Journal, subject: str) -> None:
        """Send what is missing, as fast as the tray takes it; `is_filling` is set before."""
        try:
            while self._target > self.heard and not self.close_code:
                await self._fill_one(journal, subject)
        except TimeoutError:
            self.close(Close.TOO_SLOW)
        finally:
            self.is_filling = False

    async def _fill_one(self, journal: Journal, subject: str) -> None:
        try:
            found = await journal.next_after(subject, self.heard)
        except (NatsError, TimeoutError):
            await asyncio.sleep(_RETRY_S)
            return
        if found is None:
            await self._look_again()
            return
        frame = event_frame(found, self.heard)
        async with asyncio.timeout(FILL_LIMIT_S):
            await self.outbox.put(frame)
        self._note(found.sequence)

    async def _look_again(self) -> None:
        """What is missing is not there: whoever says so may be behind; after a while, it has been deleted."""
        if self._looks < _MOST_LOOKS:
            self._looks += 1
            await asyncio.sleep(_RETRY_S)
        else:
            self._looks = 0
            self._note(self._target)


class Control:
    """What one instance tells all others about a user's trays."""

    SIGNED_IN: Final = "signed_in"
    ENDED: Final = "ended"
    GONE: Final = "gone"
    CONNECTED: Final = "connected"


class Close:
    """Why the relay ends a connection: the code of the WebSocket."""

    GONE: Final = 1000
    REPLACED: Final = 4000
    MOVING: Final = 1012
    TOO_SLOW: Final = 4008
    SESSION_OVER: Final = 4401
    TOO_MANY: Final = 4429


class Channel:
    """One user's trays on this instance, and the subscription that they share."""

    def __init__(self, account: str, user: str) -> None:
        self.account = account
        self.user = user
        self.subject = in_subject(account, user)
        self.trays: dict[Tray, None] = {}  # the oldest first
        self.checked_upto = -1  # by a leader that knew it
        self.subscription: Subscription | None = None
        self.opening = asyncio.Lock()


class Hub:
    """All channels of this instance."""

    def __init__(
        self,
        nats: Client,
        journal: Journal,
        tasks: Tasks,
        clock: Clock,
        prepare: Callable[[Channel], Awaitable[None]],
        settle_s: float = 0.0,
    ) -> None:
        self._nats = nats
        self._journal = journal
        self._tasks = tasks
        self._clock = clock
        self.channels: dict[str, Channel] = {}
        self._prepare = prepare
        self.settle_s = settle_s
        self._extents = SettledExtents(settle_s)

    async def attach(self, tray: Tray, account: str, user: str, last: int) -> Channel:
        """Connect a tray: from now on it hears its user's events, the missed ones first; `last` is the stream's."""
        key = out_subject(account, user)
        channel = self.channels.setdefault(key, Channel(account, user))
        channel.trays[tray] = None
        try:
            async with channel.opening:
                if channel.subscription is None:
                    await self._subscribe(channel, key)
            channel.checked_upto = -1
            # A tray is connected once: an older connection of its own is a dead one.
            await self.tell(account, user, Control.CONNECTED, tray.connection)
            await self._check(channel, self._extents.take(last))
        except BaseException:
            await self.detach(tray, channel)
            raise
        return channel

    async def detach(self, tray: Tray, channel: Channel) -> None:
        """Disconnect a tray; the last one of a user takes the subscription with it."""
        tray.close(Close.GONE)
        channel.trays.pop(tray, None)
        if channel.trays:
            return
        if self.channels.get(out_subject(channel.account, channel.user)) is channel:
            del self.channels[out_subject(channel.account, channel.user)]
        if channel.subscription is not None and not self._nats.is_closed:
            subscription, channel.subscription = channel.subscription, None
            try:
                await subscription.unsubscribe()
            except NatsError:
                log.debug("a subscription had ended before")

    async def _subscribe(self, channel: Channel, subject: str) -> None:
        def receive(message: Msg) -> None:
            self._receive(channel, message)

        channel.subscription = await subscribe(self._nats, subject, receive)
        await self._nats.flush(2)  # the server knows of it before anything is read

    def _receive(self, channel: Channel, message: Msg) -> None:
        headers = message.headers or {}
        if CONTROL in headers:
            self._obey(channel, headers[CONTROL], message.data.decode())
            return
        sequence, previous, received_at = numbers_in(headers)
        frame = event_frame(Stored(sequence, message.data, "", received_at), previous)
        for tray in channel.trays:
            tray.accept(sequence, previous, frame)
            self._fill(channel, tray)

    def _fill(self, channel: Channel, tray: Tray) -> None:
        if tray.lacks_events:
            tray.is_filling = True  # at once: until the task runs, nothing else may send or fill
            self._tasks.spawn(self._fill_and_confirm(channel, tray), "replay")

    async def _fill_and_confirm(self, channel: Channel, tray: Tray) -> None:
        await tray.fill(self._journal, channel.subject)
        self._confirm(tray)
        self._fill(channel, tray)

    # --- other instances --------------------------------------------------------------------------

    async def tell(self, account: str, user: str, what: str, about: str) -> None:
        """Tell all instances something about a user's trays."""
        subject = out_subject(account, user)
        await self._nats.publish(subject, about.encode(), headers={CONTROL: what})

    def _obey(self, channel: Channel, what: str, about: str) -> None:
        for tray in tuple(channel.trays):
            if what == Control.SIGNED_IN:
                tray.signed_in_elsewhere = tray.name != about
                tray.acting = tray.acting and not tray.signed_in_elsewhere
                self._confirm(tray)
            elif what == Control.CONNECTED:
                if about.startswith(f"{tray.name} ") and about != tray.connection:
                    tray.close(Close.REPLACED)
            elif what == Control.GONE or tray.session == about:
                tray.close(Close.SESSION_OVER)

    # --- heartbeats -------------------------------------------------------------------------------

    async def check_all(self) -> None:
        """Send heartbeats: to all trays, each with the position up to which it has everything."""
        try:
            known = await self._extent()
        except (NatsError, TimeoutError, OSError):
            self.doubt()
            return
        limit = asyncio.Semaphore(_AT_ONCE)

        async def check(channel: Channel) -> None:
            async with limit:
                await self._check_or_doubt(channel, known)

        await asyncio.gather(*map(check, tuple(self.channels.values())))

    async def _extent(self) -> "Known":
        return self._extents.take((await self._journal.extent()).last)

    async def _check_or_doubt(self, channel: Channel, known: "Known") -> None:
        try:
            await self._check(channel, known)
        except (NatsError, TimeoutError, OSError):
            self._doubt(channel)

    async def _check(self, channel: Channel, known: "Known") -> None:
        """Compare with JetStream; nothing is new for anybody while the stream's last sequence stands."""
        await self._prepare(channel)
        if channel.checked_upto < known.last:
            newest = await self._journal.newest(channel.subject)
            channel.checked_upto = max(channel.checked_upto, known.settled)
            for tray in channel.trays:
                tray.expect(newest)
        for tray in tuple(channel.trays):
            if not (tray.is_filling or tray.lacks_events):
                tray.position = max(tray.position, known.settled)
            self._fill(channel, tray)
            self._confirm(tray)

    def _confirm(self, tray: Tray) -> None:
        if not (tray.is_filling or tray.lacks_events):
            tray.send(heartbeat(self._journal.epoch, tray, self._clock()))

    def doubt(self) -> None:
        """Tell all trays that events may be missing from now on."""
        for channel in tuple(self.channels.values()):
            self._doubt(channel)

    def _doubt(self, channel: Channel) -> None:
        channel.checked_upto = -1
        for tray in tuple(channel.trays):
            tray.send(b'{"module":"doubt"}')

    def close_all(self, code: int) -> None:
        """End all connections."""
        for tray in self._trays():
            tray.close(code)

    async def close_in_slices(self, code: int) -> None:
        """End all connections, some at a time: whoever takes these trays in has to look for what each has missed."""
        trays = self._trays()
        size = max(SLICE, math.ceil(len(trays) / _MOST_SLICES))
        for first in range(0, len(trays), size):
            for tray in trays[first : first + size]:
                tray.close(code)
            if first + size < len(trays):
                await asyncio.sleep(_SLICE_EVERY_S)
        self.close_all(code)  # whoever was just being let in

    def _trays(self) -> list[Tray]:
        return [tray for channel in self.channels.values() for tray in channel.trays]


class Known(msgspec.Struct, frozen=True):
    """The stream's last sequence, and one that every leader knows by now."""

    last: int
    settled: int


class SettledExtents:
    """Remembers the stream's last sequences until every node that may still answer as the leader knows them.

    A leader that is cut off from the others goes on answering for a while. If it says that a user has no event
    beyond N, that is true up to the sequences that it knows, not up to those that another leader has told of.
    """

    def __init__(self, settle_s: float) -> None:
        self._settle_s = settle_s
        self._settled = 0
        self._fresh: deque[tuple[float, int]] = deque()

    def take(self, last: int) -> Known:
        """Take in the last sequence as it is told now."""
        now = asyncio.get_running_loop().time()
        self._fresh.append((now, last))
        while self._fresh and self._fresh[0][0] <= now - self._settle_s:
            self._settled = max(self._settled, self._fresh.popleft()[1])
        return Known(last, self._settled)


def event_frame(stored: Stored, previous: int) -> bytes:
    """Write an event's frame; its content is what was stored, byte by byte."""
    return b'{"module":"message","sequence":%d,"previous":%d,"received_at":%d,"content":%s}' % (
        stored.sequence,
        previous,
        stored.received_at,
        stored.body,
    )


def heartbeat(epoch: str, tray: Tray, at: int) -> bytes:
    """Write a heartbeat: nothing is missing up to its sequence."""
    return msgspec.json.encode(
        {
            "module": "heartbeat",
            "sequence": tray.position,
            "epoch": epoch,
            "at": at,
            "acting": tray.acting,
            "signed_in_elsewhere": tray.signed_in_elsewhere,
        }
    )
