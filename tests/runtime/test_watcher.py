"""The watcher: one timer, effects carried out, the feed's reports taken in, sleep, a clean end."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import TYPE_CHECKING

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Source, Value
from rtms_tray.capture.effects import Announce, Category
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timings import AutoResend, Policy
from rtms_tray.runtime.watcher import Watcher
from rtms_tray.support.tasks import ChangeSignal
from rtms_tray.support.units import HOUR, MINUTE, SECOND
from rtms_tray.zoom.feeds import Company, Connected, Disconnected, FeedError, Received, Report
from tests.helpers.capture_stage import brought_to
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.manual_clock import NOON, ManualClock

if TYPE_CHECKING:
    from rtms_tray.capture.effects import AlertEffect

MEETING = e.Meeting(uuid="uuid==", number="98712345670", host_id="host")
OFFLINE = FeedError("offline", "Cannot be reached.", "Check the network.")
QUIET = Policy(no_answer_after=HOUR)


class ScriptedZoom:
    """Answers requests as told; `gate` holds replies up."""

    def __init__(self) -> None:
        self.outcomes: list[e.Outcome] = []
        self.asked: list[tuple[e.Action, str]] = []
        self.looked: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def send_request(self, request: int, action: e.Action, meeting: str) -> e.Replied:
        """Reply with the next outcome, or accept."""
        self.asked.append((action, meeting))
        await self.gate.wait()
        outcome = self.outcomes.pop(0) if self.outcomes else e.Outcome.ACCEPTED
        return e.Replied(request, action, outcome)

    async def fetch_meeting(self, meeting: str) -> e.MeetingFetched:
        """See nothing."""
        self.looked.append(meeting)
        return e.MeetingFetched(e.Meeting(uuid=meeting), e.MeetingStatus.UNREADABLE)


class ScriptedFeed:
    """Reports what it is told."""

    def __init__(self) -> None:
        self.report: Callable[[Report], None] | None = None
        self.woken = 0
        self.seen_at: int | None = None
        self.watched_closely = False
        self.ended = False
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self, report: Callable[[Report], None]) -> None:
        """Run until cancelled, or until it shall fail."""
        self.report = report
        try:
            await self.failure
        finally:
            self.ended = True

    def wake(self) -> None:
        """Count."""
        self.woken += 1

    def watch_closely(self, *, wanted: bool) -> None:
        """Take note."""
        self.watched_closely = wanted


class World:
    """A watcher with everything around it scripted."""

    def __init__(self) -> None:
        self.zoom = ScriptedZoom()
        self.clock = ManualClock()
        self.changes = ChangeSignal()
        self.heard: list[AlertEffect] = []
        self.doubts = 0
        self.watcher = Watcher(
            self.zoom, self.clock, QUIET, self.changes.ring, self.heard.append, self._doubt
        )

    def _doubt(self) -> None:
        self.doubts += 1

    async def feed(self) -> ScriptedFeed:
        """Give the watcher a feed, connected."""
        feed = ScriptedFeed()
        await self.watcher.use_feed(feed, "zoom")
        await asyncio.sleep(0)
        self.watcher.report(Connected(self.clock()))
        return feed

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something."""
        assert await self.changes.until(is_so, 5), self.watcher.board

    async def asked(self) -> Session:
        """Start, and wait for the reply."""
        key = self.watcher.handle(e.StartRequested("98712345670")).key
        await self.until(lambda: not self.request_open)
        assert key == "s1"
        return self.session

    @property
    def session(self) -> Session:
        """The only session."""
        (session,) = self.watcher.board.sessions
        return session

    @property
    def request_open(self) -> bool:
        """Whether the request is on its way."""
        return self.session.requests.newest is not None and self.session.requests.newest.open

    def has_left(self, outcomes: int) -> bool:
        """Whether so many outcomes are still to come."""
        return len(self.zoom.outcomes) == outcomes

    def happen(self, event: e.ZoomEvent) -> None:
        """Let an event come."""
        self.watcher.report(Received(event, "{}", self.clock()))

    def due_in(self) -> float | None:
        """How long until the timer fires, in seconds; None: there is none."""
        timer = self.watcher._timer
        return timer.when() - asyncio.get_running_loop().time() if timer else None


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    yield world
    await world.watcher.close()
    assert not asyncio.all_tasks() - {asyncio.current_task()}
    assert world.due_in() is None


async def test_idle_it_waits_for_nothing(world: World) -> None:
    await world.feed()
    assert world.due_in() is None
    assert world.watcher.board.sessions == ()


