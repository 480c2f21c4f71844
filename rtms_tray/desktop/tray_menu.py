"""The menu of the tray and of the window: the state, the obvious action, and everything else.

One QMenu lives as long as the program: it is cleared and refilled, never replaced (GNOME keeps old ones, or crashes on
them), filled before it is first shown (Xfce), and left alone while it is open.
"""

import sys
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.desktop.command_sender import CommandSender, command_for
from rtms_tray.desktop.first_icon import FirstIcon
from rtms_tray.desktop.meetings_menu import ListMeetings, MeetingsMenu
from rtms_tray.desktop.plain_text import menu_text
from rtms_tray.desktop.profile_switch import ListProfiles, ProfileSwitch
from rtms_tray.presentation.view_model import (
    AccountView,
    ActionView,
    Overview,
    SessionView,
    SignInState,
)
from rtms_tray.presentation.wording import lasting, totals
from rtms_tray.support.command_types import Command
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text
from rtms_tray.support.units import MINUTE, Millis


def _title(overview: Overview) -> str:
    """Say how it stands; beside other meetings also of which one that is said."""
    lead, among = overview.lead, _offering(overview)
    if lead is None or among in ([], [lead]):
        return overview.title
    return text("menu.of_meeting", title=overview.title, meeting=lead.short_name)


def _offering(overview: Overview) -> list[SessionView]:
    """List the meetings in which something can be done."""
    return [session for session in overview.sessions if session.actions]


class MenuEntry(Frozen):
    """An entry that opens a window, or holds further entries."""

    label: str
    open: Callable[[], None] | None
    inside: tuple["MenuEntry", ...] = ()


class MenuActions(Frozen):
    """What the menu's entries need to do their work."""

    sender: CommandSender
    list_meetings: ListMeetings
    show_window: Callable[[], None]
    enter_meeting: Callable[[], None]
    complain: Callable[[str], None]
    quit: Callable[[], None]
    clock: Callable[[], Millis]
    names_meeting: Callable[[str], bool] = bool  # whether a copied text does
    entries: tuple[MenuEntry, ...] = ()  # that open further windows
    open_help: Callable[[], None] = lambda: None  # from a question, by F1
    list_profiles: ListProfiles = tuple
    open_profile: Callable[[str], object] = bool


_CANNOT_START: Final = {SignInState.SIGNED_OUT, SignInState.NOT_CONFIGURED, SignInState.SIGNING_IN}
_MUTES: Final = (
    ("menu.mute.half_an_hour", "30"),
    ("menu.mute.an_hour", "60"),
    ("menu.mute.meeting", "meeting"),
    ("menu.mute.off", "off"),
)
_SAYS_HOW_MUCH: Final = frozenset({CaptureState.SHARING, CaptureState.PAUSED})
"""States whose line has room for it."""
_LONGEST_OPEN_MS: Final = 20_000
_LONGEST_MEETING: Final = 2_000


def can_start(account: AccountView) -> bool:
    """Whether a request can be sent; a locked keyring is asked for then."""
    return account.state not in _CANNOT_START


def headline(title: str, start: Millis | None, at: Millis) -> str:
    """Say a state and for how long it has lasted: "Sharing · for 4 min"."""
    if start is None:
        return title
    return text("menu.headline", title=title, length=lasting(at - start))


def captured(line: str, overview: Overview, at: Millis) -> str:
    """Add how much of the meeting is captured, where the line doesn't say so: after pauses and gaps."""
    lead = overview.lead
    if lead is None or overview.since is None or lead.state not in _SAYS_HOW_MUCH:
        return line
    length = totals(lead.spans, at).get(SpanKind.CAPTURED, 0)
    now = at - lead.since if lead.state is CaptureState.SHARING else 0
    if length < MINUTE or length - now < MINUTE:
        return line
    return text("menu.captured", headline=line, length=lasting(length))


def _copied_text() -> str:
    return QGuiApplication.clipboard().text().strip()[:_LONGEST_MEETING]


