"""The least that a tray icon in Python and Qt takes: an icon, a menu with one entry, nothing else."""

import sys

from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

app = QApplication(sys.argv)
app.setQuitOnLastWindowClosed(False)
pixmap = QPixmap(64, 64)
pixmap.fill(QColor("red"))  # the namespace Qt takes long to load
menu = QMenu()
menu.addAction("Quit", app.quit)
icon = QSystemTrayIcon(QIcon(pixmap))
icon.setContextMenu(menu)
icon.setToolTip("floor")
icon.show()
sys.exit(app.exec())
