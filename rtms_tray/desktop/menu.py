"""The menu of the tray and of the window: the state, the obvious act, and everything else.

One QMenu lives as long as the program: it is cleared and refilled, never replaced (GNOME keeps or
crashes on old ones), filled before it is first shown (Xfce), and left alone while it is open.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu

from rtms_tray.desktop.command_sender import CommandSender, command_for
from rtms_tray.desktop.meetings_menu import ListMeetings, MeetingsMenu
from rtms_tray.desktop.widgets.dialogs import ask
from rtms_tray.desktop.wording import menu_text, since
from rtms_tray.presentation.view_model import (
    AccountView,
    ActionView,
    Overview,
    SessionView,
    SignInState,
)
from rtms_tray.support.command_types import Command
from rtms_tray.support.units import Millis

# --- Entries of the menu that open windows. ---


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """An entry that opens something, or holds further entries."""

    label: str
    open: Callable[[], None] | None
    inside: tuple["MenuEntry", ...] = ()


_CANNOT_START: Final = {SignInState.SIGNED_OUT, SignInState.NOT_CONFIGURED, SignInState.SIGNING_IN}
_MUTES: Final = (
    ("For 30 minutes", "30"),
    ("For 1 hour", "60"),
    ("Until the meeting ends", "meeting"),
    ("Off", "off"),
)
_LONGEST_OPEN_MS: Final = 20_000
_LONGEST_MEETING: Final = 2_000


def can_start(account: AccountView) -> bool:
    """Whether a request can be sent; a locked keyring is asked for then."""
    return account.state not in _CANNOT_START


@dataclass(frozen=True, slots=True)
class MenuActions:
    """Where the menu's entries lead."""

    sender: CommandSender
    list_meetings: ListMeetings
    show_window: Callable[[], None]
    enter_meeting: Callable[[], None]
    complain: Callable[[str], None]
    quit: Callable[[], None]
    clock: Callable[[], Millis]
    entries: tuple[MenuEntry, ...] = ()  # what opens further windows


