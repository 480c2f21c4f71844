"""The program, with a task beside it that opens and closes every window as often as a line of input says."""

import asyncio
import sys
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from rtms_tray.desktop.first_icon import FirstIcon
from rtms_tray.desktop.widgets import put_away
from tests.benchmarks.subjects.behind_icon import run_behind_icon

if TYPE_CHECKING:
    from rtms_tray.app import Running

_SHOWN_S = 0.1
put_away.AWAY_MS = 200  # nobody wants one back


async def _main(running: "Running", first: FirstIcon) -> None:
    async with running.started(first.app):
        while line := await asyncio.to_thread(sys.stdin.readline):
            for _ in range(int(line)):
                await _open_all(running)
            await _all_put_away(running)
            print("done", flush=True)


async def _open_all(running: "Running") -> None:
    registry = running.desktop.windows
    assert registry is not None
    for open_ in (
        running.desktop.open_window,
        registry.open_history,
        registry.open_settings,
        registry.open_setup,
        registry.open_help,
        registry.open_doctor,
        registry.open_inspector,
        registry.open_log,
    ):
        open_()
        await asyncio.sleep(_SHOWN_S)
        for window in QApplication.topLevelWidgets():
            if window.isVisible() and window.isWindow():
                window.close()
        await asyncio.sleep(0)


async def _all_put_away(running: "Running") -> None:
    desktop = running.desktop
    assert desktop.windows is not None
    made = desktop.windows._windows
    while desktop._status.made is not None or made:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(_SHOWN_S)
    await asyncio.sleep(_SHOWN_S)  # then the memory is given back


if __name__ == "__main__":
    run_behind_icon(_main)
