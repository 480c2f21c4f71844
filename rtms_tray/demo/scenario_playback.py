"""A scenario as the demo plays it: what its steps are called, what the tray shows after each, and how it ended."""

from collections.abc import Mapping
from typing import Final

from rtms_tray.capture.states import CaptureState
from rtms_tray.demo.arrival import shows
from rtms_tray.demo.playback import (
    TIME_TO_READ,
    MeetingStep,
    PatienceStep,
    PlaybackStep,
    ResetStep,
    SimulatorStep,
    TrayStep,
)
from rtms_tray.demo.simulator_client import Meeting, SimulatorState
from rtms_tray.presentation.view_model import Overview
from rtms_tray.simulator import scenarios
from rtms_tray.simulator.scenarios import Scenario, Step
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text

_S = CaptureState
_CLIENT: Final = "client"
_GROUPS: Final = (
    ("thirteen", "scenario-"),
    ("changes", "t"),
    ("messages", "m"),
    ("more", "default"),
)
"""Groups of scenarios, and how their names begin."""
SHOWN: Final[Mapping[str, tuple[CaptureState, ...]]] = {
    "scenario-01": (_S.REFUSED,),
    "scenario-02": (_S.NO_ANSWER,),
    "scenario-03": (_S.NO_ANSWER,),
    "scenario-04": (_S.IDLE, _S.WAITING_FOR_HOST, _S.RESEND_NEEDED, _S.PENDING_APPROVAL),
    "scenario-05": (_S.IDLE, _S.WAITING_FOR_MEETING),
    "scenario-06": (_S.SHARING,),
    "scenario-07": (_S.PENDING_APPROVAL, _S.NO_ANSWER),
    "scenario-08": (_S.PENDING_APPROVAL, _S.SHARING),
    "scenario-09": (_S.SHARING,),
    "scenario-10": (_S.IDLE, _S.REFUSED),
    "scenario-11": (_S.PENDING_APPROVAL, _S.SHARING, _S.STOPPED),
    "scenario-12": (_S.SHARING, _S.PAUSED_BREAKOUT),
    "scenario-13": (_S.SHARING, _S.STOPPED, _S.STOPPED_PERMANENTLY),
    "t1": (_S.SHARING, _S.STOPPED),
    "t2": (_S.SHARING, _S.STOPPED, _S.SHARING),
    "t3": (_S.SHARING, _S.SHARING),
    "t4": (_S.SHARING, _S.STOPPED),
    "t5": (_S.SHARING, _S.STOPPED),
    "m1": (_S.PENDING_APPROVAL,),
    "m2": (_S.PENDING_APPROVAL, _S.NO_ANSWER),
    "m3": (_S.REFUSED,),
    "m4": (_S.SHARING, _S.STOPPED),
    "m5": (_S.NO_ANSWER, _S.RESEND_NEEDED, _S.PENDING_APPROVAL, _S.SHARING),
    "m6": (_S.SHARING, _S.STOPPED, _S.STOPPED_PERMANENTLY),
    "default": (
        _S.PENDING_APPROVAL,
        _S.SHARING,
        _S.STOPPED,
        _S.PENDING_APPROVAL,
        _S.SHARING,
        _S.ENDED,
    ),
}
"""What the tray shows after each step of each scenario: nothing is told of a step before it does."""


def scenario_groups() -> Mapping[str, tuple[Scenario, ...]]:
    """List all scenarios by their groups' titles."""
    names = scenarios.names()
    return {
        text(f"demo.scenarios.groups.{group}"): tuple(
            scenarios.load(name) for name in names if name.startswith(start)
        )
        for group, start in _GROUPS
    }


def short_name(scenario: Scenario) -> str:
    """Return a scenario's name as rules and tables have it: 4, T1, M5."""
    if scenario.name == "default":
        return "–"
    return scenario.name.removeprefix("scenario-").lstrip("0").upper()


def step_text(step: Step) -> str:
    """Describe a step, and who performs it."""
    who = text(f"demo.scenarios.who.{step.by}")
    return text("demo.scenarios.step", step=step.text, who=who)


def expected_result(scenario: Scenario) -> str:
    """Say what the scenario leads to."""
    names = {True: "data", False: "no_data", None: "depends"}
    return text(f"demo.scenarios.expected.{names[scenario.data]}")


def beginning(scenario: Scenario) -> tuple[PlaybackStep, ...]:
    """List what sets a scenario up."""
    silence_tells = CaptureState.NO_ANSWER in SHOWN[scenario.name]
    patience = PatienceStep() if silence_tells else TIME_TO_READ
    return (ResetStep(), patience, SimulatorStep("scenario", {"name": scenario.name}))


class ScenarioPlayback(Frozen):
    """A scenario being played; `position` counts its steps, `start_requests` those before the current step."""

    scenario: Scenario
    position: int = 0
    start_requests: int = 0

    @property
    def step(self) -> Step | None:
        """The next step; None at the end."""
        steps = self.scenario.play
        return steps[self.position] if self.position < len(steps) else None

    @property
    def is_users_turn(self) -> bool:
        """Whether the next step is a click in the tray."""
        return self.step is not None and self.step.by == _CLIENT

    @property
    def meeting(self) -> int:
        """The number of the next step's meeting."""
        named = self.step.meeting if self.step else None
        return named or int(self.scenario.meetings[0]["number"])

    def next_step(self) -> PlaybackStep:
        """Return the next step for the runner."""
        step = self.scenario.play[self.position]
        if step.by == _CLIENT:
            return TrayStep(step.act, {"meeting": str(self.meeting)})
        return MeetingStep(self.meeting, step.act, step.details)

    def advanced(self, state: SimulatorState) -> "ScenarioPlayback":
        """Return the playback one step further."""
        return ScenarioPlayback(self.scenario, self.position + 1, state.start_requests)

    def was_requested(self, state: SimulatorState) -> bool:
        """Tell whether the user has performed this step in the tray."""
        return self.is_users_turn and state.start_requests > self.start_requests

    def is_next(self, action: str, meeting: int) -> bool:
        """Tell whether this action, performed by a button, is the next step."""
        step = self.step
        if step is None or self.is_users_turn:
            return False
        return (step.act, self.meeting) == (action, meeting)

    def is_shown(self, overview: Overview) -> bool:
        """Tell whether the tray shows what the last step led to; silence takes the place of a request by itself."""
        state = SHOWN[self.scenario.name][self.position - 1]
        is_silent = state is _S.PENDING_APPROVAL and shows(overview, _S.NO_ANSWER)
        return is_silent or shows(overview, state)

    def result(self, meeting: Meeting, *, is_shown: bool) -> str:
        """Say how it ended, and whether that was expected."""
        has_data = bool(meeting.live_streams)
        is_expected = is_shown and self.scenario.data in (None, has_data)
        name = "data" if has_data else "no_data"
        return text(f"demo.scenarios.result.{name if is_expected else f'unexpected_{name}'}")
