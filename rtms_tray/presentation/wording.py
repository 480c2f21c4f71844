"""How meetings, moments, and stretches of time are written."""

import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Final, TypeVar

from rtms_tray.capture.events import Meeting
from rtms_tray.capture.reasons import REASONS, Code
from rtms_tray.capture.timeline import Span, SpanKind, Timeline
from rtms_tray.presentation.view_model import AccountView, SignInState, SpanView
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text
from rtms_tray.support.units import HOUR, MINUTE, SECOND, Millis

KINDS: Final = (SpanKind.CAPTURED, SpanKind.PAUSED, SpanKind.LOST, SpanKind.UNKNOWN)
"""The kinds that count, in the order in which people read them."""

_HISTORY_CODES: Final[Mapping[str, str]] = {
    "unverified": "spans.not_seen",
    "meeting_ended": "spans.meeting_ended",
}
"""Codes of a history that are no reasons of a session, with the keys of their words."""

_CODES: Final[Mapping[str, Code]] = {str(code): code for code in Code}
"""Every code this version knows: looked up for each line of a long list."""

_TEN_DIGITS: Final = 10
_NEAR: Final = 2 * HOUR
"""So near to a change of the clock, a time of day may be ambiguous or strange."""
_PRECISE_BELOW: Final = 10 * MINUTE
"""Sums of less time are written to the second, so that they add up."""
SHORT_UUID: Final = 8
_Part = TypeVar("_Part")
"""What time is shared among: kinds, hosts."""


# --- meetings -----------------------------------------------------------------------------------


def meeting_name(meeting: Meeting) -> str:
    """Name a meeting by its number, grouped as Zoom shows it; by a short UUID where that is all."""
    if meeting.number:
        return text("overview.meeting", number=grouped(meeting.number))
    return text("overview.meeting_by_uuid", uuid=(meeting.uuid or "?")[:SHORT_UUID])


def short_meeting_name(meeting: Meeting) -> str:
    """Name a meeting among others: its number alone, where it has one."""
    return grouped(meeting.number) if meeting.number else meeting_name(meeting)


def grouped(number: str) -> str:
    """Group a meeting number as Zoom does: 987 1234 5670, 123 456 7890, 123 456 789."""
    middle = 7 if len(number) > _TEN_DIGITS else 6
    parts = (number[:3], number[3:middle], number[middle:])
    return " ".join(part for part in parts if part)


# --- moments ------------------------------------------------------------------------------------


