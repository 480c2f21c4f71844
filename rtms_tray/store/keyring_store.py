"""Secrets in the system's own keyring, the only place where they outlive the program."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Final, TypeVar

from rtms_tray.store.keyring_backends import system_keyring
from rtms_tray.store.keyring_helper import HelperGoneError, KeyringHelper
from rtms_tray.store.keyring_work import Act, Job, perform
from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.workers import DaemonThreads, wait_patiently

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

log = logging.getLogger(__name__)

LIMIT_S: Final = 10.0
HELPER_STAYS_S: Final = 10.0
_UNUSED_NAME: Final = "rtms-tray.unlock/nobody"


class KeyringStore:
    """Keeps secrets in the system's keyring (a `SecretStore`).

    Reading never opens a password prompt: a locked keyring is `Trouble.LOCKED` at once, and
    `unlock` asks the user. Saving may prompt, because what is not saved would be lost.
    Each secret has a service of its own: Windows moves entries that share one.
    """

    def __init__(
        self,
        backend: "Callable[[], KeyringBackend]" = system_keyring,
        *,
        limit_s: float = LIMIT_S,
        helper: KeyringHelper | None = None,
    ) -> None:
        self._find_backend = backend
        self._limit_s = limit_s
        self._helper = helper
        self._resting: asyncio.TimerHandle | None = None
        self._calls = KeyringCalls()

    async def load(self, name: str) -> str | None:
        """Read a secret; None when there is none; raises SecretError."""
        return await self._run("load", name)

    async def save(self, name: str, value: str) -> None:
        """Keep a secret; raises SecretError. After TIMEOUT or LOCKED it may still be saved later."""
        await self._run("save", name, value)

    async def delete(self, name: str) -> None:
        """Delete a secret; raises SecretError."""
        await self._run("delete", name)

    async def unlock(self) -> None:
        """Have the system prompt the user to unlock its keyring; raises SecretError.

        LOCKED after the time limit means that the prompt is still open: try again later.
        """
        await self._run("unlock", _UNUSED_NAME)

    async def _run(self, act: Act, name: str, value: str = "") -> str | None:
        job = Job(act, name, value)
        try:
            return await self._calls.run(lambda: self._perform(job), self._limit_s)
        finally:
            self._let_helper_rest()

    def _perform(self, job: Job) -> str | None:
        """Do the work, in the thread: in the helper, or here where there is none."""
        if self._helper is not None:
            try:
                return self._helper.perform(job, self._calls.expect_prompt)
            except HelperGoneError:
                log.info("The keyring's helper is gone; the keyring is used without.")
                self._helper = None
        return perform(job, self._find_backend, self._calls.expect_prompt)

    def _let_helper_rest(self) -> None:
        """End the helper once nothing was asked of it for a while."""
        if self._resting is not None:
            self._resting.cancel()
        if (helper := self._helper) is not None:
            loop = asyncio.get_running_loop()
            self._resting = loop.call_later(HELPER_STAYS_S, self._calls.when_free, helper.end)


class KeyringCalls:
    """Runs blocking calls beside the event loop, one after the other; at most one thread is ever stuck."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._tasks = Tasks()
        self._threads = DaemonThreads(1, "keyring")
        self._running: Future[Any] | None = None
        self._timeout_means = Trouble.TIMEOUT

    def expect_prompt(self) -> None:
        """Take note, from within a call, that it prompts the user: a timeout then means locked."""
        self._timeout_means = Trouble.LOCKED

    async def run(self, work: Callable[[], T], limit_s: float) -> T:
        """Do the work in a thread; raises SecretError after `limit_s` seconds.

        Time in which this computer slept, or the event loop was busy, says nothing about the keyring.
        """
        working = self._tasks.start(self._in_turn(work), "keyring call")
        try:
            await wait_patiently(working, limit_s)
            if working.done():
                return working.result()
            raise SecretError(self._timeout_means)
        finally:
            working.cancel()

    def when_free(self, work: Callable[[], object]) -> None:
        """Do something in the thread, unless it is busy or stuck."""
        if self._running is None or self._running.done():
            self._threads.submit(work)

    async def _in_turn(self, work: Callable[[], T]) -> T:
        async with self._turn:
            return await asyncio.wrap_future(self._start(work))

    def _start(self, work: Callable[[], T]) -> Future[T]:
        if self._running is not None and not self._running.done():
            raise SecretError(self._timeout_means)
        self._timeout_means = Trouble.TIMEOUT
        future = self._threads.submit(work)
        self._running = future
        return future
