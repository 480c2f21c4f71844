"""Which entries of a calendar are Zoom meetings: as Google, Outlook and Apple write them."""

import contextlib
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtms_tray.agenda.calendar import read_apart
from rtms_tray.agenda.entries import MOST, CalendarEntry, Question
from rtms_tray.agenda.reading import entries_of
from rtms_tray.agenda.source import CalendarError, Trouble
from rtms_tray.support.units import HOUR, MINUTE, SECOND, Millis

ME = "olive@example.com"


def at(moment: str) -> Millis:
    """Read a moment in UTC."""
    return round(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()) * SECOND


NOON = at("2026-11-30T12:00")
TODAY = Question(NOON - 12 * HOUR, NOON + 36 * HOUR, ME)


def calendar(*lines: str) -> bytes:
    return "\r\n".join(
        ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN", *lines, "END:VCALENDAR", "")
    ).encode()


def event(*lines: str) -> tuple[str, ...]:
    return ("BEGIN:VEVENT", "DTSTAMP:20261101T000000Z", *lines, "END:VEVENT")


def found(*lines: str) -> tuple[CalendarEntry, ...]:
    return entries_of(calendar(*lines), TODAY)


GOOGLE = event(
    "UID:a1@google.com",
    "DTSTART:20261130T140000Z",
    "DTEND:20261130T150000Z",
    "ORGANIZER;CN=Ana:mailto:Ana@Example.ORG",
    "DESCRIPTION:Ana is inviting you.\\n\\nJoin Zoom Meeting\\nhttps://example.zoom.us/j/",
    " 98712345670?pwd=abc.1\\n\\nMeeting ID: 987 1234 5670\\nOne tap mobile +14155550100\\,\\,98712345670#",
    "X-GOOGLE-CONFERENCE:https://example.zoom.us/j/98712345670?pwd=abc.1",
    "SUMMARY:Planning <b>\x07now</b>",
    "STATUS:CONFIRMED",
)
OUTLOOK = (
    "BEGIN:VTIMEZONE",
    "TZID:W. Europe Standard Time",
    "BEGIN:STANDARD",
    "DTSTART:16010101T030000",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:16010101T020000",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
    *event(
        "UID:040000008200E00074C5B7101A82E008",
        "DTSTART;TZID=W. Europe Standard Time:20261005T100000",
        "DTEND;TZID=W. Europe Standard Time:20261005T103000",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TU",
        "SUMMARY:Standup",
        "LOCATION:https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.zoom.us"
        "%2Fj%2F98712345671&data=05",
        "ORGANIZER;CN=Bo:mailto:bo@example.com",
    ),
)
APPLE = event(
    "UID:5F1C@icloud",
    "DTSTART;TZID=America/New_York:20261130T090000",
    "DTEND;TZID=America/New_York:20261130T093000",
    "SUMMARY:Call",
    "URL;VALUE=URI:https://us02web.zoom.us/j/98712345672",
)


def test_google_writes_the_link_into_the_description() -> None:
    (entry,) = found(*GOOGLE)
    assert entry == CalendarEntry(
        "98712345670",
        at("2026-11-30T14:00"),
        at("2026-11-30T15:00"),
        "Planning <b> now</b>",
        "ana@example.org",
    )


def test_outlook_wraps_the_link_and_has_time_zones_of_its_own() -> None:
    first, second = found(*OUTLOOK)
    assert (first.number, first.organizer) == ("98712345671", "bo@example.com")
    assert first.starts_at == at(
        "2026-11-30T09:00"
    )  # winter time, though the series began in summer
    assert second.starts_at == at("2026-12-01T09:00")
    assert first.moved_from is None


def test_apple_has_a_field_for_the_link() -> None:
    (entry,) = found(*APPLE)
    assert (entry.number, entry.starts_at) == ("98712345672", at("2026-11-30T14:00"))
    assert entry.organizer == ""


