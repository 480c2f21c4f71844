"""The loop on a real QApplication: every hole of qasync that was closed, shown closed."""

import asyncio
import contextvars
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from rtms_tray.desktop.event_loop import QtLoop, _signals_noticed, run
from rtms_tray.desktop.loop_timers import LONGEST_MS


def the_loop() -> QtLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, QtLoop)
    return loop


def test_main_ends_by_returning(qapp: QApplication) -> None:
    async def main() -> str:
        await asyncio.sleep(0)
        return "done"

    assert run(main(), qapp) == "done"


def test_async_generator_left_early_is_finalised(qapp: QApplication) -> None:
    ended = []

    async def numbers() -> AsyncGenerator[int]:
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    async def main() -> None:
        async for _ in numbers():
            break
        gc.collect()
        await asyncio.sleep(0.01)

    run(main(), qapp)
    assert ended == [True]


def test_context_survives_the_way_from_another_thread(qapp: QApplication) -> None:
    name = contextvars.ContextVar("name", default="lost")

    async def main() -> str:
        loop, values = the_loop(), asyncio.Event()
        found = []

        def probe() -> None:
            found.append(name.get())
            values.set()

        def elsewhere() -> None:
            name.set("kept")
            loop.call_soon_threadsafe(probe)

        threading.Thread(target=elsewhere).start()
        await values.wait()
        return str(found[0])

    assert run(main(), qapp) == "kept"


@pytest.mark.parametrize("delay", [0.01, 0.3, 0.5])
def test_sleep_never_ends_early_and_hardly_late(qapp: QApplication, delay: float) -> None:
    async def main() -> float:
        before = time.monotonic()
        await asyncio.sleep(delay)
        return time.monotonic() - before

    took = run(main(), qapp)
    assert delay - 0.001 <= took < delay + 0.2


def test_cancelled_timers_leave_qt_at_once(qapp: QApplication) -> None:
    async def main() -> tuple[int, int]:
        loop = the_loop()
        calls = loop._timer
        before = calls.waiting()
        handles = [loop.call_later(3600, print) for _ in range(500)]
        during = calls.waiting() - before
        for handle in handles:
            handle.cancel()
        return during, calls.waiting() - before

    assert run(main(), qapp) == (500, 0)


def test_timers_may_be_longer_than_qt_can_count(qapp: QApplication) -> None:
    async def main() -> None:
        the_loop().call_later(LONGEST_MS, print).cancel()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await asyncio.sleep(LONGEST_MS)

    run(main(), qapp)


def test_callbacks_keep_their_order(qapp: QApplication) -> None:
    async def main() -> list[int]:
        loop, order = the_loop(), list[int]()
        for number in range(50):
            loop.call_soon(order.append, number)
        loop.call_soon(order.append, 99).cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return order

    assert run(main(), qapp) == list(range(50))


def test_tasks_nobody_holds_run_to_their_end(qapp: QApplication) -> None:
    async def main() -> bool:
        done = asyncio.Event()

        async def forgotten() -> None:
            await asyncio.sleep(0.01)
            done.set()

        asyncio.ensure_future(forgotten())  # noqa: RUF006  that is what is tried here
        gc.collect()
        await asyncio.wait_for(done.wait(), 1)
        return done.is_set()

    assert run(main(), qapp)


def test_a_thread_that_never_returns_does_not_hold_up_the_end(qapp: QApplication) -> None:
    never = threading.Event()

    async def main() -> int:
        stuck = asyncio.ensure_future(asyncio.to_thread(never.wait))
        total = sum(await asyncio.gather(*(asyncio.to_thread(abs, -n) for n in range(20))))
        stuck.cancel()
        return total

    before = time.monotonic()
    assert run(main(), qapp) == sum(range(20))
    assert time.monotonic() - before < 2
    never.set()


def test_errors_in_threads_arrive(qapp: QApplication) -> None:
    async def main() -> None:
        with pytest.raises(ValueError, match="invalid literal"):
            await asyncio.to_thread(int, "x")

    run(main(), qapp)


