"""Secrets in the system's own keyring, which alone keeps them beyond the program's end."""

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
    lock_state,
    system_keyring,
    trouble_of,
)
from rtms_tray.store.secrets import SecretError, Trouble, shown_user
from rtms_tray.support.workers import DaemonThreads

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend


# --- Long values in parts: Windows keeps at most 1280 characters under one name. ---

PART: Final = 1000
MOST_PARTS: Final = 64
_MARK: Final = "rtms-tray-parts"
_HEADER: Final = re.compile(rf"{_MARK}:([1-9][0-9]?):([0-9a-f]{{64}})")


@dataclass(frozen=True, slots=True)
class Header:
    """Stands in for a long value: how many parts there are, and what they add up to."""

    count: int
    checksum: str

    def __str__(self) -> str:
        return f"{_MARK}:{self.count}:{self.checksum}"

    def names(self, name: str) -> tuple[str, ...]:
        """Name the parts; another value has other names, so it never overwrites them."""
        return tuple(f"{name}#{self.checksum[:8]}.{number}" for number in range(self.count))

    def fits(self, value: str) -> bool:
        """Tell whether the parts add up."""
        return self.checksum == _checksum(value)


def read_header(kept: str) -> Header | None:
    """Recognise a header; None for a value that is whole."""
    found = _HEADER.fullmatch(kept)
    return Header(int(found[1]), found[2]) if found else None


def cut_into_parts(value: str) -> tuple[Header, tuple[str, ...]] | None:
    """Cut a value that is too long, or looks like a header; None for one that is kept whole.

    Windows counts UTF-16 units, of which rare characters take two.
    """
    step = PART // 2 if value and max(value) > "\uffff" else PART
    if len(value) <= step and not value.startswith(_MARK):
        return None
    parts = tuple(value[start : start + step] for start in range(0, len(value), step))
    return Header(len(parts), _checksum(value)), parts


def _checksum(value: str) -> str:
    return hashlib.sha256(value.encode(errors="surrogatepass")).hexdigest()


# --- Blocking keyring calls beside the event loop: one at a time, each with a time limit. ---

T = TypeVar("T")


class KeyringThread:
    """Runs blocking calls one after the other; at most one thread is ever stuck."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._threads = DaemonThreads(1, "keyring")
        self._running: Future[Any] | None = None
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
        future = self._threads.submit(work)
        self._running = future
        return future


LIMIT_S: Final = 10.0
_NOBODY: Final = "rtms-tray.unlock/nobody"


class KeyringStore:
    """Keeps secrets in the system's keyring (a `SecretStore`).

    Reading never opens a password window: a locked keyring is `Trouble.LOCKED` at once, and
    `unlock` asks the user. Saving may ask, because what is not saved would be lost.
    Each secret has a service of its own: Windows moves entries that share one.
    """

    def __init__(
        self, backend: "Callable[[], KeyringBackend]" = system_keyring, *, limit_s: float = LIMIT_S
    ) -> None:
        self._find_backend = backend
        self._limit_s = limit_s
        self._thread = KeyringThread()

    async def load(self, name: str) -> str | None:
        """Read a secret; None when none is kept; raises SecretError."""
        return await self._run(lambda backend: _load(backend, name), asks=False)

    async def save(self, name: str, value: str) -> None:
        """Keep a secret; raises SecretError. After TIMEOUT or LOCKED it may still be kept later."""
        await self._run(lambda backend: _save(backend, name, value), asks=True)

    async def delete(self, name: str) -> None:
        """Forget a secret; raises SecretError."""
        await self._run(lambda backend: _delete(backend, name), asks=True)

    async def unlock(self) -> None:
        """Have the system ask the user to unlock its keyring; raises SecretError.

        LOCKED after the time limit means that the window still stands: try again later.
        """
        await self._run(lambda backend: _read(backend, _NOBODY), asks=True)

    async def _run(self, work: "Callable[[KeyringBackend], T]", *, asks: bool) -> T:
        return await self._thread.run(lambda: self._guarded(work, asks=asks), self._limit_s)

    def _guarded(self, work: "Callable[[KeyringBackend], T]", *, asks: bool) -> T:
        """Do the work in the thread, and put every failure in our own words."""
        try:
            backend = self._ready_backend()
            self._mind_the_lock(lock_state(backend), asks=asks)
            return work(backend)
        except SecretError:
            raise
        except Exception as error:  # backends raise anything: the border to code of others
            raise SecretError(trouble_of(error)) from error

    def _mind_the_lock(self, state: LockState, *, asks: bool) -> None:
        if state is LockState.LOCKED and not asks:
            raise SecretError(Trouble.LOCKED)
        if state in {LockState.LOCKED, LockState.ABSENT}:
            self._thread.waits_for_password()

    def _ready_backend(self) -> "KeyringBackend":
        try:
            backend = self._find_backend()
        except SecretError:
            raise
        except Exception as error:  # a backend configured for keyring may fail to import
            raise SecretError(Trouble.UNAVAILABLE) from error
        check_usable(backend)
        return backend


def _read(backend: "KeyringBackend", name: str) -> str | None:
    return backend.get_password(name, shown_user(name))


def _write(backend: "KeyringBackend", name: str, value: str) -> None:
    backend.set_password(name, shown_user(name), value)


def _load(backend: "KeyringBackend", name: str) -> str | None:
    if lock_state(backend) is LockState.ABSENT:
        return None  # asking would open a window that offers to make a keyring
    kept = _read(backend, name)
    header = read_header(kept) if kept is not None else None
    if header is None:
        return kept
    value = "".join(_read(backend, part) or "" for part in header.names(name))
    if not header.fits(value):
        raise SecretError(Trouble.FAILED, "The keyring's copy is damaged.", "Sign in again.")
    return value


def _save(backend: "KeyringBackend", name: str, value: str) -> None:
    before = _read(backend, name)
    cut = cut_into_parts(value)
    if cut is None:
        _write(backend, name, value)
    else:
        header, parts = cut
        if header.count > MOST_PARTS:
            raise SecretError(Trouble.TOO_LARGE)
        for part_name, part in zip(header.names(name), parts, strict=True):
            _write(backend, part_name, part)
        _write(backend, name, str(header))
    _forget_parts(backend, name, before, keep=str(cut[0]) if cut else "")


def _delete(backend: "KeyringBackend", name: str) -> None:
    before = _read(backend, name)
    _erase(backend, name)
    _forget_parts(backend, name, before, keep="")


def _forget_parts(backend: "KeyringBackend", name: str, before: str | None, *, keep: str) -> None:
    header = read_header(before) if before and before != keep else None
    for part in header.names(name) if header else ():
        _erase(backend, part)


def _erase(backend: "KeyringBackend", name: str) -> None:
    if _read(backend, name) is not None:  # backends tell "none kept" and "failed" alike
        backend.delete_password(name, shown_user(name))
