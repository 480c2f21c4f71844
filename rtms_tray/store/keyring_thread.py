"""Blocking keyring calls beside the event loop: one at a time, each with a time limit.

A keyring that waits for its password window blocks for as long as the person takes. The call
then stays behind in a daemon thread, which holds up neither the loop nor the program's end;
until it returns, further calls are told at once that the keyring is waiting.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from rtms_tray.store.secrets import SecretError, Trouble

T = TypeVar("T")


class KeyringThread:
    """Runs blocking calls one after the other; at most one thread is ever stuck."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._running: Future[object] | None = None
        self._waiting_for = Trouble.TIMEOUT

    def waits_for_password(self) -> None:
        """Note, from within a call, that it will ask the user: late then means locked."""
        self._waiting_for = Trouble.LOCKED

    async def run(self, work: Callable[[], T], limit_s: float) -> T:
        """Do the work in a thread; raises SecretError after `limit_s` seconds."""
        try:
            async with asyncio.timeout(limit_s), self._turn:
                return await asyncio.wrap_future(self._start(work))
        except TimeoutError:
            raise SecretError(self._waiting_for) from None

    def _start(self, work: Callable[[], T]) -> Future[T]:
        if self._running is not None and not self._running.done():
            raise SecretError(self._waiting_for)
        self._waiting_for = Trouble.TIMEOUT
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        self._running = future  # type: ignore[assignment]  # only ever asked whether it is done
        threading.Thread(target=_fulfil, args=(future, work), name="keyring", daemon=True).start()
        return future


def _fulfil(future: Future[T], work: Callable[[], T]) -> None:
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - the thread's border: the caller gets it
        future.set_exception(error)
    else:
        future.set_result(result)
