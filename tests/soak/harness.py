"""A day's work compressed into minutes: the program, a Zoom and a notification server, each a process.

`python -m tests.soak.harness --hours 8` plays one and prints its figures as JSON.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

from tests.helpers.desktop.bus import running_bus
from tests.helpers.notification_daemon import NotificationDaemon
from tests.soak.process import Pace, words_of

Json = dict[str, Any]
ROOT: Final = Path(__file__).parents[2]
_COUNTED: Final = (
    "tasks", "timers", "descriptors", "threads", "system_threads", "windows", "widgets", "qt_objects",
    "qt_timers", "objects",
)  # fmt: skip
_NIGHT_S: Final = 2 * 3600
"""Longer than sessions that are over stay listed."""
_END_S: Final = 20.0
_LONGEST_END_S: Final = 90.0
_LINE_LIMIT: Final = 16 * 1024 * 1024


@dataclass
class Figures:
    """What came of a soak; `first` and `last` are readings of the program at rest."""

    hours: float
    first: Json = field(default_factory=dict)
    last: Json = field(default_factory=dict)
    idle_first_ms: float = 0.0
    idle_last_ms: float = 0.0
    acts: int = 0
    clicks: int = 0
    notifications: int = 0
    took_s: float = 0.0
    curve_kb: list[int] = field(default_factory=list)
    left_by_quit: dict[str, Json] = field(default_factory=dict)
    errors: str = ""
    failures: list[str] = field(default_factory=list)
    """Lines of the log that tell of a fault inside the program."""
    code: int | None = None

    @property
    def growth_kb(self) -> int:
        """What the program holds more than after warming up, caches of pictures apart, in kB."""
        return int(self.last["held"]["RssAnon"] - self.first["held"]["RssAnon"])

    def grown(self, what: str) -> dict[str, int]:
        """Name what there is more, or less, of at the end."""
        return _grown(self.first[what], self.last[what])


def _grown(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    names = sorted(before.keys() | after.keys())
    counts = {name: after.get(name, 0) - before.get(name, 0) for name in names}
    return {name: count for name, count in counts.items() if count}


class Child:
    """A process that is told what to do in lines."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def line(self) -> Json:
        """Read its next line."""
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        if not line:
            raise AssertionError("the process ended")
        found: Json = json.loads(line)
        return found

    async def tell(self, **what: Any) -> Json:  # noqa: ANN401 - any JSON
        """Have it do something, and wait for its answer."""
        self.write(what)
        return await self.line()

    def write(self, what: Json) -> None:
        """Write a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what).encode() + b"\n")


@asynccontextmanager
async def _child(module: str, *words: str, errors: Path, **environ: str) -> AsyncIterator[Child]:
    with errors.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", f"tests.soak.{module}", *words,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file, limit=_LINE_LIMIT,
            cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environ},
        )  # fmt: skip
    try:
        yield Child(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _END_S)
        except TimeoutError:
            process.kill()
            await process.wait()


class Soak:
    """One soak; lengths are hours of the day that is played."""

    def __init__(
        self,
        hours: float,
        *,
        warm: float = 4.0,
        burst: int = 1100,
        rest_minutes: float = 15.0,
        seed: int = 1,
    ) -> None:
        self.figures = Figures(hours)
        self._rest_minutes = rest_minutes
        self._warm, self._burst, self._random = warm, burst, Random(seed)  # noqa: S311 - repeatable
        self._seed = seed

    async def run(self, folder: Path, rate: float) -> Figures:
        """Play it."""
        began = time.monotonic()
        pace = words_of(Pace(rate, began, time.time_ns() // 1_000_000))
        seed = str(self._seed)
        async with AsyncExitStack() as ends:
            (folder / "bus-folder").mkdir()
            address = ends.enter_context(running_bus(folder / "bus-folder"))
            self._daemon = await ends.enter_async_context(NotificationDaemon(address))
            self._zoom = await ends.enter_async_context(
                _child("zoom", seed, *pace, errors=folder / "zoom.err")
            )
            self._program = await ends.enter_async_context(
                _child(
                    "program",
                    str(folder),
                    seed,
                    *pace,
                    errors=folder / "program.err",
                    DBUS_SESSION_BUS_ADDRESS=address,
                )
            )
            try:
                self._program.write(await self._zoom.line())
                assert (await self._program.line())["ready"]
                await self._play()
                await self._program.tell(do="quit")
                ended = await self._ended()
                self.figures.left_by_quit = {
                    what: grown
                    for what in ended["before"]
                    if (grown := _grown(ended["before"][what], ended["after"][what]))
                }
                self.figures.code = await asyncio.wait_for(self._program.process.wait(), _END_S)
            except AssertionError as error:
                error.add_note((folder / "program.err").read_text(encoding="utf-8")[-8000:])
                raise
            finally:
                self.figures.errors = (folder / "program.err").read_text(encoding="utf-8")
                self.figures.failures = _failures(folder / "logs")
        self.figures.took_s = time.monotonic() - began
        return self.figures

    async def _ended(self) -> Json:
        """Wait for the program's last word; one that hangs says where."""
        try:
            async with asyncio.timeout(_LONGEST_END_S):
                return await self._program.line()
        except TimeoutError:
            raise AssertionError("the program does not end") from None

    async def _play(self) -> None:
        figures = self.figures
        await self._program.tell(do="look around")
        if self._burst:
            await self._zoom.tell(do="burst", meetings=self._burst)
        await self._busy(self._warm)
        figures.idle_first_ms = await self._rest()
        figures.first = await self._program.tell(do="read")
        left = figures.hours
        while left > 0:
            await self._busy(min(left, 1.0))
            left -= 1.0
        figures.idle_last_ms = await self._rest()
        figures.last = await self._program.tell(do="read")
        figures.notifications = len(self._daemon.shown)

    async def _busy(self, hours: float) -> None:
        """Let Zoom and the user be busy, and click on notifications meanwhile."""
        await self._program.tell(do="begin")
        clicking = asyncio.create_task(self._click())
        self.figures.acts = (await self._zoom.tell(do="go on", hours=hours))["played"]
        clicking.cancel()
        said = await self._program.tell(do="end")
        self.figures.clicks = said["did"]
        self.figures.curve_kb.append(said["memory"]["RssAnon"])
        _tell(said)

    async def _rest(self) -> float:
        """Let the night pass, until nothing is listed any more; tells what resting costs."""
        for _ in range(2):  # what was let go of in the first night is forgotten in the second
            for child in (self._zoom, self._program):
                await child.tell(do="sleep", seconds=_NIGHT_S)
            await self._program.tell(do="idle", minutes=self._rest_minutes / 3)
            await self._program.tell(do="end")
        resting = [
            await self._program.tell(do="idle", minutes=self._rest_minutes) for _ in range(2)
        ]
        _tell(resting)
        return float(min(reading["cpu_ms"] for reading in resting))

    async def _click(self) -> None:
        while True:
            await asyncio.sleep(self._random.uniform(0.2, 1.5))
            if self._daemon.shown:
                shown = self._random.choice(self._daemon.shown[-3:])
                key = self._random.choice((*shown.actions[::2], "default"))
                if self._random.random() < 0.5:
                    await self._daemon.click(shown.number, key)
                await self._daemon.dismiss(shown.number)


