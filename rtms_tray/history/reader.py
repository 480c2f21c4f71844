"""Reads past meetings for a page that shows them: in a thread of its own, beside the one that writes.

Each question opens the file anew, to read only: it holds up no writer, and what was erased is not found.
"""

import contextlib
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from rtms_tray.capture.reason_texts import REASONS
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.history.database import open_to_read, records
from rtms_tray.history.model import (
    HistoryError,
    HostSide,
    Length,
    MeetingRecord,
    Moment,
    Trouble,
    told,
)
from rtms_tray.history.worker import history_thread, run_on_disk
from rtms_tray.support.units import SECOND, Millis

# --- Turns what people type into a search of past meetings: numbers, days, reasons in words. ---

Values = tuple[str | int, ...]

_MOST_WORDS: Final = 8
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_DIGITS: Final = re.compile(r"[\d-]+")
_KINDS: Final = {
    "captured": SpanKind.CAPTURED,
    "live": SpanKind.CAPTURED,
    "paused": SpanKind.PAUSED,
    "lost": SpanKind.LOST,
    "unknown": SpanKind.UNKNOWN,
}
_DAYS_AGO: Final = {"today": 0, "yesterday": 1}
_DECEMBER: Final = 12


@dataclass(frozen=True, slots=True)
class Search:
    """A condition on table `meetings`, and the values of its question marks."""

    where: str = "1"
    values: Values = ()


def search_for(text: str, now: Millis) -> Search:
    """Read what somebody typed; nothing typed finds everything."""
    parts = [_word(word, now) for word in _joined(text).lower().split()[:_MOST_WORDS]]
    if not parts:
        return Search()
    where = " AND ".join(f"({part.where})" for part in parts)
    return Search(where, tuple(value for part in parts for value in part.values))


def _joined(text: str) -> str:
    """Put a meeting's number together that was typed as Zoom shows it: 987 1234 5670."""
    return re.sub(r"(?<=\d) (?=\d)", "", text)


def _word(word: str, now: Millis) -> Search:
    found = [*_as_number(word), *_as_time(word, now), *_as_reason(word), *_as_kind(word)]
    if not found:
        return Search("0")
    where = " OR ".join(one.where for one in found)
    return Search(where, tuple(value for one in found for value in one.values))


def _as_number(word: str) -> list[Search]:
    if not _DIGITS.fullmatch(word):
        return []
    digits = word.replace("-", "")
    return [Search("meeting_number LIKE ?", (f"%{digits}%",))] if digits else []


def _as_kind(word: str) -> list[Search]:
    found = []
    if word in _KINDS:
        found.append(Search(f"{_KINDS[word]}_ms > 0"))
    if word in set(HostSide):
        found.append(Search("host = ?", (word,)))
    return found


def _as_reason(word: str) -> list[Search]:
    """Find the reasons whose words hold this one, and the meetings in which they were at work."""
    if _DIGITS.fullmatch(word):
        return []
    codes = sorted(
        str(reason.code)
        for reason in REASONS.values()
        if word in f"{reason.title} {reason.text}".lower()
    )
    if not codes:
        return []
    marks = ", ".join("?" * len(codes))
    at_work = f"SELECT 1 FROM spans WHERE meeting = meetings.key AND reason IN ({marks})"  # noqa: S608 - only marks
    return [Search(f"end_reason IN ({marks}) OR EXISTS ({at_work})", (*codes, *codes))]


def _as_time(word: str, now: Millis) -> list[Search]:
    try:
        bounds = [round(moment.timestamp() * SECOND) for moment in _period(word, now)]
    except (ValueError, OverflowError):  # no such day, or far beyond what clocks can say
        return []
    return [Search("began_at >= ? AND began_at < ?", tuple(bounds))] if bounds else []


def _period(word: str, now: Millis) -> tuple[datetime, ...]:
    """Tell from when to when, in this machine's time zone; raises ValueError for no such day.

    Empty where the word is no time at all.
    """
    if word in _DAYS_AGO:
        today = datetime.fromtimestamp(now / SECOND).replace(hour=0, minute=0, second=0)  # noqa: DTZ006 - local
        start = today.replace(microsecond=0) - timedelta(days=_DAYS_AGO[word])
        return start, start + timedelta(days=1)
    match = _DATE.fullmatch(word)
    if match is None:
        return ()
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None or month is None:
        return datetime(year or 1, 1, 1), datetime((year or 1) + 1, 1, 1)  # noqa: DTZ001 - local
    if day is None:
        after = (year + 1, 1) if month == _DECEMBER else (year, month + 1)
        return datetime(year, month, 1), datetime(*after, 1)  # noqa: DTZ001 - local
    start = datetime(year, month, day)  # noqa: DTZ001 - local
    return start, start + timedelta(days=1)


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
        self._thread = history_thread()

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

        return await run_on_disk(self._thread, work, EXPORT_LIMIT_S)

    async def write_text(self, path: Path, text: str) -> None:
        """Write a text into a file that the user chose, without waiting for the disk here; raises OSError too."""
        await run_on_disk(
            self._thread, lambda: path.write_text(text, encoding="utf-8", newline="\n"), LIMIT_S
        )

    def close(self) -> None:
        """End the thread, once it has answered; another question begins a new one."""
        thread, self._thread = self._thread, history_thread()
        thread.shutdown()

    async def _ask(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        return await run_on_disk(self._thread, lambda: self._with_file(work), LIMIT_S)

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
