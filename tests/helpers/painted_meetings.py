"""Random meetings that know themselves what every second of them was, and the facts that tell of them.

The painting is by the second, from what happens in the meeting; it shares nothing with the fold but the words of facts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from hypothesis import strategies as st

from rtms_tray.capture.facts import Fact, SpanKind, What
from rtms_tray.support.units import SECOND

Stretch: TypeAlias = tuple[int, int]  # seconds
LENGTH: Final = 300
_TAIL_S: Final = 65


@dataclass(frozen=True)
class OneStream:
    """A stream: when it was live, what was done to it, and what its stop said."""

    name: str
    live: Stretch
    hindsight: What | None
    pause: Stretch | None
    interruption: Stretch | None
    restarts: bool  # the interruption ends by an event, not because nothing more came

    @property
    def tail_from(self) -> int:
        """From here on, its end may not have been received."""
        if self.interruption and not self.restarts:
            return self.interruption[0]
        return self.live[1] - _TAIL_S


@dataclass(frozen=True)
class PaintedMeeting:
    """A meeting, from the first request on."""

    asked_at: int
    streams: tuple[OneStream, ...]
    gaps: tuple[Stretch, ...]
    room: Stretch | None
    last_goes_on: bool  # the last stream's stop has not come
    ended_at: int | None

    def facts(self) -> Iterator[Fact]:
        """Tell all that happens."""
        yield Fact(self.asked_at * SECOND, What.STOOD, kind=SpanKind.LOST, why="asked")
        for stream in self.streams:
            yield from self._facts_of(stream)
        for start, end in self.gaps:
            yield Fact(start * SECOND, What.UNSEEN, until=end * SECOND)
        if self.room:
            yield Fact(self.room[0] * SECOND, What.ROOM_ENTERED, why="room")
            yield Fact(self.room[1] * SECOND, What.ROOM_LEFT)
        if self.ended_at is not None:
            yield Fact(self.ended_at * SECOND, What.ENDED)

    def _facts_of(self, stream: OneStream) -> Iterator[Fact]:
        start, end = (at * SECOND for at in stream.live)
        yield Fact(start, What.STARTED, stream.name)
        if stream.pause:
            yield Fact(stream.pause[0] * SECOND, What.PAUSED, why="paused")
            yield Fact(stream.pause[1] * SECOND, What.RESUMED)
        if stream.interruption:
            gone, back = (at * SECOND for at in stream.interruption)
            yield Fact(gone, What.INTERRUPTED, stream.name, why="interrupted")
            yield Fact(back, What.STARTED if stream.restarts else What.RUNS, stream.name)
        if not self._goes_on(stream):
            yield Fact(end, What.STOPPED, stream.name, SpanKind.LOST, "stop")
            if stream.hindsight:
                yield Fact(end, stream.hindsight, stream.name, why="stop")

    def _goes_on(self, stream: OneStream) -> bool:
        return self.last_goes_on and stream is self.streams[-1]

    def kind_at(self, second: int) -> SpanKind | None:
        """Say what one second was; None: it does not count."""
        if second < min(self.asked_at, *(stream.live[0] for stream in self.streams)):
            return None
        if self.ended_at is not None and second >= self.ended_at:
            return None
        for stream in self.streams:
            if stream.live[0] <= second and (second < stream.live[1] or self._goes_on(stream)):
                return self._live_kind(stream, second)
        return SpanKind.UNKNOWN if self._in_gap(second) else SpanKind.LOST

    def _live_kind(self, stream: OneStream, second: int) -> SpanKind:
        stopped = not self._goes_on(stream)
        if stopped and stream.hindsight is What.NOT_RECEIVED:
            return SpanKind.LOST
        in_room = self.room and self.room[0] >= stream.live[0] and _within(second, self.room)
        if self._in_gap(second) and second >= self._proven_until(stream):
            return SpanKind.UNKNOWN
        if in_room:  # that they left it is always told: that proves where they were
            return SpanKind.LOST
        tail = stopped and stream.hindsight is What.TAIL_UNKNOWN and second >= stream.tail_from
        if tail or _within(second, stream.interruption):
            return SpanKind.UNKNOWN
        return SpanKind.PAUSED if _within(second, stream.pause) else SpanKind.CAPTURED

    def _proven_until(self, stream: OneStream) -> int:
        if not self._goes_on(stream):
            return stream.live[1]
        if stream.interruption is None:
            return stream.live[0]
        return stream.interruption[1 if stream.restarts else 0]

    def _in_gap(self, second: int) -> bool:
        return any(_within(second, gap) for gap in self.gaps)


def _within(second: int, stretch: Stretch | None) -> bool:
    return stretch is not None and stretch[0] <= second < stretch[1]


stretches = st.tuples(st.integers(0, LENGTH), st.integers(1, 90)).map(
    lambda drawn: (drawn[0], drawn[0] + drawn[1])
)


@st.composite
def painted_meetings(draw: st.DrawFn) -> PaintedMeeting:
    """Draw a meeting with one to three streams, one after the other."""
    count = draw(st.integers(1, 3))
    moments = st.lists(st.integers(1, LENGTH), min_size=2 * count, max_size=2 * count, unique=True)
    bounds = sorted(draw(moments))
    streams = [
        draw(_streams(name, (start, end)))
        for name, start, end in zip("abc", bounds[::2], bounds[1::2], strict=False)
    ]
    return PaintedMeeting(
        asked_at=draw(st.integers(0, LENGTH)),
        streams=tuple(streams),
        gaps=tuple(draw(st.lists(stretches, max_size=3))),
        room=draw(st.none() | stretches),
        last_goes_on=draw(st.booleans()),
        ended_at=draw(st.none() | st.integers(LENGTH, LENGTH + 20)),
    )


@st.composite
def _streams(draw: st.DrawFn, name: str, live: Stretch) -> OneStream:
    def inside() -> Stretch | None:
        if live[1] - live[0] < 4 or draw(st.booleans()):
            return None
        moments = st.integers(live[0] + 1, live[1] - 1)
        start, end = sorted(draw(st.tuples(moments, moments)))
        return (start, end) if end > start else None

    hindsight = draw(st.sampled_from([None, None, What.NOT_RECEIVED, What.TAIL_UNKNOWN]))
    return OneStream(name, live, hindsight, inside(), inside(), draw(st.booleans()))
