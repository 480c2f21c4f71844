"""The program, with a task beside it that opens and closes every window as often as a line of input says."""

import asyncio
import sys
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from rtms_tray.desktop.first_icon import FirstIcon
from tests.benchmarks.subjects.behind_icon import run_behind_icon

if TYPE_CHECKING:
    from rtms_tray.app import Running

_SHOWN_S = 0.1


async def _main(running: "Running", first: FirstIcon) -> None:
    async with running.started(first.app):
        while line := await asyncio.to_thread(sys.stdin.readline):
            for _ in range(int(line)):
                await _open_all(running)
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


if __name__ == "__main__":
    run_behind_icon(_main)
