"""A feed that reads the log of deliveries after a gap: when, as whom, and when not."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from rtms_tray.capture.events import Outcome
from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.support.units import HOUR, MINUTE, SECOND, Millis
from rtms_tray.zoom.delivery_log import LogRead, LogRefused
from rtms_tray.zoom.errors import Offline
from rtms_tray.zoom.feeds import Connected, Disconnected, Received, Report, news_of
from rtms_tray.zoom.feeds.log_catch_up import LOOKS
from rtms_tray.zoom.feeds.logged import WAIT_S, LoggedFeed, LoggedStandbyFeed
from rtms_tray.zoom.replies import Reading, Reply
from rtms_tray.zoom.rest import Bearer
from tests.helpers.manual_clock import ManualClock
from tests.zoom.fakes import Tokens
from tests.zoom.feeds.test_log_catch_up import log_of, noise, started, stopped


class Inner:
    """A feed that reports what it is told."""

    def __init__(self) -> None:
        self.seen_at: Millis | None = None
        self.calls: list[object] = []
        self.report: Callable[[Report], None] = lambda _: None

    async def run(self, report: Callable[[Report], None]) -> None:
        """Run until cancelled."""
        self.report = report
        await asyncio.Event().wait()

    def wake(self) -> None:
        """Count."""
        self.calls.append("wake")

    def watch_closely(self, *, wanted: bool) -> None:
        """Take note."""
        self.calls.append(wanted)


class InnerOfTwo(Inner):
    """A feed over two connections, with pings."""

    pings_answered = 3

    def retry(self) -> None:
        """Count."""
        self.calls.append("retry")


class Log:
    """A log that answers what it is told; every call is counted."""

    def __init__(self) -> None:
        self.read_now: LogRead | Exception = LogRead()
        self.stops: LogRead = LogRead()
        self.calls: list[str] = []
        self.called = asyncio.Event()
        self.gate: asyncio.Event | None = None

    async def read(self, bearer: Bearer, since: Millis, event: str = "") -> LogRead:
        """Answer."""
        del bearer, since
        self.calls.append(event)
        self.called.set()
        if self.gate is not None:
            await self.gate.wait()
        if isinstance(self.read_now, Exception):
            raise self.read_now
        return self.stops if event else self.read_now


class Stage:
    """A feed with a log, its clock, and what it reported."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.inner, self.log = Inner(), Log()
        self.feed = LoggedFeed(self.inner, self.log, clock)  # type: ignore[arg-type]
        self.reports: list[Report] = []
        self.feed.use_account("me", Tokens())
        self.feed.watch_closely(wanted=True)
        self.task = asyncio.create_task(self.feed.run(self.reports.append))

    async def gap(self, *, then: tuple[str, ...] = ()) -> None:
        """Have the feed be down for a minute, and bring events later."""
        await asyncio.sleep(0)
        now = self.clock.now
        self.inner.report(Connected(now))
        self.event(started(now))
        self.clock.now += MINUTE
        self.inner.seen_at = self.clock.now
        self.inner.report(Disconnected(self.clock.now, None, None, self.clock.now))
        self.clock.now += MINUTE
        self.inner.report(Connected(self.clock.now))
        self.back_at = self.clock.now
        self.clock.now += 40 * SECOND
        for text in then:
            self.event(text)

    def event(self, text: str) -> None:
        """Have the feed bring an event."""
        self.inner.report(news_of(text, self.clock.now))

    async def look(self, number: int = 2) -> None:
        """Let it be time for a look at the log."""
        self.clock.now = max(self.clock.now, self.back_at + LOOKS[number])
        self.log.called.clear()
        self.feed._changed.set()
        async with asyncio.timeout(10):
            await self.log.called.wait()
        for _ in range(5):
            await asyncio.sleep(0)

    async def no_look(self) -> None:
        """See that nothing is read, though it is time."""
        calls = len(self.log.calls)
        for wait in LOOKS:
            self.clock.now = max(self.clock.now, self.back_at + wait)
            self.feed._changed.set()
            for _ in range(5):
                await asyncio.sleep(0)
        assert len(self.log.calls) == calls


@pytest.fixture
async def stage(clock: ManualClock) -> AsyncIterator[Stage]:
    stage = Stage(clock)
    yield stage
    stage.task.cancel()
    await asyncio.gather(stage.task, return_exceptions=True)


def refusal(outcome: Outcome, wait_s: int | None = None) -> LogRefused:
    """Zoom says no."""
    return LogRefused(Reply(400, Reading(outcome, retry_after_s=wait_s), b"", None))


