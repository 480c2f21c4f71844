"""How a meeting's time was spent: captured, paused, lost or unknown, and why.

A timeline is a row of marks, each lasting until the next. So spans never overlap or leave a gap, and
captured + paused + lost + unknown = elapsed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from rtms_tray.support.units import Millis


class SpanKind(StrEnum):
    """What a stretch of time counts as."""

    CAPTURED = "captured"
    PAUSED = "paused"
    LOST = "lost"
    UNKNOWN = "unknown"
    NOT_COUNTED = "not_counted"  # the meeting was not running


@dataclass(frozen=True, slots=True)
class Mark:
    """From `at` on, time is of this kind; `why` is a reason's code."""

    at: Millis
    kind: SpanKind
    why: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A finished or growing stretch of one kind."""

    start: Millis
    end: Millis
    kind: SpanKind
    why: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The marks of one session, ascending; `closed_at` once nothing is counted any more."""

    marks: tuple[Mark, ...] = field(default=())
    closed_at: Millis | None = None

    def mark(self, at: Millis, kind: SpanKind, why: str = "") -> "Timeline":
        """Begin a stretch, but never before the last mark: a late event does not undo the past."""
        if self.closed_at is not None:
            return self
        if self.marks:
            last = self.marks[-1]
            at = max(at, last.at)
            if (last.kind, last.why) == (kind, why):
                return self
            if last.at == at:
                return replace(self, marks=(*self.marks[:-1], Mark(at, kind, why)))
        return replace(self, marks=(*self.marks, Mark(at, kind, why)))

    def repaint(
        self,
        since: Millis,
        kind: SpanKind,
        why: str = "",
        *,
        keep: frozenset[SpanKind] = frozenset({SpanKind.NOT_COUNTED}),
    ) -> "Timeline":
        """Correct all time since then, but for the kinds to keep."""
        if self.closed_at is not None:
            return self
        before = [mark for mark in self.marks if mark.at < since]
        after = [mark for mark in self.marks if mark.at >= since]
        if before and (not after or after[0].at > since):
            after.insert(0, replace(before[-1], at=since))
        repainted = (mark if mark.kind in keep else Mark(mark.at, kind, why) for mark in after)
        return replace(self, marks=tuple(_merged([*before, *repainted])))

    def proven(self, since: Millis, until: Millis) -> "Timeline":
        """Take unknown time for what the stream was before it: captured, or paused."""
        known = [
            mark
            for mark in self.marks
            if mark.at < since and mark.kind in {SpanKind.CAPTURED, SpanKind.PAUSED}
        ]
        if self.closed_at is not None or not known or until <= since:
            return self
        keep = frozenset(SpanKind) - {SpanKind.UNKNOWN}
        repainted = self.repaint(since, known[-1].kind, known[-1].why, keep=keep)
        inside = [mark for mark in repainted.marks if mark.at < until]
        after = [mark for mark in self.marks if mark.at >= until]
        at_end = [mark for mark in self.marks if mark.at < until][-1]
        if not after or after[0].at > until:
            after.insert(0, replace(at_end, at=until))
        return replace(self, marks=tuple(_merged([*inside, *after])))

    def begin_earlier(self, at: Millis, kind: SpanKind, why: str) -> "Timeline":
        """Count from an earlier moment on, such as the meeting's start once it is known."""
        if not self.marks:
            return self.mark(at, kind, why)
        if at >= self.marks[0].at:
            return self
        return replace(self, marks=tuple(_merged([Mark(at, kind, why), *self.marks])))

    def close(self, at: Millis) -> "Timeline":
        """Count nothing after `at`; marks beyond it are cut off."""
        if self.closed_at is not None or not self.marks:
            return self
        at = max(at, self.marks[0].at)
        kept = tuple(mark for mark in self.marks if mark.at < at) or self.marks[:1]
        return Timeline(kept, at)

    def reopen(self) -> "Timeline":
        """Count again; the time in between does not count."""
        if self.closed_at is None:
            return self
        return Timeline(self.marks).mark(self.closed_at, SpanKind.NOT_COUNTED)

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


def _merged(marks: list[Mark]) -> Iterator[Mark]:
    previous: Mark | None = None
    for mark in marks:
        if previous is None or (previous.kind, previous.why) != (mark.kind, mark.why):
            yield mark
            previous = mark
