"""What is no failure of the program: the user's own interruption."""

import sys

import pytest
from PySide6.QtWidgets import QApplication

from rtms_tray.desktop.crash import crashes_shown
from rtms_tray.store.log import redacted


@pytest.mark.usefixtures("qapp")
def test_an_interruption_by_the_user_is_no_crash(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []
    with crashes_shown(told.append, redacted):
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
        QApplication.processEvents()
    assert told == []
    assert "KeyboardInterrupt" in capsys.readouterr().err
