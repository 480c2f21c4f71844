"""The program, with a task beside it that opens and closes every window as often as a line of input says."""

import asyncio
import sys

from PySide6.QtWidgets import QApplication

from rtms_tray.app import Running
from rtms_tray.desktop.event_loop import run
from rtms_tray.store.keyring_store import KeyringStore
from rtms_tray.store.profile import find_profile

_SHOWN_S = 0.1


async def _main(app: QApplication, running: Running) -> None:
    async with running.started(app):
        while line := await asyncio.to_thread(sys.stdin.readline):
            for _ in range(int(line)):
                await _open_all(running)
            print("done", flush=True)


async def _open_all(running: Running) -> None:
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


def main() -> None:
    """Run until the input ends."""
    app = QApplication(sys.argv[:1])
    run(_main(app, Running(find_profile(), KeyringStore(), asyncio.Event())), app)


if __name__ == "__main__":
    main()
