"""What every test of the desktop's parts shares."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog

from rtms_tray.desktop.widgets import buttons
from tests.desktop_units.fakes import FullDesktop


@pytest.fixture(autouse=True)
def no_question_stays_open() -> Iterator[None]:
    """Close what a test left asking: an open question keeps all other windows of the process waiting."""
    yield
    for widget in QApplication.topLevelWidgets() if QApplication.instance() else ():
        if isinstance(widget, QDialog) and widget.isVisible():
            widget.close()


@pytest.fixture(autouse=True)
def all_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Press buttons as soon as they are there, as only tests can."""
    monkeypatch.setattr(buttons, "UNREAD_S", 0.0)


@pytest.fixture
async def full(qapp: QApplication, tmp_path: Path) -> AsyncIterator[FullDesktop]:
    """Make a desktop with all its windows, for tests that are marked qt_loop."""
    full = FullDesktop(qapp, tmp_path)
    yield full
    await full.desktop.end()
