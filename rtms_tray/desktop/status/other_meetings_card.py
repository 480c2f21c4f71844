"""Other meetings: those planned ahead, and those that the app captures for colleagues."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.widgets.controls import Rows, button, label, note
from rtms_tray.presentation.view_model import ArmedView, ColleagueView, Overview
from rtms_tray.presentation.wording import clock, date_and_time
from rtms_tray.support.command_types import Command
from rtms_tray.support.texts import plural, text
from rtms_tray.support.units import HOUR, Millis

_MOST: Final = 4
"""Rows of each kind: the window must fit on a small screen."""
_SOON: Final = 12 * HOUR


def when(plan: ArmedView, at: Millis) -> str:
    """Say when the request of a planned meeting goes out."""
    if plan.starts_at is None:
        return text("status.others.when_it_begins")
    if plan.starts_at - at < _SOON:
        return text("status.others.at", time=clock(plan.starts_at))
    return date_and_time(plan.starts_at)


def summary(overview: Overview, at: Millis) -> tuple[str, ...]:
    """Say what there is: "2 planned, next at 15:00", "1 captured by someone else"."""
    parts = []
    if overview.armed:
        start = when(overview.armed[0], at)
        parts.append(plural("status.others.planned", len(overview.armed), start=start))
    if overview.colleagues:
        parts.append(plural("status.others.captured", len(overview.colleagues)))
    return tuple(parts)


class OtherMeetingsCard(Rows):
    """One line for both, which unfolds to a card: the session has the room, and at rest the window is small."""

    def __init__(self, sender: CommandSender) -> None:
        super().__init__(spacing=4)
        self._sender = sender
        self._unfolded = False

    def show_overview(self, overview: Overview, at: Millis) -> None:
        """Show both kinds; without any it takes no room."""
        parts = summary(overview, at)
        shown = (overview.armed, overview.colleagues, self._unfolded, parts)

        def build(column: QVBoxLayout) -> None:
            column.addLayout(self._toggle(overview, parts, at))
            if self._unfolded:
                column.addWidget(self._card(overview, at))

        self.show_rows(shown if parts else (), build if parts else lambda _column: None)

    def _toggle(self, overview: Overview, parts: Sequence[str], at: Millis) -> QHBoxLayout:
        def toggle() -> None:
            self._unfolded = not self._unfolded
            self.show_overview(overview, at)

        # A button does not wrap: large letters in a longer language need a line for each part.
        lines = "\n   ".join(parts)
        fold = button(" · ".join(parts), flat=True)
        fold.setText(f"{'▾' if self._unfolded else '▸'} {lines}")
        fold.setStyleSheet("text-align: left;")
        fold.setObjectName("other-meetings")
        fold.clicked.connect(lambda _checked=False: toggle())
        beside = QHBoxLayout()
        beside.addWidget(fold)
        beside.addStretch()
        return beside

    def _card(self, overview: Overview, at: Millis) -> QFrame:
        frame = QFrame()
        frame.setObjectName("card")
        column = QVBoxLayout(frame)
        column.setContentsMargins(20, 12, 14, 12)
        column.setSpacing(3)
        if overview.armed:
            column.addWidget(label(text("status.others.planned_heading"), bold=True))
        for plan in overview.armed[:_MOST]:
            column.addLayout(self._plan(plan, at))
        _add_rest(column, len(overview.armed), "status.others.more_planned")
        if overview.colleagues:
            column.addWidget(label(text("status.others.captured_heading"), bold=True))
        for stream in overview.colleagues[:_MOST]:
            column.addWidget(note(_stream(stream)))
        _add_rest(column, len(overview.colleagues), "status.others.more_captured")
        return frame

    def _plan(self, plan: ArmedView, at: Millis) -> QHBoxLayout:
        line = QHBoxLayout()
        key = "status.others.hosted_plan" if plan.hosted else "status.others.plan"
        line.addWidget(note(text(key, meeting=plan.meeting, start=when(plan, at))), 1)
        if not plan.hosted:  # the setting would plan it again at once
            cancel = button(text("status.others.cancel"), flat=True)
            cancel.setAccessibleName(text("status.others.cancel_name", meeting=plan.meeting))
            cancel.setToolTip(text("status.others.cancel_hint"))
            self._sender.bind(cancel, Command("disarm", {"meeting": plan.meeting_id}))
            line.addWidget(cancel)
        return line


def _add_rest(column: QVBoxLayout, count: int, key: str) -> None:
    if count > _MOST:
        column.addWidget(note(plural(key, count - _MOST)))


def _stream(stream: ColleagueView) -> str:
    key = "status.others.unconfirmed_stream" if stream.unverified else "status.others.stream"
    return text(key, meeting=stream.meeting, time=clock(stream.since))
