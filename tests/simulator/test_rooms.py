"""A move between rooms: which events tell it, in which order, and when."""

from collections import Counter
from itertools import permutations
from typing import Any

import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.simulator.rooms import JOINED_FIRST, NAMED
from tests.helpers.manual_clock import ManualClock
from tests.helpers.simulator_client import SimulatorClient

NUMBER = 98712345670
Events = dict[str, dict[str, Any]]


def told(zoom: Simulator) -> list[str]:
    """Name the events so far in short, and forget them."""
    names = [str(entry["event"]["event"]) for entry in zoom.world.events]
    zoom.world.events.clear()
    return [name.removeprefix("meeting.").removeprefix("participant_") for name in names]


def by_name(zoom: Simulator) -> Events:
    """Return the events so far by their names in short."""
    events = [entry["event"] for entry in zoom.world.events]
    return {str(event["event"]).removeprefix("meeting.participant_"): event for event in events}


def person(event: dict[str, Any]) -> dict[str, str]:
    """Return whom an event is about."""
    found: dict[str, str] = event["payload"]["object"]["participant"]
    return found


@pytest.fixture
async def moving(capture: SimulatorClient) -> SimulatorClient:
    """A capture in a meeting in which moves are told by pairs."""
    await capture.control("settings", move_pairs=True)
    return capture


@pytest.mark.parametrize(("reason", "streams"), [(3, 2), (None, 1)])
async def test_breakout_rooms_stop_or_pause(
    moving: SimulatorClient, reason: int | None, streams: int
) -> None:
    await moving.control("settings", breakout_stop_reason=reason)
    await moving.act("open_breakout")
    assert moving.stop_reasons() == ([reason] if reason else [])
    meeting = await moving.act("close_breakout")
    assert (len(meeting["streams"]), meeting["sharing"]) == (streams, True)
    moves = [e["payload"]["object"] for e in moving.events() if "breakout" in str(e["event"])]
    assert len({move["breakout_room_uuid"] for move in moves}) == 1
    assert len(moves) == 2


async def test_a_move_keeps_the_connection_and_changes_the_user_id(moving: SimulatorClient) -> None:
    await moving.act("open_breakout")
    events = by_name(moving.zoom)
    left, joined = person(events["left"]), person(events["joined"])
    entered = person(events["joined_breakout_room"])
    assert left["participant_uuid"] == joined["participant_uuid"] == entered["participant_uuid"]
    assert left["leave_time"] == joined["join_time"] == entered["join_time"]
    assert left["user_id"] == entered["parent_user_id"] != joined["user_id"]
    assert entered["user_id"].startswith(left["user_id"])
    assert not entered["user_id"].isdigit()
    moving.zoom.world.events.clear()

    await moving.act("close_breakout")
    back = by_name(moving.zoom)
    assert person(back["left"])["user_id"] == joined["user_id"]
    assert person(back["left_breakout_room"])["parent_user_id"] == left["user_id"]
    assert person(back["joined"])["user_id"] not in (left["user_id"], joined["user_id"])
    assert person(back["left_breakout_room"])["leave_reason"] == "Leave breakout room."


@pytest.mark.parametrize("order", list(permutations(["breakout", "left", "joined", "stop"])))
async def test_every_order_can_be_had(moving: SimulatorClient, order: list[str]) -> None:
    await moving.control("settings", move_order=order)
    await moving.act("open_breakout")
    names = {"joined_breakout_room": "breakout", "rtms_stopped": "stop"}
    assert [names.get(name, name) for name in told(moving.zoom)] == list(order)


async def test_what_is_not_put_in_order_comes_in_any(moving: SimulatorClient) -> None:
    await moving.control("settings", move_order=["stop"])
    orders = set()
    for _ in range(40):
        moving.zoom.act(NUMBER, "open_breakout")
        orders.add(tuple(told(moving.zoom)))
        moving.zoom.act(NUMBER, "close_breakout")
        moving.zoom.world.events.clear()
    assert {order[0] for order in orders} == {"rtms_stopped"}
    assert len(orders) == 6


