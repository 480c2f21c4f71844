"""What Windows tells its programs' windows of sleep: real structures of memory, as Windows fills them."""

import ctypes

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QApplication

from rtms_tray.desktop.windows_power import PowerFilter, WindowsMessage, listen_to_windows

POWER, PAINT = 0x0218, 0x000F
KIND = QByteArray(b"windows_generic_MSG")


class Told:
    """A filter, and what it has passed on."""

    def __init__(self) -> None:
        self.what: list[str] = []
        self.filter = PowerFilter(
            lambda: self.what.append("sleeps"), lambda: self.what.append("wakes")
        )

    def give(self, kind: QByteArray | bytes, message: int, word: int) -> tuple[bool, int]:
        told = WindowsMessage(None, message, word)
        return self.filter.nativeEventFilter(kind, ctypes.addressof(told))


@pytest.mark.parametrize(
    ("word", "what"),
    [(0x4, ["sleeps"]), (0x6, ["wakes"]), (0x7, ["wakes"]), (0x12, ["wakes"]), (0xA, [])],
)
@pytest.mark.parametrize("kind", [KIND, b"windows_dispatcher_MSG"])
def test_sleep_and_waking_are_passed_on(
    kind: QByteArray | bytes, word: int, what: list[str]
) -> None:
    told = Told()
    assert told.give(kind, POWER, word) == (False, 0), "other parts of Qt want it, too"
    assert told.what == what


def test_other_messages_are_let_pass() -> None:
    told = Told()
    assert told.give(KIND, PAINT, 0x4) == (False, 0)
    assert told.give(b"xcb_generic_event_t", POWER, 0x4) == (False, 0)
    assert told.what == []


def test_only_windows_has_such_messages(qapp: QApplication) -> None:
    for platform in ("linux", "darwin"):
        assert listen_to_windows(qapp, lambda: None, lambda: None, platform) is None


class App:
    """Stands in for Qt's application: on other systems its messages are of other kinds."""

    def __init__(self) -> None:
        self.filters: list[object] = []

    def installNativeEventFilter(self, one: object) -> None:  # noqa: N802 - Qt's name
        self.filters.append(one)


def test_on_windows_it_is_installed() -> None:
    app = App()
    power = listen_to_windows(app, lambda: None, lambda: None, "win32")  # type: ignore[arg-type]  # as far as needed
    assert app.filters == [power]
