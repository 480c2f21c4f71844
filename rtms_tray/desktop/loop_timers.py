"""Runs asyncio's callbacks on Qt's timers: precisely, in order, and never once they are cancelled.

qasync's own timers are coarse (a sleep may end early), stay in Qt until they are due although cancelled, and overflow
after 24.8 days.
"""

import asyncio
import gc
import math
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimerEvent, Signal

# --- Cyclic garbage is collected in the GUI thread only: it may hold Qt objects. ---


def collect_garbage() -> None:
    """Collect by Python's own thresholds, where Python itself does not; called between two events."""
    if gc.isenabled():
        return
    counts, thresholds = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        # Python 3.14 gives 0 for a generation that is never collected separately.
        if counts[generation] > thresholds[generation] > 0:
            gc.collect(generation)
            return


@contextmanager
def gc_in_gui_thread() -> Generator[None]:
    """Switch automatic collection off while the GUI's loop calls `collect_garbage`.

    What exists already (modules, mostly) is frozen, so that it need not be searched; not even once,
    because that takes 40 ms and finds nothing.
    """
    was_on = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()


LONGEST_MS: Final = 2**31 - 1
"""The longest that one Qt timer can run (24.8 days); for longer ones it is started again."""
_PRECISE_BELOW_MS: Final = 5_000
_RESOLUTION_S: Final = 0.0005


class CallbackQueue(QObject):
    """The loop's callbacks: those to run now, in order, and those to run later."""

    _woken = Signal()

    def __init__(
        self, time_s: Callable[[], float], on_fatal: Callable[[BaseException], None]
    ) -> None:
        super().__init__()
        self._time_s = time_s
        self._on_fatal = on_fatal
        self._ready: deque[asyncio.Handle] = deque()
        self._ready_timer = 0
        self._later: dict[int, asyncio.TimerHandle] = {}
        self._ids: dict[asyncio.TimerHandle, int] = {}
        self._woken.connect(self._arm)

    def soon(self, handle: asyncio.Handle) -> None:
        """Run the handle in the loop's next iteration; from the loop's own thread."""
        self._ready.append(handle)
        self._arm()

    def add_threadsafe(self, handle: asyncio.Handle) -> None:
        """Run the handle in the loop's next iteration; from any thread."""
        self._ready.append(handle)
        self._woken.emit()

    def later(self, handle: asyncio.TimerHandle) -> None:
        """Run the handle when the loop's clock reaches `handle.when()`, never before."""
        wait_ms = max(0, math.ceil((handle.when() - self._time_s()) * 1000))
        kind = (
            Qt.TimerType.PreciseTimer if wait_ms < _PRECISE_BELOW_MS else Qt.TimerType.CoarseTimer
        )
        timer = self.startTimer(min(wait_ms, LONGEST_MS), kind)
        self._later[timer] = handle
        self._ids[handle] = timer

    def forget(self, handle: asyncio.TimerHandle) -> None:
        """Stop the Qt timer of a cancelled handle."""
        timer = self._ids.pop(handle, None)
        if timer is not None:
            self.killTimer(timer)
            del self._later[timer]

    def waiting(self) -> int:
        """Count the Qt timers that run for this loop."""
        return len(self._later)

    def stop(self) -> None:
        """Drop everything; the loop is closed."""
        for timer in (*self._later, self._ready_timer):
            if timer:
                self.killTimer(timer)
        self._later.clear()
        self._ids.clear()
        self._ready.clear()
        self._ready_timer = 0

    def add_callback(self, handle: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
        """Accept a handle from qasync's own code; `delay` is in seconds."""
        if isinstance(handle, asyncio.TimerHandle) and delay > 0:
            self.later(handle)
        else:
            self.soon(handle)
        return handle

    def set_debug(self, enabled: bool) -> None:  # noqa: FBT001  qasync calls it so
        """Accept qasync's debug flag; it changes nothing here."""

    def timerEvent(self, event: QTimerEvent) -> None:  # noqa: N802  Qt's name
        """Run what is due; deferred while Qt runs without the loop (in a test's own processEvents)."""
        timer = event.timerId()
        if asyncio._get_running_loop() is None:  # noqa: SLF001  made for loops
            self._defer(timer)
        elif timer == self._ready_timer:
            self._run_ready()
        else:
            self._run_later(timer)
        collect_garbage()

    def _defer(self, timer: int) -> None:
        """Keep what is due for the loop's next iteration: a task cannot run without a loop."""
        handle = self._later.pop(timer, None)
        if handle is not None:
            self.killTimer(timer)
            del self._ids[handle]
            self.later(handle) if self._is_early(handle) else self.soon(handle)

    def _is_early(self, handle: asyncio.TimerHandle) -> bool:
        return handle.when() - self._time_s() > _RESOLUTION_S

    def _run_later(self, timer: int) -> None:
        handle = self._later.pop(timer, None)
        if handle is None:
            return
        self.killTimer(timer)
        del self._ids[handle]
        if self._is_early(handle):
            self.later(handle)
        else:
            self._run(handle)

    def _arm(self) -> None:
        if self._ready and not self._ready_timer:
            self._ready_timer = self.startTimer(0)

    def _run_ready(self) -> None:
        # Only what is queued now: a callback that calls itself must not starve Qt's own events.
        for _ in range(len(self._ready)):
            if not self._ready:
                break
            self._run(self._ready.popleft())
        if not self._ready and self._ready_timer:
            self.killTimer(self._ready_timer)
            self._ready_timer = 0

    def _run(self, handle: asyncio.Handle) -> None:
        if handle.cancelled():
            return
        try:
            handle._run()  # noqa: SLF001  as every asyncio loop does
        except (SystemExit, KeyboardInterrupt) as error:
            self._on_fatal(error)
