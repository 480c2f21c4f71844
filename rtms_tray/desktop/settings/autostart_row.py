"""The switch for starting at log-in: it shows what the system does, whoever has changed that."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.settings.setting_rows import Segments
from rtms_tray.desktop.widgets.app_window import trouble_label
from rtms_tray.desktop.widgets.controls import label, note, put, row
from rtms_tray.presentation.autostart_view import AutostartView
from rtms_tray.presentation.settings_view import switch
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.texts import text


class AutostartRow(QWidget):
    """On and off; hidden where there is nothing to switch."""

    available = Signal(bool)
    """Whether there is something to switch."""

    def __init__(self, sender: CommandSender) -> None:
        super().__init__()
        self._sender = sender
        self._shown = AutostartView()
        name = text("autostart.label")
        self.editor = Segments(switch(), name)
        self.editor.setAccessibleDescription(text("autostart.help"))
        self.note, self.trouble = note(), trouble_label()
        title = label(name, fixed=True)
        title.setBuddy(self.editor)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 4)
        column.setSpacing(3)
        column.addLayout(row(title, self.editor))
        column.addWidget(note(text("autostart.help"), fixed=True))
        column.addWidget(self.note)
        column.addWidget(self.trouble)
        self.editor.chosen.connect(self._choose)
        self.hide()

    def refresh(self) -> None:
        """Ask the system how it is, and show that."""
        self._sender.send(Command("autostart"), self._show)

    def _choose(self, value: str) -> None:
        self._sender.send(Command("autostart-set", {"on": value}), self._changed)

    def _changed(self, answer: Answer) -> None:
        put(self.trouble, "" if answer.exit is Exit.DONE else answer.text)
        if answer.exit is Exit.DONE:
            self._show(answer)
        else:
            self.refresh()

    def _show(self, answer: Answer) -> None:
        view = AutostartView.of(answer.data)
        self.setVisible(view.available)
        self.available.emit(view.available)
        put(self.note, view.note)
        self.editor.show_value("" if view.on is None else str(view.on).lower())
