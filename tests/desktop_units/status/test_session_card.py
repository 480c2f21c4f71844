"""The card of a session: every state whole, what matters in sight, and the time as it goes on."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

from rtms_tray.capture.states import CaptureState
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from rtms_tray.support.units import MINUTE
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, run_scene, settle
from tests.helpers.windows import words

S = CaptureState
REFUSED = samples.session(S.REFUSED)
LONG = "That is no meeting number. " * 12


@pytest.mark.parametrize("unverified", [False, True])
@pytest.mark.parametrize("state", CaptureState)
def test_every_state_is_shown_whole(
    qapp: QApplication, state: CaptureState, *, unverified: bool
) -> None:
    async def scene(harness: DesktopHarness) -> None:
        overview = samples.overview(state, unverified=unverified)
        harness.desktop.show(overview)
        window = harness.desktop.window
        window.show()
        shown = words(window)
        if not unverified:
            assert all(text in shown for text in samples.TITLES[state])
        buttons = {button.text() for button in window.card.findChildren(QPushButton)}
        if overview.lead is not None:
            assert {action.label for action in overview.lead.actions if not action.asks} <= buttons
            assert "for 4 min" in shown
            assert overview.lead.title in shown
            assert overview.lead.statement in shown
        assert overview.title in window.windowTitle()
        nameless = [
            widget.metaObject().className()
            for widget in window.findChildren(QWidget)
            if isinstance(widget, QPushButton | QLineEdit) and not widget.accessibleName()
        ]
        assert nameless == []

    run_scene(qapp, scene)


@pytest.mark.parametrize("state", CaptureState)
def test_nothing_is_cut_off_in_the_narrowest_window(
    qapp: QApplication, state: CaptureState
) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(state))
        window.resize(window.minimumWidth(), 900)
        window.show()
        await settle()
        inside = window.card.findChild(QWidget, "inside")
        assert inside is not None
        assert window.card.width() <= window.width() == window.minimumWidth()
        if state not in {S.IDLE, S.SIGNED_OUT}:  # at rest nothing scrolls
            assert inside.width() <= window.card.width()
        for label in window.card.findChildren(QLabel):
            if label.isVisible() and label.wordWrap():
                assert label.height() >= label.heightForWidth(label.width()), label.text()

    run_scene(qapp, scene)


def test_what_became_of_the_time_is_counted_on(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.SHARING))
        window = harness.desktop.window
        window.show()
        assert "Captured 8 of 16 min" in words(window)
        harness.at += 10 * MINUTE
        window._tick()
        assert "Captured 18 of 26 min" in words(window)
        harness.desktop.show(samples.at_rest())
        assert "Captured" not in words(window)

    run_scene(qapp, scene)


def test_the_beginning_comes_back_when_the_state_changes(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(S.RESEND_NEEDED))
        window.show()
        window.resize(window.minimumWidth(), 420)
        await settle()
        bar = window.card._area.verticalScrollBar()
        bar.setValue(bar.maximum())
        assert bar.value() > 0
        harness.desktop.show(samples.overview(S.RESEND_NEEDED, unverified=True))
        await settle()
        assert bar.value() > 0  # the same state: the reader is left alone
        harness.desktop.show(samples.overview(S.SHARING))
        await settle()
        assert bar.value() == 0

    run_scene(qapp, scene)


@pytest.mark.parametrize("points", [9, 14])
@pytest.mark.parametrize("state", CaptureState)
def test_the_reason_and_the_obvious_button_are_in_sight_together(
    qapp: QApplication, state: CaptureState, points: int
) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(state))
        window.show()
        window.resize(360, 480)
        await settle()
        assert window.height() <= 480
        card = window.card
        parts = [card.title, card.text, card.remedy, card.question, *card.primary.buttons]
        for part in parts:
            if not part.isHidden():
                assert part.visibleRegion().boundingRect() == part.rect(), part
        tops = [part.mapTo(window, QPoint()).y() for part in parts if not part.isHidden()]
        assert tops == sorted(tops)

    before, font = qapp.font(), qapp.font()
    font.setPointSize(points)
    qapp.setFont(font)
    try:
        run_scene(qapp, scene)
    finally:
        qapp.setFont(before)


def test_secondary_buttons_are_reached_by_keyboard_in_a_small_window(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(S.STOPPED))
        window.show()
        window.resize(window.minimumWidth(), 360)
        await settle()
        for _ in range(20):
            window.focusNextPrevChild(True)
            focused = window.focusWidget()
            if focused in window.card.secondary.buttons:
                assert focused.visibleRegion().boundingRect() == focused.rect()
                return
        pytest.fail("no secondary button had the focus")

    run_scene(qapp, scene)


def test_what_still_fits_is_listed_in_silence(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.NO_ANSWER))
        harness.desktop.window.show()
        shown = words(harness.desktop.window)
        assert text("status.fits.heading") in shown
        assert f"2.\n{samples.FITS[1]}" in shown
        harness.desktop.show(samples.at_rest())
        assert text("status.fits.heading") not in words(harness.desktop.window)

    run_scene(qapp, scene)


def test_one_primary_button_at_most(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        for state in CaptureState:
            harness.desktop.show(samples.overview(state))
            buttons = harness.desktop.window.card.findChildren(QPushButton)
            assert sum(bool(button.property("primary")) for button in buttons) <= 1

    run_scene(qapp, scene)


def test_head_and_obvious_button_stay_in_sight(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        long = replace(REFUSED, text=LONG, remedy=LONG)
        harness.desktop.show(samples.of_sessions(long))
        window.show()
        window.resize(420, 480)
        await settle()
        obvious = window.card.primary_button()
        assert obvious is not None
        for part in (window.card.title, obvious):
            assert not part.visibleRegion().isEmpty()
            assert part.visibleRegion().boundingRect().height() == part.height()

    run_scene(qapp, scene)
