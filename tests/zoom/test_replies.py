"""Every documented answer of Zoom's has its outcome, and undocumented ones do no harm."""

import json
from collections.abc import Mapping

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture.events import Outcome
from rtms_tray.zoom.replies import (
    LONGEST_MESSAGE,
    LONGEST_WAIT_S,
    Reading,
    read_reply,
    zoom_ahead,
)

DATE = "Sat, 31 Oct 2026 12:00:00 GMT"
NOW = DATE_MS = 1_793_448_000_000

DOCUMENTED: Mapping[int, tuple[int, str, Outcome]] = {
    124: (401, "Access token is expired.", Outcome.SIGN_IN_NEEDED),
    300: (400, "Invalid meeting ID.", Outcome.REFUSED),
    2308: (403, "User 'me' is not allowed to start the RTMS app.", Outcome.REFUSED),
    2309: (403, "User 'me' is not allowed to start the RTMS app.", Outcome.REFUSED),
    2310: (400, "Failed to perform RTMS app operation.", Outcome.REFUSED),
    2312: (400, "User does not exist: me.", Outcome.REFUSED),
    3000: (400, "Meeting 98712345670 has not started.", Outcome.NOT_STARTED),
    3001: (404, "Meeting does not exist: 98712345670.", Outcome.REFUSED),
    4711: (400, "Invalid access token, does not contain scopes:[a:b].", Outcome.REFUSED),
    13262: (403, "The app 'x' is not authorized to access meeting content.", Outcome.REFUSED),
    13267: (403, "RTMS app disabled. To use this feature, enable …", Outcome.REFUSED),
    13273: (403, "The current meeting does not support the RTMS app feature.", Outcome.REFUSED),
    13277: (400, "Unable to 'stop' the RTMS app for user 'me' because …", Outcome.REFUSED),
}


def read(status: int, body: object = None, **headers: str) -> Reading:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_reply(status, httpx2.Headers(names), data, NOW)


@pytest.mark.parametrize("code", DOCUMENTED)
def test_every_documented_answer_has_its_outcome(code: int) -> None:
    status, message, outcome = DOCUMENTED[code]
    assert read(status, {"code": code, "message": message}) == Reading(outcome, code, message)


@pytest.mark.parametrize("status", [200, 202, 204])
def test_every_2xx_is_accepted(status: int) -> None:
    assert read(status, b"") == Reading(Outcome.ACCEPTED)
    assert read(status, {"code": 3000}) == Reading(Outcome.ACCEPTED)


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize("code", [104, 4711, None])
def test_a_missing_scope_is_no_matter_of_signing_in(status: int, code: int | None) -> None:
    message = "Invalid access token, does not contain scopes:[a:b:c]."
    reading = read(status, {"code": code, "message": message})
    assert reading == Reading(Outcome.REFUSED, 4711, message)
    assert read(401, {"code": 4711}).outcome is Outcome.REFUSED


@pytest.mark.parametrize("code", [124, 4700, 4741])
def test_a_refused_token_is_known_by_its_code_too(code: int) -> None:
    assert read(400, {"code": code}).outcome is Outcome.SIGN_IN_NEEDED
    assert read(401, b"no json").outcome is Outcome.SIGN_IN_NEEDED


@pytest.mark.parametrize("status", [400, 409])
@pytest.mark.parametrize(
    "words",
    [
        "already started", "is already active", "Already Running.", "has already been started",
        "is already in progress", "already in started state", "already in a started state",
        "already sharing", "ALREADY_STARTED", "is already in the start state",
        "is not paused", "isn't paused", "has not been paused", "is not in a paused state",
    ],
)  # fmt: skip
def test_already_running_is_known_by_its_words(status: int, words: str) -> None:
    reading = read(status, {"code": 2310, "message": f"The app {words}"})
    assert reading.outcome is Outcome.ALREADY_RUNNING


def test_already_running_is_not_read_into_other_answers() -> None:
    assert read(403, {"message": "already started"}).outcome is Outcome.REFUSED
    assert read(400, {"message": "has not started already"}).outcome is Outcome.REFUSED
    assert read(400, {"message": "is not already running"}).outcome is Outcome.REFUSED
    assert read(400, {"message": "already stopped"}).outcome is Outcome.REFUSED
    assert read(400, {"message": "cannot be paused"}).outcome is Outcome.REFUSED
    assert read(400, {"code": 3000, "message": "already active"}).outcome is Outcome.NOT_STARTED


@pytest.mark.parametrize("words", ["Conflict", "", "The app can't be started twice."])
def test_a_conflict_without_such_words_is_an_outcome_of_its_own(words: str) -> None:
    assert read(409, {"code": 2310, "message": words}) == Reading(Outcome.CONFLICT, 2310, words)
    assert read(409, {"code": 3000}).outcome is Outcome.NOT_STARTED


