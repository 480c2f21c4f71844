"""A red tray icon with a menu of one green entry: what the tests try the desktop itself with."""

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon


def square(colour: str) -> QIcon:
    """An icon of one colour."""
    pixmap = QPixmap(64, 64)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)


def main() -> int:
    """Show the icon until the menu's entry is chosen."""
    app = QApplication(sys.argv)
    app.setQuitOnLastWindowClosed(False)
    menu = QMenu()
    menu.addAction(square("#00ff00"), "Leave the tray", app.quit)
    icon = QSystemTrayIcon(square("#ff0000"))
    icon.setContextMenu(menu)
    icon.setToolTip("probe")
    app.styleHints().setColorScheme(Qt.ColorScheme.Light)
    icon.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
