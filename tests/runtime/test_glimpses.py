"""What becomes of events that only say that somebody came or left: most pass, and some matter."""

import asyncio
import json
from typing import Final

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.board import Board
from rtms_tray.capture.timings import Policy
from rtms_tray.runtime.connection import NoZoom
from rtms_tray.runtime.watcher import Watcher
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.units import MINUTE, SECOND
from rtms_tray.zoom.feeds import Connected, Glimpsed, News, Received, news_of
from tests.helpers.manual_clock import NOON, ManualClock
from tests.helpers.program_harness import ProgramHarness
from tests.helpers.sightings import SEEN

NUMBER, UUID, WHO = SEEN.number, SEEN.uuid, SEEN.account_id
TOPIC: Final = "Somebody else's review"


def raw(at: int, who: str = WHO) -> str:
    participant = {"id": who, "user_id": "1"}
    about = {"id": NUMBER, "uuid": UUID, "host_id": "h", "topic": TOPIC, "participant": participant}
    payload = {"account_id": "account", "object": about}
    return json.dumps({"event": "meeting.participant_joined", "event_ts": at, "payload": payload})


class Heard:
    """A watcher, and what it tells."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.loud = self.quiet = 0
        self.taken: list[tuple[News, bool]] = []
        self.watcher = Watcher(NoZoom(), self.clock, Policy(), self._loudly, lambda _: None)
        self.watcher.changed_quietly = self._quietly
        self.watcher.on_taken = self._took

    def _loudly(self) -> None:
        self.loud += 1

    def _quietly(self) -> None:
        self.quiet += 1

    def _took(self, news: News, before: Board, after: Board) -> None:
        self.taken.append((news, before is after))

    def comes(self, who: str = WHO) -> None:
        """Let somebody come."""
        now = self.clock()
        self.watcher.report(news_of(raw(now, who), now))


@pytest.fixture
def heard() -> Heard:
    return Heard()


async def test_strangers_pass_and_only_the_time_is_told(heard: Heard) -> None:
    heard.watcher.report(Connected(NOON))
    board, loud = heard.watcher.board, heard.loud
    heard.comes()
    assert heard.watcher.board is board
    assert (heard.loud, heard.quiet) == (loud, 1)
    assert heard.watcher.feed.last_event_at == NOON
    ((news, same),) = heard.taken
    assert isinstance(news, Glimpsed)
    assert same
    await heard.watcher.close()


async def test_what_passed_is_known_once_somebody_asks(heard: Heard) -> None:
    heard.watcher.report(Connected(NOON))
    heard.comes()
    assert UUID not in heard.watcher.board.memory.meetings
    heard.watcher.handle(e.StartRequested(NUMBER))
    assert heard.watcher.board.memory.meetings[UUID].last_event_at == NOON
    (session,) = heard.watcher.board.sessions
    assert session.meeting.uuid == UUID  # it is known to run
    await heard.watcher.close()


async def test_in_a_meeting_that_is_watched_nobody_passes(heard: Heard) -> None:
    heard.watcher.handle(e.StartRequested(NUMBER))
    heard.comes()
    ((news, same),) = heard.taken
    assert isinstance(news, Received)
    assert not same
    await heard.watcher.close()


async def test_sleep_is_noticed_when_a_stranger_is_the_first_to_come(heard: Heard) -> None:
    heard.watcher.report(Connected(NOON))
    heard.watcher.wakefulness.look()
    heard.clock.advance(SECOND // 2)
    heard.comes()
    noticed = [heard.watcher.wakefulness.since]
    heard.clock.advance(5 * MINUTE)
    heard.comes()
    noticed.append(heard.watcher.wakefulness.since)
    assert noticed == [None, heard.clock()]
    await heard.watcher.close()


async def test_everybody_who_wants_to_know_is_told_of_those_who_pass(
    harness: ProgramHarness,
) -> None:
    program = harness.program
    set_value(harness.profile.settings_file, "appearance.topics", "true")
    await harness.do("reload")
    lines: list[object] = []
    recording = program.recordings.begin(lines.append)
    board, now = program.watcher.board, program.dependencies.clock()
    program.watcher.report(news_of(raw(now), now))
    assert program.watcher.board is board
    program.recordings.end(recording)
    assert program.topics.of(NUMBER) == TOPIC
    newest = next(program.event_log.newest())
    assert newest.name == "meeting.participant_joined"
    assert newest.about.endswith(NUMBER)
    assert [line["kind"] for line in lines].count("event") == 1  # type: ignore[index]
    await asyncio.sleep(0)
