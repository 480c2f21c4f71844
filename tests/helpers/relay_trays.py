"""Trays that go on wherever they are sent, and keep what they hear on a board, as the program does."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Self

import httpx2
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus

from rtms_tray.capture import events as e
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timings import Policy
from rtms_tray.relay.application import Relay
from rtms_tray.runtime.watcher import Watcher
from rtms_tray.simulator.world import User
from rtms_tray.support.clock import SystemClock
from rtms_tray.support.units import HOUR
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.feeds import Connected, Received
from tests.helpers.relay_harness import Json, RelayHarness, TrayClient

_AGAIN_S = 0.05


class NoZoom:
    """Zoom's REST API, of which these trays want nothing."""

    async def send_request(self, request: int, action: e.Action, meeting: str) -> e.Replied:
        """Refuse nothing."""
        del meeting
        return e.Replied(request, action, e.Outcome.ACCEPTED)

    async def fetch_meeting(self, meeting: str) -> e.MeetingFetched:
        """See nothing."""
        return e.MeetingFetched(e.Meeting(uuid=meeting), e.MeetingStatus.UNREADABLE)


class RoamingTray:
    """One tray of a user; `async with` has it listen, and connect again whenever its connection ends."""

    def __init__(self, url: str, token: str, user: User, http: httpx2.AsyncClient) -> None:
        self._relay = RelayHarness(Relay.__new__(Relay), url, http)
        self._token = token
        self._query: Json = {}
        self._task: asyncio.Task[None] | None = None
        self._sequences: dict[int, int] = {}
        self.twice: list[tuple[int, int]] = []
        """What JetStream stored twice."""
        self.position = 0
        self.moves = -1
        clock = SystemClock()
        policy = Policy(no_answer_after=HOUR)
        self.watcher = Watcher(NoZoom(), clock, policy, lambda: None, lambda _: None)
        self.watcher.handle(e.SignedIn(user.id, user.account_id))
        self.watcher.handle(e.FeedConfigured(possible=True))
        self.watcher.report(Connected(clock()))
        self._clock: Callable[[], int] = clock

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await self.watcher.close()

    async def until(self, is_so: Callable[["RoamingTray"], bool], limit_s: float) -> None:
        """Wait until it is so; what breaks the rules of the protocol ends the waiting."""
        assert self._task is not None
        async with asyncio.timeout(limit_s):
            while not is_so(self):
                if self._task.done():
                    await self._task
                await asyncio.sleep(0.05)

    async def _listen(self) -> None:
        while True:
            with contextlib.suppress(
                InvalidStatus, InvalidMessage, ConnectionClosed, OSError, EOFError, TimeoutError
            ):
                await self._listen_once()
            await asyncio.sleep(_AGAIN_S)

    async def _listen_once(self) -> None:
        tray = await self._relay.connect(self._token, **self._query)
        self.moves += 1
        assert tray.hello["gap"] == ("" if self._query else "new")
        assert tray.position == self._query.get("after", 0)
        try:
            while True:
                self._take(await tray.read())
                self._query = {"after": tray.position, "epoch": tray.hello["epoch"]}
                self.position = tray.position
        finally:
            await _leave(tray)

    def _take(self, frame: Json) -> None:
        if frame["module"] != "message":
            return
        content, sequence = frame["content"], frame["sequence"]
        first = self._sequences.setdefault(content["event_ts"], sequence)
        if first != sequence:
            self.twice.append((first, sequence))
            return
        raw, now = json.dumps(content), self._clock()
        self.watcher.report(Received(decode(raw, now), raw, now))

    @property
    def heard(self) -> set[int]:
        """The moments of all events."""
        return set(self._sequences)

    @property
    def states(self) -> list[CaptureState]:
        """How its sessions stand."""
        return [session.state for session in self.watcher.board.sessions]


async def _leave(tray: TrayClient) -> None:
    tray.connection.transport.abort()
    await tray.connection.wait_closed()
