"""Set-up links and files on Windows: keys of this user's part of the registry."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

from rtms_tray.store.setup_link import FILE_ENDING, SCHEME

_FILE_CLASS: Final = f"{SCHEME}.setup"
_COMMAND: Final = r"shell\open\command"
_ARGUMENTS: Final = 'setup -- "%1"'
_OURS: Final = re.compile(rf'".*rtms-tray[^"\\]*" {re.escape(_ARGUMENTS)}', re.IGNORECASE)


class Registry(Protocol):
    """The classes of this user, as far as they are needed; an empty name is a key's own value."""

    def read(self, key: str, name: str = "") -> str | None:
        """Return a value; None where there is none. Raises OSError."""
        ...

    def write(self, key: str, name: str, value: str) -> None:
        """Set a value, making its key. Raises OSError."""
        ...


def register_windows(program: Path, registry: Registry | None = None) -> bool:
    """Write what is missing or out of date; true where something was. Another program's keys are left alone."""
    registry = registry or _user_classes()
    wanted = [*_scheme(program, registry), *_files(program, registry)]
    missing = [
        (key, name, value) for key, name, value in wanted if registry.read(key, name) != value
    ]
    for key, name, value in missing:
        registry.write(key, name, value)
    return bool(missing)


def _scheme(program: Path, registry: Registry) -> Iterator[tuple[str, str, str]]:
    opened_by = registry.read(rf"{SCHEME}\{_COMMAND}")
    if opened_by and not _OURS.fullmatch(opened_by):
        return
    yield SCHEME, "", "URL:rtms-tray"
    yield SCHEME, "URL Protocol", ""
    yield rf"{SCHEME}\{_COMMAND}", "", _command(program)


def _files(program: Path, registry: Registry) -> Iterator[tuple[str, str, str]]:
    if registry.read(FILE_ENDING) not in {None, "", _FILE_CLASS}:
        return
    yield FILE_ENDING, "", _FILE_CLASS
    yield _FILE_CLASS, "", "rtms-tray set-up file"
    yield rf"{_FILE_CLASS}\{_COMMAND}", "", _command(program)


def _command(program: Path) -> str:
    """Write the command; what a link says stays behind the dashes, whatever quotes are in it."""
    return f'"{program}" {_ARGUMENTS}'


def _user_classes() -> Registry:
    if sys.platform == "win32":
        return _UserClasses()
    raise OSError("there is no registry")


if sys.platform == "win32":
    import winreg

    class _UserClasses:
        """The part of the registry in which this user says what opens what."""

        _ROOT: Final = r"Software\Classes"

        def read(self, key: str, name: str = "") -> str | None:
            """Return a value; None where there is none."""
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, rf"{self._ROOT}\{key}") as opened:
                    value, kind = winreg.QueryValueEx(opened, name)
            except FileNotFoundError:
                return None
            return value if kind == winreg.REG_SZ else str(value)

        def write(self, key: str, name: str, value: str) -> None:
            """Set a value, making its key."""
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, rf"{self._ROOT}\{key}") as opened:
                winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, value)
