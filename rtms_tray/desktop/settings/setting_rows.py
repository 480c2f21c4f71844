"""One setting as a row: its name, what it is for, a way to change it, and what is wrong with it."""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from rtms_tray.desktop.widgets.app_window import trouble_label
from rtms_tray.desktop.widgets.controls import button, label, note, put, row
from rtms_tray.store.settings_table import Rule, SettingValue, written

# --- Words for settings and their values where the key's own name is not plain enough for people. ---

_SECTIONS: Final[Mapping[str, str]] = {
    "app": "Your Zoom app",
    "zoom": "Which Zoom",
    "feed": "Events",
    "behaviour": "By itself",
    "notifications": "Notifications",
    "fallback": "Fall-back",
    "history": "History",
    "appearance": "Appearance",
}
_KEYS: Final[Mapping[str, str]] = {
    "app.client_id": "Client ID",
    "app.sign_in_client_id": "Public client ID",
    "app.redirect_path": "Path of the redirect URI",
    "app.redirect_port": "Port of the redirect URI",
    "zoom.environment": "Environment",
    "zoom.oauth_url": "Address for signing in",
    "zoom.api_url": "Address of the API",
    "feed.kind": "Where events come from",
    "feed.url": "Address of the events",
    "feed.subscription_id": "Event subscription",
    "feed.watch": "Meetings to show",
    "behaviour.auto_resend": "When the host joins",
    "behaviour.no_answer_after_s": "Unanswered after (seconds)",
    "behaviour.watch_hosted": "Ask ahead for my meetings",
    "fallback.url": "Page to open",
    "fallback.command": "Program to start",
    "notifications.enabled": "Notifications",
    "notifications.info": "Also tell good news",
    "notifications.discreet": "Discreet",
    "history.keep_days": "Keep meetings for (days)",
    "appearance.icons": "Tray icons",
    "appearance.theme": "Colours",
}
_VALUES: Final[Mapping[tuple[str, str], str]] = {
    ("zoom.environment", "commercial"): "Zoom",
    ("zoom.environment", "government"): "Government",
    ("zoom.environment", "custom"): "Another",
    ("feed.kind", "zoom"): "Zoom",
    ("feed.kind", "relay"): "A relay",
    ("feed.kind", "none"): "None",
    ("feed.watch", "mine"): "Mine",
    ("feed.watch", "all"): "All",
    ("behaviour.auto_resend", "ask"): "Ask me",
    ("behaviour.auto_resend", "host_joined"): "Send again",
    ("behaviour.auto_resend", "off"): "Nothing",
    ("appearance.icons", "colour"): "In colour",
    ("appearance.icons", "monochrome"): "One colour",
    ("appearance.theme", "auto"): "As the desktop",
}
_HELPS: Final[Mapping[str, str]] = {
    "app.client_id": "Stands on the app's credentials page in the Zoom Marketplace; sent with every request.",
    "app.sign_in_client_id": (
        "The app's second ID, where “Use Public Client OAuth” is on: it signs in without a secret. "
        "Empty: the client ID signs in."
    ),
    "app.redirect_path": "As the app has it: http://127.0.0.1/callback.",
    "app.redirect_port": "0: any free port, as Zoom allows.",
    "zoom.environment": "“Another” is a Zoom of your own, such as the simulator.",
    "zoom.oauth_url": "Where people sign in, without a path.",
    "zoom.api_url": "Where requests go.",
    "feed.kind": (
        "Zoom's events need the client secret. Without events rtms-tray cannot see what becomes of a request. "
        "A relay is not in this version."
    ),
    "feed.url": "Empty: Zoom's own.",
    "feed.subscription_id": (
        "One for rtms-tray alone: Zoom keeps one connection for each, and your app's would be cut off."
    ),
    "notifications.enabled": "",
    "notifications.info": "Also what needs nothing from you, such as: capture has begun.",
    "appearance.icons": "",
    "appearance.theme": "",
}
"""What a setting is for, where the file's own words are too short for a window; empty: its name says it all."""


def section_title(section: str) -> str:
    """Name a section of the settings."""
    return _SECTIONS.get(section, _spoken(section))


