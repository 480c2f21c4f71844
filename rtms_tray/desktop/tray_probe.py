"""Run by the doctor as a process of its own: says in one line of JSON what Qt sees of the desktop."""

import json
import sys

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from rtms_tray.desktop.tray import why_no_tray


def main() -> None:
    """Look, and say it."""
    app = QApplication(sys.argv[:1])
    tray = QSystemTrayIcon.isSystemTrayAvailable()
    told = {
        "platform": app.platformName(),
        "version": qVersion(),
        "tray": tray,
        "why_no_tray": "" if tray else why_no_tray(),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
