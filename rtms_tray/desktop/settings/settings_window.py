"""The settings in a window: the same table as the file; every change is written at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.settings.secret_row import HasSecret, SaveSecret, SecretRow
from rtms_tray.desktop.settings.setting_rows import SettingRow, section_title
from rtms_tray.desktop.setup.doctor_window import Findings
from rtms_tray.desktop.widgets.app_window import AppWindow, card, scrolling, trouble_label
from rtms_tray.desktop.widgets.controls import button, label, note, put, row
from rtms_tray.doctor.findings import Mark
from rtms_tray.doctor.report import from_json
from rtms_tray.store.profile import Profile
from rtms_tray.store.settings import RULES, Problem, Settings, flatten
from rtms_tray.store.settings_file import SettingRefusedError, load, set_value
from rtms_tray.support.command_types import Answer, Command

_SECRETS_PLACE: Final = "app.sign_in_client_id"
_WRONG: Final = "These values in the file cannot be used; those from before stay in force:"
_TEST: Final = "Send a test notification"


@dataclass(frozen=True, slots=True)
class SettingsDoors:
    """What the settings window needs of the rest."""

    profile: Profile
    sender: CommandSender
    save_secret: SaveSecret
    has_secret: HasSecret
    changed: Callable[[], None]  # the file holds something new
    test_notification: Callable[[], None]
    open_file: Callable[[], None]


class SettingsWindow(AppWindow):
    """A card for each section, a row for each setting."""

    def __init__(self, doors: SettingsDoors) -> None:
        super().__init__("settings", "Settings", QSize(600, 720))
        self._doors = doors
        self._good = Settings()
        self.rows = {key: SettingRow(key, rule, self._put) for key, rule in RULES.items()}
        self.secret = SecretRow(doors.sender, doors.save_secret, doors.has_secret)
        self.swallowed = Findings()
        self.test = button(_TEST)
        self.file_trouble = trouble_label()
        self.unknown = note()
        self.open_file = button("Open the file")
        self._lay_out()
        self.test.clicked.connect(lambda _checked=False: self._try_notification())
        self.open_file.clicked.connect(lambda _checked=False: doors.open_file())

    def open(self) -> None:
        """Open, with what is in the file now."""
        self.refresh()
        self.secret.look()
        self._look_for_notifications()
        self.bring()
        next(iter(self.rows.values())).editor.setFocus()

    def refresh(self) -> None:
        """Show what is in the file, and what is wrong with it."""
        self._good, problems = load(self._doors.profile.settings_file, self._good)
        wrong = {problem.key: problem for problem in problems}
        values = flatten(self._good)
        for key, setting in self.rows.items():
            problem = wrong.pop(key, None)
            setting.show_value(values[key], _said(problem) if problem else "")
            setting.setVisible(problem is not None or _counts(key, self._good))
        put(self.file_trouble, _in_short(problems))
        wrong.pop("", None)
        put(self.unknown, _unknown(wrong))

    # --- changing -----------------------------------------------------------------------------

    def _put(self, key: str, text: str) -> str:
        try:
            set_value(self._doors.profile.settings_file, key, text)
        except SettingRefusedError as refused:
            return _capital(str(refused).removeprefix(f"{key}: "))
        self._doors.changed()
        self.refresh()
        return ""

    def _try_notification(self) -> None:
        self._doors.test_notification()
        self._look_for_notifications()

    def _look_for_notifications(self) -> None:
        command = Command("doctor", {"only": "notifications"})
        self._doors.sender.send(command, self._looked)

    def _looked(self, answer: Answer) -> None:
        findings = from_json(answer.data)
        self.swallowed.show_findings([one for one in findings if one.mark is not Mark.OK])

    # --- the window itself --------------------------------------------------------------------

    def _lay_out(self) -> None:
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 0, 4, 0)
        inside.setSpacing(12)
        for section in dict.fromkeys(key.partition(".")[0] for key in RULES):
            inside.addWidget(self._section(section))
        inside.addStretch(1)
        self.column.addWidget(self.file_trouble)
        self.column.addWidget(scrolling(page), 1)
        self.column.addWidget(self.unknown)
        where = note(f"Changes count at once. File: {self._doors.profile.settings_file}")
        self.column.addLayout(row(where, self.open_file))

    def _section(self, section: str) -> QWidget:
        frame, inside = card()
        inside.addWidget(label(section_title(section), bold=True, scale=1.1, fixed=True))
        if section == "notifications":
            inside.addWidget(self.swallowed)
        for key, setting in self.rows.items():
            if key.partition(".")[0] == section:
                inside.addWidget(setting)
            if key == _SECRETS_PLACE and section == "app":
                inside.addWidget(self.secret)
        if section == "notifications":
            inside.addWidget(self.test)
        return frame


def _counts(key: str, settings: Settings) -> bool:
    """Tell whether a setting means anything beside the others; what is set is shown in any case."""
    custom, kind = settings.zoom.environment == "custom", settings.feed.kind
    idle = {
        "zoom.oauth_url": not custom,
        "zoom.api_url": not custom,
        "feed.url": kind == "none" or (kind == "zoom" and not custom),
        "feed.subscription_id": kind != "zoom",
    }
    return not idle.get(key, False) or bool(flatten(settings)[key])


def _in_short(problems: Sequence[Problem]) -> str:
    """Say above everything what is wrong with the file: the places may be far below."""
    whole = next((problem for problem in problems if not problem.key), None)
    if whole is not None:
        return f"{_said(whole)} {whole.remedy}"
    places = [_where(problem) for problem in problems if problem.line and problem.key in RULES]
    return f"{_WRONG} {'; '.join(places)}." if places else ""


def _said(problem: Problem) -> str:
    place = f" ({_where(problem)} of the file)" if problem.line else ""
    text = f"{problem.text} {problem.remedy}" if problem.key else problem.text
    return f"{text}{place}"


def _unknown(wrong: Mapping[str, Problem]) -> str:
    if not wrong:
        return ""
    named = [f"{_where(problem)}" for _, problem in sorted(wrong.items())]
    return f"In the file, but not used: {', '.join(named)}."


def _where(problem: Problem) -> str:
    """Say where in the file something stands: its key and its line, as far as they are known."""
    line = f"line {problem.line}" if problem.line else ""
    return ", ".join(filter(None, (problem.key, line)))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
