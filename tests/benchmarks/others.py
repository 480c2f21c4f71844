"""Other programs with an icon in the tray, where they are installed: as somebody would compare them."""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Figure
from tests.benchmarks.footprint import Memory, memory, watch_rest
from tests.benchmarks.station import PROGRAM, Started, Station

_MS: Final = 1000
_SETTLE_S: Final = 12.0
"""For a while after the start, programs look whether the tray really shows their icons."""
_NEVER_FAILS: Final = float("inf")
"""What others take is theirs."""


@dataclass(frozen=True)
class Other:
    """A program, how it is started so that it shows an icon, and how much lighter this one wants to be.

    `settings` are what it needs for that, in the folder of settings.
    """

    name: str
    command: tuple[str, ...]
    reach: float
    settings: tuple[tuple[str, str], ...] = ()


OTHERS: Final = (
    Other("Vorta", ("vorta",), 0.5),
    Other("Syncthing Tray", ("syncthingtray",), 1.0),
    Other(
        "KeePassXC",
        ("keepassxc", "--minimized"),
        2.0,
        (("keepassxc/keepassxc.ini", "[GUI]\nShowTrayIcon=true\nMinimizeToTray=true\n"),),
    ),
)


@dataclass(frozen=True)
class _Taken:
    start_ms: float
    memory: Memory
    wake_ups: float


def figures(here: Station, effort: Effort) -> Iterator[Figure]:
    """Start this program and each other one in turns; those that are not installed are left out."""
    for other in OTHERS:
        if not effort.others or shutil.which(other.command[0]) is None:
            continue
        _write(here, other)
        try:
            ours, theirs = _in_turns(here, other, effort.others)
        except TimeoutError as error:  # another version, which wants something else
            print(f"{other.name}: {error}", file=sys.stderr, flush=True)
        else:
            yield from _rows(other, ours, theirs)


def _in_turns(here: Station, other: Other, pairs: int) -> tuple[list[_Taken], list[_Taken]]:
    ours, theirs = [], []
    for _ in range(pairs):
        theirs.append(_take(here, other.command))
        ours.append(_take(here, PROGRAM, wait_for_feed=True))
    return ours, theirs


def _rows(other: Other, ours: list[_Taken], theirs: list[_Taken]) -> Iterator[Figure]:
    for what, unit, of in (
        ("start → icon pixels", "ms", lambda taken: taken.start_ms),
        ("resident", "MB", lambda taken: taken.memory.resident),
        ("private", "MB", lambda taken: taken.memory.private),
    ):
        name = f"{what}, beside {other.name}"
        floor = list(map(of, theirs))
        yield Figure(name, unit, list(map(of, ours)), other.reach, floor, limit=_NEVER_FAILS)
    for name, taken in (("rtms-tray", ours), (other.name, theirs)):
        wake_ups = [each.wake_ups for each in taken]
        yield Figure(f"wake-ups of {name}", "/s", wake_ups, 1.0, limit=_NEVER_FAILS)


def _write(here: Station, other: Other) -> None:
    folder = Path(here.app.environ["XDG_CONFIG_HOME"])
    for name, content in other.settings:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")


def _take(here: Station, command: tuple[str, ...], *, wait_for_feed: bool = False) -> _Taken:
    with here.running(command) as started:
        start_ms = here.icon_after_s(started) * _MS
        if wait_for_feed:
            here.wait_for_feed()
        return _at_rest(here, started, start_ms)


def _at_rest(here: Station, started: Started, start_ms: float) -> _Taken:
    here.panel.at_rest(_SETTLE_S)
    rest = watch_rest(started.process.pid, _SETTLE_S)
    return _Taken(start_ms, memory(started.process.pid), rest.wake_ups_per_s)