class Menu(QObject):
    """Keeps one QMenu up to date with the overview: the tray's, or that of the window, with which it goes."""

    def __init__(
        self,
        actions: MenuActions,
        window: QWidget | None = None,
        *,
        first: FirstIcon | None = None,
    ) -> None:
        super().__init__(window)
        self._actions = actions
        self._with_window = window is None
        self._overview: Overview | None = None
        self._open = self._stale = False
        self.menu = first.menu if first else QMenu(window)
        self.menu.setObjectName("rtms-tray-menu")
        # Panels draw disabled entries hardly readable, so the headline is enabled, and opens the window.
        self._headline = QAction(self)
        self._headline.triggered.connect(lambda _checked=False: actions.show_window())
        # Shown while a meeting is on the clipboard, which is read only when the menu opens.
        self._copied = QAction(text("menu.start.clipboard"), self, visible=False)
        self._copied.triggered.connect(lambda _checked=False: self._start_from_clipboard())
        self._meetings = MeetingsMenu(
            actions.sender, actions.list_meetings, actions.clock, self.menu
        )
        self._mute = QMenu(text("menu.mute.title"), self.menu)
        self._profiles = ProfileSwitch(actions.list_profiles, actions.open_profile, self.menu)
        self._others: list[QMenu] = []
        self._in_others: list[SessionView | None] = []  # what they show
        self._entries = [self._entry(entry) for entry in actions.entries]
        self._fill_mute()
        # Some desktops say that a menu opens and never that it closed.
        self._surely_closed = QTimer(self, singleShot=True, interval=_LONGEST_OPEN_MS)
        self._surely_closed.timeout.connect(self._on_close)
        self.menu.aboutToShow.connect(self._on_open)
        self.menu.aboutToHide.connect(self._on_close)
        # Only what Qt shows itself: GNOME says "about to show" of every menu that it gets to know.
        if first is not None and first.menu.isVisible():
            self._on_open()

    def show(self, overview: Overview) -> None:
        """Fill the menu for this overview, at once or when it is closed."""
        self._overview = overview
        self._stale = True
        self._meetings.show_plans(overview.armed)
        if not self._open:
            self._fill()

    def add_entry(self, entry: MenuEntry) -> None:
        """Add an entry that opens a window, for good."""
        self._entries.append(self._entry(entry))
        if self._overview is not None:
            self.show(self._overview)

    # --- while it is open ---------------------------------------------------------------------

    def _on_open(self) -> None:
        self._open = True
        self._surely_closed.start()
        self._copied.setVisible(self._has_copied_meeting())
        self._profiles.refresh()
        if self._overview is not None:
            self._update_headline(self._overview)

    def _on_close(self) -> None:
        self._surely_closed.stop()
        self._open = False
        if self._stale:
            # Not at once: Qt still holds the action that was clicked.
            QTimer.singleShot(0, self, self._fill_if_closed)

    def _fill_if_closed(self) -> None:
        if self._stale and not self._open:
            self._fill()

    def _update_headline(self, overview: Overview) -> None:
        at = self._actions.clock()
        words = menu_text(captured(headline(_title(overview), overview.since, at), overview, at))
        if self._headline.text() != words:
            self._headline.setText(words)

    # --- filling it ---------------------------------------------------------------------------

    def _fill(self) -> None:
        overview = self._overview
        if overview is None:
            return
        self._stale = False
        self.menu.clear()
        self._update_headline(overview)
        if self._with_window:  # the window has a headline of its own
            self.menu.addAction(self._headline)
        if overview.lead is not None:
            self._add_session(self.menu, overview.lead, default=True)
        if overview.offer is not None:
            offered = self._add(self.menu, overview.offer.entry, None)
            self.menu.setDefaultAction(offered)
        self._add_others(overview)
        self.menu.addSeparator()
        self._add_start(overview)
        self.menu.addSeparator()
        self._add_program(overview)

    def _add_session(self, menu: QMenu, session: SessionView, *, default: bool = False) -> None:
        for action in sorted(session.actions, key=lambda action: not action.primary):
            entry = self._add(menu, action, session)
            if default and action.primary:
                self.menu.setDefaultAction(entry)

    def _add_others(self, overview: Overview) -> None:
        others = [session for session in _offering(overview) if session != overview.lead]
        while len(self._others) < len(others):
            self._others.append(QMenu(self.menu))
            self._in_others.append(None)
        if others:
            self.menu.addSeparator()
        for place, session in enumerate(others):
            if self._in_others[place] != session:  # of hundreds, few have changed
                self._in_others[place] = session
                self._fill_other(self._others[place], session)
            self.menu.addMenu(self._others[place])

    def _fill_other(self, menu: QMenu, session: SessionView) -> None:
        menu.clear()
        title = text("menu.other_session", meeting=session.meeting, title=session.headline)
        menu.setTitle(menu_text(title))
        self._add_session(menu, session)

    def _add_start(self, overview: Overview) -> None:
        can = can_start(overview.account)
        self.menu.addAction(self._copied)
        self.menu.addMenu(self._meetings.menu)
        typed = self.menu.addAction(text("menu.start.typed"))
        typed.triggered.connect(lambda _checked=False: self._actions.enter_meeting())
        for entry in (self._copied, self._meetings.menu.menuAction(), typed):
            entry.setEnabled(can)

    def _add_program(self, overview: Overview) -> None:
        if self._with_window:
            window = self.menu.addAction(text("menu.show_window"))
            window.triggered.connect(lambda _checked=False: self._actions.show_window())
        muted = next((notice.title for notice in overview.notices if notice.code == "muted"), None)
        self._mute.setTitle(menu_text(muted or text("menu.mute.title")))
        self.menu.addMenu(self._mute)
        self.menu.addMenu(self._profiles.menu)
        self.menu.addSeparator()
        self.menu.addActions(
            [entry if isinstance(entry, QAction) else entry.menuAction() for entry in self._entries]
        )
        self.menu.addSeparator()
        for action in overview.actions:
            self._add(self.menu, action, None)
        leave = self.menu.addAction(text("menu.quit"))
        leave.triggered.connect(lambda _checked=False: self._actions.quit())

    def _entry(self, entry: MenuEntry) -> QAction | QMenu:
        """Make an entry once: it lives as long as the menu."""
        if entry.open is not None:
            return self._window_action(entry)
        menu = QMenu(menu_text(entry.label), self.menu)
        menu.addActions([self._window_action(inner) for inner in entry.inside])
        return menu

    def _window_action(self, entry: MenuEntry) -> QAction:
        action = QAction(menu_text(entry.label), self)
        action.triggered.connect(lambda _checked=False: entry.open and entry.open())
        return action

    def _fill_mute(self) -> None:
        for key, length in _MUTES:
            command = Command("mute", {"for": length})
            self._mute.addAction(text(key)).triggered.connect(
                lambda _checked=False, command=command: self._actions.sender.send(command)
            )

    # --- what entries do ----------------------------------------------------------------------

    def _add(self, menu: QMenu, action: ActionView, session: SessionView | None) -> QAction:
        entry = menu.addAction(menu_text(action.label))
        entry.triggered.connect(lambda _checked=False: self._perform(action, session))
        return entry

    def _perform(self, action: ActionView, session: SessionView | None) -> None:
        command = command_for(action, session)
        if action.confirm:
            send = lambda: self._actions.sender.send(command)  # noqa: E731  shorter than a def
            from rtms_tray.desktop.widgets.dialogs import confirm  # noqa: PLC0415 - seldom wanted

            confirm(None, action.confirm, action.label.rstrip("…"), send, self._actions.open_help)
        else:
            self._actions.sender.send(command)

    def _has_copied_meeting(self) -> bool:
        content: QMimeData | None = QGuiApplication.clipboard().mimeData()  # None: it is empty
        has_text = content is not None and content.hasText()
        if sys.platform == "darwin":  # macOS asks the user whenever a program reads the text
            return has_text
        return has_text and self._actions.names_meeting(_copied_text())

    def copied_meeting(self) -> str:
        """Give what is on the clipboard, if that names a meeting; on macOS the user would be asked first."""
        readable = sys.platform != "darwin" and self._has_copied_meeting()
        return _copied_text() if readable else ""

    def _start_from_clipboard(self) -> None:
        meeting = _copied_text()
        if meeting:
            self._actions.sender.send(Command("start", {"meeting": meeting}))
        else:
            self._actions.complain(text("menu.start.clipboard_empty"))
