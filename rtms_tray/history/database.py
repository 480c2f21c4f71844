"""The history's file, an SQLite database: saves meetings, reads them, deletes old ones. Blocking."""

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from rtms_tray.capture.timeline import SpanKind
from rtms_tray.history.model import LATEST, HistoryError, MeetingRecord, Trouble, history_errors
from rtms_tray.support.files import PRIVATE_FILE, aside_name, check_regular, private_folder
from rtms_tray.support.units import Millis

SCHEMA: Final = 1
APPLICATION: Final = 0x72746D73
"""“rtms”: marks the file as a history of rtms-tray (`PRAGMA application_id`)."""
BUSY_S: Final = 2.0
"""How long to wait for another program that holds the file."""

_TABLES: Final = """
CREATE TABLE meetings (
  key TEXT PRIMARY KEY NOT NULL,
  meeting_number TEXT,
  meeting_uuid TEXT,
  host TEXT NOT NULL CHECK (host IN ('internal', 'external', 'unknown')),
  began_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  ended_at INTEGER,
  end_reason TEXT NOT NULL,
  captured_ms INTEGER NOT NULL,
  paused_ms INTEGER NOT NULL,
  lost_ms INTEGER NOT NULL,
  unknown_ms INTEGER NOT NULL,
  pick_up TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX meetings_by_time ON meetings (seen_at);
CREATE TABLE spans (
  meeting TEXT NOT NULL REFERENCES meetings (key) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  start_at INTEGER NOT NULL,
  end_at INTEGER NOT NULL CHECK (end_at >= start_at),
  kind TEXT NOT NULL CHECK (kind IN ('captured', 'paused', 'lost', 'unknown', 'not_counted')),
  reason TEXT NOT NULL,
  PRIMARY KEY (meeting, place)
) WITHOUT ROWID;
CREATE TABLE story (
  meeting TEXT NOT NULL REFERENCES meetings (key) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  number INTEGER,
  PRIMARY KEY (meeting, place)
) WITHOUT ROWID;
"""

_BY_BEGINNING: Final = "CREATE INDEX IF NOT EXISTS meetings_by_beginning ON meetings (began_at)"
"""For lists, newest first: without it every page reads the whole table. Older files get it as well."""


def open_to_write(path: Path) -> sqlite3.Connection:
    """Open the history, creating it if it is missing.

    Raises:
        HistoryError: it is damaged, or a newer version's.
        sqlite3.Error, OSError: as SQLite and the system say.
    """
    _make_private(path)
    # One thread works at a time, but not always the one that opened it.
    connection = sqlite3.connect(
        path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
    )
    try:
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open the history read-only, beside a program that writes.

    Raises:
        FileNotFoundError: there is none.
        HistoryError, sqlite3.Error, OSError: as `open_to_write`.
    """
    if not path.exists():
        raise FileNotFoundError(path)
    check_regular(path)
    address = path.absolute().as_uri()
    connection = sqlite3.connect(f"{address}?mode=ro", uri=True, timeout=BUSY_S)
    try:
        _check(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_private(path: Path) -> None:
    """Create file and folder for this user alone; SQLite's other files get the same permissions."""
    private_folder(path.parent)
    if path.exists():
        check_regular(path)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    os.close(handle)
    if path.stat().st_mode & 0o777 != PRIVATE_FILE:
        path.chmod(PRIVATE_FILE)


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    if _check(connection) and _value(connection, "PRAGMA quick_check(1)") != "ok":
        raise HistoryError(Trouble.DAMAGED)
    connection.execute("PRAGMA journal_mode = WAL")
    # A crash of the program loses nothing; a power cut may lose the last moments.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        _create(connection)
        connection.execute(_BY_BEGINNING)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _create(connection: sqlite3.Connection) -> None:
    """Create the tables, unless another process just did."""
    if _check(connection):
        return
    for statement in _TABLES.split(";\n"):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {SCHEMA}")


