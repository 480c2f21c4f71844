"""The keyboard in a window: where the focus goes when its part goes, and the keys that every window has."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from rtms_tray.desktop.widgets.controls import button
from rtms_tray.desktop.widgets.keyboard_window import KeyboardWindow, enable

Key = Qt.Key


class Form(KeyboardWindow):
    """Four buttons, of which the third is the obvious one; they note that they were pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed: list[str] = []
        column = QVBoxLayout(self)
        self.entry = QLineEdit()
        column.addWidget(self.entry)
        names = ("Approve", "Stop", "Send", "Later")
        self.parts = {words: button(words, primary=words == "Send") for words in names}
        for words, part in self.parts.items():
            part.clicked.connect(lambda _checked=False, words=words: self.pressed.append(words))
            column.addWidget(part)

    def press(
        self, key: Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Press a key where the focus is."""
        focused: QWidget | None = self.focusWidget()
        QTest.keyClick(self if focused is None else focused, key, modifier)


@pytest.fixture
def form(qapp: QApplication) -> Iterator[Form]:
    del qapp
    form = Form()
    form.show()
    form.activateWindow()
    yield form
    form.close()


@pytest.mark.parametrize("how", ["hidden", "disabled", "deleted"])
def test_space_after_a_button_has_gone_presses_no_other(form: Form, how: str) -> None:
    approve = form.parts["Approve"]
    approve.setFocus()
    form.press(Key.Key_Space)
    if how == "hidden":
        approve.hide()
    elif how == "disabled":
        approve.setEnabled(False)
    else:
        approve.hide()
        approve.setParent(None)
        approve.deleteLater()
    for key in (Key.Key_Space, Key.Key_Return, Key.Key_Enter):
        form.press(key)
    assert form.pressed == ["Approve"]
    form.press(Key.Key_Tab)
    assert form.focusWidget() is form.parts["Stop"], "Tab goes on from where it was"


def test_the_part_before_is_found_too(form: Form) -> None:
    form.parts["Send"].setFocus()
    form.parts["Send"].hide()
    form.press(Key.Key_Backtab)
    assert form.focusWidget() is form.parts["Stop"]


def test_a_part_that_goes_while_another_window_is_active(form: Form) -> None:
    form.parts["Approve"].setFocus()
    other = QWidget()
    other.show()
    other.activateWindow()
    form.parts["Approve"].hide()
    form.activateWindow()
    QApplication.processEvents()
    assert form.isActiveWindow()
    assert form.focusWidget() is form
    other.close()


def test_tab_goes_round_in_reading_order(form: Form) -> None:
    form.entry.setFocus()
    seen = []
    for _ in range(5):
        form.press(Key.Key_Tab)
        seen.append(form.focusWidget())
    assert seen == [*form.parts.values(), form.entry]
    form.press(Key.Key_Backtab)
    assert form.focusWidget() is form.parts["Later"]


@pytest.mark.parametrize("forward", [True, False])
def test_without_any_focus_tab_begins_at_an_end(form: Form, *, forward: bool) -> None:
    form.setFocus()
    form.press(Key.Key_Tab if forward else Key.Key_Backtab)
    assert form.focusWidget() is (form.entry if forward else form.parts["Later"])


def test_the_focus_comes_back_to_a_button_that_is_enabled_again(form: Form) -> None:
    send = form.parts["Send"]
    send.setFocus()
    enable(send, enabled=False)
    enable(send, enabled=False)
    assert form.focusWidget() is form
    enable(send, enabled=True)
    assert form.focusWidget() is send


def test_unless_it_went_somewhere_else_meanwhile(form: Form) -> None:
    send = form.parts["Send"]
    send.setFocus()
    enable(send, enabled=False)
    form.entry.setFocus()
    enable(send, enabled=True)
    assert form.focusWidget() is form.entry


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter])
def test_one_key_presses_the_obvious_button_from_anywhere(form: Form, key: Key) -> None:
    form.entry.setFocus()
    form.press(key, Qt.KeyboardModifier.ControlModifier)
    assert form.pressed == ["Send"]
    form.parts["Send"].setEnabled(False)
    form.press(key, Qt.KeyboardModifier.ControlModifier)
    form.parts["Send"].hide()
    form.press(key, Qt.KeyboardModifier.ControlModifier)
    assert form.pressed == ["Send"]


def test_f1_asks_for_help_and_escape_leaves(form: Form) -> None:
    asked: list[str] = []
    form.help_wanted.connect(asked.append)
    form.entry.setFocus()
    form.press(Key.Key_F1)
    assert asked == [form.help_page]
    form.press(Key.Key_Escape)
    assert not form.isVisible()
    assert form.pressed == []


def test_letters_are_shown_while_alt_is_held(form: Form) -> None:
    alt = Qt.KeyboardModifier.AltModifier
    form.entry.setFocus()
    form.parts["Later"].setEnabled(False)
    QTest.keyPress(form.entry, Key.Key_Alt)
    shown = {words: part.text() for words, part in form.parts.items()}
    assert shown == {"Approve": "&Approve", "Stop": "&Stop", "Send": "S&end", "Later": "Later"}
    QTest.keyClick(form.entry, Key.Key_S, alt)
    QTest.keyRelease(form.entry, Key.Key_Alt)
    QTest.qWait(150)  # Qt shows the press for a tenth of a second
    assert form.pressed == ["Stop"]
    assert [part.text() for part in form.parts.values()] == list(form.parts)
    QTest.keyClick(form.entry, Key.Key_S, alt)
    assert form.pressed == ["Stop"]


def test_letters_are_hidden_when_another_window_becomes_active(form: Form) -> None:
    QTest.keyPress(form.entry, Key.Key_Alt)
    other = QWidget()
    other.show()
    other.activateWindow()
    QApplication.processEvents()
    assert [part.text() for part in form.parts.values()] == list(form.parts)
    other.close()