def test_one_occurrence_is_moved_one_is_cancelled_one_is_left_out() -> None:
    changed = event(
        "UID:040000008200E00074C5B7101A82E008",
        "RECURRENCE-ID;TZID=W. Europe Standard Time:20261130T100000",
        "DTSTART;TZID=W. Europe Standard Time:20261130T160000",
        "DTEND;TZID=W. Europe Standard Time:20261130T163000",
        "LOCATION:https://example.zoom.us/j/98712345671",
    )
    cancelled = event(
        "UID:040000008200E00074C5B7101A82E008",
        "RECURRENCE-ID;TZID=W. Europe Standard Time:20261201T100000",
        "DTSTART;TZID=W. Europe Standard Time:20261201T100000",
        "DTEND;TZID=W. Europe Standard Time:20261201T103000",
        "LOCATION:https://example.zoom.us/j/98712345671",
        "STATUS:CANCELLED",
    )
    first, second = found(*OUTLOOK, *changed, *cancelled)
    assert (first.starts_at, first.moved_from) == (
        at("2026-11-30T15:00"), at("2026-11-30T09:00"),
    )  # fmt: skip
    assert (second.cancelled, first.cancelled) == (True, False)
    left_out = [line for line in OUTLOOK if line != "END:VEVENT"]
    rule = "EXDATE;TZID=W. Europe Standard Time:20261130T100000"
    (only,) = found(*left_out, rule, "END:VEVENT")
    assert only.starts_at == at("2026-12-01T09:00")


def test_what_is_no_meeting_is_left_out() -> None:
    start = ("DTSTART:20261130T140000Z", "DTEND:20261130T150000Z")
    link = "LOCATION:https://zoom.us/j/98712345670"
    day = event("UID:1", "DTSTART;VALUE=DATE:20261130", link)
    elsewhere = event("UID:2", *start, "LOCATION:https://meet.example.org/98712345670")
    room = event("UID:3", *start, "LOCATION:Zoom room 12")
    yesterday = event("UID:4", "DTSTART:20261128T140000Z", "DTEND:20261128T150000Z", link)
    declined = event("UID:5", *start, link, f"ATTENDEE;PARTSTAT=DECLINED:mailto:{ME}")
    todo = ("BEGIN:VTODO", "UID:6", "DUE:20261130T140000Z", link, "END:VTODO")
    assert found(*day, *elsewhere, *room, *yesterday, *declined, *todo) == ()
    others = event("UID:7", *start, link, "ATTENDEE;PARTSTAT=DECLINED:mailto:bo@example.com")
    assert len(found(*others)) == 1


def test_a_time_without_a_zone_is_this_computers() -> None:
    here = event(
        "UID:1", "DTSTART:20261130T140000", "DTEND:20261130T150000",
        "LOCATION:https://zoom.us/j/98712345670",
    )  # fmt: skip
    (entry,) = found(*here)
    local = datetime(2026, 11, 30, 14).astimezone()
    assert entry.starts_at == round(local.timestamp()) * SECOND


def test_a_broken_series_does_not_hide_the_others() -> None:
    broken = event("UID:9", "DTSTART:20261130T140000Z", "RRULE:FREQ=NEVER;COUNT=x", "SUMMARY:?")
    assert [entry.number for entry in found(*broken, *APPLE)] == ["98712345672"]


@pytest.mark.parametrize(
    "content", [b"", b"<html>Sign in</html>", b"\xff\xfe\x00", b"BEGIN:VEVENT"]
)
def test_what_is_no_calendar_is_refused(content: bytes) -> None:
    with pytest.raises(CalendarError) as caught:
        read_apart(content, TODAY)
    assert caught.value.trouble is Trouble.NO_CALENDAR


def test_another_process_reads_the_same() -> None:
    content = calendar(*GOOGLE, *OUTLOOK, *APPLE)
    assert read_apart(content, TODAY) == entries_of(content, TODAY)
    assert "icalendar" in sys.modules  # here, by the tests: the program itself never loads it


