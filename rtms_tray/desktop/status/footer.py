"""The window's last lines: who is signed in, and whether Zoom's events come in."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from rtms_tray.desktop.widgets.controls import note
from rtms_tray.presentation.view_model import AccountView, FeedView, SignInState
from rtms_tray.presentation.wording import lasting
from rtms_tray.support.units import Millis


def account_text(account: AccountView) -> str:
    """Say who is signed in; a locked keyring is not the same as signed out."""
    who = account.email or account.user_id
    texts = {
        SignInState.SIGNED_IN: f"Signed in as {who}" if who else "Signed in",
        SignInState.SIGNING_IN: "Signing in: finish in your browser",
        SignInState.SIGNED_OUT: "Not signed in",
        SignInState.LOCKED: f"Keyring locked: the sign-in of {who or 'this computer'} waits in it",
        SignInState.NOT_CONFIGURED: "No Zoom app is set up yet",
    }
    return texts[account.state]


def feed_text(feed: FeedView, at: Millis) -> str:
    """Say how the event feed is, and when it last spoke or will be tried again."""
    parts = [f"Events: {feed.text}"]
    if feed.connected and feed.last_event_at is not None:
        parts.append(f"last event {lasting(at - feed.last_event_at)} ago")
    if not feed.connected and feed.next_try_at is not None:
        parts.append(f"next try in {lasting(max(0, feed.next_try_at - at))}")
    return " · ".join(filter(None, parts))


class Footer(QWidget):
    """Two lines with a mark each."""

    def __init__(self) -> None:
        super().__init__()
        self.account, self.feed = note(), note()
        self._account_mark, self._feed_mark = QLabel(), QLabel()
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 0, 0, 0)
        column.setSpacing(2)
        for mark, text in ((self._account_mark, self.account), (self._feed_mark, self.feed)):
            line = QHBoxLayout()
            line.setSpacing(4)
            mark.setFixedWidth(16)
            line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(text, 1)
            column.addLayout(line)

    def show_state(self, account: AccountView, feed: FeedView, at: Millis) -> None:
        """Show both."""
        self.account.setText(account_text(account))
        self.feed.setText(feed_text(feed, at))
        signing_in = account.state is SignInState.SIGNING_IN
        signed_in = account.state is SignInState.SIGNED_IN
        _mark(self._account_mark, good=None if signing_in else signed_in)
        if feed.kind == "none":
            _mark(self._feed_mark, good=None)
        else:
            _mark(self._feed_mark, good=feed.connected)


def _mark(mark: QLabel, *, good: bool | None) -> None:
    name = {True: "yes", False: "no", None: "unknown"}[good]
    mark.setText({"yes": "✓", "no": "✗", "unknown": "–"}[name])
    mark.setAccessibleName(name)
    if mark.property("mark") != name:
        mark.setProperty("mark", name)
        mark.style().unpolish(mark)
        mark.style().polish(mark)
