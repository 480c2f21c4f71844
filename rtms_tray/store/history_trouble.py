"""What can go wrong with the history, in words for people: the program goes on without it."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Final


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
