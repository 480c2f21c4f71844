"""The desktop as one application: icon, menu, windows and notifications, drawn from one overview."""

import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.autostart_offer import AutostartOffer
from rtms_tray.desktop.browser import Pages
from rtms_tray.desktop.command_feedback import SIGN_IN_TOPIC, CommandFeedback
from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.first_icon import FirstIcon, name_application
from rtms_tray.desktop.icons import IconStyle, picture_of
from rtms_tray.desktop.meetings_menu import ListMeetings
from rtms_tray.desktop.notifications import (
    Announcer,
    DiscreetMode,
    Message,
    NativeChannel,
    Topic,
    loader,
)
from rtms_tray.desktop.own_meetings import OwnMeetings
from rtms_tray.desktop.profile_switch import ListProfiles, open_profile
from rtms_tray.desktop.status.banner_view import BannerView
from rtms_tray.desktop.status.window_on_demand import StartDialogOnDemand, StatusOnDemand
from rtms_tray.desktop.theme import DARK, LIGHT, Theme, current_theme, tray_style
from rtms_tray.desktop.tray import Tray, TrayChannel
from rtms_tray.desktop.tray_menu import Menu, MenuActions, MenuEntry
from rtms_tray.desktop.tray_watch import TrayWatch
from rtms_tray.desktop.widgets.bringing import was_clicked
from rtms_tray.desktop.window_banners import WindowBanners
from rtms_tray.desktop.window_geometry import GeometryStore
from rtms_tray.desktop.window_registry import WindowCallbacks, WindowInputs, WindowRegistry
from rtms_tray.presentation.link_question import LinkQuestion
from rtms_tray.presentation.setup_offer import SetupOffer
from rtms_tray.presentation.view_model import IconView, Overview, SignInState
from rtms_tray.support.clock import Clock, SystemClock
from rtms_tray.support.command_types import Answer, Command, Commander, Exit
from rtms_tray.support.files import resources
from rtms_tray.support.frozen import Frozen, field
from rtms_tray.support.texts import text

if TYPE_CHECKING:
    from rtms_tray.desktop.status.status_window import StatusWindow
    from rtms_tray.desktop.widgets.dialogs import StartDialog

_NO_TRAY: Final = "no-tray"
_START_DIALOG: Final = "start-dialog"  # the part to show that is a window of its own


class DesktopInputs(Frozen):
    """What the desktop needs of the program beside its overviews and its commands."""

    list_meetings: ListMeetings
    quit: Callable[[], None]
    clock: Clock = field(default_factory=SystemClock)
    discreet: Callable[[], str] = lambda: "off"  # the setting `notifications.discreet`
    names_meeting: Callable[[str], bool] = bool  # whether a copied text does
    own_meetings: OwnMeetings | None = None  # for the window at rest; None: as the menu has them
    list_profiles: ListProfiles = tuple  # the apps and accounts to switch between
    setup: str = ""  # a link or file that is asked about before anything else is shown
    hidden: bool = False  # started at log-in: nothing opens before somebody asks for it


