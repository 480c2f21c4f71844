"""Desktops for tests, with commanders that answer as told."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from rtms_tray.desktop.application import Desktop, DesktopInputs
from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.event_loop import run
from rtms_tray.desktop.meetings_menu import MeetingChoice
from rtms_tray.desktop.own_meetings import OwnMeetings
from rtms_tray.desktop.status.status_window import StatusWindow
from rtms_tray.desktop.tray_menu import MenuActions
from rtms_tray.desktop.window_registry import WindowRegistry
from rtms_tray.store.profile import Profile
from rtms_tray.store.state import WindowGeometryFile
from rtms_tray.support.command_types import Answer, Command, Commander, Exit, Say
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.feeds import Received
from tests.desktop_units import samples
from tests.helpers.windows import Known, window_inputs

DONE = Answer(Exit.DONE, "done")


class Recorder:
    """A commander that remembers what it was asked, and answers when `go` is set."""

    def __init__(self, answer: Answer = DONE) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.go = asyncio.Event()
        self.go.set()
        self.trouble: Exception | None = None

    async def perform(self, command: Command, say: Say) -> Answer:
        self.asked.append((command.name, dict(command.arguments)))
        say({"heard": command.name})
        await self.go.wait()
        if self.trouble is not None:
            raise self.trouble
        return self.answer


async def settle() -> None:
    """Let tasks and Qt's own events run until nothing more is due."""
    for _ in range(6):
        await asyncio.sleep(0.005)


class DesktopHarness:
    """A desktop whose commander records; without the windows beside the status window."""

    def __init__(self, app: QApplication) -> None:
        self.commander = Recorder()
        self.meetings: Sequence[MeetingChoice] | Exception = ()
        self.listed = 0
        self.today: Sequence[MeetingChoice] | Exception = ()  # for the window at rest
        self.looked = 0
        self.quits = 0
        self.at = samples.NOW
        self.topics: dict[str, str] = {}
        self.desktop = Desktop(
            app,
            self.commander,
            DesktopInputs(
                self.list_meetings,
                self.quit,
                clock=lambda: self.at,
                names_meeting=lambda copied: "zoom.us" in copied,
                own_meetings=OwnMeetings(
                    self.list_today, lambda meeting: self.topics.get(meeting, "")
                ),
            ),
        )

    async def list_meetings(self) -> Sequence[MeetingChoice]:
        self.listed += 1
        await asyncio.sleep(0)
        if isinstance(self.meetings, Exception):
            raise self.meetings
        return self.meetings

    async def list_today(self) -> Sequence[MeetingChoice]:
        self.looked += 1
        if isinstance(self.today, Exception):
            raise self.today
        return self.today

    def quit(self) -> None:
        self.quits += 1


def run_scene(
    app: QApplication, scene: Callable[[DesktopHarness], Coroutine[Any, Any, None]]
) -> None:
    """Run a scene on the Qt loop and take the desktop down afterwards."""

    async def main() -> None:
        harness = DesktopHarness(app)
        try:
            await scene(harness)
        finally:
            harness.desktop.close()
            await settle()

    run(main(), app)


class FullDesktop:
    """A desktop with all its windows, on a profile in this folder."""

    def __init__(
        self,
        app: QApplication,
        folder: Path,
        commander: Commander | None = None,
        *,
        hidden: bool = False,
    ) -> None:
        self.profile = Profile("default", folder, folder / "data", folder / "logs")
        self.commander = Known(profile=self.profile)
        self.inputs = window_inputs(self.profile)
        self.desktop = Desktop(
            app,
            commander or self.commander,
            DesktopInputs(_no_meetings, lambda: None, clock=lambda: samples.NOW, hidden=hidden),
            self.inputs,
        )

    @property
    def windows(self) -> WindowRegistry:
        assert self.desktop.windows is not None
        return self.desktop.windows

    def receive(self, name: str, at: int = samples.NOW) -> None:
        """Have an event arrive."""
        raw = f'{{"event": "{name}", "event_ts": 1, "payload": {{"topic": "<b>bold</b>"}}}}'
        self.inputs.inspector.add(Received(decode(raw, at), raw, at))


def status_window(geometries: WindowGeometryFile) -> StatusWindow:
    """Make a status window without a desktop around it."""
    sender = CommandSender(Recorder(), lambda _command, _answer: None)
    menu_actions = MenuActions(
        sender, _no_meetings, lambda: None, lambda: None, print, lambda: None, lambda: samples.NOW
    )
    return StatusWindow(sender, menu_actions, geometries)


def failure(text: str) -> ValueError:
    """Give an error that was raised, with its traceback."""
    try:
        int(text)
    except ValueError as error:
        return error
    raise AssertionError(text)


async def _no_meetings() -> tuple[()]:
    return ()