async def test_one_timer_for_the_earliest_deadline(world: World) -> None:
    await world.feed()
    await world.asked()
    due = world.due_in()
    assert due is not None
    assert 4.5 < due <= 5, "the grace of 5 s"
    world.watcher.handle(e.GivenUp(), "s1")
    await world.until(lambda: len(world.zoom.asked) == 2)
    due = world.due_in()
    assert due is not None
    assert HOUR / SECOND - 5 < due <= HOUR / SECOND, "an ended session leaves the list"
    world.clock.advance(HOUR)
    world.watcher.handle(e.Tick())
    await asyncio.sleep(0)  # the timer is set once for all that happens in one turn of the loop
    assert (world.watcher.board.sessions, world.due_in()) == ((), None)


async def test_the_timer_fires_what_is_due(world: World) -> None:
    await world.feed()
    await world.asked()
    world.watcher.handle(e.ReminderRequested(1), "s1")
    world.clock.advance(MINUTE)
    world.watcher._arm()
    await world.until(lambda: len(world.heard) > 0)


async def test_a_request_goes_out_and_its_reply_comes_in(world: World) -> None:
    world.zoom.gate.clear()
    world.watcher.handle(e.StartRequested("98712345670"))
    assert world.session.state == "requesting"
    world.zoom.gate.set()
    await world.until(lambda: world.session.state == "pending_approval")
    assert world.zoom.asked == [(e.Action.START, "98712345670")]


async def test_events_move_sessions_and_are_announced(world: World) -> None:
    await world.feed()
    await world.asked()
    world.happen(e.StreamStarted(MEETING, "stream", None, NOON + SECOND))
    assert world.session.state == "sharing"
    assert world.watcher.feed.last_event_at == NOON
    world.happen(e.StreamStopped(MEETING, "stream", 5, NOON + 2 * SECOND))
    assert world.session.state == "stopped"
    assert world.heard


async def test_the_surfaces_learn_of_a_change_before_it_is_announced(world: World) -> None:
    order: list[str] = []
    watcher = Watcher(
        world.zoom,
        world.clock,
        QUIET,
        lambda: order.append("shown"),
        lambda _: order.append("told"),
    )
    await world.asked()
    world.happen(e.StreamStarted(MEETING, "stream", None, NOON))
    watcher.restore(world.watcher.board)
    order.clear()
    watcher.handle(e.StreamStopped(MEETING, "stream", 5, NOON + SECOND))
    assert order[0] == "shown"
    assert "told" in order
    await watcher.close()


async def test_the_feeds_standing_is_kept(world: World) -> None:
    await world.feed()
    assert (world.watcher.feed.kind, world.watcher.feed.connected) == ("zoom", True)
    world.clock.advance(SECOND)
    world.watcher.report(Disconnected(world.clock(), OFFLINE, NOON + MINUTE))
    feed = world.watcher.feed
    assert (feed.connected, feed.since, feed.next_try_at) == (False, NOON + SECOND, NOON + MINUTE)
    assert (feed.error, feed.error_code) == (OFFLINE.text, "offline")
    world.clock.advance(SECOND)
    world.watcher.report(Disconnected(world.clock(), OFFLINE, None))
    assert world.watcher.feed.since == NOON + SECOND, "down since the first word of it"
    world.watcher.report(Connected(world.clock()))
    assert (world.watcher.feed.error, world.watcher.feed.next_try_at) == (None, None)


async def test_a_gap_begins_at_the_feeds_last_sign_of_life(world: World) -> None:
    await world.feed()
    await world.asked()
    world.happen(e.StreamStarted(MEETING, "stream", "me", NOON + SECOND))
    world.clock.advance(MINUTE)
    world.watcher.report(Disconnected(world.clock(), OFFLINE, None, NOON + 40 * SECOND))
    assert world.session.doubt.since == NOON + 40 * SECOND
    assert world.watcher.feed.since == NOON + 40 * SECOND


async def test_a_gap_of_sleep_begins_there_too(world: World) -> None:
    feed = await world.feed()
    await world.asked()
    world.happen(e.StreamStarted(MEETING, "stream", "me", NOON + SECOND))
    feed.seen_at = NOON + 30 * SECOND
    world.clock.advance(MINUTE)
    world.watcher.wake(NOON + 35 * SECOND)
    assert world.session.doubt.since == NOON + 30 * SECOND


async def test_a_gap_between_two_feeds_begins_at_the_firsts_last_sign_of_life(world: World) -> None:
    feed = await world.feed()
    await world.asked()
    world.happen(e.StreamStarted(MEETING, "stream", "me", NOON + SECOND))
    feed.seen_at = NOON + 30 * SECOND
    assert world.watcher.seen_at == feed.seen_at
    world.clock.advance(MINUTE)
    await world.watcher.use_feed(ScriptedFeed(), "zoom")
    assert world.session.doubt.since == NOON + 30 * SECOND
    assert world.watcher.seen_at is None


