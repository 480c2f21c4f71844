"""The windows beside the status window: loaded and made when they are first opened, closed together."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar, cast

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.timings import AutoResend
from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.notifications import Message, Topic
from rtms_tray.desktop.profile_switch import start_beside
from rtms_tray.desktop.settings.settings_access import SettingsAccess, SettingsWatch
from rtms_tray.desktop.theme import Theme
from rtms_tray.desktop.tray_menu import MenuEntry
from rtms_tray.desktop.widgets.put_away import PutAway
from rtms_tray.desktop.window_geometry import GeometryStore
from rtms_tray.presentation.settings_view import AppRequirements, SettingsView
from rtms_tray.presentation.view_model import Overview
from rtms_tray.runtime.event_log import EventLog
from rtms_tray.support.command_types import Command
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text
from rtms_tray.support.units import Millis

if TYPE_CHECKING:
    from rtms_tray.desktop.crash_window import CrashWindow
    from rtms_tray.desktop.help_window import HelpWindow
    from rtms_tray.desktop.history.history_window import HistoryWindow
    from rtms_tray.desktop.inspector_window import InspectorWindow
    from rtms_tray.desktop.link_window import LinkWindow
    from rtms_tray.desktop.log_window import LogWindow
    from rtms_tray.desktop.settings.settings_window import SettingsWindow
    from rtms_tray.desktop.setup.consent_window import ConsentWindow
    from rtms_tray.desktop.setup.doctor_window import DoctorWindow
    from rtms_tray.desktop.setup.setup_wizard import SetupWizard
    from rtms_tray.desktop.widgets.app_window import AppWindow
    from rtms_tray.history.reader import HistoryReader

_AUTO_RESEND_KEY: Final = "behaviour.auto_resend"
W = TypeVar("W", bound="AppWindow")


class WindowInputs(Frozen):
    """What these windows show of the program beyond the overview."""

    inspector: EventLog
    settings: Callable[[], SettingsView]
    requirements: AppRequirements
    history_file: Path
    geometries: GeometryStore
    log_file: Path
    is_zoom_host: Callable[[str], bool]


class WindowCallbacks(Frozen):
    """What these windows need of the desktop."""

    sender: CommandSender
    announce: Callable[[Message], None]
    open_url: Callable[[str], object]
    complain: Callable[[str], None]
    clock: Callable[[], Millis]


class WindowRegistry(QObject):
    """Makes and opens settings, history, set-up, inspector, help, diagnostics and log."""

    left = Signal()
    """The guided set-up was closed."""
    finished = Signal()
    """The guided set-up was completed."""
    agreed = Signal(bool)
    """A set-up link was agreed to; whether a sign-in is needed now."""
    declined = Signal(str)
    """The offer of this key was declined."""
    link_answered = Signal(bool)
    """The question about a link was answered; whether it was agreed to."""

    def __init__(self, window_inputs: WindowInputs, callbacks: WindowCallbacks) -> None:
        super().__init__()
        self._window_inputs, self._callbacks = window_inputs, callbacks
        self._windows: dict[str, AppWindow] = {}
        self._put_away = PutAway(lambda: callbacks.sender.is_idle)
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
            MenuEntry(text("menu.windows.help"), self.open_help),
            MenuEntry(text("menu.windows.set_up"), self.open_setup),
            MenuEntry(text("menu.windows.diagnostics"), self.open_doctor),
            MenuEntry(text("menu.windows.inspector"), self.open_inspector),
            MenuEntry(text("menu.windows.log"), self.open_log),
        )
        return (
            MenuEntry(text("menu.windows.history"), self.open_history),
            MenuEntry(text("menu.windows.settings"), self.open_settings),
            MenuEntry(text("menu.windows.help_and_diagnostics"), None, more),
        )

    def change_setting(self, key: str, value: str, refused: Callable[[], None]) -> None:
        """Change a setting; where that is refused, say why and call `refused`."""
        self._callbacks.sender.spawn(self._change_setting(key, value, refused))

    def set_auto_resend(self, refused: Callable[[], None], *, wanted: bool) -> None:
        """Change the setting behind the checkbox below a session's obvious button."""
        value = AutoResend.HOST_JOINED if wanted else AutoResend.ASK
        self.change_setting(_AUTO_RESEND_KEY, value.value, refused)

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
    def settings(self) -> "SettingsWindow":
        """The settings."""
        from rtms_tray.desktop.settings.settings_window import SettingsActions, SettingsWindow  # noqa: PLC0415 - on demand

        actions = SettingsActions(
            test_notification=lambda: self._callbacks.announce(_test_message()),
            open_file=lambda: self._open(self._settings_file),
        )
        return self._window("settings", lambda: SettingsWindow(self._settings, actions))

    @property
    def history(self) -> "HistoryWindow":
        """The history of meetings."""
        return self._window("history", self._make_history)

    @property
    def setup_wizard(self) -> "SetupWizard":
        """The guided set-up."""
        return self._window("setup wizard", self._make_setup_wizard)

    @property
    def consent(self) -> "ConsentWindow":
        """The question whether a set-up link may be followed."""
        return self._window("consent", self._make_consent)

    @property
    def link(self) -> "LinkWindow":
        """The question whether a link may have a request sent."""
        return self._window("link", self._make_link)

    @property
    def is_asking(self) -> bool:
        """Whether a set-up link waits for an answer."""
        return "consent" in self._windows and self.consent.is_asking

    @property
    def inspector(self) -> "InspectorWindow":
        """The event inspector."""
        from rtms_tray.desktop.inspector_window import InspectorWindow  # noqa: PLC0415 - on demand

        return self._window("inspector", lambda: InspectorWindow(self._window_inputs.inspector))

    @property
    def help(self) -> "HelpWindow":
        """The help pages."""
        from rtms_tray.desktop.help_window import HelpWindow  # noqa: PLC0415 - on demand

        return self._window(
            "help",
            lambda: HelpWindow(self._callbacks.open_url, self._window_inputs.is_zoom_host),
        )

    @property
    def doctor(self) -> "DoctorWindow":
        """Diagnostics."""
        from rtms_tray.desktop.setup.doctor_window import DoctorWindow  # noqa: PLC0415 - on demand

        return self._window("doctor", lambda: DoctorWindow(self._callbacks.sender, self.open_log))

    @property
    def log(self) -> "LogWindow":
        """The log; its folder opens in the system's file manager."""
        from rtms_tray.desktop.log_window import LogWindow  # noqa: PLC0415 - on demand

        file = self._window_inputs.log_file
        return self._window("log", lambda: LogWindow(file, lambda: self._open(file.parent)))

    @property
    def crash(self) -> "CrashWindow":
        """The report of a failure that nothing caught."""
        from rtms_tray.desktop.crash_window import CrashWindow  # noqa: PLC0415 - on demand

        return self._window("crash", lambda: CrashWindow(self.open_log))

    # --- what the desktop calls ---------------------------------------------------------------

    def show(self, overview: Overview) -> None:
        """Follow the overview, where a window shows something of it."""
        self._overview = overview
        if "setup wizard" in self._windows:
            self.setup_wizard.show_overview(overview)
        if "history" in self._windows:
            self.history.changed()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours of all windows, now and later."""
        self._theme = theme
        for window in self._windows.values():
            window.set_theme(theme)

    def close(self) -> None:
        """Close all windows; the program ends."""
        self.watch.close()
        self._put_away.stop()
        self.blockSignals(True)
        for window in self._windows.values():
            window.close()
        if self._reader is not None:
            self._reader.close()

    # --- inside -------------------------------------------------------------------------------

    def _window(self, name: str, make: Callable[[], W]) -> W:
        window = cast("W | None", self._windows.get(name))
        if window is None:
            window = self._windows[name] = make()
            window.help_wanted.connect(self.open_help)
            forget = partial(self._forget, name)
            window.went.connect(
                lambda: self._put_away.closed(window, forget, lambda: window.holds_work)
            )
            if self._theme is not None:
                window.set_theme(self._theme)
        return window

    def _forget(self, name: str) -> None:
        del self._windows[name]
        if name == "history" and self._reader is not None:
            self._reader.close()
            self._reader = None

    def _make_history(self) -> "HistoryWindow":
        from rtms_tray.desktop.history.history_window import HistoryContext, HistoryWindow  # noqa: PLC0415 - on demand
        from rtms_tray.history.reader import HistoryReader  # noqa: PLC0415 - on demand

        callbacks = self._callbacks
        self._reader = HistoryReader(self._window_inputs.history_file)
        context = HistoryContext(
            self._reader, callbacks.sender.spawn, callbacks.clock, self._window_inputs.geometries
        )
        return HistoryWindow(context)

    def _make_setup_wizard(self) -> "SetupWizard":
        from rtms_tray.desktop.setup.setup_wizard import SetupWizard  # noqa: PLC0415 - on demand
        from rtms_tray.desktop.setup.wizard_pages import SetupContext  # noqa: PLC0415 - on demand

        context = SetupContext(self._settings, self._window_inputs.requirements)
        window = SetupWizard(context, start_demo, lambda: self.open_help("set-up.md"))
        window.closed.connect(self.left)
        window.finished.connect(self.finished)
        if self._overview is not None:
            window.show_overview(self._overview)
        return window

    def _make_consent(self) -> "ConsentWindow":
        from rtms_tray.desktop.setup.consent_window import ConsentWindow  # noqa: PLC0415 - on demand

        window = ConsentWindow(self._callbacks.sender)
        window.declined.connect(self.declined)
        window.agreed.connect(self._agreed)
        return window

    def _make_link(self) -> "LinkWindow":
        from rtms_tray.desktop.link_window import LinkWindow  # noqa: PLC0415 - on demand

        window = LinkWindow()
        window.declined.connect(lambda key: self._answer_link("link-decline", key, agreed=False))
        window.agreed.connect(lambda key: self._answer_link("link-accept", key, agreed=True))
        return window

    def _answer_link(self, command: str, key: str, *, agreed: bool) -> None:
        self.link_answered.emit(agreed)
        self._callbacks.sender.send(Command(command, {"question": key}))

    def _agreed(self, sign_in: bool) -> None:  # noqa: FBT001  a signal's value
        self._changed()
        if "setup wizard" in self._windows:
            self.setup_wizard.hide()
        self.agreed.emit(sign_in)

    def _changed(self) -> None:
        """Follow a setting that was changed by a command, which has had the program reload."""
        self.watch.accept()
        self._refresh_settings()

    def _edited(self) -> None:
        """Follow a change that somebody else made to the file."""
        self._reload()
        self._refresh_settings()

    def _refresh_settings(self) -> None:
        if "settings" in self._windows:
            self.settings.refresh()

    def _reload(self) -> None:
        self._callbacks.sender.spawn(self._reloaded())

    async def _reloaded(self) -> None:
        await self._callbacks.sender.send_and_wait(Command("reload"))

    def _open(self, path: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._callbacks.complain(text("windows.cannot_open", path=path))


def _test_message() -> Message:
    title, body = text("notifications.test.title"), text("notifications.test.text")
    return Message(title, body, Severity.ATTENTION, Topic(category="test"))


def start_demo() -> bool:
    """Start the demo; False where that fails."""
    return start_beside("demo")
