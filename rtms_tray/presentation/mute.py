"""Muting notifications: for a while, or until a meeting ends."""

from collections.abc import Iterable

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.session import Session
from rtms_tray.presentation.view_model import Notice, SessionView
from rtms_tray.presentation.wording import clock
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text
from rtms_tray.support.units import Millis


class Mute(Frozen):
    """Until when the user wants to hear nothing; critical notifications pass all the same."""

    until: Millis | None = None
    session: str | None = None  # until this session ends

    def is_on(self, sessions: Iterable[Session | SessionView], now: Millis) -> bool:
        """Whether it is in force."""
        if self.session is not None:
            return any(view.key == self.session and view.open for view in sessions)
        return self.until is not None and now < self.until

    def notice(self) -> Notice:
        """Show that notifications are muted, and how long."""
        title = (
            text("overview.muted.until_meeting_ends")
            if self.until is None
            else text("overview.muted.until", time=clock(self.until))
        )
        return Notice("muted", Severity.INFO, title, text("overview.muted.text"), "")
