"""What all windows do with the keyboard: Tab in reading order, Esc, F1, a key for the obvious button, letters."""

from collections.abc import Iterator
from typing import Final, Protocol, TypeGuard, runtime_checkable

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QWidget

from rtms_tray.desktop.widgets.buttons import Button, buttons_in, letters
from rtms_tray.desktop.widgets.tab_order import bring_into_sight, middle, next_stop

_HAD_FOCUS: Final = "had_focus"


@runtime_checkable
class Draft(Protocol):
    """A field that is handed on as it is when it loses the focus."""

    def drop_draft(self) -> None:
        """Show what is in force again."""
        ...


class KeyboardWindow(QWidget):
    """A window in which the focus never slides from a button that is gone to another one.

    It rests on the window itself then, where a key does nothing; Tab goes on from there.
    """

    help_wanted = Signal(str)
    """The file of the help page for this window."""
    went = Signal()
    """It was closed."""
    help_page = "index.md"

    def __init__(self) -> None:
        super().__init__()
        self._left_at: QPoint | None = None
        for keys, act in (
            (Qt.Key.Key_Escape, self.leave),
            (Qt.Key.Key_F1, self.ask_for_help),
            (Qt.Modifier.CTRL | Qt.Key.Key_Return, self._press_primary),
            (Qt.Modifier.CTRL | Qt.Key.Key_Enter, self._press_primary),
        ):
            QShortcut(QKeySequence(keys), self, act)

    def leave(self) -> None:
        """Take the window off the screen, and do nothing else: a draft is dropped."""
        if isinstance(focused := self.focusWidget(), Draft):
            focused.drop_draft()
        self.close()

    def ask_for_help(self) -> None:
        """Ask for the help page of this window."""
        self.help_wanted.emit(self.help_page)

    def primary_button(self) -> Button | None:
        """Find the button of the obvious action; None where there is none."""
        return next((b for b in self._shown_buttons() if b.property("primary")), None)

    def rest_focus(self, left: QWidget) -> None:
        """Let the focus rest, where the part that had it goes."""
        self._left_at = middle(left, self)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def hide_letters(self) -> None:
        """Show the buttons' words alone; also to be called when a menu opens, which takes all keys."""
        for button in buttons_in(self):
            button.hide_letter()

    # --- events -------------------------------------------------------------------------------

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001, N802  Qt's signature
        """Go through the window in reading order; Qt also calls this when what has the focus goes."""
        focused: QWidget | None = self.focusWidget()
        if _is_gone(focused):
            self.rest_focus(focused)
            return True
        target = next_stop(self, self._place_of_focus(focused), forward=next)
        if target is not None:
            reason = Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
            target.setFocus(reason)
            bring_into_sight(target)
        return target is not None

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Let the focus rest, where the part that had it has gone while another window was active."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange:
            self.hide_letters()
            focused = self.focusWidget()
            if self.isActiveWindow() and _is_gone(focused):
                self.rest_focus(focused)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Say that it was closed; one that is minimised comes back."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.went.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Show the buttons' letters while Alt is held."""
        if event.key() == Qt.Key.Key_Alt and not event.isAutoRepeat():
            self._show_letters()
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Hide them again."""
        if event.key() == Qt.Key.Key_Alt and not event.isAutoRepeat():
            self.hide_letters()
        super().keyReleaseEvent(event)

    # --- inside -------------------------------------------------------------------------------

    def _place_of_focus(self, focused: QWidget | None) -> QPoint | None:
        return self._left_at if focused is None or focused is self else middle(focused, self)

    def _press_primary(self) -> None:
        if (primary := self.primary_button()) is not None:
            primary.press_by_key()

    def _shown_buttons(self) -> Iterator[Button]:
        return (button for button in buttons_in(self) if button.isVisible())

    def _show_letters(self) -> None:
        self.hide_letters()
        shown = [b for b in self._shown_buttons() if b.isEnabled() and not _has_arrow_keys(b)]
        for button, letter in zip(shown, letters([b.text() for b in shown]), strict=True):
            if letter:
                button.show_letter(letter)


def _has_arrow_keys(button: Button) -> bool:
    """Whether it is one of many that arrow keys reach: they would use up all letters."""
    return button.one_stop is not None or button.isCheckable()


def _is_gone(part: QWidget | None) -> TypeGuard[QWidget]:
    return part is not None and not (part.isVisible() and part.isEnabled())


def enable(button: QAbstractButton, *, enabled: bool) -> None:
    """Enable or disable a button; the focus that it had comes back, unless it went somewhere else."""
    if enabled == button.isEnabled():
        return
    window = button.window()
    if not enabled:
        button.setProperty(_HAD_FOCUS, window.focusWidget() is button)
    button.setEnabled(enabled)
    if enabled and button.property(_HAD_FOCUS) and window.focusWidget() in {None, window}:
        button.setFocus()
