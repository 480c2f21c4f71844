"""Decides which news reach the user as a message, and what a click on each does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rtms_tray.capture.effects import Announce, Category, Withdraw
from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.commands import Command
from rtms_tray.presentation import actions_of, filled, meeting_name, reason_of
from rtms_tray.program import Program
from rtms_tray.watcher import Hearing

_ABOUT_CAPTURE: Final = frozenset({Category.CAPTURE, Category.REMINDER})
"""What a click may act on; the act that fits a state need not fit another trouble beside it."""


@dataclass(frozen=True, slots=True)
class News:
    """One message: it replaces the live one of the same session and category."""

    session: str
    category: Category
    severity: Severity
    title: str
    text: str
    click: Command
    click_label: str


class Herald:
    """Turns announcements into messages, unless the user wants none."""

    def __init__(
        self,
        program: Program,
        deliver: Callable[[News], None],
        withdraw: Callable[[str, Category], None],
    ) -> None:
        self._program = program
        self._deliver = deliver
        self._withdraw = withdraw

    def hear(self, hearing: Hearing) -> None:
        """Take an announcement, or the word that one is resolved."""
        if isinstance(hearing, Withdraw):
            self._withdraw(hearing.session, hearing.category)
        elif self._is_wanted(hearing.severity):
            self._deliver(self._news(hearing))

    def _is_wanted(self, severity: Severity) -> bool:
        program = self._program
        wishes = program.settings.notifications
        if not wishes.enabled or (severity is Severity.INFO and not wishes.info):
            return False
        board, now = program.watcher.board, program.outside.clock()
        return not program.mute.silences(severity, board, now)

    def _news(self, announced: Announce) -> News:
        reason = reason_of(announced.why)
        click, label = self._click(announced)
        session = self._program.watcher.board.session(announced.session)
        where = f"{meeting_name(session)}: " if session else ""
        return News(
            session=announced.session,
            category=announced.category,
            severity=announced.severity,
            title=reason.title,
            text=f"{where}{filled(reason.text, announced.why)}",
            click=click,
            click_label=label,
        )

    def _click(self, announced: Announce) -> tuple[Command, str]:
        """The obvious act, where there is one that needs no question; else the window."""
        show = Command("show", {"meeting": announced.session}), "Show"
        if announced.category not in _ABOUT_CAPTURE:
            return show
        if announced.why.code is Code.SIGN_IN_NEEDED:
            return Command("sign-in", {"browser": "yes"}), "Sign in"
        session = self._program.watcher.board.session(announced.session)
        for action in actions_of(session) if session else ():
            if action.primary and not action.confirm:
                return Command(action.name, {"meeting": announced.session}), action.label
        return show
