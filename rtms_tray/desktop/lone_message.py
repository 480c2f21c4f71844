"""One sentence in a window of its own, where no program runs that could say it."""

import sys
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from rtms_tray.desktop.first_icon import name_application
from rtms_tray.desktop.theme import current_theme
from rtms_tray.desktop.widgets.app_window import window_style_sheet
from rtms_tray.support.texts import text

_TITLE: Final = "QLabel#qt_msgbox_label { font-weight: bold; }"


def show(title: str, reason: str) -> None:
    """Show it until it is closed."""
    app = QApplication(sys.argv[:1])
    name_application(app)
    app.setQuitOnLastWindowClosed(True)
    box = make_box(title, reason)
    box.show()
    app.exec()


def make_box(title: str, reason: str) -> QMessageBox:
    """Make the window: plain words, because they may be a stranger's."""
    box = QMessageBox()
    box.setObjectName("window")
    box.setStyleSheet(window_style_sheet(current_theme()) + _TITLE)
    box.setWindowTitle("rtms-tray")
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(title)
    box.setInformativeText(reason)
    box.addButton(text("link.alone.close"), QMessageBox.ButtonRole.AcceptRole)
    return box
