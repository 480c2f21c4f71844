"""The window's last lines: who is signed in, and whether Zoom's events come in."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from rtms_tray.desktop.widgets.controls import note, set_margins
from rtms_tray.presentation.view_model import AccountView, FeedView, SignInState
from rtms_tray.presentation.wording import account_title, lasting
from rtms_tray.support.texts import text
from rtms_tray.support.units import Millis


def account_line(account: AccountView) -> str:
    """Say who is signed in; a locked keyring is not the same as signed out."""
    who = account.email or account.user_id
    if account.state is SignInState.SIGNED_IN and who:
        return text("status.account.signed_in_as", who=who)
    if account.state is SignInState.LOCKED:
        return text("status.account.locked", who=who or text("status.account.this_computer"))
    return account_title(account)


def feed_text(feed: FeedView, at: Millis) -> str:
    """Say how the event feed is, and when its last event came or the next try is due."""
    if feed.connected and feed.last_event_at is not None:
        length = lasting(at - feed.last_event_at)
        return text("status.feed.last_event", state=feed.text, length=length)
    if not feed.connected and feed.next_try_at is not None:
        length = lasting(max(0, feed.next_try_at - at))
        return text("status.feed.next_try", state=feed.text, length=length)
    return text("status.feed.state", state=feed.text)


_MARKS: Final[Mapping[bool | None, tuple[str, str, str]]] = {
    True: ("✓", "yes", "yes"),
    False: ("!", "no", "obstacle"),
    None: ("–", "unknown", "note"),
}
"""Sign, name and colour of what is well, is not, or may be."""


class Footer(QWidget):
    """Draws both, with a mark each."""

    def __init__(self) -> None:
        super().__init__()
        self.account, self.feed = note(), note()
        self._account_mark, self._feed_mark = QLabel(), QLabel()
        self._compact = False
        self._good: dict[QLabel, bool | None] = {}
        column = QVBoxLayout(self)
        set_margins(column, 4, 0, 0, 0)
        column.setSpacing(2)
        for mark, words in self._lines():
            line = QHBoxLayout()
            line.setSpacing(4)
            mark.setFixedWidth(16)
            line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(words, 1)
            column.addLayout(line)

    def _lines(self) -> tuple[tuple[QLabel, QLabel], ...]:
        return (self._account_mark, self.account), (self._feed_mark, self.feed)

    def set_compact(self, *, compact: bool) -> None:
        """Show only what is not well, where the window is low."""
        self._compact = compact
        shown = [
            line for line in self._lines() if not compact or self._good.get(line[0]) is not True
        ]
        for line in self._lines():
            for part in line:
                part.setVisible(line in shown)
        self.setVisible(bool(shown))

    def show_state(self, account: AccountView, feed: FeedView, at: Millis) -> None:
        """Show both."""
        self.account.setText(account_line(account))
        self.feed.setText(feed_text(feed, at))
        signing_in = account.state is SignInState.SIGNING_IN
        signed_in = account.state is SignInState.SIGNED_IN
        self._set_mark(self._account_mark, good=None if signing_in else signed_in)
        self._set_mark(self._feed_mark, good=None if feed.kind == "none" else feed.connected)
        self.set_compact(compact=self._compact)

    def _set_mark(self, mark: QLabel, *, good: bool | None) -> None:
        self._good[mark] = good
        _set_mark(mark, good=good)


def _set_mark(mark: QLabel, *, good: bool | None) -> None:
    sign, name, colour = _MARKS[good]
    mark.setText(sign)
    mark.setAccessibleName(text(f"status.marks.{name}"))
    if mark.property("mark") != colour:
        mark.setProperty("mark", colour)
        mark.style().unpolish(mark)
        mark.style().polish(mark)
