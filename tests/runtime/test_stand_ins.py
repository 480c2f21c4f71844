"""Nothing in a recording tells who met whom, when or what about; what belongs together still does."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rtms_tray.runtime.stand_ins import BEGINNING, StandIns, sentences_in
from rtms_tray.zoom.event_decoder import decode

PAYLOADS = sorted((Path(__file__).parents[1] / "fixtures" / "payloads").glob("*.json"))
UUID = "AbC/fGhIjKlMnOpQrStU+v=="
BEGAN = 1_795_168_800_000
PRIVATE = (
    "AbC/fGhIjKlMnOpQrStU+v==",
    "98712345670",
    "Ann Lee",
    "ann.lee@corp.example",
    "203.0.113.7",
    "Q3 numbers",
    "zWHXfCbVSOqNeMb2fmKhTQ",
    "0A1B2C3D-0A1B-0A1B-0A1B-0A1B2C3D4E5F",
    "0123456789abcdef0123456789abcdef",
    "wss://rtms.zoom.example/x",
)


def strings(value: object) -> Iterator[str]:
    match value:
        case dict():
            for key, inner in value.items():
                yield key
                yield from strings(inner)
        case list():
            for inner in value:
                yield from strings(inner)
        case bool() | None:
            pass
        case _:
            yield str(value)


@pytest.mark.promise("recordings hold nobody's names, numbers, addresses or times")
def test_everything_private_is_replaced_by_something_of_its_form() -> None:
    event = {
        "event": "meeting.participant_left",
        "event_ts": BEGAN + 5_000,
        "payload": {
            "object": {
                "id": 98712345670,
                "uuid": UUID,
                "topic": "Q3 numbers",
                "duration": 60,
                "start_time": "2026-11-20T10:00:01Z",
                "participant": {
                    "leave_reason": "Ann Lee left the meeting.<br>Reason: Host removed Ann Lee.",
                    "user_name": "Ann Lee",
                    "email": "ann.lee@corp.example",
                    "public_ip": "203.0.113.7",
                    "id": "zWHXfCbVSOqNeMb2fmKhTQ",
                    "participant_uuid": "0A1B2C3D-0A1B-0A1B-0A1B-0A1B2C3D4E5F",
                    "user_id": "16778240",
                    "new_role": "co-host",
                    "known": True,
                },
            },
            "rtms_stream_id": "0123456789abcdef0123456789abcdef",
            "server_urls": ["wss://rtms.zoom.example/x"],
            "stop_reason": 6,
        },
    }
    given = json.dumps(event)
    assert all(private in given for private in PRIVATE)
    clean = StandIns(BEGAN).of(event)
    written = json.dumps(clean)
    assert [private for private in PRIVATE if private in written] == []
    assert clean == {
        "event": "meeting.participant_left",
        "event_ts": BEGINNING + 5_000,
        "payload": {
            "object": {
                "id": 90000000001,
                "uuid": "AAAAAAAAAAAAAAAAAAAAAQ==",
                "topic": "topic 1",
                "duration": 60,
                "start_time": "2020-02-02T00:00:01Z",
                "participant": {
                    "leave_reason": "left the meeting.<br>Reason: Host removed user_name 1.",
                    "user_name": "user_name 1",
                    "email": "person-1@example.com",
                    "public_ip": "192.0.2.1",
                    "id": "account000000000000001",
                    "participant_uuid": "00000000-0000-0000-0000-000000000001",
                    "user_id": "10000001",
                    "new_role": "co-host",
                    "known": True,
                },
            },
            "rtms_stream_id": f"{1:032x}",
            "server_urls": ["wss://example.com/1"],
            "stop_reason": 6,
        },
    }
    assert round(datetime(2026, 11, 20, 10, tzinfo=UTC).timestamp() * 1000) == BEGAN


def test_the_same_value_has_the_same_stand_in_wherever_it_stands() -> None:
    stand_ins = StandIns(BEGAN)
    first = stand_ins.of({"meeting_id": 98712345670, "meeting_uuid": UUID})
    assert stand_ins.of({"id": "98712345670", "uuid": UUID}) == {
        "id": "90000000001",
        "uuid": "AAAAAAAAAAAAAAAAAAAAAQ==",
    }
    assert first == {"meeting_id": 90000000001, "meeting_uuid": "AAAAAAAAAAAAAAAAAAAAAQ=="}
    sentence = stand_ins.of_sentence(
        f"Meeting 98712345670 ({UUID}) of a@b.example is over, 20 of 99999."
    )
    assert sentence == (
        "Meeting 90000000001 (AAAAAAAAAAAAAAAAAAAAAQ==) of person-1@example.com is over, 20 of 10000001."
    )
    path = "/v2/live_meetings/AbC%252FfGhIjKlMnOpQrStU%252Bv%253D%253D/rtms_app/status"
    assert stand_ins.of_path(path) == "/v2/live_meetings/AAAAAAAAAAAAAAAAAAAAAQ==/rtms_app/status"
    assert stand_ins.of_path("/v2/users/me/meetings?type=live&page_size=300") == (
        "/v2/users/me/meetings?type=live&page_size=300"
    )


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ({"access_token": "abc", "password": "", "code": 2310}, {"access_token": "…", "password": "", "code": 2310}),
        ({"status": "denied", "status_text": "denied by Ann"}, {"status": "denied", "status_text": "status_text 1"}),
        ({"a b": 1}, {"field 1": 1}),
        ({"begin_ts": BEGAN // 1000}, {"begin_ts": 1580601600}),
        ({"end_time": str(BEGAN // 1000)}, {"end_time": "1580601600"}),
        ({"x": 1.5, "y": 123456.7, "z": None, "n": 10**30}, {"x": 1.5, "y": 0, "z": None, "n": 0}),
        ({"end_time": "9999-99-99T99:99"}, {"end_time": "2020-02-02T00:00:00Z"}),
        ([["Ann"], []], [["text 1"], []]),
    ],
)  # fmt: skip
def test_odd_values(given: object, clean: object) -> None:
    assert StandIns(BEGAN).of(given) == clean


def test_what_is_nested_too_deep_is_cut_off() -> None:
    deep: object = "Ann Lee"
    for _ in range(20):
        deep = [deep]
    assert "Ann" not in json.dumps(StandIns(BEGAN).of(deep))


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda file: file.stem)
def test_every_known_shape_means_the_same_and_tells_nothing(payload: Path) -> None:
    raw = payload.read_text("utf-8")
    if payload.name == "INDEX.json":
        return
    try:
        content = json.loads(raw)
    except ValueError:
        return
    clean = json.dumps(StandIns(BEGAN).of(content))
    before, after = decode(raw, BEGAN), decode(clean, BEGINNING)
    assert type(before) is type(after)
    telling = r".*(==$|@|\d{9}|[0-9a-fA-F]{8}-|\d+\.\d+\.\d+\.\d+$)"
    told = {text for text in strings(content) if re.match(telling, text)}
    assert told & set(strings(json.loads(clean))) == set()


def test_words_of_zoom_are_found_for_people_to_read() -> None:
    line = {"content": {"message": "No.", "errors": [{"field": "x", "message": ""}], "reason": 3}}
    assert list(sentences_in(line)) == ["No.", "x"]
