"""Several apps and accounts: the submenu that leads to each. Each is a process with an icon and a window of its own."""

import sys
from collections.abc import Callable, Sequence
from typing import TypeAlias

from PySide6.QtCore import QProcess, QProcessEnvironment
from PySide6.QtWidgets import QMenu, QWidget

from rtms_tray.desktop.plain_text import menu_text
from rtms_tray.desktop.widgets.bringing import marks_of_click
from rtms_tray.presentation.view_model import ProfileView
from rtms_tray.support.texts import language_in_use, text

ListProfiles: TypeAlias = Callable[[], Sequence[ProfileView]]


def start_beside(*arguments: str) -> bool:
    """Start the program once more, as a process that outlives this one; False where that fails."""
    module = () if getattr(sys, "frozen", False) else ("-m", "rtms_tray")
    process = QProcess()
    process.setProgram(sys.executable)
    process.setArguments([*module, *arguments])
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert("LANGUAGE", language_in_use().code)
    for name, value in marks_of_click().items():
        environment.insert(name, value)
    process.setProcessEnvironment(environment)
    started: object = process.startDetached()
    return bool(started[0] if isinstance(started, tuple) else started)


def open_profile(name: str) -> bool:
    """Show the window of a profile, and start that one where it does not run."""
    return start_beside("--profile", name, "run", "--window")


class ProfileSwitch:
    """A submenu that is there only where there is something to switch to."""

    def __init__(
        self, list_profiles: ListProfiles, open_: Callable[[str], object], parent: QWidget
    ) -> None:
        self._list_profiles, self._open = list_profiles, open_
        self._shown: Sequence[ProfileView] = ()
        self.menu = QMenu(text("profiles.title"), parent)
        self.menu.menuAction().setVisible(False)

    def refresh(self) -> Sequence[ProfileView]:
        """Look which ones there are; others are set up while this one runs."""
        profiles = tuple(self._list_profiles())
        if profiles != self._shown:
            self._shown = profiles
            self._fill()
        return profiles

    def _fill(self) -> None:
        self.menu.clear()
        for profile in self._shown:
            entry = self.menu.addAction(menu_text(profile.label))
            entry.setCheckable(True)
            entry.setChecked(profile.current)
            entry.setEnabled(not profile.current)
            entry.triggered.connect(lambda _checked=False, name=profile.name: self._open(name))
        self.menu.menuAction().setVisible(bool(self._shown))
