"""What the pages of the host panel share, and its header: which meeting is played, and what is going on there."""

import time
from collections.abc import Callable
from string import Template
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from rtms_tray.demo.simulator_client import Meeting, SimulatorState
from rtms_tray.desktop.icons import icon_for
from rtms_tray.desktop.plain_text import menu_text
from rtms_tray.desktop.theme import Theme, current_theme, style_sheet
from rtms_tray.desktop.widgets.buttons import Button
from rtms_tray.desktop.widgets.controls import button, label, note, put, row
from rtms_tray.presentation.view_model import Overview
from rtms_tray.support.frozen import asdict
from rtms_tray.support.texts import text
from rtms_tray.support.units import SECOND, Millis

_MORE: Final = Template("""
QComboBox { color: $text; background: $card; border: 1px solid $edge; border-radius: 8px;
  padding: 6px 10px; }
QComboBox:focus { border: 2px solid $link; padding: 5px 9px; }
QComboBox::drop-down { border: none; width: 26px; }
QComboBox QAbstractItemView { color: $text; background: $card; border: 1px solid $edge;
  selection-color: $text; selection-background-color: $hover; }
QListWidget { color: $text; background: $card; border: 1px solid $edge; border-radius: 8px;
  padding: 4px; }
QListWidget:focus { border: 2px solid $link; padding: 3px; }
QListWidget::item { padding: 3px 6px; border-radius: 4px; }
QListWidget::item:disabled { color: $quiet; }
QListWidget::item:selected { color: white; background: $primary; }
QLabel[next="true"] { color: $link; font-weight: bold; }
QStackedWidget { background: $ground; }
""")


def window_style_sheet(theme: Theme) -> str:
    """Write the panel's style sheet in these colours."""
    colours = asdict(theme)
    return style_sheet(theme) + _MORE.substitute(colours)


class ComboBox(QComboBox):
    """A combo box with an arrow in the colour of its text (style sheets take pictures only)."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the arrow on top."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(self.palette().text().color())
        room = self.rect().adjusted(0, 0, -10, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "▾")
        painter.end()


_BUTTON_SIDES: Final = 28
"""Pixels beside a button's words."""


