"""The checks of a session: ✓ ✗ ?, with Yes and No where only the user can know."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from rtms_tray.capture.conditions import Condition, Evidence, Source, Value
from rtms_tray.capture.states import LIVE, CaptureState
from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.widgets.controls import Rows, button, heading, label, note
from rtms_tray.presentation.view_model import CheckView, SessionView
from rtms_tray.presentation.wording import clock
from rtms_tray.support.command_types import Command

_SIGNS: Final = {Value.YES: ("✓", "yes"), Value.UNKNOWN: ("?", "unknown")}
_NO: Final = ("✗", "no")
_AROUND: Final = 4  # pixels: border and padding of a flat button
_AS_BUTTONS: Final = 2
"""Pixels above and below, as the answers have: lines stay where they are when one is answered."""
_SILENT: Final = frozenset(
    {CaptureState.PENDING_APPROVAL, CaptureState.NO_ANSWER, CaptureState.RESEND_NEEDED}
)
"""States in which nobody knows all that may keep data away."""
_HEARD_FROM: Final = {
    Source.EVENT: "Zoom's events told so",
    Source.REPLY: "Zoom answered so",
    Source.MACHINE: "Seen on this computer",
    Source.USER: "You said so",
    Source.SETTING: "Your settings say so",
    Source.INFERRED: "It follows from what was seen",
}


def heading_of(session: SessionView) -> str:
    """Name the checks by what they are good for: an answer to "why", or no more than a look."""
    healthy = session.state in LIVE or session.state is CaptureState.ENDED
    if session.fits:
        return "Checks"  # what fits has said why
    telling = are_asked(session) or any(check.mark is Value.NO for check in session.checks)
    return "Why there is no data" if telling and not healthy else "Checks"


def are_asked(session: SessionView) -> bool:
    """Whether open checks matter now: not where a stream is certain, or the reason is known."""
    return session.state in _SILENT or bool(session.question)


class Checks(Rows):
    """One line per condition; answers go out as `tell`. What need not be asked is folded away."""

    def __init__(self, sender: CommandSender) -> None:
        super().__init__(spacing=3)
        self._sender = sender
        self._unfolded: str | None = None  # of this session

    def show_checks(self, session: SessionView) -> None:
        """Show a session's checks under a heading."""
        folded = self._folded(session)
        shown = (session.key, heading_of(session), session.checks, folded)
        self.show_rows(shown, lambda column: self._build(column, session, folded))

    def _folded(self, session: SessionView) -> tuple[CheckView, ...]:
        if are_asked(session) or self._unfolded == session.key:
            return ()
        return tuple(check for check in session.checks if check.mark is Value.UNKNOWN)

    def _build(
        self, column: QVBoxLayout, session: SessionView, folded: Sequence[CheckView]
    ) -> None:
        if session.checks:
            column.addWidget(heading(heading_of(session)))
        for check in session.checks:
            if check not in folded:
                column.addWidget(self._line(session.key, check))
        if folded:
            column.addLayout(self._unfolding(session, len(folded)))

    def _unfolding(self, session: SessionView, number: int) -> QHBoxLayout:
        def unfold() -> None:
            self._unfolded = session.key
            self.show_checks(session)

        made = button(f"{number} not known: show", flat=True)
        made.setObjectName("unfold")
        made.clicked.connect(lambda _checked=False: unfold())
        line = QHBoxLayout()
        line.addSpacing(14)
        line.addWidget(made)
        line.addStretch()
        return line

    def _line(self, key: str, check: CheckView) -> QWidget:
        made = QWidget()
        made.setToolTip(heard(check.evidence))
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addStrut(self.fontMetrics().height() + _AROUND)  # as high with buttons as without
        line.addWidget(_sign(check.mark), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(_text(check), 1)
        if check.mark is Value.UNKNOWN:
            self._add(line, key, check, "Yes", "yes")
            self._add(line, key, check, "No", "no")
        elif check.evidence.source is Source.USER:
            self._add(line, key, check, "Undo", "unknown")
        return made

    def _add(self, line: QHBoxLayout, key: str, check: CheckView, text: str, value: str) -> None:
        made = button(text, flat=True)
        made.setAccessibleName(f"{text}: {check.text}")
        arguments = {"condition": check.condition.value, "value": value, "meeting": key}
        self._sender.bind(made, Command("tell", arguments))
        line.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)


def heard(evidence: Evidence) -> str:
    """Say how something is known, since when, and what speaks against it; nothing of what is not."""
    if evidence.value is Value.UNKNOWN:
        return ""
    words = f"{_HEARD_FROM[evidence.source]}, {clock(evidence.at)}"
    other = evidence.contradicted_by
    if other is None:
        return words
    return f"{words}. Before, {clock(other.at)}, it was otherwise: {_HEARD_FROM[other.source]}"


def _text(check: CheckView) -> QLabel:
    text = label(check.text)
    text.setContentsMargins(0, _AS_BUTTONS, 0, _AS_BUTTONS)
    text.setAccessibleName(f"{_SIGNS.get(check.mark, _NO)[1]}: {check.text}")
    text.setAccessibleDescription(heard(check.evidence))
    return text


def _sign(mark: Value) -> QLabel:
    sign, name = _SIGNS.get(mark, _NO)
    made = QLabel(sign)
    made.setFixedWidth(16)
    made.setContentsMargins(0, _AS_BUTTONS, 0, _AS_BUTTONS)
    made.setProperty("mark", name)
    made.setAccessibleName(name)
    return made


# --- The one question whose answer decides most, with Yes, No, and leave to know neither. ---

LEAD_IN = "One answer decides most:"


class Question(Rows):
    """Asks a session's question until it is answered, or the user says that they do not know."""

    def __init__(self, sender: CommandSender) -> None:
        super().__init__()
        self._sender = sender
        self._unknown: set[tuple[str, Condition]] = set()

    def show_question(self, session: SessionView) -> None:
        """Ask what this session asks; nothing takes no room."""
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
        inside.addWidget(note(LEAD_IN))
        inside.addWidget(label(session.question, bold=True))
        inside.addLayout(self._answers(session, asks))
        column.addWidget(frame)

    def _answers(self, session: SessionView, asks: Condition) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        for text, value in (("Yes", "yes"), ("No", "no")):
            made = button(text)
            made.setAccessibleName(f"{text}: {session.question}")
            told = {"condition": asks.value, "value": value, "meeting": session.key}
            self._sender.bind(made, Command("tell", told))
            line.addWidget(made)
        unknown = button("?", flat=True)
        unknown.setToolTip("I don't know")
        unknown.setAccessibleName(f"I don't know: {session.question}")
        unknown.clicked.connect(lambda _checked=False: self._put_off(session, asks))
        line.addWidget(unknown)
        line.addStretch()
        return line

    def _put_off(self, session: SessionView, asks: Condition) -> None:
        """Who does not know is not asked again; the check below still takes an answer."""
        self._unknown.add((session.key, asks))
        self.show_question(session)
