"""What each action in a meeting does, and the events it leads to."""

from datetime import datetime, timedelta

import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.simulator.engine import ConflictError
from rtms_tray.simulator.meeting_actions import ACTIONS
from tests.helpers.simulator_client import SimulatorClient

NUMBER = 98712345670


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        ("host_stops", 1),
        ("owner_leaves", 3),
        ("remove_owner", 4),
        ("sharing_off", 5),
        ("end_meeting", 6),
        ("revoke", 8),
        ("all_apps_off", 9),
        ("receiver_timeout", 19),
        ("admin_disables", 23),
    ],
)
async def test_every_stop_has_its_reason(capture: SimulatorClient, act: str, reason: int) -> None:
    await capture.act(act)
    assert capture.stop_reasons() == [reason]


async def test_any_reason_can_be_given(capture: SimulatorClient) -> None:
    await capture.act("stop", reason=18)
    assert capture.stop_reasons() == [18]


async def test_at_the_end_everybody_leaves(capture: SimulatorClient) -> None:
    await capture.act("end_meeting")
    assert capture.event_names() == [
        "meeting.rtms_stopped",
        "meeting.participant_left",
        "meeting.participant_left",
        "meeting.ended",
    ]


async def test_hand_off_inside_the_account_keeps_the_capture(capture: SimulatorClient) -> None:
    meeting = await capture.act("hand_off", to="inside", leaves=True)
    assert meeting["sharing"]
    assert capture.event_names() == [
        "meeting.participant_joined",
        "meeting.participant_role_changed",
        "meeting.participant_role_changed",
        "meeting.participant_left",
    ]
    roles = [e["payload"]["object"]["participant"] for e in capture.events()[1:3]]
    assert [(r["old_role"], r["new_role"]) for r in roles] == [
        ("host", "attendee"),
        ("attendee", "host"),
    ]
    hosts = {e["payload"]["object"]["host_id"] for e in capture.events()}
    assert hosts == {capture.zoom.world.users["host"].id}


async def test_hand_off_outside_the_account_ends_the_capture(capture: SimulatorClient) -> None:
    await capture.act("hand_off", to="outside", stop_reason=1)
    assert capture.stop_reasons() == [1]
    stranger = capture.events()[0]["payload"]["object"]["participant"]
    assert (stranger["user_name"], stranger["id"]) == ("Otto Outsider", "")
    assert (await capture.rtms("start")).json()["code"] == 13267


async def test_an_owner_who_hosts_can_hand_off_and_leave(capture: SimulatorClient) -> None:
    await capture.control("meetings", number=NUMBER, host="owner")
    meeting = await capture.act("hand_off", to="host", leaves=True)
    assert (meeting["sharing"], meeting["owner_present"]) == (True, False)
    await capture.act("hand_off", to="colleague")
    assert capture.stop_reasons() == []


@pytest.mark.parametrize(
    ("outcome", "reasons", "operators"),
    [("goes_on", [], ["owner"]), ("stop", [3], []), ("new_host", [3], ["host"])],
)
async def test_what_becomes_of_the_capture_when_its_owner_passes_host_on_and_leaves(
    capture: SimulatorClient, outcome: str, reasons: list[int], operators: list[str]
) -> None:
    await capture.control("settings", owner_hands_off=outcome)
    await capture.control("meetings", number=NUMBER, host="owner")
    await capture.act("hand_off", to="host", leaves=True)
    assert capture.stop_reasons() == reasons
    running = capture.zoom.world.meetings[NUMBER].running_streams()
    assert [stream.operator for stream in running] == operators


async def test_the_capture_may_go_on_without_its_owner(capture: SimulatorClient) -> None:
    await capture.control("settings", owner_leaves="goes_on")
    assert (await capture.act("owner_leaves"))["sharing"]
    assert capture.stop_reasons() == []


async def test_a_hand_off_may_stop_nothing(capture: SimulatorClient) -> None:
    await capture.control("settings", hand_off_stop_reason=None)
    assert (await capture.act("hand_off", to="outside"))["sharing"]
    assert (await capture.rtms("start")).status_code == 403


async def test_a_new_server_keeps_the_stream(capture: SimulatorClient) -> None:
    await capture.act("new_server")
    payload = capture.events()[0]["payload"]
    stream = capture.zoom.world.meetings[NUMBER].streams[0]
    assert (payload["rtms_stream_id"], payload["server_urls"]) == (
        stream.id,
        "wss://127.0.0.1:8444",
    )


async def test_a_new_server_may_bring_a_new_stream(capture: SimulatorClient) -> None:
    before = capture.zoom.world.meetings[NUMBER].streams[0].id
    meeting = await capture.act("new_server", new_stream=True)
    [stream] = meeting["streams"]
    assert capture.events()[0]["payload"]["rtms_stream_id"] == stream["id"] != before


async def test_a_meeting_can_wait_for_its_host(zoom: Simulator, client: SimulatorClient) -> None:
    await client.control("meetings", number=NUMBER + 2, meeting_allowed_without_host=False)
    zoom.act(NUMBER + 2, "owner_joins")
    assert client.event_names() == ["meeting.participant_jbh_waiting"]
    zoom.act(NUMBER + 2, "host_joins")
    assert client.event_names()[1:] == [
        "meeting.started",
        "meeting.participant_joined",
        "meeting.participant_joined",
    ]


