"""Reads past meetings for the history window, and adds their time up by week and by reason.

Reading has a thread of its own, beside the one that writes. Each query opens the file again, for reading only: it
keeps no writer waiting, and what was erased is not found.
"""

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from rtms_tray.capture.timeline import SpanKind
from rtms_tray.history.database import open_to_read, read_records
from rtms_tray.history.model import (
    HistoryError,
    HostSide,
    Length,
    MeetingRecord,
    Moment,
    Trouble,
    history_errors,
)
from rtms_tray.history.search import Search
from rtms_tray.history.worker import history_thread, run_on_disk
from rtms_tray.presentation.wording import reason_words
from rtms_tray.support.frozen import Frozen, field_names
from rtms_tray.support.texts import text
from rtms_tray.support.units import SECOND, Millis

T = TypeVar("T")

LIMIT_S: Final = 10.0
EXPORT_LIMIT_S: Final = 120.0
PAGE: Final = 100
"""How many meetings are read at once: more than a screen shows."""
_LINE: Final = (
    "key, meeting_number, meeting_uuid, host, began_at, ended_at, end_reason,"
    " captured_ms, paused_ms, lost_ms, unknown_ms"
)


class MeetingLine(Frozen):
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


_FIELDS: Final = field_names(MeetingLine)


class Page(Frozen):
    """Some of the meetings that match a search, newest first, and how many there are in all."""

    lines: tuple[MeetingLine, ...]
    total: int


class Past(Frozen):
    """How often a meeting took place, as far as the history goes, and how often it was captured."""

    times: int
    captured: int


class PeriodTotal(Frozen):
    """The time of one kind in one period, for one reason, in meetings with one kind of host."""

    period: int  # its place among the periods asked for
    host: HostSide
    kind: SpanKind
    reason: str
    length: Length


class HistoryReader:
    """Queries past meetings; every call raises HistoryError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = history_thread()

    async def page(self, search: Search, offset: int = 0) -> Page:
        """List meetings that match a search, newest first, from an offset on."""
        return await self._query(lambda base: _page(base, search, offset)) or Page((), 0)

    async def meeting(self, key: str) -> MeetingRecord | None:
        """Find one meeting, with all that is kept of it."""
        found = await self._query(lambda base: read_records(base, "WHERE key = ?", (key,)))
        return found[0] if found else None

    async def captured(self, numbers: Sequence[str]) -> Mapping[str, Past]:
        """Count past meetings by their numbers, and those of which something was captured."""
        return await self._query(lambda base: _captured(base, numbers)) or {}

    async def totals(self, starts: Sequence[Millis]) -> list[PeriodTotal]:
        """Add up all time that counts, by the periods that begin at these moments (ascending).

        A span belongs to the period in which it began; the last period has no end.
        """
        return await self._query(lambda base: _totals(base, starts)) or []

    async def write(
        self, search: Search, path: Path, serialize: Callable[[list[MeetingRecord]], str]
    ) -> int:
        """Write all meetings that match a search to a file, oldest first; returns how many.

        The user chose the file: it is an ordinary one. Raises OSError too.
        """

        def work() -> int:
            where = f"WHERE {search.where}"
            found = self._with_file(lambda base: read_records(base, where, search.values)) or []
            path.write_text(serialize(found), encoding="utf-8", newline="\n")
            return len(found)

        return await run_on_disk(self._thread, work, EXPORT_LIMIT_S)

    async def write_text(self, path: Path, text: str) -> None:
        """Write a text to a file that the user chose; raises OSError too."""
        await run_on_disk(
            self._thread, lambda: path.write_text(text, encoding="utf-8", newline="\n"), LIMIT_S
        )

    def close(self) -> None:
        """End the thread, once it has answered; another question begins a new one."""
        thread, self._thread = self._thread, history_thread()
        thread.shutdown()

    async def _query(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        return await run_on_disk(self._thread, lambda: self._with_file(work), LIMIT_S)

    def _with_file(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """Open the file for one query; None where there is no file, or an empty one."""
        try:
            with history_errors(), contextlib.closing(open_to_read(self._path)) as base:
                if not base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    return None
                with _damage_reported():
                    return work(base)
        except HistoryError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return None
            raise


@contextlib.contextmanager
def _damage_reported() -> Iterator[None]:
    """Report values that no rtms-tray could have written as damage."""
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


def _captured(base: sqlite3.Connection, numbers: Sequence[str]) -> dict[str, Past]:
    marks = ", ".join("?" * len(numbers))
    rows = base.execute(
        "SELECT meeting_number, count(*), sum(captured_ms > 0) FROM meetings"  # noqa: S608 - marks alone
        f" WHERE meeting_number IN ({marks}) AND ended_at IS NOT NULL GROUP BY 1",
        tuple(numbers),
    )
    return {number: Past(times, captured) for number, times, captured in rows}


def _totals(base: sqlite3.Connection, starts: Sequence[Millis]) -> list[PeriodTotal]:
    """Let SQLite do the sums: in Python they would keep the window waiting."""
    rows = base.execute(
        f"SELECT {_period_case(starts)}, host, kind, reason, sum(end_at - start_at)"  # noqa: S608 - our numbers
        " FROM meetings JOIN spans ON meeting = key"
        " WHERE seen_at >= ? AND start_at >= ? AND kind <> 'not_counted' GROUP BY 1, 2, 3, 4",
        (starts[0], starts[0]),
    )
    names = field_names(PeriodTotal)
    return [msgspec.convert(dict(zip(names, row, strict=True)), PeriodTotal) for row in rows]


def _period_case(starts: Sequence[Millis], first: int = 0) -> str:
    """Write the SQL that finds a span's period by halving: ten times as fast as comparing with each."""
    if len(starts) == 1:
        return str(first)
    half = len(starts) // 2
    earlier = _period_case(starts[:half], first)
    later = _period_case(starts[half:], first + half)
    return f"CASE WHEN start_at < {starts[half]:d} THEN {earlier} ELSE {later} END"


