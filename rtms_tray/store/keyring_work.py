"""What is done with a keyring's backend: blocking work, in a thread or in the helper process."""

import hashlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from rtms_tray.store.keyring_backends import (
    LockState,
    check_usable,
    explained,
    lock_state,
    trouble_of,
)
from rtms_tray.store.secrets import SecretError, Trouble, username
from rtms_tray.support.texts import text

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

Act: TypeAlias = Literal["load", "save", "delete", "unlock"]

MAX_PARTS: Final = 64
_PART_LENGTH: Final = 1000
"""Windows keeps at most 1280 characters under one name; longer values are kept in parts."""
_HEADER_MARK: Final = "rtms-tray-parts"
_HEADER: Final = re.compile(rf"{_HEADER_MARK}:([1-9][0-9]?):([0-9a-f]{{64}})")


class Job(NamedTuple):
    """One call of a keyring."""

    act: Act
    name: str
    value: str = ""


def perform(
    job: Job, find_backend: "Callable[[], KeyringBackend]", expect_prompt: Callable[[], None]
) -> str | None:
    """Do a job, and turn every failure into a SecretError; `expect_prompt` hears that the user is asked."""
    try:
        backend = _usable(find_backend)
        _check_lock(lock_state(backend), job, expect_prompt)
        return _done(backend, job)
    except SecretError as error:
        raise explained(error) from error.__cause__
    except Exception as error:  # a border: backends are code of others, and raise anything
        raise SecretError(trouble_of(error)) from error


def _check_lock(state: LockState, job: Job, expect_prompt: Callable[[], None]) -> None:
    if state is LockState.LOCKED and job.act == "load":
        raise SecretError(Trouble.LOCKED)
    if state in {LockState.LOCKED, LockState.ABSENT}:
        expect_prompt()


def _done(backend: "KeyringBackend", job: Job) -> str | None:
    match job.act:
        case "load":
            return _load(backend, job.name)
        case "save":
            _save(backend, job.name, job.value)
        case "delete":
            _delete(backend, job.name)
        case "unlock":
            _read(backend, job.name)
    return None


def _usable(find_backend: "Callable[[], KeyringBackend]") -> "KeyringBackend":
    try:
        backend = find_backend()
    except SecretError:
        raise
    except Exception as error:  # a backend configured for keyring may fail to import
        raise SecretError(Trouble.UNAVAILABLE) from error
    check_usable(backend)
    return backend


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
        if header.parts > MAX_PARTS:
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


class Header(NamedTuple):  # no struct: msgspec takes a quarter of the helper's start
    """Stands in for a long value: how many parts there are, and what they add up to."""

    parts: int
    checksum: str

    def __str__(self) -> str:
        return f"{_HEADER_MARK}:{self.parts}:{self.checksum}"

    def names(self, name: str) -> tuple[str, ...]:
        """Name the parts; those of another value have other names, so they are never overwritten."""
        return tuple(f"{name}#{self.checksum[:8]}.{number}" for number in range(self.parts))

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
