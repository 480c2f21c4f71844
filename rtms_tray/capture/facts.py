"""Dated facts: what is known of a session's time, each with the moment at which it was true.

Moments are this machine's clock. Zoom's are converted once, as the event comes: pauses, gaps and sleep are only known
by this machine's clock, and that is the clock in which people read a timeline.
"""

from enum import StrEnum
from typing import Final

from rtms_tray.support.frozen import Frozen
from rtms_tray.support.units import Millis


class SpanKind(StrEnum):
    """What a stretch of time counts as."""

    CAPTURED = "captured"
    PAUSED = "paused"
    LOST = "lost"
    UNKNOWN = "unknown"
    NOT_COUNTED = "not_counted"  # the meeting was not running


class What(StrEnum):
    """What a fact says. The values are stored in the history, so they never change."""

    STOOD = "stood"  # where no stream is live, time counts as `kind` from here on
    STARTED = "started"  # an event: the stream is live
    RUNS = "runs"  # something else says so: a reply, the user, the state
    INTERRUPTED = "interrupted"  # an event: its receiver is away
    STOPPED = "stopped"  # an event: the stream is over, and time counts as `kind`
    OVER = "over"  # something else says so
    NOT_RECEIVED = "not_received"  # nothing of the stream was received
    TAIL_UNKNOWN = "tail_unknown"  # the end of the stream may not have been received
    PAUSED = "paused"
    RESUMED = "resumed"
    ROOM_ENTERED = "room_entered"  # the app owner is in a breakout room
    ROOM_UNSURE = "room_unsure"  # they may be back, and nothing says so
    ROOM_LEFT = "room_left"
    UNSEEN = "unseen"  # in doubt: something may have been missed until then (by `stream`: of that)
    PROVEN = "proven"  # until then, what is in doubt was as it seemed
    BEGAN = "began"  # the meeting
    NOT_RUNNING = "not_running"  # the meeting, until then
    ENDED = "ended"  # the meeting, or the user gave it up
    OUT_OF_SIGHT = "out_of_sight"  # it has ended unseen: about here, but not after `until`
    IN_SIGHT = "in_sight"  # the last news before that
    REOPENED = "reopened"  # capture began in a meeting that had been given up
    FORGOTTEN = "forgotten"  # too much happened until then to keep


_ORDER: Final = {what: place for place, what in enumerate(What)}


class Fact(Frozen):
    """One fact; `why` is a reason's code. A stream without an ID is the one that is live then."""

    at: Millis
    what: What
    stream: str = ""
    kind: SpanKind | None = None
    why: str = ""
    until: Millis | None = None  # of what lasts; None: it still does


def order_of(fact: Fact) -> tuple[Millis, int, str, str, str, Millis]:
    """Sort facts by their time. The rest only makes the order independent of which came first."""
    until = -1 if fact.until is None else fact.until
    return fact.at, _ORDER[fact.what], fact.stream, fact.kind or "", fact.why, until
