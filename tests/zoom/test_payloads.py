"""Every shape in which an event or a frame of Zoom is published or was seen is read for what it says.

The shapes are in tests/fixtures/payloads; its INDEX.json names where each comes from. Where one is not
read as the event that it is, the index has a note that tells why.
"""

import json
from pathlib import Path
from typing import Final

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.events import FeedEvent, Meeting, Person, ZoomEvent
from rtms_tray.support.frozen import replace
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.feeds.event_connection import Module, read_frame

FOLDER: Final = Path(__file__).parents[1] / "fixtures" / "payloads"
NOW: Final = 1_793_448_000_000
TS: Final = 1_793_400_000_123
ME: Final = "30R7kT7bTIKSNUFEuH_Qlg"
STREAM: Final = "609340fb2a7946909659956c8aa9250c"
UUID: Final = "4444AAAiAAAAAiAiAiiAii=="
BY_UUID: Final = Meeting(UUID)
NAMED: Final = Meeting(UUID, "98712345670")
HOSTED: Final = Meeting(UUID, "98712345670", "x1yCzABCDEfg23HiJKl4mN", "AccHost")

STARTED: Final = e.StreamStarted(BY_UUID, STREAM, ME, TS)
MAY: Final = e.StreamStarted(NAMED, STREAM, ME, TS, "Acc1", is_original_host=True)
STOPPED: Final = e.StreamStopped(BY_UUID, STREAM, 1, TS)
UNNAMED: Final = e.UnnamedStreamStopped(BY_UUID, None, TS)
INTERRUPTED: Final = e.StreamInterrupted(BY_UUID, STREAM, TS)
LIMITED: Final = e.ConcurrencyLimited(BY_UUID, ME, TS)
NEAR: Final = e.ConcurrencyNear(1601, 2000, TS)

