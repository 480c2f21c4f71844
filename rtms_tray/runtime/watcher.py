"""The one place where events, machine and effects meet; it owns every task of watching.

Something happens → one pure step → the new board is shown and its effects are carried out. Nothing else in
the program changes what is known of a session.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as b
from rtms_tray.capture.effects import (
    AlertEffect,
    Announce,
    Effect,
    FetchMeeting,
    Ignored,
    Rejection,
    SendRequest,
    Withdraw,
)
from rtms_tray.capture.policy import AutoResend, Policy
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.updates import disarmed
from rtms_tray.support.clock import Clock
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.texts import text
from rtms_tray.support.units import HOUR, SECOND, Millis
from rtms_tray.zoom.feeds import Connected, Disconnected, Feed, FeedError, Received, Report

log = logging.getLogger(__name__)

SLEPT_AT_LEAST: Final[Millis] = 20 * SECOND


class Zoom(Protocol):
    """What the watcher asks of Zoom; neither call raises."""

    async def send_request(self, request: int, action: e.Action, meeting: str) -> e.Replied:
        """Send a request, and tell what came of it."""
        ...

    async def fetch_meeting(self, meeting: str) -> e.MeetingFetched:
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
        hear: Callable[[AlertEffect], None],
        doubt_sign_in: Callable[[], None] = lambda: None,
        inspect: Callable[[Received], None] = lambda _: None,
    ) -> None:
        self.board = b.Board(policy=policy)
        self.feed = FeedStatus()
        self.awake_since: Millis | None = None  # since this machine last slept
        self._zoom = zoom
        self._clock = clock
        self._changed = changed
        self._hear = hear
        self._doubt_sign_in = doubt_sign_in
        self._inspect = inspect
        self._tasks = Tasks()
        self._feed: Feed | None = None
        self._feed_task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._awake_at: Millis | None = None  # None until somebody looks for sleep
        self._closed = False

    # --- what happens -------------------------------------------------------------------------

    def ask(self, event: e.StartRequested) -> str | None:
        """The user asks for a meeting; names the session it went to."""
        return self._take(b.ask(self.board, event, self._clock())).key

    def to_session(self, key: str, event: e.UserEvent | e.NetworkBack) -> Rejection | None:
        """Something concerns one session: mostly a wish of the user's, refused for the reason that is given back."""
        return self._take(b.to_session(self.board, key, event, self._clock())).refused

    def to_all(self, event: e.Event) -> None:
        """Something concerns every session."""
        self._take(b.to_all(self.board, event, self._clock()))

    def put_back(self, board: b.Board) -> None:
        """Take over a board with the sessions of an earlier run; before any feed is watched."""
        self.board = board
        self._arm()
        self._changed()

    def with_policy(self, policy: Policy) -> None:
        """The user's choices changed; they hold for open sessions too."""
        sessions = tuple(replace(one, policy=policy) for one in self.board.sessions)
        self.board = replace(self.board, policy=policy, sessions=sessions)
        self._changed()

    def use_zoom(self, zoom: Zoom) -> None:
        """Ask this Zoom from now on."""
        self._zoom = zoom

    def notice_sleep(self) -> None:
        """Called every few seconds: a long gap means that this machine slept.

        A deadline or a report may be the first to come after the sleep, and looks as well: nothing
        must be concluded from what could not be seen.
        """
        now = self._clock()
        since, self._awake_at = self._awake_at, now
        if since is not None and now - since >= SLEPT_AT_LEAST:
            log.info("This machine slept for %d s.", (now - since) // SECOND)
            self.wake(since)

    def _notice_sleep_too(self) -> None:
        if self._awake_at is not None:
            self.notice_sleep()

    def wake(self, since: Millis) -> None:
        """This machine slept since then: nothing was seen, and no connection can be trusted."""
        self.awake_since = self._clock()
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
        self._may_see(possible=feed is not None)
        if feed is not None and not self._closed:
            self._feed_task = self._tasks.spawn(self._run(feed), "feed")
        self._arm()
        self._changed()

    def _may_see(self, *, possible: bool) -> None:
        """Tell every session whether events can come at all; without them silence means nothing."""
        if self.board.sight.possible is possible:
            return
        sight = replace(self.board.sight, possible=possible)
        sessions = tuple(replace(one, sight=sight) for one in self.board.sessions)
        if not possible:
            sessions = tuple(
                disarmed(one, Timer.NO_ANSWER, Timer.FEED_DOWN_ALERT) for one in sessions
            )
        self.board = replace(self.board, sight=sight, sessions=sessions)

    async def _run(self, feed: Feed) -> None:
        try:
            await feed.run(self.report)
        except Exception:  # a border: a feed that is dead must not look alive
            log.exception("The event feed failed in a way that nobody thought of.")
            self.report(Disconnected(self._clock(), _broken_feed(), None))

    def report(self, report: Report) -> None:
        """Take in what the feed reports."""
        self._notice_sleep_too()
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
                self.to_all(e.FeedUp(at))
                self.network_is_back()
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
                self._inspect(report)
                self.feed = replace(self.feed, last_event_at=at)
                self.network_is_back()
                self._take(b.from_zoom(self.board, event, self._clock()))
                if isinstance(event, e.AppDeauthorized):
                    self._doubt_sign_in()

    # --- what follows -------------------------------------------------------------------------

    def _take(self, turn: b.Turn) -> b.Turn:
        self.board = turn.board
        for effect in turn.effects:
            self._carry_out(effect)
        self._arm()
        self._changed()
        return turn

    def _carry_out(self, effect: Effect) -> None:
        if self._closed:
            return
        match effect:
            case SendRequest():
                self._tasks.spawn(self._send(effect), f"{effect.action} {effect.request}")
            case FetchMeeting():
                self._tasks.spawn(self._look(effect.meeting), "look at a meeting")
            case Announce() | Withdraw():
                self._hear(effect)
            case Ignored(event, because, others=True):
                log.debug("Ignored %s: %s.", event, because)
            case Ignored(event, because):
                log.info("Ignored %s: %s.", event, because)

    async def _send(self, effect: SendRequest) -> None:
        reply = await self._zoom.send_request(effect.request, effect.action, effect.meeting)
        if reply.outcome is not e.Outcome.OFFLINE:
            self.network_is_back()
        self._take(b.reply(self.board, reply, self._clock()))

    async def _look(self, meeting: str) -> None:
        seen = await self._zoom.fetch_meeting(meeting)
        self._take(b.seen(self.board, seen, self._clock()))

    @property
    def waits_for_network(self) -> bool:
        """Whether a request never left, and is to be sent once Zoom can be reached."""
        return any(map(_waits_for_network, self.board.sessions))

    def network_is_back(self) -> None:
        """Zoom was reached: tell the sessions whose request never left."""
        for session in self.board.sessions:
            if _waits_for_network(session):
                self.to_session(session.key, e.NetworkBack())

    def _arm(self) -> None:
        """Keep one timer, for the earliest deadline; none when nothing is due."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = b.deadline(self.board)
        if deadline is not None and not self._closed:
            wait = min(max(deadline - self._clock(), 0), HOUR)
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(wait / SECOND, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._notice_sleep_too()
        self.to_all(e.Tick())

    async def close(self) -> None:
        """Stop watching; nothing is left running."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await self._tasks.close()


def _waits_for_network(session: Session) -> bool:
    offline = session.why is not None and session.why.code is Code.OFFLINE
    may = session.policy.auto_resend is not AutoResend.OFF
    return session.state is CaptureState.REFUSED and offline and may


def _broken_feed() -> FeedError:
    return FeedError("broken", text("feed.broken.text"), text("feed.broken.remedy"))
