"""What a subject writes down while events come in: how many it had taken at each drawing, and its longest stall."""

import json
import sys
import time

from PySide6.QtCore import QObject, Qt, QTimerEvent

_TICK_MS = 2


class LogBook(QObject):
    """Times are those of `time.monotonic_ns`, which all processes share."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = 0
        self._drawn: list[tuple[int, int]] = []
        self._last_tick = 0
        self._stall = self._ended = 0

    def begin(self) -> None:
        """Say that events may come, and begin to look for stalls."""
        self._last_tick = time.monotonic_ns()
        self.startTimer(_TICK_MS, Qt.TimerType.PreciseTimer)
        print("ready", flush=True)

    def took(self) -> None:
        """One more event was taken in."""
        self.taken += 1
        self._ended = time.monotonic_ns()

    def drew(self) -> None:
        """What was taken in until now is shown."""
        self._drawn.append((self.taken, time.monotonic_ns()))

    def timerEvent(self, event: QTimerEvent) -> None:  # noqa: N802 - Qt's name
        """Notice how long nothing else could run."""
        del event
        now = time.monotonic_ns()
        self._stall = max(self._stall, now - self._last_tick)
        self._last_tick = now

    def write(self) -> None:
        """Print it all, in one line."""
        whole = {"drawn": self._drawn, "ended": self._ended, "stall_ns": self._stall}
        sys.stdout.write(json.dumps(whole) + "\n")
        sys.stdout.flush()