def label_of(key: str) -> str:
    """Name a setting."""
    return _KEYS.get(key, _spoken(key.partition(".")[2]))


def value_word(key: str, value: str) -> str:
    """Name a value that can be chosen."""
    return _VALUES.get((key, value), _spoken(value))


def help_of(key: str, help_line: str) -> str:
    """Say what a setting is for: in the window's words, else in those of the settings' table."""
    return _HELPS.get(key, _sentence(help_line))


def _sentence(help_line: str) -> str:
    return f"{help_line[:1].upper()}{help_line[1:]}." if help_line else ""


def _spoken(name: str) -> str:
    return name.replace("_", " ").capitalize()


_YES_NO: Final = {"true": "On", "false": "Off"}
Put = Callable[[str, str], str]
"""Takes a key and the text of a new value; hands back why it is refused, or nothing."""


class Segments(QWidget):
    """A few values side by side, of which one is chosen; the arrow keys go from one to the next."""

    chosen = Signal(str)

    def __init__(self, values: Mapping[str, str], name: str) -> None:
        super().__init__()
        self._buttons: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        for value, word in values.items():
            made = button(word)
            made.setCheckable(True)
            made.setProperty("segment", True)
            made.setAccessibleName(f"{name}: {word}")
            made.clicked.connect(lambda _checked=False, value=value: self.chosen.emit(value))
            group.addButton(made)
            line.addWidget(made)
            self._buttons[value] = made
        line.addStretch(1)

    def show_value(self, value: str) -> None:
        """Mark the value that is in force."""
        if made := self._buttons.get(value):
            made.setChecked(True)

    def value(self) -> str:
        """Say which one is marked."""
        return next((value for value, made in self._buttons.items() if made.isChecked()), "")


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

    def finish(self) -> None:
        """Hand on what is written, if it is new."""
        if self.value() != self._handed_on:
            self._handed_on = self.value()
            self.chosen.emit(self.value())


class SettingRow(QWidget):
    """A setting; `put_value` writes what the user chose."""

    def __init__(self, key: str, rule: Rule, put_value: Put) -> None:
        super().__init__()
        self.key, self._rule, self._put_value = key, rule, put_value
        self._refused, self._in_force = "", written(rule.default)
        name = label_of(key)
        self.editor = _editor(key, rule, name)
        self.trouble = trouble_label()
        self.trouble.setAccessibleName(f"What is wrong with: {name}")
        title = label(name, fixed=True)
        title.setBuddy(self.editor)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 4)
        column.setSpacing(3)
        if isinstance(self.editor, Segments):
            column.addLayout(row(title, self.editor))
        else:
            column.addWidget(title)
            column.addWidget(self.editor)
        if words := help_of(key, rule.help):
            self.editor.setAccessibleDescription(words)
            column.addWidget(note(words, fixed=True))
        column.addWidget(self.trouble)
        self.editor.chosen.connect(self._chosen)

    def show_value(self, value: SettingValue, problem: str) -> None:
        """Show the value in force, and what is wrong with the one in the file."""
        self._in_force = written(value)
        if not self._is_wrong():  # what was refused may have been the file's fault
            self._refused = ""
        if not self._refused:
            self.editor.show_value(self._in_force)
        put(self.trouble, self._refused or problem)

    def commit(self) -> bool:
        """Write what stands there now; false where it is refused."""
        if isinstance(self.editor, Entry):
            self.editor.finish()
        return not self._refused

    def _chosen(self, text: str) -> None:
        self._refused = self._put_value(self.key, text)
        put(self.trouble, self._refused)
        if self._refused and isinstance(self.editor, Segments):
            self.editor.show_value(self._in_force)

    def _is_wrong(self) -> bool:
        try:
            self._rule.read(self.editor.value())
        except ValueError:
            return True
        return False


def _editor(key: str, rule: Rule, name: str) -> Segments | Entry:
    if isinstance(rule.default, bool):
        return Segments(_YES_NO, name)
    if rule.allowed:
        return Segments({value: value_word(key, value) for value in rule.allowed}, name)
    return Entry(name, written(rule.default))
