"""A keyring backend that keeps secrets in memory, and can be slow, locked or broken."""

import threading
from collections.abc import Callable

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from rtms_tray.store.keyring_store import KeyringStore


class MemoryKeyring(KeyringBackend):
    """Behaves like the system's keyrings, Windows' limit of 1280 characters included."""

    priority: float = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring leaves it without types
        self.kept: dict[tuple[str, str], str] = {}
        self.error: BaseException | None = None
        self.error_after = 0
        self.go_on = threading.Event()
        self.go_on.set()
        self.calls = 0

    def _begin(self) -> None:
        self.calls += 1
        self.go_on.wait()
        if self.error is not None and self.calls > self.error_after:
            raise self.error

    def get_password(self, service: str, username: str) -> str | None:
        self._begin()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._begin()
        assert len(password.encode("utf-16-le")) <= 2560
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._begin()
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("No such password!")


def store_on(
    backend: KeyringBackend, limit_s: float = 10, found: Callable[[], None] = lambda: None
) -> KeyringStore:
    """Make a store on a backend; `found` is called whenever the backend is looked up."""

    def find() -> KeyringBackend:
        found()
        return backend

    return KeyringStore(find, limit_s=limit_s)
