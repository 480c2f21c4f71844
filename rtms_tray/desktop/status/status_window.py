"""The status window: everything that the tray shows and does, also for desktops without one."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QElapsedTimer, QEvent, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QSizePolicy,
    QSpacerItem,
    QVBoxLayout,
)

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.icons import icon_for
from rtms_tray.desktop.own_meetings import OwnMeetings
from rtms_tray.desktop.status.app_line import AppLine
from rtms_tray.desktop.status.banner import Banners
from rtms_tray.desktop.status.banner_view import BannerView, from_notice, of_account
from rtms_tray.desktop.status.footer import Footer
from rtms_tray.desktop.status.my_meetings import MyMeetings
from rtms_tray.desktop.status.other_meetings_card import OtherMeetingsCard
from rtms_tray.desktop.status.session_card import SessionCard
from rtms_tray.desktop.status.session_tabs import SessionTabs
from rtms_tray.desktop.theme import Theme, current_theme, style_sheet
from rtms_tray.desktop.tray_menu import Menu, MenuActions, can_start
from rtms_tray.desktop.widgets.bringing import bring_to_front
from rtms_tray.desktop.widgets.buttons import Button
from rtms_tray.desktop.widgets.controls import button, row
from rtms_tray.desktop.widgets.keyboard_window import KeyboardWindow
from rtms_tray.desktop.widgets.spoken import SpokenTitle
from rtms_tray.desktop.window_geometry import GeometryKeeper, GeometryStore, scaled_to_font
from rtms_tray.presentation.view_model import (
    Overview,
    SessionView,
)
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.texts import text

_TICK_MS: Final = 1_000
_JUST_NOW_MS: Final = 500
_SIZE: Final = QSize(420, 620)
_AT_REST: Final = QSize(360, 0)
"""As high as its few words need."""
_LOWEST: Final = 400
"""Pixels in which a session's reason and its obvious button are seen together."""
_LOW_LINES: Final = 32
"""A window of fewer lines of text is low."""


def _session_ends() -> bool:
    app = QApplication.instance()
    return isinstance(app, QApplication) and app.isSavingSession()


