"""The thirteen scenarios, the triggers T1–T5 and the messages M1–M6, played through the real program.

Each scenario file is played step by step in manual progression. At the end the status JSON and the
view must show the state and the reason that are expected of it.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtms_tray.simulator import scenarios
from tests.helpers.played_scenarios import BEFORE, ENDS, at_the_beginning, play_step, wait_for_end
from tests.helpers.program_harness import ProgramHarness
from tests.helpers.status_schema import check


@pytest.fixture
async def harness(name: str, tmp_path: Path) -> AsyncIterator[ProgramHarness]:
    """The program at the beginning of a scenario."""
    async with at_the_beginning(name, tmp_path) as harness:
        yield harness


@pytest.mark.parametrize("name", sorted(ENDS))
async def test_the_program_shows_the_end_of_each_scenario(
    harness: ProgramHarness, name: str
) -> None:
    end = ENDS[name]
    for step in scenarios.load(name).play:
        if state := BEFORE.get((name, step.act)):
            await harness.wait_for_state(state)
        await play_step(harness, step)
    session = await wait_for_end(harness, end)
    status = await harness.status_json()
    check(status)
    sessions = status["sessions"]
    assert isinstance(sessions, list)
    [shown] = sessions
    reason = shown["reason"]
    assert shown["state"] == end.state
    assert (reason and reason["code"]) == end.reason
    assert (reason and reason["severity"]) == end.severity
    if end.names is not None:
        assert end.names in shown["scenarios"]
    view = harness.program.overview().lead
    assert view is not None
    assert (view.key, view.state) == (session.key, end.state)
    assert view.title
    assert view.text


@pytest.mark.parametrize("name", sorted(ENDS))
def test_capture_runs_at_the_end_where_the_truth_table_says(name: str) -> None:
    assert (ENDS[name].state == "sharing") is scenarios.load(name).data


def test_every_scenario_of_the_mission_is_played() -> None:
    assert set(ENDS) == set(scenarios.names()) - {"default"}
