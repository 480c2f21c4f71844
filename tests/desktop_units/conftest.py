"""What every test of the desktop's parts shares: Qt draws into memory, and says what it cannot do."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QDialog

_MEMORY_HAS_NO = (
    "This plugin does not support",
    "No such signal QPlatformNativeInterface::systemTrayWindowChanged",
)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let pass what Qt says about a screen that is only memory; every other warning fails."""
    item.add_marker(pytest.mark.qt_log_ignore(*_MEMORY_HAS_NO))


@pytest.fixture(autouse=True)
def no_question_stays_open() -> Iterator[None]:
    """Close what a test left asking: an open question keeps all other windows of the process waiting."""
    yield
    for widget in QApplication.topLevelWidgets() if QApplication.instance() else ():
        if isinstance(widget, QDialog) and widget.isVisible():
            widget.close()
