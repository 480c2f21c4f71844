"""The WebSocket of a tray: `/events?after=SEQUENCE&epoch=EPOCH`, with the session's token as Bearer.

A tray presents Zoom's access token (`POST /session?tray=NAME`), and renews what it gets (`POST /session/renew`). A
renewal before `vouch_by` presents it again (`Zoom-Authorization: Bearer …`), else the session ends then. What the
relay sends, each a JSON object with its `module`:

- `hello`, first: events begin after `after` of this `epoch`; `gap` says why some before are missing
  (`new`, `epoch`, `beyond`, `expired`), empty: none are.
- `message`: Zoom's envelope as `content`, its `sequence`, the `previous` one of this user, `received_at`. A `previous`
  beyond the tray's position would mean that one is missing; the relay never sends that.
- `heartbeat`: nothing is missing up to `sequence`, which is where to resume; `acting`: of this user's trays, this
  one acts on its own; `signed_in_elsewhere`: another tray signed in later, so Zoom may have ended this one's grant.
- `doubt`: events may be missing from now on, until the next heartbeat.

An event may come twice, with two sequences: JetStream can store it again while its leader changes and the sender
does not know what has become of it. Its content is then the same, byte for byte, and a tray drops it.

It ends with a code of `Close`: after 1012 and 4008 the tray resumes at once, after 4401 it needs a new session,
after 4000 it stays away, because the newer connection is its own.
"""

import asyncio
import contextlib
from typing import Final

import msgspec
from starlette.datastructures import QueryParams
from starlette.responses import JSONResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from rtms_tray.relay.hub import Channel, Close, Hub, Tray
from rtms_tray.relay.journal import Extent, Journal, NatsError
from rtms_tray.relay.leases import Leases
from rtms_tray.relay.rate_limits import TrayLimits, client_address
from rtms_tray.relay.sessions import Session, SessionError, Sessions
from rtms_tray.relay.tray_endpoints import bearer
from rtms_tray.support.clock import Clock
from rtms_tray.support.tasks import Tasks

SEND_LIMIT_S: Final = 10.0
"""How long a tray may take for one frame."""
PATH: Final = "/events"
_AT_ONCE: Final = 64
"""How many trays are let in at the same time: of thousands at once, JetStream would answer each too late."""
_LONGEST_SEQUENCE: Final = 18
_BEYOND_RETRIES: Final = 4
_BEYOND_RETRY_S: Final = 1.0


class Beginning(msgspec.Struct, frozen=True):
    """Where a tray's events begin; `gap` says why some before that are missing, empty: none are."""

    after: int
    gap: str


def beginning(after: str, epoch: str, current: str, extent: Extent) -> Beginning:
    """Decide where to begin for a tray that has everything up to `after` of that epoch."""
    if not after:
        return Beginning(0, "new")
    if epoch != current:
        return Beginning(0, "epoch")
    sequence = (
        int(after) if after.isdigit() and len(after) <= _LONGEST_SEQUENCE else extent.last + 1
    )
    if sequence > extent.last:
        return Beginning(0, "beyond")
    if sequence < extent.first - 1:
        return Beginning(0, "expired")
    return Beginning(sequence, "")


