"""The windows beside the status window: made when they are first opened, closed together."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QObject, QProcess, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.command_sender import Clicks
from rtms_tray.desktop.crash import CrashDialog
from rtms_tray.desktop.help_window import HelpWindow
from rtms_tray.desktop.history.history_window import HistoryDoors, HistoryWindow
from rtms_tray.desktop.inspector_window import InspectorWindow
from rtms_tray.desktop.log_window import LogWindow
from rtms_tray.desktop.menu import Entry
from rtms_tray.desktop.notifications.message import Message, Topic
from rtms_tray.desktop.settings.file_watch import SettingsWatch
from rtms_tray.desktop.settings.secret_row import HasSecret, SaveSecret
from rtms_tray.desktop.settings.settings_window import SettingsDoors, SettingsWindow
from rtms_tray.desktop.setup.doctor_window import DoctorWindow
from rtms_tray.desktop.setup.wizard import FirstRun
from rtms_tray.desktop.setup.wizard_pages import Guide
from rtms_tray.desktop.theme import Looks
from rtms_tray.desktop.widgets.panel import Panel
from rtms_tray.desktop.wording import now
from rtms_tray.history.reader import HistoryReader
from rtms_tray.presentation.view_model import Overview
from rtms_tray.runtime.event_log import Inspector
from rtms_tray.store.profile import Profile
from rtms_tray.store.settings_file import SettingRefusedError, set_value
from rtms_tray.store.state import Places
from rtms_tray.support.command_types import Command

W = TypeVar("W", bound=Panel)

_TEST: Final = Message(
    "Notifications work",
    "This is the test that you asked for. Nothing needs you.",
    Severity.ATTENTION,
    Topic(category="test"),
)


@dataclass(frozen=True, slots=True)
class Insides:
    """What these windows show of the program beyond the overview."""

    profile: Profile
    inspector: Inspector
    save_secret: SaveSecret
    has_secret: HasSecret


@dataclass(frozen=True, slots=True)
class Ways:
    """What these windows need of the desktop."""

    clicks: Clicks
    announce: Callable[[Message], None]
    open_url: Callable[[str], object]
    complain: Callable[[str], None]


class Panels(QObject):
    """Opens settings, set-up, inspector, help and diagnostics."""

    left = Signal()
    """The guided set-up was closed."""
    finished = Signal()
    """The guided set-up came to its end."""

    def __init__(self, insides: Insides, ways: Ways) -> None:
        super().__init__()
        self._insides, self._ways = insides, ways
        self._made: dict[str, Panel] = {}
        self._looks: Looks | None = None
        self._overview: Overview | None = None
        self._reader: HistoryReader | None = None
        self.watch = SettingsWatch(insides.profile.settings_file)
        self.watch.changed.connect(self._edited)

    def entries(self) -> tuple[Entry, ...]:
        """List the menu's entries."""
        more = (
            Entry("Help", self.open_help),
            Entry("Set up…", self.open_first_run),
            Entry("Diagnostics", self.open_doctor),
            Entry("Event inspector", self.open_inspector),
            Entry("Log", self.open_log),
        )
        return (
            Entry("History…", self.open_history),
            Entry("Settings…", self.open_settings),
            Entry("Help and diagnostics", None, more),
        )

    def put(self, key: str, value: str) -> bool:
        """Write a setting; false, and said why, where that cannot be done."""
        try:
            set_value(self._insides.profile.settings_file, key, value)
        except SettingRefusedError as refused:
            self._ways.complain(str(refused))
            return False
        self.watch.take_note()
        self._edited()
        return True

    def open_settings(self) -> None:
        """Open the settings."""
        self.settings.open()

    def open_history(self) -> None:
        """Open the history."""
        self.history.bring()

    def open_first_run(self) -> None:
        """Open the guided set-up."""
        self.first_run.start()

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
        insides = self._insides
        doors = SettingsDoors(
            profile=insides.profile,
            clicks=self._ways.clicks,
            save_secret=insides.save_secret,
            has_secret=insides.has_secret,
            changed=self._changed,
            test_notification=lambda: self._ways.announce(_TEST),
            open_file=lambda: self._open(insides.profile.settings_file),
        )
        return self._window(SettingsWindow, lambda: SettingsWindow(doors))

    @property
    def history(self) -> HistoryWindow:
        """The history of meetings."""
        return self._window(HistoryWindow, self._make_history)

    @property
    def first_run(self) -> FirstRun:
        """The guided set-up."""
        return self._window(FirstRun, self._make_first_run)

    @property
    def inspector(self) -> InspectorWindow:
        """The event inspector."""
        return self._window(InspectorWindow, lambda: InspectorWindow(self._insides.inspector))

    @property
    def help(self) -> HelpWindow:
        """The help pages."""
        return self._window(HelpWindow, lambda: HelpWindow(self._ways.open_url))

    @property
    def doctor(self) -> DoctorWindow:
        """Diagnostics."""
        return self._window(DoctorWindow, lambda: DoctorWindow(self._ways.clicks, self.open_log))

    @property
    def log(self) -> LogWindow:
        """The log, and the way to its folder in the system's own way."""
        folder = self._insides.profile.log_folder
        return self._window(LogWindow, lambda: LogWindow(folder, lambda: self._open(folder)))

    @property
    def crash(self) -> CrashDialog:
        """What is shown when something fails that nobody thought of."""
        return self._window(CrashDialog, lambda: CrashDialog(self.open_log))

    # --- what the desktop calls ---------------------------------------------------------------

    def show(self, overview: Overview) -> None:
        """Follow the overview, where a window shows something of it."""
        self._overview = overview
        if isinstance(made := self._made.get(FirstRun.__name__), FirstRun):
            made.show_overview(overview)
        if isinstance(made := self._made.get(HistoryWindow.__name__), HistoryWindow):
            made.changed()

    def set_looks(self, looks: Looks) -> None:
        """Change the colours of all windows, now and later."""
        self._looks = looks
        for window in self._made.values():
            window.set_looks(looks)

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
            if self._looks is not None:
                made.set_looks(self._looks)
        return made

    def _make_history(self) -> HistoryWindow:
        profile = self._insides.profile
        self._reader = HistoryReader(profile.history_file)
        places = Places(profile.places_file)
        doors = HistoryDoors(self._reader, self._ways.clicks.spawn, now, places)
        return HistoryWindow(doors)

    def _make_first_run(self) -> FirstRun:
        insides = self._insides
        guide = Guide(insides.profile, self._ways.clicks, insides.save_secret, insides.has_secret)
        made = FirstRun(guide, start_demo, lambda: self.open_help("set-up.md"))
        made.closed.connect(self.left)
        made.finished.connect(self.finished)
        if self._overview is not None:
            made.show_overview(self._overview)
        return made

    def _changed(self) -> None:
        """A setting was written here."""
        self.watch.take_note()
        self._reload()

    def _edited(self) -> None:
        """The file was changed by somebody else."""
        self._reload()
        if isinstance(made := self._made.get(SettingsWindow.__name__), SettingsWindow):
            made.refresh()

    def _reload(self) -> None:
        self._ways.clicks.spawn(self._reloaded())

    async def _reloaded(self) -> None:
        await self._ways.clicks.ask(Command("reload"))

    def _open(self, place: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(place))):
            self._ways.complain(f"Nothing on this desktop opens it. It is here: {place}")


def start_demo() -> bool:
    """Start the demo as a program of its own, which outlives this one; false where it cannot be."""
    module = () if getattr(sys, "frozen", False) else ("-m", "rtms_tray")
    started: object = QProcess.startDetached(sys.executable, [*module, "demo"])
    return bool(started[0] if isinstance(started, tuple) else started)
