"""The one place where events, machine and effects meet; it owns every task of watching.

Something happens → one pure step → the new board is shown and its effects are carried out. Nothing else in
the program changes what is known of a session.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from rtms_tray.capture import board as b
from rtms_tray.capture import events as e
from rtms_tray.capture.effects import Announce, Effect, Ignored, LookUp, SendRequest, Withdraw
from rtms_tray.capture.policy import Policy
from rtms_tray.capture.units import HOUR, SECOND, Millis
from rtms_tray.clock import Clock
from rtms_tray.tasks import Tasks
from rtms_tray.zoom.feeds import Connected, Disconnected, Feed, Received, Report

log = logging.getLogger(__name__)

Hearing = Announce | Withdraw


class Zoom(Protocol):
    """What the watcher asks of Zoom; neither call raises."""

    async def ask(self, request: int, action: e.Action, meeting: str) -> e.Replied:
        """Send a request, and tell what came of it."""
        ...

    async def look(self, meeting: str) -> e.MeetingSeen:
        """Look at a meeting."""
        ...


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """The event feed, as last reported."""

    kind: str = "none"
    connected: bool = False
    since: Millis | None = None
    last_event_at: Millis | None = None
    next_try_at: Millis | None = None
    error: str | None = None
    error_code: str | None = None
    remedy: str = ""


class Watcher:
    """Keeps the board, and lets the world know."""

    def __init__(
        self,
        zoom: Zoom,
        clock: Clock,
        policy: Policy,
        changed: Callable[[], None],
        hear: Callable[[Hearing], None],
    ) -> None:
        self.board = b.Board(policy=policy)
        self.feed = FeedStatus()
        self._zoom = zoom
        self._clock = clock
        self._changed = changed
        self._hear = hear
        self._tasks = Tasks()
        self._feed: Feed | None = None
        self._feed_task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    # --- what happens -------------------------------------------------------------------------

    def ask(self, event: e.Ask) -> str | None:
        """The user asks for a meeting; names the session it went to."""
        return self._take(b.ask(self.board, event, self._clock()))

    def to_session(self, key: str, event: e.UserEvent) -> None:
        """The user does something to one session."""
        self._take(b.to_session(self.board, key, event, self._clock()))

    def to_all(self, event: e.Event) -> None:
        """Something concerns every session."""
        self._take(b.to_all(self.board, event, self._clock()))

    def with_policy(self, policy: Policy) -> None:
        """The user's choices changed; they hold for open sessions too."""
        sessions = tuple(replace(one, policy=policy) for one in self.board.sessions)
        self.board = replace(self.board, policy=policy, sessions=sessions)
        self._changed()

    def use_zoom(self, zoom: Zoom) -> None:
        """Ask this Zoom from now on."""
        self._zoom = zoom

    def wake(self, since: Millis) -> None:
        """This machine slept since then: nothing was seen, and no connection can be trusted."""
        self.to_all(e.Slept(since, self._clock()))
        if self._feed is not None:
            self._feed.wake()

    # --- the feed -----------------------------------------------------------------------------

    async def use_feed(self, feed: Feed | None, kind: str) -> None:
        """Watch this feed from now on, in place of any other."""
        if self._feed_task is not None:
            self._feed_task.cancel()
            await asyncio.gather(self._feed_task, return_exceptions=True)
            self._feed_task = None
        self._feed = feed
        self.feed = FeedStatus(kind=kind)
        if self.board.sight.up:
            self.to_all(e.FeedDown(self._clock()))
        if feed is not None:
            self._expect_events()
            self._feed_task = self._tasks.spawn(feed.run(self.report), "feed")
        self._changed()

    def _expect_events(self) -> None:
        sight = replace(self.board.sight, possible=True)
        sessions = tuple(replace(one, sight=sight) for one in self.board.sessions)
        self.board = replace(self.board, sight=sight, sessions=sessions)

    def report(self, report: Report) -> None:
        """Take in what the feed reports."""
        match report:
            case Connected(at):
                self.feed = replace(
                    self.feed,
                    connected=True,
                    since=at,
                    next_try_at=None,
                    error=None,
                    error_code=None,
                )
                self._network_is_back()
                self.to_all(e.FeedUp(at))
            case Disconnected(at, error, next_try_at):
                self.feed = replace(
                    self.feed,
                    connected=False,
                    since=at if self.feed.connected else self.feed.since,
                    next_try_at=next_try_at,
                    error=error.text if error else None,
                    error_code=str(error.code) if error else None,
                    remedy=error.remedy if error else "",
                )
                self.to_all(e.FeedDown(at))
            case Received(event, _, at):
                self.feed = replace(self.feed, last_event_at=at)
                self._take(b.from_zoom(self.board, event, self._clock()))

    # --- what follows -------------------------------------------------------------------------

    def _take(self, turn: b.Turn) -> str | None:
        self.board = turn.board
        for effect in turn.effects:
            self._carry_out(effect)
        self._arm()
        self._changed()
        return turn.key

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case SendRequest():
                self._tasks.spawn(self._send(effect), f"{effect.action} {effect.request}")
            case LookUp():
                self._tasks.spawn(self._look(effect.meeting), "look at a meeting")
            case Announce() | Withdraw():
                self._hear(effect)
            case Ignored():
                log.info("Ignored %s: %s.", effect.event, effect.because)

    async def _send(self, effect: SendRequest) -> None:
        reply = await self._zoom.ask(effect.request, effect.action, effect.meeting)
        if reply.outcome is not e.Outcome.OFFLINE:
            self._network_is_back()
        self._take(b.reply(self.board, reply, self._clock()))

    async def _look(self, meeting: str) -> None:
        seen = await self._zoom.look(meeting)
        self._take(b.seen(self.board, seen, self._clock()))

    def _network_is_back(self) -> None:
        self.to_all(e.NetworkBack())

    def _arm(self) -> None:
        """Keep one timer, for the earliest deadline; none when nothing is due."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = b.deadline(self.board)
        if deadline is not None:
            wait = min(max(deadline - self._clock(), 0), HOUR)
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(wait / SECOND, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self.to_all(e.Tick())

    async def close(self) -> None:
        """Stop watching; nothing is left running."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await self._tasks.close()
