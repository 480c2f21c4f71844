"""What the soak's processes share: faster time, and commands in lines of JSON.

Everything that waits does so through the loop, and everything that dates does so by the injected clock. Both run
`rate` times as fast as the machine's, so that a day passes in minutes. The processes agree because they count from the
same moment.
"""

import asyncio
import json
import math
import os
import selectors
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from rtms_tray.support.units import SECOND, Millis

Json = dict[str, Any]


@dataclass
class Pace:
    """A clock `rate` times as fast; `began_s` is the machine's monotonic time at which it said `wall`."""

    rate: float
    began_s: float
    wall: Millis
    slept_s: float = 0.0

    def __call__(self) -> Millis:
        """Tell the time as the programs see it: it goes on while the machine sleeps."""
        return self.wall + round((self.loop_s() - self.began_s + self.slept_s) * SECOND)

    def loop_s(self) -> float:
        """Count seconds for a loop, as monotonic time does: it stands still while the machine sleeps."""
        return self.began_s + (time.monotonic() - self.began_s) * self.rate

    def real_s(self, seconds: float) -> float:
        """Say how long that takes on the machine's own clock."""
        return seconds / self.rate


def from_words(words: list[str]) -> Pace:
    """Read what `words_of` wrote."""
    rate, began_s, wall = words
    return Pace(float(rate), float(began_s), int(wall))


def words_of(pace: Pace) -> list[str]:
    """Write a pace as arguments of a process."""
    return [repr(pace.rate), repr(pace.began_s), str(pace.wall)]


class _PacedSelector(selectors.DefaultSelector):
    """Waits no longer than the loop's faster seconds take."""

    def __init__(self, pace: Pace) -> None:
        super().__init__()
        self._pace = pace

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for something to read or to write."""
        return super().select(None if timeout is None else self._pace.real_s(timeout))


class PacedLoop(asyncio.SelectorEventLoop):
    """A plain loop whose seconds are short."""

    def __init__(self, pace: Pace) -> None:
        super().__init__(_PacedSelector(pace))
        self._pace = pace

    def time(self) -> float:
        """Read the loop's clock."""
        return self._pace.loop_s()


def milliseconds(wait_ms: int, pace: Pace) -> int:
    """Say how long the machine waits where the program waits `wait_ms`; never less."""
    return math.ceil(wait_ms / pace.rate)


async def first_line() -> Json:
    """Wait for one line on standard input, and leave the rest."""
    line = b""
    while not line.endswith(b"\n"):
        line += await asyncio.to_thread(os.read, 0, 1)
    found: Json = json.loads(line)
    return found


async def serve(perform: Callable[[Json], Awaitable[Json]]) -> None:
    """Carry out what comes on standard input, one after the other, until it ends or says “quit”."""
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    rest = b""

    def take() -> None:
        nonlocal rest
        came = os.read(0, 65_536)
        *whole, rest = (rest + came).split(b"\n")
        for line in whole:
            lines.put_nowait(line.decode())
        if not came:  # whoever told is gone
            loop.remove_reader(0)
            lines.put_nowait('{"do": "quit"}')

    loop.add_reader(0, take)
    try:
        command: Json = {}
        while command.get("do") != "quit":
            command = json.loads(await lines.get())
            say(await perform(command))
    finally:
        loop.remove_reader(0)


def say(what: Json) -> None:
    """Answer."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()
