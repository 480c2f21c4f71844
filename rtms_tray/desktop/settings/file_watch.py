"""Notices edits of the settings file, whoever makes them."""

import logging
import os
from pathlib import Path
from typing import Final

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal
from shiboken6 import isValid

from rtms_tray.support.files import private_folder, read_regular

log = logging.getLogger(__name__)

_REST_MS: Final = 250
"""Editors write in several steps; nothing is read before they rest."""


class SettingsWatch(QObject):
    """Says `changed` once the file's content is another one, and has come to rest."""

    changed = Signal()

    def __init__(self, path: Path, rest_ms: int = _REST_MS) -> None:
        super().__init__()
        self._path = path
        self._content = _content(path)
        self._watcher = QFileSystemWatcher(self)
        self._rest = QTimer(self, singleShot=True, interval=rest_ms)
        self._rest.timeout.connect(self._look)
        self._watcher.directoryChanged.connect(lambda _path: self._rest.start())
        self._watcher.fileChanged.connect(lambda _path: self._rest.start())
        self._watch()

    def take_note(self) -> None:
        """Take the content as it is now for known: the change is the program's own."""
        self._content = _content(self._path)

    def close(self) -> None:
        """Watch no more, for good."""
        self._rest.stop()
        if isValid(self._watcher):
            self._watcher.deleteLater()  # only so does it let go of the system's descriptor

    def _look(self) -> None:
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
        wanted = {str(place) for one in (self._path, target) for place in (one, one.parent)}
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if new := [place for place in sorted(wanted - watched) if Path(place).exists()]:
            self._watcher.addPaths(new)


def _content(path: Path) -> bytes | None:
    try:
        return read_regular(path)
    except OSError:
        return None
