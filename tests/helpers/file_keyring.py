"""A keyring in a file, for machines without one; every command of the program is its own process.

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
        return self._secrets().get(service)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store a secret."""
        del username
        self._write({**self._secrets(), service: password})

    def delete_password(self, service: str, username: str) -> None:
        """Delete a secret."""
        del username
        secrets = self._secrets()
        if secrets.pop(service, None) is None:
            raise PasswordDeleteError(service)
        self._write(secrets)

    def _secrets(self) -> dict[str, str]:
        file = Path(os.environ[VARIABLE])
        if lock_of(file).exists():
            raise KeyringLocked("locked by the test")
        return dict(json.loads(file.read_text())) if file.exists() else {}

    def _write(self, secrets: dict[str, str]) -> None:
        file = Path(os.environ[VARIABLE])
        # Atomically: some tests kill the program.
        new = file.with_name(f"{file.name}.{os.getpid()}")
        new.write_text(json.dumps(secrets))
        new.replace(file)


def lock_of(file: Path) -> Path:
    """Return the file whose presence locks the keyring."""
    return file.with_name(f"{file.name}.locked")
