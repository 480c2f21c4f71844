"""Delivers what happens to the board, and carries out what follows from it.

One event, one pure `turn`: the watcher keeps the new board, carries out its effects, and says that something has
changed. Nothing else in the program changes what is known of a session.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol

from rtms_tray.capture import events as e
from rtms_tray.capture.alerts import alerts_after_restart
from rtms_tray.capture.board import Board, Turn
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import (
    AlertEffect,
    Announce,
    Effect,
    FetchMeeting,
    Ignored,
    SendRequest,
    Withdraw,
)
from rtms_tray.capture.routing import deadline, turn, waits_for_network
from rtms_tray.capture.timings import Policy
from rtms_tray.runtime.bystanders import Bystanders
from rtms_tray.runtime.feed_status import FeedStatus
from rtms_tray.runtime.wakefulness import Wakefulness
from rtms_tray.support.clock import Clock
from rtms_tray.support.frozen import replace
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.units import HOUR, SECOND, Millis
from rtms_tray.zoom.feeds import (
    Company,
    Connected,
    Disconnected,
    Feed,
    FeedError,
    Glimpsed,
    News,
    Pinging,
    Received,
    Report,
    StandbyState,
    TwoConnections,
)

log = logging.getLogger(__name__)

_NO_NEWS: Final = frozenset({e.OwnerClientChecked.__name__})
"""What this program looks up itself, for all meetings at once: that some have no use for it is no news."""


class Zoom(Protocol):
    """What the watcher asks of Zoom; neither call raises."""

    async def send_request(self, request: int, action: e.Action, meeting: str) -> e.Replied:
        """Send a request, and tell what came of it."""
        ...

    async def fetch_meeting(self, meeting: str) -> e.MeetingFetched:
        """Look at a meeting."""
        ...


class Watcher:
    """Keeps the board; delivers events and carries out effects."""

    def __init__(
        self,
        zoom: Zoom,
        clock: Clock,
        policy: Policy,
        changed: Callable[[], None],
        alert: Callable[[AlertEffect], None],
        check_sign_in: Callable[[], None] = lambda: None,
        record: Callable[[Received], None] = lambda _: None,
    ) -> None:
        self.board = Board(context=Context(policy=policy))
        self._feed_status = FeedStatus()
        self._event_at: Millis | None = None  # when the newest one came
        self.wakefulness = Wakefulness(clock, self.wake)
        self._zoom = zoom
        self._clock = clock
        self._changed = changed
        self._alert = alert
        self._check_sign_in = check_sign_in
        self._record = record
        self.on_taken: Callable[[News, Board, Board], None] = lambda *_: None  # before, after
        self._bystanders = Bystanders()
        self._waits_for_nothing: Board | None = None  # the board of which that is known
        self.changed_quietly = changed
        """Called instead of `changed` for news that no session and no notice tells of."""
        self._tasks = Tasks()
        self._feed: Feed | None = None
        self._feed_task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._arming: asyncio.Handle | None = None
        self.watching = asyncio.Event()
        """Set while a session is open."""
        self._closed = False

    # --- what happens -------------------------------------------------------------------------

    def handle(self, event: e.Event, key: str | None = None) -> Turn:
        """Take one event; `key` names the session that the user means."""
        before = self._bystanders.taken_in(self.board)
        done = turn(before, event, self._clock(), key)
        self.board = done.board
        self._arm()
        self._tell_of_change(before, event)  # before the effects: the loop shows it first
        for effect in done.effects:
            self._carry_out(effect)
        self._look_closely()
        return done

    def _tell_of_change(self, before: Board, event: e.Event) -> None:
        told = event.event if isinstance(event, e.Kept) else event
        if isinstance(told, e.MeetingEvent) and _shows_the_same(before, self.board):
            self.changed_quietly()
        else:
            self._changed()

    def restore(self, board: Board) -> None:
        """Take over a board with the sessions of an earlier run; before any feed is watched."""
        self.board = board
        for session in board.sessions:
            for effect in alerts_after_restart(session):
                self._carry_out(effect)
        self._arm()
        self._look_closely()
        self._changed()

    def use_zoom(self, zoom: Zoom) -> None:
        """Send requests by this way from now on."""
        self._zoom = zoom

    def wake(self, since: Millis) -> None:
        """This machine slept since then: events may have been missed, and no connection can be trusted."""
        seen_at = since if self.seen_at is None else min(since, self.seen_at)
        self.handle(e.Slept(seen_at, self._clock()))
        if self._feed is not None:
            self._feed.wake()

    def network_is_new(self) -> None:
        """This machine reaches the internet by another way, or again: what stood over the old one is dead."""
        if self._feed is not None:
            self._feed.wake()

    def network_may_be_back(self) -> None:
        """Connect now rather than later; a connection that stands, or is being made, is left alone."""
        next_try_at = self.feed.next_try_at
        waits = next_try_at is not None and next_try_at > self._clock()
        if self._feed is not None and waits:
            self._feed.wake()

    # --- the feed -----------------------------------------------------------------------------

    @property
    def feed(self) -> FeedStatus:
        """The event feed, as last reported."""
        if self._feed_status.last_event_at != self._event_at:
            self._feed_status = replace(self._feed_status, last_event_at=self._event_at)
        return self._feed_status

    @feed.setter
    def feed(self, status: FeedStatus) -> None:
        self._feed_status, self._event_at = status, status.last_event_at

    @property
    def pings_answered(self) -> int:
        """How many pings the server of this feed has answered; 0 for feeds that send none."""
        feed: object = self._feed
        return feed.pings_answered if isinstance(feed, Pinging) else 0

    @property
    def seen_at(self) -> Millis | None:
        """Up to when no event was lost; None where no event can come now."""
        return self._feed.seen_at if self._feed is not None and self.feed.connected else None

    async def use_feed(self, feed: Feed | None, kind: str) -> None:
        """Receive events from this feed, in place of any other."""
        if self._feed_task is not None:
            self._feed_task.cancel()
            await asyncio.gather(self._feed_task, return_exceptions=True)
            self._feed_task = None
        seen_at, self._feed = self.seen_at, feed
        self.feed = FeedStatus(kind=kind)
        sight, possible = self.board.context.sight, feed is not None
        if not self.board.context.acting:
            self.handle(e.ActingChanged(acting=True))
        if sight.up:
            self.handle(e.FeedDown(self._clock() if seen_at is None else seen_at))
        if sight.possible is not possible:
            self.handle(e.FeedConfigured(possible))
        if feed is not None and not self._closed:
            self._feed_task = self._tasks.spawn(self._run(feed), "feed")
        self._arm()
        self._look_closely()
        self._changed()

    def retry_standby(self) -> bool:
        """Connect the second connection again, if the first one stands; tell whether it does."""
        feed: object = self._feed
        if not self.feed.connected or not isinstance(feed, TwoConnections):
            return False
        feed.retry()
        return True

    async def _run(self, feed: Feed) -> None:
        try:
            await feed.run(self.report)
        except Exception:  # a boundary: a dead feed must not appear connected
            log.exception("The event feed failed in a way that nobody thought of.")
            error = FeedError.of("broken")
            self.report(Disconnected(self._clock(), error, None, feed.seen_at))

    def report(self, report: Report) -> None:
        """Take in what the feed reports."""
        if isinstance(report, Glimpsed) and self._is_let_pass(report):
            return
        self.wakefulness.check()
        match report:
            case Connected(at):
                self.feed = self.feed.connected_at(at)
                self._take_connection(report)
                self.network_is_back()
            case Disconnected(at, seen_at=seen_at):
                lost_at = at if seen_at is None else seen_at
                self.feed = self.feed.lost_at(lost_at, report)
                self.handle(e.FeedDown(lost_at))
            case StandbyState(error):
                self.feed = replace(self.feed, standby=error)
                self._changed()
            case Company(acting, elsewhere):
                self.feed = replace(self.feed, company=report)
                self.handle(e.ActingChanged(acting))
                if elsewhere:
                    self._check_sign_in()
            case Glimpsed(_, raw, at):
                self._take(Received(report.event, raw, at))
            case Received():
                self._take(report)

    def _is_let_pass(self, news: Glimpsed) -> bool:
        """Let an event pass that is strangers' affair: all that it tells is when it came."""
        at = news.at
        self.wakefulness.check(at)
        if not self._bystanders.take(news.sighting, self.board, at):
            return False
        self._event_at = at
        self.network_is_back()
        self.on_taken(news, self.board, self.board)
        self.changed_quietly()
        return True

    def _take(self, received: Received) -> None:
        self._record(received)
        self._event_at = received.at
        self.network_is_back()
        before, after = self.board, self.handle(e.Kept(received.event, received.at)).board
        self.on_taken(received, before, after)
        if isinstance(received.event, e.AppDeauthorized):
            self._check_sign_in()

    def _take_connection(self, report: Connected) -> None:
        """Take in that events come, and all at once what was missed: no half of it means anything."""
        if report.since is None:
            self.handle(e.FeedUp(report.at))
            return
        for received in report.missed:
            self._record(received)
        before = self.board
        kept = tuple(e.Kept(received.event, received.at) for received in report.missed)
        after = self.handle(e.CaughtUp(report.at, report.since, kept)).board
        for received in report.missed:
            self.feed = replace(self.feed, last_event_at=received.at)
            self.on_taken(received, before, after)
            before = after  # what they changed together is told with the first
            if isinstance(received.event, e.AppDeauthorized):
                self._check_sign_in()

    def _look_closely(self) -> None:
        """While a session is open, a feed that is silently dead must be noticed soon, and sleep at once."""
        wanted = any(one.open for one in self.board.sessions)
        if wanted is not self.watching.is_set():
            self.watching.set() if wanted else self.watching.clear()
        if self._feed is not None:
            self._feed.watch_closely(wanted=wanted)

    # --- what follows -------------------------------------------------------------------------

    def _carry_out(self, effect: Effect) -> None:
        if self._closed:
            return
        match effect:
            case SendRequest():
                self._tasks.spawn(self._send(effect), f"{effect.action} {effect.request}")
            case FetchMeeting():
                self._tasks.spawn(self._fetch(effect.meeting), "fetch a meeting")
            case Announce() | Withdraw():
                self._alert(effect)
            case Ignored(event) if event in _NO_NEWS:
                pass
            case Ignored(event, because, others=True):
                log.debug("Ignored %s: %s.", event, because)
            case Ignored(event, because):
                log.info("Ignored %s: %s.", event, because)

    async def _send(self, effect: SendRequest) -> None:
        reply = await self._zoom.send_request(effect.request, effect.action, effect.meeting)
        if reply.outcome is not e.Outcome.OFFLINE:
            self.network_is_back()
        self.handle(reply)

    async def _fetch(self, meeting: str) -> None:
        fetched = await self._zoom.fetch_meeting(meeting)
        if self.feed.kind == "relay":  # whose events name other hosts by an alias
            fetched = replace(fetched, meeting=self._without_other_host(fetched.meeting))
        self.handle(fetched)

    def _without_other_host(self, meeting: e.Meeting) -> e.Meeting:
        own = meeting.host_id == self.board.context.me
        return meeting if own else replace(meeting, host_id=None)

    @property
    def waits_for_network(self) -> bool:
        """Whether a request was not sent, and will be once Zoom can be reached."""
        return any(waits_for_network(one, self.board.context) for one in self.board.sessions)

    def network_is_back(self) -> None:
        """Zoom could be reached: send what was not sent."""
        if self.board is not self._waits_for_nothing and self.waits_for_network:
            self.handle(e.NetworkBack())
        self._waits_for_nothing = self.board

    def _arm(self) -> None:
        """Set the timer in the loop's next turn, once for many events: all sessions are looked at."""
        if self._arming is None and not self._closed:
            self._arming = asyncio.get_running_loop().call_soon(self._set_timer)

    def _set_timer(self) -> None:
        """Set the timer to the earliest deadline, if there is one."""
        self._arming = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = deadline(self.board)
        if due is not None and not self._closed:
            wait = min(max(due - self._clock(), 0), HOUR)
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(wait / SECOND, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self.wakefulness.check()
        self.handle(e.Tick())

    async def close(self) -> None:
        """End every task."""
        self._closed = True
        if self._arming is not None:
            self._arming.cancel()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await self._tasks.close()


def _shows_the_same(before: Board, after: Board) -> bool:
    """Whether an event has only been remembered, as nearly all of a busy account's are."""
    same_colleagues = after.memory.colleagues is before.memory.colleagues
    return same_colleagues and after.sessions == before.sessions
