"""Zoom's events become ours in every form they are known in; anything else becomes `Unknown`."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rtms_tray.capture import events
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.events import FeedEvent, Meeting, Move, Person, Unknown, ZoomEvent
from rtms_tray.zoom.event_decoder import decode

NOW = 1_793_448_000_000
TS = 1_793_400_000_123
UUID = "4444AAAiAAAAAiAiAiiAii=="
STREAM = "609340fb2a7946909659956c8aa9250c"
STARTED: dict[str, Any] = {
    "event": "meeting.rtms_started",
    "event_ts": TS,
    "payload": {
        "account_id": "Acc1",
        "meeting_id": 98712345670,
        "meeting_uuid": UUID,
        "operator_id": "30R7kT7bTIKSNUFEuH_Qlg",
        "is_original_host": True,
        "rtms_stream_id": STREAM,
        "server_urls": "wss://127.0.0.1:8443",
    },
}
OBJECT: dict[str, Any] = {
    "id": "987 1234 5670",
    "uuid": UUID,
    "host_id": "x1yCzABCDEfg23HiJKl4mN",
    "topic": "My Meeting",
    "participant": {
        "user_id": "31228928",
        "parent_user_id": "16778240",
        "user_name": "Jill Chill",
        "id": "iFxeBPYun6SAiWUzBcEkX",
        "participant_uuid": "55555AAAiAAAAAiAiAiiAii",
        "participant_user_id": "rstuvwxyza789-cde",
        "old_role": "Host",
        "new_role": "co-host",
    },
}
MEETING = Meeting(UUID, "98712345670", "x1yCzABCDEfg23HiJKl4mN", "A")
NO_ACCOUNT = Meeting(UUID, "98712345670", "x1yCzABCDEfg23HiJKl4mN")
JILL = Person("iFxeBPYun6SAiWUzBcEkX", "31228928", "55555AAAiAAAAAiAiAiiAii")
JILL_IN_A_ROOM = Person("iFxeBPYun6SAiWUzBcEkX", "16778240", "55555AAAiAAAAAiAiAiiAii")


def decoded(body: object) -> FeedEvent:
    return decode(json.dumps(body), NOW)


def event(name: str, payload: object, **more: object) -> FeedEvent:
    return decoded({"event": name, "event_ts": TS, "payload": payload, **more})


def about_jill(name: str) -> FeedEvent:
    return event(name, {"account_id": "A", "object": OBJECT})


def test_a_flat_start_is_read() -> None:
    assert decoded(STARTED) == events.StreamStarted(
        Meeting(UUID, "98712345670"),
        STREAM,
        "30R7kT7bTIKSNUFEuH_Qlg",
        TS,
        "Acc1",
        is_original_host=True,
    )


def test_a_nested_start_says_the_same() -> None:
    nested = {**STARTED, "payload": {"object": STARTED["payload"]}}
    assert decoded(nested) == decoded(STARTED)


def test_flat_fields_win_over_nested_ones() -> None:
    payload = {**STARTED["payload"], "object": {"rtms_stream_id": "other", "host_id": "h"}}
    assert decoded({**STARTED, "payload": payload}) == events.StreamStarted(
        Meeting(UUID, "98712345670", "h"),
        STREAM,
        "30R7kT7bTIKSNUFEuH_Qlg",
        TS,
        "Acc1",
        is_original_host=True,
    )


@pytest.mark.parametrize("uuid_name", ["webinar_uuid", "meeting_uuid"])
def test_a_webinar_is_a_meeting(uuid_name: str) -> None:
    payload = {uuid_name: UUID, "webinar_id": "98712345670", "rtms_stream_id": STREAM}
    expected = events.StreamStarted(Meeting(UUID, "98712345670"), STREAM, None, TS)
    assert event("webinar.rtms_started", payload) == expected


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (3, 3), ("18", 18), (3.0, 3), (26, 26), (99, 99), ("STOP_BC_USER_LEFT", 3),
        ("stop_bc_streaming_not_supported", 26), ("STOP_BC_NEWER", None), (None, None),
        ("host", None), (True, None), (1.5, None), (10**30, None), ([3], None),
    ],
)  # fmt: skip
def test_a_stop_has_its_reason(sent: object, read: int | None) -> None:
    payload = {"meeting_uuid": UUID, "rtms_stream_id": STREAM, "stop_reason": sent}
    stopped = events.StreamStopped(Meeting(UUID), STREAM, read, TS)
    assert event("meeting.rtms_stopped", payload) == stopped


def test_a_stop_without_a_reason_is_still_a_stop() -> None:
    stopped = events.StreamStopped(Meeting(), STREAM, None, TS)
    assert event("meeting.rtms_stopped", {"rtms_stream_id": STREAM}) == stopped


def test_an_interruption_is_read() -> None:
    payload = {"meeting_uuid": UUID, "rtms_stream_id": STREAM}
    expected = events.StreamInterrupted(Meeting(UUID), STREAM, TS)
    assert event("meeting.rtms_interrupted", payload) == expected


UNUSABLE = pytest.mark.parametrize("stream", ["", None, [], {}, "x" * 301, "a\nb"])


@UNUSABLE
@pytest.mark.parametrize("kind", ["started", "interrupted"])
def test_no_stream_is_known_without_its_id(kind: str, stream: object) -> None:
    payload = {"meeting_uuid": UUID, "rtms_stream_id": stream}
    assert event(f"meeting.rtms_{kind}", payload) == Unknown(f"meeting.rtms_{kind}", TS)


@UNUSABLE
def test_a_stop_that_names_only_its_meeting_is_an_event_of_its_own(stream: object) -> None:
    payload = {"meeting_uuid": UUID, "rtms_stream_id": stream, "stop_reason": 6}
    stopped = events.UnnamedStreamStopped(Meeting(UUID), 6, TS)
    assert event("meeting.rtms_stopped", payload) == stopped


def test_a_stop_of_nothing_is_unknown() -> None:
    assert event("meeting.rtms_stopped", {"stop_reason": 6}) == Unknown("meeting.rtms_stopped", TS)


def test_a_start_of_no_meeting_is_unknown() -> None:
    started = event("meeting.rtms_started", {"rtms_stream_id": STREAM})
    assert started == Unknown("meeting.rtms_started", TS)


@pytest.mark.parametrize("kind", ["meeting", "webinar"])
def test_a_meeting_starts_and_ends(kind: str) -> None:
    assert about_jill(f"{kind}.started") == events.MeetingStarted(MEETING, TS)
    assert about_jill(f"{kind}.ended") == events.MeetingEnded(MEETING, TS)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("meeting.participant_joined", events.ParticipantJoined(MEETING, JILL, TS)),
        ("webinar.participant_joined", events.ParticipantJoined(MEETING, JILL, TS)),
        ("meeting.participant_jbh_joined", events.ParticipantJoined(MEETING, JILL, TS)),
        ("meeting.participant_admitted", events.ParticipantJoined(MEETING, JILL, TS)),
        ("meeting.participant_left", events.ParticipantLeft(MEETING, JILL, TS)),
        ("webinar.participant_left", events.ParticipantLeft(MEETING, JILL, TS)),
        ("meeting.participant_jbh_waiting", events.WaitingForHost(MEETING, JILL, TS)),
        (
            "meeting.participant_role_changed",
            events.RoleChanged(MEETING, JILL, "host", "co-host", TS),
        ),
        (
            "meeting.participant_joined_breakout_room",
            events.BreakoutJoined(MEETING, JILL_IN_A_ROOM, TS),
        ),
        (
            "meeting.participant_left_breakout_room",
            events.BreakoutLeft(MEETING, JILL_IN_A_ROOM, TS),
        ),
    ],
)
def test_people_come_and_go(name: str, expected: ZoomEvent) -> None:
    assert about_jill(name) == expected


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("participant_joined", "join_time"), ("participant_joined", "date_time"),
        ("participant_left", "leave_time"), ("participant_admitted", "date_time"),
        ("participant_joined_breakout_room", "join_time"),
        ("participant_left_breakout_room", "leave_time"),
    ],
)  # fmt: skip
def test_it_says_when_somebody_came_or_left(name: str, field: str) -> None:
    jill = {**OBJECT["participant"], field: "2026-11-20T15:10:00Z"}
    read = event(f"meeting.{name}", {"object": {**OBJECT, "participant": jill}})
    assert isinstance(read, events.PersonEvent)
    assert read.happened_at == 1_795_187_400_000
    damaged = {**jill, field: "soon"}
    read = event(f"meeting.{name}", {"object": {**OBJECT, "participant": damaged}})
    assert isinstance(read, events.PersonEvent)
    assert read.happened_at is None


@pytest.mark.parametrize(
    ("reason", "move"),
    [
        ("left the meeting. Reason : left the meeting to join breakout room", Move.TO_ROOM),
        ("Jill left the meeting.<br>Reason: Left to join a breakout room.", Move.TO_ROOM),
        ("left the meeting. Reason : leave breakout room to join main meeting", Move.TO_MAIN_ROOM),
        ("left the meeting. Reason : left the meeting", None),
        ("Leave breakout room.", None),
        ("got disconnected from the meeting. Reason : Client Close.", None),
        ("", None),
        (3, None),
    ],
)
def test_it_says_where_somebody_goes_who_moves(reason: object, move: Move | None) -> None:
    jill = {**OBJECT["participant"], "leave_reason": reason}
    read = event("meeting.participant_left", {"object": {**OBJECT, "participant": jill}})
    assert isinstance(read, events.PersonEvent)
    assert read.move is move


def test_a_guest_has_no_account() -> None:
    guest = {"user_id": 16778240, "id": "", "participant_user_id": "", "user_name": "Guest"}
    joined = event("meeting.participant_joined", {"object": {**OBJECT, "participant": guest}})
    assert joined == events.ParticipantJoined(NO_ACCOUNT, Person(None, "16778240", None), TS)


def test_participant_user_id_stands_in_for_id() -> None:
    jill = {key: value for key, value in OBJECT["participant"].items() if key != "id"}
    changed = event("meeting.participant_role_changed", {"object": {**OBJECT, "participant": jill}})
    assert isinstance(changed, events.RoleChanged)
    assert changed.person.account_id == "rstuvwxyza789-cde"


def test_a_breakout_without_the_main_rooms_id_keeps_the_rooms() -> None:
    jill = {key: value for key, value in OBJECT["participant"].items() if key != "parent_user_id"}
    payload = {"object": {**OBJECT, "participant": jill}}
    joined = event("meeting.participant_joined_breakout_room", payload)
    assert joined == events.BreakoutJoined(NO_ACCOUNT, JILL, TS)


def test_a_meeting_event_of_no_meeting_is_unknown() -> None:
    assert event("meeting.ended", {"object": {"topic": "T"}}) == Unknown("meeting.ended", TS)
    assert event("meeting.participant_left", {}) == Unknown("meeting.participant_left", TS)


@pytest.mark.parametrize("sent", ["987 1234 5670", "987-1234-5670", 98712345670, 98712345670.0])
def test_meeting_numbers_are_digits(sent: object) -> None:
    assert event("meeting.ended", {"object": {"id": sent}}) == events.MeetingEnded(
        Meeting(None, "98712345670"), TS
    )


def test_concurrency_names_its_meeting_in_a_field_of_its_own() -> None:
    payload = {"operator_id": "me", "concurrency_number": 9, "id_field": {"meeting_uuid": UUID}}
    limited = events.ConcurrencyLimited(Meeting(UUID), "me", TS)
    assert event("rtms.concurrency_limited", payload) == limited


@pytest.mark.parametrize(
    ("payload", "answer"),
    [
        ({"status": "denied"}, Value.NO),
        ({"request_status": "HOST_DECLINED"}, Value.NO),
        ({"object": {"result": "Rejected by host"}}, Value.NO),
        ({"status": "approved"}, Value.YES),
        ({"object": {"request": {"state": "accepted"}}}, Value.YES),
        ({"action": "allowed"}, Value.YES),
        ({"status": "pending"}, Value.UNKNOWN),
        ({"status": "not approved yet"}, Value.UNKNOWN),
        ({"status": "not_allowed"}, Value.UNKNOWN),
        ({"status": "cannot be approved"}, Value.UNKNOWN),
        ({"status": "disallowed"}, Value.UNKNOWN),
        ({"status": "waiting to be approved"}, Value.UNKNOWN),
        ({"status": "approval denied"}, Value.NO),
        ({"status": "approved", "result": "denied"}, Value.UNKNOWN),
        ({"topic": "Denied!", "user_name": "approved"}, Value.UNKNOWN),
        ({"status": 1}, Value.UNKNOWN),
        ({"status": "failed", "reason": "HOST_DENIED"}, Value.NO),
        ({"status": "pending", "reason": "denied before"}, Value.UNKNOWN),
        ({"status": "approved", "result": "denied", "reason": "denied"}, Value.UNKNOWN),
        ({"status": "failed", "reason": "no response to accept"}, Value.UNKNOWN),
        ({"denied": True}, Value.NO),
        ({"is_accepted_state": True}, Value.YES),
        ({}, Value.UNKNOWN),
    ],
)
def test_an_answer_is_recognised_only_where_it_is_clear(
    payload: dict[str, object], answer: Value
) -> None:
    read = event("rtms.request_status", {"meeting_uuid": UUID, **payload})
    assert read == events.RequestStatus(Meeting(UUID), answer, TS)


def test_the_app_is_removed() -> None:
    assert event("app_deauthorized", {"user_id": "u1"}) == events.AppDeauthorized("u1", TS)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (TS, TS), (str(TS), TS), (float(TS), TS), (f"{TS}.0", TS), (None, NOW), ("soon", NOW),
        (0, NOW), (-TS, NOW), (10**400, NOW), ("1" * 9999, NOW), ("nan", NOW), ("1e999", NOW),
        (True, NOW), ([TS], NOW), (1_793_400_000, 1_793_400_000_000),
        ("2026-11-20 15:00:00", 1_795_186_800_000), ("2026-11-20T15:00:00Z", 1_795_186_800_000),
        (100_000_000, NOW),
    ],
)  # fmt: skip
def test_an_unusable_event_ts_becomes_now(sent: object, read: int) -> None:
    try:
        text = json.dumps({"event": "x", "event_ts": sent})
    except ValueError:  # Python refuses to write so large a number; a peer need not
        text = '{"event":"x","event_ts":' + "1" * 5000 + "}"
    at = decode(text, NOW).at
    assert at == read


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "3", '"x"', "{", b"\xff\xfe{}", "\ud800", '{"a":NaN}', "[" * 100_000,
        '{"event":' * 50_000, b"\x00", '{"event_ts":1e999}',
    ],
)  # fmt: skip
def test_what_is_no_object_is_unknown_and_nameless(text: str | bytes) -> None:
    assert decode(text, NOW) == Unknown("", NOW)


def test_an_unknown_name_is_shown_plainly() -> None:
    assert decoded({"event": "a\n\x1b[31mb"}) == Unknown("a [31mb", NOW)
    assert decoded({"event": ["a"]}) == Unknown("", NOW)
    assert decoded({"event": "meeting.sleep"}) == Unknown("meeting.sleep", NOW)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=20,
)
_NAMES = st.sampled_from(
    [
        "meeting.rtms_started", "meeting.rtms_stopped", "webinar.rtms_interrupted",
        "meeting.started", "meeting.ended", "meeting.participant_joined",
        "meeting.participant_role_changed", "meeting.participant_joined_breakout_room",
        "rtms.concurrency_limited", "rtms.request_status", "rtms.start_failed", "app_deauthorized",
    ]
)  # fmt: skip
REAL = [STARTED, {"event": "meeting.ended", "event_ts": TS, "payload": {"object": OBJECT}}]


@pytest.mark.promise("frames that make no sense")
@given(st.binary())
@example(b'{"event":"meeting.rtms_started","payload":{"rtms_stream_id":"\\ud800"}}')
def test_any_bytes_are_an_event(data: bytes) -> None:
    assert decode(data, NOW).at


@given(_NAMES, _JSON, _JSON)
def test_any_json_is_an_event(name: str, payload: object, stamp: object) -> None:
    assert event(name, payload, event_ts=stamp).at


@given(st.data(), _NAMES, st.sampled_from(REAL), _JSON)
def test_a_damaged_event_is_an_event(
    data: st.DataObject, name: str, real: dict[str, Any], damage: object
) -> None:
    body = {**deepcopy(real), "event": name}
    where: dict[str, Any] = body
    while where:
        key = data.draw(st.sampled_from(sorted(where)))
        if not isinstance(where[key], dict) or data.draw(st.booleans()):
            where[key] = damage
            break
        where = where[key]
    assert decoded(body).at


@pytest.mark.parametrize(
    ("number", "state"),
    [
        (2, events.ReceiverState.LIVE),
        (3, events.ReceiverState.PAUSED),
        (4, events.ReceiverState.LIVE),
        (5, events.ReceiverState.STOPPED),
    ],
)
def test_the_receivers_word_is_read(number: int, state: events.ReceiverState) -> None:
    word = {"rtms_stream_id": "s", "state": number, "last_media_at": TS - 5}
    assert event("rtms.receiver", word) == events.ReceiverWord("s", state, TS, TS - 5)
    assert event("rtms.receiver", {**word, "last_media_at": None}) == events.ReceiverWord(
        "s", state, TS
    )


@pytest.mark.parametrize("word", [{"rtms_stream_id": "s", "state": 1}, {"state": 2}, {}])
def test_a_word_that_says_nothing_is_none(word: object) -> None:
    assert event("rtms.receiver", word) == Unknown("rtms.receiver", TS)
