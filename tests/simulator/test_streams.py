"""How a stream is requested, approved, begun, paused, interrupted and stopped."""

import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.simulator.engine import ConflictError
from tests.helpers.simulator_client import SimulatorClient, encode_twice

NUMBER = 98712345670


async def test_start_pause_resume_stop(zoom: Simulator, client: SimulatorClient) -> None:
    uuid = encode_twice(zoom.world.meetings[NUMBER].uuid)
    await client.control("meetings", number=NUMBER, approval_required=False)
    for action, reference in [("start", NUMBER), ("pause", uuid), ("resume", uuid), ("stop", uuid)]:
        reply = await client.rtms(action, reference)
        assert (reply.status_code, reply.content) == (204, b"")
        assert zoom.world.requests[-1]["action"] == action
    assert client.event_names() == ["meeting.rtms_started", "meeting.rtms_stopped"]
    assert client.events()[-1]["payload"]["stop_reason"] == 2
    again = await client.rtms("stop")
    assert again.json()["code"] == 13277


async def test_a_pause_sends_no_event(zoom: Simulator, client: SimulatorClient) -> None:
    await client.control("meetings", number=NUMBER, approval_required=False)
    await client.rtms("start")
    await client.rtms("pause")
    assert zoom.world.meetings[NUMBER].running_streams()[0].paused
    assert client.event_names() == ["meeting.rtms_started"]


async def test_stop_withdraws_an_open_request(zoom: Simulator, client: SimulatorClient) -> None:
    await client.rtms("start")
    assert zoom.world.meetings[NUMBER].request is not None
    assert (await client.rtms("stop")).status_code == 204
    assert zoom.world.meetings[NUMBER].request is None
    await client.control("settings", stop_withdraws_request=False)
    await client.rtms("start")
    assert (await client.rtms("stop")).json()["code"] == 13277


async def test_a_stream_can_be_for_somebody_else(zoom: Simulator, client: SimulatorClient) -> None:
    host = zoom.world.users["host"]
    await client.rtms("start", participant_user_id=host.id)
    assert client.events()[0]["payload"]["operator_id"] == host.id
    reply = await client.rtms("start", participant_user_id="nobody")
    assert reply.json() == {"code": 2312, "message": "User does not exist: nobody."}


async def test_approval_and_denial(zoom: Simulator, client: SimulatorClient) -> None:
    await client.rtms("start")
    await client.act("deny")
    assert (zoom.world.meetings[NUMBER].request, client.event_names()) == (None, [])
    await client.rtms("start")
    await client.act("ignore")
    meeting = await client.act("approve")
    assert (meeting["sharing"], client.event_names()) == (True, ["meeting.rtms_started"])


@pytest.mark.parametrize(("answer", "sharing"), [("approve", True), ("deny", False)])
async def test_a_host_can_answer_automatically(
    zoom: Simulator, client: SimulatorClient, answer: str, *, sharing: bool
) -> None:
    await client.control("meetings", number=NUMBER, approval=answer)
    await client.rtms("start")
    assert bool(zoom.world.meetings[NUMBER].running_streams()) is sharing
    assert zoom.world.meetings[NUMBER].request is None


async def test_without_the_host_a_request_reaches_nobody(
    zoom: Simulator, client: SimulatorClient
) -> None:
    second = NUMBER + 1
    assert (await client.rtms("start", second)).status_code == 204
    zoom.act(second, "host_joins")
    with pytest.raises(ConflictError, match="no request"):
        zoom.act(second, "approve")
    await client.rtms("start", second)
    assert zoom.act(second, "approve")["sharing"]
    assert client.event_names() == ["meeting.participant_joined", "meeting.rtms_started"]


async def test_a_request_may_wait_for_the_host(client: SimulatorClient) -> None:
    second = NUMBER + 1
    await client.control("settings", request_waits_for_host=True)
    await client.rtms("start", second)
    assert "no request" in await client.control_error(409, f"meetings/{second}/act", act="approve")
    for act in ("host_joins", "host_leaves", "host_joins"):
        await client.act(act, second)
    assert (await client.act("approve", second))["sharing"]


async def test_a_host_who_answers_automatically_does_so_on_joining(client: SimulatorClient) -> None:
    second = NUMBER + 1
    await client.control("settings", request_waits_for_host=True)
    await client.control("meetings", number=second, approval="approve")
    await client.rtms("start", second)
    assert client.event_names() == []
    await client.act("host_joins", second)
    assert client.event_names() == ["meeting.participant_joined", "meeting.rtms_started"]


@pytest.mark.parametrize(
    ("act", "sharing", "reasons"),
    [("approve", True, []), ("deny", False, [7]), ("host_leaves", False, [7])],
)
async def test_a_stream_may_begin_before_its_approval(
    client: SimulatorClient, act: str, *, sharing: bool, reasons: list[int]
) -> None:
    await client.control("settings", begins_before_approval=True)
    await client.rtms("start")
    assert client.event_names() == ["meeting.rtms_started"]
    meeting = await client.act(act)
    assert (meeting["sharing"], meeting["request"]) == (sharing, None)
    assert (client.stop_reasons(), len(meeting["streams"])) == (reasons, 1)


async def test_a_stream_before_its_approval_captures_nothing(client: SimulatorClient) -> None:
    await client.control("settings", begins_before_approval=True)
    await client.rtms("start")
    meeting = await client.act("ignore")
    assert not meeting["sharing"]
    assert (await client.rtms("stop")).status_code == 204
    assert client.stop_reasons() == [7]


async def test_an_approval_may_come_before_the_early_stream(client: SimulatorClient) -> None:
    await client.control("settings", begins_before_approval=True, progression="manual")
    await client.rtms("start")
    await client.act("approve")
    await client.control("step", until_quiet=True)
    assert client.event_names() == ["meeting.rtms_started"]


async def test_a_withdrawn_request_leads_to_nothing(client: SimulatorClient) -> None:
    await client.control("settings", progression="manual")
    await client.rtms("start")
    await client.act("approve")
    await client.act("owner_leaves")
    assert (await client.control("step", until_quiet=True))["happened"] == 1
    assert client.event_names() == ["meeting.participant_left"]


async def test_auto_start_requests_without_a_click(
    zoom: Simulator, client: SimulatorClient
) -> None:
    await client.control("meetings", number=NUMBER + 2, auto_start_enabled=True)
    zoom.act(NUMBER + 2, "owner_joins")
    assert client.event_names() == [
        "meeting.started",
        "meeting.participant_joined",
        "meeting.rtms_started",
    ]


async def test_switching_sharing_on_again_begins_a_new_stream(capture: SimulatorClient) -> None:
    meeting = capture.zoom.world.meetings[NUMBER]
    await capture.act("all_apps_off")
    assert (await capture.rtms("start")).json()["code"] == 13267
    await capture.act("sharing_on")
    assert len({stream.id for stream in meeting.streams}) == 2
    await capture.control("settings", sharing_on_restarts=False)
    await capture.act("sharing_off")
    await capture.act("sharing_on")
    assert meeting.running_streams() == []


async def test_the_receiver_has_time_to_reconnect(capture: SimulatorClient) -> None:
    await capture.act("interrupt_receiver")
    assert capture.event_names() == ["meeting.rtms_interrupted"]
    await capture.act("receiver_back")
    await capture.control("step", until_quiet=True)
    assert capture.stop_reasons() == []
    await capture.act("interrupt_receiver")
    await capture.control("step", count=1)
    assert capture.stop_reasons() == [19]
