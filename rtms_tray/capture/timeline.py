"""How a meeting's time was spent: captured, paused, lost or unknown, and why.

A timeline holds dated facts; its marks, each lasting until the next, are folded from them. So spans never overlap or
leave a gap, and captured + paused + lost + unknown = elapsed.
"""

from collections.abc import Iterable
from functools import cached_property

from rtms_tray.capture import timings
from rtms_tray.capture.facts import Fact, SpanKind, What, order_of
from rtms_tray.capture.folding import Folded, Mark, fold, is_live, is_paused
from rtms_tray.capture.live_time import LiveTime, live_times
from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.units import Millis

__all__ = ["Mark", "Span", "SpanKind", "Timeline"]


class Span(Frozen):
    """A finished or growing stretch of one kind."""

    start: Millis
    end: Millis
    kind: SpanKind
    why: str


class Timeline(Frozen, dict=True):
    """The facts of one session, sorted by time, each once."""

    facts: tuple[Fact, ...] = ()

    def having(self, *facts: Fact) -> "Timeline":
        """Add facts; those that are known already change nothing."""
        if all(fact in self.facts for fact in facts):
            return self
        every = sorted({*self.facts, *facts}, key=order_of)
        return Timeline(tuple(_bounded(every)))

    def unseen_since(self, at: Millis) -> "Timeline":
        """Put all time from here on in doubt, until it is settled."""
        doubt = self._open_doubt
        if doubt is None:
            return self.having(Fact(at, What.UNSEEN))
        return self if doubt.at <= at else self._without(doubt).having(Fact(at, What.UNSEEN))

    def settled(self, at: Millis) -> "Timeline":
        """End the doubt here."""
        doubt = self._open_doubt
        if doubt is None:
            return self
        rest = self._without(doubt)
        return rest.having(replace(doubt, until=at)) if at > doubt.at else rest

    def without_doubt(self) -> "Timeline":
        """Take back that any time is in doubt that was not settled yet."""
        doubt = self._open_doubt
        return self._without(doubt) if doubt else self

    def back_in_sight(self, at: Millis) -> "Timeline":
        """Take back that it ended out of sight: nobody knows what was until now."""
        ends = [fact for fact in self.facts if fact.what is What.OUT_OF_SIGHT]
        kept = Timeline(tuple(fact for fact in self.facts if fact not in ends))
        return kept.having(*(Fact(end.at, What.UNSEEN, until=at) for end in ends if end.at < at))

    def without_over(self, why: str) -> "Timeline":
        """Take back that a stream was over for this reason: something shows that it was not."""
        kept = (fact for fact in self.facts if fact.what is not What.OVER or fact.why != why)
        return Timeline(tuple(kept))

    @property
    def unseen_at(self) -> Millis | None:
        """Since when all time is in doubt; None while it is not."""
        doubt = self._open_doubt
        return doubt.at if doubt else None

    @property
    def _open_doubt(self) -> Fact | None:
        open_ = (fact for fact in self.facts if _is_open_doubt(fact))
        return next(open_, None)

    def _without(self, fact: Fact) -> "Timeline":
        return Timeline(tuple(other for other in self.facts if other != fact))

    @cached_property
    def _folded(self) -> Folded:
        return fold(self.facts)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What begins when, ascending; nothing is counted before the first."""
        return self._folded.marks

    @property
    def closed_at(self) -> Millis | None:
        """When the meeting ended: nothing is counted any more."""
        return self._folded.closed_at

    @property
    def live(self) -> bool:
        """Whether a stream is live, as far as the facts tell."""
        return is_live(self.facts)

    @property
    def paused(self) -> bool:
        """Whether the stream may be paused, as far as the facts tell."""
        return is_paused(self.facts)

    def knows_stop(self, stream: str) -> bool:
        """Whether a stream's own stop has been told, and not only that it is over."""
        return any(fact.what is What.STOPPED and fact.stream == stream for fact in self.facts)

    def unstopped_at(self, at: Millis) -> LiveTime | None:
        """Find the stream that was live at a moment, if its own stop is not known."""
        lives = (live for live in live_times(self.facts) if live.was_live(at))
        return next((live for live in lives if not live.stopped), None)

    def spans(self, now: Millis) -> tuple[Span, ...]:
        """List the counted stretches up to `now`, none of them empty."""
        end = self.closed_at if self.closed_at is not None else now
        bounds = [*(mark.at for mark in self.marks[1:]), end]
        return tuple(
            Span(mark.at, until, mark.kind, mark.why)
            for mark, until in zip(self.marks, bounds, strict=False)
            if until > mark.at and mark.kind is not SpanKind.NOT_COUNTED
        )

    def total(self, kind: SpanKind, now: Millis) -> Millis:
        """Add up the stretches of one kind, in milliseconds."""
        return sum(span.end - span.start for span in self.spans(now) if span.kind is kind)

    def elapsed(self, now: Millis) -> Millis:
        """All the time that counts, in milliseconds."""
        return sum(span.end - span.start for span in self.spans(now))


def _is_open_doubt(fact: Fact) -> bool:
    return fact.what is What.UNSEEN and not fact.stream and fact.until is None


def painted(spans: Iterable[Span]) -> Timeline:
    """Make a timeline of spans whose facts are not known: those of a version that kept none."""
    return Timeline().having(
        *(Fact(span.start, What.STOOD, kind=span.kind, why=span.why) for span in spans)
    )


def _bounded(facts: list[Fact]) -> list[Fact]:
    """Forget the oldest facts of a very long and restless day: that time is unknown then."""
    if len(facts) <= timings.FACTS_KEPT:
        return facts
    since = facts[len(facts) - timings.FACTS_KEPT // 2].at
    old = [fact for fact in facts if fact.at < since]
    last = {fact.what: fact for fact in old if fact.until is None}
    lasting = {fact for fact in old if fact.until is not None and fact.until > since}
    forgotten = Fact(facts[0].at, What.FORGOTTEN, until=since)
    kept = {*last.values(), *lasting, forgotten, *facts[len(old) :]}
    return sorted(kept, key=order_of)
