"""What the program takes while it runs: memory, before and after windows, and what it does when nothing happens."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Figure
from tests.benchmarks.footprint import Memory, memory, watch_rest
from tests.benchmarks.station import FLOOR_TRAY, PROGRAM, Station
from tests.helpers.desktop import wait_for
from tests.helpers.running import ROOT
from tests.helpers.simulator_process import WITHOUT_HOST

RESIDENT_REACH: Final = 1.8
WINDOWS_REACH: Final = 2.3
GROWTH_REACH_MB: Final = 1.0
GROWTH_LIMIT_MB: Final = 10.0
"""One window that is never deleted takes 20 in 50 times."""
WAKE_UPS_REACH: Final = 0.2
HEARTBEAT_WAKE_UPS: Final = 0.4
"""A heartbeat every 25 s goes out, is answered, and arms the next: a few wake-ups each."""
CPU_REACH: Final = 0.02
_SETTLE_S: Final = 3.0
_LOOKS_S: Final = 12.0
"""For a while after the start, the program looks whether the tray really shows its icon."""


def memory_figures(here: Station, effort: Effort) -> Iterator[Figure]:
    """Memory after a token was fetched and a notification was shown; then with windows."""
    floors, ours = [], []
    for _ in range(effort.memories):
        with here.running(FLOOR_TRAY) as floor:
            here.icon_after_s(floor)
            here.panel.at_rest()
            floors.append(memory(floor.process.pid))
        with here.running(PROGRAM) as program:
            here.icon_after_s(program)
            here.wait_for_feed()
            _live_through_a_meeting(here)
            here.panel.at_rest(_SETTLE_S)
            ours.append(memory(program.process.pid))
    yield from _rows("after a refresh and a notification", ours, floors, RESIDENT_REACH)
    yield from _window_figures(here, effort, floors)


def _rows(when: str, ours: list[Memory], floors: list[Memory], reach: float) -> Iterator[Figure]:
    residents = [each.resident for each in floors]
    privates = [each.private for each in floors]
    yield Figure(f"resident, {when}", "MB", [each.resident for each in ours], reach, residents)
    yield Figure(f"private, {when}", "MB", [each.private for each in ours], reach, privates)


def _live_through_a_meeting(here: Station) -> None:
    """Ask for capture while the host is away: Zoom's API is called, and the user is notified."""
    here.app.tray("start", str(WITHOUT_HOST))
    here.zoom.act(WITHOUT_HOST, "host_joins")
    wait_for(lambda: here.desktop._has_window("Dunst"), 20, "a notification")
    here.zoom.act(WITHOUT_HOST, "end_meeting")


def _window_figures(here: Station, effort: Effort, floors: list[Memory]) -> Iterator[Figure]:
    once, twice, often = [], [], []
    with _with_windows(here) as windows:
        windows.open_all(1)
        once.append(windows.memory())
        windows.open_all(1)
        twice.append(windows.memory())
        windows.open_all(effort.windows - 2)
        often.append(windows.memory())
    yield from _rows("after every window was opened once", once, floors[:1], WINDOWS_REACH)
    growth = often[0].private - twice[0].private
    name = f"private growth, opened {effort.windows} times, not 2"
    yield Figure(name, "MB", [growth], GROWTH_REACH_MB, limit=GROWTH_LIMIT_MB)


class _Windows:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def open_all(self, times: int) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(times) + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline().strip() == "done"

    def memory(self) -> Memory:
        return memory(self._process.pid)


@contextmanager
def _with_windows(here: Station) -> Iterator[_Windows]:
    """Run the program with a task beside it that opens and closes windows when it is told to."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.subjects.windows"],
        env=here.app.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    with process:
        try:
            here.wait_for_feed()
            yield _Windows(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
    here.panel.wait_for(here.empty, "the icon to go")


def idle_figures(here: Station, effort: Effort) -> Iterator[Figure]:
    """Wake-ups and time on a core while nothing happens: signed in, feed open, no meeting."""
    with here.running(PROGRAM) as program:
        here.icon_after_s(program)
        here.wait_for_feed()
        here.panel.at_rest(_LOOKS_S)
        rest = watch_rest(program.process.pid, effort.idle_s)
    yield Figure("idle wake-ups", "/s", [rest.wake_ups_per_s], WAKE_UPS_REACH + HEARTBEAT_WAKE_UPS)
    yield Figure("idle time on a core", "%", [rest.cpu_percent], CPU_REACH)
