"""A keyring in a file, for machines without one: every command is a process of its own.

Chosen with PYTHON_KEYRING_BACKEND=tests.helpers.file_keyring.FileKeyring; the variable
TEST_KEYRING_FILE tells where. A file beside it, with `.locked` added, locks it.
"""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

BACKEND = "tests.helpers.file_keyring.FileKeyring"
VARIABLE = "TEST_KEYRING_FILE"


class FileKeyring(KeyringBackend):
    """Keeps secrets in one JSON file, by service."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        """Read a secret."""
        del username
        return self._kept().get(service)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""
        del username
        self._write({**self._kept(), service: password})

    def delete_password(self, service: str, username: str) -> None:
        """Forget a secret."""
        del username
        kept = self._kept()
        if kept.pop(service, None) is None:
            raise PasswordDeleteError(service)
        self._write(kept)

    def _kept(self) -> dict[str, str]:
        file = Path(os.environ[VARIABLE])
        if lock_of(file).exists():
            raise KeyringLocked("locked by the test")
        return dict(json.loads(file.read_text())) if file.exists() else {}

    def _write(self, kept: dict[str, str]) -> None:
        file = Path(os.environ[VARIABLE])
        # Whole or not at all: the program is killed in some tests.
        new = file.with_name(f"{file.name}.{os.getpid()}")
        new.write_text(json.dumps(kept))
        new.replace(file)


def lock_of(file: Path) -> Path:
    """Tell the file whose presence locks the keyring."""
    return file.with_name(f"{file.name}.locked")
