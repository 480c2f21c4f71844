"""No window takes words for markup: topics, names and errors from outside are words, in every window there is."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QTextBrowser, QTextEdit, QWidget

from tests.gallery.scenes import WINDOWS, settle, stage

pytestmark = [
    pytest.mark.qt_loop,
    pytest.mark.qt_log_ignore(
        "This plugin does not support",
        "No such signal QPlatformNativeInterface::systemTrayWindowChanged",
    ),
]


def reads_markup(window: QWidget) -> list[str]:
    """List what in a window would take a text for markup."""
    labels = [
        label.text()
        for label in window.findChildren(QLabel)
        if len(label.text()) > 1 and label.textFormat() is not Qt.TextFormat.PlainText
    ]
    tips = [part.toolTip() for part in window.findChildren(QWidget) if "<" in part.toolTip()]
    boxes = [box.objectName() for box in window.findChildren(QTextEdit) if box.acceptRichText()]
    return [*labels, *tips, *boxes]


@pytest.mark.promise("words from outside are plain text everywhere")
async def test_no_window_reads_markup(qapp: QApplication, tmp_path: Path) -> None:
    found = {}
    async with stage(qapp, tmp_path) as on:
        for name, show in WINDOWS.items():
            window = await show(on)
            await settle()
            # The help's pages are our own, and all that its browser shows.
            own = window.findChildren(QTextBrowser)
            assert not own or name.startswith("help")
            found[name] = [] if own else reads_markup(window)
            window.close()
            await settle()
    assert {name: texts for name, texts in found.items() if texts} == {}
