"""Two records of sessions that turn out to be the same meeting: only one is kept, also after a restart."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.history.database import read_meetings
from rtms_tray.support.units import SECOND
from tests.helpers.capture_stage import ME, NUMBER, UUID
from tests.history.recorder_harness import RecorderHarness

NAMED = e.Meeting(UUID, NUMBER)


class MergedSessions(RecorderHarness):
    """The recorder of a request by number and a stream without one."""

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
        await self.begin_again()


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[MergedSessions]:
    harness = MergedSessions(tmp_path / "data" / "history.sqlite3")
    await harness.recorder.begin(365)
    yield harness
    await harness.recorder.close()


async def test_the_second_record_is_deleted(harness: MergedSessions) -> None:
    harness.ask_and_stream()
    await harness.wait_for_records(2)
    harness.merge()
    await harness.wait_for_records(1)
    (record,) = read_meetings(harness.path)
    assert (record.meeting_uuid, record.meeting_number) == (UUID, NUMBER)
    assert record.total(SpanKind.LOST) == record.total(SpanKind.CAPTURED) == 5 * SECOND


async def test_the_second_record_is_deleted_after_a_restart_too(harness: MergedSessions) -> None:
    harness.ask_and_stream()
    await harness.wait_for_records(2)
    await harness.restart()
    assert len(harness.stage.board.sessions) == 2
    harness.merge()
    await harness.wait_for_records(1)


async def test_the_record_of_another_meeting_stays(harness: MergedSessions) -> None:
    harness.ask_and_stream()
    await harness.wait_for_records(2)
    harness.stage.zoom(e.MeetingEnded(e.Meeting(uuid=UUID), harness.stage.at()))
    harness.stage.wait(3700)
    assert len(harness.stage.board.sessions) == 1, "the ended one is no longer listed"
    harness.recorder.save_changes()
    await harness.recorder.close()
    assert len(read_meetings(harness.path)) == 2


async def test_a_record_made_for_a_notification_is_deleted_too(harness: MergedSessions) -> None:
    harness.ask_and_stream()
    await harness.recorder.save_now()
    assert len(read_meetings(harness.path)) == 2
    harness.merge()
    await harness.wait_for_records(1)
