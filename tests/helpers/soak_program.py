"""The soak's program: the real one with all its surfaces, drawn into memory, in faster time.

`python -m tests.helpers.soak_program FOLDER SEED PACE…`; the first line on standard input holds Zoom's addresses.
"""

import asyncio
import sys
import time
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from rtms_tray.app import Running
from rtms_tray.demo import sandbox
from rtms_tray.desktop.event_loop import QtLoop
from rtms_tray.desktop.icons import picture_of
from rtms_tray.desktop.loop_timers import Calls
from rtms_tray.desktop.notifications.announcer import Announcer
from rtms_tray.desktop.notifications.native import Native, loader
from rtms_tray.desktop.surface import Desktop
from rtms_tray.store.log import log_to_file
from rtms_tray.zoom.client_version import ClientSeen
from tests.helpers.soak_lines import Json, first_line, say, serve
from tests.helpers.soak_measure import memory_kb, moving, reading
from tests.helpers.soak_time import Pace, from_words, milliseconds
from tests.helpers.soak_user import User

_TO_END_S: Final = 120.0
"""Long enough, on a busy machine too, for threads that were told to end."""


class _PacedCalls(Calls):
    """The loop's timers, each as much shorter as time is faster."""

    pace: Pace

    def startTimer(self, wait_ms: int, _kind: Qt.TimerType = Qt.TimerType.PreciseTimer) -> int:  # noqa: N802  Qt's name
        """Start one of Qt's."""
        return super().startTimer(milliseconds(wait_ms, self.pace), Qt.TimerType.PreciseTimer)


class _PacedQtLoop(QtLoop):
    """The program's own loop, whose seconds are short."""

    def __init__(self, app: QApplication, pace: Pace) -> None:
        self._pace = pace
        super().__init__(app)
        self._timer = _PacedCalls(self.time, self._end_with)
        self._timer.pace = pace

    def time(self) -> float:
        """Read the loop's clock."""
        return self._pace.loop_s()


class _Soaked:
    """Carries out what the soak wants of the program."""

    def __init__(self, running: Running, user: User, pace: Pace) -> None:
        self._running, self._user, self._pace = running, user, pace

    async def perform(self, told: Json) -> Json:
        """Do one thing, and answer."""
        match told["do"]:
            case "look around":
                await self._user.look_around()
                await reading()  # what measuring itself needs is there from now on
            case "begin":
                self._user.begin()
            case "end":
                await self._user.end()
            case "sleep":
                self._pace.slept_s += told["seconds"]
            case "idle":
                return await self._idle(told["minutes"])
            case "read":
                return await reading()
            case "quit":
                self._running.quit.set()
        return {"did": self._user.did, "memory": memory_kb(), "holds": self._holds()}

    def _holds(self) -> dict[str, int]:
        """Count what the program remembers on purpose."""
        program, desktop = self._running.program, self._running.desktop
        memory = program.watcher.board.memory
        return {
            "sessions": len(program.watcher.board.sessions),
            "meetings": len(memory.meetings),
            "strangers": len(memory.strangers),
            "finished": len(memory.finished),
            "early_stops": len(memory.early_stops),
            "colleagues": len(memory.colleagues),
            "buttons": len(desktop.clicks._buttons),
            "banners": len(desktop._own),
            "messages": len(desktop._announcer._newest),
        }

    async def _idle(self, minutes: float) -> Json:
        """Rest; tells how much of the processor that took, in milliseconds for a minute of the day."""
        before, began = time.process_time(), self._pace.loop_s()
        await asyncio.sleep(60 * minutes)
        passed = (self._pace.loop_s() - began) / 60
        return {"cpu_ms": 1000 * (time.process_time() - before) / passed, **self._holds()}


async def _notify(desktop: Desktop) -> None:
    """Have notifications go to the message bus, though Qt draws into memory."""
    native = Native(loader(desktop.clicks.perform, desktop._tell_again, Path("/none"), picture_of))
    await native.warm_up()
    desktop._announcer = Announcer((native, *desktop._announcer._ways))


async def _main(app: QApplication, pace: Pace, folder: Path, seed: int) -> None:
    zoom = await first_line()
    profile = sandbox.throw_away_profile(folder)
    log_to_file(profile, verbose=False)
    sandbox.set_up(profile, zoom)
    store = await sandbox.secrets_in_memory(zoom)
    running = Running(profile, store, asyncio.Event(), ClientSeen, pace)
    before = moving()
    async with running.started(app) as orders:
        await _notify(running.desktop)
        user = User(running, orders, zoom, seed)
        await user.sign_in()
        say({"ready": True})
        serving = asyncio.ensure_future(serve(_Soaked(running, user, pace).perform))
        await running.quit.wait()
        await asyncio.gather(serving)
        hanging = asyncio.get_running_loop().call_later(10 * _TO_END_S, _tell_what_hangs)
    hanging.cancel()
    await asyncio.sleep(_TO_END_S)
    say({"before": before, "after": moving()})


def _tell_what_hangs() -> None:
    """Write down where every task stands, for whoever wonders why the end takes so long."""
    for task in asyncio.all_tasks():
        task.print_stack(file=sys.stderr)
        sys.stderr.write(f"  {task!r}\n")
    sys.stderr.flush()


def main() -> None:
    """Run until it is told to quit."""
    folder, seed, *words = sys.argv[1:]
    pace = from_words(words)
    app = QApplication(sys.argv[:1])
    with asyncio.Runner(loop_factory=lambda: _PacedQtLoop(app, pace)) as runner:
        runner.run(_main(app, pace, Path(folder), int(seed)))


if __name__ == "__main__":
    main()
