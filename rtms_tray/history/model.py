"""What is kept of a meeting: when, how long, what its time was worth and why. No topics, no names."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, TypeAlias

import msgspec

from rtms_tray.capture.timeline import Span, SpanKind
from rtms_tray.support.units import Millis

LATEST: Final[Millis] = 221_845_392_000_000
"""The year 9000: what lies beyond is no moment, and calendars fail near it."""
Moment: TypeAlias = Annotated[Millis, msgspec.Meta(ge=0, le=LATEST)]
Length: TypeAlias = Annotated[Millis, msgspec.Meta(ge=0)]


class HostSide(StrEnum):
    """Whether the meeting's host is on the app owner's own Zoom account."""

    INTERNAL = "internal"
    EXTERNAL = "external"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """One change of state; `why` is a reason's code (empty: none), `number` Zoom's own."""

    at: Moment
    state: str
    why: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class MeetingRecord:
    """One meeting as it is kept; moments are this machine's clock.

    `spans` holds the uncounted time too, so that the meeting can be picked up again as it was.
    """

    key: str
    meeting_number: str | None
    meeting_uuid: str | None
    host: HostSide
    began_at: Moment
    seen_at: Moment  # when it was last written down, or ended
    ended_at: Moment | None = None
    end_reason: str = ""
    spans: tuple[Span, ...] = ()
    story: tuple[StoryEntry, ...] = ()
    pick_up: str = ""  # what is needed to go on with it; empty once it has ended

    @property
    def counted(self) -> tuple[Span, ...]:
        """The stretches that count, none of them empty."""
        return tuple(
            span
            for span in self.spans
            if span.kind is not SpanKind.NOT_COUNTED and span.end > span.start
        )

    def total(self, kind: SpanKind) -> Millis:
        """Add up the stretches of one kind, in milliseconds."""
        return sum(span.end - span.start for span in self.spans if span.kind is kind)


# --- What can go wrong with the history, in words for people: the program goes on without it. ---


class Trouble(StrEnum):
    """Why meetings cannot be written down, or read."""

    DAMAGED = "damaged"
    NEWER = "newer"
    IN_USE = "in_use"
    FULL = "full"
    READ_ONLY = "read_only"
    SLOW = "slow"
    UNUSABLE = "unusable"


_WORDS: Final[Mapping[Trouble, tuple[str, str]]] = {
    Trouble.DAMAGED: (
        "The history of meetings is damaged.",
        "rtms-tray sets it aside and begins a new one.",
    ),
    Trouble.NEWER: (
        "The history was written by a newer rtms-tray.",
        "Use that version, or move the file away; meetings are not written down now.",
    ),
    Trouble.IN_USE: (
        "Another program holds the history of meetings.",
        "Close it; meetings are written down again as soon as it lets go.",
    ),
    Trouble.FULL: (
        "The disk is full: meetings cannot be written down.",
        "Make room; capture is not affected.",
    ),
    Trouble.READ_ONLY: (
        "The history of meetings cannot be changed.",
        "Allow writing in its folder; capture is not affected.",
    ),
    Trouble.SLOW: (
        "The disk does not answer: meetings are not written down.",
        "Capture is not affected; rtms-tray tries again.",
    ),
    Trouble.UNUSABLE: (
        "The history of meetings cannot be used.",
        "Look at its folder; capture is not affected.",
    ),
}

# sqlite.org/rescode.html; the extended codes have these names as their beginnings
_BY_NAME: Final = (
    ("SQLITE_CORRUPT", Trouble.DAMAGED),
    ("SQLITE_NOTADB", Trouble.DAMAGED),
    ("SQLITE_BUSY", Trouble.IN_USE),
    ("SQLITE_LOCKED", Trouble.IN_USE),
    ("SQLITE_FULL", Trouble.FULL),
    ("SQLITE_READONLY", Trouble.READ_ONLY),
    ("SQLITE_PERM", Trouble.READ_ONLY),
)
_BY_ERRNO: Final = {13: Trouble.READ_ONLY, 28: Trouble.FULL, 30: Trouble.READ_ONLY}
"""EACCES, ENOSPC, EROFS: the same numbers on every system that has them."""


class HistoryError(Exception):
    """The history could not be read or written; says why and what to do."""

    def __init__(self, trouble: Trouble, text: str = "", remedy: str = "") -> None:
        self.trouble = trouble
        self.text = text or _WORDS[trouble][0]
        self.remedy = remedy or _WORDS[trouble][1]
        super().__init__(f"{self.text} {self.remedy}")


@contextmanager
def told() -> Iterator[None]:
    """Turn what SQLite and the system say into HistoryError."""
    try:
        yield
    except sqlite3.Error as error:
        raise HistoryError(_trouble_of(error)) from error
    except UnicodeDecodeError as error:  # SQLite's own words, where even they are damaged
        raise HistoryError(Trouble.DAMAGED) from error
    except OSError as error:
        raise HistoryError(_BY_ERRNO.get(error.errno or 0, Trouble.UNUSABLE)) from error


def _trouble_of(error: sqlite3.Error) -> Trouble:
    name = getattr(error, "sqlite_errorname", "")
    if not name and isinstance(error, sqlite3.OperationalError):
        return Trouble.DAMAGED  # Python's own: a text that is none
    found = (trouble for start, trouble in _BY_NAME if name.startswith(start))
    return next(found, Trouble.UNUSABLE)
