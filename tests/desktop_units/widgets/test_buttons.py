"""Buttons: a press that was meant for what stood there before does nothing; arrow keys; letters."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from rtms_tray.desktop.widgets import buttons
from rtms_tray.desktop.widgets.buttons import Button, OneStop, letters
from rtms_tray.desktop.widgets.controls import Rows, button

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
A_LONG_TIME_S = 1000.0


class Acts:
    """Rows in a window, whose buttons say what was done by them."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.window = QWidget()
        column = QVBoxLayout(self.window)
        self.rows = Rows()
        column.addWidget(self.rows)
        column.addStretch(1)
        self.window.resize(300, 300)
        self.window.show()

    def show(self, *acts: str, of: str = "") -> list[Button]:
        """Show a button for each act, of a meeting."""
        self.rows.show_rows((acts, of), lambda column: self._build(column, acts, of))
        QApplication.processEvents()
        return self.rows.findChildren(Button)

    def _build(self, column: QVBoxLayout, acts: tuple[str, ...], of: str) -> None:
        for act in acts:
            part = button(act)
            part.sends = of
            part.clicked.connect(lambda _checked=False, act=act: self.done.append(act))
            column.addWidget(part)

    def press_in_every_way(self, part: Button) -> list[str]:
        """Click, and press by every key; hand back what was done."""
        self.done.clear()
        QTest.mouseClick(part, LEFT)
        for key in (Key.Key_Space, Key.Key_Return, Key.Key_Enter):
            QTest.keyClick(part, key)
        part.press_by_key()
        return self.done


@pytest.fixture
def acts(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Acts]:
    del qapp
    monkeypatch.setattr(buttons, "UNREAD_S", A_LONG_TIME_S)
    acts = Acts()
    yield acts
    acts.window.close()


