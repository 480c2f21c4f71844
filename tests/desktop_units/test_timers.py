"""The list of what the loop is to do, where Qt and qasync come at odd moments."""

import asyncio
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimerEvent
from pytestqt.qtbot import QtBot

from rtms_tray.desktop.loop_timers import CallbackQueue


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    asyncio._set_running_loop(made)  # callbacks wait while none runs; here Qt is driven by the test
    yield made
    asyncio._set_running_loop(None)
    made.close()


@pytest.fixture
def calls(qtbot: QtBot) -> Iterator[CallbackQueue]:
    del qtbot
    made = CallbackQueue(time.monotonic, lambda error: pytest.fail(str(error)))
    yield made
    made.stop()
    made.deleteLater()


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
