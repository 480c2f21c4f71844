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

from msgspec import Struct

from rtms_tray.simulator import payloads
from rtms_tray.simulator.payloads import Json
from rtms_tray.simulator.settings import Settings
from rtms_tray.simulator.world import Meeting, Millis, Stream, World

Clock = Callable[[], Millis]
Callback = Callable[[], None]
Deliver = Callable[[Json], bool]
Details = dict[str, Any]
Scheduled = tuple[Millis, int, str, Callback]
"""When, in which order among equals, the name of its delay, what happens."""

TIMEOUTS = frozenset({"receiver_timeout", "late_event", "old_connection", "webhook_retry"})
"""What happens only because time passes: in the immediate progression it waits for a step."""

STEP_LIMIT = 1_000


class Moment(Struct, frozen=True):
    """When an event is sent after its cause, and how far its event_ts is off."""

    after_ms: Millis = 0
    shift_ms: Millis = 0


AT_ONCE = Moment()


class Delivery(Struct, frozen=True):
    """How the events of one action go out: their times shifted, late, or never."""

    event_ts_offset_ms: Millis = 0
    late_s: float = 0.0
    lost: bool = False


class ConflictError(Exception):
    """Something cannot be done now; the text says why, in a sentence."""


class Schedule:
    """Runs callbacks in order of time, then of arrival."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._queue: list[Scheduled] = []
        self._order = count()

    def add(self, name: str, now: Millis, callback: Callback, delay_s: float | None = None) -> None:
        """Schedule a callback after the delay of this name, or after one of its own."""
        if delay_s is None:
            delay_s = self._settings.delays_s.get(name, 0.0)
        due_at = now + round(delay_s * self._settings.timing_scale * 1000)
        heappush(self._queue, (due_at, next(self._order), name, callback))

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
        self.delivery = Delivery()
        self.deliver: Deliver = lambda _: False
        self.on_change: Callable[[], None] = lambda: None

    # --- time -------------------------------------------------------------------------------------

    def now(self) -> Millis:
        """Return the time on Zoom's clock, which may be off (`clock_skew_s`)."""
        return self.clock() + round(self.world.settings.clock_skew_s * 1000)

    def event_time(self) -> Millis:
        """Return the time at which events say that they happen."""
        return self.now() + self.delivery.event_ts_offset_ms

    def call_later(self, name: str, callback: Callback, delay_s: float | None = None) -> None:
        """Schedule a callback after the delay of this name, or after one of its own."""
        self.schedule.add(name, self.clock(), callback, delay_s)
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

    def emit_now(self, name: str, payload: Json, moment: Moment = AT_ONCE) -> None:
        """Emit an event of this moment; it may be late or lost."""
        event_ts = self.event_time() + moment.shift_ms
        event = {"event": name, "event_ts": event_ts, "payload": payload}
        settings, short_name = self.world.settings, name.partition(".")[2]
        late_s = settings.late_events_s.get(short_name, 0.0) + self.delivery.late_s
        if self.delivery.lost or short_name in settings.lost_events:
            self.world.events.append({"event": event, "delivered": False})
        elif late_s or moment.after_ms:
            due = "late_event" if late_s else "next_event"
            self.call_later(due, lambda: self.emit(event), late_s + moment.after_ms / 1000)
        else:
            self.emit(event)

    def emit_meeting_event(
        self,
        meeting: Meeting,
        name: str,
        moment: Moment = AT_ONCE,
        **extra: Any,  # noqa: ANN401 - any JSON
    ) -> None:
        """Emit `meeting.{name}`, which only a host account with the app receives."""
        if meeting.host_has_app:
            payload = payloads.meeting_event(self.world, meeting, **extra)
            self.emit_now(f"{meeting.kind}.{name}", payload, moment)

    def emit_stream_event(
        self, meeting: Meeting, stream: Stream, name: str, moment: Moment = AT_ONCE
    ) -> None:
        """Emit `meeting.rtms_{name}`, which comes only if the operator has the app."""
        if not self.world.users[stream.operator].has_app:
            return
        if name == "started":
            payload = payloads.rtms_started(self.world, meeting, stream)
        else:
            payload = payloads.rtms_ended(self.world, meeting, stream)
        if self.world.settings.nested_payloads:
            payload = payloads.nested(payload)
        self.emit_now(f"{meeting.kind}.rtms_{name}", payload, moment)
