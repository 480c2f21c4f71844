"""Decides which news reach the user as a message, and what they offer to do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rtms_tray.capture.board import Board
from rtms_tray.capture.effects import AlertEffect, Announce, Withdraw
from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.actions import (
    SIGN_IN,
    Offer,
    notification_offers,
    offer_of,
    opening,
    view_of,
)
from rtms_tray.presentation.overview import filled, meeting_name, reason_of
from rtms_tray.presentation.view_model import Notice, Overview, SignInState
from rtms_tray.runtime.program import Program
from rtms_tray.support.command_types import Command

SIGN_IN_CATEGORY: Final = "sign-in"
"""The category of what concerns the sign-in, which belongs to no session."""


@dataclass(frozen=True, slots=True)
class News:
    """One message: it replaces the live one of the same session and category.

    `session` is empty where it concerns the whole program. `code` is that of the reason, or of the notice, that
    says the same in the overview.
    """

    session: str
    category: str
    severity: Severity
    title: str
    text: str
    offers: tuple[Offer, ...]  # buttons, the obvious one first
    opens: Command  # a click on the message itself
    state: CaptureState | None = None  # how the session stands
    code: str = ""


class Herald:
    """Turns announcements into messages, unless the user wants none."""

    def __init__(
        self,
        program: Program,
        deliver: Callable[[News], None],
        withdraw: Callable[[str, str], None],
    ) -> None:
        self._program = program
        self._deliver = deliver
        self._withdraw = withdraw
        self._account = SignInState.NOT_CONFIGURED

    def hear(self, hearing: AlertEffect) -> None:
        """Take an announcement, or the word that one is resolved."""
        if isinstance(hearing, Withdraw):
            self._withdraw(hearing.session, hearing.category)
        elif self._is_wanted(hearing.severity):
            self._deliver(news_of(hearing, self._program.watcher.board))
        else:  # the older one on the same matter no longer holds all the same
            self._withdraw(hearing.session, hearing.category)

    def show(self, overview: Overview) -> None:
        """Tell of a sign-in that ended by itself, once; take that back when it is mended."""
        before, self._account = self._account, overview.account.state
        if self._account is SignInState.SIGNED_IN:
            if before is not SignInState.SIGNED_IN:
                self._withdraw("", SIGN_IN_CATEGORY)
        elif before is SignInState.SIGNED_IN and self._is_wanted(Severity.ATTENTION):
            # Who signs out on purpose leaves no notice.
            ended = (one for one in overview.notices if one.action and one.action.name == "sign-in")
            if notice := next(ended, None):
                self._deliver(_sign_in_ended(notice))

    def _is_wanted(self, severity: Severity) -> bool:
        program = self._program
        wishes = program.settings.notifications
        if not wishes.enabled or (severity is Severity.INFO and not wishes.info):
            return False
        board, now = program.watcher.board, program.dependencies.clock()
        return not program.mute.silences(severity, board, now)


def news_of(announced: Announce, board: Board) -> News:
    """Put an announcement into words; the session that it is about may be gone from the board."""
    reason, session = reason_of(announced.why), board.session(announced.session)
    where = f"{meeting_name(session)}: " if session else ""
    return News(
        session=announced.session,
        category=announced.category,
        severity=announced.severity,
        title=reason.title,
        text=f"{where}{filled(reason.text, announced.why)}",
        offers=notification_offers(session, announced, board.context) if session else (),
        opens=opening(announced.session),
        state=session.state if session else None,
        code=str(announced.why.code),
    )


def _sign_in_ended(notice: Notice) -> News:
    return News(
        session="",
        category=SIGN_IN_CATEGORY,
        severity=Severity.ATTENTION,
        title=notice.title,
        text=notice.text,
        offers=(offer_of(view_of(SIGN_IN)),),
        opens=opening(),
        code=notice.code,
    )


# --- Muting notifications: for a while, or until the meeting ends. ---
