"""Small parts of windows: Tab goes in reading order, and rows keep the focus."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.widgets.controls import set_margins
from rtms_tray.desktop.widgets.keyboard_window import KeyboardWindow
from rtms_tray.desktop.widgets.tab_order import tab_stops
from rtms_tray.support.frozen import replace
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, run_scene, settle
from tests.helpers.windows import push

S = CaptureState
FULL = replace(
    samples.of_sessions(samples.session(S.NO_ANSWER), notices=(samples.NOTICE,)),
    armed=samples.ARMED,
)


def test_from_the_top_to_the_foot_and_round_again(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.at_rest())
        window.show()
        await settle()
        harness.desktop.tray.found.emit()  # no banner tells that there is no tray
        harness.desktop.show(FULL)
        await settle()
        window.entry.setFocus()
        names = []
        while window.entry.accessibleName() not in names:
            QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
            names.append(window.focusWidget().accessibleName())
        question = samples.QUESTION
        actions = samples.ACTIONS[S.NO_ANSWER]
        others = [action.label for action in actions if not action.asks]  # the question itself
        assert names == [
            "Start",
            "Menu",
            "3 planned, next at "
            + window.other_meetings.findChildren(QWidget, "other-meetings")[0]
            .accessibleName()
            .removeprefix("3 planned, next at "),
            "Sign in…",
            f"Yes: {question}",
            *others,
            "Timeline",
            f"Yes: {samples.CHECKS[2].text}",
            "Meeting ID or link",
        ]
        QTest.keyClick(window.entry, Qt.Key.Key_Backtab)
        assert window.focusWidget().accessibleName() == names[-2]

    run_scene(qapp, scene)


def test_what_it_stops_at_is_scrolled_into_sight(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(FULL)
        window.show()
        window.resize(420, 560)
        await settle()
        for _ in tab_stops(window):
            QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
            there = window.focusWidget()
            await settle()
            assert not there.visibleRegion().isEmpty(), there.accessibleName()

    run_scene(qapp, scene)


def test_a_window_without_anything_to_stop_at_keeps_the_focus(qapp: QApplication) -> None:
    del qapp
    assert not KeyboardWindow().focusNextPrevChild(True)


def test_the_place_in_focus_is_kept_when_checks_change(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.NO_ANSWER))
        harness.desktop.open_window()
        await settle()
        checks = harness.desktop.window.card.checks
        before = push(checks, "No")
        before.setFocus()
        lead = samples.session(S.NO_ANSWER)
        harness.desktop.show(samples.of_sessions(replace(lead, checks=lead.checks[1:])))
        await settle()
        after = push(checks, "No")
        assert after is not before
        assert after.hasFocus()

    run_scene(qapp, scene)


def test_margins_go_with_the_reading_direction(qapp: QApplication) -> None:
    part = QWidget()
    set_margins(part, 1, 2, 3, 4)
    assert part.contentsMargins().left() == 1
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        set_margins(part, 1, 2, 3, 4)
        assert (part.contentsMargins().left(), part.contentsMargins().right()) == (3, 1)
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
