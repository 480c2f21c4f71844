"""One session in the window: its state, since when, why, and what to do."""

from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.icons import icon_for
from rtms_tray.desktop.plain_text import shortened
from rtms_tray.desktop.status.condition_checks import Checks, Question
from rtms_tray.desktop.status.session_buttons import ActionButtons, AutoResendCheckbox
from rtms_tray.desktop.status.timeline_strip import TimelineStrip
from rtms_tray.desktop.theme import Theme
from rtms_tray.desktop.widgets.buttons import Button
from rtms_tray.desktop.widgets.controls import (
    Rows,
    entry,
    heading,
    label,
    note,
    put,
    row,
    rule,
    set_margins,
    title,
)
from rtms_tray.desktop.widgets.tab_order import bring_into_sight
from rtms_tray.presentation.view_model import (
    Overview,
    SessionView,
    SignInState,
    SpanView,
)
from rtms_tray.presentation.wording import account_text, clock, lasting, spent, times_of
from rtms_tray.support.texts import text
from rtms_tray.support.units import Millis

_ICON: Final = 40
_SMALL_ICON: Final = 28
_TITLE: Final = 1.4
_SMALL_TITLE: Final = 1.1
"""The headline's size, relative to the desktop's own font."""
_HAPPENINGS: Final = 8
_SIDE: Final = 20
_SMALL_SIDE: Final = 10
_SPACING: Final = 12
_SMALL_SPACING: Final = 6
_LONGEST_TOPIC: Final = 60
_ALL_ACTIONS: Final = frozenset({SignInState.SIGNING_IN, SignInState.LOCKED})
"""Where every action of the program is offered, not only the obvious one."""


