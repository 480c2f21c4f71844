"""Background tasks: kept alive by a strong reference, their failures told to the log, ended together."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)


class Tasks:
    """Owns tasks. An event loop keeps only weak references: an unowned task may vanish."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Start work in the background; a failure is logged, never lost."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("Background task %s failed.", task.get_name(), exc_info=error)

    def cancel(self) -> None:
        """Cancel what runs, without waiting for it to end."""
        for task in tuple(self._tasks):
            task.cancel()

    async def close(self) -> None:
        """Cancel what runs, and wait for it to end."""
        while running := self._tasks - {asyncio.current_task()}:
            for task in running:
                task.cancel()
            # Not gather(): it returns at once where all have ended, and `_done` would never be called.
            await asyncio.wait(running)
