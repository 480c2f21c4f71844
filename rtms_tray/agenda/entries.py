"""An entry of the calendar that is a Zoom meeting, and what is asked of a calendar."""

from typing import Final

import msgspec

from rtms_tray.support.frozen import Frozen
from rtms_tray.support.units import Millis

MOST: Final = 200
"""Entries: more than two days have."""


class CalendarEntry(Frozen):
    """A Zoom meeting in the calendar. Title and organizer are strangers' text, made safe to show."""

    number: str
    starts_at: Millis
    ends_at: Millis
    title: str = ""
    organizer: str = ""  # a mail address, in small letters
    cancelled: bool = False
    moved_from: Millis | None = None  # when this occurrence of a series would be


class Question(Frozen):
    """From when until when entries are wanted, and for whom: what they declined is left out."""

    since: Millis
    until: Millis
    me: str = ""  # a mail address


Entries = tuple[CalendarEntry, ...]
_ENTRIES: Final = msgspec.json.Decoder(Entries)


def write_entries(entries: Entries) -> bytes:
    """Write entries for another process."""
    return msgspec.json.encode(entries)


def read_entries(written: bytes) -> Entries:
    """Read them there; raises ValueError."""
    return _ENTRIES.decode(written)
