"""What differs between keyring's backends: which can be trusted, which is locked, what their errors mean.

Everything here blocks, and runs in a thread of `KeyringStore`. keyring is imported late because it takes long.
"""

import os
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.support.texts import text

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_RECOMMENDED: Final = 1
_VARIABLE: Final = "PYTHON_KEYRING_BACKEND"
_DBUS_BACKEND: Final = "keyring.backends.SecretService"


class LockState(Enum):
    """What is known of a keyring's lock before it is used."""

    OPEN = auto()
    LOCKED = auto()
    ABSENT = auto()  # there is no keyring yet: the first save creates it
    UNKNOWN = auto()


def system_keyring() -> "KeyringBackend":
    """Return this system's keyring, or the one that the user configured for the keyring package.

    A backend that keyring does not recommend (a plain file) is used only if the user chose it.

    Raises:
        SecretError: there is none.
    """
    import keyring  # noqa: PLC0415 - 80 ms and more, and only wanted in the thread
    from keyring.core import load_config, load_env  # noqa: PLC0415 - the same

    backend = keyring.get_keyring()
    chosen = load_env() is not None or load_config() is not None
    if backend.priority < _RECOMMENDED and not chosen:
        raise SecretError(Trouble.UNAVAILABLE)
    return backend


def explained(error: SecretError) -> SecretError:
    """Name the user's own choice of a backend, where it hides a keyring of this system that works."""
    choice = _choice()
    if error.trouble is not Trouble.UNAVAILABLE or not choice or not _system_has_one():
        return error
    return SecretError(
        Trouble.UNAVAILABLE,
        text("keyring.hidden.text", choice=choice),
        text("keyring.hidden.remedy", choice=choice),
    )


def _choice() -> str:
    """Say where the user chose a backend: the variable or the file of the keyring package."""
    from keyring.util import platform_  # noqa: PLC0415 - comes with keyring

    if _VARIABLE in os.environ:
        return _VARIABLE
    file = Path(platform_.config_root()) / "keyringrc.cfg"
    return str(file) if file.exists() else ""


def _system_has_one() -> bool:
    from keyring.backend import get_all_keyring  # noqa: PLC0415 - comes with keyring

    return any(backend.priority >= _RECOMMENDED for backend in get_all_keyring())


def check_usable(backend: "KeyringBackend") -> None:
    """Refuse backends that keep nothing, where a token would be lost silently; raises SecretError."""
    from keyring.backends import fail, null  # noqa: PLC0415 - comes with keyring

    if all(isinstance(part, (fail.Keyring, null.Keyring)) for part in _parts(backend)):
        raise SecretError(Trouble.UNAVAILABLE)


def _parts(backend: "KeyringBackend") -> "Iterator[KeyringBackend]":
    """List the backends in the chain that keyring makes where there are several."""
    from keyring.backends.chainer import ChainerBackend  # noqa: PLC0415 - comes with keyring

    if isinstance(backend, ChainerBackend):
        yield from backend.backends
    else:
        yield backend


def lock_state(backend: "KeyringBackend") -> LockState:
    """Find out whether using the keyring would open a password prompt, without opening it."""
    for part in _parts(backend):
        if type(part).__module__ == _DBUS_BACKEND:
            return _secret_service_state(str(getattr(part, "preferred_collection", "")))
    return LockState.UNKNOWN


def _secret_service_state(preferred: str) -> LockState:
    import secretstorage  # noqa: PLC0415 - exists on Linux only
    from secretstorage.exceptions import ItemNotFoundException  # noqa: PLC0415 - the same

    connection = secretstorage.dbus_init()
    try:
        path = preferred or "/org/freedesktop/secrets/aliases/default"
        collection = secretstorage.Collection(connection, path)
        return LockState.LOCKED if collection.is_locked() else LockState.OPEN
    except ItemNotFoundException:
        return LockState.ABSENT
    finally:
        connection.close()


_BY_NAME: Final[Mapping[str, Trouble]] = {
    "KeyringLocked": Trouble.LOCKED,
    "LockedException": Trouble.LOCKED,
    "PromptDismissedException": Trouble.LOCKED,
    "org.freedesktop.Secret.Error.IsLocked": Trouble.LOCKED,
    "NoKeyringError": Trouble.UNAVAILABLE,
    "InitError": Trouble.UNAVAILABLE,
    "SecretServiceNotAvailableException": Trouble.UNAVAILABLE,
    "ConnectionError": Trouble.UNAVAILABLE,
    "FileNotFoundError": Trouble.UNAVAILABLE,
    "ImportError": Trouble.UNAVAILABLE,
    "org.freedesktop.DBus.Error.ServiceUnknown": Trouble.UNAVAILABLE,
    "org.freedesktop.DBus.Error.NoReply": Trouble.UNAVAILABLE,
    "org.freedesktop.DBus.Error.Disconnected": Trouble.UNAVAILABLE,
    "TimeoutError": Trouble.TIMEOUT,
}
_WINDOWS: Final[Mapping[int, Trouble]] = {
    1783: Trouble.TOO_LARGE,  # "The stub received bad data": more than 2560 bytes
    1312: Trouble.UNAVAILABLE,  # "A specified logon session does not exist"
}


def trouble_of(error: BaseException) -> Trouble:
    """Classify a backend's error; the error that caused it counts first.

    Errors are known by name, because their modules exist on some systems only.
    """
    chain = tuple(_causes(error))
    for cause in reversed(chain):
        for name in _names(cause):
            if name in _BY_NAME:
                return _BY_NAME[name]
        if type(cause).__name__ == "error" and cause.args and cause.args[0] in _WINDOWS:
            return _WINDOWS[cause.args[0]]
    return Trouble.FAILED


def _causes(error: BaseException) -> Iterator[BaseException]:
    visited: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in visited:
        visited.add(id(current))
        yield current
        current = current.__cause__


def _names(error: BaseException) -> Iterator[str]:
    """List the D-Bus name that jeepney's errors carry, then the names of all classes."""
    yield str(getattr(error, "name", ""))
    for kind in type(error).__mro__:
        yield kind.__name__
