"""Windows come to the front with the keyboard only where somebody asked for them."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from rtms_tray.desktop.widgets.bringing import bring_to_front, marks_of_click, was_clicked

HINT = Qt.WidgetAttribute.WA_ShowWithoutActivating


@pytest.fixture
def window(qapp: QApplication) -> Iterator[QWidget]:
    del qapp
    window = QWidget()
    yield window
    window.close()


@pytest.fixture
def alerts(monkeypatch: pytest.MonkeyPatch) -> list[QWidget]:
    """The windows that the user's attention was drawn to."""
    alerts: list[QWidget] = []
    monkeypatch.setattr(QApplication, "alert", staticmethod(alerts.append))
    return alerts


def hints(window: QWidget) -> tuple[bool, bool]:
    """What Qt, and what the system, is told about the keyboard."""
    handle = window.windowHandle()
    assert handle is not None
    return window.testAttribute(HINT), bool(handle.property("_q_showWithoutActivating"))


def test_one_that_nobody_asked_for_leaves_the_keyboard(
    window: QWidget, alerts: list[QWidget]
) -> None:
    bring_to_front(window, asked=False)
    assert window.isVisible()
    assert hints(window) == (True, True)
    assert alerts == [window]


def test_asked_for_later_it_takes_the_keyboard_and_then_again_not(
    window: QWidget, alerts: list[QWidget]
) -> None:
    for asked in (False, True, False):
        bring_to_front(window, asked=asked)
        assert hints(window) == (not asked, not asked)
        window.hide()
    assert alerts == [window, window]


@pytest.mark.parametrize("minimised", [False, True])
def test_one_that_is_there_stays_as_it_is(
    window: QWidget, alerts: list[QWidget], *, minimised: bool
) -> None:
    window.showMinimized() if minimised else window.show()
    bring_to_front(window, asked=False)
    assert window.isMinimized() is minimised
    assert alerts == [window]
    bring_to_front(window)
    assert not window.isMinimized()
    assert alerts == [window]


@pytest.mark.parametrize(
    ("environ", "platform", "clicked"),
    [
        ({}, "linux", False),
        ({"DESKTOP_STARTUP_ID": ""}, "linux", False),
        ({"DESKTOP_STARTUP_ID": "shell_TIME1"}, "linux", True),
        ({"XDG_ACTIVATION_TOKEN": "x"}, "linux", True),
        ({**marks_of_click()}, "linux", True),
        ({}, "win32", True),
    ],
)
def test_how_the_program_was_started(
    environ: dict[str, str], platform: str, *, clicked: bool
) -> None:
    assert was_clicked(environ, platform) is clicked
