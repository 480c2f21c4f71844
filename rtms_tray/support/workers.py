"""Blocking calls beside the event loop, in daemon threads: one that never returns does not keep the program alive."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_Job = Callable[[], None]
_SLICES: Final = 10


class DaemonThreads(Executor):
    """A pool of at most `limit` threads, made on demand, that the program's end does not wait for."""

    def __init__(self, limit: int = 6, name: str = "blocking-call") -> None:
        self._limit = limit
        self._name = name
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._unfinished = 0
        self._closed = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have `fn` called in a thread; its result or exception arrives in the future.

        Raises RuntimeError after `shutdown`.
        """
        future: Future[T] = Future()

        def job() -> None:
            if future.set_running_or_notify_cancel():
                try:
                    result = fn(*args, **kwargs)
                except BaseException as error:  # noqa: BLE001  the awaiter's
                    future.set_exception(error)
                else:
                    future.set_result(result)

        with self._lock:
            if self._closed:
                raise RuntimeError("the threads were shut down")
            self._unfinished += 1
            self._jobs.put(job)
            if self._threads < min(self._unfinished, self._limit):
                self._threads += 1
                threading.Thread(target=self._work, name=self._name, daemon=True).start()
        return future

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            del job  # an idle thread must not keep the last call's values alive
            with self._lock:
                self._unfinished -= 1

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  the signature is Executor's
        """Let idle threads end and take no more calls; never waits."""
        with self._lock:
            if not self._closed:
                self._closed = True
                for _ in range(self._threads):
                    self._jobs.put(None)


async def run_within(limit_s: float, executor: Executor, work: Callable[[], T]) -> T:
    """Do blocking work in one of the executor's threads, and wait for it at most `limit_s` seconds.

    Work that has not begun by then never does; work that has begun continues, its outcome ignored. Time
    in which the event loop is busy does not count: it says nothing about the work.

    Raises:
        TimeoutError: it took longer. What the work raises is raised as it is.
    """
    job = executor.submit(work)
    future = asyncio.wrap_future(job)
    try:
        await wait_patiently(future, limit_s)
        if future.done():
            return future.result()
        raise TimeoutError
    finally:
        job.cancel()


async def wait_patiently(future: "asyncio.Future[T]", limit_s: float) -> None:
    """Wait until something is done, or for `limit_s` seconds in which the event loop could notice it.

    A loop that is busy for longer finds its timers due and the result waiting, in any order. So it
    waits in slices: of time that goes by within one, no more than its length counts.
    """
    for _ in range(_SLICES):
        done, _ = await asyncio.wait({future}, timeout=limit_s / _SLICES)
        if done:
            return
