"""The log in a window: its newest lines as people read them, to copy, and where the file is."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtGui import QTextCursor

from rtms_tray.desktop.widgets.app_window import TextWindow
from rtms_tray.support.files import without_home
from rtms_tray.support.texts import text

_NEWEST: Final = 200_000
"""Bytes that are shown: more than anybody reads."""


class LogWindow(TextWindow):
    """Shows the log as it is when the window opens."""

    def __init__(self, file: Path, open_folder: Callable[[], None]) -> None:
        self._file = file
        intro = text("windows.log.intro", file=file)
        more = (text("windows.log.open_folder"), open_folder)
        super().__init__("log", text("windows.log.title"), intro, more)

    def open(self) -> None:
        """Open, with what has been logged until now."""
        self.show_text(newest_lines(self._file))
        self.box.moveCursor(QTextCursor.MoveOperation.End)


def newest_lines(file: Path) -> str:
    """Write the end of a log for people; says so where there is none."""
    try:
        with file.open("rb") as log:
            log.seek(max(file.stat().st_size - _NEWEST, 0))
            cut = log.tell() > 0
            lines = log.read(_NEWEST).decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return text("windows.log.empty")
    except OSError as error:
        return text("windows.log.unreadable", reason=error.strerror or error)
    return without_home("\n".join(map(_readable, lines[cut:]))) or text("windows.log.empty")


def _readable(line: str) -> str:
    """Write a line as people read it; one of another form stays as it is."""
    try:
        entry = json.loads(line)
        moment = entry["at"][:19].replace("T", " ")
        words = f"{moment} {entry['level']} {entry['from']}: {entry['text']}"
        return "\n".join(filter(None, (words, entry.get("traceback"))))
    except (ValueError, TypeError, KeyError):
        return line