async def test_a_host_account_without_the_app_receives_only_stream_events(
    capture: SimulatorClient,
) -> None:
    await capture.control("meetings", number=NUMBER, host_has_app=False)
    await capture.act("owner_leaves")
    assert capture.event_names() == ["meeting.rtms_stopped"]


async def test_streams_of_an_operator_without_the_app_send_no_events(
    capture: SimulatorClient,
) -> None:
    await capture.act("starts_in_zoom", who="outsider")
    await capture.act("starts_in_zoom", who="colleague")
    operators = [e["payload"]["operator_id"] for e in capture.events()]
    assert operators == [capture.zoom.world.users["colleague"].id]


@pytest.mark.parametrize("act", ["request_status", "start_failed"])
async def test_made_up_events_need_their_setting(capture: SimulatorClient, act: str) -> None:
    assert await capture.control_error(409, f"meetings/{NUMBER}/act", act=act)
    await capture.control("settings", made_up_events=True)
    await capture.act(act)
    await capture.act(act, who="colleague")
    assert capture.event_names() == [f"rtms.{act}"] * 2
    payloads = [event["payload"] for event in capture.events()]
    assert [payload["made_up"] for payload in payloads] == [True, True]
    users = capture.zoom.world.users
    operators = [payload["operator_id"] for payload in payloads]
    assert operators == [users["owner"].id, users["colleague"].id]


@pytest.mark.parametrize(("act", "status"), [("approve", "approved"), ("deny", "denied")])
async def test_the_hosts_answer_can_be_told(client: SimulatorClient, act: str, status: str) -> None:
    await client.control("settings", made_up_events=True)
    await client.rtms("start")
    await client.act(act)
    assert client.events()[0]["payload"]["status"] == status


@pytest.mark.parametrize("old", [False, True])
async def test_concurrency_ends_the_request(client: SimulatorClient, *, old: bool) -> None:
    await client.control("settings", old_concurrency_names=old)
    await client.rtms("start")
    meeting = await client.act("concurrency_limited")
    name = "meeting.rtms_concurrency_limited" if old else "rtms.concurrency_limited"
    assert (meeting["request"], client.event_names()) == (None, [name])


async def test_a_pause_in_zooms_window_sends_no_event(capture: SimulatorClient) -> None:
    assert not (await capture.act("pause_in_zoom"))["sharing"]
    assert (await capture.act("resume_in_zoom"))["sharing"]
    assert capture.event_names() == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("all", {"meeting_uuid", "rtms_stream_id", "stop_reason"}),
        ("no_reason", {"meeting_uuid", "rtms_stream_id"}),
        ("no_stream", {"meeting_uuid", "stop_reason"}),
        ("uuid_only", {"meeting_uuid"}),
    ],
)
async def test_a_stop_may_say_less(
    capture: SimulatorClient, fields: str, expected: set[str]
) -> None:
    await capture.control("settings", stop_fields=fields)
    await capture.act("interrupt_receiver")
    await capture.act("host_stops")
    interrupted, stopped = (event["payload"] for event in capture.events())
    assert interrupted.keys() == {"meeting_uuid", "rtms_stream_id"}
    assert stopped.keys() == expected


async def test_event_times_can_be_shifted(capture: SimulatorClient) -> None:
    await capture.act("host_leaves", event_ts_offset_ms=-5000)
    await capture.act("host_joins")
    left, joined = capture.events()
    assert joined["event_ts"] - left["event_ts"] == 5000
    left_at = left["payload"]["object"]["participant"]["leave_time"]
    joined_at = joined["payload"]["object"]["participant"]["join_time"]
    moments = [datetime.fromisoformat(moment) for moment in (left_at, joined_at)]
    assert moments[1] - moments[0] == timedelta(seconds=5)


@pytest.mark.parametrize(
    ("act", "details"),
    [
        ("dance", {}),
        ("start_meeting", {}),
        ("owner_joins", {}),
        ("approve", {}),
        ("deny", {}),
        ("ignore", {}),
        ("host_stops", {}),
        ("interrupt_receiver", {}),
        ("new_server", {}),
        ("stop", {}),
        ("hand_off", {"to": "nobody"}),
        ("open_breakout", {"who": "colleague"}),
        ("open_breakout", {"device": 2}),
        ("close_breakout", {}),
        ("change_room", {}),
        ("close_rooms", {}),
        ("joins", {"who": "nobody"}),
        ("leaves", {"who": "colleague"}),
        ("second_device_joins", {"who": "colleague"}),
        ("second_device_leaves", {}),
        ("reconnects", {"who": "colleague"}),
        ("pause_in_zoom", {}),
        ("starts_in_zoom", {"who": "nobody"}),
    ],
)
async def test_impossible_actions_are_refused_with_a_sentence(
    client: SimulatorClient, act: str, details: dict[str, str]
) -> None:
    why = await client.control_error(409, f"meetings/{NUMBER}/act", act=act, **details)
    assert why.endswith(".")
    assert client.event_names() == []


async def test_absent_people_cannot_leave(zoom: Simulator) -> None:
    for act in ("owner_leaves", "host_leaves", "remove_owner", "end_meeting"):
        with pytest.raises(ConflictError):
            zoom.act(NUMBER + 2, act)
    zoom.world.meetings[NUMBER + 2].meeting_allowed_without_host = False
    with pytest.raises(ConflictError, match="without its host"):
        zoom.act(NUMBER + 2, "start_meeting")


def test_every_action_is_described() -> None:
    assert [name for name, action in ACTIONS.items() if not action.__doc__] == []