async def test_the_pair_comes_as_it_was_measured(
    moving: SimulatorClient, clock: ManualClock
) -> None:
    await moving.control("settings", progression="timed", breakout_stop_reason=None)
    zoom, moves = moving.zoom, 400
    first, shifts, named = Counter[str](), [], 0
    for _ in range(moves):
        zoom.act(NUMBER, "open_breakout")
        clock.now += 4_000
        zoom.engine.run_due()
        events = by_name(zoom)
        first[next(name for name in events if name in ("left", "joined"))] += 1
        shifts.append(events["joined"]["event_ts"] - events["left"]["event_ts"])
        named += "breakout" in person(events["left"])["leave_reason"]
        zoom.act(NUMBER, "close_breakout")
        clock.now += 4_000
        zoom.engine.run_due()
        zoom.world.events.clear()
    assert first["joined"] / moves == pytest.approx(JOINED_FIRST, abs=0.08)
    assert named / moves == pytest.approx(NAMED, abs=0.08)
    assert (min(shifts), max(shifts)) == (pytest.approx(-300, abs=20), pytest.approx(300, abs=20))


async def test_gap_shift_and_reason_can_be_set(moving: SimulatorClient, clock: ManualClock) -> None:
    await moving.control(
        "settings",
        progression="timed",
        move_order=["joined", "left", "breakout", "stop"],
        move_gap_ms=500,
        move_shift_ms=-120,
        move_reason="named",
    )
    await moving.act("open_breakout")
    assert set(by_name(moving.zoom)) == {"joined"}
    joined = by_name(moving.zoom)["joined"]
    for names in (["joined"], ["left"], ["joined_breakout_room"], ["rtms_stopped"]):
        found = by_name(moving.zoom)
        assert told(moving.zoom) == names
        if left := found.get("left"):
            assert joined["event_ts"] - left["event_ts"] == -120
            assert person(left)["leave_reason"].endswith("to join breakout room")
        clock.now += 500
        moving.zoom.engine.run_due()


async def test_the_host_moves_without_a_stop(moving: SimulatorClient) -> None:
    await moving.control("settings", move_order=["breakout", "left", "joined"])
    meeting = await moving.act("open_breakout", who="host")
    assert meeting["sharing"]
    assert told(moving.zoom) == ["joined_breakout_room", "left", "joined"]
    await moving.act("close_breakout", who="host")
    assert told(moving.zoom) == ["left_breakout_room", "left", "joined"]


async def test_a_change_of_rooms_leaves_one_and_joins_another(moving: SimulatorClient) -> None:
    await moving.control("settings", move_order=["breakout", "left", "joined"])
    await moving.act("open_breakout")
    moving.zoom.world.events.clear()
    await moving.act("change_room")
    rooms = [e["payload"]["object"].get("breakout_room_uuid") for e in moving.events()]
    assert told(moving.zoom) == ["left_breakout_room", "joined_breakout_room", "left", "joined"]
    assert rooms[0] != rooms[1]
    await moving.control_error(409, f"meetings/{NUMBER}/act", act="open_breakout")


@pytest.mark.parametrize("silently", [False, True])
async def test_closing_the_rooms_may_send_no_breakout_event(
    moving: SimulatorClient, *, silently: bool
) -> None:
    await moving.control("settings", rooms_close_silently=silently)
    for who in ("host", "owner"):
        await moving.act("open_breakout", who=who)
    moving.zoom.world.events.clear()
    meeting = await moving.act("close_rooms")
    assert (meeting["in_breakout_room"], meeting["sharing"]) == (False, True)
    names = Counter(told(moving.zoom))
    assert names["left_breakout_room"] == (0 if silently else 2)
    assert (names["left"], names["joined"], names["rtms_started"]) == (2, 2, 1)


async def test_one_room_can_be_left_silently(moving: SimulatorClient) -> None:
    await moving.act("open_breakout")
    moving.zoom.world.events.clear()
    await moving.act("close_breakout", events=False)
    assert sorted(told(moving.zoom)) == ["joined", "left", "rtms_started"]


async def test_a_second_device_stays_in_the_main_room(moving: SimulatorClient) -> None:
    await moving.act("second_device_joins")
    await moving.act("open_breakout", device=2)
    rooms = [c.room for c in moving.zoom.world.meetings[NUMBER].connections_of("owner")]
    assert [bool(room) for room in rooms] == [False, True]


async def test_who_is_said_to_be_in_a_room_is_there(capture: SimulatorClient) -> None:
    await capture.control("meetings", number=NUMBER, in_breakout_room=True)
    await capture.act("close_breakout")
    assert "meeting.participant_left_breakout_room" in capture.event_names()


async def test_who_leaves_the_meeting_leaves_the_room(moving: SimulatorClient) -> None:
    await moving.act("open_breakout")
    moving.zoom.world.events.clear()
    await moving.act("owner_leaves")
    left = [person(event) for event in moving.events()]
    assert told(moving.zoom) == ["left_breakout_room", "left"]
    assert left[0]["leave_time"] == left[1]["leave_time"]
