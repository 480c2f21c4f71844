"""The log in a window: its newest lines, as people read them."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from rtms_tray.desktop.log_window import newest_lines
from rtms_tray.store.log import LOG_FILE, log_to_file
from tests.desktop_units.fakes import FullDesktop, failure

pytestmark = pytest.mark.qt_loop


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def logged(full: FullDesktop) -> Iterator[Path]:
    """Log into the profile's file, as the program does."""
    root = logging.getLogger()
    before, levels = root.handlers[:], (root.level, logging.getLogger("rtms_tray").level)
    log_to_file(full.profile, verbose=False)
    yield full.profile.log_folder / LOG_FILE
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(levels[0])
    logging.getLogger("rtms_tray").setLevel(levels[1])


async def test_the_log_is_read_as_text_and_copied(full: FullDesktop, logged: Path) -> None:
    log = logging.getLogger("rtms_tray.x")
    log.info("refreshed with access_token=%s", "abc.def.ghi")
    try:
        raise failure("no")
    except ValueError as error:
        log.info("That failed.", exc_info=error)
    window = full.windows.log
    window.open()
    first, second, *trace = window.box.toPlainText().splitlines()
    assert first.endswith("INFO rtms_tray.x: refreshed with access_token=…")
    assert second.endswith("INFO rtms_tray.x: That failed.")
    assert trace[-1].startswith("ValueError: ")
    assert str(logged) in window.intro.text()
    click(window.copy)
    assert QGuiApplication.clipboard().text() == window.box.toPlainText()


def test_only_the_newest_lines_of_a_long_log_are_read(tmp_path: Path) -> None:
    log = tmp_path / LOG_FILE
    log.write_text("".join(f"line {place}\n" for place in range(50_000)), "utf-8")
    lines = newest_lines(log).splitlines()
    assert lines[-1] == "line 49999"
    assert lines[0].startswith("line ")  # none is cut through
    assert 1_000 < len(lines) < 50_000


def test_a_log_that_is_not_there_or_cannot_be_read_says_so(tmp_path: Path) -> None:
    assert newest_lines(tmp_path / LOG_FILE) == "Nothing has been logged yet."
    (tmp_path / "folder").mkdir()
    assert newest_lines(tmp_path / "folder") == "Couldn't read the log: Is a directory."
