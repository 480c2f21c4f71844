"""The asyncio event loop inside Qt; the only module that uses qasync.

It closes gaps of qasync 0.28: async generators that are left early are finalised, context variables survive
`call_soon_threadsafe`, timers are precise and end when cancelled, tasks cannot be collected while they run, a thread
that never returns does not delay the exit, `app.quit()` asks the program to end instead of stopping the loop under it,
and garbage is collected in this thread only. Nothing in the program may nest event loops (`exec()`,
`processEvents()`): a task of one cannot run in the other. (The first icon has Qt's loop to itself, and that has ended
before this one begins.)
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import Executor
from contextlib import contextmanager
from contextvars import Context
from typing import Any, Final, TypeVar

import qasync
from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication

from rtms_tray.desktop.loop_timers import CallbackQueue, gc_in_gui_thread
from rtms_tray.support.workers import DaemonThreads

T = TypeVar("T")

os.environ["QT_API"] = "pyside6"  # qasync would take PyQt where it is installed
_HANG_UP: Final = getattr(
    signal, "SIGHUP", None
)  # the terminal or the session is closed; not on Windows
_MANY_SIGNALS: Final = 4096


class QtLoop(qasync.QEventLoop):  # type: ignore[misc]  # qasync has no types
    """qasync's loop with its gaps closed."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._fatal: BaseException | None = None
        self._stop_asked = False
        self._tasks: set[asyncio.Task[Any]] = set()
        self._threads = DaemonThreads()
        self._timer = CallbackQueue(self.time, self._raise_fatal)
        self.on_quit: Callable[[], None] | None = None
        self.set_default_executor(self._threads)

    # --- running ------------------------------------------------------------------------------

    def run_forever(self) -> None:
        """Run until `stop()`, finalising async generators that are left early."""
        old = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(
            firstiter=self._asyncgen_firstiter_hook, finalizer=self._asyncgen_finalizer_hook
        )
        self._stop_asked = False
        try:
            super().run_forever()
        finally:
            sys.set_asyncgen_hooks(*old)
        if (fatal := self._fatal) is not None:
            self._fatal = None
            raise fatal

    def run_until_complete(self, future: Any) -> Any:  # noqa: ANN401  asyncio's own signature
        """Run until the future is done; when Qt quits first, call `on_quit` and run on.

        No Qt events are processed outside the running loop: Python 3.14 refuses tasks there.
        Raises RuntimeError if the loop was stopped first, and whatever the future raises.
        """
        task = asyncio.ensure_future(future, loop=self)
        task.add_done_callback(self._stop_when_done)
        try:
            while not task.done():
                self.run_forever()
                if not task.done():
                    self._stopped_early()
        finally:
            task.remove_done_callback(self._stop_when_done)
        return task.result()

    def stop(self) -> None:
        """End `run_forever` after the current callback."""
        self._stop_asked = True
        super().stop()

    def _stop_when_done(self, _task: object) -> None:
        self.stop()

    def _stopped_early(self) -> None:
        if self._stop_asked or self.on_quit is None:
            raise RuntimeError("Event loop stopped before Future completed.")
        self.on_quit()

    def _raise_fatal(self, error: BaseException) -> None:
        self._fatal = error
        self.stop()

    # --- callbacks ----------------------------------------------------------------------------

    def call_soon(
        self, callback: Callable[..., object], *args: object, context: Context | None = None
    ) -> asyncio.Handle:
        """Call in the loop's next iteration."""
        self._check_closed()
        handle = asyncio.Handle(callback, args, self, context)
        self._timer.soon(handle)
        return handle

    def call_later(
        self,
        delay: float,
        callback: Callable[..., object],
        *args: object,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call after `delay` seconds."""
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: object,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call when the loop's clock (seconds) reaches `when`."""
        self._check_closed()
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._timer.later(handle)
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        self._timer.forget(handle)

    def call_soon_threadsafe(
        self, callback: Callable[..., object], *args: object, context: Context | None = None
    ) -> asyncio.Handle:
        """Call in the loop's next iteration, from any thread, in the caller's context."""
        self._check_closed()
        handle = asyncio.Handle(callback, args, self, context)
        self._timer.add_threadsafe(handle)
        return handle

    # --- tasks and threads --------------------------------------------------------------------

    def create_task(self, coro: Coroutine[Any, Any, T], **options: Any) -> asyncio.Task[T]:  # noqa: ANN401  they grow with Python's versions
        """Start a task and keep it until it is done."""
        task: asyncio.Task[T] = super().create_task(coro, **options)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def run_in_executor(
        self,
        executor: Executor | None,
        func: Callable[..., T],
        *args: object,
    ) -> asyncio.Future[T]:
        """Call a blocking function in a daemon thread, or in the given executor."""
        self._check_closed()
        return asyncio.wrap_future((executor or self._threads).submit(func, *args), loop=self)


def new_event_loop(app: QApplication) -> asyncio.AbstractEventLoop:
    """Make a loop that runs inside this Qt application."""
    loop: asyncio.AbstractEventLoop = QtLoop(app)
    return loop


def run(
    main: Coroutine[Any, Any, T], app: QApplication, interrupt: Callable[[], None] | None = None
) -> T:
    """Run the program until `main` returns, and return its result.

    Ctrl-C, TERM, HUP and Qt's own quit (end of the desktop session, ⌘Q on a Mac) call `interrupt`, which makes `main`
    return; without it they cancel `main`. Tasks that still run at the end are cancelled.
    """
    with (
        gc_in_gui_thread(),
        asyncio.Runner(loop_factory=lambda: new_event_loop(app)) as runner,
    ):
        return runner.run(_with_interrupt(main, interrupt))


async def _with_interrupt(main: Coroutine[Any, Any, T], interrupt: Callable[[], None] | None) -> T:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def end() -> None:
        if interrupt is not None:
            interrupt()
        elif task is not None:
            task.cancel()

    if isinstance(loop, QtLoop):
        loop.on_quit = end
    with _signals_handled(loop, end):
        return await main


def _ending_signals() -> tuple[signal.Signals, ...]:
    """List the signals that end the program; HUP only where nobody chose to ignore it (`nohup`)."""
    chosen = (signal.SIGINT, signal.SIGTERM)
    if _HANG_UP is None or signal.getsignal(_HANG_UP) is signal.SIG_IGN:
        return chosen
    return (*chosen, _HANG_UP)


@contextmanager
def _signals_handled(loop: asyncio.AbstractEventLoop, end: Callable[[], None]) -> Generator[None]:
    signals = _ending_signals()
    try:
        for number in signals:
            loop.add_signal_handler(number, end)
    except NotImplementedError:
        with _signals_noticed(loop, end):
            yield
        return
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


@contextmanager
def _signals_noticed(loop: asyncio.AbstractEventLoop, end: Callable[[], None]) -> Generator[None]:
    """Catch signals where a loop cannot (Windows): Python handles them only while it runs.

    So Python writes to a socket when a signal comes, and Qt, which watches that, has it run.
    """
    old = {
        number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(end))
        for number in _ending_signals()
    }
    woken, waking = socket.socketpair()
    with woken, waking:
        for end_ in (woken, waking):
            end_.setblocking(False)
        old_waking = signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
        notifier = QSocketNotifier(woken.fileno(), QSocketNotifier.Type.Read)
        notifier.activated.connect(lambda: woken.recv(_MANY_SIGNALS))
        try:
            yield
        finally:
            notifier.setEnabled(False)
            signal.set_wakeup_fd(old_waking)
            for number, handler in old.items():
                signal.signal(number, handler)
