"""What is kept of a meeting: when it was, what became of its time and why. No topics, no names."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Final, TypeAlias

import msgspec

from rtms_tray.capture.timeline import Span, SpanKind
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text
from rtms_tray.support.units import Millis

LATEST: Final[Millis] = 221_845_392_000_000
"""The year 9000: later moments are damage, and calendars fail near them."""
Moment: TypeAlias = Annotated[Millis, msgspec.Meta(ge=0, le=LATEST)]
Length: TypeAlias = Annotated[Millis, msgspec.Meta(ge=0)]


class HostSide(StrEnum):
    """Whether the meeting's host has the same Zoom account as the app owner."""

    INTERNAL = "internal"
    EXTERNAL = "external"
    UNKNOWN = "unknown"


class StoryEntry(Frozen):
    """One change of state; `why` is a reason's code (empty: none), `number` Zoom's own."""

    at: Moment
    state: str
    why: str = ""
    number: int | None = None


class MeetingRecord(Frozen):
    """One meeting as it is kept; moments are this machine's clock.

    `spans` includes uncounted time, so that the meeting can continue as it was after a restart.
    """

    key: str
    meeting_number: str | None
    meeting_uuid: str | None
    host: HostSide
    began_at: Moment
    seen_at: Moment  # up to when it was known how things stand, or when it ended
    ended_at: Moment | None = None
    end_reason: str = ""
    spans: tuple[Span, ...] = ()
    story: tuple[StoryEntry, ...] = ()
    saved_session: str = ""  # what is needed to continue after a restart; empty once it has ended

    @property
    def counted(self) -> tuple[Span, ...]:
        """The spans that count, without empty ones."""
        return tuple(
            span
            for span in self.spans
            if span.kind is not SpanKind.NOT_COUNTED and span.end > span.start
        )

    def total(self, kind: SpanKind) -> Millis:
        """Add up the spans of one kind, in milliseconds."""
        return sum(span.end - span.start for span in self.spans if span.kind is kind)


class Trouble(StrEnum):
    """Why meetings cannot be saved or read."""

    DAMAGED = "damaged"
    NEWER = "newer"
    IN_USE = "in_use"
    FULL = "full"
    READ_ONLY = "read_only"
    SLOW = "slow"
    UNUSABLE = "unusable"


# sqlite.org/rescode.html; the names of extended codes begin with these
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
    """The history could not be read or written; says why and what to do. The program runs without it."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        self.text = text(f"history.trouble.{trouble}.text")
        self.remedy = text(f"history.trouble.{trouble}.remedy")
        super().__init__(f"{self.text} {self.remedy}")


@contextmanager
def history_errors() -> Iterator[None]:
    """Turn errors of SQLite and the system into HistoryError."""
    try:
        yield
    except sqlite3.Error as error:
        raise HistoryError(_trouble_of(error)) from error
    except UnicodeDecodeError as error:  # SQLite's message, where even that is damaged
        raise HistoryError(Trouble.DAMAGED) from error
    except OSError as error:
        raise HistoryError(_BY_ERRNO.get(error.errno or 0, Trouble.UNUSABLE)) from error


def _trouble_of(error: sqlite3.Error) -> Trouble:
    name = getattr(error, "sqlite_errorname", "")
    if not name and isinstance(error, sqlite3.OperationalError):
        return Trouble.DAMAGED  # raised by Python: a text that is not UTF-8
    found = (trouble for start, trouble in _BY_NAME if name.startswith(start))
    return next(found, Trouble.UNUSABLE)
