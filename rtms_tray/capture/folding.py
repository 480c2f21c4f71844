"""The fold: from the dated facts of a session to the stretches of its time.

For each moment between two facts it asks, in this order: does the time count; is it forgotten; was a stream live then;
could rtms-tray see; was it in a breakout room, interrupted, paused. As only the facts' own times matter, a late fact
changes the past, a doubled one nothing, and it never matters in which order they came.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import groupby
from typing import Final

from rtms_tray.capture import timings
from rtms_tray.capture.facts import Fact, SpanKind, What
from rtms_tray.capture.live_time import LiveTime, live_times
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.tracks import Track, lasting
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.units import Millis

UNVERIFIED: Final = "unverified"
_BEGINNINGS: Final = frozenset({What.STOOD, What.STARTED, What.RUNS, What.BEGAN})
"""A session's time begins with the first of these."""
_PHASES: Final = (What.STOPPED, What.OVER, What.STOOD)
"""These say what time counts as while no stream is live; of several at one moment, the last here."""

_MOVES: Final = {What.ROOM_LEFT: 1, What.ROOM_ENTERED: 2, What.ROOM_UNSURE: 3}
"""Facts of rooms, and which of several at one moment counts last."""

_Judgement = tuple[SpanKind, str]
_UNKNOWN: Final[_Judgement] = (SpanKind.UNKNOWN, UNVERIFIED)
_NOT_COUNTED: Final[_Judgement] = (SpanKind.NOT_COUNTED, "")


class Mark(Frozen):
    """From `at` on, time is of this kind; `why` is a reason's code."""

    at: Millis
    kind: SpanKind
    why: str = ""


class Folded(Frozen):
    """The marks of a session, ascending; `closed_at` once nothing is counted any more."""

    marks: tuple[Mark, ...] = ()
    closed_at: Millis | None = None


@lru_cache(maxsize=256)
def fold(facts: tuple[Fact, ...]) -> Folded:
    """Fold facts, sorted by time, into marks."""
    begins = min((fact.at for fact in facts if fact.what in _BEGINNINGS), default=None)
    if begins is None:
        return Folded()
    lives = live_times(facts)
    counting = _counting(facts, lives)
    closed_at = None if counting.last else max(counting.moments[-1], begins)
    judge = _Judge(facts, lives, counting)
    inside = (at for at in judge.moments() if begins < at and (closed_at is None or at < closed_at))
    marks = (Mark(at, *judge.at(at)) for at in sorted({begins, *inside}))
    return Folded(tuple(_merged(marks)), closed_at)


def is_live(facts: Sequence[Fact]) -> bool:
    """Whether a stream is live; every event asks, so nothing is folded for it."""
    lives = live_times(facts)
    return bool(lives) and lives[-1].end is None and any(fact.what in _BEGINNINGS for fact in facts)


def is_paused(facts: Sequence[Fact]) -> bool:
    """Whether the live stream is paused, or may be."""
    return is_live(facts) and _pauses(facts, live_times(facts)).last is not None


def _pauses(facts: Sequence[Fact], lives: Iterable[LiveTime]) -> Track[Fact | None]:
    return _last(facts, on={What.PAUSED}, off={What.RESUMED}, lives=lives)


def _merged(marks: Iterable[Mark]) -> Iterator[Mark]:
    return (next(same) for _, same in groupby(marks, lambda mark: (mark.kind, mark.why)))


# --- which time counts --------------------------------------------------------------------------


def _counting(facts: Sequence[Fact], lives: Sequence[LiveTime]) -> Track[bool]:
    """Follow whether time counts: until the meeting's end, and again once capture began all the same."""
    changes: list[tuple[Millis, bool]] = []
    since: Millis = 0
    for again in (fact.at for fact in facts if fact.what is What.REOPENED):
        within = [fact for fact in facts if since <= fact.at <= again]
        if (end := _end(within, facts, lives)) is not None:
            changes.append((min(max(end, since), again), False))
        changes.append((again, True))
        since = again + 1
    if (end := _end([fact for fact in facts if fact.at >= since], facts, lives)) is not None:
        changes.append((max(end, since), False))
    return Track(True, changes)


