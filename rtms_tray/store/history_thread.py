"""Blocking work on the history beside the event loop: one thread, one piece of work at a time.

A disk that does not answer blocks that thread for as long as it likes. It is a daemon: it holds up neither
the loop nor the program's end, and work that waited too long behind it is dropped.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from rtms_tray.store.history_trouble import HistoryError, Trouble

T = TypeVar("T")


class HistoryThread:
    """Does pieces of work in the order in which they come."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def run(self, work: Callable[[], T], limit_s: float) -> T:
        """Do a piece of work; raises HistoryError after `limit_s` seconds, and what the work raises."""
        future: Future[T] = Future()
        self._begin()
        self._work.put(lambda: _fulfil(future, work))
        try:
            async with asyncio.timeout(limit_s):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            raise HistoryError(Trouble.SLOW) from None

    def stop(self, last: Callable[[], object] | None = None) -> None:
        """End the thread once its work is done; `last` is a piece that nobody waits for."""
        if self._thread is not None:
            self._thread = None
            if last is not None:
                self._work.put(lambda: _fulfil(Future(), last))
            self._work.put(None)

    def _begin(self) -> None:
        if self._thread is None:
            self._work = queue.SimpleQueue()
            self._thread = threading.Thread(
                target=_serve, args=(self._work,), name="history", daemon=True
            )
            self._thread.start()


def _serve(pieces: "queue.SimpleQueue[Callable[[], None] | None]") -> None:
    while (piece := pieces.get()) is not None:
        piece()


def _fulfil(future: Future[T], work: Callable[[], T]) -> None:
    if not future.set_running_or_notify_cancel():
        return  # nobody waits for it any more
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - the thread's border: the caller gets it
        future.set_exception(error)
    else:
        future.set_result(result)
