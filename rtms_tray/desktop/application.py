"""The desktop as a whole: tray, window and messages, all drawn from one overview."""

import asyncio
import sys
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from rtms_tray.capture.policy import AutoResend
from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.browser import Browser
from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.icons import picture_of
from rtms_tray.desktop.meetings_menu import ListMeetings
from rtms_tray.desktop.menu import Menu, MenuActions, MenuEntry
from rtms_tray.desktop.notifications.announcer import Announcer, BannerChannel, TrayChannel
from rtms_tray.desktop.notifications.discreet_mode import DiscreetMode
from rtms_tray.desktop.notifications.message import STAYS_MS, Message, Topic
from rtms_tray.desktop.notifications.native import NativeChannel, loader
from rtms_tray.desktop.status.banner import BannerView
from rtms_tray.desktop.status.session_card import KEY
from rtms_tray.desktop.status.window import StatusWindow
from rtms_tray.desktop.theme import DARK, LIGHT, current_theme, tray_style
from rtms_tray.desktop.tray import Tray
from rtms_tray.desktop.widgets.dialogs import StartDialog
from rtms_tray.desktop.window_registry import WindowCallbacks, WindowInputs, WindowRegistry
from rtms_tray.desktop.wording import now
from rtms_tray.presentation.offers import Offer
from rtms_tray.presentation.view_model import Overview, SessionView, SignInState
from rtms_tray.support.assets import resources
from rtms_tray.support.command_types import Answer, AnswerCode, Command, Commander, Exit
from rtms_tray.support.units import Millis

