"""The desktop's surroundings, made for tests: a commander that answers as told, and meetings."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from PySide6.QtWidgets import QApplication

from rtms_tray.desktop.application import Desktop
from rtms_tray.desktop.event_loop import run
from rtms_tray.desktop.meetings_menu import MeetingChoice
from rtms_tray.support.command_types import Answer, Command, Exit, Say
from tests.desktop_units import samples

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


class Stage:
    """A desktop with a recorder behind it."""

    def __init__(self, app: QApplication) -> None:
        self.commander = Recorder()
        self.meetings: Sequence[MeetingChoice] | Exception = ()
        self.listed = 0
        self.quits = 0
        self.at = samples.NOW
        self.desktop = Desktop(
            app, self.commander, self.list_meetings, self.quit, clock=lambda: self.at
        )

    async def list_meetings(self) -> Sequence[MeetingChoice]:
        self.listed += 1
        await asyncio.sleep(0)
        if isinstance(self.meetings, Exception):
            raise self.meetings
        return self.meetings

    def quit(self) -> None:
        self.quits += 1


def play(app: QApplication, scene: Callable[[Stage], Coroutine[Any, Any, None]]) -> None:
    """Run a scene on the Qt loop and take the desktop down afterwards."""

    async def main() -> None:
        stage = Stage(app)
        try:
            await scene(stage)
        finally:
            stage.desktop.close()
            await settle()

    run(main(), app)
