"""This user's part of the Windows registry, as far as it is needed."""

import importlib
from typing import Any, Final, Protocol

Value = str | bytes


class Registry(Protocol):
    """Keys and their values; an empty name is a key's own value."""

    def read(self, key: str, name: str = "") -> Value | None:
        """Return a value; None where there is none. Raises OSError."""
        ...

    def write(self, key: str, name: str, value: str) -> None:
        """Set a value, making its key. Raises OSError."""
        ...

    def delete(self, key: str, name: str) -> None:
        """Remove a value, if it is there. Raises OSError."""
        ...


class UserRegistry:
    """The registry of this user, below a key; making one raises OSError where there is no registry."""

    def __init__(self, root: str) -> None:
        try:
            self._winreg: Final[Any] = importlib.import_module("winreg")
        except ImportError:
            raise OSError("there is no registry") from None
        self._root = root

    def read(self, key: str, name: str = "") -> Value | None:
        """Return a value; None where there is none."""
        reg = self._winreg
        try:
            with reg.OpenKey(reg.HKEY_CURRENT_USER, self._path(key)) as opened:
                value, kind = reg.QueryValueEx(opened, name)
        except FileNotFoundError:
            return None
        return value if kind in {reg.REG_SZ, reg.REG_BINARY} else str(value)

    def write(self, key: str, name: str, value: str) -> None:
        """Set a value, making its key."""
        reg = self._winreg
        with reg.CreateKey(reg.HKEY_CURRENT_USER, self._path(key)) as opened:
            reg.SetValueEx(opened, name, 0, reg.REG_SZ, value)

    def delete(self, key: str, name: str) -> None:
        """Remove a value, if it is there."""
        reg = self._winreg
        try:
            with reg.OpenKey(
                reg.HKEY_CURRENT_USER, self._path(key), 0, reg.KEY_SET_VALUE
            ) as opened:
                reg.DeleteValue(opened, name)
        except FileNotFoundError:
            return

    def _path(self, key: str) -> str:
        return rf"{self._root}\{key}" if key else self._root