class StatusWindow(KeyboardWindow):
    """Draws the overview; closing it leaves the program running."""

    dismissed = Signal(str)
    help_page = "meeting.md"

    def __init__(
        self,
        sender: CommandSender,
        menu_actions: MenuActions,
        geometries: GeometryStore | None = None,
        own_meetings: OwnMeetings | None = None,
        open_url: Callable[[str], object] = lambda _: None,
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("rtms-tray")
        self._sender, self._clock = sender, menu_actions.clock
        self._overview: Overview | None = None
        self._stale = False  # it is not drawn yet
        self._left = QElapsedTimer()  # since it was in front
        self._own: tuple[BannerView, ...] = ()
        self._chosen: str | None = None
        self._size_before: QSize | None = None  # rest
        self._starting = False
        self.minimise_instead = False
        self._theme = current_theme()
        self.banners = Banners(sender, lambda banner: self.dismissed.emit(banner.key))
        self._spoken = SpokenTitle(self)
        self.app = AppLine(open_url, menu_actions.list_profiles, menu_actions.open_profile)
        self.tabs = SessionTabs()
        self.card = SessionCard(sender)
        self._topic_of = (own_meetings or OwnMeetings()).topic_of
        self.my_meetings = MyMeetings(sender, own_meetings or OwnMeetings(), self._clock)
        self.my_meetings.changed = self.redraw
        self.other_meetings = OtherMeetingsCard(sender)
        self.entry = QLineEdit(placeholderText=text("status.start.meeting"))
        self.entry.setAccessibleName(text("status.start.meeting"))
        self.start = button(text("status.start.button"))
        self.footer = Footer()
        self.menu = Menu(menu_actions, self)
        self.more = button(text("status.menu"))
        self._lay_out()
        self._connect()
        self.set_theme(self._theme)
        self._geometry = GeometryKeeper(self, "status", _SIZE, geometries)

    # --- showing ------------------------------------------------------------------------------

    def show_overview(self, overview: Overview) -> None:
        """Draw the overview."""
        self._overview, self._stale = overview, False
        self.menu.show(overview)
        self.redraw()

    def follow(self, overview: Overview) -> None:
        """Draw the overview if the window is open, else when it is opened: drawing takes longer than all else."""
        self._overview, self._stale = overview, True
        if self.isVisible():
            self._catch_up()

    def _catch_up(self) -> None:
        """Draw what came while nobody looked."""
        if self._overview is not None and self._stale:
            self.show_overview(self._overview)

    def show_own(self, banners: Sequence[BannerView]) -> None:
        """Show the desktop's own banners."""
        self._own = tuple(banners)
        if self._overview is not None:
            self._draw_banners(self._overview)

    @property
    def shown(self) -> SessionView | None:
        """The session in the card; None while there is none."""
        return self._session(self._overview) if self._overview else None

    def choose(self, key: str | None) -> None:
        """Show this session; without a key, the leading one."""
        self._chosen = key
        self._catch_up() if self._stale else self.redraw()

    def bring(self, *, asked: bool = True, near: QRect | None = None) -> None:
        """Open the window, or bring it to the front, with the obvious button in focus.

        It stands beside the tray's icon, where that was clicked.
        """
        self._geometry.restore()
        if near is not None and not self.isVisible():
            self._geometry.stand_near(near)
        bring_to_front(self, asked=asked)
        primary = self.card.primary_button()
        if primary is not None or self.entry.isEnabled():
            (primary or self.entry).setFocus()

    def show_part(self, part: str) -> None:
        """Bring a part of the window to the user's notice; an empty name is its top."""
        if part == "details":
            self.card.show_details()
        elif part == "start":
            self.entry.setFocus()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        self.setStyleSheet(style_sheet(theme))
        self.menu.menu.setStyleSheet(style_sheet(theme))
        self.redraw()

    def redraw(self) -> None:
        """Draw the newest overview once more."""
        overview = self._overview
        if overview is None:
            return
        at = self._clock()
        session = self._session(overview)
        self.app.show_app(overview.app)
        self._draw_banners(overview)
        self.tabs.show_sessions(overview, session, self._theme)
        self.my_meetings.show_overview(overview)
        self._look_for_meetings()
        if session is None:
            self.card.show_idle(overview, self._theme, at, self.my_meetings.words)
        else:
            self._show_topic(session)
            self.card.show_session(session, self._theme, at)
        self._share_room(idle=session is None)
        self.other_meetings.show_overview(overview, at)
        self._enable_start()
        self.footer.show_state(overview.account, overview.feed, at)
        self.setWindowIcon(
            icon_for(overview.overall, not overview.verified, overview.attention, self._theme.icons)
        )
        self.setWindowTitle(text("windows.title", title=overview.title))
        self._spoken.show(overview.title, urgent=overview.attention)
        self._fit()

    def _show_topic(self, session: SessionView) -> None:
        names = filter(None, (session.meeting_id, session.meeting_uuid))
        self.card.show_topic(next(filter(None, map(self._topic_of, names)), ""))

    def _look_for_meetings(self, *, opened: bool = False) -> None:
        """Ask for the user's meetings while the window is at rest, and seen."""
        if self.isVisible() and not self.isMinimized():
            self.my_meetings.look(opened=opened)

    def _session(self, overview: Overview) -> SessionView | None:
        chosen = (session for session in overview.sessions if session.key == self._chosen)
        return next(chosen, overview.lead)

    def _draw_banners(self, overview: Overview) -> None:
        notices = map(from_notice, overview.notices)
        self.banners.show_banners((*of_account(overview), *self._own, *notices))

    def _share_room(self, *, idle: bool) -> None:
        """Give the room that is left to the session; without one it stays empty, at the bottom."""
        self._column.setStretchFactor(self.card, 0 if idle else 1)
        self._column.setStretch(self._column.indexOf(self._spare), 1 if idle else 0)

    def _fit(self) -> None:
        """Be small at rest; a session gets the room that the last one had."""
        self.setMinimumHeight(0 if self.shown is None else min(_LOWEST, self._room()))
        if not self.isVisible() or self.isMaximized() or self.isFullScreen():
            return
        if self.shown is None:
            self._size_before = self._size_before or self.size()
            QTimer.singleShot(0, self, self._shrink)
        elif self._size_before is not None:
            height = min(self._size_before.height(), self._room())
            self.resize(self._size_before.width(), height)
            self._size_before = None
            self._geometry.bring_on_screen()

    def _room(self) -> int:
        """How high the window may be on its screen, without its frame."""
        frame = self.frameGeometry().height() - self.height()
        return self.screen().availableGeometry().height() - frame

    def _shrink(self) -> None:
        """Be as high as the contents need, once they are laid out."""
        if self._overview is None or self._size_before is None:
            return
        self._set_compact(compact=True)
        self._column.activate()
        width = max(scaled_to_font(self, _AT_REST).width(), self._column.minimumSize().width())
        self.resize(width, self._column.totalHeightForWidth(width))

    def _enable_start(self) -> None:
        can = self._overview is not None and can_start(self._overview.account)
        enabled_now = can and not self.entry.isEnabled()
        self.entry.setEnabled(can)
        self.start.setEnabled(can and not self._starting)
        if enabled_now and self.focusWidget() in {None, self}:
            self.entry.setFocus()

    def _tick(self) -> None:
        if self._overview is not None:
            at = self._clock()
            self._look_for_meetings()
            if self.shown is not None:
                self._show_topic(self.shown)
            self.card.tick(at)
            self.other_meetings.show_overview(self._overview, at)
            self.footer.show_state(self._overview.account, self._overview.feed, at)

    # --- clicks -------------------------------------------------------------------------------

    def _start(self) -> None:
        meeting = self.entry.text().strip()
        if meeting and self.start.isEnabled():
            self._starting = True
            self._enable_start()
            command = Command("start", {"meeting": meeting})
            self._sender.send(command, lambda answer: self._started(command, answer))

    def _started(self, command: Command, answer: Answer) -> None:
        self._starting = False
        self._enable_start()
        self._sender.on_answer(command, answer)
        if answer.exit in {Exit.DONE, Exit.STILL_TRYING}:
            self.entry.clear()
            self._chosen = None
            if self.entry.hasFocus():  # screen readers say the titles of what has the focus
                self.rest_focus(self.entry)

    # --- the window itself --------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """At rest, be as high as the contents need whenever they change."""
        if event.type() is QEvent.Type.LayoutRequest and self._size_before is not None:
            QTimer.singleShot(0, self, self._shrink)
        return super().event(event)

    def setVisible(self, visible: bool) -> None:  # noqa: FBT001, N802  Qt's own
        """Be drawn before anybody looks."""
        if visible:
            self._catch_up()
        super().setVisible(visible)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Count seconds while they can be seen."""
        self._geometry.restore()
        self.app.look()
        self._tick()
        self._timer.start()
        super().showEvent(event)
        if self._overview is not None:
            self._look_for_meetings(opened=True)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Give a low window's room to what is the matter and what helps."""
        super().resizeEvent(event)
        self._geometry.follow_size()
        self._set_compact(compact=self.height() < _LOW_LINES * self.fontMetrics().lineSpacing())

    def _set_compact(self, *, compact: bool) -> None:
        self.banners.set_compact(compact=compact and not self._has_room_for_words())
        for part in (self.card, self.footer):
            part.set_compact(compact=compact)
        self.card.tick(self._clock())

    def _has_room_for_words(self) -> bool:
        """At rest nothing but a low screen keeps the window from being as high as its banners' words need."""
        return self.shown is None and self._room() >= _LOW_LINES * self.fontMetrics().lineSpacing()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Stop counting, and remember where the window was."""
        self._timer.stop()
        self._geometry.save(self._size_before)
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Hide; or minimise, where no tray could bring the window back.

        Only the user's own click on × minimises: a program or desktop session that ends closes its windows too, and
        must not be held up.
        """
        if self.minimise_instead and event.spontaneous() and not _session_ends():
            event.ignore()
            self.showMinimized()
        else:
            super().closeEvent(event)

    def primary_button(self) -> Button | None:
        """Find the button of the obvious action; starting the meeting that is being entered, if any."""
        entering = self.entry.hasFocus() and self.entry.text()
        return self.start if entering else self.card.primary_button()

    def is_in_front(self) -> bool:
        """Whether people see it as the one they are in; some taskbars take the keyboard when they are clicked."""
        is_shown = self.isVisible() and not self.isMinimized()
        return is_shown and (self.isActiveWindow() or not self._left.hasExpired(_JUST_NOW_MS))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Take note of when another window came to the front."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and not self.isActiveWindow():
            self._left.start()

    def leave(self) -> None:
        """Hide or minimise the window, as Esc does."""
        if self.minimise_instead:
            self.showMinimized()
        else:
            self.close()

    def _connect(self) -> None:
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.tabs.chosen.connect(self.choose)
        self.entry.returnPressed.connect(self._start)
        self.start.clicked.connect(lambda _checked=False: self._start())
        self.more.setMenu(self.menu.menu)
        for menu in (self.menu.menu, self.tabs.over):
            menu.aboutToShow.connect(self.hide_letters)

    def _lay_out(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 10)
        column.setSpacing(10)
        self._spare = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)
        for part in (self.app, self.banners, self.tabs, self.card):
            column.addWidget(part)
        column.addWidget(self.my_meetings)
        column.addLayout(row(self.entry, self.start, self.more))
        column.addWidget(self.other_meetings)
        column.addSpacerItem(self._spare)
        column.addWidget(self.footer)
        self.setMinimumWidth(360)
