"""Meetings that I host and that run already: asked for once, kept alone once given up, across restarts."""

from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Board
from rtms_tray.capture.context import Context
from rtms_tray.runtime.planner import ScheduledRequests
from rtms_tray.store.state import load_suppressions
from rtms_tray.support.units import HOUR, MINUTE, Millis
from rtms_tray.zoom.feeds import Received
from rtms_tray.zoom.replies import MeetingListed
from tests.helpers.capture_stage import NUMBER, OWN_MEETING
from tests.helpers.manual_clock import NOON, ManualClock


class Desk:
    """A planner that watches every meeting that I host."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.clock = ManualClock()
        self.board = Board(context=Context(me="me"))
        self.asked: list[e.StartRequested] = []
        self.scheduled = ScheduledRequests(
            file,
            self.clock,
            board=lambda: self.board,
            ask=self._ask,
            every_hosted=lambda: True,
            changed=lambda: None,
        )
        self.scheduled.begin()

    def _ask(self, event: e.StartRequested) -> None:
        self.asked.append(event)
        self.board = boards.turn(self.board, event, self.clock()).board

    def give_up(self) -> None:
        """The user gives the newest meeting up."""
        key = self.board.sessions[-1].key
        self.board = boards.turn(self.board, e.GivenUp(), self.clock(), key).board
        self.scheduled.note_given_up()

    def found(self, numbers: Iterable[str]) -> None:
        """Zoom lists what runs."""
        self.scheduled.found_running([listed(number) for number in numbers])


def listed(number: str, start: Millis | None = None) -> MeetingListed:
    return MeetingListed(number, None, "Topic", None, start, is_host=None)


def starts(desk: Desk) -> list[Millis | None]:
    return [one.starts_at for one in desk.scheduled.plans]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path / "data" / "armed.json")
    yield made
    made.scheduled.close()


async def test_what_runs_is_asked_for_once(desk: Desk) -> None:
    desk.found([NUMBER])
    desk.found([NUMBER])
    assert desk.asked == [e.StartRequested(NUMBER, scheduled=True)]


async def test_a_plan_for_it_is_carried_out_with_it(desk: Desk) -> None:
    desk.scheduled.plan(NUMBER, NOON + HOUR)
    desk.found([NUMBER])
    assert desk.scheduled.plans == ()


async def test_meetings_of_others_are_not_mine(desk: Desk) -> None:
    desk.scheduled.found_running([MeetingListed(NUMBER, None, "", None, None, is_host=False)])
    desk.scheduled.found_running([MeetingListed(None, "uuid", "", None, None, is_host=True)])
    assert desk.asked == []


async def test_what_was_given_up_is_not_asked_for_again(desk: Desk) -> None:
    desk.found([NUMBER])
    desk.give_up()
    desk.clock.advance(2 * HOUR)
    desk.board = Board(context=Context(me="me"))  # the session is no longer listed
    desk.found([NUMBER])
    assert len(desk.asked) == 1
    again = Desk(desk.file)
    again.clock.now = desk.clock.now
    again.found([NUMBER])
    assert again.asked == []
    again.clock.advance(MINUTE)
    again.found([])
    again.found([NUMBER])
    assert len(again.asked) == 1, "it had ended in between"
    assert load_suppressions(desk.file) == ()


async def test_nor_when_news_of_its_start_comes_late(desk: Desk) -> None:
    desk.found([NUMBER])
    desk.give_up()
    desk.board = Board(context=Context(me="me"))
    desk.scheduled.take(Received(e.MeetingStarted(OWN_MEETING, NOON), "", NOON))
    desk.found([])
    assert len(desk.asked) == 1


async def test_a_hosted_plan_that_was_given_up_does_not_come_back(desk: Desk) -> None:
    start = NOON + HOUR
    mine = MeetingListed(NUMBER, None, "Topic", None, start, is_host=True)
    desk.scheduled.found_hosted([mine])
    assert desk.scheduled.cancel(NUMBER)
    desk.scheduled.found_hosted([mine])
    assert desk.scheduled.plans == ()
    desk.clock.now = start
    desk.scheduled.look()
    desk.found([NUMBER])
    assert desk.asked == []
    tomorrow = MeetingListed(NUMBER, None, "Topic", None, start + 24 * HOUR, is_host=True)
    desk.scheduled.found_hosted([tomorrow])
    assert starts(desk) == [start + 24 * HOUR]


async def test_the_users_own_plan_leaves_nothing_behind(desk: Desk) -> None:
    desk.scheduled.plan(NUMBER, NOON + HOUR)
    desk.scheduled.cancel(NUMBER)
    assert desk.scheduled.suppressions == ()
