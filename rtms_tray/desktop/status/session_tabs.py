"""Which session the window shows: a tab for each open one, and one menu for those that are over."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QTabBar, QWidget

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.icons import icon_for
from rtms_tray.desktop.plain_text import menu_text, tooltip_text
from rtms_tray.desktop.theme import Theme
from rtms_tray.desktop.widgets.controls import button
from rtms_tray.presentation.view_model import Overview, SessionView
from rtms_tray.presentation.wording import clock
from rtms_tray.support.texts import text

_SIDE_BY_SIDE: Final = 3
"""So many tabs fit side by side, shortened if need be; Qt's arrows would cover the last one."""


class SessionTabs(QWidget):
    """Tabs of the sessions, hidden while there is only one."""

    chosen = Signal(str)
    """A session's key."""

    def __init__(self) -> None:
        super().__init__()
        self.bar = QTabBar(drawBase=False, expanding=False)
        self.bar.setElideMode(Qt.TextElideMode.ElideLeft)  # names differ at their ends
        self.bar.setAccessibleName(text("status.tabs.name"))
        self.earlier = button(text("status.tabs.earlier"))
        self.earlier.setAccessibleName(text("status.tabs.earlier_name"))
        self.over = QMenu(self)
        self.earlier.setMenu(self.over)
        self._tabs: tuple[SessionView, ...] = ()
        self._listed: tuple[SessionView, ...] = ()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.bar, 1)
        line.addWidget(self.earlier)
        self.bar.currentChanged.connect(self._tab_chosen)
        self.hide()

    def show_sessions(self, overview: Overview, current: SessionView | None, theme: Theme) -> None:
        """Show tabs for these sessions, the current one chosen."""
        tabs, over = arranged(overview, current)
        self.setVisible(len(tabs) + len(over) > 1)
        if self.isHidden():
            tabs = ()  # screen readers would go to a tab that nobody sees
        self.bar.blockSignals(True)
        self._tabs = tabs
        self.bar.setUsesScrollButtons(len(tabs) > _SIDE_BY_SIDE)
        while self.bar.count() > len(tabs):
            self.bar.removeTab(self.bar.count() - 1)
        for place, session in enumerate(tabs):
            self._show_tab(place, session, theme)
            if session == current:
                self.bar.setCurrentIndex(place)
        self.bar.blockSignals(False)
        self._list(over)

    def _show_tab(self, place: int, session: SessionView, theme: Theme) -> None:
        marks = session.unverified, session.attention
        icon = icon_for(session.state, *marks, theme.icons, loss=session.lossy)
        name = menu_text(session.short_name)
        # Each change lays all tabs out again, and there may be hundreds.
        if place >= self.bar.count():
            self.bar.addTab(icon, name)
        if self.bar.tabIcon(place).cacheKey() != icon.cacheKey():
            self.bar.setTabIcon(place, icon)
        if self.bar.tabText(place) != name:
            self.bar.setTabText(place, name)
        self.bar.setTabToolTip(place, tooltip_text(session.meeting))

    def _list(self, over: tuple[SessionView, ...]) -> None:
        self.earlier.setVisible(bool(over))
        if over == self._listed or self.over.isVisible():
            return
        self._listed = over
        self.over.clear()
        for session in over:
            name, time = session.short_name, clock(session.since)
            words = text("status.tabs.over", meeting=name, title=session.title, time=time)
            entry = self.over.addAction(menu_text(words))
            entry.triggered.connect(lambda _checked=False, key=session.key: self.chosen.emit(key))

    def _tab_chosen(self, place: int) -> None:
        if 0 <= place < len(self._tabs):
            self.chosen.emit(self._tabs[place].key)


def arranged(
    overview: Overview, current: SessionView | None
) -> tuple[tuple[SessionView, ...], tuple[SessionView, ...]]:
    """Part the sessions into those with a tab, and those that are over, newest first.

    One that is over has a tab only while it is shown.
    """
    sessions = overview.sessions
    tabs = tuple(s for s in sessions if s.state is not CaptureState.ENDED or s == current)
    named = {s.key for s in tabs}
    over = tuple(s for s in reversed(sessions) if s.key not in named)
    return tabs, over