class Menu(QObject):
    """Keeps one QMenu true to the overview."""

    def __init__(self, menu_actions: MenuActions, *, with_window: bool = True) -> None:
        super().__init__()
        self._actions = menu_actions
        self._with_window = with_window
        self._overview: Overview | None = None
        self._open = self._stale = False
        self.menu = QMenu()
        self.menu.setObjectName("rtms-tray-menu")
        # Panels draw what is disabled hardly readable: the headline leads to the window.
        self._headline = QAction(self)
        self._headline.triggered.connect(lambda _checked=False: menu_actions.show_window())
        self._meetings = MeetingsMenu(
            menu_actions.sender, menu_actions.list_meetings, menu_actions.clock, self.menu
        )
        self._mute = QMenu("Mute notifications", self.menu)
        self._others: list[QMenu] = []
        self._entries = [self._entry(entry) for entry in menu_actions.entries]
        self._fill_mute()
        # Some desktops say that a menu opens and never that it closed.
        self._surely_closed = QTimer(self, singleShot=True, interval=_LONGEST_OPEN_MS)
        self._surely_closed.timeout.connect(self._closed)
        self.menu.aboutToShow.connect(self._opened)
        self.menu.aboutToHide.connect(self._closed)

    def show(self, overview: Overview) -> None:
        """Fill the menu for this overview, or once it is closed."""
        self._overview = overview
        self._stale = True
        self._meetings.show_plans(overview.armed)
        if not self._open:
            self._fill()

    def add_entry(self, entry: MenuEntry) -> None:
        """Add an entry that opens something, for good."""
        self._entries.append(self._entry(entry))
        if self._overview is not None:
            self.show(self._overview)

    def _opened(self) -> None:
        self._open = True
        self._surely_closed.start()
        if self._overview is not None:
            self._head(self._overview)

    def _closed(self) -> None:
        self._surely_closed.stop()
        self._open = False
        if self._stale:
            # Not at once: Qt still holds the action that was clicked.
            QTimer.singleShot(0, self, self._fill_if_closed)

    def _fill_if_closed(self) -> None:
        if self._stale and not self._open:
            self._fill()

    def _head(self, overview: Overview) -> None:
        text = menu_text(since(overview.title, overview.since, self._actions.clock()))
        if self._headline.text() != text:
            self._headline.setText(text)

    def _fill(self) -> None:
        overview = self._overview
        if overview is None:
            return
        self._stale = False
        self.menu.clear()
        self._head(overview)
        if self._with_window:  # the window has a headline of its own
            self.menu.addAction(self._headline)
        if overview.lead is not None:
            self._add_session(self.menu, overview.lead, default=True)
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
        others = [s for s in overview.sessions if s != overview.lead and s.actions]
        while len(self._others) < len(others):
            self._others.append(QMenu(self.menu))
        if others:
            self.menu.addSeparator()
        for menu, session in zip(self._others, others, strict=False):
            menu.clear()
            menu.setTitle(menu_text(f"{session.meeting}: {session.title}"))
            self._add_session(menu, session)
            self.menu.addMenu(menu)

    def _add_start(self, overview: Overview) -> None:
        can = can_start(overview.account)
        clipboard = self.menu.addAction("Start in the meeting on the clipboard")
        clipboard.triggered.connect(lambda _checked=False: self._start_from_clipboard())
        self.menu.addMenu(self._meetings.menu)
        typed = self.menu.addAction("Start in… (number or link)")
        typed.triggered.connect(lambda _checked=False: self._actions.enter_meeting())
        for entry in (clipboard, self._meetings.menu.menuAction(), typed):
            entry.setEnabled(can)

    def _add_program(self, overview: Overview) -> None:
        if self._with_window:
            window = self.menu.addAction("Show status window")
            window.triggered.connect(lambda _checked=False: self._actions.show_window())
        muted = next((notice.title for notice in overview.notices if notice.code == "muted"), None)
        self._mute.setTitle(menu_text(muted or "Mute notifications"))
        self.menu.addMenu(self._mute)
        self.menu.addSeparator()
        self.menu.addActions(
            [part if isinstance(part, QAction) else part.menuAction() for part in self._entries]
        )
        self.menu.addSeparator()
        for action in overview.actions:
            self._add(self.menu, action, None)
        leave = self.menu.addAction("Quit")
        leave.triggered.connect(lambda _checked=False: self._actions.quit())

    def _entry(self, entry: MenuEntry) -> QAction | QMenu:
        """Make an entry once: it lives as long as the menu."""
        if entry.open is None:
            made = QMenu(menu_text(entry.label), self.menu)
            made.addActions([self._opening(inner) for inner in entry.inside])
            return made
        return self._opening(entry)

    def _opening(self, entry: MenuEntry) -> QAction:
        made = QAction(menu_text(entry.label), self)
        made.triggered.connect(lambda _checked=False: entry.open and entry.open())
        return made

    def _add(self, menu: QMenu, action: ActionView, session: SessionView | None) -> QAction:
        entry = menu.addAction(menu_text(action.label))
        entry.triggered.connect(lambda _checked=False: self._choose(action, session))
        return entry

    def _choose(self, action: ActionView, session: SessionView | None) -> None:
        command = command_for(action, session)
        if action.confirm:
            yes = lambda: self._actions.sender.send(command)  # noqa: E731  shorter than a def
            ask(None, action.confirm, action.label.rstrip("…"), yes)
        else:
            self._actions.sender.send(command)

    def _start_from_clipboard(self) -> None:
        text = QGuiApplication.clipboard().text().strip()
        if text:
            meeting = text[:_LONGEST_MEETING]
            self._actions.sender.send(Command("start", {"meeting": meeting}))
        else:
            self._actions.complain(
                "The clipboard holds no text. Copy the meeting's link or number, then try again."
            )

    def _fill_mute(self) -> None:
        for label, length in _MUTES:
            command = Command("mute", {"for": length})
            self._mute.addAction(label).triggered.connect(
                lambda _checked=False, command=command: self._actions.sender.send(command)
            )
