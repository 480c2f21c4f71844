"""The simulation engine: its clock, what is scheduled, and the events that go out.

Three progressions decide when something that is scheduled happens:

- immediate: as soon as its cause is complete; a timeout never on its own.
- manual: when somebody steps.
- timed: when its time has come.
"""

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import count
from typing import Any

from rtms_tray.simulator import payloads
from rtms_tray.simulator.payloads import Json
from rtms_tray.simulator.world import Meeting, Millis, Settings, Stream, World

Clock = Callable[[], Millis]
Callback = Callable[[], None]
Deliver = Callable[[Json], bool]
Scheduled = tuple[Millis, int, str, Callback]
"""When, in which order among equals, the name of its delay, what happens."""

TIMEOUTS = frozenset({"receiver_timeout"})
"""What happens only because nobody acted: in the immediate progression it waits for a step."""

STEP_LIMIT = 1_000


class ConflictError(Exception):
    """Something cannot be done now; the text says why, in a sentence."""


class Schedule:
    """Runs callbacks in order of time, then of arrival."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._queue: list[Scheduled] = []
        self._order = count()

    def add(self, name: str, now: Millis, callback: Callback) -> None:
        """Schedule a callback after the delay of this name."""
        delay_s = self._settings.delays_s.get(name, 0.0) * self._settings.timing_scale
        heappush(self._queue, (now + round(delay_s * 1000), next(self._order), name, callback))

    def clear(self) -> None:
        """Cancel everything that is scheduled."""
        self._queue.clear()

    def pending(self) -> list[str]:
        """Name everything that is scheduled, next first."""
        return [name for _, _, name, _ in sorted(self._queue, key=lambda item: item[:2])]

    def next_due_at(self) -> Millis | None:
        """Return when something happens on its own; None: never."""
        if self._settings.progression != "timed" or not self._queue:
            return None
        return self._queue[0][0]

    def run_due(self, now: Millis) -> None:
        """Run everything that the progression lets happen on its own."""
        for callback in self._due(now):
            callback()

    def step(self, steps: int | None) -> int:
        """Run the next `steps` callbacks (None: until nothing is left); return how many ran."""
        ran = 0
        while self._queue and ran < (STEP_LIMIT if steps is None else steps):
            heappop(self._queue)[3]()
            ran += 1
        return ran

    def _due(self, now: Millis) -> Iterator[Callback]:
        match self._settings.progression:
            case "immediate":
                while item := self._pop_consequence():
                    yield item[3]
            case "timed":
                while self._queue and self._queue[0][0] <= now:
                    yield heappop(self._queue)[3]
            case "manual":
                return

    def _pop_consequence(self) -> Scheduled | None:
        ready = sorted(item for item in self._queue if item[2] not in TIMEOUTS)
        if not ready:
            return None
        self._queue.remove(ready[0])
        return ready[0]


class Engine:
    """Owns the world, advances time in it, and hands every event to `deliver`."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world = world
        self.schedule = Schedule(world.settings)
        self.clock = clock
        self.event_offset_ms = 0
        self.deliver: Deliver = lambda _: False
        self.on_change: Callable[[], None] = lambda: None

    # --- time -------------------------------------------------------------------------------------

    def now(self) -> Millis:
        """Return the time on Zoom's clock, which may be off (`clock_skew_s`)."""
        return self.clock() + round(self.world.settings.clock_skew_s * 1000)

    def call_later(self, name: str, callback: Callback) -> None:
        """Schedule a callback after the delay of this name."""
        self.schedule.add(name, self.clock(), callback)
        self.on_change()

    def run_due(self) -> None:
        """Run everything that the progression lets happen on its own."""
        self.schedule.run_due(self.clock())
        self.on_change()

    def step(self, steps: int | None) -> int:
        """Run the next callbacks, whatever their time; None: until nothing is left."""
        return self.schedule.step(steps)

    # --- events -----------------------------------------------------------------------------------

    def emit(self, event: Json) -> None:
        """Send an event to whoever is connected, and record whether anybody was."""
        delivered = self.deliver(event)
        self.world.events.append({"event": event, "delivered": delivered})

    def emit_now(self, name: str, payload: Json) -> None:
        """Emit an event with the current time."""
        self.emit(
            {"event": name, "event_ts": self.now() + self.event_offset_ms, "payload": payload}
        )

    def emit_meeting_event(self, meeting: Meeting, name: str, **extra: Any) -> None:  # noqa: ANN401 - any JSON
        """Emit `meeting.{name}`, which only a host account with the app receives."""
        if meeting.host_has_app:
            payload = payloads.meeting_event(self.world, meeting, **extra)
            self.emit_now(f"{meeting.kind}.{name}", payload)

    def emit_stream_event(self, meeting: Meeting, stream: Stream, name: str) -> None:
        """Emit `meeting.rtms_{name}`, which comes only if the operator has the app."""
        if not self.world.users[stream.operator].has_app:
            return
        if name == "started":
            payload = payloads.rtms_started(self.world, meeting, stream)
        else:
            payload = payloads.rtms_ended(meeting, stream)
        if self.world.settings.nested_payloads:
            payload = payloads.nested(payload)
        self.emit_now(f"{meeting.kind}.rtms_{name}", payload)
