"""Muting notifications: for a while, or until the meeting ends."""

from dataclasses import dataclass
from datetime import datetime

from rtms_tray.capture.board import Board
from rtms_tray.capture.reasons import Severity
from rtms_tray.presentation.view_model import Notice
from rtms_tray.support.units import SECOND, Millis


@dataclass(frozen=True, slots=True)
class Mute:
    """Until when the user wants to hear nothing; critical news passes all the same."""

    until: Millis | None = None
    session: str | None = None  # until this session ends

    def is_on(self, board: Board, now: Millis) -> bool:
        """Whether it is in force."""
        if self.session is not None:
            session = board.session(self.session)
            return session is not None and session.open
        return self.until is not None and now < self.until

    def silences(self, severity: Severity, board: Board, now: Millis) -> bool:
        """Whether news of this severity is kept back."""
        return severity is not Severity.CRITICAL and self.is_on(board, now)

    def notice(self, board: Board, now: Millis) -> Notice | None:
        """Show that notifications are muted, and how long."""
        if not self.is_on(board, now):
            return None
        end = "until the meeting ends"
        if self.until is not None:
            end = f"until {datetime.fromtimestamp(self.until / SECOND).astimezone():%H:%M}"
        text = "Only lost data is still announced."
        return Notice("muted", Severity.INFO, f"Muted {end}", text, "")
