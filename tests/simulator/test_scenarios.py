"""The thirteen scenarios of the truth table, and every scenario file played to its end."""

from collections.abc import Iterator
from itertools import product

import pytest

from rtms_tray.simulator import Simulator, meeting_actions, scenarios, streams
from rtms_tray.simulator.engine import ConflictError, Engine
from rtms_tray.simulator.rtms_requests import Caller, RtmsRequest
from rtms_tray.simulator.scenarios import Step
from rtms_tray.simulator.settings import SCOPES, Settings
from rtms_tray.simulator.world import Meeting, new_world
from tests.helpers.manual_clock import ManualClock
from tests.helpers.simulator_client import SimulatorClient

COLUMNS = [
    "host_org_rtms_enabled",
    "host_client_supported",
    "owner_client_supported",
    "host_present",
    "auto_start_enabled",
    "meeting_allowed_without_host",
    "host_approval_required",
    "host_approves",
    "owner_present",
    "in_breakout_room",
    "data",
]
TABLE = {
    1: "no     any any any any any any any any     any no",
    2: "yes    no  any any any any any any any     any no",
    3: "yes    yes no  any any any any any any     any no",
    4: "yes    yes yes no  any yes yes any any     any no",
    5: "yes    yes yes no  any no  any any any     any no",
    6: "yes    yes yes no  yes yes no  any yes     no  yes",
    7: "yes    yes yes yes any any yes no  yes     any no",
    8: "yes    yes yes yes any any yes yes yes     no  yes",
    9: "yes    yes yes yes any any no  any yes     no  yes",
    10: "yes    yes yes yes no  any any any no      any no",
    11: "yes    yes yes yes any any yes yes yes->no any no",
    12: "yes    yes yes yes any any any yes yes     yes no",
    13: "yes->no yes yes yes any any any any yes     any no",
}
"""The truth table, without the column that never decides anything."""

Row = dict[str, str]


def _rows(scenario: int) -> Iterator[Row]:
    cells = [["yes", "no"] if cell == "any" else [cell] for cell in TABLE[scenario].split()]
    for values in product(*cells):
        yield dict(zip(COLUMNS, values, strict=True))


def _meeting(row: Row) -> Meeting:
    begins = {name: value.startswith("yes") for name, value in row.items()}
    return Meeting(
        number=1,
        uuid="u",
        host_present=begins["host_present"],
        owner_present=begins["owner_present"],
        in_breakout_room=begins["in_breakout_room"],
        host_org_rtms_enabled=begins["host_org_rtms_enabled"],
        meeting_allowed_without_host=begins["meeting_allowed_without_host"],
        approval_required=begins["host_approval_required"],
        approval="approve" if begins["host_approves"] else "deny",
        auto_start_enabled=begins["auto_start_enabled"],
        host_client_version="6.5.5" if begins["host_client_supported"] else "6.5.4",
        owner_client_version="6.5.5" if begins["owner_client_supported"] else "6.5.4",
    )


def _play(row: Row) -> bool:
    """Play one row of the table: the meeting starts, the owner asks, then the change comes."""
    world = new_world(1, Settings(progression="manual"))
    engine = Engine(world, ManualClock())
    meeting = world.meetings[1] = _meeting(row)
    if meeting.host_present or meeting.meeting_allowed_without_host:
        meeting_actions.perform(engine, meeting, "start_meeting", {})
    else:
        with pytest.raises(ConflictError):
            meeting_actions.perform(engine, meeting, "start_meeting", {})
    engine.step(None)
    caller = Caller(user="owner", scopes=SCOPES)
    request = RtmsRequest(
        caller=caller, reference="1", action="start", client_id=world.app.client_id
    )
    streams.handle(engine, request)
    engine.step(None)
    changes = {"owner_present": ("owner_leaves", {}), "host_org_rtms_enabled": ("hand_off", OUT)}
    for column, (name, details) in changes.items():
        if row[column] == "yes->no":
            meeting_actions.perform(engine, meeting, name, dict(details))
    engine.step(None)
    return bool(meeting.running_streams())


OUT: dict[str, object] = {"to": "outside"}


@pytest.mark.parametrize("scenario", TABLE)
def test_every_row_of_the_truth_table_holds(scenario: int) -> None:
    for row in _rows(scenario):
        assert _play(row) is (row["data"] == "yes"), row


def test_all_scenarios_are_there() -> None:
    wanted = {f"scenario-{n:02}" for n in TABLE} | {f"t{n}" for n in range(1, 6)}
    assert set(scenarios.names()) == wanted | {f"m{n}" for n in range(1, 7)} | {"default"}


def test_an_unknown_scenario_is_named() -> None:
    with pytest.raises(ValueError, match="no scenario 'nonsense'"):
        scenarios.load("nonsense")


@pytest.mark.parametrize("name", scenarios.names())
async def test_every_scenario_can_be_played_to_its_end(
    zoom: Simulator, client: SimulatorClient, name: str
) -> None:
    await client.control("settings", progression="manual")
    state = await client.control("scenario", name=name)
    scenario = scenarios.load(name)
    first = scenario.meetings[0]["number"]
    for step in scenario.play:
        await _do(client, step, step.meeting or first)
        await client.control("step", until_quiet=True)
    assert state["scenario"]["title"] == scenario.title
    if scenario.data is not None:
        assert bool(zoom.world.meetings[first].running_streams()) is scenario.data


async def _do(client: SimulatorClient, step: Step, number: int) -> None:
    if step.by == "client":
        reply = await client.rtms("start" if step.act == "resend" else step.act, number)
        assert reply.status_code in (204, 400, 403)
    else:
        await client.act(step.act, number, **step.details)