def _check(connection: sqlite3.Connection) -> bool:
    """Whether the tables exist; raises HistoryError for a file of another program or version."""
    tables = _value(connection, "SELECT count(*) FROM sqlite_master")
    if tables == 0:
        return False
    if _value(connection, "PRAGMA application_id") != APPLICATION:
        raise HistoryError(Trouble.DAMAGED)
    version = _value(connection, "PRAGMA user_version")
    if not isinstance(version, int) or version < 1:
        raise HistoryError(Trouble.DAMAGED)
    if version > SCHEMA:
        raise HistoryError(Trouble.NEWER)
    return True


def _value(connection: sqlite3.Connection, query: str) -> object:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


_COLUMNS: Final = (
    "key", "meeting_number", "meeting_uuid", "host", "began_at", "seen_at", "ended_at", "end_reason",
)  # fmt: skip
_SAVED_COLUMNS: Final = (
    *_COLUMNS, "captured_ms", "paused_ms", "lost_ms", "unknown_ms", "pick_up",
)  # fmt: skip
_SAVE_MEETING: Final = (
    f"INSERT INTO meetings ({', '.join(_SAVED_COLUMNS)}) VALUES ({', '.join('?' * len(_SAVED_COLUMNS))})"  # noqa: S608 - our names
    f" ON CONFLICT (key) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _SAVED_COLUMNS[1:])}"
)
_SPAN_FIELDS: Final = ("start", "end", "kind", "why")
_ENTRY_FIELDS: Final = ("at", "state", "why", "number")
_COUNTED_KINDS: Final = (SpanKind.CAPTURED, SpanKind.PAUSED, SpanKind.LOST, SpanKind.UNKNOWN)
_SIDE_FILES: Final = ("-wal", "-shm")
"""What SQLite keeps beside the file while it is open, and after a crash."""


