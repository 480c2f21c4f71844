"""The client secret's row: it can be given, never read; it goes to the keyring, and nowhere else."""

from collections.abc import Awaitable, Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.widgets.app_window import trouble_label
from rtms_tray.desktop.widgets.controls import button, label, note, put, row
from rtms_tray.store.secrets import SecretError

SaveSecret = Callable[[str], Awaitable[None]]
"""Keeps the client secret and takes it into use; raises SecretError."""
HasSecret = Callable[[], Awaitable[bool]]
"""Tells whether one is kept; raises SecretError."""

_LONGEST: Final = 4096
_HELP: Final = (
    "Belongs to the app's developer alone; kept in the system's keyring, and never shown again."
)


class SecretRow(QWidget):
    """A field for the client secret, and whether one is kept."""

    def __init__(self, sender: CommandSender, save: SaveSecret, has: HasSecret) -> None:
        super().__init__()
        self._sender, self._save, self._has = sender, save, has
        self.entry = QLineEdit(maxLength=_LONGEST)
        self.entry.setEchoMode(QLineEdit.EchoMode.Password)
        self.entry.setAccessibleName("Client secret")
        self.keep = button("Keep it")
        self.keep.setAccessibleName("Keep the client secret in the keyring")
        self.state = note()
        self.state.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.trouble = trouble_label()
        title = label("Client secret", fixed=True)
        title.setBuddy(self.entry)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 4)
        column.setSpacing(3)
        column.addLayout(row(title, self.state))
        column.addLayout(row(self.entry, self.keep))
        column.addWidget(note(_HELP, fixed=True))
        column.addWidget(self.trouble)
        self.keep.clicked.connect(lambda _checked=False: self.send())
        self.entry.returnPressed.connect(self.send)

    def look(self) -> None:
        """Find out whether a secret is kept, and show it."""
        self._sender.spawn(self._look())

    def send(self) -> None:
        """Keep what was typed."""
        self._sender.spawn(self._store())

    async def store(self) -> bool:
        """Keep what was typed; false, with the reason shown, where that cannot be."""
        secret = self.entry.text().strip()
        if not secret or " " in secret or not secret.isprintable():
            put(self.trouble, "Paste the client secret: one line without spaces.")
            return False
        self.keep.setEnabled(False)
        try:
            await self._save(secret)
        except SecretError as error:
            put(self.trouble, f"{error.text} {error.remedy}")
            return False
        finally:
            self.keep.setEnabled(True)
        self.entry.clear()
        put(self.trouble, "")
        await self._look()
        return True

    async def _store(self) -> None:
        await self.store()

    async def _look(self) -> None:
        try:
            kept = await self._has()
        except SecretError as error:
            self.state.setText(f"Not known: {error.text}")
            return
        self.state.setText("✓ Set" if kept else "Not set")
        self.entry.setPlaceholderText("Set; paste another one to replace it" if kept else "")