def lasting(ms: Millis) -> str:
    """Write a length of time: 12 s, 4 min, 2 h 5 min."""
    if ms < MINUTE:
        return text("units.short.seconds", seconds=max(ms, 0) // SECOND)
    hours, minutes = ms // HOUR, ms % HOUR // MINUTE
    if not hours:
        return text("units.short.minutes", minutes=minutes)
    if not minutes:
        return text("units.short.hours", hours=hours)
    return text("units.short.hours_and_minutes", hours=hours, minutes=minutes)


def clock(at: Millis, form: str = "%H:%M") -> str:
    """Write a moment as this machine's time of day."""
    return time.strftime(form, time.localtime(at / SECOND))


def day(at: Millis) -> str:
    """Write a moment's day in this machine's time zone, as the language writes dates."""
    return date("day", time.localtime(at / SECOND))


def date_and_time(at: Millis) -> str:
    """Write a moment of another day, in the local time: "21 Nov 10:42"."""
    return date("day_and_time", time.localtime(at / SECOND), clock(at))


def date(form: str, moment: time.struct_time, time_of_day: str = "") -> str:
    """Write a date in a form of `units.dates`. The system's own names of months would be another language's."""
    return text(
        f"units.dates.{form}",
        year=moment.tm_year,
        month=f"{moment.tm_mon:02}",
        month_number=moment.tm_mon,
        month_name=text(f"units.months.{moment.tm_mon}"),
        day=f"{moment.tm_mday:02}",
        day_number=moment.tm_mday,
        time=time_of_day,
    )


def zone(at: Millis) -> str:
    """Name the zone of this machine's clock at a moment: UTC+2, UTC-3:30."""
    minutes = _offset_s(at) // 60
    hours, rest = divmod(abs(minutes), 60)
    if not minutes:
        return "UTC"
    return f"UTC{'+' if minutes > 0 else '-'}{hours}{f':{rest:02}' if rest else ''}"


def _offset_s(at: Millis) -> int:
    return time.localtime(at / SECOND).tm_gmtoff


class Times(Frozen):
    """Writes a meeting's times of day, with the zone where clocks change during the meeting or near it.

    An hour that comes twice, or never, would make nonsense of them.
    """

    zoned: bool = False

    def clock(self, at: Millis, form: str = "%H:%M") -> str:
        """Write a moment as this machine's time of day."""
        shown = clock(at, form)
        return text("units.time_in_zone", time=shown, zone=zone(at)) if self.zoned else shown

    def moment(self, at: Millis) -> str:
        """Write a moment with its day."""
        return f"{day(at)} {self.clock(at)}"


def times_of(start: Millis, end: Millis) -> Times:
    """Choose how the times of a meeting are written."""
    return Times(_offset_s(start - _NEAR) != _offset_s(end + _NEAR))


def clock_or_date(at: Millis, now: Millis) -> str:
    """Write a moment as the time of day, with its date if that is not today's."""
    return clock(at) if day(at) == day(now) else date_and_time(at)


# --- stretches of time --------------------------------------------------------------------------


def kind_words(kind: SpanKind) -> str:
    """Name a kind of time."""
    return text(f"spans.{kind}")


def reason_words(code: str) -> str:
    """Say a reason's code in words; one of another version stays as it is."""
    if code in _HISTORY_CODES:
        return text(_HISTORY_CODES[code])
    known = _CODES.get(code)
    return REASONS[known].short if known else code


def remedy_words(code: str) -> str:
    """Say what to do about a reason; empty where nothing is known."""
    known = _CODES.get(code)
    return REASONS[known].remedy if known else ""


def views_of(timeline: Timeline) -> tuple[SpanView, ...]:
    """List a session's stretches; the current one has no end yet."""
    ends = [*(mark.at for mark in timeline.marks[1:]), timeline.closed_at]
    return tuple(
        SpanView(mark.at, end, mark.kind, reason_words(mark.why))
        for mark, end in zip(timeline.marks, ends, strict=False)
        if mark.kind is not SpanKind.NOT_COUNTED and (end is None or end > mark.at)
    )


def view_of(span: Span) -> SpanView:
    """Make a kept stretch ready to draw."""
    return SpanView(span.start, span.end, span.kind, reason_words(span.why))


def lost_spans(timeline: Timeline, until: Millis) -> tuple[Span, ...]:
    """List the stretches that are lost."""
    return tuple(span for span in timeline.spans(until) if span.kind is SpanKind.LOST)


def before_first_stream(kinds: Iterable[SpanKind]) -> int:
    """Count the stretches in which it had not begun: they are drawn in grey, red is for what stopped."""
    return sum(1 for _ in takewhile(lambda kind: kind is SpanKind.LOST, kinds))


def with_loss(title: str, lost: Iterable[Span], start: Millis, end: Millis) -> str:
    """Add to a title what was lost between two moments; less than a minute is not worth it."""
    lasted = sum(max(0, min(span.end, end) - max(span.start, start)) for span in lost)
    return text("spans.lost_after", title=title, time=length(lasted)) if lasted >= MINUTE else title


def span_line(span: SpanView, now: Millis, times: Times | None = None) -> str:
    """Write a stretch in one line: “10:38 – 10:42 · 4 min lost · Waiting for the host”."""
    write = (times or Times()).clock
    end = text("spans.now") if span.end is None else write(span.end)
    # One that goes on is not told anew each second.
    lasted = lasting(now - span.start) if span.end is None else length(span.end - span.start)
    parts = (f"{write(span.start)} – {end}", _length(lasted, span.kind), span.text)
    return " · ".join(filter(None, parts))


def totals(spans: Iterable[SpanView], now: Millis) -> dict[SpanKind, Millis]:
    """Add up stretches of which the last may go on, by their kinds."""
    found: dict[SpanKind, Millis] = {}
    for span in spans:
        end = now if span.end is None else span.end
        found[span.kind] = found.get(span.kind, 0) + max(0, end - span.start)
    return found


def rounded(totals: Mapping[_Part, Millis]) -> dict[_Part, Millis]:
    """Round together, so that the parts add up to the whole: to seconds below 10 min, else to minutes.

    No kind that lasted a second vanishes; the largest remainders are rounded up first, and what is
    too much is taken from the longest. In whatever order the parts come, the same comes out.
    """
    counted = {kind: ms for kind, ms in totals.items() if ms >= SECOND}
    elapsed = sum(counted.values())
    unit = SECOND if elapsed < _PRECISE_BELOW else MINUTE
    parts = {kind: max(1, ms // unit) for kind, ms in counted.items()}
    missing = elapsed // unit - sum(parts.values())
    by_remainder = sorted(parts, key=lambda kind: (-(counted[kind] % unit), str(kind)))
    for kind in by_remainder[: max(missing, 0)]:
        parts[kind] += 1
    while missing < 0 and max(parts.values()) > 1:
        parts[max(parts, key=lambda kind: (parts[kind], str(kind)))] -= 1
        missing += 1
    return {kind: count * unit for kind, count in parts.items()}


def lengths(totals: Mapping[_Part, Millis]) -> dict[_Part, str]:
    """Write lengths of time that were rounded together; without those that lasted less than a second."""
    return {part: _precise(ms) for part, ms in rounded(totals).items()}


def length(ms: Millis) -> str:
    """Write one length of time as those that are rounded together are written."""
    return next(iter(lengths({0: ms}).values()), lasting(0))


def sums(totals: Mapping[SpanKind, Millis], *, received: bool = False) -> str:
    """Say how a meeting's time was spent: “Captured 8 of 16 min · 8 min lost”; empty for nothing.

    `received`: the app's receiver has vouched for it.
    """
    parts = rounded(totals)
    elapsed = sum(parts.values())
    if not elapsed:
        return ""
    part, whole = _of(parts.get(SpanKind.CAPTURED, 0), elapsed)
    rest = [_length(_precise(parts[kind]), kind) for kind in KINDS[1:] if kind in parts]
    key = "spans.sum_received" if received else "spans.sum"
    return " · ".join([text(key, part=part, whole=whole), *rest])


def spent(spans: Sequence[SpanView], now: Millis, *, received: bool = False) -> str:
    """Say the same of stretches of which the last may go on; empty in the first minute."""
    found = totals(spans, now)
    return sums(found, received=received) if sum(found.values()) >= MINUTE else ""


def _length(lasted: str, kind: SpanKind) -> str:
    return text("spans.length", time=lasted, kind=kind_words(kind))


def _precise(ms: Millis) -> str:
    """Write a rounded length of time whole: 1 min 47 s."""
    minutes, seconds = ms // MINUTE, ms % MINUTE // SECOND
    if not minutes or not seconds:
        return lasting(ms)
    return text("units.short.minutes_and_seconds", minutes=minutes, seconds=seconds)


def _of(part: Millis, whole: Millis) -> tuple[str, str]:
    """Write a part of a whole, without a unit of its own where both have the same."""
    if not part or (part % MINUTE == 0 and MINUTE <= whole < HOUR and whole % MINUTE == 0):
        return str(part // MINUTE), _precise(whole)
    return _precise(part), _precise(whole)


# --- the sign-in --------------------------------------------------------------------------------


def account_title(account: AccountView) -> str:
    """Say in a few words how the app owner stands with Zoom: never signed in is not signed in no more."""
    return text(f"account.title.{'ended' if account.ended else account.state}")


def account_text(account: AccountView) -> str:
    """Say what to do about it; empty where nothing need be done."""
    if account.state is SignInState.SIGNING_IN:
        return awaited_from_browser(account)
    return text(f"account.text.{'ended' if account.ended else account.state}")


def awaited_from_browser(account: AccountView) -> str:
    """Say what to do while a sign-in waits for the browser."""
    if account.missing_redirect:
        return text("sign_in.no_return.text", uri=account.missing_redirect)
    return text("status.signing_in.no_page")
