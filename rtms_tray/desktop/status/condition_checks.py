"""The checks of a session (✓ ! ? –), and its question, with Yes and No where only the user can know."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from rtms_tray.capture.conditions import Condition, Evidence, Source, Value
from rtms_tray.capture.states import LIVE, CaptureState
from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.widgets.buttons import Button, OneStop, buttons_in
from rtms_tray.desktop.widgets.controls import Rows, button, heading, label, note
from rtms_tray.presentation.view_model import CheckView, SessionView
from rtms_tray.presentation.wording import clock
from rtms_tray.support.command_types import Command
from rtms_tray.support.texts import plural, text

_SIGNS: Final[Mapping[Value | None, tuple[str, str, str]]] = {
    Value.YES: ("✓", "yes", "yes"),
    Value.NO: ("!", "no", "obstacle"),
    Value.UNKNOWN: ("?", "unknown", "note"),
    None: ("–", "note", "note"),
}
"""What stands before a check, its name and its colour; no ✗, which would read as the opposite of the words."""
_BUTTON_MARGIN: Final = 4  # pixels: border and padding of a flat button
_LINE_MARGIN: Final = 2
"""Pixels above and below, as buttons have: lines stay where they are when one is answered."""
_SILENT: Final = frozenset(
    {CaptureState.PENDING_APPROVAL, CaptureState.NO_ANSWER, CaptureState.RESEND_NEEDED}
)
"""States in which not all is known that may prevent capture."""


def checks_matter(session: SessionView) -> bool:
    """Whether open checks matter now: not where a stream is certain, or the reason is known."""
    return session.state in _SILENT or bool(session.question)


def checks_heading(session: SessionView) -> str:
    """Name the checks by what they are good for: they explain, or are only there to look at."""
    healthy = session.state in LIVE or session.state is CaptureState.ENDED
    explain = checks_matter(session) or any(check.mark is Value.NO for check in session.checks)
    if session.fits or healthy or not explain:
        return text("status.checks.heading")
    return text("status.checks.why_no_data")


def evidence_text(evidence: Evidence) -> str:
    """Say how something is known, since when, and what contradicts it; nothing of what is not known."""
    if evidence.value is Value.UNKNOWN:
        return ""
    source, time = _source(evidence.source), clock(evidence.at)
    other = evidence.contradicted_by
    if other is None:
        return text("status.evidence.known", source=source, time=time)
    return text(
        "status.evidence.contradicted",
        source=source,
        time=time,
        other_source=_source(other.source),
        other_time=clock(other.at),
    )


def _source(source: Source) -> str:
    return text(f"status.evidence.sources.{source.value}")


class Checks(Rows):
    """One line per condition, its answers sent as `tell`. Checks that do not matter are folded away.

    All answers are one stop for Tab: there are many, and the arrow keys reach them.
    """

    def __init__(self, sender: CommandSender) -> None:
        super().__init__(spacing=3)
        self._sender = sender
        self._unfolded: str | None = None  # of this session
        self._answers = OneStop(())

    def show_checks(self, session: SessionView) -> None:
        """Show a session's checks under a heading."""
        folded = self._folded(session)
        shown = (session.key, checks_heading(session), session.checks, folded)
        self.show_rows(shown, lambda column: self._build(column, session, folded))

    def _folded(self, session: SessionView) -> tuple[CheckView, ...]:
        if checks_matter(session) or self._unfolded == session.key:
            return ()
        return tuple(check for check in session.checks if check.mark is Value.UNKNOWN)

    def _build(
        self, column: QVBoxLayout, session: SessionView, folded: Sequence[CheckView]
    ) -> None:
        if session.checks:
            column.addWidget(heading(checks_heading(session)))
        lines = [self._line(session.key, check) for check in session.checks if check not in folded]
        for line in lines:
            column.addWidget(line)
        self._answers = OneStop([buttons_in(line) for line in lines], self._answers.line)
        if folded:
            column.addLayout(self._unfold_line(session, len(folded)))

    def _unfold_line(self, session: SessionView, count: int) -> QHBoxLayout:
        def unfold() -> None:
            self._unfolded = session.key
            self.show_checks(session)

        more = button(plural("status.checks.unfold", count), flat=True)
        more.setObjectName("unfold")
        more.clicked.connect(lambda _checked=False: unfold())
        line = QHBoxLayout()
        line.addSpacing(14)
        line.addWidget(more)
        line.addStretch()
        return line

    def _line(self, key: str, check: CheckView) -> QWidget:
        whole = QWidget()
        whole.setToolTip(evidence_text(check.evidence))
        line = QHBoxLayout(whole)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addStrut(self.fontMetrics().height() + _BUTTON_MARGIN)  # the same without buttons
        line.addWidget(_sign(check.mark), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(_words(check), 1)
        if check.mark is Value.UNKNOWN:
            self._add(line, key, check, text("status.answers.yes"), Value.YES)
            self._add(line, key, check, text("status.answers.no"), Value.NO)
        elif check.evidence.source is Source.USER:
            self._add(line, key, check, text("status.answers.undo"), Value.UNKNOWN)
        return whole

    def _add(self, line: QHBoxLayout, key: str, check: CheckView, words: str, value: Value) -> None:
        answer = _answer(words, check.text, flat=True)
        self._sender.bind(answer, _tell(check.condition, value, key))
        line.addWidget(answer, 0, Qt.AlignmentFlag.AlignTop)


def _words(check: CheckView) -> QLabel:
    words = label(check.text)
    words.setContentsMargins(0, _LINE_MARGIN, 0, _LINE_MARGIN)
    mark = _mark_name(check.mark)
    words.setAccessibleName(text("status.checks.name", mark=mark, check=check.text))
    words.setAccessibleDescription(evidence_text(check.evidence))
    return words


def _sign(mark: Value | None) -> QLabel:
    sign, _name, colour = _SIGNS[mark]
    part = QLabel(sign)
    part.setFixedWidth(16)
    part.setContentsMargins(0, _LINE_MARGIN, 0, _LINE_MARGIN)
    part.setProperty("mark", colour)
    part.setAccessibleName(_mark_name(mark))
    return part


def _mark_name(mark: Value | None) -> str:
    return text(f"status.marks.{_SIGNS[mark][1]}")


def _answer(words: str, asked: str, *, flat: bool = False) -> Button:
    part = button(words, flat=flat)
    part.setAccessibleName(text("status.answers.name", answer=words, question=asked))
    return part


def _tell(condition: Condition, value: Value, key: str) -> Command:
    arguments = {"condition": condition.value, "value": value.value, "meeting": key}
    return Command("tell", arguments)


# --- The one question whose answer decides most, with Yes, No, and leave not to know. ---


class Question(Rows):
    """Asks a session's question until it is answered, or the user does not know."""

    def __init__(self, sender: CommandSender) -> None:
        super().__init__()
        self._sender = sender
        self._unknown: set[tuple[str, Condition]] = set()

    def show_question(self, session: SessionView) -> None:
        """Ask what this session asks; without a question it takes no room."""
        asks = session.asks
        if asks is None or not session.question or (session.key, asks) in self._unknown:
            self.show_rows((), lambda _column: None)
        else:
            shown = (session.key, asks, session.question)
            self.show_rows(shown, lambda column: self._build(column, session, asks))

    def _build(self, column: QVBoxLayout, session: SessionView, asks: Condition) -> None:
        frame = QFrame()
        frame.setObjectName("question")
        frame.setAccessibleName(session.question)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(14, 10, 12, 10)
        inside.setSpacing(6)
        inside.addWidget(note(text("status.question.lead_in")))
        inside.addWidget(label(session.question, bold=True))
        inside.addLayout(self._answers(session, asks))
        OneStop([buttons_in(frame)])
        column.addWidget(frame)

    def _answers(self, session: SessionView, asks: Condition) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        for key, value in (("status.answers.yes", Value.YES), ("status.answers.no", Value.NO)):
            answer = _answer(text(key), session.question)
            self._sender.bind(answer, _tell(asks, value, session.key))
            line.addWidget(answer)
        line.addWidget(self._unknown_button(session, asks))
        line.addStretch()
        return line

    def _unknown_button(self, session: SessionView, asks: Condition) -> Button:
        words = text("status.answers.unknown")
        part = _answer(words, session.question, flat=True)
        part.setText("?")
        part.setToolTip(words)
        part.clicked.connect(lambda _checked=False: self._put_off(session, asks))
        return part

    def _put_off(self, session: SessionView, asks: Condition) -> None:
        """Do not ask again; the check below still takes an answer."""
        self._unknown.add((session.key, asks))
        self.show_question(session)