class Desktop(QObject):
    """Everything that the user sees. It knows of capture only what the newest overview says."""

    theme_changed = Signal(object)
    """Every window has other colours."""

    def __init__(
        self,
        app: QApplication,
        commander: Commander,
        inputs: DesktopInputs,
        window_inputs: WindowInputs | None = None,
        first: FirstIcon | None = None,
    ) -> None:
        super().__init__()
        name_application(app)
        self._theme_name, self._monochrome = "auto", False
        self._overview: Overview | None = None
        self._setup, self._hidden, self._first = inputs.setup, inputs.hidden, first
        self.commands = CommandSender(commander, self._answered)
        self._pages = Pages(self.commands, self._complain)
        self._start_dialog = StartDialogOnDemand(self.commands, self.open_help)
        callbacks = WindowCallbacks(
            self.commands, self.announce, self.open_url, self._complain, inputs.clock
        )
        self.windows = WindowRegistry(window_inputs, callbacks) if window_inputs else None
        menu_actions = MenuActions(
            sender=self.commands,
            list_meetings=inputs.list_meetings,
            show_window=self.open_window,
            enter_meeting=self._start_dialog.ask,
            complain=self._complain,
            quit=inputs.quit,
            clock=inputs.clock,
            names_meeting=inputs.names_meeting,
            entries=self.windows.entries() if self.windows else (),
            open_help=partial(self.open_help, "meeting.md"),
            list_profiles=inputs.list_profiles,
            open_profile=self._open_profile,
        )
        self.menu = Menu(menu_actions, first=first)
        self.tray = Tray(self.menu.menu, first=first)
        self.tray.follow(TrayWatch())
        geometries = window_inputs.geometries if window_inputs else None
        own = inputs.own_meetings or OwnMeetings(inputs.list_meetings)
        self._status = StatusOnDemand(
            self.commands, partial(self._make_window, menu_actions, geometries, own)
        )
        self.banners = WindowBanners(self._status, partial(self.open_window, asked=False))
        self._autostart = AutostartOffer(self.commands, self.banners)
        self._native = self._native_channel()
        self._announcer = self._make_announcer(inputs.discreet)
        self._feedback = CommandFeedback(
            self._status, self.banners, self.announce, self.withdraw, self.open_window
        )
        self._connect(app)

    # --- what the program calls ---------------------------------------------------------------

    def draw_icon(self, icon: IconView) -> None:
        """Draw the icon, which is looked at first; until it has its menu, it stays as it is."""
        if self._overview is not None:
            self.tray.draw(icon, self._tray_style)

    def show(self, overview: Overview) -> None:
        """Draw the overview everywhere; the same one again costs nothing."""
        if overview == self._overview:
            return
        before, self._overview = self._overview, overview
        if before is None:
            self.menu.show(overview)  # filled before the tray shows it
        self._draw_tray()
        if before is not None:
            self.menu.show(overview)
        self._status.show_overview(overview)
        if self.windows is not None:
            self.windows.show(overview)
        if before is None:
            self._first_shown(overview)
        elif _is_signing_in(overview) and not _is_signing_in(before):
            self._feedback.dismiss()
            self.withdraw(SIGN_IN_TOPIC)  # how an earlier sign-in ended no longer matters
        self._feedback.follow(overview)

    def announce(self, message: Message) -> None:
        """Show a message by the best channel there is, in place of an older one on its topic."""
        self.commands.spawn(self._announcer.announce(message))

    def withdraw(self, topic: Topic) -> None:
        """Take away a message that no longer holds."""
        self.commands.spawn(self._announcer.withdraw(topic))

    def open_window(
        self, session_key: str | None = None, part: str = "", *, asked: bool = True
    ) -> None:
        """Open the window on this session or on the leading one; before the set-up is done, that.

        Where nobody `asked` for it, the keyboard stays with the program that has it.
        """
        if part == _START_DIALOG:
            self.start_dialog.ask(self.menu.copied_meeting())
        elif (
            self.windows is not None
            and self._overview is not None
            and not _is_set_up(self._overview)
        ):
            self._open_set_up(self.windows, asked=asked)
        else:
            self._open_status_window(session_key, asked=asked)
            self.window.show_part(part)

    def show_offer(self, offer: SetupOffer) -> None:
        """Ask whether a set-up link that somebody opened may be followed."""
        if self.windows is not None:
            self.windows.consent.ask(offer)

    def show_question(self, question: LinkQuestion) -> None:
        """Ask whether a link that somebody opened may have a request sent."""
        if self.windows is not None:
            self.windows.link.ask(question)

    def refuse_setup(self, reason: str) -> None:
        """Say why a link that somebody opened is not even asked about."""
        self._open_status_window()
        self._complain(reason)

    def open_url(self, url: str) -> bool:
        """Open a page in the user's browser; False where that cannot be done."""
        return self._pages.open(url)

    def open_help(self, page: str) -> None:
        """Open help on a page, by its file's name."""
        if self.windows is not None:
            self.windows.open_help(page)

    def add_entry(self, label: str, open_: Callable[[], None]) -> None:
        """Add an entry to the menus, among those that open windows."""
        self.menu.add_entry(entry := MenuEntry(label, open_))
        self._status.add_entry(entry)

    def show_crash(self, report: str) -> None:
        """Show the report of a failure that nothing caught."""
        if self.windows is not None:
            self.windows.crash.show_text(report, asked=False)

    def apply_appearance(self, *, theme: str, icons: str) -> None:
        """Draw everything as the settings `appearance.theme` and `appearance.icons` say."""
        if (theme, icons == "monochrome") != (self._theme_name, self._monochrome):
            self._theme_name, self._monochrome = theme, icons == "monochrome"
            self._apply_theme()

    def close(self) -> None:
        """Take everything off the screen; the program ends."""
        self.commands.close()
        self.tray.close()
        self._start_dialog.close()
        if self.windows is not None:
            self.windows.close()
        self._status.close()

    async def end(self) -> None:
        """Take everything off the screen, notifications too: their buttons would do nothing."""
        self.close()
        await self._announcer.close()

    # --- putting it together ------------------------------------------------------------------

    def _connect(self, app: QApplication) -> None:
        self.tray.clicked.connect(lambda: self._status.toggle(self.tray.place, self.open_window))
        self.tray.missing.connect(self._tray_missing)
        self.tray.found.connect(self._tray_found)
        app.styleHints().colorSchemeChanged.connect(self._apply_theme)
        if self.windows is not None:
            self.windows.left.connect(self._set_up_left)
            self.windows.finished.connect(self._open_status_window)
            self.windows.agreed.connect(self._agreed)
            self.windows.declined.connect(self._declined)
            self.windows.link_answered.connect(self._link_answered)

    def _make_window(
        self, actions: MenuActions, geometries: GeometryStore | None, own_meetings: OwnMeetings
    ) -> "StatusWindow":
        from rtms_tray.desktop.status.status_window import StatusWindow  # noqa: PLC0415 - on demand

        window = StatusWindow(
            self.commands, actions, geometries, own_meetings, self._pages.open_or_say
        )
        window.dismissed.connect(self.banners.dismiss)
        window.help_wanted.connect(self.open_help)
        window.card.auto_resend.wanted.connect(self._set_auto_resend)
        return window

    @property
    def window(self) -> "StatusWindow":
        """The status window, made when it is first wanted."""
        return self._status.window

    @property
    def start_dialog(self) -> "StartDialog":
        """The dialog that takes a meeting, made when it is first wanted."""
        return self._start_dialog.dialog

    def _native_channel(self) -> NativeChannel | None:
        """Load this desktop's notifications; none where Qt draws into memory only."""
        if QApplication.platformName() in {"offscreen", "minimal"}:
            return None
        icon = resources() / "app" / "rtms-tray.png"
        return NativeChannel(loader(self.commands.send, self._announce_again, icon, picture_of))

    def _make_announcer(self, discreet: Callable[[], str]) -> Announcer:
        fallbacks = (TrayChannel(self.tray, self.commands.send), self.banners)
        if self._native is None:
            return Announcer(fallbacks)
        mode = DiscreetMode(discreet, self._native.is_locked)
        return Announcer((self._native, *fallbacks), mode)

    def _first_shown(self, overview: Overview) -> None:
        clicked = self._first is not None and self._first.clicked
        if self._setup:  # its question comes first
            self.commands.send(Command("open", {"given": self._setup}), self._asked)
        elif self.windows is not None and not _is_set_up(overview):
            if clicked or not self._hidden:
                self.windows.setup_wizard.start(asked=clicked or was_clicked())
        elif clicked:
            self.open_window()
        if self._native is not None:  # slow to load: after the icon
            self.commands.spawn(self._native.prepare())

    # --- what happens on the desktop ----------------------------------------------------------

    def _open_status_window(self, session_key: str | None = None, *, asked: bool = True) -> None:
        self.window.choose(session_key)
        self.window.bring(asked=asked, near=self._status.near)

    def _open_set_up(self, windows: WindowRegistry, *, asked: bool) -> None:
        """Open the set-up; where a link is asked about, that comes first."""
        if windows.is_asking:
            windows.consent.bring(asked=asked)
        elif not self._setup:
            windows.setup_wizard.start(asked=asked)

    def _draw_tray(self) -> None:
        if self._overview is not None:
            self.tray.show(self._overview, self._tray_style)

    @property
    def _tray_style(self) -> IconStyle:
        return tray_style(sys.platform, monochrome=self._monochrome)

    @property
    def theme(self) -> Theme:
        """The colours of all windows."""
        return {"light": LIGHT, "dark": DARK}.get(self._theme_name) or current_theme()

    def _apply_theme(self) -> None:
        theme = self.theme
        self._status.set_theme(theme)
        self._start_dialog.set_theme(theme)
        if self.windows is not None:
            self.windows.set_theme(theme)
        self.theme_changed.emit(theme)
        self._draw_tray()

    def _set_auto_resend(self, wanted: bool) -> None:  # noqa: FBT001  a signal's value
        if self.windows is not None:
            self.windows.set_auto_resend(self.window.redraw, wanted=wanted)
        else:
            self.window.redraw()

    def _tray_missing(self, why: str) -> None:
        self.window.minimise_instead = True
        title = text("tray.missing_title")
        self.banners.show(BannerView(_NO_TRAY, Severity.INFO, title, why, dismissable=True))
        if self._hidden:  # the taskbar leads to it
            self.window.showMinimized()
        else:
            self.open_window(asked=False)

    def _tray_found(self) -> None:
        self._status.may_close()
        self.banners.dismiss(_NO_TRAY)

    def _set_up_left(self) -> None:
        if self._status.is_minimised_instead:
            self._open_status_window()

    def _asked(self, answer: Answer) -> None:
        """Where a link does not even lead to a question, say why, and open the window."""
        self._setup = ""
        if answer.exit is not Exit.DONE:
            self._complain(answer.text)
            self.open_window()

    def _agreed(self, sign_in: bool) -> None:  # noqa: FBT001  a signal's value
        self._open_status_window()
        self._autostart.make()
        if sign_in:
            self.commands.send(Command("sign-in", {"browser": "yes"}))

    def _declined(self, key: str) -> None:
        self.commands.send(Command("setup-decline", {"offer": key}))
        if self._overview is not None and not _is_set_up(self._overview):
            self.open_window()
        else:
            self._set_up_left()

    def _link_answered(self, agreed: bool) -> None:  # noqa: FBT001  a signal's value
        """Show what comes of a request."""
        self._open_status_window() if agreed else self._set_up_left()

    def _answered(self, command: Command, answer: Answer) -> None:
        self._autostart.follow(command, answer)
        self._feedback.show(command, answer)

    def _complain(self, reason: str) -> None:
        self._feedback.complain(reason)

    def _open_profile(self, name: str) -> None:
        if not open_profile(name):
            self._complain(text("profiles.cannot_open"))

    def _announce_again(self, topic: Topic) -> None:
        self.commands.spawn(self._announcer.announce_again(topic))


def _is_set_up(overview: Overview) -> bool:
    return overview.account.state is not SignInState.NOT_CONFIGURED


def _is_signing_in(overview: Overview) -> bool:
    return overview.account.state is SignInState.SIGNING_IN
