"""Decides which alerts reach the user as a notification, and what each offers to do."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from rtms_tray.capture.effects import AlertEffect, Announce, Category, Withdraw
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
from rtms_tray.presentation.session_view import reason_view
from rtms_tray.presentation.view_model import Notice, Overview, ReasonView, SessionView, SignInState
from rtms_tray.runtime.program import Program
from rtms_tray.support.command_types import Command
from rtms_tray.support.texts import text
from rtms_tray.support.units import Millis

SIGN_IN_CATEGORY: Final = "sign-in"
"""The category of what concerns the sign-in, which belongs to no session."""


@dataclass(frozen=True, slots=True)
class Notification:
    """One message to the user: it replaces the live one of the same session and category.

    `session` is empty where it concerns the whole program. `code` is that of the reason, or of the notice, that
    says the same in the overview.
    """

    session: str
    category: str
    severity: Severity
    title: str
    text: str
    offers: tuple[Offer, ...]  # buttons, the first one first
    opens: Command  # what a click on the notification itself gives
    state: CaptureState | None = None  # of the session
    code: str = ""


class NotificationPolicy:
    """Turns alerts into notifications, unless the user wants none."""

    def __init__(
        self,
        program: Program,
        notify: Callable[[Notification], None],
        withdraw: Callable[[str, str], None],
    ) -> None:
        self._program = program
        self._notify = notify
        self._withdraw = withdraw
        self._sign_in = SignInState.NOT_CONFIGURED

    def alert(self, alert: AlertEffect) -> None:
        """Announce an alert, or withdraw one that is over."""
        if isinstance(alert, Withdraw) or not self._announce(alert):
            # One that is not wanted still makes the older one on its matter untrue.
            self._withdraw(alert.session, alert.category)

    def _announce(self, alert: Announce) -> bool:
        wanted = self._is_wanted(alert.severity, muted=self._program.is_muted)
        if wanted:
            now = self._program.dependencies.clock()
            session = self._program.session_view(alert.session)  # not all of what may be hundreds
            self._notify(notification_of(alert, session, now))
        return wanted

    def show(self, overview: Overview) -> None:
        """Announce once that a sign-in has ended unasked; withdraw that when it is mended."""
        before, self._sign_in = self._sign_in, overview.account.state
        if before is not SignInState.SIGNED_IN and self._sign_in is SignInState.SIGNED_IN:
            self._withdraw("", SIGN_IN_CATEGORY)
        if before is not SignInState.SIGNED_IN or self._sign_in is SignInState.SIGNED_IN:
            return
        # Who signs out on purpose leaves no notice.
        notices = overview.notices
        ended = (notice for notice in notices if notice.action and notice.action.name == "sign-in")
        notice = next(ended, None)
        if notice is not None and self._is_wanted(Severity.ATTENTION, muted=overview.muted):
            self._notify(_sign_in_ended(notice))

    def _is_wanted(self, severity: Severity, *, muted: bool) -> bool:
        wishes = self._program.settings.notifications
        if not wishes.enabled or (severity is Severity.INFO and not wishes.info):
            return False
        return severity is Severity.CRITICAL or not muted


def notification_of(alert: Announce, session: SessionView | None, now: Millis) -> Notification:
    """Put an alert into words; `session` is the one that it is about, if it is still there."""
    reason = reason_view(alert.why, now)
    of_state = session is not None and alert.category is Category.CAPTURE
    if session is not None and of_state:
        reason = _as_it_stands(session, reason)
    return Notification(
        session=alert.session,
        category=alert.category,
        severity=alert.severity,
        title=reason.title if of_state else reason.short,
        text=_text(reason, session, title_says_it=of_state) if session else reason.text,
        offers=notification_offers(session, alert) if session else (),
        opens=opening(alert.session),
        state=session.state if session else None,
        code=str(reason.code),
    )


def _as_it_stands(session: SessionView, reason: ReasonView) -> ReasonView:
    """Speak of a state as its session does: it may have changed since the alert, or be in doubt."""
    if session.reason is not None:
        return session.reason
    return replace(reason, title=session.title, text=session.text, remedy=session.remedy)


def _text(reason: ReasonView, session: SessionView, *, title_says_it: bool) -> str:
    """Say what to do, what happened, whether anything is captured, and in which meeting."""
    facts = {"remedy": reason.remedy, "text": reason.text, "meeting": session.meeting}
    statement = session.statement
    if not title_says_it and not statement:
        statement = text(f"session.capture.{session.capture}")
    key = "announcements.text.all" if statement else "announcements.text.title_says_it"
    return text(key, **facts, statement=statement).strip()


def _sign_in_ended(notice: Notice) -> Notification:
    return Notification(
        session="",
        category=SIGN_IN_CATEGORY,
        severity=Severity.ATTENTION,
        title=notice.title,
        text=notice.text,
        offers=(offer_of(view_of(SIGN_IN)),),
        opens=opening(),
        code=notice.code,
    )
