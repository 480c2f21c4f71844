"""Holds a text on the clipboard, as any other program does from which somebody copied it."""

import sys

from PySide6.QtGui import QGuiApplication


def main() -> int:
    """Put the first argument on the clipboard, say so, and keep it there."""
    app = QGuiApplication(sys.argv)
    app.clipboard().setText(sys.argv[1])
    sys.stdout.write("held\n")
    sys.stdout.flush()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
