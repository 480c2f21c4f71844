"""A guided set-up, settings and the rest beside a real program and a simulated Zoom, on the Qt loop."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QWidget

from rtms_tray.desktop.window_registry import WindowInputs
from rtms_tray.runtime.event_log import Inspector
from rtms_tray.store.environment import is_zoom_host
from rtms_tray.store.log import LOG_FILE
from rtms_tray.store.profile import Profile
from rtms_tray.store.state import WindowGeometryFile
from rtms_tray.support.command_types import Answer, Command, Exit, Say

if TYPE_CHECKING:
    from rtms_tray.store.secrets import SecretError

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


class Known:
    """Answers `doctor` with what it is told, everything else with yes; remembers the commands."""

    def __init__(self, doctor: object = None) -> None:
        self.doctor = doctor
        self.asked: list[Command] = []

    async def perform(self, command: Command, say: Say) -> Answer:
        """Answer."""
        del say
        self.asked.append(command)
        if command.name == "doctor":
            return Answer(Exit.DONE, "Looked.", self.doctor)
        return Answer(Exit.DONE)

    def names(self) -> list[str]:
        """Name the commands that came."""
        return [command.name for command in self.asked]


class Keyring:
    """Keeps one client secret; `trouble` is raised instead."""

    def __init__(self) -> None:
        self.kept: str | None = None
        self.trouble: SecretError | None = None

    async def save(self, secret: str) -> None:
        """Keep it."""
        if self.trouble is not None:
            raise self.trouble
        self.kept = secret

    async def has(self) -> bool:
        """Tell whether there is one."""
        if self.trouble is not None:
            raise self.trouble
        return self.kept is not None


def window_inputs(profile: Profile, keyring: Keyring | None = None) -> WindowInputs:
    """What the windows show, of this profile."""
    ring = keyring or Keyring()
    return WindowInputs(
        profile,
        Inspector(),
        ring.save,
        ring.has,
        geometries=WindowGeometryFile(profile.places_file),
        log_file=profile.log_folder / LOG_FILE,
        is_zoom_host=is_zoom_host,
    )
