"""One setting as a row: its name, what it is for, a way to change it, and what is wrong with it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from rtms_tray.desktop.settings.settings_access import Refusal, SettingsAccess
from rtms_tray.desktop.widgets.app_window import trouble_label
from rtms_tray.desktop.widgets.controls import button, label, note, put, row
from rtms_tray.presentation.settings_view import INVALID_VALUE, Choice, SettingView
from rtms_tray.support.texts import text

if TYPE_CHECKING:
    import asyncio


class Segments(QWidget):
    """A few values side by side, of which one is chosen; the arrow keys go from one to the next."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[Choice], name: str) -> None:
        super().__init__()
        self._buttons: dict[str, QPushButton] = {}
        self._group = group = QButtonGroup(self)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        for choice in choices:
            segment = self._segment(choice, name)
            group.addButton(segment)
            line.addWidget(segment)
            self._buttons[choice.value] = segment
        line.addStretch(1)

    def show_value(self, value: str) -> None:
        """Mark the value that is in force; none of them, where nobody knows."""
        if segment := self._buttons.get(value):
            segment.setChecked(True)
            self.setFocusProxy(segment)
        elif marked := self._group.checkedButton():
            self._group.setExclusive(False)  # else one is always marked
            marked.setChecked(False)
            self._group.setExclusive(True)

    def value(self) -> str:
        """Say which value is marked."""
        marked = (value for value, segment in self._buttons.items() if segment.isChecked())
        return next(marked, "")

    def _segment(self, choice: Choice, name: str) -> QPushButton:
        segment = button(choice.label)
        segment.setCheckable(True)
        segment.setProperty("segment", True)
        segment.setAccessibleName(text("settings.window.choice", setting=name, choice=choice.label))
        segment.clicked.connect(lambda _checked=False: self.chosen.emit(choice.value))
        return segment


class Entry(QLineEdit):
    """A line of text that is handed on when it is finished, and was changed."""

    chosen = Signal(str)

    def __init__(self, name: str, placeholder: str = "") -> None:
        super().__init__(placeholderText=placeholder)
        self.setAccessibleName(name)
        self._handed_on = ""
        self.editingFinished.connect(self.finish)

    def show_value(self, value: str) -> None:
        """Show what is in force, unless somebody is just writing something else."""
        being_written = self.hasFocus() and self.isModified() and self.text() != self._handed_on
        self._handed_on = value
        if not being_written and self.text() != value:
            self.setText(value)

    def value(self) -> str:
        """Say what is written."""
        return self.text().strip()

    def drop_draft(self) -> None:
        """Show what is in force again."""
        self.setText(self._handed_on)

    def finish(self) -> None:
        """Hand on what is written, if it is new."""
        if self.value() != self._handed_on:
            self._handed_on = self.value()
            self.chosen.emit(self.value())


class SettingRow(QWidget):
    """A setting, and what is wrong with it; what the user chooses is set at once."""

    def __init__(self, setting: SettingView, access: SettingsAccess) -> None:
        super().__init__()
        self.key, self._access = setting.key, access
        self._in_force = setting.value
        self._refusal: Refusal | None = None
        self._change: asyncio.Task[None] | None = None
        self.editor = _editor(setting)
        self.trouble = trouble_label()
        self.trouble.setAccessibleName(text("settings.window.trouble", setting=setting.label))
        self._lay_out(setting)
        self.editor.chosen.connect(self._choose)

    def show_setting(self, setting: SettingView) -> None:
        """Show the value in force, and what is wrong with the one in the file."""
        self._in_force = setting.value
        if self._refusal is not None and self._refusal.code != INVALID_VALUE:
            self._refusal = None  # the file may be another one now
        if self._refusal is None:
            self.editor.show_value(self._in_force)
        put(self.trouble, self._refusal.text if self._refusal else setting.problem)

    async def commit(self) -> bool:
        """Set what is written there now; false where that is refused."""
        if isinstance(self.editor, Entry):
            self.editor.finish()
        if self._change is not None:
            await self._change
        return self._refusal is None

    def _choose(self, value: str) -> None:
        self._change = self._access.sender.spawn(self._set(value))

    async def _set(self, value: str) -> None:
        self._refusal = None
        self._refusal = await self._access.change(self.key, value)
        if self._refusal is not None and isinstance(self.editor, Segments):
            self.editor.show_value(self._in_force)
        put(self.trouble, self._refusal.text if self._refusal else "")

    def _lay_out(self, setting: SettingView) -> None:
        title = label(setting.label, fixed=True)
        title.setBuddy(self.editor)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 4)
        column.setSpacing(3)
        if isinstance(self.editor, Segments):
            column.addLayout(row(title, self.editor))
        else:
            column.addWidget(title)
            column.addWidget(self.editor)
        if setting.help:
            self.editor.setAccessibleDescription(setting.help)
            column.addWidget(note(setting.help, fixed=True))
        column.addWidget(self.trouble)


def _editor(setting: SettingView) -> Segments | Entry:
    if setting.choices:
        return Segments(setting.choices, setting.label)
    return Entry(setting.label, setting.default)