_REFUSAL: Final = "refusal"
_COPIED: Final = "copied"
_COPIES: Final = {
    "message": "Copied: paste it into Zoom's chat",
    "sign-in-address": "Copied: open it in a browser on this computer",
}
"""Commands whose answer is for the clipboard, and what is said of it."""
_NO_TRAY: Final = "no-tray"
_REFUSED: Final = Topic(category=_REFUSAL)
_PLANNED: Final = Topic(category="planned")
_SIGN_IN: Final = Topic(category="sign-in")
"""The matter of all messages about the sign-in: the newest replaces the one before."""


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
        discreet: Callable[[], str] = lambda: "off",
        window_inputs: WindowInputs | None = None,
    ) -> None:
        super().__init__()
        name_application(app)
        self._theme_name = "auto"
        self._monochrome = False
        self._overview: Overview | None = None
        self._own: dict[str, BannerView] = {}

        self.commands = CommandSender(commander, self._answered)
        self._browser = Browser(self._not_opened)
        self.start_dialog = StartDialog(self.commands)
        callbacks = WindowCallbacks(self.commands, self.announce, self.open_url, self._complain)
        self.windows = WindowRegistry(window_inputs, callbacks) if window_inputs else None
        menu_actions = MenuActions(
            sender=self.commands,
            list_meetings=list_meetings,
            show_window=self.open_window,
            enter_meeting=self.start_dialog.ask,
            complain=self._complain,
            quit=quit,
            clock=clock,
            entries=self.windows.entries() if self.windows else (),
        )
        self.menu = Menu(menu_actions)
        self.tray = Tray(self.menu.menu)
        geometries = window_inputs.geometries if window_inputs else None
        self.window = StatusWindow(self.commands, menu_actions, geometries)
        self._native = self._native_way()
        told_by = (
            TrayChannel(self.tray, self.commands.send),
            BannerChannel(self._show_message, self._dismiss_message),
        )
        if self._native is None:
            self._announcer = Announcer(told_by)
        else:
            discretion = DiscreetMode(discreet, self._native.locked)
            self._announcer = Announcer((self._native, *told_by), discretion)
        self._connect(app)

    # --- what the program calls ---------------------------------------------------------------

    def show(self, overview: Overview) -> None:
        """Draw the overview everywhere; the same one again costs nothing."""
        if overview != self._overview:
            before, self._overview = self._overview, overview
            self.menu.show(overview)  # filled before the tray shows it
            self.window.show_overview(overview)
            self._draw_tray()
            if self.windows is not None:
                self.windows.show(overview)
            if before is None:
                self._shown_first(overview)
            elif _is_signing_in(overview) and not _is_signing_in(before):
                self._dismiss(_REFUSAL)
                self.withdraw(_SIGN_IN)  # what an earlier one came to no longer matters

    def _shown_first(self, overview: Overview) -> None:
        if self.windows is not None and not _is_set_up(overview):
            self.windows.first_run.start()
        if self._native is not None:
            self.commands.spawn(self._native.warm_up())  # slow to load: after the icon

    def announce(self, message: Message) -> None:
        """Tell the user by the best way there is, in place of an older message on its topic."""
        self.commands.spawn(self._announcer.announce(message))

    def withdraw(self, topic: Topic) -> None:
        """Take away a message that no longer holds."""
        self.commands.spawn(self._announcer.withdraw(topic))

    def open_window(self, session_key: str | None = None) -> None:
        """Open the window, on this session or on the leading one; the set-up while there is nothing."""
        if (
            self.windows is not None
            and self._overview is not None
            and not _is_set_up(self._overview)
        ):
            self.windows.first_run.start()
            return
        self._open_window(session_key)

    def _open_window(self, session_key: str | None = None) -> None:
        self.window.choose(session_key)
        self.window.bring()

    def open_url(self, url: str) -> bool:
        """Open a page in the user's browser; false where that cannot be done."""
        return self._browser.open(url)

    def add_entry(self, label: str, act: Callable[[], None]) -> None:
        """Add an entry to the menu, among those that open windows."""
        for menu in (self.menu, self.window.menu):
            menu.add_entry(MenuEntry(label, act))

    def show_crash(self, text: str) -> None:
        """Show the text of a failure that nobody thought of."""
        if self.windows is not None:
            self.windows.crash.tell(text)

    def apply_appearance(self, *, theme: str, icons: str) -> None:
        """Draw everything as the settings `appearance.theme` and `appearance.icons` say."""
        if (theme, icons == "monochrome") != (self._theme_name, self._monochrome):
            self._theme_name, self._monochrome = theme, icons == "monochrome"
            self._colours_changed()

    def close(self) -> None:
        """Take everything off the screen; the program ends."""
        self.commands.close()
        self.tray.close()
        self.start_dialog.close()
        if self.windows is not None:
            self.windows.close()
        self.window.minimise_instead = False
        self.window.close()

    async def end(self) -> None:
        """Take everything off the screen, notifications too: nobody would answer their buttons."""
        self.close()
        await self._announcer.close()

    # --- what happens here --------------------------------------------------------------------

    def _connect(self, app: QApplication) -> None:
        self.tray.clicked.connect(self.open_window)
        self.tray.missing.connect(self._no_tray)
        self.tray.found.connect(self._tray_found)
        self.window.dismissed.connect(self._dismiss)
        self.window.card.auto_resend.wanted.connect(self._resend_by_itself)
        app.styleHints().colorSchemeChanged.connect(self._colours_changed)
        if self.windows is not None:
            self.windows.left.connect(self._set_up_left)
            self.windows.finished.connect(self._open_window)

    def _draw_tray(self) -> None:
        if self._overview is not None:
            self.tray.show(self._overview, tray_style(sys.platform, monochrome=self._monochrome))

    def _colours_changed(self) -> None:
        theme = {"light": LIGHT, "dark": DARK}.get(self._theme_name) or current_theme()
        self.window.set_theme(theme)
        self.start_dialog.set_theme(theme)
        if self.windows is not None:
            self.windows.set_theme(theme)
        self._draw_tray()

    def _resend_by_itself(self, wanted: bool) -> None:  # noqa: FBT001  a signal's value
        value = (
            AutoResend.HOST_JOINED if wanted else AutoResend.ASK
        ).value  # the table takes plain ones
        if self.windows is not None:
            self.windows.change_setting(KEY, value, self.window.redraw)
        else:
            self.window.redraw()  # it stays as it was

    def _no_tray(self, why: str) -> None:
        self.window.minimise_instead = True
        self._say(BannerView(_NO_TRAY, Severity.INFO, "No tray icon", why, dismissable=True))
        self.open_window()

    def _set_up_left(self) -> None:
        if self.window.minimise_instead:  # without a tray something must stay, to come back to
            self._open_window()

    def _tray_found(self) -> None:
        self.window.minimise_instead = False
        self._dismiss(_NO_TRAY)

    def _answered(self, command: Command, answer: Answer) -> None:
        if answer.exit is Exit.DONE:
            self._dismiss(_REFUSAL)
            self.withdraw(_REFUSED)
            if command.name in _COPIES:
                self._copy(_COPIES[command.name], answer.text)
            elif command.name == "arm" and not self.window.isVisible():
                self.announce(Message("Planned", answer.text, Severity.INFO, _PLANNED))
        elif answer.exit is Exit.STILL_TRYING and answer.text:
            self._complain(answer.text, still_trying=True)
        elif answer.text:
            # Only in the next turn is drawn what the session has come to.
            asyncio.get_running_loop().call_soon(self._refused, command, answer)

    def _copy(self, title: str, text: str) -> None:
        """Put a text on the clipboard, and show it, so that nobody pastes blindly."""
        QGuiApplication.clipboard().setText(text)
        self._say(BannerView(_COPIED, Severity.INFO, title, text, dismissable=True))
        if not self.window.isVisible():
            self.open_window()

    def _refused(self, command: Command, answer: Answer) -> None:
        """Tell of a refusal, unless a session's own words, in card and message, do so already."""
        if answer.code is AnswerCode.CANCELLED:
            return
        if answer.code is AnswerCode.SESSION and self._visible_session(answer.session):
            self._dismiss(_REFUSAL)
        elif command.name == "sign-in":
            self._not_signed_in(answer)
        else:
            self._complain(answer.text)

    def _not_signed_in(self, answer: Answer) -> None:
        """Tell once of a sign-in that failed: in the window by its notice, else by a message."""
        notices = self._overview.notices if self._overview else ()
        notice = next((one for one in notices if one.code == answer.trouble), None)
        if notice is None:
            self._complain(answer.text)
        elif not self.window.isVisible():
            offers = (Offer("Sign in", Command("sign-in", {"browser": "yes"})),)
            self.announce(
                Message(
                    notice.title, answer.text, notice.severity, _SIGN_IN, offers, code=notice.code
                )
            )

    def _not_opened(self, url: str) -> None:
        """A page was not opened after all: a sign-in that waits for it ends, anything else is told."""

        def answered(answer: Answer) -> None:
            if answer.exit is not Exit.DONE:
                self._complain(f"No web browser could be opened. This is the page: {url}")

        self.commands.send(Command("no-browser", {"address": url}), answered)

    def _visible_session(self, key: str) -> SessionView | None:
        """Find a session among those that the window shows; hidden, it opens on any of them."""
        sessions = self._overview.sessions if self._overview else ()
        shown = (self.window.shown,) if self.window.isVisible() else sessions
        return next((one for one in shown if one is not None and one.key == key), None)

    def _complain(self, text: str, *, still_trying: bool = False) -> None:
        title = "Still trying" if still_trying else "Not done"
        self._say(BannerView(_REFUSAL, Severity.ATTENTION, title, text, dismissable=True))
        if not self.window.isVisible():
            self.announce(Message(title, text, Severity.ATTENTION, _REFUSED))

    def _native_way(self) -> NativeChannel | None:
        """Notifications of this desktop; none where Qt draws into memory, on nobody's screen."""
        if QApplication.platformName() in {"offscreen", "minimal"}:
            return None
        icon = resources() / "app" / "rtms-tray.png"
        return NativeChannel(loader(self.commands.send, self._tell_again, icon, picture_of))

    def _tell_again(self, topic: Topic) -> None:
        self.commands.spawn(self._announcer.again(topic))

    def _show_message(self, message: Message) -> None:
        banner = _banner(message)
        if self._is_seen(message):
            self._dismiss(banner.key)  # an older one on its topic
        elif message.topic != _REFUSED:  # that one is in the window already
            self._say(banner)
        if self.window.isVisible():
            QApplication.alert(self.window)
        elif message.discreet:
            self.window.showMinimized()
        elif message.severity is not Severity.INFO:
            self.open_window(message.topic.session or None)
        if message.severity is Severity.INFO:
            stays_s = STAYS_MS[Severity.INFO] / 1000
            asyncio.get_running_loop().call_later(stays_s, self._dismiss_banner, banner)

    def _is_seen(self, message: Message) -> bool:
        """Whether the window says the same: of the session that it shows, or opens on, or by a notice."""
        notices = self._overview.notices if self._overview else ()
        if not message.topic.session:
            return any(notice.code == message.code for notice in notices)
        session = self._visible_session(message.topic.session)
        return session is not None and session.tells(message.code)

    def _dismiss_message(self, topic: Topic) -> None:
        self._dismiss(_key(topic))

    def _dismiss_banner(self, banner: BannerView) -> None:
        if self._own.get(banner.key) is banner:
            self._dismiss(banner.key)

    def _say(self, banner: BannerView) -> None:
        self._own[banner.key] = banner
        self.window.show_own(tuple(self._own.values()))

    def _dismiss(self, key: str) -> None:
        if self._own.pop(key, None) is not None:
            self.window.show_own(tuple(self._own.values()))


def _is_set_up(overview: Overview) -> bool:
    return overview.account.state is not SignInState.NOT_CONFIGURED


def _is_signing_in(overview: Overview) -> bool:
    return overview.account.state is SignInState.SIGNING_IN


def _key(topic: Topic) -> str:
    return f"message-{topic.category}-{topic.session}"


def _banner(message: Message) -> BannerView:
    offer = message.obvious if message.offers else None
    return BannerView(
        key=_key(message.topic),
        severity=message.severity,
        title=message.title,
        text=message.text,
        command=offer.command if offer else None,
        label=offer.label if offer else "",
        dismissable=True,
    )
