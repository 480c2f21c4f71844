"""The running world: a clock, what is due, and the way out for events."""

from collections.abc import Callable
from typing import Any

from rtms_tray.simulator import messages
from rtms_tray.simulator.messages import Json
from rtms_tray.simulator.schedule import Schedule
from rtms_tray.simulator.world import Meeting, Millis, Stream, World

Clock = Callable[[], Millis]
Deliver = Callable[[Json], bool]
Details = dict[str, Any]
Act = Callable[["Engine", Meeting, Details], None]
"""Something that can be done in a meeting; the details are what the act was told."""


class ImpossibleError(Exception):
    """Says why an act cannot happen now, in a sentence."""


class Engine:
    """Owns the world, lets time pass in it, and hands every event to `deliver`."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world = world
        self.schedule = Schedule(world.switches)
        self.clock = clock
        self.event_offset_ms = 0
        self.deliver: Deliver = lambda _: False
        self.on_change: Callable[[], None] = lambda: None

    def now(self) -> Millis:
        """Tell the time on Zoom's clock, which may be off (`clock_skew_s`)."""
        return self.clock() + round(self.world.switches.clock_skew_s * 1000)

    def later(self, name: str, happen: Callable[[], None]) -> None:
        """Let something happen when the progression says so."""
        self.schedule.add(name, self.clock(), happen)
        self.on_change()

    def settle(self) -> None:
        """Let everything happen that is due by itself."""
        self.schedule.settle(self.clock())
        self.on_change()

    def step(self, steps: int | None) -> int:
        """Let the next things happen, whatever their time; None: until all is quiet."""
        return self.schedule.step(steps)

    def emit(self, event: Json) -> None:
        """Send an event to whoever listens, and remember whether anybody did."""
        delivered = self.deliver(event)
        self.world.events.append({"event": event, "delivered": delivered})

    def say(self, name: str, payload: Json) -> None:
        """Emit an event of this moment."""
        self.emit(
            {"event": name, "event_ts": self.now() + self.event_offset_ms, "payload": payload}
        )

    def say_of_meeting(self, meeting: Meeting, name: str, **extra: Any) -> None:  # noqa: ANN401 - any JSON
        """Emit `meeting.{name}`, which only a host's account with the app gets."""
        if meeting.host_has_app:
            payload = messages.meeting_event(self.world, meeting, **extra)
            self.say(f"{meeting.kind}.{name}", payload)

    def say_of_stream(self, meeting: Meeting, stream: Stream, name: str) -> None:
        """Emit `meeting.rtms_{name}`, which comes only if the operator uses the app."""
        if not self.world.users[stream.operator].has_app:
            return
        if name == "started":
            payload = messages.rtms_started(self.world, meeting, stream)
        else:
            payload = messages.rtms_ended(meeting, stream)
        if self.world.switches.nested_payloads:
            payload = messages.nested(payload)
        self.say(f"{meeting.kind}.rtms_{name}", payload)
