"""Steps of scenarios and of the tour: their meeting, and that each names an action that exists."""

import pytest

from rtms_tray.demo.playback import (
    MeetingStep,
    PlaybackStep,
    ResetStep,
    SignInStep,
    SimulatorStep,
    TrayStep,
    meeting_of,
)
from rtms_tray.demo.scenario_playback import SHOWN, ScenarioPlayback
from rtms_tray.demo.tour import TOUR
from rtms_tray.simulator import meeting_actions, scenarios


@pytest.mark.parametrize(
    ("steps", "meeting"),
    [
        ((), None),
        ((ResetStep(), SignInStep(), TrayStep("sign-out")), None),
        ((MeetingStep(1, "approve"), MeetingStep(2, "deny"), ResetStep()), 2),
        ((SimulatorStep("meetings", {"number": 3}), SimulatorStep("faults", {})), 3),
        ((TrayStep("start", {"meeting": "4"}),), 4),
        ((TrayStep("stop", {"meeting": "s1"}),), None),
    ],
)
def test_the_meeting_of_steps_is_that_of_the_last(
    steps: tuple[PlaybackStep, ...], meeting: int | None
) -> None:
    assert meeting_of(steps) == meeting


def test_scenarios_and_tour_use_actions_that_exist() -> None:
    steps: list[PlaybackStep] = [
        ScenarioPlayback(scenario, position).next_step()
        for scenario in map(scenarios.load, scenarios.names())
        for position in range(len(scenario.play))
    ]
    steps += [step for stop in TOUR for step in stop.steps]
    used = {step.action for step in steps if isinstance(step, MeetingStep)}
    assert used <= meeting_actions.ACTIONS.keys()
    assert used


def test_the_demo_knows_what_the_tray_shows_after_every_step() -> None:
    steps = {name: len(scenarios.load(name).play) for name in scenarios.names()}
    assert {name: len(states) for name, states in SHOWN.items()} == steps
