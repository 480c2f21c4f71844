"""Tab goes through the window as it is read, and what it stops at is in sight."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.widgets.controls import focus_next, tab_stops
from tests.desktop_units import samples
from tests.desktop_units.fakes import Stage, play, settle

S = CaptureState
FULL = replace(
    samples.of_sessions(samples.session(S.NO_ANSWER), notices=(samples.NOTICE,)),
    armed=samples.ARMED,
)


def test_from_the_top_to_the_foot_and_round_again(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.at_rest())
        window.show()
        await settle()
        stage.desktop.tray.found.emit()  # no banner tells that there is no tray
        stage.desktop.show(FULL)
        await settle()
        window.entry.setFocus()
        seen = []
        while window.entry.accessibleName() not in seen:
            QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
            seen.append(window.focusWidget().accessibleName())
        question = samples.QUESTION
        assert seen == [
            "Start",
            "3 planned, next at "
            + window.other_meetings.findChildren(QWidget, "other-meetings")[0]
            .accessibleName()
            .removeprefix("3 planned, next at "),
            "Menu",
            "Sign in…",
            *(f"{answer}: {question}" for answer in ("Yes", "No", "I don't know")),
            "Resend request",
            "Timeline",
            *(
                f"{answer}: {check.text}"
                for check in samples.CHECKS[2:4]
                for answer in ("Yes", "No")
            ),
            f"Undo: {samples.CHECKS[4].text}",
            "Remind in 2 min",
            "Give up",
            "Meeting number or link",
        ]
        QTest.keyClick(window.entry, Qt.Key.Key_Backtab)
        assert window.focusWidget().accessibleName() == "Give up"

    play(qapp, scene)


def test_what_it_stops_at_is_scrolled_into_sight(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(FULL)
        window.show()
        window.resize(420, 560)
        await settle()
        for _ in tab_stops(window):
            there = focus_next(window, forward=True)
            assert there is not None
            window.card.bring_into_sight(there)
            await settle()
            assert not there.visibleRegion().isEmpty(), there.accessibleName()

    play(qapp, scene)


def test_a_window_without_anything_to_stop_at_keeps_the_focus(qapp: QApplication) -> None:
    del qapp
    empty = QWidget()
    assert focus_next(empty, forward=True) is None
