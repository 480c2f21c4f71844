"""Background tasks: kept alive by a strong reference, named, their failures logged, ended together; and a signal.

Every task of the program belongs to a `Tasks` or to an `asyncio.TaskGroup`; nobody makes one by hand.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


class Tasks:
    """Owns tasks. An event loop keeps only weak references: an unowned task may vanish."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        """Start work that nobody awaits; a failure is logged, never lost."""
        task = self.start(work, name)
        task.add_done_callback(_log_failure)
        return task

    def start(self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        """Start work for those who await it: a failure is theirs, and forgotten once they have gone."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # else asyncio complains about a failure that nobody retrieved

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs."""
        return not self._tasks

    def cancel(self) -> None:
        """Cancel what runs, without waiting for it to end."""
        for task in tuple(self._tasks):
            task.cancel()

    async def finish(self) -> None:
        """Wait for what runs to end, cancelling nothing."""
        while running := self._others():
            # Not gather(): it returns at once where all have ended, and `_forget` would never be called.
            await asyncio.wait(running)

    async def close(self) -> None:
        """Cancel what runs, and wait for it to end."""
        while running := self._others():
            for task in running:
                task.cancel()
            await asyncio.wait(running)  # not gather(), see `finish`

    def _others(self) -> set[asyncio.Task[Any]]:
        return self._tasks - {asyncio.current_task()}


def _log_failure(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("Background task %s failed.", task.get_name(), exc_info=error)


class ChangeSignal:
    """Lets coroutines wait for a condition that is checked whenever something changes."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()
        self.count = 0
        """How often something has changed: whoever looked away sees whether they missed that."""

    def ring(self) -> None:
        """Wake everybody who waits."""
        self.count += 1
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def next(self) -> None:
        """Wait for the next change."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)

    async def until(self, is_so: Callable[[], bool], limit_s: float) -> bool:
        """Wait until it is so; False if that took longer than the limit (seconds)."""
        try:
            async with asyncio.timeout(limit_s):
                while not is_so():
                    await self.next()
        except TimeoutError:
            return is_so()
        return True