class WrappingButton(Button):
    """A button whose words go on in further lines where the window is narrow."""

    def __init__(self, *, primary: bool = False) -> None:
        super().__init__("")
        self.setProperty("primary", primary)
        self.setAutoDefault(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._words = ""

    def setText(self, words: str) -> None:  # noqa: N802  Qt's name
        """Set what it says, and its accessible name."""
        if words != self._words:
            self._words = words
            self.setAccessibleName(words)
            self.words_changed()
            self._wrap()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Arrange the words anew."""
        super().resizeEvent(event)
        self._wrap()

    def _wrap(self) -> None:
        self.ensurePolished()  # the style sheet has a font
        lines = [""]
        for word in self._words.split():
            longer = f"{lines[-1]} {word}".strip()
            if self.fontMetrics().horizontalAdvance(longer) > self.width() - _BUTTON_SIDES:
                lines.append(word)
            else:
                lines[-1] = longer
        QPushButton.setText(self, "\n".join(map(menu_text, filter(None, lines))))


def set_mark(target: QLabel, mark: str) -> None:
    """Give a label the colour of a mark (yes, no, unknown), or none."""
    if target.property("mark") != mark:
        target.setProperty("mark", mark)
        target.style().unpolish(target)
        target.style().polish(target)


class FittingArea(QScrollArea):
    """Is as high as its contents need; where there is less room, they scroll."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__(widgetResizable=True)
        self._needed = 0
        self._inside = inside
        inside.setObjectName("inside")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setWidget(inside)
        inside.installEventFilter(self)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Wish for the height of the contents."""
        return QSize(super().sizeHint().width(), self._needed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Fit when the contents change."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Fit when the words wrap otherwise."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        layout = self._inside.layout()
        needed = layout.totalHeightForWidth(self.width()) if layout is not None else 0
        if needed != self._needed:
            self._needed = needed
            self.updateGeometry()
        scrolls = (
            needed > self.height()
        )  # Qt alone would keep a scroll bar for the words that it makes wrap
        policy = Qt.ScrollBarPolicy
        bar = policy.ScrollBarAlwaysOn if scrolls else policy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(bar)


def card() -> tuple[QFrame, QVBoxLayout]:
    """Make a card, and the column inside it."""
    frame = QFrame()
    frame.setObjectName("card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(14, 12, 14, 12)
    column.setSpacing(6)
    return frame, column


# --- The simulator's state in words. ---


def meeting_name(meeting: Meeting) -> str:
    """Name a meeting in the list of meetings."""
    number = str(meeting.number)
    return f"{meeting.topic} · {number[:3]} {number[3:7]} {number[7:]}"


def describe_people(state: SimulatorState, meeting: Meeting) -> str:
    """Say whether the meeting is on, and who is there."""
    if not meeting.started:
        name = "ended" if meeting.ended else "not_started"
        waiting = "_owner_waiting" if meeting.owner_waiting else ""
        return text(f"demo.people.{name}{waiting}")
    host = "host_present" if meeting.host_present else "host_absent"
    name = state.name(meeting.current_host)
    return text(f"demo.people.{host}.{_owner(meeting)}", host=name)


def _owner(meeting: Meeting) -> str:
    if meeting.in_breakout_room:
        return "owner_in_breakout_room"
    return "owner_present" if meeting.owner_present else "owner_absent"


def describe_request(state: SimulatorState, meeting: Meeting) -> str:
    """Say whether a request waits for the person who plays the host."""
    if meeting.waits_for_host:
        is_ignored = meeting.approval == "ignore"
        return text("demo.request.ignored" if is_ignored else "demo.request.waiting")
    if state.is_busy:
        return text("demo.request.pending")
    return text("demo.request.none" if meeting.sharing_on else "demo.request.sharing_off")


def describe_stream(state: SimulatorState, meeting: Meeting) -> str:
    """Say whether a stream is live, and since when."""
    if not meeting.live_streams:
        return text("demo.stream.none")
    stream = meeting.live_streams[-1]
    name = "interrupted" if stream.interrupted else "paused" if stream.paused else "live"
    start = state.stream_starts.get(stream.id)
    if start is None:
        return text(f"demo.stream.{name}")
    return text(f"demo.stream.{name}_since", time=_time_of_day(start))


def describe_feed(state: SimulatorState) -> str:
    """Say whether the tray receives Zoom's events."""
    if state.feed.faults.refuse:
        return text("demo.feed.cut")
    return text("demo.feed.connected" if state.feed.connections else "demo.feed.unused")


def _time_of_day(moment: Millis) -> str:
    return time.strftime("%H:%M:%S", time.localtime(moment / SECOND))


# --- The header. ---

_ICON: Final = 22


class MeetingHeader(QFrame):
    """Shows the chosen meeting live, and the tray's state."""

    def __init__(self, on_choice: Callable[[], None], show_window: Callable[[], None]) -> None:
        super().__init__()
        self.setObjectName("card")
        self.state: SimulatorState | None = None
        self._overview: Overview | None = None
        self._theme = current_theme()
        self._chosen = ""
        self.choice = ComboBox()
        self.choice.setAccessibleName(text("demo.panel.meeting"))
        by_length = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.choice.setSizeAdjustPolicy(by_length)
        self.people, self.request, self.stream = label(), label(), label()
        self.tray = note()
        self._icon = QLabel()
        self._icon.setFixedSize(_ICON, _ICON)
        self.window_button = button(text("demo.panel.show_window"), flat=True)
        self.window_button.clicked.connect(lambda _checked=False: show_window())
        self._on_choice = on_choice
        self.choice.currentIndexChanged.connect(self._choose)
        self._lay_out()

    @property
    def number(self) -> int | None:
        """The number of the chosen meeting."""
        data = self.choice.currentData()
        return int(data) if data is not None else None

    @property
    def meeting(self) -> Meeting | None:
        """The chosen meeting as it is now."""
        return self.state.meetings.get(str(self.number)) if self.state else None

    def show_state(self, state: SimulatorState) -> None:
        """Show the simulator's current state."""
        self.state = state
        self._list_meetings(state)
        self._draw()

    def show_overview(self, overview: Overview) -> None:
        """Show the tray's current state."""
        self._overview = overview
        key = "status" if overview.verified else "status_unverified"
        self.tray.setText(text(f"demo.panel.{key}", status=overview.title))
        state, unverified = overview.overall, not overview.verified
        icon = icon_for(state, unverified, overview.attention, self._theme.icons)
        self._icon.setPixmap(icon.pixmap(_ICON, _ICON))
        self._icon.setAccessibleName(overview.title)

    def choose(self, number: int) -> None:
        """Choose this meeting."""
        self._chosen = str(number)  # the list may not have it yet
        if (index := self.choice.findData(self._chosen)) >= 0:
            self.choice.setCurrentIndex(index)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours of the icon."""
        self._theme = theme
        if self._overview is not None:
            self.show_overview(self._overview)

    def _list_meetings(self, state: SimulatorState) -> None:
        meetings = [(meeting_name(meeting), key) for key, meeting in state.meetings.items()]
        shown = [
            (self.choice.itemText(index), self.choice.itemData(index))
            for index in range(self.choice.count())
        ]
        if meetings == shown:
            return
        chosen = self._chosen
        self.choice.blockSignals(True)
        self.choice.clear()
        for name, key in meetings:
            self.choice.addItem(name, key)
        self.choice.setCurrentIndex(max(0, self.choice.findData(chosen)))
        self.choice.blockSignals(False)

    def _choose(self, _index: int) -> None:
        self._chosen = self.choice.currentData()
        self._draw()
        self._on_choice()

    def _draw(self) -> None:
        state, meeting = self.state, self.meeting
        if state is None or meeting is None:
            return
        put(self.people, describe_people(state, meeting))
        put(self.request, describe_request(state, meeting))
        set_mark(self.request, "unknown" if meeting.waits_for_host else "")
        put(self.stream, f"{describe_stream(state, meeting)} {describe_feed(state)}")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(4)
        column.addWidget(self.choice)
        for part in (self.people, self.request, self.stream):
            column.addWidget(part)
        column.addLayout(row(self._icon, self.tray))
        column.addWidget(self.window_button, 0, Qt.AlignmentFlag.AlignLeft)
