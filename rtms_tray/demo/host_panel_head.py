"""The panel's head: which meeting is played, what it looks like, and what the tray says of it."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from rtms_tray.demo.host_panel_parts import Choice, mark
from rtms_tray.demo.world import Meeting, World
from rtms_tray.desktop.icons import icon_for
from rtms_tray.desktop.theme import Theme, current_theme
from rtms_tray.desktop.widgets.controls import button, label, note, put, row
from rtms_tray.presentation.view_model import Overview
from rtms_tray.support.units import SECOND, Millis

# --- Says in plain words what the simulated world looks like right now. ---


def _clock(moment: Millis) -> str:
    return time.strftime("%H:%M:%S", time.localtime(moment / SECOND))


def choice(meeting: Meeting) -> str:
    """Name a meeting in the list of meetings."""
    number = str(meeting.number)
    return f"{meeting.topic} · {number[:3]} {number[3:7]} {number[7:]}"


def people(world: World, meeting: Meeting) -> str:
    """Say whether the meeting is on, and who is there."""
    if not meeting.started:
        door = " The app owner waits at the door." if meeting.owner_waiting else ""
        return ("The meeting is over." if meeting.ended else "The meeting has not begun.") + door
    host = world.name(meeting.host_key)
    here = "here" if meeting.host_present else "away"
    return f"The meeting is on. {host}, the host, is {here}; {_owner(meeting)}."


def _owner(meeting: Meeting) -> str:
    if meeting.in_breakout_room:
        return "the app owner is in a breakout room"
    return f"the app owner is {'here' if meeting.owner_present else 'away'}"


def request(world: World, meeting: Meeting) -> str:
    """Say whether a request waits for the person who plays the host."""
    if meeting.waits_for_host:
        asked = "A request waits for your answer"
        return f"{asked}; you ignore it." if meeting.approval == "ignore" else f"{asked}."
    if world.moving:
        return "Something is about to happen…"
    return "Nothing is asked of you." if meeting.sharing_on else "Sharing is off for all apps."


def stream(world: World, meeting: Meeting) -> str:
    """Say whether a stream is live, and since when."""
    live = meeting.live
    if not live:
        return "No stream."
    start = world.stream_starts.get(live[-1].id)
    since = f" since {_clock(start)}" if start is not None else ""
    if live[-1].interrupted:
        return f"Stream live{since}, but the receiver is silent."
    return f"Stream {'paused, begun' if live[-1].paused else 'live'}{since}."


def feed(world: World) -> str:
    """Say whether the tray hears Zoom's events."""
    if world.feed.faults.refuse:
        return "Event feed cut."
    return "Event feed up." if world.feed.connections else "Event feed up; nobody listens yet."


_ICON: Final = 22


class Head(QFrame):
    """Shows the chosen meeting live."""

    def __init__(self, chosen: Callable[[], None], show_tray: Callable[[], None]) -> None:
        super().__init__()
        self.setObjectName("card")
        self.world: World | None = None
        self._overview: Overview | None = None
        self._theme = current_theme()
        self._wanted = ""
        self.choice = Choice()
        self.choice.setAccessibleName("Meeting to play in")
        self.people, self.request, self.stream = label(), label(), label()
        self.tray = note()
        self._icon = QLabel()
        self._icon.setFixedSize(_ICON, _ICON)
        self.window_button = button("Show its window", flat=True)
        self.window_button.clicked.connect(lambda _checked=False: show_tray())
        self._chosen = chosen
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
        return self.world.meetings.get(str(self.number)) if self.world else None

    def show_world(self, world: World) -> None:
        """Show the world as it is now."""
        self.world = world
        self._offer(world)
        self._draw()

    def show_overview(self, overview: Overview) -> None:
        """Show what the tray says."""
        self._overview = overview
        unsure = "" if overview.verified else " (not confirmed now)"
        self.tray.setText(f"The tray says: {overview.title}{unsure}")
        state, unverified = overview.overall, not overview.verified
        icon = icon_for(state, unverified, overview.attention, self._theme.icons)
        self._icon.setPixmap(icon.pixmap(_ICON, _ICON))

    def choose(self, number: int) -> None:
        """Turn to this meeting."""
        self._wanted = str(number)  # the list may not know it yet
        if (place := self.choice.findData(self._wanted)) >= 0:
            self.choice.setCurrentIndex(place)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours of the icon."""
        self._theme = theme
        if self._overview is not None:
            self.show_overview(self._overview)

    def _offer(self, world: World) -> None:
        offered = [(choice(meeting), key) for key, meeting in world.meetings.items()]
        shown = [
            (self.choice.itemText(place), self.choice.itemData(place))
            for place in range(self.choice.count())
        ]
        if offered == shown:
            return
        before = self._wanted
        self.choice.blockSignals(True)
        self.choice.clear()
        for text, key in offered:
            self.choice.addItem(text, key)
        self.choice.setCurrentIndex(max(0, self.choice.findData(before)))
        self.choice.blockSignals(False)

    def _choose(self, _place: int) -> None:
        self._wanted = self.choice.currentData()
        self._draw()
        self._chosen()

    def _draw(self) -> None:
        world, meeting = self.world, self.meeting
        if world is None or meeting is None:
            return
        put(self.people, people(world, meeting))
        put(self.request, request(world, meeting))
        mark(self.request, "unknown" if meeting.waits_for_host else "")
        put(self.stream, f"{stream(world, meeting)} {feed(world)}")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(4)
        column.addWidget(self.choice)
        for part in (self.people, self.request, self.stream):
            column.addWidget(part)
        column.addLayout(row(self._icon, self.tray, self.window_button))
