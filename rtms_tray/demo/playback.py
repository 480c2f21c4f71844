"""The steps of scenarios and of the tour, and who performs each: somebody in the simulator, or the tray's user."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from rtms_tray.capture.states import LIVE, CaptureState
from rtms_tray.demo.simulator_client import SimulatorClient
from rtms_tray.presentation.view_model import Overview, SessionView, SignInState
from rtms_tray.support.command_types import Answer, Command, Commander, Exit
from rtms_tray.support.frozen import Frozen, field
from rtms_tray.support.tasks import Tasks

_PATIENCE_S: Final = 3.0
_DONE: Final = Answer(Exit.DONE)


# --- Steps. ---


class MeetingStep(Frozen):
    """Somebody in the meeting does something."""

    meeting: int
    action: str
    details: Mapping[str, Any] = field(default_factory=dict)


class SimulatorStep(Frozen):
    """Something in the simulator is changed: a meeting, faults, the scenario."""

    what: str
    values: Mapping[str, Any]


class TrayStep(Frozen):
    """The user gives the tray a command; without `wait`, its answer is not waited for."""

    command: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    wait: bool = True


class ResetStep(Frozen):
    """Everything that was played before is brought to an end."""


class SignInStep(Frozen):
    """The user signs in again."""


class PatienceStep(Frozen):
    """The tray takes silence for an answer after so many seconds; without a number, as usual in the demo."""

    seconds: int | None = None


TIME_TO_READ: Final = PatienceStep(120)
"""Whoever reads what the tray says of a request must not see it change."""
PlaybackStep = MeetingStep | SimulatorStep | TrayStep | ResetStep | SignInStep | PatienceStep


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
        usual_patience_s: int,
    ) -> None:
        self._simulator = simulator
        self._commander = commander
        self._sign_in = sign_in
        self._usual_patience_s = usual_patience_s
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
            case PatienceStep():
                await self._have_patience(step.seconds or self._usual_patience_s)
        return _DONE

    async def _command(self, step: TrayStep) -> Answer:
        work = self._commander.perform(Command(step.command, step.arguments), lambda _: None)
        if step.wait:
            return await work
        self._tasks.spawn(work, f"the demo's {step.command}")
        return _DONE

    async def _have_patience(self, seconds: int) -> None:
        arguments = {"key": "behaviour.no_answer_after_s", "value": str(seconds)}
        await self._command(TrayStep("settings-set", arguments))

    # --- resetting ----------------------------------------------------------------------------

    async def _reset(self) -> None:
        await self._have_patience(self._usual_patience_s)
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
                stopped = meeting | {"condition": "sharing", "value": "no"}  # Zoom may refuse to
                await self._command(TrayStep("tell", stopped))
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