def _end(within: Sequence[Fact], facts: Sequence[Fact], lives: Sequence[LiveTime]) -> Millis | None:
    """Find the meeting's end: as it was told, or else where sight of it was lost."""
    told = [fact.at for fact in within if fact.what is What.ENDED]
    unseen = (_unseen_end(fact, facts, lives) for fact in within if fact.what is What.OUT_OF_SIGHT)
    return min(told or unseen, default=None)


def _unseen_end(closing: Fact, facts: Sequence[Fact], lives: Sequence[LiveTime]) -> Millis:
    """An end that nobody told is at the stream's own stop, if nothing was heard of the meeting later."""
    latest = closing.at if closing.until is None else closing.until
    before = [live for live in lives if live.start <= latest]
    stopped_at = before[-1].end if before else None
    if stopped_at is None:
        return closing.at
    seen = max((fact.at for fact in facts if fact.what is What.IN_SIGHT), default=closing.at)
    end = max(stopped_at, seen)
    return end if closing.until is None else min(end, closing.until)


# --- what it counts as --------------------------------------------------------------------------


class _Judge:
    """Says what each moment counts as."""

    def __init__(
        self, facts: Sequence[Fact], lives: Sequence[LiveTime], counting: Track[bool]
    ) -> None:
        phases = sorted(
            (fact for fact in facts if fact.what in _PHASES),
            key=lambda fact: (fact.at, _PHASES.index(fact.what)),
        )
        began = (fact.at for fact in facts if fact.what is What.BEGAN)
        self._lives = lives
        self._counting = counting
        self._live = Track(None, _stretches(lives))
        self._phase = _last(facts=phases, on=_PHASES)
        # A stream that starts after the app owner went into a room shows that they are back.
        starts = {fact.at for fact in facts if fact.what is What.STARTED}
        fresh = [live for live in lives if live.start in starts]
        moves = [*_moves(facts)]
        self._room = Track(None, _rooms(moves, fresh))
        told = (two.what is What.ROOM_LEFT and not two.why for two in moves[1:])
        self._left_rooms = {move for move, left in zip(moves, told, strict=False) if left}
        self._interruption = _last(facts, on={What.INTERRUPTED}, off={What.STARTED, What.RUNS})
        self._pause = _pauses(facts, lives)
        self._runs = _last(facts, on={What.RUNS}, lives=lives)
        self._unseen = lasting((fact for fact in facts if not fact.stream), What.UNSEEN)
        self._proven = lasting(facts, What.PROVEN)
        self._room_proven = lasting((fact for fact in facts if not fact.stream), What.PROVEN)
        self._forgotten = lasting(facts, What.FORGOTTEN)
        self._not_running = lasting(facts, What.NOT_RUNNING)
        self._began = min(began, default=None)

    def moments(self) -> Iterator[Millis]:
        """List when anything changes."""
        for track in (
            self._counting, self._live, self._phase, self._room, self._interruption, self._pause,
            self._runs, self._unseen, self._proven, self._forgotten, self._not_running,
        ):  # fmt: skip
            yield from track.moments
        for live in self._lives:
            yield from (live.proven_from, live.proven_until, live.tail_from, *live.disputed)
        if self._began is not None:
            yield self._began

    def at(self, at: Millis) -> _Judgement:
        """Say what a moment counts as, and why."""
        if not self._counting.at(at):
            return _NOT_COUNTED
        if self._forgotten.at(at):
            return _UNKNOWN
        live = self._live.at(at)
        return self._without_stream(at) if live is None else self._with_stream(live, at)

    def _with_stream(self, live: LiveTime, at: Millis) -> _Judgement:
        if live.not_received:
            return SpanKind.LOST, live.not_received.why
        room, in_doubt = self._room.at(at), live.unseen or self._in_doubt(at)
        disputed = live.disputed[0] <= at < live.disputed[1]
        if disputed or (in_doubt and not live.proven_from <= at < live.proven_until):
            return _UNKNOWN
        if room:
            unsure = self._may_be_back(room, at) and not self._room_proven.at(at)
            return (SpanKind.UNKNOWN if unsure else SpanKind.LOST), room.why
        if live.tail and at >= live.tail_from:
            return SpanKind.UNKNOWN, live.tail.why
        if interruption := self._interruption.at(at):
            return SpanKind.UNKNOWN, interruption.why
        if pause := self._pause.at(at):
            return pause.kind or SpanKind.PAUSED, pause.why
        runs = self._runs.at(at)
        return SpanKind.CAPTURED, runs.why if runs else ""

    def _without_stream(self, at: Millis) -> _Judgement:
        phase, room = self._phase.at(at), self._room.at(at)
        kind = phase.kind if phase and phase.kind else SpanKind.LOST
        began = self._began is not None and at >= self._began
        if not began and (kind is SpanKind.NOT_COUNTED or self._not_running.at(at)):
            return _NOT_COUNTED
        if self._in_doubt(at):
            return _UNKNOWN
        if phase is None:
            return SpanKind.LOST, Code.ASKED
        if room and phase.what is What.STOPPED and kind is SpanKind.LOST:
            return SpanKind.LOST, room.why
        return SpanKind.LOST if kind is SpanKind.NOT_COUNTED else kind, phase.why

    def _may_be_back(self, room: Fact, at: Millis) -> bool:
        """Whether the app owner may have come back from a room, and nobody was told."""
        unseen = self._unseen.at(at) and room not in self._left_rooms
        return room.what is What.ROOM_UNSURE or unseen

    def _in_doubt(self, at: Millis) -> bool:
        return self._unseen.at(at) and not self._proven.at(at)


