"""Two records of sessions that turn out to be the same meeting: only one is kept, also after a restart."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Board
from rtms_tray.capture.context import Context
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.history.database import read_meetings
from rtms_tray.history.recorder import Recorder
from rtms_tray.history.worker import History
from rtms_tray.support.units import SECOND
from tests.helpers.capture_stage import ME, NUMBER, UUID, Stage

NAMED = e.Meeting(UUID, NUMBER)


class Desk:
    """A stage with a request by number and a stream without one; and its recorder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stage = Stage()
        self.recorder = self._new()

    def _new(self) -> Recorder:
        return Recorder(
            History(self.path, limit_s=5),
            lambda: self.stage.now,
            lambda: self.stage.board,
            lambda: None,
        )

    def ask_and_stream(self) -> None:
        self.stage.ask()
        self.stage.reply()
        self.stage.wait(5)
        self.stage.zoom(e.StreamStarted(e.Meeting(uuid=UUID), "a", ME, self.stage.at()))
        self.stage.wait(5)
        self.recorder.save_changes()

    def merge(self) -> None:
        """Learn that number and UUID are of the same meeting."""
        event = e.MeetingFetched(NAMED, e.MeetingStatus.STARTED)
        self.stage.take(boards.turn(self.stage.board, event, self.stage.now))
        self.recorder.save_changes()

    async def wait_for_records(self, count: int) -> None:
        """Wait until so many meetings are on the disk; there is no event for that."""
        async with asyncio.timeout(10):
            while len(read_meetings(self.path)) != count:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)

    async def restart(self) -> None:
        await self.recorder.close()
        self.stage.board = Board(context=Context(me=ME))
        self.recorder = self._new()
        self.stage.board = await self.recorder.begin(365)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path / "data" / "history.sqlite3")
    await desk.recorder.begin(365)
    yield desk
    await desk.recorder.close()


async def test_the_second_record_is_deleted(desk: Desk) -> None:
    desk.ask_and_stream()
    await desk.wait_for_records(2)
    desk.merge()
    await desk.wait_for_records(1)
    (record,) = read_meetings(desk.path)
    assert (record.meeting_uuid, record.meeting_number) == (UUID, NUMBER)
    assert record.total(SpanKind.LOST) == record.total(SpanKind.CAPTURED) == 5 * SECOND


async def test_the_second_record_is_deleted_after_a_restart_too(desk: Desk) -> None:
    desk.ask_and_stream()
    await desk.wait_for_records(2)
    await desk.restart()
    assert len(desk.stage.board.sessions) == 2
    desk.merge()
    await desk.wait_for_records(1)


async def test_the_record_of_another_meeting_stays(desk: Desk) -> None:
    desk.ask_and_stream()
    await desk.wait_for_records(2)
    desk.stage.zoom(e.MeetingEnded(e.Meeting(uuid=UUID), desk.stage.at()))
    desk.stage.wait(3700)
    assert len(desk.stage.board.sessions) == 1, "the ended one is no longer listed"
    desk.recorder.save_changes()
    await desk.recorder.close()
    assert len(read_meetings(desk.path)) == 2
