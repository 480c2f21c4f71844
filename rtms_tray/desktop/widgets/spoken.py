"""What a screen reader says of its own accord: that the state has changed, while the window shows it."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


class SpokenTitle:
    """Has a window's new titles said aloud; where it isn't seen, notifications tell."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._last = ""

    def show(self, title: str, *, urgent: bool) -> None:
        """Say this title if it is new; an urgent one interrupts what is being said."""
        if title == self._last:
            return
        self._last = title
        if self._window.isVisible() and QAccessible.isActive():
            event = QAccessibleAnnouncementEvent(self._window, title)
            kind = QAccessible.AnnouncementPoliteness
            event.setPoliteness(kind.Assertive if urgent else kind.Polite)
            QAccessible.updateAccessibility(event)
