"""The windows beside the status window: made when they are first opened, closed together."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QObject, QProcess, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.crash import CrashDialog
from rtms_tray.desktop.help_window import HelpWindow
from rtms_tray.desktop.history.history_window import HistoryDoors, HistoryWindow
from rtms_tray.desktop.inspector_window import InspectorWindow
from rtms_tray.desktop.log_window import LogWindow
from rtms_tray.desktop.menu import MenuEntry
from rtms_tray.desktop.notifications import Message, Topic
from rtms_tray.desktop.settings.settings_access import SettingsAccess, SettingsWatch
from rtms_tray.desktop.settings.settings_window import SettingsActions, SettingsWindow
from rtms_tray.desktop.setup.doctor_window import DoctorWindow
from rtms_tray.desktop.setup.setup_wizard import SetupWizard
from rtms_tray.desktop.setup.wizard_pages import SetupContext
from rtms_tray.desktop.theme import Theme
from rtms_tray.desktop.widgets.app_window import AppWindow
from rtms_tray.desktop.window_geometry import GeometryStore
from rtms_tray.desktop.wording import now
from rtms_tray.history.reader import HistoryReader
from rtms_tray.presentation.settings_view import AppRequirements, SettingsView
from rtms_tray.presentation.view_model import Overview
from rtms_tray.runtime.event_log import EventLog
from rtms_tray.support.command_types import Command

W = TypeVar("W", bound=AppWindow)

_TEST: Final = Message(
    "Notifications work",
    "This is the test that you asked for. Nothing needs you.",
    Severity.ATTENTION,
    Topic(category="test"),
)


@dataclass(frozen=True, slots=True)
class WindowInputs:
    """What these windows show of the program beyond the overview."""

    inspector: EventLog
    settings: Callable[[], SettingsView]
    requirements: AppRequirements
    history_file: Path
    geometries: GeometryStore
    log_file: Path
    is_zoom_host: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class WindowCallbacks:
    """What these windows need of the desktop."""

    sender: CommandSender
    announce: Callable[[Message], None]
    open_url: Callable[[str], object]
    complain: Callable[[str], None]


class WindowRegistry(QObject):
    """Opens settings, set-up, inspector, help and diagnostics."""

    left = Signal()
    """The guided set-up was closed."""
    finished = Signal()
    """The guided set-up came to its end."""

    def __init__(self, window_inputs: WindowInputs, callbacks: WindowCallbacks) -> None:
        super().__init__()
        self._window_inputs, self._callbacks = window_inputs, callbacks
        self._made: dict[str, AppWindow] = {}
        self._theme: Theme | None = None
        self._overview: Overview | None = None
        self._reader: HistoryReader | None = None
        self._settings = SettingsAccess(window_inputs.settings, callbacks.sender, self._changed)
        self._settings_file = self._settings.read().file
        self.watch = SettingsWatch(self._settings_file)
        self.watch.changed.connect(self._edited)

    def entries(self) -> tuple[MenuEntry, ...]:
        """List the menu's entries."""
        more = (
            MenuEntry("Help", self.open_help),
            MenuEntry("Set up…", self.open_setup),
            MenuEntry("Diagnostics", self.open_doctor),
            MenuEntry("Event inspector", self.open_inspector),
            MenuEntry("Log", self.open_log),
        )
        return (
            MenuEntry("History…", self.open_history),
            MenuEntry("Settings…", self.open_settings),
            MenuEntry("Help and diagnostics", None, more),
        )

    def change_setting(self, key: str, value: str, refused: Callable[[], None]) -> None:
        """Change a setting; where that cannot be done, says why, and calls `refused`."""
        self._callbacks.sender.spawn(self._change_setting(key, value, refused))

    async def _change_setting(self, key: str, value: str, refused: Callable[[], None]) -> None:
        if (refusal := await self._settings.change(key, value)) is not None:
            self._callbacks.complain(refusal.text)
            refused()

    def open_settings(self) -> None:
        """Open the settings."""
        self.settings.open()

    def open_history(self) -> None:
        """Open the history."""
        self.history.bring()

    def open_setup(self) -> None:
        """Open the guided set-up."""
        self.setup_wizard.start()

    def open_help(self, page: str = "") -> None:
        """Open help, on a page by its file's name."""
        self.help.open(page)

    def open_doctor(self) -> None:
        """Open diagnostics."""
        self.doctor.open()

    def open_inspector(self) -> None:
        """Open the event inspector."""
        self.inspector.bring()

    def open_log(self) -> None:
        """Open the log."""
        self.log.open()

    # --- the windows --------------------------------------------------------------------------

    @property
    def settings(self) -> SettingsWindow:
        """The settings."""
        actions = SettingsActions(
            test_notification=lambda: self._callbacks.announce(_TEST),
            open_file=lambda: self._open(self._settings_file),
        )
        return self._window(SettingsWindow, lambda: SettingsWindow(self._settings, actions))

    @property
    def history(self) -> HistoryWindow:
        """The history of meetings."""
        return self._window(HistoryWindow, self._make_history)

    @property
    def setup_wizard(self) -> SetupWizard:
        """The guided set-up."""
        return self._window(SetupWizard, self._make_setup_wizard)

    @property
    def inspector(self) -> InspectorWindow:
        """The event inspector."""
        return self._window(InspectorWindow, lambda: InspectorWindow(self._window_inputs.inspector))

    @property
    def help(self) -> HelpWindow:
        """The help pages."""
        return self._window(
            HelpWindow,
            lambda: HelpWindow(self._callbacks.open_url, self._window_inputs.is_zoom_host),
        )

    @property
    def doctor(self) -> DoctorWindow:
        """Diagnostics."""
        return self._window(
            DoctorWindow, lambda: DoctorWindow(self._callbacks.sender, self.open_log)
        )

    @property
    def log(self) -> LogWindow:
        """The log, and the way to its folder in the system's own way."""
        file = self._window_inputs.log_file
        return self._window(LogWindow, lambda: LogWindow(file, lambda: self._open(file.parent)))

    @property
    def crash(self) -> CrashDialog:
        """What is shown when something fails that nobody thought of."""
        return self._window(CrashDialog, lambda: CrashDialog(self.open_log))

    # --- what the desktop calls ---------------------------------------------------------------

    def show(self, overview: Overview) -> None:
        """Follow the overview, where a window shows something of it."""
        self._overview = overview
        if isinstance(made := self._made.get(SetupWizard.__name__), SetupWizard):
            made.show_overview(overview)
        if isinstance(made := self._made.get(HistoryWindow.__name__), HistoryWindow):
            made.changed()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours of all windows, now and later."""
        self._theme = theme
        for window in self._made.values():
            window.set_theme(theme)

    def close(self) -> None:
        """Close all windows; the program ends."""
        self.watch.close()
        self.blockSignals(True)
        for window in self._made.values():
            window.close()
        if self._reader is not None:
            self._reader.close()

    # --- inside -------------------------------------------------------------------------------

    def _window(self, kind: type[W], make: Callable[[], W]) -> W:
        made = self._made.get(kind.__name__)
        if not isinstance(made, kind):
            made = self._made[kind.__name__] = make()
            if self._theme is not None:
                made.set_theme(self._theme)
        return made

    def _make_history(self) -> HistoryWindow:
        self._reader = HistoryReader(self._window_inputs.history_file)
        doors = HistoryDoors(
            self._reader, self._callbacks.sender.spawn, now, self._window_inputs.geometries
        )
        return HistoryWindow(doors)

    def _make_setup_wizard(self) -> SetupWizard:
        context = SetupContext(self._settings, self._window_inputs.requirements)
        made = SetupWizard(context, start_demo, lambda: self.open_help("set-up.md"))
        made.closed.connect(self.left)
        made.finished.connect(self.finished)
        if self._overview is not None:
            made.show_overview(self._overview)
        return made

    def _changed(self) -> None:
        """A setting was changed here; the command has the program follow it."""
        self.watch.accept()
        self._refresh_settings()

    def _edited(self) -> None:
        """The file was changed by somebody else."""
        self._reload()
        self._refresh_settings()

    def _refresh_settings(self) -> None:
        if isinstance(window := self._made.get(SettingsWindow.__name__), SettingsWindow):
            window.refresh()

    def _reload(self) -> None:
        self._callbacks.sender.spawn(self._reloaded())

    async def _reloaded(self) -> None:
        await self._callbacks.sender.send_and_wait(Command("reload"))

    def _open(self, place: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(place))):
            self._callbacks.complain(f"Nothing on this desktop opens it. It is here: {place}")


def start_demo() -> bool:
    """Start the demo as a program of its own, which outlives this one; false where it cannot be."""
    module = () if getattr(sys, "frozen", False) else ("-m", "rtms_tray")
    started: object = QProcess.startDetached(sys.executable, [*module, "demo"])
    return bool(started[0] if isinstance(started, tuple) else started)
