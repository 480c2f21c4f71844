"""Virtual time: what happens when, the earliest first."""

import heapq
from collections.abc import Callable
from itertools import count

Act = Callable[[], object]


class Agenda:
    """A queue of acts; `now` is the true time, which Zoom's servers have (ms since the epoch)."""

    def __init__(self, now: int) -> None:
        self.now = now
        self._acts: list[tuple[int, int, Act]] = []
        self._order = count()

    def at(self, when: int, act: Act) -> None:
        """Do something at a moment, or at once if that has passed."""
        heapq.heappush(self._acts, (max(when, self.now), next(self._order), act))

    def after(self, wait: int, act: Act) -> None:
        """Do something in a while."""
        self.at(self.now + wait, act)

    @property
    def next_at(self) -> int | None:
        """When something happens next."""
        return self._acts[0][0] if self._acts else None

    def do_next(self) -> None:
        """Let the next thing happen."""
        self.now, _, act = heapq.heappop(self._acts)
        act()
