"""Windows that were closed a while ago are deleted, and their memory goes back to the system.

Most are opened once in a while, and each takes megabytes. Opened again, a window is made anew.
"""

import contextlib
import ctypes
import gc
import sys
from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

AWAY_MS = 60_000
"""How long a window is closed before it is deleted: who closes one may want it back at once."""


class _Closed(NamedTuple):
    forget: Callable[[], object]
    holds_work: Callable[[], bool]


class PutAway(QObject):
    """Deletes windows that stay closed; while anything begun in a window is under way, none."""

    def __init__(self, idle: Callable[[], bool]) -> None:
        super().__init__()
        self._idle = idle
        self._closed: dict[QWidget, _Closed] = {}
        self._timer = QTimer(self, singleShot=True, interval=AWAY_MS)
        self._timer.timeout.connect(self._look)

    def closed(
        self,
        window: QWidget,
        forget: Callable[[], object],
        holds_work: Callable[[], bool] = lambda: False,
    ) -> None:
        """A window was closed: unless it is opened again, or holds work of the user's, call `forget` and delete it."""
        self._closed[window] = _Closed(forget, holds_work)
        self._timer.start()

    def stop(self) -> None:
        """Leave all windows alone; the program ends."""
        self._timer.stop()
        self._closed.clear()

    def _look(self) -> None:
        if not self._idle():
            self._timer.start()
            return
        hidden = [
            (window, closed.forget)
            for window, closed in self._closed.items()
            if not window.isVisible() and not closed.holds_work()
        ]
        self._closed.clear()
        for window, forget in hidden:
            forget()
            window.deleteLater()
        if hidden:
            QTimer.singleShot(0, self, give_memory_back)


def give_memory_back() -> None:
    """Have the C library hand on what is free: GNU's keeps it."""
    gc.collect()
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # another library, such as musl
            ctypes.CDLL(None).malloc_trim(0)
