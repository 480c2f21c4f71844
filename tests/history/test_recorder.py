"""The recorder: every change is soon on the disk, nothing is lost but the last seconds, trouble is reported."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.history import recorder as history_recorder
from rtms_tray.history.database import HistoryFile, read_meetings
from rtms_tray.history.model import MeetingRecord
from rtms_tray.history.recorder import Recorder
from rtms_tray.history.worker import History
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from rtms_tray.support.units import HOUR, MINUTE, SECOND
from tests.helpers.capture_stage import ME, MEETING
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.histories import ENDED
from tests.helpers.manual_clock import NOON
from tests.history.recorder_harness import RecorderHarness


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until the disk has caught up; there is no event for that."""
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)


class KilledRecorder(RecorderHarness):
    """A recorder whose program is killed now and then."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.killed: list[Recorder] = []

    def share(self) -> None:
        self.stage.ask()
        self.stage.reply()
        self.stage.wait(3)
        self.stage.zoom(e.StreamStarted(MEETING, "stream-1", ME, self.stage.at()))
        self.recorder.save_changes()

    def until_next(self) -> float:
        """Tell in how many seconds the next writing is due."""
        timer = self.recorder._timer
        assert timer is not None
        return timer.when() - asyncio.get_running_loop().time()

    async def written(self, is_so: Callable[[list[MeetingRecord]], bool]) -> list[MeetingRecord]:
        await until(lambda: is_so(read_meetings(self.path)))
        return read_meetings(self.path)

    async def restart(self) -> None:
        """Another run of the program, after this one was killed."""
        self.killed.append(self.recorder)
        await self.begin_again()


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[KilledRecorder]:
    harness = KilledRecorder(tmp_path / "data" / "history.sqlite3")
    yield harness
    await harness.recorder.close()
    for killed in harness.killed:  # in one process nobody closes a killed one's file
        await killed._history.close()


def make_folder(path: Path) -> None:
    path.mkdir(parents=True)


def damage(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"rubbish" * 1000)


async def test_a_change_is_on_the_disk_within_a_second(harness: KilledRecorder) -> None:
    await harness.recorder.begin(365)
    began = asyncio.get_running_loop().time()
    harness.share()
    (record,) = await harness.written(bool)
    assert asyncio.get_running_loop().time() - began < 3
    assert record.story[-1].state == "sharing"
    assert record.ended_at is None


async def test_nothing_runs_outside_meetings(harness: KilledRecorder) -> None:
    await harness.recorder.begin(365)
    harness.recorder.save_changes()
    assert harness.recorder._timer is None
    assert not harness.path.exists()


async def test_changes_in_quick_succession_are_written_once(harness: KilledRecorder) -> None:
    await harness.recorder.begin(365)
    harness.share()
    timer = harness.recorder._timer
    for _ in range(5):
        harness.stage.wait(1)
        harness.stage.user(e.Acknowledged())
        harness.recorder.save_changes()
    assert harness.recorder._timer is timer
    (record,) = await harness.written(bool)
    assert record.seen_at == harness.stage.now


async def test_an_unchanged_meeting_is_saved_now_and_then(harness: KilledRecorder) -> None:
    await harness.recorder.begin(365)
    harness.share()
    await harness.written(bool)
    await until(lambda: not harness.recorder._saving.locked())
    assert 0 < harness.until_next() <= history_recorder.REPEAT_S
    harness.stage.wait(600)
    harness.recorder._due()
    (record,) = await harness.written(lambda found: found[0].seen_at == harness.stage.now)
    assert record.total(SpanKind.CAPTURED) == 600 * SECOND


async def test_a_restarts_gap_begins_at_the_feeds_last_sign_of_life(
    harness: KilledRecorder,
) -> None:
    await harness.recorder.begin(365)
    harness.share()
    harness.stage.wait(60)
    harness.feed_seen_at = seen_at = harness.stage.now
    harness.stage.wait(8)
    harness.recorder._due()
    await harness.written(lambda found: bool(found) and found[0].seen_at == seen_at)
    harness.stage.wait(30)
    await harness.restart()
    assert harness.stage.session.doubt.since == seen_at


async def test_what_is_known_is_never_of_the_future(harness: KilledRecorder) -> None:
    await harness.recorder.begin(365)
    harness.feed_seen_at = harness.stage.now + 60 * SECOND
    harness.share()
    (record,) = await harness.written(bool)
    assert record.seen_at == harness.stage.now


async def test_an_ended_meeting_is_written_once_and_then_left_alone(
    harness: KilledRecorder,
) -> None:
    await harness.recorder.begin(365)
    harness.share()
    harness.stage.zoom(e.MeetingEnded(MEETING, harness.stage.at()))
    harness.recorder.save_changes()
    (record,) = await harness.written(bool)
    assert record.end_reason == "meeting_ended"
    await until(lambda: not harness.recorder._saving.locked())
    assert harness.recorder._timer is None


async def test_a_late_stop_of_an_ended_meeting_still_corrects_what_was_written(
    harness: KilledRecorder,
) -> None:
    await harness.recorder.begin(365)
    harness.share()
    harness.stage.wait(100)
    harness.stage.zoom(e.MeetingEnded(MEETING, harness.stage.at()))
    harness.recorder.save_changes()
    await harness.written(lambda found: found != [] and found[0].end_reason == "meeting_ended")
    stop = e.StreamStopped(MEETING, "stream-1", 1, harness.stage.at(ago_s=40))
    harness.stage.zoom(stop)
    harness.recorder.save_changes()
    (record,) = await harness.written(lambda found: found[0].total(SpanKind.CAPTURED) < 99 * SECOND)
    assert record.total(SpanKind.CAPTURED) == 60 * SECOND


async def test_closing_saves_how_things_are(harness: KilledRecorder) -> None:
    await harness.recorder.begin(365)
    harness.share()
    harness.stage.wait(42)
    await harness.recorder.close()
    assert not harness.path.with_name(f"{harness.path.name}-wal").exists()
    (record,) = read_meetings(harness.path)
    assert record.total(SpanKind.CAPTURED) == 42 * SECOND


async def test_a_meeting_in_progress_is_picked_up_again(harness: KilledRecorder) -> None:
    await harness.recorder.begin(365)
    harness.share()
    harness.stage.wait(60)
    await harness.recorder.close()
    harness.stage.now += 5 * MINUTE
    await harness.restart()
    session = harness.stage.session
    assert session.state is CaptureState.SHARING
    assert session.doubt.since == harness.stage.now - 5 * MINUTE
    harness.stage.feed_up()
    harness.stage.zoom(e.MeetingEnded(MEETING, harness.stage.at()))
    harness.recorder.save_changes()
    (record,) = await harness.written(lambda found: found[0].ended_at is not None)
    assert record.total(SpanKind.CAPTURED) == 60 * SECOND
    assert record.total(SpanKind.UNKNOWN) == 5 * MINUTE


async def test_a_new_meeting_beside_a_restored_one_has_its_own_record(
    harness: KilledRecorder,
) -> None:
    await harness.recorder.begin(365)
    harness.share()
    await harness.recorder.close()
    await harness.restart()
    turn = boards.turn(
        harness.stage.board, e.StartRequested(meeting_id="1234567890"), harness.stage.now
    )
    harness.stage.take(turn)
    harness.recorder.save_changes()
    found = await harness.written(lambda found: len(found) == 2)
    assert {record.meeting_number for record in found} == {MEETING.number, "1234567890"}


async def test_a_meeting_that_must_have_ended_meanwhile_is_saved_as_ended(
    harness: KilledRecorder,
) -> None:
    await harness.recorder.begin(365)
    harness.share()
    await harness.recorder.close()
    harness.stage.now += 13 * HOUR
    await harness.restart()
    assert harness.stage.board.sessions == ()
    (record,) = await harness.written(lambda found: found[0].ended_at is not None)
    assert record.end_reason == "lost_sight"
    assert record.ended_at == harness.stage.now - 13 * HOUR


async def test_old_meetings_are_deleted_at_the_start_and_once_a_day(
    harness: KilledRecorder,
) -> None:
    file = HistoryFile.open(harness.path)
    day = 24 * HOUR
    ages = {"old": 31 * day, "nearly": 30 * day - HOUR, "young": day}
    file.save([replace(ENDED, key=key, seen_at=NOON - age) for key, age in ages.items()])
    file.close()
    await harness.recorder.begin(30)
    assert {record.key for record in read_meetings(harness.path)} == {"nearly", "young"}
    harness.stage.now += day
    harness.share()
    await harness.written(
        lambda found: {"nearly", "young"} & {record.key for record in found} == {"young"}
    )


async def test_keeping_none_deletes_all_and_saves_nothing(harness: KilledRecorder) -> None:
    await harness.recorder.begin(365)
    harness.share()
    await harness.written(bool)
    await harness.recorder.keep(0)
    assert list(harness.path.parent.iterdir()) == []
    harness.stage.user(e.Acknowledged())
    harness.recorder.save_changes()
    assert harness.recorder._timer is None
    await harness.recorder.keep(1)
    await harness.written(bool)


async def test_keeping_none_from_the_start_deletes_what_there_is(harness: KilledRecorder) -> None:
    file = HistoryFile.open(harness.path)
    file.save([ENDED])
    file.close()
    assert await harness.recorder.begin(0) == harness.stage.board
    assert list(harness.path.parent.iterdir()) == []


async def test_trouble_is_reported_once_and_tried_again(
    harness: KilledRecorder, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("history can't be used")
    make_folder(harness.path)
    await harness.recorder.begin(365)
    harness.share()
    (notice,) = harness.recorder.notices
    assert notice.code == "history_unusable"
    assert notice.title == text("history.not_saved.title")
    before = harness.changes
    assert harness.until_next() > history_recorder.REPEAT_S
    harness.path.rmdir()
    harness.recorder._due()
    await harness.written(bool)
    await until(lambda: harness.recorder.notices == ())
    assert harness.changes == before + 1


@pytest.mark.promise("database locked")
async def test_a_held_file_is_waited_for(
    harness: KilledRecorder, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("Another program is using the history")
    HistoryFile.open(harness.path).close()
    await harness.recorder.begin(365)
    other = sqlite3.connect(harness.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    harness.share()
    await until(lambda: bool(harness.recorder.notices))
    other.execute("ROLLBACK")
    other.close()
    await harness.recorder.close()
    assert len(read_meetings(harness.path)) == 1


async def test_a_disk_that_does_not_respond_delays_neither_start_nor_end(
    harness: KilledRecorder, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("The disk isn't responding")
    HistoryFile.open(harness.path).close()
    other = sqlite3.connect(harness.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    history = History(harness.path, limit_s=0.1)
    recorder = Recorder(history, lambda: NOON, lambda: harness.stage.board, harness._changed)
    assert await recorder.begin(365) == harness.stage.board
    (notice,) = recorder.notices
    assert notice.code == "history_slow"
    before = harness.changes
    began = asyncio.get_running_loop().time()
    await recorder.close()
    assert asyncio.get_running_loop().time() - began < 2
    assert harness.changes == before
    other.execute("ROLLBACK")
    other.close()


async def test_a_history_of_a_newer_version_is_left_alone(
    harness: KilledRecorder, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("newer version of rtms-tray")
    HistoryFile.open(harness.path).close()
    with sqlite3.connect(harness.path) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    assert (await harness.recorder.begin(365)).sessions == ()
    harness.share()
    assert {notice.code for notice in harness.recorder.notices} == {"history_newer"}


@pytest.mark.promise("database corrupt")
async def test_a_damaged_history_is_a_notice_and_a_new_one_begins(
    harness: KilledRecorder, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("The history was damaged")
    damage(harness.path)
    await harness.recorder.begin(365)
    (notice,) = harness.recorder.notices
    assert notice.code == "history_set_aside"
    assert "history.sqlite3.damaged" in notice.text
    harness.share()
    await harness.written(bool)