Totals = Mapping[SpanKind, Millis]


class Week(Frozen):
    """One week of meetings, from its Monday on; lengths are milliseconds."""

    monday: date
    by_host: Mapping[HostSide, Totals]

    def total(self, side: HostSide) -> Millis:
        """All time that counts in meetings with such a host."""
        return sum(self.by_host.get(side, {}).values())


class Loss(Frozen):
    """The time lost for one reason, in milliseconds, by whose host it was."""

    text: str
    by_host: Mapping[HostSide, Millis]

    @property
    def total(self) -> Millis:
        """All of it."""
        return sum(self.by_host.values())


def mondays(now: Millis, count: int) -> tuple[date, ...]:
    """List the Mondays of the last weeks in this machine's time, oldest first, the current week last."""
    today = datetime.fromtimestamp(now / SECOND).astimezone().date()
    last = today - timedelta(days=today.weekday())
    return tuple(last - timedelta(weeks=back) for back in reversed(range(count)))


def start_of(day: date) -> Millis:
    """Return when a day begins on this machine."""
    return round(datetime(day.year, day.month, day.day).astimezone().timestamp()) * SECOND


def weeks(totals: Iterable[PeriodTotal], starts: tuple[date, ...]) -> tuple[Week, ...]:
    """Distribute totals over the weeks that begin on these days."""
    sums: list[dict[HostSide, Counter[SpanKind]]] = [{} for _ in starts]
    for total in totals:
        sums[total.period].setdefault(total.host, Counter())[total.kind] += total.length
    return tuple(Week(day, of_week) for day, of_week in zip(starts, sums, strict=True))


def losses(totals: Iterable[PeriodTotal]) -> tuple[Loss, ...]:
    """Add up what was lost by reason, the largest first."""
    sums: dict[str, Counter[HostSide]] = {}
    for total in totals:
        if total.kind is SpanKind.LOST:
            reason = reason_words(total.reason) or text("history.losses.no_reason")
            sums.setdefault(reason, Counter())[total.host] += total.length
    unsorted = [Loss(reason, by_host) for reason, by_host in sums.items()]
    return tuple(sorted(unsorted, key=lambda loss: (-loss.total, loss.text)))
