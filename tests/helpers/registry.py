"""The Windows registry of one user, as Python's own module offers it."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

Kept = tuple[str | bytes | int, int]


class FakeWinreg(ModuleType):
    """Stands in for `winreg`: keys are case-insensitive paths, and only those that were made are there."""

    HKEY_CURRENT_USER = 1
    KEY_SET_VALUE = 2
    KEY_READ = 0x20019
    REG_SZ, REG_BINARY, REG_DWORD = 1, 3, 4

    def __init__(self) -> None:
        super().__init__("winreg")
        self.keys: dict[str, dict[str, Kept]] = {}

    @contextmanager
    def OpenKey(  # noqa: N802 - its name
        self, root: int, path: str, reserved: int = 0, access: int = KEY_READ
    ) -> Iterator[dict[str, Kept]]:
        """Open a key that is there."""
        assert (root, reserved) == (self.HKEY_CURRENT_USER, 0)
        del access
        if path.lower() not in self.keys:
            raise FileNotFoundError(2, "no such key", path)
        yield self.keys[path.lower()]

    @contextmanager
    def CreateKey(self, root: int, path: str) -> Iterator[dict[str, Kept]]:  # noqa: N802 - its name
        """Open a key, making it."""
        assert root == self.HKEY_CURRENT_USER
        yield self.keys.setdefault(path.lower(), {})

    def QueryValueEx(self, key: dict[str, Kept], name: str) -> Kept:  # noqa: N802 - its name
        """Read a value."""
        if name not in key:
            raise FileNotFoundError(2, "no such value", name)
        return key[name]

    def SetValueEx(  # noqa: N802 - its name
        self, key: dict[str, Kept], name: str, reserved: int, kind: int, value: str | bytes
    ) -> None:
        """Set a value."""
        assert reserved == 0
        key[name] = (value, kind)

    def DeleteValue(self, key: dict[str, Kept], name: str) -> None:  # noqa: N802 - its name
        """Remove a value."""
        if name not in key:
            raise FileNotFoundError(2, "no such value", name)
        del key[name]
