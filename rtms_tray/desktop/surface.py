"""The desktop as a whole: tray, window and messages, all drawn from one overview."""

import sys
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices, QIcon
from PySide6.QtWidgets import QApplication

from rtms_tray.assets import resources
from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.units import Millis
from rtms_tray.commands import Answer, Command, Commander, Exit
from rtms_tray.desktop.announcer import Announcer, Message, Notifier, TrayMessages, WindowMessages
from rtms_tray.desktop.banner import BannerView
from rtms_tray.desktop.clicks import Clicks
from rtms_tray.desktop.dialogs import StartDialog
from rtms_tray.desktop.looks import looks_now, tray_style
from rtms_tray.desktop.meetings_menu import ListMeetings
from rtms_tray.desktop.menu import Doors, Menu
from rtms_tray.desktop.tray import Tray
from rtms_tray.desktop.window import StatusWindow
from rtms_tray.desktop.wording import now
from rtms_tray.view_model import Overview

_REFUSAL: Final = "refusal"
_NO_TRAY: Final = "no-tray"
_MESSAGE: Final = "message"


def name_application(app: QApplication) -> None:
    """Give the program the names that desktops list it by; before anything is shown."""
    app.setApplicationName("rtms-tray")
    app.setApplicationDisplayName("rtms-tray")
    app.setDesktopFileName("rtms-tray")
    app.setWindowIcon(QIcon(str(resources() / "app" / "rtms-tray.svg")))
    app.setQuitOnLastWindowClosed(False)


class Desktop(QObject):
    """Everything the user sees; knows of capture only what the last overview said."""

    def __init__(
        self,
        app: QApplication,
        commander: Commander,
        list_meetings: ListMeetings,
        quit: Callable[[], None],  # noqa: A002  it is what the menu says
        *,
        clock: Callable[[], Millis] = now,
        monochrome: bool = False,
        notifiers: Sequence[Notifier] = (),
    ) -> None:
        super().__init__()
        name_application(app)
        self._monochrome = monochrome
        self._overview: Overview | None = None
        self._own: dict[str, BannerView] = {}

        self.clicks = Clicks(commander, self._answered)
        self.start_dialog = StartDialog(self.clicks)
        doors = Doors(
            clicks=self.clicks,
            list_meetings=list_meetings,
            show_window=self.open_window,
            enter_meeting=self.start_dialog.ask,
            complain=self._complain,
            quit=quit,
            clock=clock,
        )
        self.menu = Menu(doors)
        self.tray = Tray(self.menu.menu)
        self.window = StatusWindow(self.clicks, doors)
        self._announcer = Announcer(
            (
                *notifiers,
                TrayMessages(self.tray, self._message_clicked),
                WindowMessages(self._show_message),
            )
        )
        self._connect(app)

    # --- what the program calls ---------------------------------------------------------------

    def show(self, overview: Overview) -> None:
        """Draw the overview everywhere; the same one again costs nothing."""
        if overview != self._overview:
            self._overview = overview
            self.menu.show(overview)  # filled before the tray shows it
            self.window.show_overview(overview)
            self._draw_tray()

    def announce(
        self,
        title: str,
        text: str,
        severity: Severity,
        on_click: Command | None = None,
        click_label: str = "",
    ) -> None:
        """Tell the user by the best way there is; `click_label` names what `on_click` does."""
        message = Message(title, text, severity, on_click, click_label)
        self.clicks.spawn(self._announcer.announce(message))

    def open_window(self, session_key: str | None = None) -> None:
        """Open the window, on this session or on the leading one."""
        self.window.choose(session_key)
        self.window.bring()

    def open_url(self, url: str) -> bool:
        """Open a page in the user's browser; false where that cannot be done."""
        return QDesktopServices.openUrl(QUrl(url))

    def set_monochrome(self, *, on: bool) -> None:
        """Draw the tray icon in one colour, or in all."""
        self._monochrome = on
        self._draw_tray()

    def close(self) -> None:
        """Take everything off the screen; the program ends."""
        self.clicks.close()
        self.tray.close()
        self.start_dialog.close()
        self.window.minimise_instead = False
        self.window.close()

    # --- what happens here --------------------------------------------------------------------

    def _connect(self, app: QApplication) -> None:
        self.tray.clicked.connect(self.open_window)
        self.tray.missing.connect(self._no_tray)
        self.tray.found.connect(self._tray_found)
        self.window.dismissed.connect(self._dismiss)
        app.styleHints().colorSchemeChanged.connect(self._colours_changed)

    def _draw_tray(self) -> None:
        if self._overview is not None:
            self.tray.show(self._overview, tray_style(sys.platform, monochrome=self._monochrome))

    def _colours_changed(self) -> None:
        self.window.set_looks(looks_now())
        self._draw_tray()

    def _no_tray(self, why: str) -> None:
        self.window.minimise_instead = True
        self._say(BannerView(_NO_TRAY, Severity.INFO, "No tray icon", why))
        self.open_window()

    def _tray_found(self) -> None:
        self.window.minimise_instead = False
        self._dismiss(_NO_TRAY)

    def _answered(self, _command: Command, answer: Answer) -> None:
        if answer.exit is Exit.DONE:
            self._dismiss(_REFUSAL)
        elif answer.text:
            self._complain(answer.text, still_trying=answer.exit is Exit.STILL_TRYING)

    def _complain(self, text: str, *, still_trying: bool = False) -> None:
        title = "Still trying" if still_trying else "Not done"
        self._say(BannerView(_REFUSAL, Severity.ATTENTION, title, text, dismissable=True))
        if not self.window.isVisible():
            self.announce(title, text, Severity.ATTENTION)

    def _show_message(self, message: Message) -> None:
        self._say(
            BannerView(
                key=_MESSAGE,
                severity=message.severity,
                title=message.title,
                text=message.text,
                command=message.on_click,
                label=message.click_label,
                dismissable=True,
            )
        )
        if self.window.isVisible():
            QApplication.alert(self.window)
        elif message.severity is not Severity.INFO:
            self.open_window()

    def _message_clicked(self, message: Message) -> None:
        if message.on_click is not None:
            self.clicks.perform(message.on_click)
        else:
            self.open_window()

    def _say(self, banner: BannerView) -> None:
        self._own[banner.key] = banner
        self.window.show_own(tuple(self._own.values()))

    def _dismiss(self, key: str) -> None:
        if self._own.pop(key, None) is not None:
            self.window.show_own(tuple(self._own.values()))