EXPECTED: Final[dict[str, ZoomEvent]] = {
    "rtms_started_feb2026": STARTED,
    "rtms_started_may2026": MAY,
    "rtms_started_may2026_text_id_spaces": replace(MAY, account_id=None, is_original_host=False),
    "rtms_started_no_operator": replace(MAY, operator_id=None, account_id=None),
    "rtms_started_nested_skill": replace(
        MAY, meeting=replace(NAMED, host_id=HOSTED.host_id), operator_id=None
    ),
    "rtms_started_object_id_uuid_mixed": e.StreamStarted(NAMED, STREAM, None, TS),
    "rtms_started_object_rtms": e.StreamStarted(NAMED, STREAM, None, TS, "Acc1"),
    "rtms_started_ts_inside_payload": STARTED,
    "rtms_started_ts_seconds": replace(STARTED, at=1_793_400_000_000),
    "rtms_started_failover_same_stream": replace(STARTED, at=TS + 60_000),
    "rtms_started_webinar_uuid": STARTED,
    "rtms_started_webinar_may2026": MAY,
    "rtms_stopped_1": STOPPED,
    "rtms_stopped_text_reason": replace(STOPPED, reason=6),
    "rtms_stopped_enum_name": replace(STOPPED, reason=6),
    "rtms_stopped_27_future": replace(STOPPED, reason=27),
    "rtms_stopped_no_reason_nested_skill": e.StreamStopped(
        Meeting(number="98712345670"), STREAM, None, TS
    ),
    "rtms_stopped_uuid_only": UNNAMED,
    "rtms_stopped_uuid_only_nested": UNNAMED,
    "rtms_stopped_with_uuid_and_reason_no_stream": replace(UNNAMED, reason=6),
    "rtms_stopped_webinar": replace(STOPPED, reason=6),
    "rtms_interrupted": INTERRUPTED,
    "rtms_interrupted_with_fresh_urls": INTERRUPTED,
    "concurrency_limited": LIMITED,
    "concurrency_limited_webinar": LIMITED,
    "concurrency_limited_session": replace(LIMITED, meeting=Meeting()),
    "concurrency_limited_old_name": LIMITED,
    "concurrency_near": NEAR,
    "concurrency_near_old_name": NEAR,
    "start_failed_flat": e.StartFailed(BY_UUID, ME, None, "The host denied the request", TS),
    "start_failed_id_field": e.StartFailed(BY_UUID, ME, 13267, "RTMS app disabled", TS),
    "app_deauthorized": e.AppDeauthorized(ME, 1_795_186_800_000),
}
ANSWERS: Final = {
    Value.NO: "denied_word declined rejected_by_host result_host_disapproved action_deny type_key "
    "code_key enum_style flat_uuid object meeting_prefix",
    Value.YES: "approved_word bool_true accept",
    Value.UNKNOWN: "pending expired timeout canceled failed not_allowed disabled number_2 "
    "numeric_reason bool_false unapproved no_response ignored sent",
}
ANSWER_TO: Final = {
    f"request_status_{name}": answer for answer, names in ANSWERS.items() for name in names.split()
}
KINDS: Final[dict[str, tuple[type[ZoomEvent], Meeting]]] = {
    "meeting_started": (e.MeetingStarted, HOSTED),
    "meeting_started_numeric_id": (e.MeetingStarted, HOSTED),
    "meeting_ended": (e.MeetingEnded, HOSTED),
    "webinar_started": (e.MeetingStarted, HOSTED),
}
PAT: Final = (ME, "55555AAAiAAAAAiAiAiiAii")
NOBODY: Final = (None, "AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE")
PEOPLE: Final[dict[str, tuple[type[e.PersonEvent | e.RoleChanged], str | None, tuple[str | None, str | None]]]] = {
    "participant_joined": (e.ParticipantJoined, "16778240", PAT),
    "participant_joined_date_time": (e.ParticipantJoined, "16778240", PAT),
    "participant_joined_guest": (e.ParticipantJoined, "16778240", (None, PAT[1])),
    "participant_joined_participant_user_id_only": (e.ParticipantJoined, "16778240", (ME, None)),
    "participant_left": (e.ParticipantLeft, "16778240", PAT),
    "participant_left_to_waiting_room": (e.ParticipantLeft, "16778240", PAT),
    "participant_admitted": (e.ParticipantJoined, "16778240", PAT),
    "jbh_waiting": (e.WaitingForHost, None, (ME, None)),
    "jbh_joined": (e.ParticipantJoined, None, (ME, None)),
    "role_changed": (e.RoleChanged, "16778240", PAT),
    "breakout_joined": (e.BreakoutJoined, "16778240", PAT),
    "breakout_left": (e.BreakoutLeft, "16778240", PAT),
    "webinar_participant_joined": (e.ParticipantJoined, "16778240", PAT),
    "measured_left_plain": (e.ParticipantLeft, "16838656", NOBODY),
    "measured_left_to_room": (e.ParticipantLeft, "16838656", NOBODY),
    "measured_left_room_to_main": (e.ParticipantLeft, "16844800", NOBODY),
    "measured_left_disconnected": (e.ParticipantLeft, "16838656", NOBODY),
    "measured_left_host_ended": (e.ParticipantLeft, "16849920", NOBODY),
    "measured_joined_pair": (e.ParticipantJoined, "16844800", NOBODY),
    "measured_breakout_joined": (e.BreakoutJoined, "16778240", NOBODY),
    "measured_breakout_left": (e.BreakoutLeft, "16778240", NOBODY),
}  # fmt: skip
NOT_OURS: Final = frozenset({
    "session_started", "session_stopped", "zcc_started", "phone_started", "phone_started_alias",
    "meeting_converted_to_webinar", "presence", "url_validation", "user_signed_in",
    "jbh_waiting_left", "participant_joined_waiting_room",
})  # fmt: skip
FRAMES: Final[dict[str, tuple[Module, bool, str, ZoomEvent | None]]] = {
    "frame_build_ok": (Module.BUILD_CONNECTION, True, "", None),
    "frame_build_bad_token": (Module.BUILD_CONNECTION, False, "Invalid Token", None),
    "frame_heartbeat": (Module.HEARTBEAT, True, "", None),
    "frame_message_text": (Module.MESSAGE, True, "", MAY),
    "frame_message_object": (Module.MESSAGE, True, "", MAY),
    "frame_message_with_header": (Module.MESSAGE, True, "", STOPPED),
    "frame_message_success_false": (Module.MESSAGE, False, "", STOPPED),
    "frame_bare_event": (Module.MESSAGE, True, "", STOPPED),
    "frame_module_upper": (Module.MESSAGE, True, "", e.Unknown("", NOW)),
}
IGNORED_FRAMES: Final = frozenset({"frame_list"})


