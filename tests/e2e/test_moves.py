"""People who move between rooms, come twice, and come back: what the program makes of Zoom's left and joined.

All through the command line alone. Zoom tells a move by a left and a joined of the same second, in any order.
"""

from itertools import permutations
from typing import Final

import pytest

from tests.helpers.running import App, Json, newest
from tests.helpers.simulator_process import WITH_HOST, WITHOUT_HOST, SimulatorProcess

ORDERS = list(permutations(["breakout", "left", "joined"]))

ROOM_EVENTS: Final = ["participant_joined_breakout_room", "participant_left_breakout_room"]
SOON: Final = {"event_ts_offset_ms": 5_000}
LATER: Final = {"event_ts_offset_ms": 10_000}
"""Times are in whole seconds, and who comes and goes within one is there."""


def code(session: Json) -> str | None:
    """The code of a session's reason."""
    return session["reason"]["code"] if session["reason"] else None


def captured(app: App, zoom: SimulatorProcess) -> None:
    """Have the first meeting captured; everybody in it was seen to join."""
    zoom.change("meetings", number=WITH_HOST, approval_required=False, started=False)
    zoom.act(WITH_HOST, "start_meeting")
    app.done("start", str(WITH_HOST))
    app.wait_for_state("sharing")


def verified(app: App, state: str) -> Json:
    """Wait until the newest session is in this state, and verified."""
    status = app.wait_for_status(
        lambda status: (
            newest(status)["state"] == state and newest(status)["unverified_since"] is None
        )
    )
    return newest(status)


def unverified(app: App, state: str) -> Json:
    """Wait until the newest session is in this state, and not verified."""
    status = app.wait_for_status(
        lambda status: newest(status)["state"] == state and newest(status)["unverified_since"]
    )
    return newest(status)


def value(status: Json, condition: str) -> str:
    """What is known of a condition of the newest session."""
    conditions = newest(status)["conditions"]
    return str(conditions[condition]["value"]) if condition in conditions else "unknown"


@pytest.mark.parametrize("order", [["left", "joined"], ["joined", "left"]])
def test_a_host_who_goes_to_a_room_has_not_joined(
    running: App, zoom: SimulatorProcess, order: list[str]
) -> None:
    running.done("settings", "set", "behaviour.auto_resend", "host_joined")
    zoom.change("settings", move_order=order, move_shift_ms=46, move_reason="plain")
    zoom.change("meetings", number=WITH_HOST, started=False)
    zoom.act(WITH_HOST, "start_meeting")
    running.done("start", str(WITH_HOST))
    zoom.act(WITH_HOST, "open_breakout", who="host", **SOON)
    zoom.act(WITH_HOST, "close_breakout", who="host", **LATER)
    zoom.act(WITH_HOST, "leaves", who="owner", **LATER)  # the last event, after which all were seen
    status = running.wait_for_status(lambda status: value(status, "owner_present") == "no")
    assert newest(status)["state"] == "pending_approval"
    assert value(status, "host_present") == "yes"
    assert len(zoom.requests()) == 1


def test_my_move_is_known_in_either_order(running: App, zoom: SimulatorProcess) -> None:
    captured(running, zoom)
    for turn, order in enumerate(ORDERS[:2]):
        shift = 250 if order[0] == "left" else -250
        zoom.change("settings", move_order=order, move_shift_ms=shift, move_reason="plain")
        came = 5_000 * (2 * turn + 1)
        zoom.act(WITH_HOST, "open_breakout", event_ts_offset_ms=came)
        session = verified(running, "paused_breakout")
        assert code(session) == "in_breakout_room"
        assert session["conditions"]["owner_present"]["value"] == "yes"
        zoom.act(WITH_HOST, "close_breakout", event_ts_offset_ms=came + 5_000)
        verified(running, "sharing")
    running.wait_for_status(lambda status: value(status, "in_breakout_room") != "yes")


def test_rooms_that_close_silently_lead_to_a_question(running: App, zoom: SimulatorProcess) -> None:
    zoom.change("settings", breakout_stop_reason=None, move_reason="plain")
    captured(running, zoom)
    zoom.act(WITH_HOST, "open_breakout", **SOON)
    verified(running, "paused_breakout")
    zoom.act(WITH_HOST, "close_rooms", events=False, **LATER)
    asked = unverified(running, "paused_breakout")
    assert "tell" in asked["actions"]
    running.done("tell", "in-breakout-room", "no")
    assert verified(running, "sharing")["conditions"]["in_breakout_room"]["source"] == "user"


