"""The settings in a window: the same table as the file; every change is written at once."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rtms_tray.desktop.settings.autostart_row import AutostartRow
from rtms_tray.desktop.settings.secret_row import SecretRow
from rtms_tray.desktop.settings.section_list import SectionList
from rtms_tray.desktop.settings.setting_rows import SettingRow
from rtms_tray.desktop.settings.settings_access import SettingsAccess
from rtms_tray.desktop.setup.doctor_window import ResultRows
from rtms_tray.desktop.widgets.app_window import AppWindow, card, scrolling, trouble_label
from rtms_tray.desktop.widgets.controls import button, label, note, put, row
from rtms_tray.doctor.check_report import from_json
from rtms_tray.doctor.check_types import CheckStatus
from rtms_tray.presentation.settings_view import section_title
from rtms_tray.support.command_types import Answer, Command
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text

_ORDER: Final = (
    "notifications",
    "behaviour",
    "calendar",
    "appearance",
    "fallback",
    "history",
    "app",
    "feed",
    "zoom",
    "hooks",
)
"""The sections from top to bottom: first what people change, last what is set up once."""
_SET_UP_ONCE: Final = "app"
"""The first of those."""
_LAST_ID: Final = "app.sign_in_client_id"


class SettingsActions(Frozen):
    """What the settings window can do beside changing settings."""

    test_notification: Callable[[], None]
    open_file: Callable[[], None]


class SettingsWindow(AppWindow):
    """A card for each section, a row for each setting; the sections' names beside them."""

    help_page = "notifications.md"

    def __init__(self, access: SettingsAccess, actions: SettingsActions) -> None:
        super().__init__("settings", text("settings.window.title"), QSize(760, 720))
        self._access = access
        view = access.read()
        self.rows = {key: SettingRow(view.settings[key], access) for key in view.settings}
        self.secret = SecretRow(access)
        self.autostart = AutostartRow(access.sender)
        self.withheld = ResultRows()
        self.test = button(text("settings.window.test"))
        self.file_trouble = trouble_label()
        self.unused = note()
        self.file = note(text("settings.window.file", file=view.file))
        self.open_file = button(text("settings.window.open_file"))
        self._cards: dict[str, QWidget] = {}
        sections = {part.section for part in view.settings.values()}
        self._lay_out(sorted(sections, key=_ORDER.index))
        self.test.clicked.connect(lambda _checked=False: self._test(actions.test_notification))
        self.open_file.clicked.connect(lambda _checked=False: actions.open_file())

    def open(self) -> None:
        """Open, with what is in the file now."""
        self.refresh()
        self.secret.refresh()
        self.autostart.refresh()
        self._check_notifications()
        self.bring()
        self.first_row.editor.setFocus()

    @property
    def first_row(self) -> SettingRow:
        """The setting at the top."""
        return min(self.rows.values(), key=lambda row: _ORDER.index(row.key.partition(".")[0]))

    def refresh(self) -> None:
        """Show what is in the file, and what is wrong with it."""
        view = self._access.read()
        for key, setting in view.settings.items():
            self.rows[key].show_setting(setting)
            self.rows[key].setVisible(bool(setting.problem) or setting.applies)
        put(self.file_trouble, view.problem)
        put(self.unused, view.unused)

    # --- notifications ------------------------------------------------------------------------

    def _test(self, notify: Callable[[], None]) -> None:
        notify()
        self._check_notifications()

    def _check_notifications(self) -> None:
        """Have the doctor tell whether this desktop holds notifications back."""
        command = Command("doctor", {"only": "notifications"})
        self._access.sender.send(command, self._show_results)

    def _show_results(self, answer: Answer) -> None:
        results = from_json(answer.data)
        self.withheld.show_results(
            [result for result in results if result.status is not CheckStatus.OK]
        )

    # --- the window itself --------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Have the sections' names beside the page where there is room."""
        super().resizeEvent(event)
        self.sections.fit(self.width())

    def _lay_out(self, sections: Sequence[str]) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(12)
        for section in sections:
            if section == _SET_UP_ONCE:
                column.addWidget(label(text("settings.window.set_up_once"), quiet=True, fixed=True))
            self._cards[section] = self._section(section)
            column.addWidget(self._cards[section])
        column.addStretch(1)
        self.column.addWidget(self.file_trouble)
        area = scrolling(page)
        cards = {section_title(section): card for section, card in self._cards.items()}
        self.sections = SectionList(cards, area)
        beside = row(self.sections, area, spacing=12)
        beside.setStretch(1, 1)
        self.column.addLayout(beside, 1)
        self.column.addWidget(self.unused)
        self.column.addLayout(row(self.file, self.open_file))

    def _section(self, section: str) -> QWidget:
        frame, column = card()
        column.addWidget(label(section_title(section), bold=True, scale=1.1, fixed=True))
        if section == "notifications":
            column.addWidget(self.withheld)
        if section == "behaviour":
            column.addWidget(self.autostart)
        for key, setting in self.rows.items():
            if key.partition(".")[0] == section:
                column.addWidget(setting)
            if key == _LAST_ID and section == "app":
                column.addWidget(self.secret)
        if section == "notifications":
            column.addWidget(self.test)
        return frame
