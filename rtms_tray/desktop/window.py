"""The status window: everything the tray can do and say, for those who have no tray as well."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from rtms_tray.commands import Answer, Command, Exit
from rtms_tray.desktop.banner import Banners, BannerView, from_notice
from rtms_tray.desktop.clicks import Clicks
from rtms_tray.desktop.footer import Footer
from rtms_tray.desktop.icons import icon_for
from rtms_tray.desktop.looks import Looks, looks_now, sheet
from rtms_tray.desktop.menu import Doors, Menu
from rtms_tray.desktop.parts import button, row
from rtms_tray.desktop.session_card import SessionCard
from rtms_tray.desktop.wording import menu_text
from rtms_tray.view_model import Overview, SessionView

_TICK_MS: Final = 1_000
_SIZE: Final = QSize(420, 660)


def _session_ends() -> bool:
    app = QApplication.instance()
    return isinstance(app, QApplication) and app.isSavingSession()


class StatusWindow(QWidget):
    """Draws the overview; closing it leaves the program running."""

    dismissed = Signal(str)

    def __init__(self, clicks: Clicks, doors: Doors) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("rtms-tray")
        self._clicks, self._clock = clicks, doors.clock
        self._overview: Overview | None = None
        self._own: tuple[BannerView, ...] = ()
        self._chosen: str | None = None
        self.minimise_instead = False
        self._looks = looks_now()
        self.banners = Banners(clicks, lambda banner: self.dismissed.emit(banner.key))
        self.tabs = QTabBar(drawBase=False, expanding=False, usesScrollButtons=True)
        self.tabs.setAccessibleName("Sessions")
        self.card = SessionCard(clicks)
        self.entry = QLineEdit(placeholderText="Meeting number or link")
        self.entry.setAccessibleName("Meeting number or link")
        self.start = button("Start")
        self.footer = Footer()
        self.menu = Menu(doors, with_window=False)
        self.more = button("Menu")
        self._lay_out()
        self._connect()
        self.set_looks(self._looks)
        self.resize(_SIZE)

    # --- showing ------------------------------------------------------------------------------

    def show_overview(self, overview: Overview) -> None:
        """Draw the overview."""
        self._overview = overview
        self.menu.show(overview)
        self._draw()

    def show_own(self, banners: Sequence[BannerView]) -> None:
        """Show banners that the desktop itself has to say."""
        self._own = tuple(banners)
        if self._overview is not None:
            self._draw_banners(self._overview)

    def choose(self, key: str | None) -> None:
        """Show this session; without a key, the leading one."""
        self._chosen = key
        self._draw()

    def bring(self) -> None:
        """Open the window, or bring it to the front, with the obvious button in focus."""
        self.showNormal() if self.isMinimized() else self.show()
        self.raise_()
        self.activateWindow()
        obvious = self.card.primary.findChild(QPushButton)
        (obvious or self.entry).setFocus()

    def set_looks(self, looks: Looks) -> None:
        """Change the colours."""
        self._looks = looks
        self.setStyleSheet(sheet(looks))
        self._draw()

    def _draw(self) -> None:
        overview = self._overview
        if overview is None:
            return
        at = self._clock()
        self._draw_banners(overview)
        self._draw_tabs(overview)
        session = self._session(overview)
        if session is None:
            self.card.show_rest(overview, self._looks, at)
        else:
            self.card.show_session(session, self._looks, at)
        self.footer.show_state(overview.account, overview.feed, at)
        self.setWindowIcon(
            icon_for(overview.overall, not overview.verified, overview.attention, self._looks.icons)
        )
        self.setWindowTitle(f"{overview.title} – rtms-tray")

    def _session(self, overview: Overview) -> SessionView | None:
        chosen = (session for session in overview.sessions if session.key == self._chosen)
        return next(chosen, overview.lead)

    def _draw_banners(self, overview: Overview) -> None:
        self.banners.show_banners((*self._own, *map(from_notice, overview.notices)))

    def _draw_tabs(self, overview: Overview) -> None:
        several = len(overview.sessions) > 1
        self.tabs.setVisible(several)
        self.tabs.blockSignals(True)
        while self.tabs.count() > len(overview.sessions):
            self.tabs.removeTab(self.tabs.count() - 1)
        for place, session in enumerate(overview.sessions):
            if place >= self.tabs.count():
                self.tabs.addTab("")
            icon = icon_for(session.state, session.unverified, session.attention, self._looks.icons)
            self.tabs.setTabIcon(place, icon)
            self.tabs.setTabText(place, menu_text(session.meeting.removeprefix("Meeting ")))
            self.tabs.setTabToolTip(place, "")
            if session == self._session(overview):
                self.tabs.setCurrentIndex(place)
        self.tabs.blockSignals(False)

    def _tick(self) -> None:
        if self._overview is not None:
            at = self._clock()
            self.card.tick(at)
            self.footer.show_state(self._overview.account, self._overview.feed, at)

    # --- clicks -------------------------------------------------------------------------------

    def _tab_chosen(self, place: int) -> None:
        if self._overview is not None and 0 <= place < len(self._overview.sessions):
            self.choose(self._overview.sessions[place].key)

    def _start(self) -> None:
        meeting = self.entry.text().strip()
        if meeting and self.start.isEnabled():
            self.start.setEnabled(False)
            command = Command("start", {"meeting": meeting})
            self._clicks.perform(command, lambda answer: self._started(command, answer))

    def _started(self, command: Command, answer: Answer) -> None:
        self.start.setEnabled(True)
        self._clicks.on_answer(command, answer)
        if answer.exit in {Exit.DONE, Exit.STILL_TRYING}:
            self.entry.clear()
            self._chosen = None

    # --- the window itself --------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Count seconds while somebody can see them."""
        self._tick()
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Stop counting."""
        self._timer.stop()
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Hide; or minimise, where no tray could bring the window back.

        Only the user's own click on × is turned down: a program or a session that ends closes its
        windows too, and must not be held up.
        """
        if self.minimise_instead and event.spontaneous() and not _session_ends():
            event.ignore()
            self.showMinimized()
        else:
            super().closeEvent(event)

    def leave(self) -> None:
        """Put the window away, as Esc does."""
        if self.minimise_instead:
            self.showMinimized()
        else:
            self.close()

    def _connect(self) -> None:
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.tabs.currentChanged.connect(self._tab_chosen)
        self.entry.returnPressed.connect(self._start)
        self.start.clicked.connect(lambda _checked=False: self._start())
        self.more.setMenu(self.menu.menu)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.leave)

    def _lay_out(self) -> None:
        page = QWidget()
        page.setObjectName("page")
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.card)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 10)
        column.setSpacing(10)
        for part in (self.banners, self.tabs):
            column.addWidget(part)
        column.addWidget(area, 1)
        column.addLayout(row(self.entry, self.start))
        column.addLayout(row(self.footer, self.more))
        self.setMinimumWidth(360)