def test_what_has_just_come_is_not_pressed_until_it_can_be_read(
    acts: Acts, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts.show("Pause")
    (stop,) = acts.show("Stop")
    assert acts.press_in_every_way(stop) == []
    monkeypatch.setattr(buttons, "UNREAD_S", 0.0)
    assert set(acts.press_in_every_way(stop)) == {"Stop"}
    assert len(acts.done) == 5


def test_a_window_that_opens_is_read_before_it_is_used(acts: Acts) -> None:
    acts.window.hide()
    (stop,) = acts.show("Stop")
    acts.window.show()
    assert len(acts.press_in_every_way(stop)) == 5


def test_the_same_act_in_its_place_is_pressed_at_once(acts: Acts) -> None:
    acts.show("Pause", "Stop")
    for part in acts.rows.findChildren(Button):
        part.change = buttons.Change(-A_LONG_TIME_S, None)  # it has been there for long
    pause, mute = acts.show("Pause", "Mute")
    assert len(acts.press_in_every_way(pause)) == 5
    assert acts.press_in_every_way(mute) == []


def test_the_same_act_elsewhere_is_pressed_by_the_keyboard_alone(acts: Acts) -> None:
    acts.show("Pause", "Stop")
    for part in acts.rows.findChildren(Button):
        part.change = buttons.Change(-A_LONG_TIME_S, None)
    (stop,) = acts.show("Stop")
    assert len(acts.press_in_every_way(stop)) == 4


def test_the_same_words_for_another_meeting_are_another_act(acts: Acts) -> None:
    acts.show("Stop", of="98712345670")
    (stop,) = acts.show("Stop", of="81122223333")
    assert acts.press_in_every_way(stop) == []


def test_drawing_it_again_makes_nothing_older_or_newer(acts: Acts) -> None:
    acts.show("Pause")
    acts.show("Stop")
    stop, _ = acts.show("Stop", "Mute")
    assert acts.press_in_every_way(stop) == []


def test_other_words_take_back_a_press_that_has_begun(acts: Acts) -> None:
    (part,) = acts.show("Check")
    part.change = buttons.Change(-A_LONG_TIME_S, None)
    QTest.mousePress(part, LEFT)
    part.setText("Continue")
    QTest.mouseRelease(part, LEFT)
    assert acts.done == []
    assert acts.press_in_every_way(part) == []


def test_the_same_words_again_change_nothing(acts: Acts) -> None:
    (part,) = acts.show("Check")
    part.change = buttons.Change(-A_LONG_TIME_S, None)
    part.setText("Check")
    assert len(acts.press_in_every_way(part)) == 5


def test_words_that_change_out_of_sight_are_old_when_they_are_seen(acts: Acts) -> None:
    (part,) = acts.show("Check")
    part.change = buttons.Change(-A_LONG_TIME_S, None)
    acts.window.hide()
    part.setText("Continue")
    acts.window.show()
    assert len(acts.press_in_every_way(part)) == 5


def test_arrow_keys_go_through_buttons_that_are_one_stop(acts: Acts) -> None:
    a, b, c, d = acts.show("a", "b", "c", "d")
    stop = OneStop([[a, b], [], [c, d]])

    def after(*keys: Key) -> Button:
        for key in keys:
            focused = acts.window.focusWidget()
            assert isinstance(focused, Button)
            QTest.keyClick(focused, key)
        focused = acts.window.focusWidget()
        assert isinstance(focused, Button)
        assert [x for x in (a, b, c, d) if x.focusPolicy() is Qt.FocusPolicy.StrongFocus] == [
            focused
        ]
        return focused

    a.setFocus()
    assert after(Key.Key_Left, Key.Key_Up) is a
    assert after(Key.Key_Right) is b
    assert after(Key.Key_Down) is d
    assert stop.line == 1
    assert after(Key.Key_Down, Key.Key_Right) is d
    assert after(Key.Key_Left) is c
    assert after(Key.Key_Up) is a
    QTest.mouseClick(d, LEFT)
    assert after() is d


def test_a_stop_begins_where_it_was_left(acts: Acts) -> None:
    a, b, c = acts.show("a", "b", "c")
    OneStop([[a], [b], [c]], line=1)
    assert b.focusPolicy() is Qt.FocusPolicy.StrongFocus
    OneStop([[a], [b]], line=7)
    assert a.focusPolicy() is Qt.FocusPolicy.ClickFocus
    assert b.focusPolicy() is Qt.FocusPolicy.StrongFocus


def test_letters_begin_words_where_they_can() -> None:
    labels = ["Stop", "Start", "Send again", "?", "Öffnen", "Pause && wait"]
    assert letters(labels) == ["S", "t", "a", "", "Ö", "P"]


def test_a_label_gives_its_letter_to_one_that_has_no_other() -> None:
    assert letters(["Stop", "s", "S"]) == ["t", "s", ""]


@given(st.lists(st.text("abcDEFß& 12…", max_size=12), max_size=30))
def test_no_letter_is_given_twice(labels: list[str]) -> None:
    given_ = letters(labels)
    found = [letter.casefold() for letter in given_ if letter]
    assert len(found) == len(set(found))
    assert all(letter in label for letter, label in zip(given_, labels, strict=True))


@pytest.mark.parametrize(
    ("words", "letter", "shown"),
    [
        ("Resend request", "r", "Resend &request"),
        ("Undo", "d", "Un&do"),
        ("a && b", "b", "a && &b"),
    ],
)
@pytest.mark.usefixtures("qapp")
def test_a_letter_is_underlined_for_a_while(words: str, letter: str, shown: str) -> None:
    part = Button("")
    part.setText(words)
    part.show_letter(letter)
    assert part.text() == shown
    assert part.shortcut().toString() == f"Alt+{letter.upper()}"
    part.hide_letter()
    part.hide_letter()
    assert part.text() == words
    assert part.shortcut().isEmpty()
    part.show_letter(letter)
    part.setText("Other words")
    part.hide_letter()
    assert part.text() == "Other words"
