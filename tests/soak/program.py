"""The soak's program: the real one with all its surfaces, drawn into memory, in faster time, and what it holds.

`python -m tests.soak.program FOLDER SEED PACE…`; the first line on standard input holds Zoom's addresses.
"""

import asyncio
import ctypes
import gc
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QPixmapCache
from PySide6.QtWidgets import QApplication

from rtms_tray.app import Running
from rtms_tray.demo import demo_environment
from rtms_tray.desktop.application import Desktop
from rtms_tray.desktop.event_loop import QtLoop
from rtms_tray.desktop.icons import icon_for, picture_of
from rtms_tray.desktop.loop_timers import CallbackQueue
from rtms_tray.desktop.notifications.native import NativeChannel, loader
from rtms_tray.desktop.notifications.sender import Announcer
from rtms_tray.store.log import log_to_file
from rtms_tray.zoom.client_version import InstalledClient
from tests.soak.process import Json, Pace, first_line, from_words, milliseconds, say, serve
from tests.soak.user import User

_TO_END_S: Final = 120.0
"""Long enough, on a busy machine too, for threads that were told to end."""
_SAMPLES: Final = 20
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


class _PacedCalls(CallbackQueue):
    """The loop's timers, each as much shorter as time is faster."""

    pace: Pace

    def startTimer(self, wait_ms: int, _kind: Qt.TimerType = Qt.TimerType.PreciseTimer) -> int:  # noqa: N802  Qt's name
        """Start one of Qt's."""
        return super().startTimer(milliseconds(wait_ms, self.pace), Qt.TimerType.PreciseTimer)


class _PacedQtLoop(QtLoop):
    """The program's own loop, whose seconds are short."""

    def __init__(self, app: QApplication, pace: Pace) -> None:
        self._pace = pace
        super().__init__(app)
        self._timer = _PacedCalls(self.time, self._raise_fatal)
        self._timer.pace = pace

    def time(self) -> float:
        """Read the loop's clock."""
        return self._pace.loop_s()


class _Soaked:
    """Carries out what the soak wants of the program."""

    def __init__(self, running: Running, user: User, pace: Pace) -> None:
        self._running, self._user, self._pace = running, user, pace

    async def perform(self, command: Json) -> Json:
        """Do one thing, and answer."""
        match command["do"]:
            case "look around":
                await self._user.look_around()
                await reading()  # what measuring itself needs is there from now on
            case "begin":
                self._user.begin()
            case "end":
                await self._user.end()
            case "sleep":
                self._pace.slept_s += command["seconds"]
            case "idle":
                return await self._idle(command["minutes"])
            case "read":
                return await reading()
            case "quit":
                self._running.quit.set()
        return {"did": self._user.did, "memory": memory_kb(), "holds": self._holds()}

    def _holds(self) -> dict[str, int]:
        """Count what the program remembers on purpose."""
        program, desktop = self._running.program, self._running.desktop
        memory = program.watcher.board.memory
        return {
            "sessions": len(program.watcher.board.sessions),
            "meetings": len(memory.meetings),
            "foreign": len(memory.foreign),
            "finished": len(memory.finished),
            "early_stops": len(memory.early_stops),
            "colleagues": len(memory.colleagues),
            "buttons": len(desktop.commands._buttons),
            "banners": len(desktop.banners.shown),
            "messages": len(desktop._announcer._newest),
        }

    async def _idle(self, minutes: float) -> Json:
        """Rest; tells how much of the processor that took, in milliseconds for a minute of the day."""
        before, began = time.process_time(), self._pace.loop_s()
        await asyncio.sleep(60 * minutes)
        passed = (self._pace.loop_s() - began) / 60
        return {"cpu_ms": 1000 * (time.process_time() - before) / passed, **self._holds()}


async def _notify(desktop: Desktop) -> None:
    """Have notifications go to the message bus, though Qt draws into memory."""
    native = NativeChannel(
        loader(desktop.commands.send, desktop._announce_again, Path("/none"), picture_of)
    )
    await native.prepare()
    desktop._announcer = Announcer((native, *desktop._announcer._channels))


async def _main(app: QApplication, pace: Pace, folder: Path, seed: int) -> None:
    zoom = await first_line()
    profile = demo_environment.profile_in(folder)
    log_to_file(profile, verbose=False)
    demo_environment.write_settings(profile, zoom)
    store = await demo_environment.secrets_in_memory(zoom)
    running = Running(profile, store, asyncio.Event(), InstalledClient, pace)
    before = moving()
    async with running.started(app) as commands:
        await _notify(running.desktop)
        user = User(running, commands, zoom, seed)
        await user.sign_in()
        say({"ready": True})
        serving = asyncio.ensure_future(serve(_Soaked(running, user, pace).perform))
        await running.quit.wait()
        await asyncio.gather(serving)
        hanging = asyncio.get_running_loop().call_later(10 * _TO_END_S, _tell_what_hangs)
    hanging.cancel()
    await asyncio.sleep(_TO_END_S)
    say({"before": before, "after": moving()})


def _tell_what_hangs() -> None:
    """Write down where every task stands, for whoever wonders why the end takes so long."""
    for task in asyncio.all_tasks():
        task.print_stack(file=sys.stderr)
        sys.stderr.write(f"  {task!r}\n")
    sys.stderr.flush()


# --- what it holds ------------------------------------------------------------------------------


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
        f"{type(found).__module__}.{type(found).__qualname__}" for found in gc.get_objects()
    )
    return {
        **most_often,
        "memory": memory,
        "held": held,
        "in_use": in_use(),
        "windows": Counter(type(widget).__name__ for widget in QApplication.topLevelWidgets()),
        "widgets": Counter(type(widget).__name__ for widget in QApplication.allWidgets()),
        "qt_objects": Counter(type(found).__name__ for found in qt),
        "qt_timers": Counter(
            type(timer.parent()).__name__
            for timer in qt
            if isinstance(timer, QTimer) and timer.isActive()
        ),
        "objects": objects,
    }


async def usual() -> dict[str, dict[str, int]]:
    """Count what comes and goes, for a minute, and tell how many there are most of the time."""
    samples = [moving()]
    for _ in range(_SAMPLES):
        await asyncio.sleep(_BETWEEN_S)
        samples.append(moving())
    return {what: _most_often([sample[what] for sample in samples]) for what in samples[0]}


def _most_often(counts: list[dict[str, int]]) -> dict[str, int]:
    ((total, _),) = Counter(sum(count.values()) for count in counts).most_common(1)
    return next(count for count in reversed(counts) if sum(count.values()) == total)


def moving() -> dict[str, dict[str, int]]:
    """Count what comes and goes."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, QtLoop)
    return {
        "tasks": Counter(_name_of(task) for task in asyncio.all_tasks()),
        "timers": Counter(_callback(handle) for handle in loop._timer._later.values()),
        "descriptors": _counted(map(_descriptor, Path("/proc/self/fd").iterdir())),
        "threads": _counted(_digits_off(thread.name) for thread in threading.enumerate()),
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


def main() -> None:
    """Run until it is told to quit."""
    folder, seed, *words = sys.argv[1:]
    pace = from_words(words)
    app = QApplication(sys.argv[:1])
    with asyncio.Runner(loop_factory=lambda: _PacedQtLoop(app, pace)) as runner:
        runner.run(_main(app, pace, Path(folder), int(seed)))


if __name__ == "__main__":
    main()
