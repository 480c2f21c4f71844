"""Garbage that holds Qt objects is collected on the GUI's thread, and there by itself."""

import asyncio
import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from rtms_tray.desktop.event_loop import run
from rtms_tray.desktop.loop_timers import collect_garbage, gc_in_gui_thread


class Knot:
    """Refers to itself: only the collector can free it. Tells where it was freed."""

    def __init__(self, freed_in: list[threading.Thread]) -> None:
        self.me = self
        weakref.finalize(self, lambda: freed_in.append(threading.current_thread()))


@pytest.fixture(autouse=True)
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


def test_python_collects_by_itself_again_afterwards() -> None:
    with gc_in_gui_thread():
        assert not gc.isenabled()
        assert gc.get_freeze_count()
    assert gc.isenabled()
    assert not gc.get_freeze_count()


def test_where_python_collects_nothing_is_done_here() -> None:
    freed: list[threading.Thread] = []
    Knot(freed)
    kept: list[list[object]] = [[] for _ in range(gc.get_threshold()[0] - gc.get_count()[0] - 20)]
    collect_garbage()
    assert not freed
    del kept


def test_below_the_thresholds_nothing_is_looked_through() -> None:
    freed: list[threading.Thread] = []
    with gc_in_gui_thread():
        Knot(freed)
        collect_garbage()
        assert not freed
    gc.collect()
    assert freed