def _stretches(lives: Iterable[LiveTime]) -> Iterator[tuple[Millis, LiveTime | None]]:
    for live in lives:
        yield live.start, live
        if live.end is not None:
            yield live.end, None


def _moves(facts: Iterable[Fact]) -> Iterator[Fact]:
    """List the moves between rooms; who leaves a room as they go into one has changed rooms.

    A move that is near to an event of a room belongs to that.
    """
    moves = [fact for fact in facts if fact.what in _MOVES]
    entered = [fact.at for fact in moves if fact.what is What.ROOM_ENTERED]
    told = [fact.at for fact in moves if fact.what is not What.ROOM_UNSURE]
    for move in moves:
        if move.what is What.ROOM_LEFT and any(
            0 <= move.at - at < timings.CLOCK_MARGIN for at in entered
        ):
            continue
        is_pair = move.what is What.ROOM_UNSURE and move.why == Code.ROOM_MAYBE_LEFT
        if is_pair and any(abs(move.at - at) <= timings.ROOM_MOVE for at in told):
            continue
        yield move


def _rooms(
    moves: Iterable[Fact], fresh: Iterable[LiveTime]
) -> Iterator[tuple[Millis, Fact | None]]:
    """Follow whether the app owner is in a room; who was in none cannot be back from it."""
    changes = [(fact.at, _MOVES[fact.what], fact) for fact in moves]
    changes += [(live.start, 0, Fact(live.start, What.ROOM_LEFT)) for live in fresh]
    room: Fact | None = None
    for at, _, fact in sorted(changes, key=lambda change: change[:2]):
        if fact.what is not What.ROOM_UNSURE or room is not None:
            room = None if fact.what is What.ROOM_LEFT else fact
        yield at, room


def _last(
    facts: Sequence[Fact],
    on: AbstractSet[What] | tuple[What, ...],
    off: AbstractSet[What] = frozenset(),
    lives: Iterable[LiveTime] = (),
) -> Track[Fact | None]:
    """Follow what one fact begins and another ends; what is of a stream, each stream begins without."""
    changes: list[tuple[Millis, Fact | None]] = [(live.start, None) for live in lives]
    changes += [(fact.at, None) for fact in facts if fact.what in off]
    changes += [(fact.at, fact) for fact in facts if fact.what in on]
    return Track(None, sorted(changes, key=lambda change: change[0]))
