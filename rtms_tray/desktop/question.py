"""The one question whose answer decides most, with Yes, No, and leave to know neither."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from rtms_tray.capture.conditions import Condition
from rtms_tray.commands import Command
from rtms_tray.desktop.clicks import Clicks
from rtms_tray.desktop.parts import Rows, button, label, note
from rtms_tray.view_model import SessionView

LEAD_IN = "One answer decides most:"


def remedy_beside(session: SessionView) -> str:
    """Give what a session's remedy says beside the question, which stands in a box of its own."""
    if not session.question:
        return session.remedy
    return session.remedy.replace(f"{LEAD_IN} {session.question}", "").strip()


class Question(Rows):
    """Asks a session's question until it is answered, or the user says that they do not know."""

    def __init__(self, clicks: Clicks) -> None:
        super().__init__()
        self._clicks = clicks
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
            self._clicks.bind(made, Command("tell", told))
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
