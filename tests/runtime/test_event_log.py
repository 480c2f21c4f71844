"""What the event inspector keeps, and what it takes out."""

import json

import pytest

from rtms_tray.runtime.event_log import LONGEST, Entry, EventLog
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.feeds import Received

UUID = "AbCdEfGhIjKlMnOpQrStUv=="


def received(raw: str, at: int = 1) -> Received:
    return Received(decode(raw, at), raw, at)


def event(name: str = "meeting.rtms_started", **payload: object) -> str:
    return written(name, payload)


def written(name: str, payload: dict[str, object]) -> str:
    return json.dumps({"event": name, "event_ts": 1, "payload": payload})


def test_the_newest_comes_first_and_the_oldest_goes() -> None:
    inspector = EventLog(kept=3)
    for number in range(5):
        inspector.add(received(event(f"meeting.e{number}"), at=number))
    assert [entry.name for entry in inspector.newest()] == [
        "meeting.e4",
        "meeting.e3",
        "meeting.e2",
    ]
    assert [entry.number for entry in inspector.newest()] == [5, 4, 3]


def test_a_filter_wants_every_word() -> None:
    inspector = EventLog()
    inspector.add(received(event("meeting.started", topic="Alpha Beta")))
    inspector.add(received(event("meeting.ended", topic="Alpha")))
    assert [entry.name for entry in inspector.newest("ALPHA beta")] == ["meeting.started"]
    assert [entry.name for entry in inspector.newest("ended")] == ["meeting.ended"]
    assert list(inspector.newest("nothing")) == []


def test_listeners_hear_until_they_do_not_want_to() -> None:
    inspector = EventLog()
    heard: list[Entry] = []
    stop = inspector.listen(heard.append)
    inspector.add(received(event()))
    stop()
    inspector.add(received(event()))
    assert [entry.number for entry in heard] == [1]


@pytest.mark.parametrize(
    "payload",
    [
        {"signature": "s3cr3t-value"},
        {"object": {"password": "s3cr3t-value"}},
        {"object": [{"passcode": "s3cr3t-value"}]},
        {"access_token": "s3cr3t-value"},
        {"email": "s3cr3t-value@example.com"},
        {"participant": {"name": "Ann", "note": "write to s3cr3t-value@example.com"}},
        {"join_url": "https://zoom.us/j/1?pwd=s3cr3t-value"},
    ],
)
def test_secrets_are_taken_out(payload: dict[str, object]) -> None:
    inspector = EventLog()
    inspector.add(received(written("meeting.rtms_started", payload)))
    (entry,) = inspector.newest()
    assert "s3cr3t" not in entry.text
    assert "…" in entry.text
    assert "rtms_started" in entry.text


def test_meeting_uuids_are_taken_out() -> None:
    inspector = EventLog()
    inspector.add(received(event(meeting_uuid=UUID)))
    assert UUID not in next(inspector.newest()).text


def test_what_is_no_event_is_kept_as_it_came_but_for_secrets() -> None:
    inspector = EventLog()
    for raw in ("no json, access_token=abcdefgh123", "[1, 2]", '{"event": 7}'):
        inspector.add(received(raw))
    texts = [entry.text for entry in inspector.newest()]
    assert [entry.name for entry in inspector.newest()] == ["?", "?", "?"]
    assert "no json" in texts[2]
    assert "abcdefgh" not in texts[2]


def test_what_is_long_or_deep_is_cut() -> None:
    inspector = EventLog()
    deep: object = "bottom"
    for _ in range(50):
        deep = {"in": deep}
    inspector.add(received(event(deep=deep)))
    inspector.add(received(event(long="x" * 3 * LONGEST)))
    long, cut = inspector.newest()
    assert "bottom" not in cut.text
    assert LONGEST < len(long.text) < LONGEST + 50


@pytest.mark.promise("words from outside are plain text everywhere")
@pytest.mark.parametrize("odd", ["\ud800", "\u202e", "\u061c", "\x9b", "\u2028"])
def test_what_turns_the_writing_round_is_written_as_its_number(odd: str) -> None:
    inspector = EventLog()
    inspector.add(received(event(f"a{odd}b", topic=f"x{odd}y")))
    inspector.add(received(f"no json {odd}"))
    other, entry = inspector.newest()
    assert entry.name == "a b"
    for text in (entry.text, other.text):
        assert odd not in text
        assert f"\\u{ord(odd):04x}" in text


def test_a_name_stays_on_one_line() -> None:
    inspector = EventLog()
    inspector.add(received(event("a\nb" + "x" * 200)))
    (entry,) = inspector.newest()
    assert entry.name.startswith("a b")
    assert len(entry.name) == 80
