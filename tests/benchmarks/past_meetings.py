"""A history of many meetings: what it takes on the disk, and how long people wait for a part of it."""

import asyncio
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rtms_tray.history.database import HistoryFile
from rtms_tray.history.reader import HistoryReader
from rtms_tray.history.report import report
from rtms_tray.history.search import Search
from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Figure
from tests.benchmarks.station import PROGRAM, Station
from tests.helpers.histories import many_meetings
from tests.helpers.running import ROOT

PAGE_REACH_MS: Final = 150
REPORT_REACH_MS: Final = 50
LINE_REACH_MS: Final = 200
SIZE_REACH_BYTES: Final = 1_200
"""120 MB for 100,000 meetings."""
_MS: Final = 1000
_AT_ONCE: Final = 1_000


def figures(here: Station, effort: Effort) -> Iterator[Figure]:
    """Fill a history, and read from it as the window and the command line do."""
    file = here.app.home / "data" / "history.sqlite3"
    kept = _fill(file, effort.meetings)
    size = sum(part.stat().st_size for part in file.parent.glob(f"{file.name}*"))
    pages, reports = asyncio.run(_read(file, effort.commands))
    lines = [_first_line_ms(here) for _ in range(effort.commands)]
    file.unlink()
    of = f"of {effort.meetings:,} meetings"
    yield Figure("a page " + of, "ms", pages, PAGE_REACH_MS)
    yield Figure("a report " + of, "ms", reports, REPORT_REACH_MS)
    yield Figure(
        "first line of rtms-tray history " + of,
        "ms",
        lines,
        LINE_REACH_MS,
        limit=10 * LINE_REACH_MS,
    )
    yield Figure("a meeting on the disk", "bytes", [size / kept], SIZE_REACH_BYTES)


def _fill(path: Path, count: int) -> int:
    file = HistoryFile.open(path)
    before = round(time.time() * _MS)
    meetings = many_meetings(count, before)
    for start in range(0, count, _AT_ONCE):
        file.save(meetings[start : start + _AT_ONCE])
    file.close()
    return count


async def _read(path: Path, times: int) -> tuple[list[float], list[float]]:
    reader = HistoryReader(path)
    pages, reports = [], []
    try:
        for _ in range(times):
            began_at = time.perf_counter()
            page = await reader.page(Search())
            pages.append((time.perf_counter() - began_at) * _MS)
            began_at = time.perf_counter()
            meeting = await reader.meeting(page.lines[0].key)
            assert meeting is not None
            assert report(meeting, meeting.seen_at)
            reports.append((time.perf_counter() - began_at) * _MS)
    finally:
        reader.close()
    return pages, reports


def _first_line_ms(here: Station) -> float:
    began_at = time.perf_counter()
    with subprocess.Popen(
        (*PROGRAM, "history"), env=here.app.environ, cwd=ROOT, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        took_ms = (time.perf_counter() - began_at) * _MS
        process.kill()
    return took_ms
