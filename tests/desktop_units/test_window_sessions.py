"""The status window with several sessions, in small places, and where it was; what the menu can be given."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from rtms_tray.capture.conditions import Value
from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.menu import MenuActions
from rtms_tray.desktop.status.session_tabs import arranged
from rtms_tray.desktop.status.window import StatusWindow
from rtms_tray.store.state import WindowGeometryFile
from tests.desktop_units import samples
from tests.desktop_units.fakes import Recorder, Stage, play, settle
from tests.helpers.windows import words

S = CaptureState
LIVE = samples.session(S.SHARING, key="81122223333")
OTHER = samples.session(S.STOPPED, key="82233334444")
ENDED = samples.session(S.ENDED, key="70011112222")
OLDER = replace(samples.session(S.ENDED, key="60011112222"), meeting="Meeting 600 & 1")


def test_what_goes_on_has_a_tab_what_is_over_one_entry() -> None:
    all_of_them = samples.of_sessions(LIVE, OLDER, ENDED, OTHER)
    assert arranged(all_of_them, LIVE) == ((LIVE, OTHER), (ENDED, OLDER))
    assert arranged(all_of_them, ENDED) == ((LIVE, ENDED, OTHER), (OLDER,))
    only_over = samples.of_sessions(ENDED, OLDER)
    assert arranged(only_over, ENDED) == ((ENDED,), (OLDER,))
    assert arranged(samples.at_rest(), None) == ((), ())


def test_ended_sessions_are_found_under_earlier(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.of_sessions(LIVE, OLDER, ENDED, OTHER))
        window.show()
        tabs = window.tabs
        assert [tabs.bar.tabText(n) for n in range(tabs.bar.count())] == [
            "811 2222 3333",
            "822 3333 4444",
        ]
        assert tabs.earlier.isVisible()
        newest, oldest = tabs.over.actions()
        assert newest.text().startswith("700 1111 2222 · The meeting is over, ")
        assert oldest.text().startswith("600 && 1 ·")
        oldest.trigger()
        assert window.card.meeting.text() == "Meeting 600 & 1"
        assert tabs.bar.count() == 3
        assert not tabs.bar.usesScrollButtons()  # they would cover the last tab
        assert len(tabs.over.actions()) == 1
        stage.desktop.show(samples.of_sessions(LIVE))
        assert not tabs.isVisible()
        assert window.card.meeting.text() == LIVE.meeting

    play(qapp, scene)


def test_the_headline_comes_back_when_the_state_changes(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        window.resize(window.minimumWidth(), 420)
        stage.desktop.show(samples.overview(S.RESEND_NEEDED))
        window.show()
        await settle()
        bar = window.card._area.verticalScrollBar()
        bar.setValue(bar.maximum())
        assert bar.value() > 0
        stage.desktop.show(samples.overview(S.RESEND_NEEDED, unverified=True))
        await settle()
        assert bar.value() > 0  # the same state: the reader is left alone
        stage.desktop.show(samples.overview(S.PENDING_APPROVAL))
        await settle()
        assert bar.value() == 0
        stage.desktop.show(samples.overview(S.RESEND_NEEDED))
        await settle()
        assert 0 < bar.value() < bar.maximum()  # just so far that the obvious button is seen
        obvious = window.card.primary_button()
        assert obvious is not None
        assert obvious.visibleRegion().boundingRect().height() == obvious.height()

    play(qapp, scene)


def test_secondary_buttons_stay_in_reach_in_a_small_window(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.overview(S.STOPPED))
        window.resize(window.minimumWidth(), 360)
        window.show()
        await settle()
        for button in window.card.secondary.findChildren(QPushButton):
            place = button.mapTo(window, QPoint(0, button.height()))
            assert 0 < place.y() <= window.height()

    play(qapp, scene)


def test_lines_stay_in_place_when_a_check_is_answered(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.overview(S.PENDING_APPROVAL))
        window.show()
        await settle()
        before = window.card.checks.height()
        known = tuple(replace(check, mark=Value.YES) for check in samples.CHECKS)
        stage.desktop.show(
            samples.of_sessions(replace(samples.session(S.PENDING_APPROVAL), checks=known))
        )
        await settle()
        assert window.card.checks.height() == before

    play(qapp, scene)


def test_what_still_fits_is_listed_in_silence(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.NO_ANSWER))
        stage.desktop.window.show()
        shown = words(stage.desktop.window)
        assert "What still fits, most likely first:" in shown
        assert f"2.\n{samples.FITS[1]}" in shown
        stage.desktop.show(samples.at_rest())
        assert "What still fits" not in words(stage.desktop.window)

    play(qapp, scene)


def test_one_primary_button_at_most(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        for state in CaptureState:
            stage.desktop.show(samples.overview(state))
            buttons = stage.desktop.window.card.findChildren(QPushButton)
            assert sum(bool(button.property("primary")) for button in buttons) <= 1

    play(qapp, scene)


def test_an_entry_added_later_stands_in_both_menus(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        opened: list[str] = []
        stage.desktop.add_entry("Show host & panel", lambda: opened.append("panel"))
        stage.desktop.show(samples.overview(S.SHARING))
        stage.desktop.add_entry("Another", lambda: opened.append("another"))
        for menu in (stage.desktop.menu.menu, stage.desktop.window.menu.menu):
            texts = [action.text() for action in menu.actions()]
            assert texts.index("Show host && panel") < texts.index("Another")
            menu.actions()[texts.index("Show host && panel")].trigger()
        assert opened == ["panel", "panel"]

    play(qapp, scene)


# --- where it was -------------------------------------------------------------------------------


def status_window(places: WindowGeometryFile) -> StatusWindow:
    async def no_meetings() -> tuple[()]:
        return ()

    sender = CommandSender(Recorder(), lambda _command, _answer: None)
    menu_actions = MenuActions(
        sender, no_meetings, lambda: None, lambda: None, print, lambda: None, lambda: samples.NOW
    )
    return StatusWindow(sender, menu_actions, places)


@pytest.mark.usefixtures("qapp")
def test_it_comes_back_where_it_was(tmp_path: Path) -> None:
    places = WindowGeometryFile(tmp_path / "windows.json")
    first = status_window(places)
    first.bring()
    usual = first.size()
    first.resize(500, 600)
    first.move(50, 60)
    first.close()
    again = status_window(places)
    assert again.isHidden()
    again.bring()
    assert (again.size(), again.pos()) == (QSize(500, 600), QPoint(50, 60))
    assert usual.width() == 420
    again.showMaximized()
    again.close()
    third = status_window(places)
    third.bring()
    assert third.size() == QSize(500, 600)
    third.hide()


@pytest.mark.usefixtures("qapp")
def test_a_stray_key_in_the_strip_goes_on_to_the_window(tmp_path: Path) -> None:
    window = status_window(WindowGeometryFile(tmp_path / "windows.json"))
    window.show_overview(samples.overview(S.SHARING))
    window.bring()
    assert QTest.qWaitForWindowActive(window)
    window.card.strip.setFocus()
    QTest.keyClick(window.card.strip, Qt.Key.Key_Escape)
    assert window.isHidden()
