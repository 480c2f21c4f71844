"""The client secret's row: it can be given, never read; it goes to the keyring, and nowhere else."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from rtms_tray.desktop.settings.settings_access import Refusal, SettingsAccess
from rtms_tray.desktop.widgets.app_window import trouble_label
from rtms_tray.desktop.widgets.controls import button, label, note, put, row
from rtms_tray.desktop.widgets.keyboard_window import enable
from rtms_tray.support.texts import text

_LONGEST: Final = 4096


class SecretRow(QWidget):
    """A field for the client secret, and whether one is kept."""

    def __init__(self, access: SettingsAccess) -> None:
        super().__init__()
        self._access = access
        self.entry = QLineEdit(maxLength=_LONGEST)
        self.entry.setEchoMode(QLineEdit.EchoMode.Password)
        self.entry.setAccessibleName(text("settings.secret.label"))
        self.save = button(text("settings.secret.save"))
        self.save.setAccessibleName(text("settings.secret.save_name"))
        self.state = note()
        self.state.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.trouble = trouble_label()
        title = label(text("settings.secret.label"), fixed=True)
        title.setBuddy(self.entry)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 4)
        column.setSpacing(3)
        column.addLayout(row(title, self.state))
        column.addLayout(row(self.entry, self.save))
        column.addWidget(note(text("settings.secret.help"), fixed=True))
        column.addWidget(self.trouble)
        self.save.clicked.connect(lambda _checked=False: self.send())
        self.entry.returnPressed.connect(self.send)

    def refresh(self) -> None:
        """Find out whether a secret is kept, and show it."""
        self._access.sender.spawn(self._show_state())

    def send(self) -> None:
        """Keep what was typed."""
        self._access.sender.spawn(self._store())

    async def store(self) -> bool:
        """Keep what was typed; false, with the reason shown, where that cannot be."""
        secret = self.entry.text().strip()
        if not secret or " " in secret or not secret.isprintable():
            put(self.trouble, text("settings.secret.malformed"))
            return False
        enable(self.save, enabled=False)
        try:
            refusal = await self._access.save_secret(secret)
        finally:
            enable(self.save, enabled=True)
        put(self.trouble, refusal.text if refusal else "")
        if refusal is not None:
            return False
        self.entry.clear()
        await self._show_state()
        return True

    async def _store(self) -> None:
        await self.store()

    async def _show_state(self) -> None:
        kept = await self._access.has_secret()
        if isinstance(kept, Refusal):
            self.state.setText(text("settings.secret.unknown", why=kept.text))
            return
        self.state.setText(text("settings.secret.kept" if kept else "settings.secret.missing"))
        self.entry.setPlaceholderText(text("settings.secret.replace") if kept else "")
