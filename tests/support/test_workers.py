"""Threads for blocking calls: in order, limited in number and time, never waited for at the end."""

import asyncio
import threading
import time
from functools import partial

import pytest

from rtms_tray.support.workers import DaemonThreads, run_within


async def test_one_thread_works_in_order() -> None:
    thread = DaemonThreads(1, "disk")
    calls: list[tuple[int, str]] = []

    def note(number: int) -> None:
        calls.append((number, threading.current_thread().name))

    await asyncio.gather(*(run_within(5, thread, partial(note, number)) for number in range(20)))
    assert calls == [(number, "disk") for number in range(20)]
    thread.shutdown()


async def test_what_the_work_raises_is_raised() -> None:
    thread = DaemonThreads(1)
    with pytest.raises(ZeroDivisionError):
        await run_within(5, thread, lambda: 1 // 0)
    thread.shutdown()
    thread.shutdown()
    with pytest.raises(RuntimeError, match="shut down"):
        thread.submit(print)


async def test_work_that_waits_too_long_for_its_turn_never_starts() -> None:
    thread, gate, done = DaemonThreads(1), threading.Event(), list[str]()
    with pytest.raises(TimeoutError):
        await run_within(0.05, thread, gate.wait)
    with pytest.raises(TimeoutError):
        await run_within(0.05, thread, lambda: done.append("late"))
    gate.set()
    assert await run_within(5, thread, lambda: "again") == "again"
    assert done == []
    thread.shutdown()


async def test_a_busy_event_loop_is_no_slow_work() -> None:
    """Both the limit and the result are due when the loop comes to itself: the result counts."""
    thread = DaemonThreads(1)
    working = asyncio.ensure_future(run_within(0.1, thread, partial(time.sleep, 0.05)))
    await asyncio.sleep(0)
    for _ in range(3):
        time.sleep(0.15)  # noqa: ASYNC251 - the point: nothing else can run
        await asyncio.sleep(0)
    await working
    thread.shutdown()


async def test_work_is_still_given_up_while_the_event_loop_is_busy() -> None:
    thread, gate = DaemonThreads(1), threading.Event()
    working = asyncio.ensure_future(run_within(0.1, thread, gate.wait))
    for _ in range(30):
        time.sleep(0.02)  # noqa: ASYNC251 - as above
        await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await working
    gate.set()
    thread.shutdown()