def _tell(what: object) -> None:
    """Show how far it is; a test's output is kept by pytest."""
    sys.stderr.write(f"{what}\n")


def _failures(logs: Path) -> list[str]:
    """Find what only a fault inside the program writes; the machine's own slowness only warns."""
    lines = [line for log in logs.glob("*") for line in log.read_text("utf-8").splitlines()]
    read = [json.loads(line) for line in lines]
    return [
        str(line) for line in read if line["level"] in {"ERROR", "CRITICAL"} or "traceback" in line
    ]


def as_text(figures: Figures) -> str:
    """Write the figures for people."""
    counted = [f"{what}: {figures.grown(what)}" for what in _COUNTED]
    return "\n".join((
        *counted,
        f"memory after warming up {figures.first['memory']}, at the end {figures.last['memory']}",
        f"without pictures {figures.first['held']}, at the end {figures.last['held']}",
        f"in use {figures.first['in_use']}, at the end {figures.last['in_use']}",
        f"grown by {figures.growth_kb} kB in {figures.hours:g} hours; by the hour {figures.curve_kb}",
        f"idle: {figures.idle_first_ms:.1f}, at the end {figures.idle_last_ms:.1f} ms of processor a minute",
        f"{figures.acts} acts in meetings, {figures.clicks} of the user",
        f"{figures.notifications} notifications, {figures.took_s:.0f} s; exit code {figures.code}",
        *figures.failures,
        "",
    ))  # fmt: skip


def main() -> None:
    """Play a day, and print what came of it."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--rate", type=float, default=60.0)
    parser.add_argument("--warm", type=float, default=4.0)
    parser.add_argument("--burst", type=int, default=1100)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    soak = Soak(wanted.hours, warm=wanted.warm, burst=wanted.burst, seed=wanted.seed)
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(soak.run(Path(folder), wanted.rate))
    sys.stdout.write(as_text(figures))


if __name__ == "__main__":
    main()