def test_a_reason_that_names_the_move_decides(running: App, zoom: SimulatorProcess) -> None:
    zoom.change("settings", breakout_stop_reason=None, move_reason="named")
    captured(running, zoom)
    zoom.act(WITH_HOST, "open_breakout", **SOON)
    verified(running, "paused_breakout")
    zoom.act(WITH_HOST, "close_rooms", events=False, **LATER)
    verified(running, "sharing")


def test_leaving_the_room_and_the_meeting_is_leaving(running: App, zoom: SimulatorProcess) -> None:
    captured(running, zoom)
    zoom.act(WITH_HOST, "open_breakout", **SOON)
    verified(running, "paused_breakout")
    zoom.act(WITH_HOST, "owner_leaves", **LATER)
    running.wait_for_status(lambda status: code(newest(status)) == "stop_you_left")


def test_whoever_is_there_twice_stays_when_one_device_leaves(
    running: App, zoom: SimulatorProcess
) -> None:
    captured(running, zoom)
    for who in ("owner", "host"):
        zoom.act(WITH_HOST, "second_device_joins", who=who)
        zoom.act(WITH_HOST, "second_device_leaves", who=who, device=1, **SOON)
    zoom.act(WITH_HOST, "reconnects")
    zoom.change("step", until_quiet=True)  # the old connection ends after the new one began
    zoom.act(
        WITH_HOST, "leaves", who="host", event_ts_offset_ms=5_000
    )  # the last event, after which all were seen
    status = running.wait_for_status(lambda status: value(status, "host_present") == "no")
    assert value(status, "owner_present") == "yes"
    assert newest(status)["state"] == "sharing"


def test_a_stop_while_another_device_stays(running: App, zoom: SimulatorProcess) -> None:
    captured(running, zoom)
    zoom.act(WITH_HOST, "second_device_joins")
    zoom.act(WITH_HOST, "second_device_leaves", device=1, **SOON)
    zoom.act(WITH_HOST, "stop", reason=3)
    running.wait_for_status(lambda status: code(newest(status)) == "left_on_one_device")


def test_a_stop_without_any_news_of_people_may_be_a_room(
    running: App, zoom: SimulatorProcess
) -> None:
    zoom.change("meetings", number=WITH_HOST, approval_required=False, host_has_app=False)
    running.done("start", str(WITH_HOST))
    running.wait_for_state("sharing")
    zoom.act(WITH_HOST, "open_breakout", **SOON)
    running.wait_for_status(lambda status: code(newest(status)) == "left_or_in_room")
    running.done("tell", "in-breakout-room", "yes")
    assert (
        running.wait_for_state("paused_breakout")["conditions"]["in_breakout_room"]["source"]
        == "user"
    )


def test_a_host_without_an_id_may_have_joined(running: App, zoom: SimulatorProcess) -> None:
    zoom.change("settings", known_ids="nobody")
    running.done("start", str(WITHOUT_HOST))
    zoom.act(WITHOUT_HOST, "host_joins", event_ts_offset_ms=2_500)
    status = running.wait_for_status(lambda status: status["feed"]["last_event_at"])
    assert value(status, "host_present") == "unknown"
    running.done("tell", "host-present", "yes")
    running.wait_for_state("resend_needed")
    running.done("resend")
    zoom.act(WITHOUT_HOST, "approve")
    running.wait_for_state("sharing")


@pytest.mark.parametrize("named", [True, False])
def test_a_move_whose_room_no_event_names(
    running: App, zoom: SimulatorProcess, *, named: bool
) -> None:
    """Where `leave_reason` names the room, that is enough; where not, nobody can know of it."""
    zoom.change("settings", breakout_stop_reason=None, move_reason="named" if named else "plain")
    zoom.change("settings", lost_events=ROOM_EVENTS)
    captured(running, zoom)
    zoom.act(WITH_HOST, "open_breakout", **SOON)
    if named:
        session = verified(running, "paused_breakout")
        assert code(session) == "in_breakout_room"
        assert session["conditions"]["in_breakout_room"]["value"] == "yes"
    zoom.act(WITH_HOST, "close_breakout", **LATER)
    zoom.act(WITH_HOST, "leaves", who="host", event_ts_offset_ms=15_000)  # the last event
    status = running.wait_for_status(lambda status: value(status, "host_present") == "no")
    assert value(status, "owner_present") == "yes"
    verified(running, "sharing")