@pytest.mark.parametrize("status", [500, 502, 503, 599, 301, 302, 100])
def test_no_verdict_is_server_trouble(status: int) -> None:
    assert read(status, b"<html>").outcome is Outcome.SERVER_TROUBLE


@pytest.mark.parametrize(
    ("header", "message", "wait_s"),
    [
        ("7", "per-second", 7),
        (" 7 ", "daily rate limit", 7),
        ("Sat, 31 Oct 2026 12:01:30 GMT", "", 90),
        ("Sat, 31 Oct 2026 11:00:00 GMT", "", 0),
        ("2026-10-31T12:01:30Z", "", 90),
        ("2026-10-31T14:01:30+02:00", "", 90),
        ("2026-10-31T12:01:30", "", 90),
        ("99999999", "", None),
        ("2027-10-31T12:01:30Z", "", None),
        ("-5", "", None),
        ("soon", "", None),
        ("", "You have reached the maximum per-second rate limit for this API.", None),
        ("", "You have reached the maximum daily rate limit for this API.", None),
        ("", "The daily limit is reset at GMT 00:00:00.", 12 * 3600),
        ("60", "The daily limit is reset at GMT 00:00:00.", 60),
    ],
)
def test_a_limit_says_how_long(header: str, message: str, wait_s: int | None) -> None:
    reading = read(429, {"code": 4001, "message": message}, retry_after=header)
    daily = "daily" in message
    assert reading == Reading(Outcome.RATE_LIMITED, 4001, message, wait_s, daily)


@pytest.mark.parametrize("kind", ["Daily-limit", "daily"])
def test_a_daily_limit_is_known_by_its_header(kind: str) -> None:
    assert read(429, {"code": 429}, x_ratelimit_type=kind).limit_is_daily
    assert not read(429, {"code": 429}, x_ratelimit_type="QPS").limit_is_daily
    assert not read(503, {"message": "daily"}).limit_is_daily


@pytest.mark.parametrize("code", [429, 4001])
@pytest.mark.parametrize("status", [400, 403, 429])
def test_a_limit_is_known_by_its_code_too(status: int, code: int) -> None:
    assert read(status, {"code": code}).outcome is Outcome.RATE_LIMITED


def test_a_date_to_wait_for_is_measured_on_zooms_clock() -> None:
    headers = {"date": "Sat, 31 Oct 2026 11:59:00 GMT", "retry_after": DATE}
    assert read(429, {}, **headers).retry_after_s == 60


def test_only_a_limit_or_a_sick_server_says_how_long() -> None:
    assert read(503, {}, retry_after="7").retry_after_s == 7
    assert read(400, {}, retry_after="7").retry_after_s is None


def test_zooms_words_are_made_plain() -> None:
    reading = read(400, {"code": "300", "message": "a\r\n\x1b[1m\u202eb" + "c" * 999})
    assert reading.code == 300
    assert reading.message.startswith("a [1m b")
    assert len(reading.message) == LONGEST_MESSAGE


def test_a_page_instead_of_json_is_its_own_message() -> None:
    assert read(404, b"<h1>Gone</h1>\n") == Reading(Outcome.REFUSED, None, "<h1>Gone</h1>")


@pytest.mark.parametrize("body", [[], 3, {"code": [1], "message": {}}, None])
def test_odd_json_has_no_code(body: object) -> None:
    assert read(400, body).outcome is Outcome.REFUSED
    assert read(400, body).code is None


def test_clocks_are_compared_by_the_date_header() -> None:
    headers = httpx2.Headers({"Date": DATE})
    assert zoom_ahead(headers, DATE_MS) == 500  # the middle of the second that it names
    assert zoom_ahead(headers, DATE_MS + 90_000) == -89_500


@pytest.mark.parametrize("date", ["", "yesterday", "Sat, 31 Oct 99999 12:00:00 GMT"])
def test_without_a_usable_date_nothing_is_compared(date: str) -> None:
    assert zoom_ahead(httpx2.Headers({"Date": date}), NOW) is None


@pytest.mark.promise("bodies that make no sense")
@given(st.integers(100, 599), st.binary(), st.text(st.characters(max_codepoint=126), max_size=30))
def test_any_reply_is_read(status: int, body: bytes, header: str) -> None:
    headers = {"retry-after": header, "date": header}
    reading = read_reply(status, headers, body, NOW)
    assert len(reading.message) <= LONGEST_MESSAGE
    assert reading.retry_after_s is None or 0 <= reading.retry_after_s <= LONGEST_WAIT_S
