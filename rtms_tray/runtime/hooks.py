"""Starts the user's own program whenever the state of a session changes: the setting `hooks.on_change`.

No shell, an argument list; what changed comes as one line of JSON on standard input. Changes are handed over one after
the other, so the program needs no care for order; one that takes longer than `hooks.time_limit_s` is ended.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.status_json import SCHEMA, Json, rfc3339, session_json
from rtms_tray.presentation.view_model import Notice, Overview
from rtms_tray.runtime.notices import hook_failed
from rtms_tray.store.settings import HookSettings
from rtms_tray.support.clock import Clock
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.texts import text

MOST_WAITING: Final = 100
"""Changes that wait for the program; of more, the oldest are left out."""

_Standing = tuple[CaptureState, bool]


class Hooks:
    """Hands every change of a session's state, and of its being confirmed, to the user's program."""

    def __init__(
        self, settings: Callable[[], HookSettings], clock: Clock, changed: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._changed = changed
        self._seen: dict[str, _Standing] | None = None
        self._waiting: deque[Json] = deque(maxlen=MOST_WAITING)
        self._tasks = Tasks()
        self._running = False
        self._trouble = ""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the user should know: the program cannot be started, or failed."""
        command = self._settings().on_change
        return (hook_failed(command[0], self._trouble),) if self._trouble and command else ()

    def take(self, overview: Overview) -> None:
        """See what changed since the last overview; the first one is where everything begins."""
        before, self._seen = self._seen, _standings(overview)
        if before is None or not self._settings().on_change:
            return
        changes = tuple(self._changes(overview, before))
        self._waiting.extend(changes)
        if changes and not self._running:
            self._running = True
            self._tasks.spawn(self._hand_over(), "run the user's hook")

    async def close(self) -> None:
        """Start nothing more."""
        self._waiting.clear()
        await self._tasks.close()

    def _changes(self, overview: Overview, before: dict[str, _Standing]) -> Iterator[Json]:
        now = self._clock()
        for session in overview.sessions:
            earlier = before.get(session.key)
            if earlier != (session.state, session.unverified):
                yield {
                    "schema": SCHEMA,
                    "at": rfc3339(now),
                    "previous_state": str(earlier[0]) if earlier else None,
                    "session": session_json(session, now),
                }

    async def _hand_over(self) -> None:
        try:
            while self._waiting:
                change, settings = self._waiting.popleft(), self._settings()
                if settings.on_change:
                    self._note(await asyncio.to_thread(_run, settings, change))
        finally:
            self._running = False

    def _note(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            self._changed()


def _standings(overview: Overview) -> dict[str, _Standing]:
    return {session.key: (session.state, session.unverified) for session in overview.sessions}


def _run(settings: HookSettings, change: Json) -> str:
    """Run the program on one change; return what went wrong, in words, or nothing."""
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own program, an argument list, no shell
            settings.on_change,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or text("commands.fall_back.not_a_program")
        return text("notices.hook.not_started", reason=reason)
    with process:
        try:
            process.communicate(json.dumps(change).encode() + b"\n", settings.time_limit_s)
        except subprocess.TimeoutExpired:
            _end(process)
            return text("notices.hook.too_long", seconds=settings.time_limit_s)
    if process.returncode:
        return text("notices.hook.failed", code=process.returncode)
    return ""


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the program and, where the system has groups of processes, all that it started."""
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
