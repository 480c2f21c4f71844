"""Reads what people type as a search of past meetings: numbers, days, words of reasons, kinds of time, hosts."""

import re
from datetime import datetime, timedelta
from typing import Final

from rtms_tray.capture.reasons import REASONS
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.history.model import HostSide
from rtms_tray.presentation.wording import KINDS, kind_words
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text
from rtms_tray.support.units import SECOND, Millis

Values = tuple[str | int, ...]

_MAX_WORDS: Final = 8
_DATE: Final = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?")
_DIGITS: Final = re.compile(r"[\d-]+")
_KINDS: Final = {
    "captured": SpanKind.CAPTURED,
    "live": SpanKind.CAPTURED,
    "paused": SpanKind.PAUSED,
    "lost": SpanKind.LOST,
    "unknown": SpanKind.UNKNOWN,
}
_DAYS_AGO: Final = {"today": 0, "yesterday": 1}
_PARTS: Final = {"year": r"(?P<year>\d{4})", "month": r"(?P<month>\d\d?)", "day": r"(?P<day>\d\d?)"}
_DECEMBER: Final = 12


class Search(Frozen):
    """A condition on table `meetings`, and the values of its question marks."""

    where: str = "1"
    values: Values = ()


def search_for(typed: str, now: Millis) -> Search:
    """Read what somebody typed; nothing typed finds everything."""
    parts = [_word(word, now) for word in _joined(typed).lower().split()[:_MAX_WORDS]]
    if not parts:
        return Search()
    where = " AND ".join(f"({part.where})" for part in parts)
    return Search(where, tuple(value for part in parts for value in part.values))


def _joined(typed: str) -> str:
    """Join a meeting's number that was typed as Zoom shows it: 987 1234 5670."""
    return re.sub(r"(?<=\d) (?=\d)", "", typed)


def _word(word: str, now: Millis) -> Search:
    parts = [*_as_number(word), *_as_time(word, now), *_as_reason(word), *_as_kind(word)]
    if not parts:
        return Search("0")
    where = " OR ".join(part.where for part in parts)
    return Search(where, tuple(value for part in parts for value in part.values))


def _as_number(word: str) -> list[Search]:
    if not _DIGITS.fullmatch(word):
        return []
    digits = word.replace("-", "")
    return [Search("meeting_number LIKE ?", (f"%{digits}%",))] if digits else []


def _as_kind(word: str) -> list[Search]:
    parts = []
    kinds = {**{kind_words(kind).lower(): kind for kind in KINDS}, **_KINDS}
    if word in kinds:
        parts.append(Search(f"{kinds[word]}_ms > 0"))
    if word in set(HostSide):
        parts.append(Search("host = ?", (word,)))
    return parts


def _as_reason(word: str) -> list[Search]:
    """Find the reasons whose texts contain this word, and the meetings in which they occurred."""
    if _DIGITS.fullmatch(word):
        return []
    codes = sorted(
        str(reason.code)
        for reason in REASONS.values()
        if word in f"{reason.short} {reason.text}".lower()
    )
    if not codes:
        return []
    marks = ", ".join("?" * len(codes))
    spans = f"SELECT 1 FROM spans WHERE meeting = meetings.key AND reason IN ({marks})"  # noqa: S608 - only marks
    return [Search(f"end_reason IN ({marks}) OR EXISTS ({spans})", (*codes, *codes))]


def _days_ago(word: str) -> int | None:
    """Read “today” and “yesterday”, in English and in the language of the window."""
    local = {text(f"history.search.{name}").lower(): ago for name, ago in _DAYS_AGO.items()}
    return {**_DAYS_AGO, **local}.get(word)


def _local_date() -> re.Pattern[str]:
    """Recognize a date as the window writes it."""
    form = re.escape(text("units.dates.day"))
    for name, part in _PARTS.items():
        form = form.replace(re.escape(f"{{{name}}}"), part)
    return re.compile(form)


def _as_time(word: str, now: Millis) -> list[Search]:
    try:
        bounds = [round(moment.timestamp() * SECOND) for moment in _period(word, now)]
    except (
        ValueError,
        OverflowError,
        OSError,
    ):  # no such day, or none that this system's clock knows
        return []
    return [Search("began_at >= ? AND began_at < ?", tuple(bounds))] if bounds else []


def _period(word: str, now: Millis) -> tuple[datetime, ...]:
    """Return beginning and end, in this machine's time zone; empty where the word is no time at all.

    Raises:
        ValueError: there is no such day.
    """
    ago = _days_ago(word)
    if ago is not None:
        today = datetime.fromtimestamp(now / SECOND).replace(hour=0, minute=0, second=0)  # noqa: DTZ006 - local
        start = today.replace(microsecond=0) - timedelta(days=ago)
        return start, start + timedelta(days=1)
    match = _DATE.fullmatch(word) or _local_date().fullmatch(word)
    if match is None:
        return ()
    year, month, day = (int(match[name]) if match[name] else None for name in _PARTS)
    if year is None or month is None:
        return datetime(year or 1, 1, 1), datetime((year or 1) + 1, 1, 1)  # noqa: DTZ001 - local
    if day is None:
        after = (year + 1, 1) if month == _DECEMBER else (year, month + 1)
        return datetime(year, month, 1), datetime(*after, 1)  # noqa: DTZ001 - local
    start = datetime(year, month, day)  # noqa: DTZ001 - local
    return start, start + timedelta(days=1)
