"""Makes the moves of a play: as the host in the simulated Zoom, as the user in the tray."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rtms_tray.capture.states import LIVE, CaptureState
from rtms_tray.demo.simulated import SimulatedZoom
from rtms_tray.presentation.view_model import Overview, SessionView, SignInState
from rtms_tray.support.command_types import Answer, Command, Commander, Exit
from rtms_tray.support.tasks import Tasks

_PATIENCE_S: Final = 3.0
_DONE: Final = Answer(Exit.DONE)


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody in the meeting does something."""

    meeting: int
    name: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """Something of the simulated Zoom is changed: a meeting, faults, the scenario."""

    what: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Click:
    """The user clicks in the tray; without `wait`, its answer is not waited for."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    wait: bool = True


@dataclass(frozen=True, slots=True)
class Clear:
    """Everything that was played before comes to its end."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """The user signs in again."""


Move = Act | Change | Click | Clear | SignIn


def meeting_of(moves: Sequence[Move]) -> int | None:
    """Say in which meeting these moves are made last."""
    for move in reversed(moves):
        match move:
            case Act():
                return move.meeting
            case Change(values={"number": int(number)}):
                return number
            case Click(arguments={"meeting": number}) if number.isdigit():
                return int(number)
            case _:
                continue
    return None


class Player:
    """Plays; `show` must be given every overview."""

    def __init__(
        self,
        zoom: SimulatedZoom,
        commander: Commander,
        sign_in: Callable[[], Awaitable[Answer]],
    ) -> None:
        self._zoom = zoom
        self._commander = commander
        self._sign_in = sign_in
        self._overview: Overview | None = None
        self._shown = asyncio.Event()
        self._tasks = Tasks()

    def show(self, overview: Overview) -> None:
        """Take note of how the tray stands."""
        self._overview = overview
        self._shown.set()

    async def make(self, moves: Sequence[Move]) -> Answer:
        """Make these moves, one after the other; hand back the answer to the last.

        Raises:
            RefusedActError: one of them does not fit this moment.
        """
        answer = _DONE
        for move in moves:
            answer = await self._make(move)
        return answer

    async def close(self) -> None:
        """End what was not waited for."""
        await self._tasks.close()

    async def _make(self, move: Move) -> Answer:
        match move:
            case Act():
                await self._zoom.act(move.meeting, move.name, move.details)
            case Change():
                await self._zoom.change(move.what, move.values)
            case Click():
                return await self._click(move)
            case Clear():
                await self._clear()
            case SignIn():
                return await self._sign_in()
        return _DONE

    async def _click(self, click: Click) -> Answer:
        work = self._commander.perform(Command(click.name, click.arguments), lambda _: None)
        if click.wait:
            return await work
        self._tasks.spawn(work, f"the demo's {click.name}")
        return _DONE

    # --- clearing the stage -------------------------------------------------------------------

    async def _clear(self) -> None:
        await self._zoom.change("faults", {"clear": True})
        await self._zoom.change("feed", {"refuse": False})
        await self._bring_back()
        world = await self._zoom.look()
        for meeting in world.meetings.values():
            if meeting.started:
                await self._zoom.act(meeting.number, "end_meeting", {})
        if not await self._until(lambda overview: not _open(overview)):
            await self._give_up()

    async def _bring_back(self) -> None:
        """Have the tray signed in and listening, whatever was played before."""
        overview = self._overview
        if overview and overview.account.state is SignInState.SIGNED_OUT:
            await self._sign_in()
        if overview and not overview.feed.connected:
            await self._click(Click("reconnect"))
            await self._until(lambda now: now.feed.connected)

    async def _give_up(self) -> None:
        for session in _open(self._overview):
            meeting = {"meeting": session.key}
            if session.state in LIVE:
                await self._click(Click("stop", meeting))
            await self._click(Click("give-up", meeting))

    async def _until(self, wanted: Callable[[Overview], bool]) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while self._overview is None or not wanted(self._overview):
                    self._shown.clear()
                    await self._shown.wait()
        except TimeoutError:
            return False
        return True


def _open(overview: Overview | None) -> list[SessionView]:
    sessions = overview.sessions if overview else ()
    return [session for session in sessions if session.state is not CaptureState.ENDED]
