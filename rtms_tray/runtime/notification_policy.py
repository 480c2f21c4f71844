"""Decides which alerts reach the user as a notification, and what each offers to do."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Final

from rtms_tray.capture.effects import AlertEffect, Announce, Category
from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.actions import (
    SIGN_IN,
    Offer,
    notification_offers,
    offer_of,
    opening,
    view_of,
)
from rtms_tray.presentation.meeting_offer import OFFER_CODE
from rtms_tray.presentation.session_words import question_words, reason_view
from rtms_tray.presentation.view_model import (
    Notice,
    OfferView,
    Overview,
    ReasonView,
    SessionView,
    SignInState,
)
from rtms_tray.runtime.notification_summary import MANY, AlertGathering, Key, key_of, summary_of
from rtms_tray.runtime.program import Program
from rtms_tray.support.command_types import Command
from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.texts import text
from rtms_tray.support.units import Millis

SIGN_IN_CATEGORY: Final = "sign-in"
"""The category of what concerns the sign-in, which belongs to no session."""
OFFER_CATEGORY: Final = "offer"
"""The category of the offer to start where the user is."""
SUMMARY_CATEGORY: Final = "summary"
"""The category of what concerns many sessions at once."""
_LOUDEST: Final = (Severity.CRITICAL, Severity.ATTENTION, Severity.INFO)


class Notification(Frozen):
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
        self._offer: OfferView | None = None
        self._gathering = AlertGathering(self._tell, self._may_be_many)
        self._summed_up: dict[Key, Announce] = {}
        self._is_summary_stale = False

    def alert(self, alert: AlertEffect) -> None:
        """Announce an alert, or withdraw one that is over."""
        if isinstance(alert, Announce) and self._is_wanted(alert.severity, muted=self._is_muted):
            self._gathering.take(alert)
        else:
            # One that is not wanted still makes the older one on its matter untrue.
            key = (alert.session, alert.category)
            self._gathering.drop(key)
            self._withdraw(*key)
            self._leave_out(key)

    def close(self) -> None:
        """Tell nothing more."""
        self._gathering.close()

    @property
    def _is_muted(self) -> bool:
        return self._program.is_muted

    def _may_be_many(self) -> bool:
        open_ = (session for session in self._program.watcher.board.sessions if session.open)
        return len(tuple(islice(open_, MANY))) == MANY

    def _tell(self, alerts: Sequence[Announce]) -> None:
        """Tell of each meeting, or of many in one notification, which stays true."""
        if len({alert.session for alert in alerts}) >= MANY:
            self._sum_up(alerts)
        else:
            self._tell_each(alerts)
        if self._is_summary_stale:
            self._show_summary()

    def _tell_each(self, alerts: Sequence[Announce]) -> None:
        now = self._program.dependencies.clock()
        for alert in alerts:
            self._leave_out(key_of(alert))
            session = self._program.session_view(alert.session)  # not all of what may be hundreds
            self._notify(notification_of(alert, session, now))

    def _sum_up(self, alerts: Sequence[Announce]) -> None:
        for alert in alerts:
            self._withdraw(*key_of(alert))
            self._summed_up[key_of(alert)] = alert
        self._is_summary_stale = True

    def _leave_out(self, key: Key) -> None:
        """Take out of the one notification what is over, or told on its own."""
        if self._summed_up.pop(key, None) is not None:
            self._is_summary_stale = True
            self._gathering.hand_on_soon()

    def _show_summary(self) -> None:
        self._is_summary_stale = False
        board = self._program.watcher.board
        found = map(board.session, dict.fromkeys(session for session, _ in self._summed_up))
        sessions = [session for session in found if session is not None]
        if sessions:
            self._notify(_of_many(sessions, self._summed_up.values()))
        else:
            self._withdraw("", SUMMARY_CATEGORY)

    # --- what concerns the whole program ------------------------------------------------------

    def show(self, overview: Overview) -> None:
        """Announce once that a sign-in has ended unasked, and what is offered; withdraw what is over."""
        self._show_sign_in(overview)
        before, self._offer = self._offer, overview.offer
        if before is not None and overview.offer is None:
            self._withdraw("", OFFER_CATEGORY)
        elif before is None and overview.offer is not None:
            wishes = self._program.settings.notifications
            if wishes.enabled and not overview.muted:
                self._notify(_of_offer(overview.offer))

    def _show_sign_in(self, overview: Overview) -> None:
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
        title=reason.title if of_state else _short_title(reason, alert),
        text=_text(reason, session, title_says_it=of_state) if session else reason.text,
        offers=notification_offers(session, alert) if session else (),
        opens=opening(alert.session),
        state=session.state if session else None,
        code=str(reason.code),
    )


_QUESTIONS: Final = frozenset({Code.REMINDER, Code.MAYBE_OVER})
"""Titles that ask by themselves."""


def _short_title(reason: ReasonView, alert: Announce) -> str:
    """Name a reason; a reminder of it is not news."""
    if alert.category is not Category.REMINDER or reason.code in _QUESTIONS:
        return reason.short
    return text("announcements.reminder", title=reason.short)


def _as_it_stands(session: SessionView, reason: ReasonView) -> ReasonView:
    """Speak of a state as its session does: it may have changed since the alert, or be in doubt."""
    if session.reason is not None:
        return session.reason
    return replace(reason, title=session.title, text=session.text, remedy=session.remedy)


def _text(reason: ReasonView, session: SessionView, *, title_says_it: bool) -> str:
    """Say what to do, what happened, whether anything is captured, and in which meeting."""
    remedy = reason.remedy or question_words(session)
    facts = {"remedy": remedy, "text": reason.text, "meeting": session.meeting}
    statement = session.statement
    if not title_says_it and not statement:
        statement = text(f"session.capture.{session.capture}")
    key = "announcements.text.all" if statement else "announcements.text.title_says_it"
    return text(key, **facts, statement=statement).strip()


def _of_many(sessions: Sequence[Session], alerts: Iterable[Announce]) -> Notification:
    summary = summary_of(sessions)
    loudest = min(alerts, key=lambda alert: _LOUDEST.index(alert.severity))
    states = {session.key: session.state for session in sessions}
    return Notification(
        session="",
        category=SUMMARY_CATEGORY,
        severity=loudest.severity,
        title=summary.title,
        text=summary.text,
        offers=(Offer(text("announcements.summary.show"), opening()),),
        opens=opening(),
        state=states.get(loudest.session),
    )


def _of_offer(offer: OfferView) -> Notification:
    return Notification(
        session="",
        category=OFFER_CATEGORY,
        severity=Severity.INFO,
        title=offer.title,
        text=offer.text,
        offers=(offer_of(offer.action),),
        opens=opening(),
        code=OFFER_CODE,
    )


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