def read(name: str) -> bytes:
    return (FOLDER / f"{name}.json").read_bytes()


def decoded(name: str) -> FeedEvent:
    return decode(read(name), NOW)


def test_every_shape_is_in_the_index_and_is_tried() -> None:
    index = json.loads((FOLDER / "INDEX.json").read_text("utf-8"))
    listed = {entry["file"].removesuffix(".json") for entry in index}
    tried = {*EXPECTED, *ANSWER_TO, *KINDS, *PEOPLE, *NOT_OURS, *FRAMES, *IGNORED_FRAMES}
    assert listed == tried == {path.stem for path in FOLDER.glob("*.json")} - {"INDEX"}


def test_whatever_is_not_read_has_a_note_or_is_expected_so() -> None:
    index = json.loads((FOLDER / "INDEX.json").read_text("utf-8"))
    unread = [entry for entry in index if entry["file"][:-5] in NOT_OURS | IGNORED_FRAMES]
    assert [one for one in unread if "note" not in one and "Unknown" not in one["expected"]] == []


@pytest.mark.parametrize(("name", "expected"), EXPECTED.items())
def test_an_event_of_this_app_is_read(name: str, expected: ZoomEvent) -> None:
    assert decoded(name) == expected


@pytest.mark.parametrize(("name", "answer"), ANSWER_TO.items())
def test_an_answer_is_recognized_only_where_it_is_clear(name: str, answer: Value) -> None:
    event = decoded(name)
    assert isinstance(event, e.RequestStatus)
    assert (event.answer, event.meeting.uuid, event.operator_id) == (answer, UUID, ME)


@pytest.mark.parametrize(("name", "kind", "meeting"), [(name, *one) for name, one in KINDS.items()])
def test_an_event_of_a_meeting_is_read(name: str, kind: type[ZoomEvent], meeting: Meeting) -> None:
    event = decoded(name)
    assert type(event) is kind
    assert isinstance(event, e.MeetingStarted | e.MeetingEnded)
    assert (event.meeting, event.at) == (meeting, TS)


@pytest.mark.parametrize(
    ("name", "kind", "user_id", "ids"), [(name, *one) for name, one in PEOPLE.items()]
)
def test_an_event_of_a_person_is_read(
    name: str,
    kind: type[e.PersonEvent | e.RoleChanged],
    user_id: str | None,
    ids: tuple[str | None, str | None],
) -> None:
    event = decoded(name)
    assert type(event) is kind
    assert isinstance(event, e.PersonEvent | e.RoleChanged)
    assert (event.meeting, event.at) == (HOSTED, TS)
    person: Person = event.person
    found = (person.in_meeting_id, person.account_id, person.participant_uuid)
    assert found == (user_id, *ids)


@pytest.mark.parametrize("name", sorted(NOT_OURS))
def test_an_event_that_says_nothing_here_keeps_its_name(name: str) -> None:
    assert decoded(name) == e.Unknown(json.loads(read(name))["event"], TS)


@pytest.mark.parametrize(
    ("name", "module", "success", "words", "event"), [(name, *one) for name, one in FRAMES.items()]
)
def test_a_frame_is_read(
    name: str,
    module: Module,
    success: bool,  # noqa: FBT001 - a row
    words: str,
    event: ZoomEvent | None,
) -> None:
    frame = read_frame(read(name))
    assert frame is not None
    assert (frame.module, frame.success) == (module, success)
    if event is None:
        assert frame.words == words
    else:
        assert decode(frame.content, NOW) == event


@pytest.mark.parametrize("name", sorted(IGNORED_FRAMES))
def test_a_frame_of_no_known_form_is_ignored(name: str) -> None:
    assert read_frame(read(name)) is None
