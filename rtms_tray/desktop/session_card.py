"""One session in the window: where it stands, since when, why, and what to do."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from rtms_tray.capture.states import LIVE, CaptureState
from rtms_tray.capture.units import Millis
from rtms_tray.desktop.checks import Checks
from rtms_tray.desktop.clicks import Clicks, command_for
from rtms_tray.desktop.dialogs import ask
from rtms_tray.desktop.icons import icon_for
from rtms_tray.desktop.looks import Looks
from rtms_tray.desktop.parts import Rows, button, label, note, put, row, rule, title
from rtms_tray.desktop.timeline_strip import TimelineStrip
from rtms_tray.desktop.wording import clock, length
from rtms_tray.view_model import ActionView, Overview, SessionView, SignInState

_ICON: Final = 40
_HAPPENINGS: Final = 8
_BETWEEN: Final = 8
_IDLE: Final = {
    CaptureState.SIGNED_OUT: "Sign in to Zoom to ask for data and to see what becomes of it.",
    CaptureState.IDLE: "No meeting is watched. Start in one below, or from the menu.",
}


class Actions(Rows):
    """Buttons, two in a row where their texts fit; the obvious one is not among them."""

    def __init__(self, clicks: Clicks) -> None:
        super().__init__()
        self._clicks = clicks
        self._grid: QGridLayout | None = None
        self._buttons: list[QPushButton] = []

    def show_actions(self, actions: Sequence[ActionView], session: SessionView | None) -> None:
        """Show these buttons for a session, or for the whole program."""
        shown = (tuple(actions), session and session.key)
        self.show_rows(shown, lambda column: self._build(column, actions, session))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Put the buttons side by side, or one below the other."""
        super().resizeEvent(event)
        self._arrange()

    def _build(
        self, column: QVBoxLayout, actions: Sequence[ActionView], session: SessionView | None
    ) -> None:
        self._grid, self._buttons = None, []
        if not actions:
            return
        self._grid = QGridLayout()
        self._grid.setSpacing(_BETWEEN)
        self._buttons = [self._button(action, session) for action in actions]
        column.addLayout(self._grid)
        for made in self._buttons:
            self._grid.addWidget(made)
            made.ensurePolished()  # only with its style does it know its size
        self._arrange()

    def _arrange(self) -> None:
        if self._grid is None:
            return
        widest = max(made.sizeHint().width() for made in self._buttons)
        fits = 2 * widest + _BETWEEN <= self.width()
        columns = 2 if fits and len(self._buttons) > 1 else 1
        for place, made in enumerate(self._buttons):
            self._grid.addWidget(made, place // columns, place % columns, 1, 3 - columns)

    def _button(self, action: ActionView, session: SessionView | None) -> QPushButton:
        made = button(action.label, primary=action.primary)
        made.setObjectName(f"action-{action.name}")
        command = command_for(action, session)

        def click() -> None:
            if action.confirm:
                agreed = action.label.rstrip("…")
                ask(self.window(), action.confirm, agreed, lambda: self._clicks.perform(command))
            else:
                self._clicks.perform(command)

        self._clicks.bind(made, command, click)
        return made


class SessionCard(QFrame):
    """Draws one session, or the program at rest."""

    def __init__(self, clicks: Clicks) -> None:
        super().__init__()
        self.setObjectName("card")
        self._since: Millis | None = None
        self._after_since = ""
        self._stands: object = None
        self._icon = QLabel()
        self._icon.setFixedSize(_ICON, _ICON)
        self.title = title()
        self.subtitle, self.summary, self.details = note(), note(), note()
        self.meeting, self.text, self.remedy = label(), label(), label()
        self.strip = TimelineStrip()
        self.primary, self.secondary = Actions(clicks), Actions(clicks)
        self.checks, self.fits = Checks(clicks), Rows(spacing=3)
        self.happened = Rows(spacing=3)
        self._rules = [rule(), rule()]
        self._area = QScrollArea(widgetResizable=True)
        self._lay_out()

    def show_session(self, session: SessionView, looks: Looks, at: Millis) -> None:
        """Draw a session."""
        self._head(session.state, session.title, session.since, at)
        self._draw_icon(
            session.state, looks, unverified=session.unverified, attention=session.attention
        )
        self._after_since = " · not confirmed now" if session.unverified else ""
        self.tick(at)
        put(self.meeting, session.meeting)
        self.strip.show_spans(session.spans, looks, at)
        put(self.summary, session.summary)
        put(self.text, session.text)
        put(self.remedy, session.remedy)
        put(self.details, session.details)
        self._show_actions(session.actions, session)
        healthy = session.state in LIVE or session.state is CaptureState.ENDED
        self.checks.show_checks(session, "Checks" if healthy else "Why there is no data")
        self._show_fits(session)
        self._show_happened(session)
        self._to_the_top((session.key, session.state))

    def show_rest(self, overview: Overview, looks: Looks, at: Millis) -> None:
        """Draw the program while no session is there."""
        self._head(overview.overall, overview.title, overview.since, at)
        self._draw_icon(
            overview.overall, looks, unverified=not overview.verified, attention=overview.attention
        )
        for part in (self.meeting, self.summary, self.remedy, self.details):
            put(part, "")
        signing_in = overview.account.state is SignInState.SIGNING_IN
        put(self.text, "" if signing_in else _IDLE.get(overview.overall, ""))
        self.strip.show_spans((), looks, at)
        self._show_actions([a for a in overview.actions if a.primary], None)
        for rows in (self.checks, self.fits, self.happened):
            rows.show_rows((), lambda _column: None)
        for line in self._rules:
            line.hide()
        self._to_the_top(overview.overall)

    def tick(self, at: Millis) -> None:
        """Say anew how long it has lasted."""
        lasted = "" if self._since is None else f"for {length(at - self._since)}"
        put(self.subtitle, f"{lasted}{self._after_since}".removeprefix(" · "))
        self.strip.tick(at)

    def _head(self, state: CaptureState, headline: str, since: Millis | None, at: Millis) -> None:
        self.title.setText(headline)
        self.setAccessibleName(f"{headline} ({state.value.replace('_', ' ')})")
        self._since, self._after_since = since, ""
        self.tick(at)

    def _draw_icon(
        self, state: CaptureState, looks: Looks, *, unverified: bool, attention: bool
    ) -> None:
        icon = icon_for(state, unverified, attention, looks.icons, dot=False)
        self._icon.setPixmap(icon.pixmap(_ICON, _ICON))
        self._icon.setAccessibleName(state.value.replace("_", " "))

    def _show_actions(self, actions: Sequence[ActionView], session: SessionView | None) -> None:
        self.primary.show_actions([action for action in actions if action.primary], session)
        self.secondary.show_actions([action for action in actions if not action.primary], session)

    def _to_the_top(self, stands: object) -> None:
        """Bring the headline back into view when it has changed, wherever the focus went."""
        if stands != self._stands:
            self._stands = stands
            QTimer.singleShot(0, self, lambda: self._area.verticalScrollBar().setValue(0))

    def _show_fits(self, session: SessionView) -> None:
        def build(column: QVBoxLayout) -> None:
            if session.fits:
                column.addWidget(note("What still fits, most likely first:"))
            for place, text in enumerate(session.fits, 1):
                column.addWidget(note(f"{place}. {text}"))

        self.fits.show_rows((session.key, session.fits), build)

    def _show_happened(self, session: SessionView) -> None:
        newest = session.happened[:_HAPPENINGS]

        def build(column: QVBoxLayout) -> None:
            if newest:
                column.addWidget(label("What happened", bold=True))
            for happening in newest:
                column.addWidget(note(f"{clock(happening.at)}  {happening.text}"))

        self.happened.show_rows((session.key, newest), build)
        self._rules[0].setVisible(bool(session.checks))
        self._rules[1].setVisible(bool(newest))

    def _lay_out(self) -> None:
        heading = QWidget()
        lines = QVBoxLayout(heading)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(2)
        lines.addWidget(self.title)
        lines.addWidget(self.subtitle)
        top = row(self._icon, heading, spacing=14)
        top.setAlignment(self._icon, Qt.AlignmentFlag.AlignTop)
        inside = QWidget()
        inside.setObjectName("inside")
        column = QVBoxLayout(inside)
        column.setContentsMargins(20, 0, 20, 12)
        column.setSpacing(10)
        time: tuple[QWidget, ...] = (self.meeting, self.strip, self.summary)
        why: tuple[QWidget, ...] = (self.text, self.remedy, self._rules[0])
        known: tuple[QWidget, ...] = (self.checks, self.fits, self.details)
        for part in (*time, *why, *known, self._rules[1], self.happened):
            column.addWidget(part)
        column.addStretch(1)
        self._lay_out_around(top, inside)

    def _lay_out_around(self, top: QHBoxLayout, inside: QWidget) -> None:
        """Let the card scroll, but for its head, and the buttons at its foot: they stay in sight."""
        top.setContentsMargins(20, 10, 20, 2)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inside)
        foot = QWidget()
        foot.setObjectName("inside")
        buttons = QVBoxLayout(foot)
        buttons.setContentsMargins(20, 0, 20, 0)
        buttons.setSpacing(8)
        buttons.addWidget(self.primary)
        buttons.addWidget(self.secondary)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 8, 1, 14)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._area, 1)
        column.addWidget(foot)
