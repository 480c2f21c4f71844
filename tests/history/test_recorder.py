"""The recorder: every change is soon on the disk, nothing is lost but the last seconds, trouble is told."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Board
from rtms_tray.capture.context import Context
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.history import recorder as history_recorder
from rtms_tray.history.database import HistoryFile, read_meetings
from rtms_tray.history.model import MeetingRecord
from rtms_tray.history.recorder import Recorder
from rtms_tray.history.worker import History
from rtms_tray.support.texts import text
from rtms_tray.support.units import HOUR, MINUTE, SECOND
from tests.helpers.capture_stage import ME, MEETING, Stage
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.histories import ENDED
from tests.helpers.manual_clock import NOON


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until the disk has caught up; there is no event for that."""
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)


class Desk:
    """A stage whose board is recorded, and the file in which it is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stage = Stage()
        self.told = 0
        self.killed: list[Recorder] = []
        self.recorder = self.new_recorder()

    def new_recorder(self) -> Recorder:
        return Recorder(
            History(self.path, limit_s=5),
            lambda: self.stage.now,
            lambda: self.stage.board,
            self._changed,
        )

    def _changed(self) -> None:
        self.told += 1

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
        """Another run of the program, after this one was killed, with an empty board."""
        self.killed.append(self.recorder)
        self.stage.board = Board(context=Context(me=ME))
        self.recorder = self.new_recorder()
        self.stage.board = await self.recorder.begin(365)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path / "data" / "history.sqlite3")
    yield desk
    await desk.recorder.close()
    for killed in desk.killed:  # in one process nobody closes a killed one's file
        await killed._history.close()


def make_folder(path: Path) -> None:
    path.mkdir(parents=True)


def damage(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"rubbish" * 1000)


async def test_a_change_is_on_the_disk_within_a_second(desk: Desk) -> None:
    await desk.recorder.begin(365)
    began = asyncio.get_running_loop().time()
    desk.share()
    (record,) = await desk.written(bool)
    assert asyncio.get_running_loop().time() - began < 3
    assert record.story[-1].state == "sharing"
    assert record.ended_at is None


async def test_nothing_runs_while_nothing_is_watched(desk: Desk) -> None:
    await desk.recorder.begin(365)
    desk.recorder.save_changes()
    assert desk.recorder._timer is None
    assert not desk.path.exists()


async def test_changes_in_quick_succession_are_written_once(desk: Desk) -> None:
    await desk.recorder.begin(365)
    desk.share()
    timer = desk.recorder._timer
    for _ in range(5):
        desk.stage.wait(1)
        desk.stage.user(e.Acknowledged())
        desk.recorder.save_changes()
    assert desk.recorder._timer is timer
    (record,) = await desk.written(bool)
    assert record.seen_at == desk.stage.now


async def test_what_goes_on_unchanged_is_written_now_and_then(desk: Desk) -> None:
    await desk.recorder.begin(365)
    desk.share()
    await desk.written(bool)
    await until(lambda: not desk.recorder._saving.locked())
    assert 0 < desk.until_next() <= history_recorder.REPEAT_S
    desk.stage.wait(600)
    desk.recorder._due()
    (record,) = await desk.written(lambda found: found[0].seen_at == desk.stage.now)
    assert record.total(SpanKind.CAPTURED) == 600 * SECOND


async def test_an_ended_meeting_is_written_once_and_then_left_alone(desk: Desk) -> None:
    await desk.recorder.begin(365)
    desk.share()
    desk.stage.zoom(e.MeetingEnded(MEETING, desk.stage.at()))
    desk.recorder.save_changes()
    (record,) = await desk.written(bool)
    assert record.end_reason == "meeting_ended"
    await until(lambda: not desk.recorder._saving.locked())
    assert desk.recorder._timer is None


async def test_closing_writes_how_things_stand(desk: Desk) -> None:
    await desk.recorder.begin(365)
    desk.share()
    desk.stage.wait(42)
    await desk.recorder.close()
    assert not desk.path.with_name(f"{desk.path.name}-wal").exists()
    (record,) = read_meetings(desk.path)
    assert record.total(SpanKind.CAPTURED) == 42 * SECOND


async def test_a_meeting_in_progress_is_picked_up_again(desk: Desk) -> None:
    await desk.recorder.begin(365)
    desk.share()
    desk.stage.wait(60)
    await desk.recorder.close()
    desk.stage.now += 5 * MINUTE
    await desk.restart()
    session = desk.stage.session
    assert session.state is CaptureState.SHARING
    assert session.doubt.since == desk.stage.now - 5 * MINUTE
    desk.stage.feed_up()
    desk.stage.zoom(e.MeetingEnded(MEETING, desk.stage.at()))
    desk.recorder.save_changes()
    (record,) = await desk.written(lambda found: found[0].ended_at is not None)
    assert record.total(SpanKind.CAPTURED) == 60 * SECOND
    assert record.total(SpanKind.UNKNOWN) == 5 * MINUTE


async def test_a_new_meeting_beside_one_put_back_has_its_own_record(desk: Desk) -> None:
    await desk.recorder.begin(365)
    desk.share()
    await desk.recorder.close()
    await desk.restart()
    turn = boards.turn(desk.stage.board, e.StartRequested(meeting_id="1234567890"), desk.stage.now)
    desk.stage.take(turn)
    desk.recorder.save_changes()
    found = await desk.written(lambda found: len(found) == 2)
    assert {one.meeting_number for one in found} == {MEETING.number, "1234567890"}


async def test_what_must_have_ended_meanwhile_is_written_as_ended(desk: Desk) -> None:
    await desk.recorder.begin(365)
    desk.share()
    await desk.recorder.close()
    desk.stage.now += 13 * HOUR
    await desk.restart()
    assert desk.stage.board.sessions == ()
    (record,) = await desk.written(lambda found: found[0].ended_at is not None)
    assert record.end_reason == "lost_sight"
    assert record.ended_at == desk.stage.now - 13 * HOUR


async def test_old_meetings_are_forgotten_at_the_start_and_once_a_day(desk: Desk) -> None:
    file = HistoryFile.open(desk.path)
    day = 24 * HOUR
    ages = {"old": 31 * day, "nearly": 30 * day - HOUR, "young": day}
    file.save([replace(ENDED, key=key, seen_at=NOON - age) for key, age in ages.items()])
    file.close()
    await desk.recorder.begin(30)
    assert {one.key for one in read_meetings(desk.path)} == {"nearly", "young"}
    desk.stage.now += day
    desk.share()
    await desk.written(lambda found: {"nearly", "young"} & {one.key for one in found} == {"young"})


async def test_keeping_none_deletes_all_and_writes_nothing(desk: Desk) -> None:
    await desk.recorder.begin(365)
    desk.share()
    await desk.written(bool)
    await desk.recorder.keep(0)
    assert list(desk.path.parent.iterdir()) == []
    desk.stage.user(e.Acknowledged())
    desk.recorder.save_changes()
    assert desk.recorder._timer is None
    await desk.recorder.keep(1)
    await desk.written(bool)


async def test_keeping_none_from_the_start_deletes_what_there_is(desk: Desk) -> None:
    file = HistoryFile.open(desk.path)
    file.save([ENDED])
    file.close()
    assert await desk.recorder.begin(0) == desk.stage.board
    assert list(desk.path.parent.iterdir()) == []


async def test_trouble_is_told_once_and_tried_again(
    desk: Desk, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("history can't be used")
    make_folder(desk.path)
    await desk.recorder.begin(365)
    desk.share()
    (notice,) = desk.recorder.notices
    assert notice.code == "history_unusable"
    assert notice.title == text("history.not_saved.title")
    told = desk.told
    assert desk.until_next() > history_recorder.REPEAT_S
    desk.path.rmdir()
    desk.recorder._due()
    await desk.written(bool)
    await until(lambda: desk.recorder.notices == ())
    assert desk.told == told + 1


@pytest.mark.promise("database locked")
async def test_a_held_file_is_waited_for(desk: Desk, expected_logs: ExpectedLogs) -> None:
    expected_logs.expect("Another program is using the history")
    HistoryFile.open(desk.path).close()
    await desk.recorder.begin(365)
    other = sqlite3.connect(desk.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    desk.share()
    await until(lambda: bool(desk.recorder.notices))
    other.execute("ROLLBACK")
    other.close()
    await desk.recorder.close()
    assert len(read_meetings(desk.path)) == 1


async def test_a_disk_that_does_not_answer_holds_up_neither_start_nor_end(
    desk: Desk, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("The disk isn't responding")
    HistoryFile.open(desk.path).close()
    other = sqlite3.connect(desk.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    history = History(desk.path, limit_s=0.1)
    recorder = Recorder(history, lambda: NOON, lambda: desk.stage.board, desk._changed)
    assert await recorder.begin(365) == desk.stage.board
    (notice,) = recorder.notices
    assert notice.code == "history_slow"
    told = desk.told
    began = asyncio.get_running_loop().time()
    await recorder.close()
    assert asyncio.get_running_loop().time() - began < 2
    assert desk.told == told
    other.execute("ROLLBACK")
    other.close()


async def test_a_history_of_a_newer_version_is_left_alone(
    desk: Desk, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("newer version of rtms-tray")
    HistoryFile.open(desk.path).close()
    with sqlite3.connect(desk.path) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    assert (await desk.recorder.begin(365)).sessions == ()
    desk.share()
    assert {notice.code for notice in desk.recorder.notices} == {"history_newer"}


@pytest.mark.promise("database corrupt")
async def test_a_damaged_history_is_told_and_a_new_one_begun(
    desk: Desk, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("The history was damaged")
    damage(desk.path)
    await desk.recorder.begin(365)
    (notice,) = desk.recorder.notices
    assert notice.code == "history_set_aside"
    assert "history.sqlite3.damaged" in notice.text
    desk.share()
    await desk.written(bool)
