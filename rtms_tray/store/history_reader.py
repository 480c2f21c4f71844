"""Reads past meetings for a page that shows them: in a thread of its own, beside the one that writes.

Each question opens the file anew, to read only: it holds up no writer, and what was erased is not found.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.units import Millis
from rtms_tray.store.history_file import records
from rtms_tray.store.history_records import HostSide, Length, MeetingRecord, Moment
from rtms_tray.store.history_schema import open_to_read
from rtms_tray.store.history_search import Search
from rtms_tray.store.history_thread import HistoryThread
from rtms_tray.store.history_trouble import HistoryError, Trouble, told

T = TypeVar("T")

LIMIT_S: Final = 10.0
EXPORT_LIMIT_S: Final = 120.0
PAGE: Final = 100
"""How many meetings are read at once: more than a screen shows."""
_LINE: Final = (
    "key, meeting_number, meeting_uuid, host, began_at, ended_at, end_reason,"
    " captured_ms, paused_ms, lost_ms, unknown_ms"
)


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """One meeting in a list; lengths are milliseconds."""

    key: str
    meeting_number: str | None
    meeting_uuid: str | None
    host: HostSide
    began_at: Moment
    ended_at: Moment | None
    end_reason: str
    captured: Length
    paused: Length
    lost: Length
    unknown: Length


_FIELDS: Final = tuple(one.name for one in fields(MeetingLine))


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the meetings that fit a search, newest first, and how many there are in all."""

    lines: tuple[MeetingLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Spent:
    """How much time of one period had one worth for one reason, in meetings with one kind of host."""

    period: int  # its place among the periods asked for
    host: HostSide
    kind: SpanKind
    why: str
    length: Length


class HistoryReader:
    """Answers questions about past meetings; every call raises HistoryError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = HistoryThread()

    async def page(self, search: Search, offset: int = 0) -> Page:
        """List meetings that fit a search, newest first, from a place on."""
        return await self._ask(lambda base: _page(base, search, offset)) or Page((), 0)

    async def meeting(self, key: str) -> MeetingRecord | None:
        """Find one meeting, with all that is kept of it."""
        found = await self._ask(lambda base: records(base, "WHERE key = ?", (key,)))
        return found[0] if found else None

    async def spent(self, starts: Sequence[Millis]) -> list[Spent]:
        """Add up all time that counts, by the periods that begin at these moments (ascending).

        A stretch belongs to the period in which it began; the last period has no end.
        """
        return await self._ask(lambda base: _spent(base, starts)) or []

    async def write(
        self, search: Search, path: Path, make: Callable[[list[MeetingRecord]], str]
    ) -> int:
        """Write all meetings that fit a search into a file, oldest first; tells how many.

        The user chose the file: it is an ordinary one. Raises OSError too.
        """

        def work() -> int:
            where = f"WHERE {search.where}"
            found = self._with_file(lambda base: records(base, where, search.values)) or []
            path.write_text(make(found), encoding="utf-8", newline="\n")
            return len(found)

        return await self._thread.run(work, EXPORT_LIMIT_S)

    async def write_text(self, path: Path, text: str) -> None:
        """Write a text into a file that the user chose, without waiting for the disk here; raises OSError too."""
        await self._thread.run(
            lambda: path.write_text(text, encoding="utf-8", newline="\n"), LIMIT_S
        )

    def close(self) -> None:
        """End the thread, once it has answered."""
        self._thread.stop()

    async def _ask(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        return await self._thread.run(lambda: self._with_file(work), LIMIT_S)

    def _with_file(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """Open the file for one question; None where there is no file, or an empty one."""
        try:
            with told(), contextlib.closing(open_to_read(self._path)) as base:
                if not base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    return None
                with _sound():
                    return work(base)
        except HistoryError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return None
            raise


@contextlib.contextmanager
def _sound() -> Iterator[None]:
    """Count values that no rtms-tray could have written as damage."""
    try:
        yield
    except (ValueError, TypeError) as error:
        raise HistoryError(Trouble.DAMAGED) from error


def _page(base: sqlite3.Connection, search: Search, offset: int) -> Page:
    total = base.execute(
        f"SELECT count(*) FROM meetings WHERE {search.where}",  # noqa: S608 - our words
        search.values,
    ).fetchone()[0]
    rows = base.execute(
        f"SELECT {_LINE} FROM meetings WHERE {search.where}"  # noqa: S608 - our words
        f" ORDER BY began_at DESC, key LIMIT {PAGE} OFFSET ?",
        (*search.values, offset),
    )
    return Page(tuple(map(_line, rows)), total)


def _line(row: tuple[Any, ...]) -> MeetingLine:
    return msgspec.convert(dict(zip(_FIELDS, row, strict=True)), MeetingLine)


def _spent(base: sqlite3.Connection, starts: Sequence[Millis]) -> list[Spent]:
    """Let SQLite do the sums: it does them beside the window, where Python's own would hold it up."""
    rows = base.execute(
        f"SELECT {_place(starts)}, host, kind, reason, sum(end_at - start_at)"  # noqa: S608 - our numbers
        " FROM meetings JOIN spans ON meeting = key"
        " WHERE seen_at >= ? AND start_at >= ? AND kind <> 'not_counted' GROUP BY 1, 2, 3, 4",
        (starts[0], starts[0]),
    )
    names = tuple(one.name for one in fields(Spent))
    return [msgspec.convert(dict(zip(names, row, strict=True)), Spent) for row in rows]


def _place(starts: Sequence[Millis], first: int = 0) -> str:
    """Write down how a stretch finds its period by halving: ten times as quick as comparing with each."""
    if len(starts) == 1:
        return str(first)
    half = len(starts) // 2
    sooner, later = _place(starts[:half], first), _place(starts[half:], first + half)
    return f"CASE WHEN start_at < {starts[half]:d} THEN {sooner} ELSE {later} END"
