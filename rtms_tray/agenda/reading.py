"""Reads a calendar file: a process of its own, since its libraries are large, and a calendar may take for ever.

Titles, places and descriptions are other people's text; of all that, the meeting's number, a title and the
organizer's address are kept.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from rtms_tray.agenda.entries import MOST, CalendarEntry, Entries, Question, write_entries
from rtms_tray.support.units import SECOND, Millis
from rtms_tray.zoom.json_values import plain
from rtms_tray.zoom.meeting_reference import MeetingReferenceError, parse_meeting

_LONGEST_TITLE: Final = 120
_LONGEST_ADDRESS: Final = 254
_PLACES: Final = ("LOCATION", "CONFERENCE", "URL", "DESCRIPTION")
"""Where a link stands, the surest first; what programs add (X-…) comes before the description."""
_TOO_OFTEN: Final = ("SECONDLY", "MINUTELY", "BYSECOND", "BYMINUTE")
_FIRST_YEAR: Final = 2000
"""Of a series; Zoom is younger."""
_MEMORY: Final = 1024**3
"""Bytes: a calendar that needs more is made to harm."""
UNREADABLE: Final = 3
"""The exit code where it is no calendar."""


def entries_of(calendar: bytes, question: Question) -> Entries:
    """Find the Zoom meetings of a time, the earliest first; raises ValueError where it is no calendar."""
    import recurring_ical_events  # noqa: PLC0415 - large
    from icalendar import Calendar  # noqa: PLC0415 - large

    found: dict[tuple[str, Millis], CalendarEntry] = {}
    since, until = (_moment(at) for at in (question.since, question.until))
    parts = [
        part for part in Calendar.from_ical(calendar, multiple=True) if part.name == "VCALENDAR"
    ]
    if not parts:
        raise ValueError("no calendar")
    for part in parts:
        part.subcomponents = [one for one in part.subcomponents if not _is_endless(one)]
        series = recurring_ical_events.of(part, components=("VEVENT",), skip_bad_series=True)
        for event in series.between(since, until):
            entry = _entry(event, question)
            if entry is not None:
                found.setdefault((entry.number, entry.starts_at), entry)
            if len(found) >= MOST:
                break
    return tuple(sorted(found.values(), key=lambda entry: (entry.starts_at, entry.number)))[:MOST]


def _is_endless(part: Any) -> bool:  # noqa: ANN401 - an icalendar Component
    """Whether a series has more occurrences than anybody meets: finding those of two days would take minutes."""
    rules = part.get("RRULE")
    if rules is None:
        return False
    words = " ".join(map(_rule_text, rules if isinstance(rules, list) else [rules])).upper()
    start = getattr(part.get("DTSTART"), "dt", None)
    return any(name in words for name in _TOO_OFTEN) or getattr(start, "year", 1) < _FIRST_YEAR


def _rule_text(rule: Any) -> str:  # noqa: ANN401 - a vRecur, or what is left of a broken one
    return rule.to_ical().decode(errors="replace") if hasattr(rule, "to_ical") else str(rule)


def _entry(event: Any, question: Question) -> CalendarEntry | None:  # noqa: ANN401 - an icalendar Event
    """Read one occurrence; None where it is no Zoom meeting, lasts whole days, or was declined."""
    starts_at, ends_at = _millis(event.start), _millis(event.end)
    number = _number(event)
    if starts_at is None or ends_at is None or number is None or _is_declined(event, question.me):
        return None
    original = event.get("RECURRENCE-ID")
    planned_at = _millis(original.dt) if original is not None else None
    return CalendarEntry(
        number,
        starts_at,
        ends_at,
        plain(str(event.get("SUMMARY", "")), _LONGEST_TITLE),
        _address(event.get("ORGANIZER")),
        str(event.get("STATUS", "")).upper() == "CANCELLED",
        planned_at if planned_at != starts_at else None,
    )


def _number(event: Any) -> str | None:  # noqa: ANN401 - as above
    for words in _texts(event):
        if "zoom" in words.casefold():
            try:
                return parse_meeting(words)
            except MeetingReferenceError:
                continue
    return None


def _texts(event: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    own = sorted(name for name in event if name.upper().startswith("X-"))
    for name in (*_PLACES[:-1], *own, _PLACES[-1]):
        values = event.get(name, ())
        for value in values if isinstance(values, list) else (values,):
            yield str(value)


def _is_declined(event: Any, me: str) -> bool:  # noqa: ANN401 - as above
    invited = event.get("ATTENDEE", ())
    return bool(me) and any(
        str(one.params.get("PARTSTAT", "")).upper() == "DECLINED"
        for one in (invited if isinstance(invited, list) else (invited,))
        if _address(one) == me.casefold()
    )


def _address(value: object) -> str:
    """Read a mail address: `mailto:ana@example.org`."""
    scheme, _, address = str(value or "").strip().partition(":")
    right = scheme.casefold() == "mailto" and "@" in address
    return plain(address.casefold(), _LONGEST_ADDRESS) if right else ""


def _moment(at: Millis) -> datetime:
    return datetime.fromtimestamp(at / SECOND, UTC)


def _millis(at: object) -> Millis | None:
    """Read a moment; one without a time zone is this computer's. A day is none."""
    if not isinstance(at, datetime):
        return None
    try:
        return round(at.timestamp() * SECOND)
    except (OverflowError, OSError, ValueError):
        return None


def main() -> None:
    """Answer one question: its JSON is the first line of standard input, the calendar is the rest."""
    _limit_memory()
    given = sys.stdin.buffer
    question = msgspec.json.decode(given.readline(), type=Question)
    try:
        answer = write_entries(entries_of(given.read(), question))
    except Exception:  # noqa: BLE001 - a border: the libraries raise anything on what strangers write
        sys.exit(UNREADABLE)
    sys.stdout.buffer.write(answer)


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    main()
