"""What the event inspector keeps, and what it takes out."""

import json

import pytest

from rtms_tray.capture.events import Meeting
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState as State
from rtms_tray.runtime.event_log import (
    LONGEST,
    Change,
    Entry,
    EventLog,
    Kind,
    changes_between,
)
from rtms_tray.support.frozen import replace
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.exchanges import Call, Exchange
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


def exchange(received: object = None, **fields: object) -> Exchange:
    path = "/v2/live_meetings/98712345670/rtms_app/status"
    call = Call(1, 1, "PATCH", path, {"action": "start"})
    return Exchange(call, 183, received=received, **fields)  # type: ignore[arg-type]  # as given


def test_a_call_says_how_it_ended_in_one_line_and_the_rest_below() -> None:
    inspector = EventLog()
    refusal = {"code": 2310, "message": "Not entitled for a@b.example"}
    inspector.add_exchange(exchange(refusal, status=400))
    inspector.add_exchange(exchange(trouble="ReadTimeout"))
    lost, refused = inspector.newest()
    assert refused.name == "PATCH /v2/live_meetings/98712345670/rtms_app/status"
    assert refused.about == "400 · 2310 · Not entitled for …@… · 183 ms"
    assert '"action": "start"' in refused.text
    assert "b.example" not in refused.text
    assert lost.about == "✗ ReadTimeout · 183 ms"


def test_calls_are_kept_apart_from_events_and_shown_among_them() -> None:
    inspector = EventLog(kept=2)
    inspector.add_exchange(exchange(status=204))
    for number in range(3):
        inspector.add(received(event(f"meeting.e{number}")))
    inspector.add_exchange(exchange(status=400))
    assert [entry.number for entry in inspector.newest()] == [5, 4, 3, 1]
    assert [entry.number for entry in inspector.newest(kinds=[Kind.REQUEST])] == [5, 1]
    assert [entry.number for entry in inspector.newest("204")] == [1]


def test_an_event_says_which_meeting_and_stream_it_is_about_and_what_it_changed() -> None:
    inspector = EventLog()
    started = event(meeting_id=98712345670, meeting_uuid=UUID, rtms_stream_id="ab12")
    inspector.add(received(started), [Change("98712345670", "requesting", "sharing")])
    inspector.add(received(started), [Change("1", "", "sharing"), Change("2", "idle", "stopped")])
    several, one = inspector.newest()
    assert one.about == "requesting → sharing · meeting 98712345670 · stream ab12"
    assert one.text.splitlines()[0] == "requesting → sharing"
    assert several.about.startswith("1: → sharing · 2: idle → stopped · ")


def test_what_differs_between_two_boards_is_a_change() -> None:
    asked = Session(1, Meeting(number="1"), State.REQUESTING)
    shared, new = replace(asked, state=State.SHARING), Session(2, Meeting(uuid="U"), State.IDLE)
    changes = changes_between([asked], [shared, new])
    assert [str(change) for change in changes] == ["requesting → sharing", "→ idle"]
    assert changes[1].meeting == "U"
    assert changes_between([asked], [asked]) == ()
