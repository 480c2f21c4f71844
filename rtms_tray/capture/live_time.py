"""When a stream was live, as dated facts tell, and how much of that is proven.

A stopped stream never starts again, and a session has one stream at a time: so an event of a stream proves that it
had been live since its first one.
"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct, field

from rtms_tray.capture import timings
from rtms_tray.capture.facts import Fact, What
from rtms_tray.support.units import Millis

LIVE_FACTS: Final = frozenset({What.STARTED, What.RUNS, What.INTERRUPTED})
_OVER: Final = frozenset({What.STOPPED, What.OVER})
_HINDSIGHT: Final = frozenset({What.NOT_RECEIVED, What.TAIL_UNKNOWN})
_EVENTS: Final = frozenset({What.STARTED, What.INTERRUPTED, What.STOPPED})


class LiveTime(Struct):
    """A stretch in which one stream was live; `end` is None while it is."""

    start: Millis
    streams: set[str] = field(default_factory=set)  # its ID, once known
    end: Millis | None = None
    stopped: bool = False  # its own stop has been told by its ID
    proven_from: Millis = 0
    proven_until: Millis = 0
    not_received: Fact | None = None
    tail: Fact | None = None
    tail_from: Millis = 0
    unseen: bool = False  # its start came late: how far it came is only what is proven
    disputed: tuple[Millis, Millis] = (
        0,
        0,
    )  # told to be over, while an event shows that it was not

    def add(self, stream: str) -> None:
        """Learn the stream's ID, where a fact has it."""
        if stream:
            self.streams.add(stream)

    def dispute(self, since: Millis, until: Millis) -> None:
        """It was told to be over, but an event shows that it went on."""
        first = self.disputed[0] if self.disputed[1] else since
        self.disputed = first, until

    def was_live(self, at: Millis) -> bool:
        """Whether it had begun by then, and was not over."""
        return self.start <= at and (self.end is None or at <= self.end)

    def is_of(self, stream: str) -> bool:
        """Whether a fact about this stream is about this stretch."""
        return not stream or not self.streams or stream in self.streams


def live_times(facts: Iterable[Fact]) -> list[LiveTime]:
    """List the stretches in which a stream was live, in their order; facts are sorted by time."""
    facts = list(facts)
    found = _stretches(facts)
    for live in found:
        _judge(live, [fact for fact in facts if _is_about(fact, live)])
    return [live for live in found if live.end is None or live.end > live.start]


def _stretches(facts: list[Fact]) -> list[LiveTime]:
    shown = {fact.stream: fact.at for fact in facts if fact.stream and fact.what in _EVENTS}
    stops = {fact.stream: fact.at for fact in reversed(facts) if fact.what is What.STOPPED}
    found: list[LiveTime] = []
    over: set[str] = set()  # streams whose stop has been told
    replaced: set[str] = set()  # streams that have made room for another one
    for fact in facts:
        live = found[-1] if found and found[-1].end is None else None
        if fact.what in _OVER and live is not None and live.is_of(fact.stream):
            live.add(fact.stream)
            shown_until = max((shown.get(stream, 0) for stream in live.streams), default=0)
            if fact.what is What.OVER and shown_until > fact.at + timings.GRACE:
                live.dispute(fact.at, shown_until)
            else:
                live.end = fact.at
                live.stopped = fact.what is What.STOPPED and bool(fact.stream)
                over |= live.streams if fact.what is What.STOPPED else set()
        elif fact.what is What.RUNS and fact.stream in over:
            continue  # it was said before the stop was known
        elif fact.what in LIVE_FACTS and fact.at < stops.get(fact.stream, fact.at + 1):
            another = live is not None and _is_another(fact, live)
            if live is not None and live.is_of(fact.stream) and not another:
                live.add(fact.stream)
            elif live is None or fact.stream not in replaced:
                if live is not None:
                    live.end = fact.at
                    replaced |= live.streams
                found.append(LiveTime(fact.at))
                found[-1].add(fact.stream)
    return found


def _is_about(fact: Fact, live: LiveTime) -> bool:
    """Whether a fact tells of this stream: by its ID, or of the stop that ended it."""
    if fact.stream:
        return fact.stream in live.streams
    return fact.what in _HINDSIGHT and fact.at == live.end


def _is_another(fact: Fact, live: LiveTime) -> bool:
    """Whether a start is another stream's: one that is known by a word alone began before that word."""
    known_before = not live.streams and fact.at > live.start + timings.CLOCK_MARGIN
    return fact.what is What.STARTED and known_before


def _judge(live: LiveTime, about: list[Fact]) -> None:
    """Say how much of a stretch is proven, and what its stop says about it in hindsight."""
    events = [fact.at for fact in about if fact.what in _EVENTS]
    live.proven_from, live.proven_until = min(events, default=0), max(events, default=0)
    for fact in about:
        if fact.what is What.NOT_RECEIVED:
            live.not_received = fact
        elif fact.what is What.UNSEEN:
            live.unseen = True
        elif fact.what is What.TAIL_UNKNOWN:
            live.tail, live.tail_from = fact, _tail_of(fact, about)


def _tail_of(stop: Fact, about: list[Fact]) -> Millis:
    """Begin with the interruption that never ended, or else with what the receiver may have missed."""
    told = [fact for fact in about if fact.what in {What.STARTED, What.INTERRUPTED}]
    if told and told[-1].what is What.INTERRUPTED:
        return told[-1].at
    return stop.at - timings.TAIL_OF_LOST_RECEIVER