@pytest.mark.parametrize(
    ("start", "rule"),
    [
        ("20261101T000000Z", "FREQ=SECONDLY"),
        ("20261101T000000Z", "FREQ=MINUTELY;INTERVAL=5"),
        ("20261101T000000Z", "FREQ=DAILY;BYHOUR=1,2;BYMINUTE=1,2,3"),
        ("00010101T000000Z", "FREQ=DAILY"),
        ("", "FREQ=DAILY"),
    ],
)
def test_a_series_without_end_is_left_out(start: str, rule: str) -> None:
    starts = [f"DTSTART:{start}", "DURATION:PT1M"] if start else []
    endless = event("UID:1", *starts, f"RRULE:{rule}", "LOCATION:https://zoom.us/j/98712345670")
    assert [entry.number for entry in found(*endless, *APPLE)] == ["98712345672"]
    twice = event("UID:2", *starts, f"RRULE:{rule}", f"RRULE:{rule}", "LOCATION:zoom.us/j/1")
    assert [entry.number for entry in found(*twice, *APPLE)] == ["98712345672"]


def test_no_more_entries_are_read_than_two_days_have() -> None:
    hours = [
        line
        for number in range(300)
        for line in event(
            f"UID:{number}",
            f"DTSTART:20261130T{number % 24:02}{number % 60:02}00Z",
            "DURATION:PT5M",
            f"LOCATION:https://zoom.us/j/{98712345000 + number}",
        )
    ]
    assert len(entries_of(calendar(*hours) + calendar(*GOOGLE), TODAY)) == MOST


def test_a_calendar_that_takes_too_long_is_given_up() -> None:
    slow = (sys.executable, "-c", "import time; time.sleep(600)")
    with pytest.raises(CalendarError) as caught:
        read_apart(calendar(*APPLE), TODAY, slow, limit_s=0.5)
    assert caught.value.trouble is Trouble.TOO_SLOW


def test_without_python_to_start_it_is_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert [entry.number for entry in read_apart(calendar(*APPLE), TODAY)] == ["98712345672"]
    with pytest.raises(CalendarError):
        read_apart(b"nothing", TODAY)


def test_a_reader_that_cannot_be_started_is_no_crash() -> None:
    with pytest.raises(CalendarError):
        read_apart(b"", TODAY, command=("/nowhere/python",))


ZONES = st.sampled_from(
    ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
)
WORDS = st.text(
    st.characters(exclude_categories=["C"]), max_size=30
).map(lambda words: words.replace("\\", "").replace(",", "").replace(";", ""))  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(
    zone=ZONES,
    minutes=st.integers(-11 * 60, 35 * 60),
    title=WORDS,
    weeks=st.integers(0, 150),
)
def test_every_occurrence_of_a_series_is_found_where_it_is(
    zone: str, minutes: int, title: str, weeks: int
) -> None:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - beside its only use

    moment = datetime.fromtimestamp((NOON + minutes * MINUTE) / SECOND, ZoneInfo(zone))
    first = moment - timedelta(weeks=weeks)  # the same time of day there, whatever the season
    stamp = "%Y%m%dT%H%M%S"
    entries = found(
        *event(
            "UID:1",
            f"DTSTART;TZID={zone}:{first:{stamp}}",
            "DURATION:PT30M",
            "RRULE:FREQ=WEEKLY",
            f"SUMMARY:{title}",
            "LOCATION:https://zoom.us/j/98712345670",
        )
    )
    assert NOON + minutes * MINUTE in {entry.starts_at for entry in entries}
    assert all(entry.title.isprintable() for entry in entries)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=400))
def test_any_bytes_end_in_entries_or_an_ordinary_refusal(content: bytes) -> None:
    with contextlib.suppress(ValueError, KeyError, IndexError, TypeError, AttributeError):
        assert entries_of(content, TODAY) == ()
