"""What a program holds at a moment: memory, tasks, timers, descriptors, threads, widgets, objects."""

import asyncio
import ctypes
import gc
import re
import sys
import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QPixmapCache
from PySide6.QtWidgets import QApplication

from rtms_tray.desktop.event_loop import QtLoop
from rtms_tray.desktop.icons import icon_for

_LOOKS: Final = 20
_BETWEEN_S: Final = 3.0
_POOLED: Final = frozenset(
    {"Thread (pooled)", "anon_inode:[eventfd]", "blocking-call", "python", "history.sqliteN"}
)
"""Qt's pool of threads and what they wait with (they end after half a minute without work), and the loop's own pool,
of six threads at most, made when needed. What the system calls “python” is counted by its own name.

SQLite keeps the descriptor of a database that a reader has closed while the writer has it open, and gives it to the
next reader: as many as ever read at once. A reader that is never closed shows by its descriptor of -wal.
"""
_MALLINFO: Final = (
    "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost",
)  # fmt: skip
_ROUNDS: Final = 3
"""How often garbage is collected: finalisers make new garbage."""


def memory_kb() -> dict[str, int]:
    """Read what the process has in memory, in kB; `RssAnon` is what it has made itself."""
    words = Path("/proc/self/status").read_text(encoding="ascii")
    return {
        name: int(size)
        for name, size in re.findall(r"^(VmRSS|RssAnon|RssFile):\s+(\d+) kB", words, re.MULTILINE)
    }


class _Mallinfo(ctypes.Structure):
    """The C library's `struct mallinfo2` (glibc 2.33 and newer)."""

    _fields_ = [(name, ctypes.c_size_t) for name in _MALLINFO]


def in_use() -> dict[str, int]:
    """Count what is handed out, without the holes between: Qt's and others' in kB, Python's in blocks."""
    count = ctypes.CDLL(None).mallinfo2
    count.restype = _Mallinfo
    found = count()
    return {
        "heap_kb": (found.uordblks + found.hblkhd) // 1024,
        "python_blocks": sys.getallocatedblocks(),
    }


def tidy() -> None:
    """Give back all that can be given back, so that only what is held is counted."""
    for _ in range(_ROUNDS):
        gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)


async def reading() -> dict[str, Any]:
    """Count everything, from within the loop; the objects by their type.

    What comes and goes by itself (a heartbeat's answer is waited for) is counted as it mostly is.
    """
    most_often = await usual()
    tidy()
    memory = memory_kb()
    # Pictures are kept within limits, and which of them depends on what was last seen.
    icon_for.cache_clear()
    QPixmapCache.clear()
    tidy()
    held = memory_kb()
    qt = _qt_objects()
    objects = Counter(
        f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects()
    )
    return {
        **most_often,
        "memory": memory,
        "held": held,
        "in_use": in_use(),
        "windows": Counter(type(one).__name__ for one in QApplication.topLevelWidgets()),
        "widgets": Counter(type(one).__name__ for one in QApplication.allWidgets()),
        "qt_objects": Counter(type(one).__name__ for one in qt),
        "qt_timers": Counter(
            type(one.parent()).__name__ for one in qt if isinstance(one, QTimer) and one.isActive()
        ),
        "objects": objects,
    }


async def usual() -> dict[str, dict[str, int]]:
    """Count what comes and goes, for a minute, and tell how many there are most of the time."""
    looks = [moving()]
    for _ in range(_LOOKS):
        await asyncio.sleep(_BETWEEN_S)
        looks.append(moving())
    return {what: _most_often([look[what] for look in looks]) for what in looks[0]}


def _most_often(counts: list[dict[str, int]]) -> dict[str, int]:
    ((total, _),) = Counter(sum(one.values()) for one in counts).most_common(1)
    return next(one for one in reversed(counts) if sum(one.values()) == total)


def moving() -> dict[str, dict[str, int]]:
    """Count what comes and goes."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, QtLoop)
    return {
        "tasks": Counter(_name_of(task) for task in asyncio.all_tasks()),
        "timers": Counter(_callback(handle) for handle in loop._timer._later.values()),
        "descriptors": _counted(map(_descriptor, Path("/proc/self/fd").iterdir())),
        "threads": _counted(_digits_off(one.name) for one in threading.enumerate()),
        "system_threads": _counted(map(_called, Path("/proc/self/task").iterdir())),
    }


def _counted(names: Iterable[str]) -> dict[str, int]:
    return Counter(name for name in names if name not in _POOLED)


def _callback(handle: asyncio.TimerHandle) -> str:
    callback: Any = handle._callback  # type: ignore[attr-defined]  # what it is for, nobody else knows
    return str(getattr(callback, "__qualname__", callback))


def _name_of(task: "asyncio.Task[Any]") -> str:
    coroutine = task.get_coro()
    return str(getattr(coroutine, "__qualname__", coroutine))


def _digits_off(text: str) -> str:
    return re.sub(r"\d+", "N", text)


def _called(thread: Path) -> str:
    try:
        return (thread / "comm").read_text("utf-8").strip()
    except OSError:  # it has just ended
        return "ended"


def _descriptor(place: Path) -> str:
    try:
        return _digits_off(place.readlink().name)
    except OSError:  # the listing's own
        return "closed"


def _qt_objects() -> list[QObject]:
    app = QApplication.instance()
    roots: list[QObject] = [*QApplication.topLevelWidgets(), *([app] if app else [])]
    return [*roots, *(inner for root in roots for inner in root.findChildren(QObject))]
