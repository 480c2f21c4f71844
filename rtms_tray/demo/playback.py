"""Plays scenarios and the tour: their steps, who performs each, and how far a scenario has come."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rtms_tray.capture.states import LIVE, CaptureState
from rtms_tray.demo.simulator_client import Meeting, SimulatorClient, SimulatorState
from rtms_tray.presentation.view_model import Overview, SessionView, SignInState
from rtms_tray.simulator import scenarios
from rtms_tray.simulator.scenarios import Scenario, Step
from rtms_tray.support.command_types import Answer, Command, Commander, Exit
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.texts import text

_PATIENCE_S: Final = 3.0
_DONE: Final = Answer(Exit.DONE)
_CLIENT: Final = "client"
_GROUPS: Final = (
    ("thirteen", "scenario-"),
    ("changes", "t"),
    ("messages", "m"),
    ("more", "default"),
)
"""Groups of scenarios, and how their names begin."""


# --- Steps. ---


@dataclass(frozen=True, slots=True)
class MeetingStep:
    """Somebody in the meeting does something."""

    meeting: int
    action: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SimulatorStep:
    """Something in the simulator is changed: a meeting, faults, the scenario."""

    what: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TrayStep:
    """The user gives the tray a command; without `wait`, its answer is not waited for."""

    command: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    wait: bool = True


@dataclass(frozen=True, slots=True)
class ResetStep:
    """Everything that was played before is brought to an end."""


@dataclass(frozen=True, slots=True)
class SignInStep:
    """The user signs in again."""


PlaybackStep = MeetingStep | SimulatorStep | TrayStep | ResetStep | SignInStep


def meeting_of(steps: Sequence[PlaybackStep]) -> int | None:
    """Return the meeting of the last step that has one."""
    for step in reversed(steps):
        match step:
            case MeetingStep():
                return step.meeting
            case SimulatorStep(values={"number": int(number)}):
                return number
            case TrayStep(arguments={"meeting": number}) if number.isdigit():
                return int(number)
            case _:
                continue
    return None


# --- What performs them. ---


class StepRunner:
    """Performs steps, as the host in the simulator or as the user in the tray."""

    def __init__(
        self,
        simulator: SimulatorClient,
        commander: Commander,
        sign_in: Callable[[], Awaitable[Answer]],
    ) -> None:
        self._simulator = simulator
        self._commander = commander
        self._sign_in = sign_in
        self._overview: Overview | None = None
        self._overview_changed = asyncio.Event()
        self._tasks = Tasks()

    def show_overview(self, overview: Overview) -> None:
        """Take the tray's current state: some steps wait for it."""
        self._overview = overview
        self._overview_changed.set()

    async def run(self, steps: Sequence[PlaybackStep]) -> Answer:
        """Perform these steps one after the other, and return the last answer.

        Raises:
            ActionRefusedError: one of them is not possible now.
        """
        answer = _DONE
        for step in steps:
            answer = await self._run(step)
        return answer

    async def close(self) -> None:
        """Cancel commands that were not waited for."""
        await self._tasks.close()

    async def _run(self, step: PlaybackStep) -> Answer:
        match step:
            case MeetingStep():
                await self._simulator.act(step.meeting, step.action, step.details)
            case SimulatorStep():
                await self._simulator.change(step.what, step.values)
            case TrayStep():
                return await self._command(step)
            case ResetStep():
                await self._reset()
            case SignInStep():
                return await self._sign_in()
        return _DONE

    async def _command(self, step: TrayStep) -> Answer:
        work = self._commander.perform(Command(step.command, step.arguments), lambda _: None)
        if step.wait:
            return await work
        self._tasks.spawn(work, f"the demo's {step.command}")
        return _DONE

    # --- resetting ----------------------------------------------------------------------------

    async def _reset(self) -> None:
        await self._simulator.change("faults", {"clear": True})
        await self._simulator.change("feed", {"refuse": False})
        await self._reconnect()
        state = await self._simulator.state()
        for meeting in state.meetings.values():
            if meeting.started:
                await self._simulator.act(meeting.number, "end_meeting", {})
        if not await self._wait_until(lambda overview: not _open_sessions(overview)):
            await self._end_sessions()

    async def _reconnect(self) -> None:
        """Have the tray signed in and connected, whatever was played before."""
        overview = self._overview
        if overview and overview.account.state is SignInState.SIGNED_OUT:
            await self._sign_in()
        if overview and not overview.feed.connected:
            await self._command(TrayStep("reconnect"))
            await self._wait_until(lambda overview: overview.feed.connected)

    async def _end_sessions(self) -> None:
        for session in _open_sessions(self._overview):
            meeting = {"meeting": session.key}
            if session.state in LIVE:
                await self._command(TrayStep("stop", meeting))
            await self._command(TrayStep("give-up", meeting))

    async def _wait_until(self, is_so: Callable[[Overview], bool]) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while self._overview is None or not is_so(self._overview):
                    self._overview_changed.clear()
                    await self._overview_changed.wait()
        except TimeoutError:
            return False
        return True


def _open_sessions(overview: Overview | None) -> list[SessionView]:
    sessions = overview.sessions if overview else ()
    return [session for session in sessions if session.state is not CaptureState.ENDED]


# --- Scenarios. ---


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


@dataclass(frozen=True, slots=True)
class ScenarioPlayback:
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

    def result(self, meeting: Meeting) -> str:
        """Say how it ended, and whether that was expected."""
        has_data = bool(meeting.live_streams)
        is_expected = self.scenario.data in (None, has_data)
        name = "data" if has_data else "no_data"
        return text(f"demo.scenarios.result.{name if is_expected else f'unexpected_{name}'}")
