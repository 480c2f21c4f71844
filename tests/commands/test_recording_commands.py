"""A recording of the running program: complete, in order, and without anything that tells who met."""

import json

import pytest

from tests.helpers.program_harness import MEETING, NUMBER, ProgramHarness
from tests.helpers.recordings import of_kind, recorded


async def test_a_capture_is_recorded_in_the_order_in_which_it_happens(
    harness: ProgramHarness,
) -> None:
    async with recorded(harness) as lines:
        await harness.share()
        await harness.do("status")
        await harness.do("tell", condition="host_present", value="yes", meeting=MEETING)
        harness.fail_next_request(status=400, body={"code": 2310, "message": f"Not {MEETING}."})
        await harness.do("pause")
    assert lines[0]["kind"] == "recording"
    assert lines[0]["schema"] == 1
    first, *more = of_kind(lines, "feed")
    assert first == {
        "kind": "feed", "at_ms": first["at_ms"], "connected": True, "pings_answered": False, "error": None,
    }  # fmt: skip
    assert all(line["connected"] and line["pings_answered"] for line in more)
    assert [(line["command"], line["arguments"]) for line in of_kind(lines, "click")] == [
        ("start", {"meeting": "90000000001"}),
        ("tell", {"condition": "host_present", "value": "yes", "meeting": "90000000001"}),
        ("pause", {}),
    ]
    kinds = [line["kind"] for line in lines]
    assert (
        kinds.index("click") < kinds.index("request") < kinds.index("reply") < kinds.index("event")
    )
    states = [line["state"] for line in of_kind(lines, "state")]
    assert states[0] == "requesting"
    assert "sharing" in states
    patches = [line for line in of_kind(lines, "request") if line["method"] == "PATCH"]
    assert [line["content"]["action"] for line in patches] == ["start", "pause"]
    assert patches[0]["path"] == "/v2/live_meetings/90000000001/rtms_app/status"
    replies = {line["number"]: line for line in of_kind(lines, "reply")}
    assert replies[patches[0]["number"]]["status"] == 204
    refused = replies[patches[1]["number"]]
    assert refused["content"] == {"code": 2310, "message": "Not 90000000001."}
    for kind in ("click", "request", "reply", "event", "state"):
        times = [line["at_ms"] for line in of_kind(lines, kind)]
        assert times == sorted(times), kind


@pytest.mark.promise("recordings hold nobody's names, numbers, addresses or times")
async def test_nothing_recorded_tells_who_met_whom(harness: ProgramHarness) -> None:
    zoom = harness.zoom
    async with recorded(harness) as lines:
        await harness.share()
        harness.act("host_leaves")
        harness.act("end_meeting")
        await harness.wait_for_state("ended")
    written = json.dumps(lines)
    meeting = zoom.world.meetings[NUMBER]
    told = [MEETING, meeting.uuid, meeting.topic, zoom.client_id, zoom.client_secret]
    told += [stream.id for stream in meeting.streams]
    for user in zoom.world.users.values():
        told += [user.id, user.account_id, user.name, user.email]
    assert [private for private in told if private in written] == []
    assert len(of_kind(lines, "event")) >= 3


async def test_without_a_recording_nothing_is_kept_and_two_can_run_at_once(
    harness: ProgramHarness,
) -> None:
    async with recorded(harness) as first, recorded(harness) as second:
        await harness.share()
    assert [line["kind"] for line in first] == [line["kind"] for line in second]
    count = len(first)
    await harness.do("stop")
    assert len(first) == count
