"""The history's file: writes meetings down as they go on, finds them again, forgets old ones. Blocking."""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.units import Millis
from rtms_tray.store.history_records import LATEST, MeetingRecord
from rtms_tray.store.history_schema import open_to_read, open_to_write
from rtms_tray.store.history_trouble import HistoryError, Trouble, told

_COLUMNS: Final = (
    "key", "meeting_number", "meeting_uuid", "host", "began_at", "seen_at", "ended_at", "end_reason",
)  # fmt: skip
_WRITTEN: Final = (
    *_COLUMNS, "captured_ms", "paused_ms", "lost_ms", "unknown_ms", "pick_up",
)  # fmt: skip
_WRITE_MEETING: Final = (
    f"INSERT INTO meetings ({', '.join(_WRITTEN)}) VALUES ({', '.join('?' * len(_WRITTEN))})"  # noqa: S608 - our names
    f" ON CONFLICT (key) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _WRITTEN[1:])}"
)
_SPAN: Final = ("start", "end", "kind", "why")
_ENTRY: Final = ("at", "state", "why", "number")
_WORTH: Final = (SpanKind.CAPTURED, SpanKind.PAUSED, SpanKind.LOST, SpanKind.UNKNOWN)
_BESIDE: Final = ("-wal", "-shm")
"""What SQLite keeps beside the file while it is open, or after a crash."""


class HistoryFile:
    """An open history; every call raises HistoryError."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> "HistoryFile":
        """Open a history to write to, making it where missing."""
        with told():
            return cls(open_to_write(path))

    def save(self, meetings: Iterable[MeetingRecord]) -> None:
        """Write meetings down, in place of what was written of them before: all of them, or none."""
        with told(), self._all_or_nothing() as connection:
            for record in meetings:
                _write(connection, record)

    def delete(self, keys: Iterable[str]) -> None:
        """Delete meetings, those that are not there as well."""
        with told(), self._all_or_nothing() as connection:
            connection.executemany("DELETE FROM meetings WHERE key = ?", [(key,) for key in keys])

    def unfinished(self) -> list[MeetingRecord]:
        """List the meetings that were going on when they were last written, oldest first."""
        with told():
            return records(self._connection, "WHERE ended_at IS NULL", ())

    def forget_before(self, at: Millis) -> None:
        """Delete the meetings that were last seen before a moment."""
        with told(), self._all_or_nothing() as connection:
            connection.execute("DELETE FROM meetings WHERE seen_at < ?", (at,))

    def close(self) -> None:
        """Let go of the file; SQLite then clears up beside it."""
        with told():
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
    """List the meetings that were on at a moment or later, oldest first; none where there is no history.

    Changes nothing, and works beside a running program. Raises HistoryError.
    """
    try:
        with told(), contextlib.closing(open_to_read(path)) as connection:
            if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                return []
            where = "" if since is None else "WHERE seen_at >= ?"
            return records(connection, where, () if since is None else (since,))
    except HistoryError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return []
        raise


def set_aside(path: Path) -> Path:
    """Rename a damaged history, so that a new one can begin; tells its new name. Raises HistoryError."""
    names = (path.with_name(f"{path.name}.damaged{n}") for n in ("", *range(2, 1000)))
    with told():
        aside = next((name for name in names if not name.exists()), path.with_suffix(".damaged"))
        path.replace(aside)
        for ending in _BESIDE:
            beside = path.with_name(path.name + ending)
            with contextlib.suppress(FileNotFoundError):
                beside.replace(aside.with_name(aside.name + ending))
        return aside


def erase(path: Path) -> None:
    """Delete a history altogether, done as well when there is none; raises HistoryError."""
    with told():
        for ending in ("", *_BESIDE):
            path.with_name(path.name + ending).unlink(missing_ok=True)


def _write(connection: sqlite3.Connection, record: MeetingRecord) -> None:
    facts = [getattr(record, name) for name in _COLUMNS]
    totals = [record.total(kind) for kind in _WORTH]
    connection.execute(_WRITE_MEETING, (*facts, *totals, record.pick_up))
    connection.execute("DELETE FROM spans WHERE meeting = ?", (record.key,))
    connection.executemany(
        "INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?)",
        [
            (record.key, place, span.start, span.end, span.kind, span.why)
            for place, span in enumerate(record.spans)
        ],
    )
    connection.execute("DELETE FROM story WHERE meeting = ?", (record.key,))
    connection.executemany(
        "INSERT INTO story VALUES (?, ?, ?, ?, ?, ?)",
        [
            (record.key, place, entry.at, entry.state, entry.why, entry.number)
            for place, entry in enumerate(record.story)
        ],
    )


def records(
    connection: sqlite3.Connection, where: str, values: tuple[str | int, ...]
) -> list[MeetingRecord]:
    """Read meetings, oldest first; what no rtms-tray could have written counts as damage.

    `where` is a condition in our words, its values apart. Raises HistoryError and sqlite3.Error.
    """
    columns = ", ".join((*_COLUMNS, "pick_up"))
    connection.execute("BEGIN")  # one view, whatever is written meanwhile
    try:
        rows = connection.execute(
            f"SELECT {columns} FROM meetings {where} ORDER BY began_at, key",  # noqa: S608 - our words
            values,
        ).fetchall()
        return [_record(connection, row) for row in rows]
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
            "spans": [dict(zip(_SPAN, span, strict=True)) for span in spans],
            "story": [dict(zip(_ENTRY, entry, strict=True)) for entry in story],
            "pick_up": pick_up,
        },
        MeetingRecord,
    )
    if not all(0 <= span.start <= span.end <= LATEST for span in record.spans):
        raise ValueError("a stretch of time that cannot be")
    return record
