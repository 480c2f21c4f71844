"""The demo within the test process: a simulator in a thread, the program, and the host panel."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QPushButton

from rtms_tray.commands.dispatcher import CommandDispatcher
from rtms_tray.demo import demo_environment
from rtms_tray.demo.host_panel import HostPanel
from rtms_tray.demo.simulator_client import Meeting, SimulatorClient, SimulatorState
from rtms_tray.runtime.connector import Dependencies
from rtms_tray.runtime.program import Program
from rtms_tray.simulator import SimulatorThread
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.clock import SystemClock
from rtms_tray.support.command_types import Answer, Command
from rtms_tray.zoom.http_client import make_http

if TYPE_CHECKING:
    from rtms_tray.presentation.view_model import Overview

MEETING = 98712345670
PATIENCE_S = 15.0
SILENCE_S = 3
"""Silence counts as an answer after so long; a host who joins less than a second after the request may have seen it."""


class DemoHarness:
    """A running demo, and what a test does with it."""

    def __init__(
        self,
        program: Program,
        commands: CommandDispatcher,
        panel: HostPanel,
        url: str,
        shown_windows: list[str | None],
    ) -> None:
        self.program, self.commands, self.panel = program, commands, panel
        self.simulator = SimulatorClient(program.dependencies.http, url)
        self.overviews: list[Overview] = []
        self.shown_windows = shown_windows
        program.listen(self.overviews.append, lambda _: None)

    async def do(self, name: str, **arguments: str) -> Answer:
        """Perform a command, as a click in the tray does."""
        return await self.commands.perform(Command(name, arguments), lambda _: None)

    async def act(self, name: str, **details: Any) -> None:  # noqa: ANN401 - any JSON
        """Perform an action in the meeting, without the panel."""
        await self.simulator.act(MEETING, name, details)

    async def meeting(self) -> tuple[SimulatorState, Meeting]:
        """Read the simulator's state and its first meeting."""
        state = await self.simulator.state()
        return state, state.meetings[str(MEETING)]

    async def wait_until(self, is_so: Callable[[], object], what: str) -> None:
        """Wait until something is so."""
        end = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < end, f"gave up waiting for {what}"
            await asyncio.sleep(0.01)

    async def wait_until_state(
        self, is_so: Callable[[SimulatorState, Meeting], object], what: str
    ) -> None:
        """Wait until the simulator is in some state."""
        end = time.monotonic() + PATIENCE_S
        while not is_so(*await self.meeting()):
            assert time.monotonic() < end, f"gave up waiting for {what}"

    async def press(self, button: QPushButton) -> None:
        """Press a button as soon as it is enabled."""
        await self.wait_until(button.isEnabled, f"the button {button.text()!r} to be enabled")
        button.click()


@asynccontextmanager
async def run_demo(folder: Path, *, progression: str = "immediate") -> AsyncIterator[DemoHarness]:
    """Run a demo inside, signed in, its panel shown."""
    simulator = SimulatorThread(progression=progression)
    zoom = simulator.start()
    shown: list[str | None] = []
    try:
        async with _program(folder, zoom, shown) as (program, commands):
            assert not (await demo_environment.sign_in(commands, zoom)).exit
            async with demo_environment.host_panel_for(program, commands, zoom) as panel:
                panel.resize(540, 640)
                panel.show()
                harness = DemoHarness(program, commands, panel, zoom["control_url"], shown)
                await harness.wait_until(lambda: program.overview().feed.connected, "the feed")
                await harness.wait_until(lambda: panel.header.state, "the panel's first state")
                yield harness
    finally:
        simulator.stop()


@asynccontextmanager
async def _program(
    folder: Path, zoom: dict[str, str], shown: list[str | None]
) -> AsyncIterator[tuple[Program, CommandDispatcher]]:
    profile = demo_environment.profile_in(folder)
    demo_environment.write_settings(profile, zoom)
    set_value(profile.settings_file, "behaviour.no_answer_after_s", str(SILENCE_S))
    store = await demo_environment.secrets_in_memory(zoom)
    async with make_http() as http:
        program = Program(Dependencies(profile, store, http, SystemClock()))
        commands = CommandDispatcher(
            program,
            open_url=lambda _: False,
            show_window=lambda session, _part: shown.append(session),
            quit_program=lambda: None,
        )
        await program.start()
        try:
            yield program, commands
        finally:
            await program.close()
