"""The log in a window: its newest lines in words, to read and to copy, and where the file is."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtGui import QTextCursor

from rtms_tray.desktop.widgets.text_dialog import TextDialog
from rtms_tray.doctor.check_report import without_home

_NEWEST: Final = 200_000
"""Bytes that are shown: more than anybody reads."""
_NONE: Final = "Nothing has been logged yet."


class LogWindow(TextDialog):
    """Shows the log as it is when it is opened; what is seen is what is copied."""

    def __init__(self, file: Path, open_folder: Callable[[], None]) -> None:
        self._file = file
        intro = (
            "The newest lines, oldest first. They hold no secrets, e-mail addresses or meeting names; "
            f"read them before you send them. File: {self._file}"
        )
        super().__init__("log", "Log", intro, ("Open folder", open_folder))

    def open(self) -> None:
        """Open, with what has been logged until now."""
        self.tell(newest_lines(self._file))
        self.box.moveCursor(QTextCursor.MoveOperation.End)


def newest_lines(file: Path) -> str:
    """Write the end of a log in words; says so where there is none."""
    try:
        with file.open("rb") as log:
            log.seek(max(file.stat().st_size - _NEWEST, 0))
            cut = log.tell() > 0
            lines = log.read(_NEWEST).decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return _NONE
    except OSError as error:
        return f"The log cannot be read: {error.strerror or error}."
    return without_home("\n".join(map(_in_words, lines[cut:]))) or _NONE


def _in_words(line: str) -> str:
    """Write a line as people read it; one that is none of ours stays as it is."""
    try:
        said = json.loads(line)
        words = (
            f"{said['at'][:19].replace('T', ' ')} {said['level']} {said['from']}: {said['text']}"
        )
        return "\n".join(filter(None, (words, said.get("traceback"))))
    except (ValueError, TypeError, KeyError):
        return line
