"""Where secrets are kept: the interface, its errors, and a store in memory for the demo.

The store that lasts is `rtms_tray.store.keyring_store.KeyringStore`.
"""

import hashlib
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Literal, Protocol, TypeAlias

SecretKind: TypeAlias = Literal["refresh_token", "client_secret"]

LONGEST_NAME: Final = 200
_PREFIX: Final = "rtms-tray."


class Trouble(StrEnum):
    """Why a secret store did not do what it was asked."""

    LOCKED = "locked"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    FAILED = "failed"


CAN_BE_UNLOCKED: Final = frozenset({Trouble.LOCKED, Trouble.TIMEOUT})
"""What the user can mend at once, by the keyring's own password window."""

_WORDS: Final[Mapping[Trouble, tuple[str, str]]] = {
    Trouble.LOCKED: (
        "The system's keyring is locked.",
        "Answer its password window, or unlock it, and try again: nothing was lost.",
    ),
    Trouble.UNAVAILABLE: (
        "This system has no keyring that rtms-tray can use.",
        "Start or install one (GNOME Keyring, KWallet), then try again.",
    ),
    Trouble.TIMEOUT: (
        "The system's keyring does not answer.",
        "Look for its password window and answer it, then try again.",
    ),
    Trouble.TOO_LARGE: (
        "The secret is too long for the system's keyring.",
        "Check that the right value was given.",
    ),
    Trouble.FAILED: (
        "The system's keyring failed.",
        "Try again; if it stays so, look at the keyring with the system's own tool.",
    ),
}


class SecretError(Exception):
    """A secret could not be read, kept or deleted; says why and what to do, never the secret."""

    def __init__(self, trouble: Trouble, text: str = "", remedy: str = "") -> None:
        self.trouble = trouble
        self.text = text or _WORDS[trouble][0]
        self.remedy = remedy or _WORDS[trouble][1]
        super().__init__(f"{self.text} {self.remedy}")


class SecretStore(Protocol):
    """Keeps secrets under names made by `secret_name`; every call raises `SecretError`."""

    async def load(self, name: str) -> str | None:
        """Read a secret; None when none is kept under this name."""
        ...

    async def save(self, name: str, value: str) -> None:
        """Keep a secret, in place of what was kept before."""
        ...

    async def delete(self, name: str) -> None:
        """Forget a secret; done as well when there was none."""
        ...


class MemoryStore:
    """Keeps secrets until the program ends: for the demo and for tests."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    async def load(self, name: str) -> str | None:
        """Read a secret; None when none is kept under this name."""
        return self._kept.get(name)

    async def save(self, name: str, value: str) -> None:
        """Keep a secret until the program ends."""
        self._kept[name] = value

    async def delete(self, name: str) -> None:
        """Forget a secret."""
        self._kept.pop(name, None)


def secret_name(
    kind: SecretKind, environment: str, origin: str, client_id: str, profile: str = ""
) -> str:
    """Name a secret after all that it belongs to, so that it never meets another host.

    `profile` is the mark of the profile that keeps it for itself, if one does. The last part is
    the client ID, which people see in their keyring; what is too long or unusual is shown as a
    digest. Different arguments never share a name.
    """
    whose = f"{kind}@{profile}" if profile else kind
    head = f"{_PREFIX}{whose}/{environment}/{origin.lower().rstrip('/')}"
    plain = f"{head}/{client_id}"
    if len(plain) <= LONGEST_NAME and re.fullmatch(r"[\w.+~-]+", client_id, re.ASCII):
        return plain
    digest = hashlib.sha256(f"{head}\0{client_id}".encode(errors="surrogatepass")).hexdigest()
    return f"{_PREFIX}{kind}/sha256/{digest}"


def shown_user(name: str) -> str:
    """Tell the user name that a keyring shows beside a secret: the name's last part."""
    return name.rpartition("/")[2]
