"""What goes on beside the sessions: meetings that are planned ahead, and streams of colleagues."""

from typing import Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.widgets.controls import Rows, button, label, note
from rtms_tray.desktop.wording import moment
from rtms_tray.presentation.view_model import ArmedView, ColleagueView, Overview
from rtms_tray.presentation.wording import clock
from rtms_tray.support.command_types import Command
from rtms_tray.support.units import HOUR, Millis

_MOST: Final = 4
"""Rows of each kind: the window must stay in reach of a small screen."""
_SOON: Final = 12 * HOUR


def when(plan: ArmedView, at: Millis) -> str:
    """Say when the request of a planned meeting goes out."""
    if plan.starts_at is None:
        return "once Zoom says that it began"
    soon = plan.starts_at - at < _SOON
    return f"at {clock(plan.starts_at)}" if soon else moment(plan.starts_at)


def in_one_line(overview: Overview, at: Millis) -> str:
    """Say what there is: "2 planned, next at 15:00 · 1 captured by someone else"."""
    parts = []
    if overview.armed:
        parts.append(f"{len(overview.armed)} planned, next {when(overview.armed[0], at)}")
    if overview.colleagues:
        parts.append(f"{len(overview.colleagues)} captured by someone else")
    return " · ".join(parts)


class OtherMeetingsCard(Rows):
    """A card of both; while a session has the window, one line that unfolds."""

    def __init__(self, sender: CommandSender) -> None:
        super().__init__(spacing=4)
        self._sender = sender
        self._unfolded = False

    def show_overview(self, overview: Overview, at: Millis) -> None:
        """Show what is planned, and whose streams are others'; nothing takes no room."""
        line = in_one_line(overview, at)
        foldable = overview.lead is not None
        shown = (overview.armed, overview.colleagues, foldable, self._unfolded, line)

        def build(column: QVBoxLayout) -> None:
            if foldable:
                column.addLayout(self._toggle(overview, line, at))
            if self._unfolded or not foldable:
                column.addWidget(self._card(overview, at))

        self.show_rows(shown if line else (), build if line else lambda _column: None)

    def _toggle(self, overview: Overview, line: str, at: Millis) -> QHBoxLayout:
        def toggle() -> None:
            self._unfolded = not self._unfolded
            self.show_overview(overview, at)

        # A button wraps no text: large letters in a longer language need a line for each part.
        lines = line.replace(" · ", "\n   ")
        made = button(line, flat=True)
        made.setText(f"{'▾' if self._unfolded else '▸'} {lines}")
        made.setStyleSheet("text-align: left;")
        made.setObjectName("other-meetings")
        made.setAccessibleName(line)
        made.clicked.connect(lambda _checked=False: toggle())
        beside = QHBoxLayout()
        beside.addWidget(made)
        beside.addStretch()
        return beside

    def _card(self, overview: Overview, at: Millis) -> QFrame:
        frame = QFrame()
        frame.setObjectName("card")
        column = QVBoxLayout(frame)
        column.setContentsMargins(20, 12, 14, 12)
        column.setSpacing(3)
        if overview.armed:
            column.addWidget(label("Planned", bold=True))
        for plan in overview.armed[:_MOST]:
            column.addLayout(self._plan(plan, at))
        _add_rest(column, len(overview.armed), "planned for later")
        if overview.colleagues:
            column.addWidget(label("Captured by someone else", bold=True))
        for stream in overview.colleagues[:_MOST]:
            column.addWidget(note(_stream(stream)))
        _add_rest(column, len(overview.colleagues), "captured by someone else")
        return frame

    def _plan(self, plan: ArmedView, at: Millis) -> QHBoxLayout:
        line = QHBoxLayout()
        why = " · you host it" if plan.hosted else ""
        line.addWidget(note(f"{plan.meeting} · {when(plan, at)}{why}"), 1)
        if not plan.hosted:  # it would be planned again: a setting says so
            cancel = button("Cancel", flat=True)
            cancel.setAccessibleName(f"Cancel: {plan.meeting}")
            cancel.setToolTip("The request no longer goes out by itself")
            self._sender.bind(cancel, Command("disarm", {"meeting": plan.meeting_id}))
            line.addWidget(cancel)
        return line


def _add_rest(column: QVBoxLayout, number: int, what: str) -> None:
    if number > _MOST:
        column.addWidget(note(f"{number - _MOST} more {what}"))


def _stream(stream: ColleagueView) -> str:
    seen = " · not confirmed now" if stream.unverified else ""
    return f"{stream.meeting} · since {clock(stream.since)}{seen}"
