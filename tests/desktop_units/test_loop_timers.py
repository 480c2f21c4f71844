"""Timers inside Qt are precise and in order, and garbage is collected in the GUI thread only."""

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimerEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rtms_tray.desktop.event_loop import run
from rtms_tray.desktop.loop_timers import CallbackQueue, collect_garbage, gc_in_gui_thread


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    asyncio._set_running_loop(loop)  # callbacks wait while none runs; here Qt is driven by the test
    yield loop
    asyncio._set_running_loop(None)
    loop.close()


@pytest.fixture
def calls(qtbot: QtBot) -> Iterator[CallbackQueue]:
    del qtbot
    queue = CallbackQueue(time.monotonic, lambda error: pytest.fail(str(error)))
    yield queue
    queue.stop()
    queue.deleteLater()


class Knot:
    """Refers to itself: only the collector can free it. Tells where it was freed."""

    def __init__(self, freed_in: list[threading.Thread]) -> None:
        self.me = self
        weakref.finalize(self, lambda: freed_in.append(threading.current_thread()))


@pytest.fixture
def collecting_as_python_does() -> Iterator[None]:
    gc.enable()
    yield
    gc.disable()


def rubbish(amount: int) -> None:
    """Allocate so much that Python's thresholds are passed."""
    kept: list[list[object]] = [[] for _ in range(amount)]
    kept.clear()


def busy_thread(enough: threading.Event) -> None:
    while not enough.is_set():
        rubbish(5_000)


def test_what_qasync_hands_over_runs_in_its_time(
    qtbot: QtBot, calls: CallbackQueue, loop: asyncio.AbstractEventLoop
) -> None:
    ran: list[str] = []
    due = time.monotonic() + 0.05
    calls.add_callback(asyncio.TimerHandle(due, ran.append, ["later"], loop), 0.05)
    calls.add_callback(asyncio.Handle(ran.append, ["at once"], loop))
    assert calls.waiting() == 1
    qtbot.waitUntil(lambda: ran == ["at once", "later"], timeout=5_000)
    assert time.monotonic() >= due
    assert calls.waiting() == 0


def test_a_timer_that_qt_had_fired_before_it_was_forgotten_does_nothing(
    calls: CallbackQueue, loop: asyncio.AbstractEventLoop
) -> None:
    ran: list[str] = []
    handle = asyncio.TimerHandle(time.monotonic(), ran.append, ["no"], loop)
    calls.later(handle)
    (timer,) = calls._later
    calls.forget(handle)
    calls.timerEvent(QTimerEvent(timer))
    assert ran == []


def test_after_the_end_nothing_runs(
    qtbot: QtBot, calls: CallbackQueue, loop: asyncio.AbstractEventLoop
) -> None:
    ran: list[str] = []

    def end() -> None:
        ran.append("end")
        calls.stop()

    calls.soon(asyncio.Handle(end, [], loop))
    calls.soon(asyncio.Handle(ran.append, ["too late"], loop))
    qtbot.waitUntil(lambda: bool(ran), timeout=5_000)
    qtbot.wait(20)
    assert ran == ["end"]


@pytest.mark.usefixtures("collecting_as_python_does")
def test_a_busy_thread_collects_nothing_and_the_gui_all(qapp: QApplication) -> None:
    freed: list[threading.Thread] = []
    enough = threading.Event()
    thread = threading.Thread(target=busy_thread, args=(enough,))

    async def main() -> None:
        Knot(freed)
        thread.start()
        while not freed:
            kept: list[list[object]] = [[] for _ in range(1_000)]
            await asyncio.sleep(0.001)
            del kept

    try:
        run(asyncio.wait_for(main(), 30), qapp)
    finally:
        enough.set()
        thread.join()
    assert freed == [threading.main_thread()]


@pytest.mark.usefixtures("collecting_as_python_does")
def test_python_collects_by_itself_again_afterwards() -> None:
    with gc_in_gui_thread():
        assert not gc.isenabled()
        assert gc.get_freeze_count()
    assert gc.isenabled()
    assert not gc.get_freeze_count()


@pytest.mark.usefixtures("collecting_as_python_does")
def test_where_python_collects_nothing_is_done_here() -> None:
    freed: list[threading.Thread] = []
    Knot(freed)
    kept: list[list[object]] = [[] for _ in range(gc.get_threshold()[0] - gc.get_count()[0] - 20)]
    collect_garbage()
    assert not freed
    del kept


@pytest.mark.usefixtures("collecting_as_python_does")
def test_below_the_thresholds_nothing_is_looked_through() -> None:
    freed: list[threading.Thread] = []
    with gc_in_gui_thread():
        Knot(freed)
        collect_garbage()
        assert not freed
    gc.collect()
    assert freed