class SessionCard(QFrame):
    """Draws one session, or the program while there is none."""

    def __init__(self, sender: CommandSender) -> None:
        super().__init__()
        self.setObjectName("card")
        self._since: Millis | None = None
        self._facts: tuple[str, ...] = ()
        self._topic = ""
        self._spans: tuple[SpanView, ...] = ()
        self._last_shown: object = None
        self._icon = QLabel()
        self._icon.setFixedSize(_ICON, _ICON)
        self._icon.setScaledContents(True)
        self._compact = False
        self.title = title()
        self.subtitle, self.summary, self.details = note(), note(), note()
        self.text, self.remedy, self.idle = label(), label(), label()
        self.strip = TimelineStrip()
        self.primary, self.secondary = ActionButtons(sender), ActionButtons(sender)
        self.auto_resend = AutoResendCheckbox()
        self.question = Question(sender)
        self.checks, self.fits = Checks(sender), Rows(spacing=4)
        self.happened = Rows(spacing=4)
        self._rules = [rule(), rule()]
        self._more_below = rule()
        self._area = QScrollArea(widgetResizable=True)
        self._lay_out()

    def show_topic(self, topic: str) -> None:
        """Say what the meeting is called; an empty topic is none."""
        self._topic = shortened(topic, _LONGEST_TOPIC)

    def show_session(self, session: SessionView, theme: Theme, at: Millis) -> None:
        """Draw a session."""
        self._set_idle(idle=False)
        self._head(session.state, session.title, session.since, at)
        marks = session.unverified, session.attention
        icon = icon_for(session.state, *marks, theme.icons, dot=False, loss=session.lossy)
        self._draw_icon(session.state, icon)
        self._facts, self._spans = (session.statement, session.meeting), session.spans
        self.tick(at)
        self.strip.show_spans(session.spans, theme, at)
        put(self.text, session.text)
        put(self.remedy, session.remedy)
        put(self.details, session.details)
        self._show_actions(session)
        self.auto_resend.show_choice(session.auto_resend)
        self.question.show_question(session)
        self.checks.show_checks(session)
        self._show_fits(session)
        self._show_happened(session)
        self._scroll_up((session.key, session.state))

    def show_idle(
        self, overview: Overview, theme: Theme, at: Millis, words: tuple[str, str] = ("", "")
    ) -> None:
        """Draw the program while there is no session; `words` are a title and a text that say more."""
        self._set_idle(idle=True)
        headline, hint = words if overview.overall is CaptureState.IDLE else ("", "")
        self._head(overview.overall, headline or overview.title, overview.since, at)
        marks = not overview.verified, overview.attention
        icon = icon_for(overview.overall, *marks, theme.icons, dot=False)
        self._draw_icon(overview.overall, icon)
        account = overview.account.state
        self.idle.setText(hint or _idle_text(overview))
        for line in (self.text, self.remedy):
            put(line, "")
        self.question.show_rows((), lambda _column: None)
        offered = [a for a in overview.actions if a.primary or account in _ALL_ACTIONS]
        self.primary.show_actions(offered, None)
        self.secondary.show_actions((), None)
        self._scroll_up(overview.overall)

    def _set_idle(self, *, idle: bool) -> None:
        """Without a session the card is as high as its few words and its buttons."""
        self.idle.setVisible(idle)
        self._area.setVisible(not idle)
        self._scrolled()

    def set_compact(self, *, compact: bool) -> None:
        """Take less room for what only describes, where the window is low."""
        if compact is self._compact:
            return
        self._compact = compact
        font = self.title.font()
        font.setPointSizeF(self.font().pointSizeF() * (_SMALL_TITLE if compact else _TITLE))
        self.title.setFont(font)
        size = _SMALL_ICON if compact else _ICON
        self._icon.setFixedSize(size, size)
        self._fixed.setSpacing(_SMALL_SPACING if compact else _SPACING)
        side = _SMALL_SIDE if compact else _SIDE
        self._fixed.setContentsMargins(side, 0, side, 0)
        self._scrolled()

    def primary_button(self) -> Button | None:
        """Find the button of the obvious action; None where there is none."""
        shown = (*self.primary.buttons, *self.secondary.buttons)
        return next((button for button in shown if button.property("primary")), None)

    def tick(self, at: Millis) -> None:
        """Update how long it has lasted, and how the time was spent."""
        since = self._since
        lasted = "" if since is None else text("status.card.lasted", length=lasting(at - since))
        facts = (
            self._facts[:1]
            if self._compact
            else (*self._facts[:1], self._topic, *self._facts[1:], lasted)
        )
        put(self.subtitle, " · ".join(filter(None, facts)))
        self.strip.tick(at)
        put(self.summary, spent(self._spans, at))

    def _head(self, state: CaptureState, headline: str, since: Millis | None, at: Millis) -> None:
        self.title.setText(headline)
        name = text("status.card.name", title=headline, state=_state_name(state))
        self.setAccessibleName(name)
        self._since, self._facts = since, ()
        self.tick(at)

    def _draw_icon(self, state: CaptureState, icon: QIcon) -> None:
        self._icon.setPixmap(icon.pixmap(_ICON, _ICON))
        self._icon.setAccessibleName(_state_name(state))

    def _show_actions(self, session: SessionView) -> None:
        buttons = [action for action in session.actions if action.asks is None]
        self.primary.show_actions([action for action in buttons if action.primary], session)
        self.secondary.show_actions([action for action in buttons if not action.primary], session)

    def _scroll_up(self, shown: object) -> None:
        """Bring the beginning into view when something else is shown, wherever the focus went."""
        if shown != self._last_shown:
            self._last_shown = shown
            QTimer.singleShot(0, self, lambda: self._area.verticalScrollBar().setValue(0))

    def show_details(self) -> None:
        """Scroll to what is asked, or to Zoom's own words."""
        parts = (self.details, self.checks)
        part = next((part for part in parts if not part.isHidden()), None)
        if part is not None and self.question.isHidden():
            QTimer.singleShot(0, self, lambda: bring_into_sight(part))

    def _show_fits(self, session: SessionView) -> None:
        def build(column: QVBoxLayout) -> None:
            if session.fits:
                column.addWidget(heading(text("status.fits.heading")))
            for place, reason in enumerate(session.fits, 1):
                column.addLayout(entry(f"{place}.", reason))

        self.fits.show_rows((session.key, session.fits), build)

    def _show_happened(self, session: SessionView) -> None:
        newest = session.happened[:_HAPPENINGS]
        write = times_of(newest[-1].at, newest[0].at).clock if newest else clock

        def build(column: QVBoxLayout) -> None:
            if newest:
                column.addWidget(heading(text("status.happened.heading")))
            for happening in newest:
                column.addLayout(entry(write(happening.at), happening.text))

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
        column.setSpacing(_SPACING)
        more: tuple[QWidget, ...] = (self.secondary, self.auto_resend)
        time: tuple[QWidget, ...] = (self.strip, self.summary, self._rules[0])
        known: tuple[QWidget, ...] = (self.fits, self.checks, self.details)
        for part in (*more, *time, *known, self._rules[1], self.happened):
            column.addWidget(part)
        column.addStretch(1)
        self._lay_out_around(top)

    def _lay_out_around(self, top: QHBoxLayout) -> None:
        """What is the matter and what helps stays in sight; the rest scrolls below it."""
        self._set_up_area()
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 14, 1, 10)
        column.setSpacing(10)
        self._fixed = fixed = QVBoxLayout()
        fixed.setContentsMargins(_SIDE, 0, _SIDE, 0)
        fixed.setSpacing(_SPACING)
        fixed.addLayout(top)
        for part in (self.idle, self.text, self.remedy, self.question, self.primary):
            fixed.addWidget(part)
        column.addLayout(fixed)
        column.addWidget(self._area, 1)
        column.addWidget(self._more_below)

    def _set_up_area(self) -> None:
        self._area.setMinimumHeight(2 * self.fontMetrics().height() + 4)  # a button's height
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
        """Show by a line that there is more below, and make room for the scroll bar beside the text."""
        bar = self._area.verticalScrollBar()
        self._more_below.setVisible(bar.value() < bar.maximum() and not self._area.isHidden())
        wide = bar.sizeHint().width() if bar.maximum() > 0 else 0
        side = _SMALL_SIDE if self._compact else _SIDE
        set_margins(self._column, side, 0, max(side - wide, 4), 12)


def _state_name(state: CaptureState) -> str:
    return text(f"status.states.{state.value}")


def _idle_text(overview: Overview) -> str:
    signing_in = overview.account.state is SignInState.SIGNING_IN
    if signing_in or overview.overall is CaptureState.SIGNED_OUT:
        return account_text(overview.account)
    return text("status.idle.no_meeting")
