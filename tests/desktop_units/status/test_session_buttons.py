"""Buttons find their places and send their commands; the checkbox shows and changes its setting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.status.session_buttons import AutoResendCheckbox, in_lines
from rtms_tray.presentation.view_model import ActionView
from rtms_tray.store.settings_file import load
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, FullDesktop, run_scene, settle
from tests.helpers.windows import push, words

OBVIOUS = ActionView("resend", "Send again", primary=True)
OFFERED = (
    ActionView("explain", "Explain in every detail what happened"),
    ActionView("message", "Copy a message for the host of it"),
    ActionView("give-up", "Give up"),
)
WIDE = 900
S = CaptureState


async def checkbox(full: FullDesktop) -> AutoResendCheckbox:
    """Show the window with the checkbox, not checked."""
    show(full, S.RESEND_NEEDED, checked=False)
    full.desktop.window.show()
    await settle()
    return full.desktop.window.card.auto_resend


def show(full: FullDesktop, state: CaptureState, *, checked: bool | None) -> None:
    """Show a session in this state, and what its setting says."""
    session = replace(samples.session(state), auto_resend=checked)
    full.desktop.show(samples.of_sessions(session))


def click_on_the_label(shown: AutoResendCheckbox) -> None:
    """Click beside the box."""
    words = text("status.auto_resend.label")
    label = next(part for part in shown.findChildren(QLabel) if part.text() == words)
    QTest.mouseClick(label, Qt.MouseButton.LeftButton)


def setting(full: FullDesktop) -> str:
    """Read what the file says."""
    settings, problems = load(full.profile.settings_file)
    assert problems == ()
    return settings.behaviour.auto_resend


@given(st.lists(st.integers(1, 400), max_size=8), st.integers(1, 800))
def test_every_button_has_its_place_and_fits(widths: list[int], room: int) -> None:
    lines = in_lines(widths, room)
    assert [place for line in lines for place in line] == list(range(len(widths)))
    for line in lines:
        assert 1 <= len(line) <= 2
        assert len(line) == 1 or sum(widths[place] for place in line) + 8 <= room


def test_two_that_fit_share_a_line_whatever_the_third_needs() -> None:
    assert in_lines([170, 160, 300], 352) == [[0, 1], [2]]
    assert in_lines([300, 160, 170], 352) == [[0], [1, 2]]
    assert in_lines([], 352) == []


def test_a_wider_window_needs_fewer_lines(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(CaptureState.PENDING_APPROVAL))
        window.show()
        heights = []
        for width in (window.minimumWidth(), 900):
            window.resize(width, 700)
            await settle()
            tops = {b.y() for b in window.card.secondary.findChildren(QPushButton)}
            heights.append(len(tops))
        assert heights[0] >= heights[1]
        assert heights[1] == 2

    run_scene(qapp, scene)


def test_the_same_buttons_move_and_still_send_their_commands(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        session = replace(samples.session(CaptureState.STOPPED), actions=(OBVIOUS, *OFFERED))
        harness.desktop.show(samples.of_sessions(session))
        window.show()
        shown = window.card.secondary
        lines = []
        for width in (window.minimumWidth(), WIDE, window.minimumWidth()):
            window.resize(width, 700)
            await settle()
            lines.append([shown.buttons[place].y() for place in range(len(OFFERED))])
        first, wide, again = lines
        assert first == again
        assert first == sorted(set(first))  # one below the other
        assert wide[0] == wide[1] < wide[2]
        QTest.mouseClick(shown.buttons[0], Qt.MouseButton.LeftButton)
        await settle()
        assert harness.commander.asked == [("explain", {"meeting": session.key})]

    run_scene(qapp, scene)


def test_a_confirmed_action_asks_first(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.DENIED))
        harness.desktop.window.show()
        push(harness.desktop.window.card, "Resend request").click()
        await settle()
        assert harness.commander.asked == []
        question = harness.desktop.window.findChild(QWidget, "qt_msgbox_label")
        assert isinstance(question, QLabel)
        assert question.text() == text("actions.confirm.resend_after_denial")

    run_scene(qapp, scene)


@pytest.mark.qt_loop
async def test_the_checkbox_changes_the_setting_and_the_program_follows(full: FullDesktop) -> None:
    shown = await checkbox(full)
    shown.box.setFocus()
    QTest.keyClick(shown.box, Qt.Key.Key_Space)
    await settle()
    assert setting(full) == "host_joined"
    assert full.commander.reloads == 1
    assert shown.box.isChecked()
    show(full, S.RESEND_NEEDED, checked=True)
    click_on_the_label(shown)
    await settle()
    assert setting(full) == "ask"


@pytest.mark.qt_loop
async def test_an_open_settings_window_follows_the_checkbox(full: FullDesktop) -> None:
    shown = await checkbox(full)
    full.windows.open_settings()
    row = full.windows.settings.rows["behaviour.auto_resend"]
    assert row.editor.value() == "ask"
    shown.box.click()
    await settle()
    assert row.editor.value() == "host_joined"


@pytest.mark.qt_loop
async def test_the_checkbox_follows_the_setting_and_is_shown_only_where_it_matters(
    full: FullDesktop,
) -> None:
    shown = await checkbox(full)
    assert shown.box.isVisible()
    assert not shown.box.isChecked()
    show(full, S.WAITING_FOR_HOST, checked=True)
    assert shown.box.isChecked()
    show(full, S.SHARING, checked=None)
    assert not shown.box.isVisible()


@pytest.mark.qt_loop
async def test_a_refused_change_of_the_checkbox_is_explained_and_undone(full: FullDesktop) -> None:
    shown = await checkbox(full)
    full.profile.settings_file.write_text("[behaviour\n", "utf-8")
    shown.box.click()
    await settle()
    assert not shown.box.isChecked()
    assert "Correct or remove" in words(full.desktop.window.banners)
    assert full.commander.reloads == 0