async def test_a_feed_is_watched_closely_while_a_session_is_open(world: World) -> None:
    feed = await world.feed()
    closely = [feed.watched_closely]
    await world.asked()
    closely.append(feed.watched_closely)
    other = ScriptedFeed()
    await world.watcher.use_feed(other, "zoom")
    closely.append(other.watched_closely)
    world.watcher.handle(e.GivenUp(), world.session.key)
    closely.append(other.watched_closely)
    assert closely == [False, True, True, False]


async def test_a_connection_without_anything_offline_says_nothing_to_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await world.feed()
    await world.asked()
    world.watcher.report(Disconnected(world.clock(), None, world.clock()))
    world.watcher.report(Connected(world.clock()))
    world.happen(e.MeetingStarted(MEETING, NOON + SECOND))
    assert not [line for line in caplog.messages if "NetworkBack" in line]


async def test_meetings_of_others_do_not_fill_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await world.feed()
    theirs = e.Meeting(uuid="theirs==", number="11122233344", host_id="another")
    world.happen(e.StreamStarted(theirs, "1", "another", NOON))
    world.happen(e.MeetingEnded(theirs, NOON))
    world.happen(e.Unknown("meeting.new_thing", NOON))
    told = {record.levelname: record.getMessage() for record in caplog.records}
    assert told["DEBUG"] == "Ignored MeetingEnded: no session for this meeting."
    assert told["INFO"] == "Ignored meeting.new_thing: unknown event."


async def test_a_look_of_our_own_that_a_session_has_no_use_for_says_nothing_to_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.feed()
    await world.asked()
    world.happen(e.MeetingStarted(MEETING, NOON))
    world.happen(e.MeetingEnded(MEETING, NOON + SECOND))
    caplog.set_level(logging.DEBUG)
    world.watcher.handle(e.OwnerClientChecked(Value.YES, Source.MACHINE))
    assert [line for line in caplog.messages if "Ignored" in line] == []


async def test_what_never_left_is_sent_once_when_the_network_is_back(world: World) -> None:
    await _offline(world)
    await world.feed()
    await world.until(lambda: world.session.state == "pending_approval")
    asked = len(world.zoom.asked)
    world.watcher.report(Connected(world.clock()))
    await asyncio.sleep(0)
    assert len(world.zoom.asked) == asked


async def test_an_event_proves_the_network_too(world: World) -> None:
    await world.feed()
    await _offline(world)
    world.happen(e.Unknown("some.event", NOON))
    await world.until(lambda: world.session.state == "pending_approval")


async def test_with_auto_resend_off_nothing_is_sent_by_itself(world: World) -> None:
    world.watcher.handle(e.PolicyChanged(Policy(auto_resend=AutoResend.OFF)))
    await _offline(world)
    asked = len(world.zoom.asked)
    await world.feed()
    await asyncio.sleep(0)
    assert (world.session.state, len(world.zoom.asked)) == ("refused", asked)


async def _offline(world: World) -> None:
    """Ask in vain."""
    world.zoom.outcomes = [e.Outcome.OFFLINE] * 4
    world.watcher.handle(e.StartRequested("98712345670"))
    for left in (3, 2, 1, 0):
        await world.until(partial(world.has_left, left))
        world.clock.advance(4 * SECOND)
        world.watcher.handle(e.Tick())
    assert world.session.state == "refused"


@pytest.mark.promise("sleep of eight hours")
async def test_after_sleep_nothing_is_certain_and_the_feed_connects_anew(world: World) -> None:
    feed = await world.feed()
    await world.asked()
    world.watcher.wakefulness.look()
    world.clock.advance(5 * SECOND)
    world.watcher.wakefulness.look()
    assert feed.woken == 0
    world.clock.advance(HOUR)
    world.watcher.wakefulness.look()
    assert feed.woken == 1
    assert not world.session.verified
    world.watcher.wakefulness.look()
    assert feed.woken == 1


@pytest.mark.promise("sleep of eight hours")
async def test_a_deadline_does_not_fire_for_the_time_of_sleep(world: World) -> None:
    feed = await world.feed()
    world.watcher.handle(e.PolicyChanged(Policy(no_answer_after=20 * SECOND)))
    await world.asked()
    world.watcher.wakefulness.look()
    world.clock.advance(HOUR)
    world.watcher._tick()  # the timer is the first to run after the sleep
    assert feed.woken == 1
    assert world.session.state == "pending_approval"


