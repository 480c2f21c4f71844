"""A text editor on a headless desktop, in which somebody is writing while the program does its work."""

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication, QPlainTextEdit

from tests.helpers.desktop import Desktop, Window, wait_for

ROOT = Path(__file__).parents[2]
TITLE = "Minutes of the meeting"


class Editor:
    """Somebody's editor with the keyboard in it; it keeps what is written in a file."""

    def __init__(self, desktop: Desktop) -> None:
        self._desktop = desktop
        self._file = desktop.folder / "minutes.txt"
        self._written = ""
        argv = [sys.executable, "-m", "tests.helpers.editor", str(self._file)]
        desktop.start("editor", argv, PYTHONPATH=str(ROOT))
        self.window: Window = desktop.find_window(TITLE, 20)
        wait_for(lambda: desktop.has_focus(self.window), 20, "the editor to have the keyboard")

    def write(self, words: str) -> None:
        """Write some words, without looking where the keyboard is; all of them must arrive."""
        self._written += words
        self._desktop.type(words)
        wait_for(lambda: self.text() == self._written, 10, f"{self._written!r} in the editor")
        assert self._desktop.has_focus(self.window)

    def text(self) -> str:
        """All that has arrived."""
        return self._file.read_text(encoding="utf-8") if self._file.exists() else ""


def main() -> int:
    """Show the editor until it is ended."""
    app = QApplication(sys.argv)
    app.setCursorFlashTime(0)  # pictures can come to rest
    file = Path(sys.argv[1])
    page = QPlainTextEdit()
    page.setWindowTitle(TITLE)
    page.textChanged.connect(lambda: file.write_text(page.toPlainText(), encoding="utf-8"))
    page.resize(420, 300)
    page.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
