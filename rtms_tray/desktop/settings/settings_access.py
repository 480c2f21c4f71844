"""How windows reach the settings: a view to draw, commands that change them, and a signal when the file changes."""

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal
from shiboken6 import isValid

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.presentation.settings_view import SettingsView
from rtms_tray.support.command_types import Command, Exit
from rtms_tray.support.files import private_folder, read_regular
from rtms_tray.support.frozen import Frozen

log = logging.getLogger(__name__)


class Refusal(Frozen):
    """Why a setting was not changed."""

    text: str
    code: str = ""


class SettingsAccess(Frozen):
    """The settings as a window reaches them."""

    read: Callable[[], SettingsView]
    sender: CommandSender
    changed: Callable[[], None] = lambda: None  # a command has changed the file

    async def change(self, key: str, value: str) -> Refusal | None:
        """Set a setting; tells why where that is refused."""
        answer = await self.sender.send_and_wait(
            Command("settings-set", {"key": key, "value": value})
        )
        if answer.exit is not Exit.DONE:
            return Refusal(answer.text, answer.trouble)
        self.changed()
        return None

    async def save_secret(self, secret: str) -> Refusal | None:
        """Keep the app's client secret; tells why where that is refused."""
        answer = await self.sender.send_and_wait(Command("set-client-secret", {"value": secret}))
        return None if answer.exit is Exit.DONE else Refusal(answer.text, answer.trouble)

    async def has_secret(self) -> bool | Refusal:
        """Tell whether the app's client secret is kept, or why that is not known."""
        answer = await self.sender.send_and_wait(Command("has-client-secret"))
        if answer.exit is not Exit.DONE:
            return Refusal(answer.text, answer.trouble)
        return isinstance(answer.data, dict) and answer.data.get("kept") is True


# --- Notices edits of the settings file, whoever makes them. ---

_REST_MS: Final = 250
"""Editors write in several steps; nothing is read before they rest."""


class SettingsWatch(QObject):
    """Emits `changed` once the file's content is another one, and has come to rest."""

    changed = Signal()

    def __init__(self, path: Path, rest_ms: int = _REST_MS) -> None:
        super().__init__()
        self._path = path
        self._content = _content(path)
        self._watcher = QFileSystemWatcher(self)
        self._rest = QTimer(self, singleShot=True, interval=rest_ms)
        self._rest.timeout.connect(self._compare)
        self._watcher.directoryChanged.connect(lambda _path: self._rest.start())
        self._watcher.fileChanged.connect(lambda _path: self._rest.start())
        self._watch()

    def accept(self) -> None:
        """Take the content as it is now for known: the change is the program's own."""
        self._content = _content(self._path)

    def close(self) -> None:
        """Stop watching, for good."""
        self._rest.stop()
        if isValid(self._watcher):
            self._watcher.deleteLater()  # only so does it let go of the system's descriptor

    def _compare(self) -> None:
        self._watch()
        before, self._content = self._content, _content(self._path)
        if self._content != before:
            self.changed.emit()

    def _watch(self) -> None:
        """Watch the folder for files that replace the old one, and the file for what is added to it.

        A symbolic link's target is watched in the same way.
        """
        try:
            private_folder(self._path.parent)
        except OSError as error:
            log.info("The settings' folder cannot be watched: %s.", error.strerror)
            return
        target = Path(os.path.realpath(self._path))
        wanted = {str(place) for file in (self._path, target) for place in (file, file.parent)}
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if new := [place for place in sorted(wanted - watched) if Path(place).exists()]:
            self._watcher.addPaths(new)


def _content(path: Path) -> bytes | None:
    try:
        return read_regular(path)
    except OSError:
        return None
