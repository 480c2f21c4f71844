"""What is no failure of the program: the user's own interruption."""

import sys

import pytest
from PySide6.QtWidgets import QApplication

from rtms_tray.desktop.crash import watched


@pytest.mark.usefixtures("qapp")
def test_an_interruption_by_the_user_is_no_crash(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []
    with watched(told.append):
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
        QApplication.processEvents()
    assert told == []
    assert "KeyboardInterrupt" in capsys.readouterr().err
