"""Secrets in the system's own keyring, the only place where they outlive the program."""

import asyncio
import hashlib
import re
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from rtms_tray.store.keyring_backends import (
    LockState,
    check_usable,
    explained,
    lock_state,
    system_keyring,
    trouble_of,
)
from rtms_tray.store.secrets import SecretError, Trouble, username
from rtms_tray.support.texts import text
from rtms_tray.support.workers import DaemonThreads, wait_patiently

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

LIMIT_S: Final = 10.0
MAX_PARTS: Final = 64
_PART_LENGTH: Final = 1000
"""Windows keeps at most 1280 characters under one name; longer values are kept in parts."""
_HEADER_MARK: Final = "rtms-tray-parts"
_HEADER: Final = re.compile(rf"{_HEADER_MARK}:([1-9][0-9]?):([0-9a-f]{{64}})")
_UNUSED_NAME: Final = "rtms-tray.unlock/nobody"


class KeyringStore:
    """Keeps secrets in the system's keyring (a `SecretStore`).

    Reading never opens a password prompt: a locked keyring is `Trouble.LOCKED` at once, and
    `unlock` asks the user. Saving may prompt, because what is not saved would be lost.
    Each secret has a service of its own: Windows moves entries that share one.
    """

    def __init__(
        self, backend: "Callable[[], KeyringBackend]" = system_keyring, *, limit_s: float = LIMIT_S
    ) -> None:
        self._find_backend = backend
        self._limit_s = limit_s
        self._calls = KeyringCalls()

    async def load(self, name: str) -> str | None:
        """Read a secret; None when there is none; raises SecretError."""
        return await self._run(lambda backend: _load(backend, name), may_prompt=False)

    async def save(self, name: str, value: str) -> None:
        """Keep a secret; raises SecretError. After TIMEOUT or LOCKED it may still be saved later."""
        await self._run(lambda backend: _save(backend, name, value), may_prompt=True)

    async def delete(self, name: str) -> None:
        """Delete a secret; raises SecretError."""
        await self._run(lambda backend: _delete(backend, name), may_prompt=True)

    async def unlock(self) -> None:
        """Have the system prompt the user to unlock its keyring; raises SecretError.

        LOCKED after the time limit means that the prompt is still open: try again later.
        """
        await self._run(lambda backend: _read(backend, _UNUSED_NAME), may_prompt=True)

    async def _run(self, work: "Callable[[KeyringBackend], T]", *, may_prompt: bool) -> T:
        return await self._calls.run(
            lambda: self._perform(work, may_prompt=may_prompt), self._limit_s
        )

    def _perform(self, work: "Callable[[KeyringBackend], T]", *, may_prompt: bool) -> T:
        """Do the work in the thread, and turn every failure into a SecretError."""
        try:
            backend = self._usable_backend()
            self._check_lock(lock_state(backend), may_prompt=may_prompt)
            return work(backend)
        except SecretError as error:
            raise explained(error) from error.__cause__
        except Exception as error:  # a border: backends are code of others, and raise anything
            raise SecretError(trouble_of(error)) from error

    def _check_lock(self, state: LockState, *, may_prompt: bool) -> None:
        if state is LockState.LOCKED and not may_prompt:
            raise SecretError(Trouble.LOCKED)
        if state in {LockState.LOCKED, LockState.ABSENT}:
            self._calls.expect_prompt()

    def _usable_backend(self) -> "KeyringBackend":
        try:
            backend = self._find_backend()
        except SecretError:
            raise
        except Exception as error:  # a backend configured for keyring may fail to import
            raise SecretError(Trouble.UNAVAILABLE) from error
        check_usable(backend)
        return backend


class KeyringCalls:
    """Runs blocking calls beside the event loop, one after the other; at most one thread is ever stuck."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
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
        working = asyncio.create_task(self._in_turn(work))
        try:
            await wait_patiently(working, limit_s)
            if working.done():
                return working.result()
            raise SecretError(self._timeout_means)
        finally:
            working.cancel()

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


def _load(backend: "KeyringBackend", name: str) -> str | None:
    if lock_state(backend) is LockState.ABSENT:
        return None  # reading would open a prompt that offers to create a keyring
    stored = _read(backend, name)
    header = read_header(stored) if stored is not None else None
    if header is None:
        return stored
    value = "".join(_read(backend, part) or "" for part in header.names(name))
    if not header.matches(value):
        raise SecretError(
            Trouble.FAILED,
            text("keyring.damaged_secret.text"),
            text("keyring.damaged_secret.remedy"),
        )
    return value


def _save(backend: "KeyringBackend", name: str, value: str) -> None:
    before = _read(backend, name)
    split = split_value(value)
    if split is None:
        _write(backend, name, value)
    else:
        header, parts = split
        if header.count > MAX_PARTS:
            raise SecretError(Trouble.TOO_LARGE)
        for part_name, part in zip(header.names(name), parts, strict=True):
            _write(backend, part_name, part)
        _write(backend, name, str(header))
    _delete_parts(backend, name, before, keep=str(split[0]) if split else "")


def _delete(backend: "KeyringBackend", name: str) -> None:
    before = _read(backend, name)
    _erase(backend, name)
    _delete_parts(backend, name, before, keep="")


def _delete_parts(backend: "KeyringBackend", name: str, before: str | None, *, keep: str) -> None:
    header = read_header(before) if before and before != keep else None
    for part in header.names(name) if header else ():
        _erase(backend, part)


def _read(backend: "KeyringBackend", name: str) -> str | None:
    return backend.get_password(name, username(name))


def _write(backend: "KeyringBackend", name: str, value: str) -> None:
    backend.set_password(name, username(name), value)


def _erase(backend: "KeyringBackend", name: str) -> None:
    if _read(backend, name) is not None:  # backends raise the same for "there is none" and "failed"
        backend.delete_password(name, username(name))


@dataclass(frozen=True, slots=True)
class Header:
    """Stands in for a long value: how many parts there are, and what they add up to."""

    count: int
    checksum: str

    def __str__(self) -> str:
        return f"{_HEADER_MARK}:{self.count}:{self.checksum}"

    def names(self, name: str) -> tuple[str, ...]:
        """Name the parts; those of another value have other names, so they are never overwritten."""
        return tuple(f"{name}#{self.checksum[:8]}.{number}" for number in range(self.count))

    def matches(self, value: str) -> bool:
        """Whether the parts add up."""
        return self.checksum == _checksum(value)


def read_header(stored: str) -> Header | None:
    """Recognise a header; None for a value that is whole."""
    found = _HEADER.fullmatch(stored)
    return Header(int(found[1]), found[2]) if found else None


def split_value(value: str) -> tuple[Header, tuple[str, ...]] | None:
    """Split a value that is too long, or looks like a header; None for one that is kept whole.

    Windows counts UTF-16 units, of which rare characters take two.
    """
    step = _PART_LENGTH // 2 if value and max(value) > "\uffff" else _PART_LENGTH
    if len(value) <= step and not value.startswith(_HEADER_MARK):
        return None
    parts = tuple(value[start : start + step] for start in range(0, len(value), step))
    return Header(len(parts), _checksum(value)), parts


def _checksum(value: str) -> str:
    return hashlib.sha256(value.encode(errors="surrogatepass")).hexdigest()
