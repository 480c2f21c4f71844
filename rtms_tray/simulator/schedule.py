"""What is still to happen, and in which order: the three progressions of the simulated Zoom.

- immediate: a consequence happens as soon as its cause is done; a time-out never by itself.
- manual: nothing happens until somebody steps.
- timed: everything happens when its time has come.
"""

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import count

from rtms_tray.simulator.switches import Switches
from rtms_tray.simulator.world import Millis

TIME_OUTS = frozenset({"receiver_timeout"})
"""What happens only because nobody acted: in the immediate progression it waits for a step."""

STEP_LIMIT = 1_000

Due = tuple[Millis, int, str, Callable[[], None]]


class Schedule:
    """Keeps what is due, and lets it happen in the order of time, then of arrival."""

    def __init__(self, switches: Switches) -> None:
        self.switches = switches
        self._due: list[Due] = []
        self._order = count()

    def add(self, name: str, now: Millis, happen: Callable[[], None]) -> None:
        """Put something on the list; `name` finds its delay in the table of delays."""
        delay_s = self.switches.delays_s.get(name, 0.0) * self.switches.timing_scale
        heappush(self._due, (now + round(delay_s * 1000), next(self._order), name, happen))

    def clear(self) -> None:
        """Forget all that was still to happen."""
        self._due.clear()

    def waiting(self) -> list[str]:
        """Name what is still to happen, next first."""
        return [name for _, _, name, _ in sorted(self._due, key=lambda due: due[:2])]

    def next_at(self) -> Millis | None:
        """Tell when something happens by itself; None: nothing will."""
        if self.switches.progression != "timed" or not self._due:
            return None
        return self._due[0][0]

    def settle(self, now: Millis) -> None:
        """Let everything happen that the progression lets happen by itself."""
        for due in self._ripe(now):
            due()

    def step(self, steps: int | None) -> int:
        """Let the next `steps` things happen (None: until all is quiet); tell how many did."""
        done = 0
        while self._due and done < (STEP_LIMIT if steps is None else steps):
            heappop(self._due)[3]()
            done += 1
        return done

    def _ripe(self, now: Millis) -> Iterator[Callable[[], None]]:
        match self.switches.progression:
            case "immediate":
                while due := self._take_consequence():
                    yield due[3]
            case "timed":
                while self._due and self._due[0][0] <= now:
                    yield heappop(self._due)[3]
            case "manual":
                return

    def _take_consequence(self) -> Due | None:
        ready = sorted(due for due in self._due if due[2] not in TIME_OUTS)
        if not ready:
            return None
        self._due.remove(ready[0])
        return ready[0]
