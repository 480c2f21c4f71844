"""Set-up links and files on Windows: keys of this user's part of the registry."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rtms_tray.store.setup_link import FILE_ENDING, SCHEME
from rtms_tray.store.windows_registry import Registry, UserRegistry

_CLASSES: Final = r"Software\Classes"
"""The part of the registry in which this user says what opens what."""
_FILE_CLASS: Final = f"{SCHEME}.setup"
_COMMAND: Final = r"shell\open\command"
_COMMANDS: Final = ("open", "setup")
"""What opens a link; earlier versions used the last."""
_BEHIND: Final = ' -- "%1"'
_OURS: Final = re.compile(
    rf'".*rtms-tray[^"\\]*" ({"|".join(_COMMANDS)}){re.escape(_BEHIND)}', re.IGNORECASE
)


def register_windows(program: Path, registry: Registry | None = None) -> bool:
    """Write what is missing or out of date; true where something was. Another program's keys are left alone."""
    registry = registry or UserRegistry(_CLASSES)
    wanted = [*_scheme(program, registry), *_files(program, registry)]
    missing = [
        (key, name, value) for key, name, value in wanted if registry.read(key, name) != value
    ]
    for key, name, value in missing:
        registry.write(key, name, value)
    return bool(missing)


def _scheme(program: Path, registry: Registry) -> Iterator[tuple[str, str, str]]:
    opened_by = registry.read(rf"{SCHEME}\{_COMMAND}")
    if opened_by and not _OURS.fullmatch(str(opened_by)):
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
    return f'"{program}" {_COMMANDS[0]}{_BEHIND}'
