"""What stretches of time say to people: their kind, how long, and why."""

import time
from collections.abc import Mapping, Sequence
from typing import Final

from rtms_tray.capture.reasons import REASONS, Code
from rtms_tray.capture.timeline import Span, SpanKind, Timeline
from rtms_tray.presentation.view_model import SpanView
from rtms_tray.support.units import HOUR, MINUTE, SECOND, Millis

KINDS: Final = (SpanKind.CAPTURED, SpanKind.PAUSED, SpanKind.LOST, SpanKind.UNKNOWN)
"""The kinds that count, in the order in which people hear of them."""

KIND_WORDS: Final[Mapping[SpanKind, str]] = {
    SpanKind.CAPTURED: "stream live",
    SpanKind.PAUSED: "paused",
    SpanKind.LOST: "lost",
    SpanKind.UNKNOWN: "unknown",
    SpanKind.NOT_COUNTED: "the meeting was not running",
}
"""A live stream is called that: only a receiver could say that its data arrived."""

_OTHERS: Final[Mapping[str, str]] = {
    "": "",
    "unverified": "Not seen",
    "meeting_ended": "The meeting ended",
}
"""Codes of a history that are no reasons of a session."""

_CODES: Final[Mapping[str, Code]] = {str(code): code for code in Code}
"""Every code this version knows: looked up for each line of a long list."""


def reason_words(code: str) -> str:
    """Say a reason's code in words; one of another version stays as it is."""
    if code in _OTHERS:
        return _OTHERS[code]
    known = _CODES.get(code)
    return REASONS[known].title if known else code


def remedy_words(code: str) -> str:
    """Say what to do about a reason; empty where nothing is known."""
    known = _CODES.get(code)
    return REASONS[known].remedy if known else ""


def views_of(timeline: Timeline) -> tuple[SpanView, ...]:
    """List a session's stretches; the last one has no end while it goes on."""
    ends = [*(mark.at for mark in timeline.marks[1:]), timeline.closed_at]
    return tuple(
        SpanView(mark.at, end, mark.kind, reason_words(mark.why))
        for mark, end in zip(timeline.marks, ends, strict=False)
        if mark.kind is not SpanKind.NOT_COUNTED and (end is None or end > mark.at)
    )


def lost_until(timeline: Timeline, start: Millis, end: Millis) -> str:
    """Say how much was lost between two moments: " · 4 min lost"; less than a minute is not worth it."""
    lost = (span for span in timeline.spans(end) if span.kind is SpanKind.LOST)
    lasted = sum(max(0, min(span.end, end) - max(span.start, start)) for span in lost)
    return f" · {lasting(lasted)} {KIND_WORDS[SpanKind.LOST]}" if lasted >= MINUTE else ""


def view_of(span: Span) -> SpanView:
    """Make a kept stretch ready to draw."""
    return SpanView(span.start, span.end, span.kind, reason_words(span.why))


def told(span: SpanView, now: Millis) -> str:
    """Say a stretch in one line: “10:38 – 10:42 · 4 min lost · Waiting for the host”."""
    end = "now" if span.end is None else clock(span.end)
    lasted = lasting((now if span.end is None else span.end) - span.start)
    parts = (f"{clock(span.start)} – {end}", f"{lasted} {KIND_WORDS[span.kind]}", span.text)
    return " · ".join(filter(None, parts))


def sums(totals: Mapping[SpanKind, Millis]) -> str:
    """Say how a meeting's time was spent: “Stream live 8 of 16 min · 8 min lost”; empty for nothing."""
    elapsed = sum(totals.values())
    if not elapsed:
        return ""
    live = totals.get(SpanKind.CAPTURED, 0)
    parts = [f"Stream live {_of(live, elapsed)}"]
    parts += [
        f"{lasting(totals[k])} {KIND_WORDS[k]}" for k in KINDS[1:] if totals.get(k, 0) >= SECOND
    ]
    return " · ".join(parts)


def spent(spans: Sequence[SpanView], now: Millis) -> str:
    """Say the same of stretches of which the last may go on; empty in the first minute."""
    totals: dict[SpanKind, Millis] = {}
    for span in spans:
        end = now if span.end is None else span.end
        totals[span.kind] = totals.get(span.kind, 0) + max(0, end - span.start)
    return sums(totals) if sum(totals.values()) >= MINUTE else ""


def _of(part: Millis, whole: Millis) -> str:
    if not part or (part >= MINUTE and whole < HOUR):
        return f"{part // MINUTE} of {lasting(whole)}"
    return f"{lasting(part)} of {lasting(whole)}"


def lasting(ms: Millis) -> str:
    """Say a length of time: 12 s, 4 min, 2 h 5 min."""
    if ms < MINUTE:
        return f"{max(ms, 0) // SECOND} s"
    hours, minutes = ms // HOUR, ms % HOUR // MINUTE
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def clock(at: Millis) -> str:
    """Say a moment as this machine's time of day."""
    return time.strftime("%H:%M", time.localtime(at / SECOND))


def day(at: Millis) -> str:
    """Say a moment's day in this machine's time zone, so that it sorts and can be searched."""
    return time.strftime("%Y-%m-%d", time.localtime(at / SECOND))


def date_and_time(at: Millis) -> str:
    """Say a moment of another day, in the local time: "21 Nov 10:42"."""
    return time.strftime("%d %b %H:%M", time.localtime(at / SECOND)).lstrip("0")