async def test_the_log_proves_that_nothing_was_missed(stage: Stage) -> None:
    began = stage.clock.now
    later = noise(began + 3 * MINUTE)
    await stage.gap(then=(later,))
    stage.log.read_now = log_of(started(began), later)
    stage.log.stops = log_of(stopped(began - HOUR))
    await stage.look()
    assert stage.log.calls == ["", "meeting.rtms_stopped"]
    assert stage.reports[-1] == Connected(stage.back_at, began)


async def test_a_webhook_without_stops_proves_nothing(stage: Stage) -> None:
    began = stage.clock.now
    later = noise(began + 3 * MINUTE)
    await stage.gap(then=(later,))
    stage.log.read_now = log_of(started(began), later)
    count = len(stage.reports)
    await stage.look()
    assert stage.log.calls[:2] == ["", "meeting.rtms_stopped"]
    assert len(stage.reports) == count


async def test_it_is_asked_for_stops_only_once(stage: Stage) -> None:
    began = stage.clock.now
    for _ in range(2):
        later = noise(stage.clock.now + 3 * MINUTE)
        first = started(stage.clock.now)
        await stage.gap(then=(later,))
        stage.log.read_now = log_of(started(began), first, later)
        stage.log.stops = log_of(stopped(began - HOUR))
        stage.clock.now = stage.back_at + LOOKS[2]
        await stage.look()
        began = stage.clock.now
    assert stage.log.calls.count("meeting.rtms_stopped") == 1


async def test_a_stop_is_told_at_once(stage: Stage) -> None:
    await stage.gap()
    stage.log.read_now = log_of(stopped(stage.back_at - 30 * SECOND))
    await stage.look(0)
    last = stage.reports[-1]
    assert isinstance(last, Received)
    assert last.at == stage.clock.now


async def test_what_was_read_during_the_next_gap_is_of_no_use(stage: Stage) -> None:
    await stage.gap()
    stage.log.read_now = log_of(stopped(stage.back_at - 30 * SECOND))
    stage.log.gate = asyncio.Event()
    await stage.look(0)
    stage.inner.report(Disconnected(stage.clock.now, None, None, stage.clock.now))
    count = len(stage.reports)
    stage.log.gate.set()
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(stage.reports) == count


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.SIGN_IN_NEEDED])
async def test_a_refusal_is_final_until_somebody_else_signs_in(
    stage: Stage, outcome: Outcome
) -> None:
    await stage.gap()
    stage.log.read_now = refusal(outcome)
    await stage.look(0)
    assert len(stage.log.calls) == 1
    await stage.no_look()
    stage.feed.use_account("me", Tokens())
    await stage.gap()
    await stage.no_look()
    stage.feed.use_account("somebody", Tokens())
    await stage.gap()
    await stage.look(0)


@pytest.mark.parametrize(("wait_s", "waits"), [(400, 400), (None, WAIT_S)])
async def test_the_log_is_left_alone_as_long_as_zoom_wants(
    stage: Stage, wait_s: int | None, waits: int
) -> None:
    await stage.gap()
    stage.log.read_now = refusal(Outcome.RATE_LIMITED, wait_s)
    await stage.look(0)
    asked_at = stage.clock.now
    assert stage.feed._catch_up.due == max(asked_at + waits * SECOND, stage.back_at + LOOKS[1])


@pytest.mark.parametrize("trouble", [Offline(), SecretError(Trouble.LOCKED), ValueError("odd")])
async def test_any_other_trouble_is_tried_again(
    stage: Stage, trouble: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.gap()
    stage.log.read_now = trouble
    await stage.look(1)
    assert ("unexpected" in caplog.text) is isinstance(trouble, ValueError)
    caplog.clear()
    stage.log.read_now = log_of(stopped(stage.back_at - 30 * SECOND))
    await stage.look(2)
    assert isinstance(stage.reports[-1], Received)


@pytest.mark.parametrize("nobody", [True, False])
async def test_without_a_user_or_a_session_the_log_is_left_alone(
    stage: Stage, *, nobody: bool
) -> None:
    if nobody:
        stage.feed.use_account(None, Tokens())
    else:
        stage.feed.watch_closely(wanted=False)
    await stage.gap()
    await stage.no_look()


async def test_it_is_the_same_feed_otherwise(clock: ManualClock) -> None:
    inner = InnerOfTwo()
    inner.seen_at = clock.now
    feed = LoggedStandbyFeed(inner, Log(), clock)  # type: ignore[arg-type]
    feed.wake()
    feed.watch_closely(wanted=True)
    feed.retry()
    assert inner.calls == ["wake", True, "retry"]
    assert (feed.seen_at, feed.pings_answered) == (clock.now, 3)
    plain = LoggedStandbyFeed(Inner(), Log(), clock)  # type: ignore[arg-type]
    plain.retry()
    assert plain.pings_answered == 0
