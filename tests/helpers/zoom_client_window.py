"""A window like the Zoom client's on Linux, under the title that is given; `WM_CLASS` is what Zoom's is."""

import sys

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel


def main() -> None:
    """Show it until somebody ends the process."""
    QGuiApplication.setDesktopFileName("zoom")
    app = QApplication(["zoom"])
    window = QLabel("Somebody's meeting")
    window.resize(320, 200)
    window.setWindowTitle(sys.argv[1])
    window.show()
    app.exec()


if __name__ == "__main__":
    main()
