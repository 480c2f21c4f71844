"""Tells the user what came of a command, unless the window or a message says it already."""

import asyncio
from collections.abc import Callable
from typing import Final, TypeAlias

from PySide6.QtGui import QGuiApplication

from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.notifications import Message, Topic
from rtms_tray.desktop.status.banner_view import BannerView
from rtms_tray.desktop.status.window_on_demand import StatusOnDemand
from rtms_tray.desktop.window_banners import REFUSAL, WindowBanners
from rtms_tray.presentation.actions import SIGN_IN, offer_of, view_of
from rtms_tray.presentation.view_model import Overview, SessionView, SignInState
from rtms_tray.support.command_types import Answer, AnswerCode, Command, Exit
from rtms_tray.support.texts import text

SIGN_IN_TOPIC: Final = Topic(category="sign-in")
"""The topic of all messages about the sign-in: the newest replaces the one before."""
PLAN_TOPIC: Final = Topic(category="plan")
"""The topic of what became of a plan that was made in the menu."""
_PLANS: Final = frozenset({"arm", "disarm"})
_COPIED: Final = "copied"
_COPIED_TITLES: Final = {
    "message": "status.copied.message",
    "sign-in-address": "status.copied.sign_in_address",
}
"""Commands whose answer goes to the clipboard, with the keys of what is said about it."""
_IsThere: TypeAlias = Callable[[Overview], bool]
"""Whether the cause of a banner is still there."""


class CommandFeedback:
    """Shows answers: as a banner in the window, and as a message where the window is closed."""

    def __init__(
        self,
        status: StatusOnDemand,
        banners: WindowBanners,
        announce: Callable[[Message], None],
        withdraw: Callable[[Topic], None],
        open_window: Callable[[], None],
    ) -> None:
        self._status, self._banners = status, banners
        self._announce, self._withdraw = announce, withdraw
        self._open_window = open_window
        self._causes: dict[str, _IsThere] = {}

    def show(self, command: Command, answer: Answer) -> None:
        """Show what came of a command."""
        if answer.exit is Exit.DONE:
            self._done(command, answer)
        elif answer.exit is Exit.STILL_TRYING and answer.text:
            self._complain(text("status.refusal.still_trying"), answer.text, command)
        elif answer.text:
            # The window follows the session only in the loop's next turn.
            asyncio.get_running_loop().call_soon(self._refused, command, answer)

    def follow(self, overview: Overview) -> None:
        """Take away what has lost its cause."""
        gone = [key for key, is_there in self._causes.items() if not is_there(overview)]
        for key in gone:
            self._dismiss(key)

    def complain(self, reason: str) -> None:
        """Say that something was not done, and why."""
        self._complain(text("status.refusal.not_done"), reason)

    def dismiss(self) -> None:
        """Take away what was said of a refusal."""
        self._dismiss(REFUSAL.category)

    def _dismiss(self, key: str) -> None:
        if self._causes.pop(key, None) is not None:
            self._banners.dismiss(key)
            if key == REFUSAL.category:
                self._withdraw(REFUSAL)

    def _done(self, command: Command, answer: Answer) -> None:
        self.dismiss()
        if command.name in _COPIED_TITLES:
            self._copy(text(_COPIED_TITLES[command.name]), answer.text)
            self._causes[_COPIED] = self._cause_of(command)
        elif command.name in _PLANS and answer.text and not self._status.is_visible:
            # The menu has closed with the click; the window would show what is planned.
            title = text("status.plans.changed")
            self._announce(Message(title, answer.text, Severity.INFO, PLAN_TOPIC))

    def _copy(self, title: str, copied: str) -> None:
        """Put a text on the clipboard, and show it, so that nobody pastes it unread."""
        QGuiApplication.clipboard().setText(copied)
        self._banners.show(BannerView(_COPIED, Severity.INFO, title, copied, dismissable=True))
        if not self._status.is_visible:
            self._open_window()

    def _refused(self, command: Command, answer: Answer) -> None:
        """Show a refusal, unless a session says it itself, in card and message."""
        if answer.code is AnswerCode.CANCELLED:
            return
        if answer.code is AnswerCode.SESSION and self._status.visible_session(answer.session):
            self.dismiss()
        elif command.name == "sign-in":
            self._not_signed_in(answer)
        else:
            self._complain(text("status.refusal.not_done"), answer.text, command)

    def _not_signed_in(self, answer: Answer) -> None:
        """Tell once that a sign-in failed: in the window by its notice, else by a message."""
        failed = (notice for notice in self._status.notices if notice.code == answer.trouble)
        notice = next(failed, None)
        if notice is None:
            self._complain(text("status.refusal.sign_in"), answer.text)
        elif not self._status.is_visible:
            offers = (offer_of(view_of(SIGN_IN)),)
            severity, code = notice.severity, notice.code
            self._announce(
                Message(notice.title, answer.text, severity, SIGN_IN_TOPIC, offers, code=code)
            )

    def _complain(self, title: str, reason: str, command: Command | None = None) -> None:
        key, severity = REFUSAL.category, Severity.ATTENTION
        self._banners.show(BannerView(key, severity, title, reason, dismissable=True))
        self._causes[key] = self._cause_of(command) if command else _always
        if not self._status.is_visible:
            self._announce(Message(title, reason, severity, REFUSAL))

    def _cause_of(self, command: Command) -> _IsThere:
        """Say what an answer was about: how its session stands, or the sign-in under way."""
        if command.name == "sign-in-address":
            return lambda overview: overview.account.state is SignInState.SIGNING_IN
        key = command.arguments.get("meeting", "")
        session = self._status.visible_session(key)
        if session is None:
            return _always
        stands = _standing(session)
        return lambda overview: _standing(overview.session(key)) == stands


def _always(_overview: Overview) -> bool:
    return True


def _standing(session: SessionView | None) -> object:
    return session and (session.state, session.title, session.action_pending)
