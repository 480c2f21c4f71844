"""A busy account's hours, compressed: nothing that the program begins is left behind.

Every run plays a few minutes. The whole day, with the figures for memory and idle time (some ten minutes):

    RTMS_TRAY_SOAK_HOURS=8 pytest tests/soak -n 0
"""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.desktop.processes import require_programs
from tests.soak.harness import Figures, Soak, as_text

pytestmark = [
    pytest.mark.skipif("sys.platform != 'linux'", reason="it reads /proc, and needs a message bus"),
]

HOURS = float(os.environ.get("RTMS_TRAY_SOAK_HOURS", "0"))
FLAT_KB = 2 * 1024
"""How much the program may grow in a day of eight hours, once it has seen everything."""
NOT_EXACTLY = 30
"""Rows of lists and menus that happen to be filled otherwise, in some thousand widgets."""
COUNTED = ("tasks", "descriptors", "threads", "system_threads", "qt_timers", "windows")
POOLED = "QMenu"
"""Menus of sessions are kept for the next ones: as many as there ever were at once."""

ONE_FOR_ALL = "Watcher._tick"
"""The one timer for all deadlines: it runs while anything is remembered that is to be forgotten later."""
LATE = 1
"""The connection to the message bus is made when it is first needed, and anew where that was slow.

At the end it is given a second, which a day in minutes makes a few milliseconds.
"""


def _left(figures: Figures) -> dict[str, Any]:
    """Name what there is more of at the end than after warming up."""
    more: dict[str, Any] = {what: _more(figures.grown(what)) for what in COUNTED}
    more["timers"] = _more_timers(figures)
    if more["descriptors"] == {"socket:[N]": LATE}:
        more["descriptors"] = {}
    return {what: counts for what, counts in more.items() if counts}


def _more_timers(figures: Figures) -> int:
    grown = figures.grown("timers")
    if figures.last["timers"].get(ONE_FOR_ALL) == 1:
        grown.pop(ONE_FOR_ALL, None)
    return max(0, sum(grown.values()))  # the others change their purposes


def _more(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count > 0 and name != POOLED}


def _nothing_is_left(figures: Figures) -> None:
    assert figures.code == 0, figures.errors
    assert not figures.failures, figures.failures
    assert not _left(figures), as_text(figures)
    assert _left_by_quit(figures) in ({}, {"descriptors": {"socket:[N]": LATE}})
    for what in ("widgets", "qt_objects"):
        assert _grown(figures, what) <= NOT_EXACTLY, as_text(figures)


def _left_by_quit(figures: Figures) -> dict[str, Any]:
    """Name what is left but the session bus's thread and socket, which Qt keeps as long as the process runs."""
    left = dict(figures.left_by_quit)
    if left.get("system_threads") == {"QDBusConnection": 1}:
        del left["system_threads"]
        if left.get("descriptors") == {"socket:[N]": LATE + 1}:
            del left["descriptors"]
    return left


def _grown(figures: Figures, what: str) -> int:
    """Count what there is more of; a pool that has grown has menus with their entries."""
    grown = figures.grown(what)
    pooled = {POOLED, "QAction"} if grown.get(POOLED, 0) > 0 else set()
    return sum(count for name, count in grown.items() if name not in pooled)


async def _play(folder: Path, soak: Soak, rate: float) -> Figures:
    require_programs(["dbus-daemon"])
    return await soak.run(folder, rate)


@pytest.mark.timeout(400)
@pytest.mark.promise("nothing is left behind")
async def test_a_few_busy_minutes_leave_nothing_behind(tmp_path: Path) -> None:
    figures = await _play(tmp_path, Soak(0.07, warm=0.07, burst=20, rest_minutes=1.5), rate=60)
    assert figures.acts > 50
    assert figures.clicks > 5
    _nothing_is_left(figures)


@pytest.mark.skipif(not HOURS, reason="long: set RTMS_TRAY_SOAK_HOURS=8")
@pytest.mark.timeout(7200)
async def test_busy_hours_leave_memory_flat_and_idle_time_as_it_was(tmp_path: Path) -> None:
    figures = await _play(tmp_path, Soak(HOURS), rate=75)
    sys.stdout.write(as_text(figures))
    _nothing_is_left(figures)
    assert figures.growth_kb < FLAT_KB, as_text(figures)
    assert figures.idle_last_ms < 1.25 * figures.idle_first_ms + 1, as_text(figures)