async def test_a_feed_that_breaks_inside_does_not_look_alive(
    world: World, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("rtms_tray.runtime.watcher:ERROR:The event feed failed")
    feed = await world.feed()
    feed.failure.set_exception(RuntimeError("a bug"))
    await world.until(lambda: not world.watcher.feed.connected)
    assert (world.watcher.feed.error_code, world.watcher.feed.next_try_at) == ("broken", None)


async def test_another_feed_ends_the_one_before(world: World) -> None:
    first = await world.feed()
    second = await world.feed()
    assert (first.ended, second.ended) == (True, False)
    await world.watcher.use_feed(None, "none")
    assert second.ended
    assert (world.watcher.feed.kind, world.watcher.board.context.sight.possible) == ("none", False)


async def test_without_any_feed_a_session_is_not_called_blind(world: World) -> None:
    await world.feed()
    await world.asked()
    await world.watcher.use_feed(None, "none")
    assert not world.watcher.board.context.sight.blind
    world.clock.advance(MINUTE)
    world.watcher.handle(e.Tick())
    assert world.session.state == "pending_approval", "silence means nothing without a feed"


async def test_a_look_at_the_meeting_is_carried_out(world: World) -> None:
    await world.feed()
    await world.asked()
    world.happen(e.StreamStarted(MEETING, "stream", None, NOON + SECOND))
    world.watcher.report(Disconnected(world.clock(), OFFLINE, NOON))
    world.watcher.report(Connected(world.clock()))
    await world.until(lambda: world.zoom.looked[-1] == "uuid==")


async def test_a_removed_app_makes_the_sign_in_doubtful(world: World) -> None:
    await world.feed()
    world.happen(e.AppDeauthorized("me", NOON))
    assert world.doubts == 1


async def test_new_wishes_hold_for_open_sessions(world: World) -> None:
    await world.asked()
    wishes = Policy(auto_resend=AutoResend.HOST_JOINED)
    world.watcher.handle(e.PolicyChanged(wishes))
    assert world.watcher.board.context.policy == wishes


async def test_after_the_end_nothing_begins(world: World) -> None:
    feed = await world.feed()
    world.zoom.gate.clear()
    world.watcher.handle(e.StartRequested("98712345670"))
    await asyncio.sleep(0)
    await world.watcher.close()
    assert feed.ended
    asked = len(world.zoom.asked)
    world.watcher.handle(e.StartRequested("91234567890"))
    await asyncio.sleep(0)
    assert (len(world.zoom.asked), world.due_in()) == (asked, None)


async def test_a_restart_tells_of_a_long_gap(world: World) -> None:
    stage = brought_to(CaptureState.SHARING)
    stage.sleep(600)
    world.watcher.restore(stage.board)
    assert [(one.category, one.why.code) for one in world.heard if isinstance(one, Announce)] == [
        (Category.SIGHT, Code.UNSEEN)
    ]


async def test_a_restart_after_a_short_gap_tells_of_nothing(world: World) -> None:
    stage = brought_to(CaptureState.SHARING)
    stage.sleep(20)
    world.watcher.restore(stage.board)
    assert world.heard == []


async def test_what_a_relay_has_kept_is_taken_in_as_a_whole(world: World) -> None:
    await world.feed()
    told: list[tuple[str, int]] = []
    world.watcher.on_taken = lambda received, _, after: told.append(
        (type(received.event).__name__, len(after.sessions))
    )
    start = e.StreamStarted(MEETING, "a", "me", NOON - MINUTE)
    world.watcher.handle(e.SignedIn("me"))
    missed = tuple(
        Received(event, "{}", NOON - MINUTE) for event in (start, e.AppDeauthorized("me", NOON))
    )
    world.watcher.report(Disconnected(NOON, OFFLINE, NOON, NOON - HOUR))
    world.watcher.report(Connected(NOON, NOON - 2 * HOUR, missed))
    assert told == [("StreamStarted", 1), ("AppDeauthorized", 1)]
    assert world.watcher.feed.last_event_at == NOON - MINUTE
    assert world.doubts == 1


async def test_a_feed_without_company_lets_this_tray_act(world: World) -> None:
    await world.feed()
    world.watcher.report(Company(acting=False, signed_in_elsewhere=True))
    acting = [world.watcher.board.context.acting]
    await world.watcher.use_feed(None, "none")
    acting.append(world.watcher.board.context.acting)
    assert (acting, world.doubts) == ([False, True], 1)
    assert world.watcher.feed.company is None
