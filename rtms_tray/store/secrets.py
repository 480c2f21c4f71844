"""Secret stores: their interface, their errors, and one in memory for the demo.

The one that lasts is `rtms_tray.store.keyring_store.KeyringStore`.
"""

import hashlib
import re
from enum import StrEnum
from typing import Final, Literal, Protocol, TypeAlias

from rtms_tray.support.texts import text

SecretKind: TypeAlias = Literal["refresh_token", "client_secret"]

MAX_NAME_LENGTH: Final = 200
_PREFIX: Final = "rtms-tray."


class Trouble(StrEnum):
    """Why a secret store failed."""

    LOCKED = "locked"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    FAILED = "failed"


CAN_BE_UNLOCKED: Final = frozenset({Trouble.LOCKED, Trouble.TIMEOUT})
"""What the keyring's own password prompt may solve."""


class SecretError(Exception):
    """A secret could not be read, kept or deleted; says why and what to do, never the secret."""

    def __init__(self, trouble: Trouble, problem: str = "", remedy: str = "") -> None:
        self.trouble = trouble
        self.text = problem or text(f"keyring.trouble.{trouble}.text")
        self.remedy = remedy or text(f"keyring.trouble.{trouble}.remedy")
        super().__init__(f"{self.text} {self.remedy}")


class SecretStore(Protocol):
    """Keeps secrets under names made by `secret_name`; every call raises `SecretError`."""

    async def load(self, name: str) -> str | None:
        """Read a secret; None if there is none under this name."""
        ...

    async def save(self, name: str, value: str) -> None:
        """Keep a secret, in place of an older one."""
        ...

    async def delete(self, name: str) -> None:
        """Delete a secret; succeeds where there is none."""
        ...


class MemoryStore:
    """Keeps secrets until the program ends: for the demo and for tests."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    async def load(self, name: str) -> str | None:
        """Read a secret; None if there is none under this name."""
        return self._kept.get(name)

    async def save(self, name: str, value: str) -> None:
        """Keep a secret until the program ends."""
        self._kept[name] = value

    async def delete(self, name: str) -> None:
        """Delete a secret."""
        self._kept.pop(name, None)


def secret_name(
    kind: SecretKind, environment: str, origin: str, client_id: str, profile: str = ""
) -> str:
    """Name a secret after all that it belongs to, so that it is never sent to another host.

    `profile` is the mark of the profile that keeps it for itself, if one does. The last part is the client ID, which
    people see in their keyring. A name that would be too long or unusual is a digest instead. Different arguments never
    give the same name.
    """
    owned = f"{kind}@{profile}" if profile else kind
    head = f"{_PREFIX}{owned}/{environment}/{origin.lower().rstrip('/')}"
    plain = f"{head}/{client_id}"
    if len(plain) <= MAX_NAME_LENGTH and re.fullmatch(r"[\w.+~-]+", client_id, re.ASCII):
        return plain
    digest = hashlib.sha256(f"{head}\0{client_id}".encode(errors="surrogatepass")).hexdigest()
    return f"{_PREFIX}{kind}/sha256/{digest}"


def username(name: str) -> str:
    """Return the user name that a keyring shows beside a secret: the name's last part."""
    return name.rpartition("/")[2]
