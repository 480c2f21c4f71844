"""Puts the host panel beside the demo's tray, and takes it away again."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from rtms_tray.demo.host_panel import HostPanel
from rtms_tray.demo.player import Player
from rtms_tray.demo.sandbox import sign_in
from rtms_tray.demo.simulated import SimulatedZoom
from rtms_tray.runtime.program import Program
from rtms_tray.support.command_types import Commander


@asynccontextmanager
async def host_panel(
    program: Program, commander: Commander, zoom: Mapping[str, str]
) -> AsyncIterator[HostPanel]:
    """Show the panel inside; nothing of it is left running afterwards."""
    simulated = SimulatedZoom(program.outside.http, zoom["control_url"])
    player = Player(simulated, commander, lambda: sign_in(commander, zoom))
    panel = HostPanel(simulated, player)
    program.listen(panel.show_overview, lambda _: None)
    panel.show()
    try:
        yield panel
    finally:
        await panel.end()