def test_qts_own_quit_asks_instead_of_tearing_down(qapp: QApplication) -> None:
    async def main() -> str:
        quit_asked = asyncio.Event()
        the_loop().on_quit = quit_asked.set
        QTimer.singleShot(0, qapp.quit)
        await quit_asked.wait()
        await asyncio.sleep(0.01)  # cleaning up still works
        return "cleaned up"

    assert run(main(), qapp) == "cleaned up"


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_signals_cancel_main_which_cleans_up(qapp: QApplication, name: str) -> None:
    cleaned = []
    number = getattr(signal, name)

    async def main() -> None:
        try:
            asyncio.get_running_loop().call_later(0.02, os.kill, os.getpid(), number)
            await asyncio.sleep(30)
        finally:
            await asyncio.sleep(0)
            cleaned.append(True)

    with pytest.raises(asyncio.CancelledError):
        run(main(), qapp)
    assert cleaned == [True]


@pytest.mark.skipif(os.name == "nt", reason="there is no HUP")
def test_a_hang_up_that_is_ignored_stays_ignored(qapp: QApplication) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as `nohup` does

    async def main() -> str:
        os.kill(os.getpid(), signal.SIGHUP)
        await asyncio.sleep(0.02)
        return "still here"

    try:
        assert run(main(), qapp) == "still here"
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_system_exit_in_a_callback_reaches_the_caller(qapp: QApplication) -> None:
    async def main() -> None:
        asyncio.get_running_loop().call_soon(sys.exit, 7)
        await asyncio.sleep(30)

    with pytest.raises(SystemExit) as caught:
        run(main(), qapp)
    assert caught.value.code == 7


def test_sockets_work(qapp: QApplication) -> None:
    async def main() -> bytes:
        async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(await reader.readline())
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
            writer.write(b"hello\n")
            line = await reader.readline()
            writer.close()
            await writer.wait_closed()
            return line

    assert run(main(), qapp) == b"hello\n"


def test_process_ends_with_a_thread_stuck() -> None:
    program = (
        "import asyncio, threading\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from rtms_tray.desktop.event_loop import run\n"
        "async def main():\n"
        "    asyncio.ensure_future(asyncio.to_thread(threading.Event().wait))\n"
        "    await asyncio.sleep(0.05)\n"
        "run(main(), QApplication([]))\n"
        "print('ended')\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "ended\n", "")


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_signals_are_seen_where_the_loop_cannot_catch_them(qapp: QApplication) -> None:
    async def main() -> bool:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.remove_signal_handler(signal.SIGTERM)
        before = signal.getsignal(signal.SIGTERM)
        with _signals_noticed(loop, ended.set):
            threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGTERM)).start()
            await asyncio.wait_for(ended.wait(), 5)
        return signal.getsignal(signal.SIGTERM) == before

    assert run(main(), qapp)


def test_quit_calls_what_was_asked_for(qapp: QApplication) -> None:
    quit_asked = asyncio.Event()

    async def main() -> str:
        QTimer.singleShot(0, qapp.quit)
        await quit_asked.wait()
        return "ended by itself"

    assert run(main(), qapp, interrupt=quit_asked.set) == "ended by itself"


def test_stopping_the_loop_by_hand_is_an_error(qapp: QApplication) -> None:
    async def main() -> None:
        asyncio.get_running_loop().stop()
        await asyncio.sleep(30)

    with pytest.raises(RuntimeError, match="stopped before"):
        run(main(), qapp)


def test_nothing_runs_while_qt_is_driven_without_the_loop(qapp: QApplication) -> None:
    loop = QtLoop(qapp)
    ran: list[object] = []

    async def note_the_loop() -> None:
        ran.append(asyncio.get_running_loop())

    tasks = [loop.create_task(note_the_loop())]
    loop.call_later(0.001, lambda: tasks.append(loop.create_task(note_the_loop())))
    time.sleep(0.002)  # both are due
    for _ in range(3):
        qapp.processEvents()
    assert ran == []
    loop.run_until_complete(asyncio.sleep(0.01))
    assert ran == [loop, loop]
    loop.close()


def test_a_closed_loop_takes_no_calls(qapp: QApplication) -> None:
    loop = QtLoop(qapp)
    loop.call_later(60, print)
    loop.call_soon(print)
    loop.close()
    assert loop._timer.waiting() == 0
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_soon_threadsafe(print)
    with pytest.raises(RuntimeError, match="shut down"):
        loop._threads.submit(print)