class TraySocket:
    """Serves trays; each until it leaves, its session ends, or it is too slow."""

    def __init__(
        self,
        hub: Hub,
        journal: Journal,
        sessions: Sessions,
        leases: Leases,
        limits: TrayLimits,
        clock: Clock,
        trays_per_user: int,
    ) -> None:
        self._hub = hub
        self._journal = journal
        self._sessions = sessions
        self._leases = leases
        self._limits = limits
        self._clock = clock
        self._trays_per_user = trays_per_user
        self._doors = asyncio.Semaphore(_AT_ONCE)
        self.draining = False

    async def serve(self, socket: WebSocket) -> None:
        """Serve one tray."""
        try:
            async with self._doors:
                session = await self._admit(socket)
                if session is None:
                    return
                extent = await self._extent(socket.query_params)
        except SessionError:
            self._limits.refusals.count(client_address(socket))
            await _deny(socket, 401, "session_over")
            return
        except (NatsError, TimeoutError):
            await _deny(socket, 503, "unavailable")
            return
        begin = self._begin(socket.query_params, extent)
        await socket.accept()
        tray = Tray(session.tray, session.id, begin.after)
        tray.session_ends_at = session.expires_at
        tray.signed_in_elsewhere = not session.is_newest
        hello = {"module": "hello", "epoch": self._journal.epoch, "after": begin.after}
        tray.send(msgspec.json.encode(hello | {"gap": begin.gap}))
        await self._carry(socket, tray, session, extent.last)

    async def _extent(self, query: QueryParams) -> Extent:
        """Return which sequences there are; in a cluster, who knows less than a tray may be behind."""
        extent = await self._journal.extent()
        for _ in range(_BEYOND_RETRIES if self._hub.settle_s else 0):
            if self._begin(query, extent).gap != "beyond":
                break
            await asyncio.sleep(_BEYOND_RETRY_S)
            extent = await self._journal.extent()
        return extent

    def _begin(self, query: QueryParams, extent: Extent) -> Beginning:
        after, epoch = query.get("after", ""), query.get("epoch", "")
        return beginning(after, epoch, self._journal.epoch, extent)

    async def _admit(self, socket: WebSocket) -> Session | None:
        if self.draining:
            await _deny(socket, 503, "moving")
            return None
        if "origin" in socket.headers:  # trays are no browsers
            await _deny(socket, 403, "no_browsers")
            return None
        if self._limits.refusals.is_exceeded(client_address(socket)):
            await _deny(socket, 429, "too_many_requests")
            return None
        session = await self._sessions.check(bearer(socket))
        if not self._limits.requests.admits(session.user):
            await _deny(socket, 429, "too_many_requests")
            return None
        return session

    async def _carry(self, socket: WebSocket, tray: Tray, session: Session, last: int) -> None:
        try:
            async with self._doors:
                channel = await self._hub.attach(tray, session.account, session.user, last)
        except (NatsError, TimeoutError):
            await _close(socket, Close.MOVING)
            return
        try:
            oldest = next(iter(channel.trays))
            if len(channel.trays) > self._trays_per_user:
                oldest.close(Close.TOO_MANY)
            await _until_gone(socket, tray)
        finally:
            await self._hub.detach(tray, channel)
            with contextlib.suppress(NatsError, TimeoutError):
                await self._leases.release(channel, tray)

    async def end_overdue(self, channel: Channel) -> None:
        """End the connections whose sessions have ended; renewals prolong these."""
        now = self._clock() / 1000
        for tray in tuple(channel.trays):
            if tray.session_ends_at <= now:
                tray.session_ends_at = await self._sessions.ends_at(channel.user, tray.session)
                if tray.session_ends_at <= now:
                    tray.close(Close.SESSION_OVER)


async def _until_gone(socket: WebSocket, tray: Tray) -> None:
    """Send and read until the tray leaves or is sent away; reading takes no task of its own: there are many trays."""
    tasks = Tasks()
    try:
        async with asyncio.timeout(None) as limit:

            def end(_: object) -> None:
                with contextlib.suppress(RuntimeError):  # it has left before
                    limit.reschedule(0)

            tasks.start(_write(socket, tray), "writing").add_done_callback(end)
            await _read(socket)
    except TimeoutError:
        pass
    finally:
        tray.close(Close.GONE)
        await tasks.close()


async def _write(socket: WebSocket, tray: Tray) -> None:
    while (frame := await tray.outbox.get()) is not None:
        try:
            async with asyncio.timeout(SEND_LIMIT_S):
                await socket.send_text(frame.decode())
        except TimeoutError:
            tray.close(Close.TOO_SLOW)
    await _close(socket, tray.close_code)


async def _read(socket: WebSocket) -> None:
    """Read until the tray leaves; it has nothing to say."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


async def _close(socket: WebSocket, code: int) -> None:
    with contextlib.suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
        async with asyncio.timeout(SEND_LIMIT_S):
            await socket.close(code)


async def _deny(socket: WebSocket, status: int, code: str) -> None:
    await socket.send_denial_response(JSONResponse({"error": code}, status_code=status))
