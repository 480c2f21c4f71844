"""What a running process takes, as Linux counts it: memory, wake-ups, time on a core."""

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MB: Final = 1024
"""Linux counts in kB."""
_NS_A_SECOND: Final = 10**9


@dataclass(frozen=True)
class Memory:
    """In MB. `private` is what nobody else has: other programs that map the same files change the rest."""

    resident: float
    private: float


def memory(pid: int) -> Memory:
    """Read how much memory a process has."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return Memory(_kilobytes(rollup, "Rss") / MB, _kilobytes(rollup, "Private_Dirty") / MB)


def _kilobytes(rollup: str, name: str) -> int:
    found = re.search(rf"^{name}: +(\d+) kB$", rollup, re.MULTILINE)
    assert found is not None, rollup
    return int(found[1])


@dataclass(frozen=True)
class Rest:
    """What a process did while nothing happened: how often it woke, and the share of a core it used."""

    wake_ups_per_s: float
    cpu_percent: float


def watch_rest(pid: int, for_s: float) -> Rest:
    """Watch a process that has nothing to do."""
    began_s, wake_ups, cpu_ns = time.monotonic(), _wake_ups(pid), _on_core_ns(pid)
    time.sleep(for_s)
    took_s = time.monotonic() - began_s
    cpu_s = (_on_core_ns(pid) - cpu_ns) / _NS_A_SECOND
    return Rest((_wake_ups(pid) - wake_ups) / took_s, 100 * cpu_s / took_s)


def _wake_ups(pid: int) -> int:
    """Count how often all threads went to sleep of their own accord: each woke up for it."""
    return sum(
        int(line.split()[1])
        for status in Path(f"/proc/{pid}/task").glob("*/status")
        for line in status.read_text(encoding="utf-8").splitlines()
        if line.startswith("voluntary_ctxt_switches")
    )


def _on_core_ns(pid: int) -> int:
    """Count the time that all threads had a core: the first number of schedstat."""
    stats = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(stat.read_text(encoding="ascii").split()[0]) for stat in stats)
