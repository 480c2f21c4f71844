"""The history's file: saved whole or not at all, read again, private, and clear about what is wrong with it."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtms_tray.capture.timeline import SpanKind
from rtms_tray.history import database
from rtms_tray.history.database import (
    HistoryFile,
    erase,
    open_to_read,
    open_to_write,
    read_meetings,
    set_aside,
)
from rtms_tray.history.model import HistoryError, HostSide, Trouble, history_errors
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import MINUTE
from tests.helpers.histories import ENDED, OPEN
from tests.helpers.manual_clock import NOON

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.sqlite3"


@pytest.fixture
def file(path: Path) -> Iterator[HistoryFile]:
    file = HistoryFile.open(path)
    yield file
    file.close()


def trouble_of(path: Path) -> Trouble:
    with pytest.raises(HistoryError) as caught:
        HistoryFile.open(path)
    return caught.value.trouble


def test_a_meeting_is_read_as_it_was_written(file: HistoryFile, path: Path) -> None:
    file.save([ENDED, OPEN])
    assert read_meetings(path) == [ENDED, OPEN]
    assert file.unfinished() == [OPEN]


def test_writing_again_replaces_what_was_written(file: HistoryFile, path: Path) -> None:
    file.save([ENDED])
    shorter = replace(ENDED, host=HostSide.UNKNOWN, spans=ENDED.spans[:2], story=(), end_reason="x")
    file.save([shorter])
    assert read_meetings(path) == [shorter]


def test_the_totals_are_the_sums_of_the_spans(file: HistoryFile, path: Path) -> None:
    file.save([ENDED])
    with sqlite3.connect(path) as other:
        row = other.execute("SELECT captured_ms, paused_ms, lost_ms, unknown_ms FROM meetings")
        totals = row.fetchone()
    other.close()
    assert totals == (20 * MINUTE, 2 * MINUTE, 5 * MINUTE, 3 * MINUTE)
    assert totals == tuple(
        ENDED.total(kind)
        for kind in (SpanKind.CAPTURED, SpanKind.PAUSED, SpanKind.LOST, SpanKind.UNKNOWN)
    )
    assert sum(span.end - span.start for span in ENDED.counted) == sum(totals)


def test_all_records_are_written_or_none(file: HistoryFile, path: Path) -> None:
    file.save([ENDED])
    impossible = replace(OPEN, key="c", began_at=None)  # type: ignore[arg-type]  # what the table refuses
    with pytest.raises(HistoryError):
        file.save([OPEN, impossible])
    assert read_meetings(path) == [ENDED]


def test_old_meetings_are_deleted_with_all_that_belongs_to_them(
    file: HistoryFile, path: Path
) -> None:
    file.save([ENDED, replace(OPEN, seen_at=ENDED.seen_at + 1)])
    file.delete_before(ENDED.seen_at + 1)
    assert [meeting.key for meeting in read_meetings(path)] == [OPEN.key]
    with sqlite3.connect(path) as other:
        for table in ("spans", "story"):
            keys = other.execute(f"SELECT DISTINCT meeting FROM {table}").fetchall()  # noqa: S608 - our names
            assert keys == [(OPEN.key,)]
    other.close()


def test_since_takes_what_was_still_on_then(file: HistoryFile, path: Path) -> None:
    file.save([ENDED])
    assert read_meetings(path, ENDED.seen_at) == [ENDED]
    assert read_meetings(path, ENDED.seen_at + 1) == []


def test_reading_changes_nothing_and_needs_no_file(path: Path) -> None:
    assert read_meetings(path) == []
    assert not path.parent.exists()
    path.parent.mkdir()
    path.touch()
    assert read_meetings(path) == []
    assert path.read_bytes() == b""


@pytest.mark.promise("files are 0600 in folders 0700 whatever the umask")
def test_the_file_is_for_this_user_alone(path: Path) -> None:
    before = os.umask(0)
    try:
        file = HistoryFile.open(path)
        file.save([ENDED])
        names = sorted(entry.name for entry in path.parent.iterdir())
        assert names == [path.name, f"{path.name}-shm", f"{path.name}-wal"]
        assert {entry.stat().st_mode & 0o777 for entry in path.parent.iterdir()} == {0o600}
        assert path.parent.stat().st_mode & 0o777 == 0o700
        file.close()
    finally:
        os.umask(before)


def test_an_open_file_is_made_private_again(path: Path) -> None:
    path.parent.mkdir()
    path.touch(mode=0o644)
    HistoryFile.open(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_deleted_is_gone_from_the_disk(path: Path) -> None:
    file = HistoryFile.open(path)
    file.save([replace(ENDED, meeting_number="5550001112223")])
    file.delete_before(ENDED.seen_at + 1)
    file.close()
    assert b"5550001112223" not in path.read_bytes()


@pytest.mark.parametrize(
    "content", [b"this is no database, " * 300, b"SQLite format 3\0" + b"x" * 5000]
)
def test_a_file_that_is_not_a_database_counts_as_damaged(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert trouble_of(path) is Trouble.DAMAGED
    assert path.read_bytes() == content
    with pytest.raises(HistoryError) as caught:
        read_meetings(path)
    assert caught.value.trouble is Trouble.DAMAGED


def test_a_damaged_row_is_reported_at_once(path: Path) -> None:
    file = HistoryFile.open(path)
    file.save([replace(ENDED, key=f"k{n}") for n in range(200)])
    file.close()
    content = bytearray(path.read_bytes())
    content[8192 : 8192 + 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    assert trouble_of(path) is Trouble.DAMAGED


def test_a_damaged_name_of_a_table_counts_as_damaged(path: Path) -> None:
    """SQLite names it in its complaint, which then is no text either."""
    HistoryFile.open(path).close()
    content = path.read_bytes()
    place = content.index(b"CREATE TABLE meetings")
    path.write_bytes(content[:place] + b"\xe8" * 12 + content[place + 12 :])
    assert trouble_of(path) is Trouble.DAMAGED
    with pytest.raises(HistoryError):
        read_meetings(path)


def test_another_programs_database_counts_as_damaged(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE shopping (list TEXT)")
    other.close()
    assert trouble_of(path) is Trouble.DAMAGED


def test_a_file_without_a_version_counts_as_damaged(file: HistoryFile, path: Path) -> None:
    file.save([ENDED])
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 0")
    other.close()
    assert trouble_of(path) is Trouble.DAMAGED


def test_tables_that_cannot_be_created_leave_nothing_half_created(path: Path) -> None:
    path.parent.mkdir()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("BEGIN IMMEDIATE")
    assert trouble_of(path) is Trouble.IN_USE
    other.execute("ROLLBACK")
    other.close()
    file = HistoryFile.open(path)
    file.save([ENDED])
    file.close()
    assert read_meetings(path) == [ENDED]


@pytest.mark.promise("database corrupt")
@pytest.mark.parametrize(
    "written",
    [
        "spans SET kind = 'perhaps'",
        "spans SET start_at = -1",
        "spans SET start_at = end_at + 1 WHERE place = 1",
        "spans SET reason = x'ff'",
        "meetings SET began_at = 'yesterday'",
        "meetings SET began_at = 999999999999999999",
        "meetings SET meeting_number = x'ff'",
        "meetings SET meeting_number = CAST(x'ff' AS TEXT)",
        "meetings SET pick_up = x'ff'",
        "story SET number = 'many'",
    ],
)
def test_values_that_no_rtms_tray_writes_count_as_damaged(
    file: HistoryFile, path: Path, written: str
) -> None:
    file.save([OPEN])
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA ignore_check_constraints = ON")
        other.execute(f"UPDATE {written}")
    other.close()
    for read in (file.unfinished, lambda: read_meetings(path)):
        with pytest.raises(HistoryError) as caught:
            read()
        assert caught.value.trouble is Trouble.DAMAGED


def test_a_newer_versions_file_is_left_alone(file: HistoryFile, path: Path) -> None:
    file.save([ENDED])
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 2")
    other.close()
    assert trouble_of(path) is Trouble.NEWER
    with pytest.raises(HistoryError, match="newer"):
        read_meetings(path)


@pytest.mark.promise("database locked")
def test_a_file_that_another_program_holds_is_reported(file: HistoryFile, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(HistoryError) as caught:
        file.save([ENDED])
    assert caught.value.trouble is Trouble.IN_USE
    assert read_meetings(path) == []  # reading goes on beside
    other.execute("ROLLBACK")
    other.close()
    file.save([ENDED])
    assert read_meetings(path) == [ENDED]


@pytest.mark.promise("disk full")
def test_a_full_disk_is_reported_and_nothing_is_half_written(file: HistoryFile, path: Path) -> None:
    file.save([OPEN])
    file._connection.execute("PRAGMA max_page_count = 1")  # as on a full disk: no page can be added
    many = [replace(ENDED, key=f"k{n}") for n in range(500)]
    with pytest.raises(HistoryError) as caught:
        file.save(many)
    assert caught.value.trouble is Trouble.FULL
    assert read_meetings(path) == [OPEN]


def test_a_folder_in_the_files_place_is_reported(path: Path) -> None:
    path.mkdir(parents=True)
    assert trouble_of(path) is Trouble.UNUSABLE


@pytest.mark.promise("data folder read-only")
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs")
def test_a_pipe_in_the_files_place_is_reported_and_blocks_nothing(path: Path) -> None:
    path.parent.mkdir()
    os.mkfifo(path)
    assert trouble_of(path) is Trouble.UNUSABLE
    with pytest.raises(OSError, match="no regular file"):
        open_to_read(path)


def test_a_read_only_file_is_reported(path: Path) -> None:
    HistoryFile.open(path).close()
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    with pytest.raises(HistoryError) as caught:
        HistoryFile(connection).save([ENDED])
    connection.close()
    assert caught.value.trouble is Trouble.READ_ONLY


@pytest.mark.parametrize(
    ("number", "trouble"),
    [(13, Trouble.READ_ONLY), (28, Trouble.FULL), (30, Trouble.READ_ONLY), (5, Trouble.UNUSABLE)],
)
def test_errors_of_the_system_are_classified(number: int, trouble: Trouble) -> None:
    with pytest.raises(HistoryError) as caught, history_errors():
        raise OSError(number, "no")
    assert caught.value.trouble is trouble


def test_every_trouble_has_words() -> None:
    for trouble in Trouble:
        error = HistoryError(trouble)
        assert error.text.endswith(".")
        assert error.remedy.endswith(".")
        assert str(error) == f"{error.text} {error.remedy}"


def test_a_damaged_history_is_kept_under_another_name(path: Path) -> None:
    path.parent.mkdir()
    for number in range(3):
        path.write_bytes(b"rubbish %d" % number)
        path.with_name(f"{path.name}-wal").write_bytes(b"more %d" % number)
        set_aside(path)
    kept = {entry.name: entry.read_bytes() for entry in path.parent.iterdir()}
    assert kept == {
        f"{path.name}.damaged": b"rubbish 0",
        f"{path.name}.damaged-wal": b"more 0",
        f"{path.name}.damaged2": b"rubbish 1",
        f"{path.name}.damaged2-wal": b"more 1",
        f"{path.name}.damaged3": b"rubbish 2",
        f"{path.name}.damaged3-wal": b"more 2",
    }


def test_erasing_leaves_nothing(file: HistoryFile, path: Path) -> None:
    file.save([ENDED])
    file.close()
    erase(path)
    erase(path)
    assert list(path.parent.iterdir()) == []


def test_what_cannot_be_deleted_while_it_is_read_is_emptied(
    file: HistoryFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sys.platform != "win32":
        monkeypatch.setattr(database, "_delete_files", _refused)
    file.save([ENDED])
    erase(path)
    assert read_meetings(path) == []
    sides = [path, *path.parent.glob(f"{path.name}-wal")]
    assert not any(b"uuid-1==" in side.read_bytes() for side in sides)


def _refused(path: Path) -> None:
    raise PermissionError(13, "in use", str(path))


_DIES = """
import os, sys
from pathlib import Path
from rtms_tray.history.database import HistoryFile
from tests.helpers.histories import OPEN
file = HistoryFile.open(Path(sys.argv[1]))
file.save([OPEN])
os.kill(os.getpid(), 9)
"""


@pytest.mark.promise("kill -9 at every point of writing")
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_saved_meetings_outlive_a_killed_program(path: Path) -> None:
    root = Path(__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", _DIES, str(path)], cwd=root, check=False)
    assert ended.returncode == -9
    assert read_meetings(path) == [OPEN]
    file = HistoryFile.open(path)
    assert file.unfinished() == [OPEN]
    file.close()


@pytest.mark.promise("two instances racing")
def test_two_programs_may_create_the_file_at_once(path: Path) -> None:
    first, second = HistoryFile.open(path), HistoryFile.open(path)
    first.save([ENDED])
    second.save([replace(OPEN, began_at=NOON + 2 * MINUTE)])
    assert [record.key for record in read_meetings(path)] == ["a", "b"]
    first.close()
    second.close()


_NO_ROOM = """
import resource, sqlite3, sys
from pathlib import Path
from rtms_tray.history.database import open_to_write
path, room = Path(sys.argv[1]), int(sys.argv[2])
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (room, most))
try:
    open_to_write(path).close()
except sqlite3.Error as error:
    print(type(error).__name__)
finally:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX's")
@pytest.mark.parametrize("room", [1 << 10, 6 << 10, 12 << 10])
def test_tables_that_do_not_fit_are_created_later(tmp_path: Path, room: int) -> None:
    path = tmp_path / "history.sqlite3"
    ended = subprocess.run(
        [sys.executable, "-c", _NO_ROOM, str(path), str(room)],
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.strip() in {"OperationalError", "DatabaseError"}
    open_to_write(path).close()
    reading = open_to_read(path)
    assert reading.execute("SELECT count(*) FROM meetings").fetchone() == (0,)
    reading.close()


def test_reading_does_not_create_a_missing_history(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_to_read(tmp_path / "history.sqlite3")
    assert list(tmp_path.iterdir()) == []
