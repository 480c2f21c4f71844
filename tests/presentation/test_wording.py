"""Stretches of time in words: every reason, every kind, nothing claimed beyond a live stream."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture.events import Meeting
from rtms_tray.capture.facts import Fact, What
from rtms_tray.capture.reasons import REASONS, Code
from rtms_tray.capture.timeline import Span, SpanKind, Timeline
from rtms_tray.presentation.view_model import SpanView
from rtms_tray.presentation.wording import (
    KINDS,
    clock,
    date_and_time,
    day,
    grouped,
    kind_words,
    lasting,
    meeting_name,
    reason_words,
    remedy_words,
    rounded,
    span_line,
    spent,
    sums,
    view_of,
    views_of,
)
from rtms_tray.support.texts import use_language
from rtms_tray.support.translation import Translation
from rtms_tray.support.units import HOUR, MINUTE, SECOND
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import timeline

K = SpanKind
CATALOGUE = """
msgctxt "units.dates.day"
msgid "{year}-{month}-{day}"
msgstr "{day_number}.{month_number}.{year}"

msgctxt "units.dates.day_and_time"
msgid "{day_number} {month_name} {time}"
msgstr "{day_number}. {month_name}, {time}"

msgctxt "units.months.3"
msgid "Mar"
msgstr "März"
"""


@pytest.mark.parametrize("code", Code)
def test_every_reason_has_words(code: Code) -> None:
    assert reason_words(str(code)) not in {"", str(code)}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", ""),
        ("unverified", "Not confirmed"),
        ("meeting_ended", "The meeting ended"),
        ("new", "new"),
    ],
)
def test_other_codes(code: str, words: str) -> None:
    assert reason_words(code) == words
    assert remedy_words(code) == ""


def test_a_remedy_is_the_reasons_own() -> None:
    assert remedy_words("host_absent") == REASONS[Code.HOST_ABSENT].remedy


def test_a_sessions_stretches_the_last_without_end() -> None:
    line = timeline(
        (NOON, K.LOST, Code.ASKED),
        (NOON + MINUTE, K.CAPTURED, Code.BEGAN),
        (NOON + 2 * MINUTE, K.NOT_COUNTED, ""),
        (NOON + HOUR, K.CAPTURED, Code.BEGAN),
    )
    assert views_of(line) == (
        SpanView(NOON, NOON + MINUTE, K.LOST, "Request sent"),
        SpanView(NOON + MINUTE, NOON + 2 * MINUTE, K.CAPTURED, "Capturing"),
        SpanView(NOON + HOUR, None, K.CAPTURED, "Capturing"),
    )
    ended = line.having(Fact(NOON + 2 * HOUR, What.ENDED))
    assert views_of(ended)[-1].end == NOON + 2 * HOUR
    assert views_of(Timeline()) == ()


def test_told_in_one_line() -> None:
    span = view_of(Span(NOON, NOON + 4 * MINUTE, K.LOST, "host_absent"))
    assert span_line(span, NOON) == (
        f"{clock(NOON)} – {clock(NOON + 4 * MINUTE)} · 4 min lost · Waiting for the host"
    )
    open_one = SpanView(NOON, None, K.CAPTURED, "")
    assert span_line(open_one, NOON + 9 * SECOND) == f"{clock(NOON)} – now · 9 s captured"


@pytest.mark.parametrize(
    ("totals", "words"),
    [
        ({}, ""),
        ({K.LOST: 0}, ""),
        ({K.CAPTURED: 8 * MINUTE, K.LOST: 8 * MINUTE}, "Captured 8 of 16 min · 8 min lost"),
        (
            {K.CAPTURED: 15 * SECOND, K.LOST: 92 * SECOND},
            "Captured 15 s of 1 min 47 s · 1 min 32 s lost",
        ),
        ({K.LOST: 4 * MINUTE, K.PAUSED: 999}, "Captured 0 of 4 min · 4 min lost"),
        ({K.CAPTURED: 30 * SECOND, K.PAUSED: HOUR}, "Captured 1 min of 1 h · 59 min paused"),
        ({K.CAPTURED: HOUR, K.UNKNOWN: MINUTE}, "Captured 1 h of 1 h 1 min · 1 min unknown"),
    ],
)
def test_sums(totals: dict[SpanKind, int], words: str) -> None:
    assert sums(totals) == words


@given(st.dictionaries(st.sampled_from(KINDS), st.integers(0, 30 * HOUR)))
def test_rounded_parts_add_up_and_none_vanishes(totals: dict[SpanKind, int]) -> None:
    counted = {kind: ms for kind, ms in totals.items() if ms >= SECOND}
    parts, elapsed = rounded(totals), sum(counted.values())
    unit = SECOND if elapsed < 10 * MINUTE else MINUTE
    assert parts.keys() == counted.keys()
    assert all(part >= unit and part % unit == 0 for part in parts.values())
    assert sum(parts.values()) == max(elapsed // unit, len(parts)) * unit
    assert all(abs(part - counted[kind]) < len(parts) * unit for kind, part in parts.items())


def test_lengths() -> None:
    said = [lasting(ms) for ms in (-5, 0, 59_999, MINUTE, HOUR - 1, HOUR, HOUR + 5 * MINUTE)]
    assert said == ["0 s", "0 s", "59 s", "1 min", "59 min", "1 h", "1 h 5 min"]


def test_no_kind_is_called_received() -> None:
    words = [kind_words(kind) for kind in SpanKind]
    assert len(set(words)) == len(words)
    assert not any("received" in word for word in words)


def test_time_spent_grows_while_a_stretch_goes_on() -> None:
    spans = (
        SpanView(NOON, NOON + 20 * SECOND, K.LOST, ""),
        SpanView(NOON + 20 * SECOND, None, K.CAPTURED, ""),
    )
    assert spent(spans, NOON + MINUTE - 1) == ""
    assert spent(spans, NOON + MINUTE) == "Captured 40 s of 1 min · 20 s lost"
    assert spent(spans, NOON + 9 * MINUTE) == "Captured 8 min 40 s of 9 min · 20 s lost"
    assert spent((), NOON) == ""


# --- meetings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("98712345670", "987 1234 5670"),
        ("1234567890", "123 456 7890"),
        ("123456789", "123 456 789"),
        ("", ""),
    ],
)
def test_numbers_are_grouped_as_zoom_does(number: str, shown: str) -> None:
    assert grouped(number) == shown


@given(st.text("0123456789", max_size=15))
def test_grouping_loses_no_digit(number: str) -> None:
    assert grouped(number).replace(" ", "") == number


def test_a_meeting_without_a_number_is_named_by_its_uuid() -> None:
    assert meeting_name(Meeting(uuid="abcdefghijkl==")) == "Meeting abcdefgh…"
    assert meeting_name(Meeting()) == "Meeting ?…"


def test_dates_are_written_as_the_language_has_them() -> None:
    first = round(datetime(2026, 3, 1, 9, 5).astimezone().timestamp()) * SECOND
    assert (day(first), date_and_time(first)) == ("2026-03-01", "1 Mar 09:05")
    use_language(Translation("xx", CATALOGUE))
    assert (day(first), date_and_time(first)) == ("1.3.2026", "1. März, 09:05")