class HistoryFile:
    """An open history; every call raises HistoryError."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> "HistoryFile":
        """Open a history for writing, creating it if it is missing."""
        with history_errors():
            return cls(open_to_write(path))

    def save(self, meetings: Iterable[MeetingRecord]) -> None:
        """Save meetings, replacing what was saved of them before: all of them, or none."""
        with history_errors(), self._all_or_nothing() as connection:
            for record in meetings:
                _save(connection, record)

    def delete(self, keys: Iterable[str]) -> None:
        """Delete meetings; missing ones are ignored."""
        with history_errors(), self._all_or_nothing() as connection:
            connection.executemany("DELETE FROM meetings WHERE key = ?", [(key,) for key in keys])

    def unfinished(self) -> list[MeetingRecord]:
        """List the meetings that had not ended when they were last saved, oldest first."""
        with history_errors():
            return read_records(self._connection, "WHERE ended_at IS NULL", ())

    def delete_before(self, at: Millis) -> None:
        """Delete the meetings that were last saved before a moment."""
        with history_errors(), self._all_or_nothing() as connection:
            connection.execute("DELETE FROM meetings WHERE seen_at < ?", (at,))

    def close(self) -> None:
        """Close the file; SQLite then removes what it kept beside it."""
        with history_errors():
            self._connection.close()

    @contextlib.contextmanager
    def _all_or_nothing(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise


def read_meetings(path: Path, since: Millis | None = None) -> list[MeetingRecord]:
    """List the meetings that were saved at a moment or later, oldest first; none where there is no history.

    Works beside a running program, and changes nothing. Raises HistoryError.
    """
    return list(each_meeting(path, since))


def each_meeting(path: Path, since: Millis | None = None) -> Iterator[MeetingRecord]:
    """Read the same meetings one after the other: the first is there at once, however many follow."""
    try:
        with history_errors(), contextlib.closing(open_to_read(path)) as connection:
            if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                return
            where = "" if since is None else "WHERE seen_at >= ?"
            yield from _each_record(connection, where, () if since is None else (since,))
    except HistoryError as error:
        if not isinstance(error.__cause__, FileNotFoundError):
            raise


def set_aside(path: Path) -> Path:
    """Rename a damaged history, so that a new one can begin; returns its new path. Raises HistoryError."""
    with history_errors():
        aside = path.replace(aside_name(path))
        for ending in _SIDE_FILES:
            beside = path.with_name(path.name + ending)
            with contextlib.suppress(FileNotFoundError):
                beside.replace(aside.with_name(aside.name + ending))
        return aside


def erase(path: Path) -> None:
    """Delete a history, if there is one; raises HistoryError.

    Windows deletes no file that a window still reads, so all that is in it goes first.
    """
    with history_errors():
        try:
            _delete_files(path)
        except PermissionError:
            _empty(path)


def _delete_files(path: Path) -> None:
    for ending in ("", *_SIDE_FILES):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _empty(path: Path) -> None:
    """Leave a history without meetings, nor any trace of them in free pages or the journal."""
    with contextlib.closing(open_to_write(path)) as connection:
        connection.execute("DELETE FROM meetings")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _save(connection: sqlite3.Connection, record: MeetingRecord) -> None:
    values = [getattr(record, name) for name in _COLUMNS]
    totals = [record.total(kind) for kind in _COUNTED_KINDS]
    connection.execute(_SAVE_MEETING, (*values, *totals, record.saved_session))
    connection.execute("DELETE FROM spans WHERE meeting = ?", (record.key,))
    connection.executemany(
        "INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?)",
        [
            (record.key, index, span.start, span.end, span.kind, span.why)
            for index, span in enumerate(record.spans)
        ],
    )
    connection.execute("DELETE FROM story WHERE meeting = ?", (record.key,))
    connection.executemany(
        "INSERT INTO story VALUES (?, ?, ?, ?, ?, ?)",
        [
            (record.key, index, entry.at, entry.state, entry.why, entry.number)
            for index, entry in enumerate(record.story)
        ],
    )


def read_records(
    connection: sqlite3.Connection, where: str, values: tuple[str | int, ...]
) -> list[MeetingRecord]:
    """Read meetings, oldest first; what no rtms-tray could have written counts as damage.

    `where` is our own SQL, with `values` for its question marks. Raises HistoryError and sqlite3.Error.
    """
    return list(_each_record(connection, where, values))


def _each_record(
    connection: sqlite3.Connection, where: str, values: tuple[str | int, ...]
) -> Iterator[MeetingRecord]:
    columns = ", ".join((*_COLUMNS, "pick_up"))
    connection.execute("BEGIN")  # a consistent view, whatever is written meanwhile
    try:
        rows = connection.execute(
            f"SELECT {columns} FROM meetings {where} ORDER BY began_at, key",  # noqa: S608 - our words
            values,
        )
        for row in rows:
            yield _record(connection, row)
    except (ValueError, TypeError) as error:
        raise HistoryError(Trouble.DAMAGED) from error
    finally:
        connection.execute("COMMIT")


def _record(connection: sqlite3.Connection, row: tuple[Any, ...]) -> MeetingRecord:
    key, number, uuid, host, began_at, seen_at, ended_at, end_reason, pick_up = row
    spans = connection.execute(
        "SELECT start_at, end_at, kind, reason FROM spans WHERE meeting = ? ORDER BY place", (key,)
    )
    story = connection.execute(
        "SELECT at, state, reason, number FROM story WHERE meeting = ? ORDER BY place", (key,)
    )
    record = msgspec.convert(
        {
            "key": key,
            "meeting_number": number,
            "meeting_uuid": uuid,
            "host": host,
            "began_at": began_at,
            "seen_at": seen_at,
            "ended_at": ended_at,
            "end_reason": end_reason,
            "spans": [dict(zip(_SPAN_FIELDS, span, strict=True)) for span in spans],
            "story": [dict(zip(_ENTRY_FIELDS, entry, strict=True)) for entry in story],
            "saved_session": pick_up,
        },
        MeetingRecord,
    )
    if not all(0 <= span.start <= span.end <= LATEST for span in record.spans):
        raise ValueError("an impossible span of time")
    return record
