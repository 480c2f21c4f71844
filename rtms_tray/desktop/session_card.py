"""One session in the window: where it stands, since when, why, and what to do."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.units import Millis
from rtms_tray.desktop.actions import Actions
from rtms_tray.desktop.banner import CONTINUE
from rtms_tray.desktop.checks import Checks
from rtms_tray.desktop.clicks import Clicks
from rtms_tray.desktop.icons import icon_for
from rtms_tray.desktop.looks import Looks
from rtms_tray.desktop.parts import Rows, label, note, put, row, rule, title
from rtms_tray.desktop.question import Question, remedy_beside
from rtms_tray.desktop.timeline_strip import TimelineStrip
from rtms_tray.span_words import clock, lasting
from rtms_tray.view_model import ActionView, Overview, SessionView, SignInState

_ICON: Final = 40
_HAPPENINGS: Final = 8
_SIDE: Final = 20
_IDLE: Final = {
    CaptureState.SIGNED_OUT: "Sign in to Zoom to ask for data and to see what becomes of it.",
    CaptureState.IDLE: "No meeting is watched. Start in one below, or from the menu.",
}
_WHOLE: Final = frozenset({SignInState.SIGNING_IN, SignInState.LOCKED})
"""Where every act of the program is at hand, not the obvious one alone."""


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
        self.resting = label()
        self.strip = TimelineStrip()
        self.primary, self.secondary = Actions(clicks), Actions(clicks)
        self.question = Question(clicks)
        self.checks, self.fits = Checks(clicks), Rows(spacing=3)
        self.happened = Rows(spacing=3)
        self._rules = [rule(), rule()]
        self._more_below = rule()
        self._area = QScrollArea(widgetResizable=True)
        self._lay_out()

    def show_session(self, session: SessionView, looks: Looks, at: Millis) -> None:
        """Draw a session."""
        self._rest(resting=False)
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
        put(self.remedy, remedy_beside(session))
        put(self.details, session.details)
        self._show_actions(session.actions, session)
        self.question.show_question(session)
        self.checks.show_checks(session)
        self._show_fits(session)
        self._show_happened(session)
        self._to_the_top((session.key, session.state))

    def show_rest(self, overview: Overview, looks: Looks, at: Millis) -> None:
        """Draw the program while no session is there."""
        self._rest(resting=True)
        self._head(overview.overall, overview.title, overview.since, at)
        self._draw_icon(
            overview.overall, looks, unverified=not overview.verified, attention=overview.attention
        )
        account = overview.account.state
        signing_in = account is SignInState.SIGNING_IN
        self.resting.setText(CONTINUE if signing_in else _IDLE.get(overview.overall, ""))
        self._show_actions([a for a in overview.actions if a.primary or account in _WHOLE], None)
        self._to_the_top(overview.overall)

    def _rest(self, *, resting: bool) -> None:
        """At rest the card is as high as its few words."""
        self.resting.setVisible(resting)
        self._area.setVisible(not resting)
        self._scrolled()

    def bring_into_sight(self, part: QWidget) -> None:
        """Scroll to a part of what scrolls here."""
        if self._inside.isAncestorOf(part):
            self._area.ensureWidgetVisible(part)

    def tick(self, at: Millis) -> None:
        """Say anew how long it has lasted."""
        lasted = "" if self._since is None else f"for {lasting(at - self._since)}"
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
        self._foot.setVisible(bool(actions))

    def _to_the_top(self, stands: object) -> None:
        """Bring the headline back into view when it has changed, wherever the focus went."""
        if stands != self._stands:
            self._stands = stands
            QTimer.singleShot(0, self, lambda: self._area.verticalScrollBar().setValue(0))

    def _show_fits(self, session: SessionView) -> None:
        def build(column: QVBoxLayout) -> None:
            if session.fits:
                column.addWidget(label("What still fits, most likely first:", bold=True))
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
        self._inside = QWidget()
        self._inside.setObjectName("inside")
        self._column = column = QVBoxLayout(self._inside)
        column.setSpacing(10)
        why: tuple[QWidget, ...] = (self.meeting, self.text, self.remedy, self.question)
        time: tuple[QWidget, ...] = (self.strip, self.summary, self._rules[0])
        known: tuple[QWidget, ...] = (self.fits, self.checks, self.details)
        for part in (*why, *time, *known, self._rules[1], self.happened):
            column.addWidget(part)
        column.addStretch(1)
        self._lay_out_around(top)

    def _lay_out_around(self, top: QHBoxLayout) -> None:
        """Let the card scroll, but for its head, and the buttons at its foot: they stay in sight."""
        top.setContentsMargins(_SIDE, 10, _SIDE, 2)
        self._set_up_area()
        self._foot = QWidget()
        self._foot.setObjectName("foot")
        buttons = QVBoxLayout(self._foot)
        buttons.setContentsMargins(_SIDE, 0, _SIDE, 0)
        buttons.setSpacing(8)
        buttons.addWidget(self.primary)
        buttons.addWidget(self.secondary)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 8, 1, 14)
        column.setSpacing(8)
        column.addLayout(top)
        self.resting.setContentsMargins(_SIDE, 0, _SIDE, 6)
        column.addWidget(self.resting)
        column.addWidget(self._area, 1)
        column.addWidget(self._more_below)
        column.addWidget(self._foot)

    def _set_up_area(self) -> None:
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._inside)
        bar = self._area.verticalScrollBar()
        bar.rangeChanged.connect(lambda _least, _most: self._scrolled())
        bar.valueChanged.connect(lambda _value: self._scrolled())
        keeps = self._more_below.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)  # nothing moves when it comes and goes
        self._more_below.setSizePolicy(keeps)
        self._scrolled()

    def _scrolled(self) -> None:
        """Say by a line that there is more below, and give the bar the room beside the text."""
        bar = self._area.verticalScrollBar()
        self._more_below.setVisible(bar.value() < bar.maximum() and not self._area.isHidden())
        wide = bar.sizeHint().width() if bar.maximum() > 0 else 0
        self._column.setContentsMargins(_SIDE, 0, max(_SIDE - wide, 4), 12)
