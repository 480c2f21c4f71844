"""Trays that go on wherever they are sent: a strict one, which holds the relay to its word, and the program's own.

Both keep what they hear on a board, as the program does.
"""

import asyncio
import contextlib
import json
import random
from abc import ABC, abstractmethod
from collections import Counter
from pathlib import Path
from typing import Self

import httpx2
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus

from rtms_tray.capture import events as e
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timings import Policy
from rtms_tray.relay.application import Relay
from rtms_tray.runtime.watcher import Watcher
from rtms_tray.simulator.world import User
from rtms_tray.store.relay_place import RelayPlaceFile
from rtms_tray.support.clock import SystemClock
from rtms_tray.support.units import HOUR
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.feeds import Connected, Received
from rtms_tray.zoom.feeds.relay import RelayFeed
from rtms_tray.zoom.feeds.relay_session import RelayAddress, RelaySession
from tests.helpers.program_harness import FAST_TIMING
from tests.helpers.relay_harness import Json, RelayHarness

_AGAIN_S = 0.05
_BREAKS = (InvalidStatus, InvalidMessage, ConnectionClosed, OSError, EOFError, TimeoutError)


class NoZoom:
    """Zoom's REST API, of which these trays want nothing."""

    async def send_request(self, request: int, action: e.Action, meeting: str) -> e.Replied:
        """Refuse nothing."""
        del meeting
        return e.Replied(request, action, e.Outcome.ACCEPTED)

    async def fetch_meeting(self, meeting: str) -> e.MeetingFetched:
        """See nothing."""
        return e.MeetingFetched(e.Meeting(uuid=meeting), e.MeetingStatus.UNREADABLE)


class FixedBearer:
    """One access token of Zoom's."""

    api_base = ""

    def __init__(self, token: str) -> None:
        self._token = token

    async def token(self) -> str:
        """Return it."""
        return self._token

    async def mark_refused(self, token: str) -> None:
        """Be told that it is good for nothing, which it is not."""
        raise AssertionError(f"{token} was refused")


class BoardTray(ABC):
    """A tray of a user, with a board; `async with` has it listen."""

    def __init__(self, user: User) -> None:
        self.clock = SystemClock()
        self.heard: Counter[int] = Counter()
        """How often it heard the event of each moment."""
        policy = Policy(no_answer_after=HOUR)
        self.watcher = Watcher(
            NoZoom(), self.clock, policy, lambda: None, lambda _: None, record=self._count
        )
        self.watcher.handle(e.SignedIn(user.id, user.account_id))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        await self.watcher.close()

    def _count(self, received: Received) -> None:
        self.heard[json.loads(received.raw)["event_ts"]] += 1

    @property
    def states(self) -> list[CaptureState]:
        """How its sessions stand."""
        return [session.state for session in self.watcher.board.sessions]

    async def until_heard(self, moments: set[int], limit_s: float) -> None:
        """Wait until it has heard the events of these moments."""
        try:
            async with asyncio.timeout(limit_s):
                while not moments <= self.heard.keys():
                    self.check()
                    await asyncio.sleep(0.05)
        except TimeoutError:
            missing = sorted(moments - self.heard.keys())
            raise AssertionError(f"{self} never heard {missing}") from None

    @abstractmethod
    async def start(self) -> None:
        """Begin to listen."""

    @abstractmethod
    async def stop(self) -> None:
        """Listen no more."""

    @abstractmethod
    def check(self) -> None:
        """Raise what has ended its listening, if anything has."""


class ProgramTray(BoardTray):
    """What the program is made of: its feed, its watcher, its file."""

    def __init__(
        self, url: str, bearer: FixedBearer, user: User, http: httpx2.AsyncClient, file: Path
    ) -> None:
        super().__init__(user)
        address = RelayAddress.of(url)
        self._feed = RelayFeed(
            address=address,
            session=RelaySession(address, http, self.clock),
            file=RelayPlaceFile(file),
            clock=self.clock,
            random=random.random,
            timing=FAST_TIMING,
        )
        self._feed.use_account(user.id, bearer)

    async def start(self) -> None:
        """Begin to listen."""
        await self.watcher.use_feed(self._feed, "relay")

    async def stop(self) -> None:
        """Listen no more."""
        await self.watcher.use_feed(None, "none")

    def check(self) -> None:
        """Raise what has ended its listening."""
        assert self.watcher.feed.error_code != "broken"


class StrictTray(BoardTray):
    """Takes nothing but what the relay promises, frame by frame."""

    def __init__(self, url: str, token: str, user: User, http: httpx2.AsyncClient) -> None:
        super().__init__(user)
        self._relay = RelayHarness(Relay.__new__(Relay), url, http)
        self._token = token
        self._query: Json = {}
        self._task: asyncio.Task[None] | None = None
        self.watcher.handle(e.FeedConfigured(possible=True))
        self.watcher.report(Connected(self.clock()))

    async def start(self) -> None:
        """Begin to listen."""
        self._task = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """Listen no more."""
        assert self._task is not None
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    def check(self) -> None:
        """Raise what has ended its listening: the relay broke its word."""
        if self._task is not None and self._task.done():
            self._task.result()

    async def _listen(self) -> None:
        while True:
            with contextlib.suppress(*_BREAKS):
                await self._listen_once()
            await asyncio.sleep(_AGAIN_S)

    async def _listen_once(self) -> None:
        tray = await self._relay.connect(self._token, **self._query)
        assert tray.hello["gap"] == ("" if self._query else "new"), f"{tray.hello} to {self._query}"
        try:
            while True:
                self._take(await tray.read())
                self._query = {"after": tray.position, "epoch": tray.hello["epoch"]}
        finally:
            tray.connection.transport.abort()
            await tray.connection.wait_closed()

    def _take(self, frame: Json) -> None:
        if frame["module"] == "message":
            raw, now = json.dumps(frame["content"]), self.clock()
            self.watcher.report(Received(decode(raw, now), raw, now))
