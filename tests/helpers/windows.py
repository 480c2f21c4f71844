"""The windows beside the status window, with a commander that answers for the program."""

import asyncio
from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from rtms_tray.commands.settings_commands import SettingsCommands
from rtms_tray.desktop.window_registry import WindowInputs
from rtms_tray.runtime.event_log import EventLog
from rtms_tray.runtime.settings_editor import SettingsEditor, app_requirements
from rtms_tray.store.environment import is_zoom_host
from rtms_tray.store.log import LOG_FILE
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import MemoryStore, SecretStore
from rtms_tray.store.state import WindowGeometryFile
from rtms_tray.support.command_types import Answer, Command, Exit, Handler, RefusedError, Say

PATIENCE_S = 10.0
_LOOK_S = 0.02


async def until(is_so: Callable[[], object], what: str = "it") -> None:
    """Let Qt and the program run until it is so; fails after a while."""
    ends_at = asyncio.get_running_loop().time() + PATIENCE_S
    while not is_so():
        assert asyncio.get_running_loop().time() < ends_at, what
        await asyncio.sleep(_LOOK_S)


def words(widget: QWidget) -> str:
    """Give every word that can be seen."""
    seen = [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return "\n".join(seen)


def visible_texts(widget: QWidget) -> list[str]:
    """List the texts of the labels that can be seen."""
    return [part.text() for part in widget.findChildren(QLabel) if part.isVisibleTo(widget)]


def push(widget: QWidget, words: str) -> QPushButton:
    """Find the button with these words."""
    found = [part for part in widget.findChildren(QPushButton) if part.text() == words]
    assert found, words
    return found[0]


class Known:
    """Answers `doctor` with what it is told, everything else with yes; remembers the commands.

    With a profile, commands about settings change its file, and the program's part, `reloads`, is counted.
    """

    def __init__(
        self,
        doctor: object = None,
        profile: Profile | None = None,
        store: SecretStore | None = None,
    ) -> None:
        self.doctor = doctor
        self.answer = Answer(Exit.DONE)
        """What is answered to every other command."""
        self.autostart: object = {"on": False, "available": True, "note": ""}
        self.asked: list[Command] = []
        self.reloads = 0
        self._settings: Mapping[str, Handler] = {}
        if profile is not None:
            editor = SettingsEditor(profile, store or MemoryStore())
            commands = SettingsCommands(editor, self._reload, self._reload_soon)
            self._settings = commands.handlers()

    async def perform(self, command: Command, say: Say) -> Answer:
        """Answer."""
        self.asked.append(command)
        if (rule := self._settings.get(command.name)) is not None:
            try:
                return await rule(command.arguments, say)
            except RefusedError as refusal:
                return Answer(Exit.REFUSED, str(refusal), trouble=refusal.trouble)
        if command.name == "reload":
            self.reloads += 1
        if command.name == "doctor":
            return Answer(Exit.DONE, "Looked.", self.doctor)
        if command.name == "autostart":
            return Answer(Exit.DONE, data=self.autostart)
        return self.answer

    def names(self) -> list[str]:
        """Name the commands that came."""
        return [command.name for command in self.asked]

    async def _reload(self) -> None:
        self.reloads += 1

    def _reload_soon(self) -> None:
        self.reloads += 1


def window_inputs(profile: Profile) -> WindowInputs:
    """What the windows show, of this profile."""
    return WindowInputs(
        EventLog(),
        SettingsEditor(profile, MemoryStore()).view,
        app_requirements(),
        history_file=profile.history_file,
        geometries=WindowGeometryFile(profile.windows_file),
        log_file=profile.log_folder / LOG_FILE,
        is_zoom_host=is_zoom_host,
    )
