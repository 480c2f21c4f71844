"""The question about a set-up link: what it shows, and that only a deliberate click agrees."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from rtms_tray.desktop.application import Desktop, DesktopInputs
from rtms_tray.desktop.setup.consent_window import ConsentWindow
from rtms_tray.presentation.setup_offer import SetupOffer
from rtms_tray.presentation.view_model import AccountView, Overview, SignInState
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.frozen import replace
from tests.desktop_units import samples
from tests.desktop_units.fakes import FullDesktop
from tests.helpers.windows import Known, until, words

pytestmark = pytest.mark.qt_loop

OFFER = SetupOffer("key", "relay.example.com", "<b>Zoom</b> & more", ("One", "Two"))
AGREED = Answer(Exit.DONE, "done", {"sign_in": True})
NOT_SET_UP = replace(
    samples.at_rest(samples.S.SIGNED_OUT), account=AccountView(SignInState.NOT_CONFIGURED)
)


def asked(full: FullDesktop, offer: SetupOffer = OFFER) -> ConsentWindow:
    full.desktop.show_offer(offer)
    return full.windows.consent


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def sent(full: FullDesktop, name: str) -> list[Command]:
    return [command for command in full.commander.asked if command.name == name]


async def test_it_shows_who_asks_and_strangers_words_as_text(full: FullDesktop) -> None:
    window = asked(full)
    shown = words(window).replace("\u200b", "")
    assert window.host.text().replace("\u200b", "") == "relay.example.com"
    assert window.host.font().pointSizeF() > 1.5 * window.name.font().pointSizeF()
    assert "<b>Zoom</b> & more" in shown
    assert "One" in shown
    assert "Two" in shown
    assert not window._warning.isVisible()
    assert window.isVisible()


async def test_a_host_is_shown_whole_however_long(full: FullDesktop) -> None:
    host = "zoom.us." + "a" * 60 + ".evil.example:8443"
    window = asked(full, replace(OFFER, host=host, replaces="Old, then new."))
    assert window.host.text().replace("\u200b", "") == host
    assert window.host.accessibleName() == host
    assert window.host.width() >= window.host.minimumSizeHint().width()
    assert window._warning.isVisible()
    assert "Old, then new." in words(window)


async def test_that_another_link_was_left_out_is_said(full: FullDesktop) -> None:
    full.desktop.show(samples.at_rest())
    window = asked(full)
    asked(full, replace(OFFER, remark="Answer this first."))
    assert "Answer this first." in words(window)
    full.desktop.refuse_setup("No link.")
    await until(lambda: "No link." in words(full.desktop.window))


@pytest.mark.promise("nothing is set up before a person agrees")
async def test_neither_a_quick_click_nor_return_agrees(full: FullDesktop) -> None:
    window = asked(full)
    click(window.agree)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        QTest.keyClick(window, key)
    await until(window.agree.isEnabled)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        QTest.keyClick(window, key)
    assert window.isVisible()
    assert full.commander.names() == []
    assert not any(button.isDefault() for button in window.findChildren(QPushButton))


async def test_by_keyboard_somebody_can_agree_on_purpose(full: FullDesktop) -> None:
    full.commander.answer = AGREED
    window = asked(full)
    await until(window.agree.isEnabled)
    window.agree.setFocus()
    QTest.keyClick(window.agree, Qt.Key.Key_Return)
    await until(lambda: sent(full, "setup-accept"))


async def test_agreeing_stores_it_and_goes_on_to_the_sign_in(full: FullDesktop) -> None:
    full.desktop.show(NOT_SET_UP)
    assert full.windows.setup_wizard.isVisible()
    full.commander.answer = AGREED
    window = asked(full)
    await until(window.agree.isEnabled)
    click(window.agree)
    await until(lambda: sent(full, "sign-in"))
    assert sent(full, "setup-accept") == [Command("setup-accept", {"offer": "key"})]
    assert not window.isVisible()
    assert not full.windows.setup_wizard.isVisible()
    assert full.desktop.window.isVisible()
    assert sent(full, "setup-decline") == []


async def test_who_is_signed_in_stays_so(full: FullDesktop) -> None:
    full.desktop.show(samples.at_rest())
    full.commander.answer = Answer(Exit.DONE, data={"sign_in": False})
    window = asked(full)
    await until(window.agree.isEnabled)
    click(window.agree)
    await until(full.desktop.window.isVisible)
    assert sent(full, "sign-in") == []


async def test_what_cannot_be_stored_is_said_and_can_be_tried_again(full: FullDesktop) -> None:
    full.commander.answer = Answer(Exit.REFUSED, "The disk is full.")
    window = asked(full)
    await until(window.agree.isEnabled)
    click(window.agree)
    await until(lambda: "The disk is full." in words(window))
    assert window.agree.isEnabled()
    assert window.cancel.isEnabled()
    asked(full)
    assert "The disk is full." not in words(window)


@pytest.mark.parametrize("how", ["cancel", "escape"])
@pytest.mark.parametrize(
    ("overview", "then"), [(NOT_SET_UP, "set-up"), (samples.at_rest(), "nothing")]
)
async def test_declining_changes_nothing(
    full: FullDesktop, how: str, overview: Overview, then: str
) -> None:
    full.desktop.show(overview)
    # It opens by itself: there is no tray.
    first = full.desktop.window if then == "nothing" else full.windows.setup_wizard
    await until(first.isActiveWindow)
    full.windows.setup_wizard.hide()
    window = asked(full)
    await until(window.isActiveWindow)
    if how == "escape":
        QTest.keyClick(window, Qt.Key.Key_Escape)
    else:
        click(window.cancel)
    await until(lambda: sent(full, "setup-decline") == [Command("setup-decline", {"offer": "key"})])
    assert not window.isVisible()
    assert full.windows.setup_wizard.isVisible() is (then == "set-up")
    click(window.agree)
    assert sent(full, "setup-accept") == []


async def test_an_answered_window_does_nothing_more(full: FullDesktop) -> None:
    window = full.windows.consent
    window._agree()
    window.close()
    assert full.commander.names() == []


@pytest.mark.parametrize("is_asked", [True, False])
async def test_a_link_that_started_the_program_comes_first(
    qapp: QApplication, tmp_path: Path, *, is_asked: bool
) -> None:
    other = FullDesktop(qapp, tmp_path)
    other.commander.answer = Answer(Exit.DONE if is_asked else Exit.REFUSED, "Bad link.")
    inputs = DesktopInputs(_no_meetings, lambda: None, setup="link")
    desktop = Desktop(qapp, other.commander, inputs, other.inputs)
    assert desktop.windows is not None
    wizard = desktop.windows.setup_wizard
    try:
        desktop.show(NOT_SET_UP)
        desktop.open_window()
        assert not wizard.isVisible(), "the question is on its way"
        if is_asked:
            desktop.show_offer(OFFER)
        await until(lambda: sent(other, "open") == [Command("open", {"given": "link"})])
        desktop.open_window()
        await until((desktop.windows.consent if is_asked else wizard).isVisible)
        assert wizard.isVisible() is not is_asked
    finally:
        await desktop.end()
        await other.desktop.end()


async def test_without_windows_nobody_is_asked(qapp: QApplication) -> None:
    desktop = Desktop(qapp, Known(), DesktopInputs(_no_meetings, lambda: None))
    desktop.show_offer(OFFER)
    await desktop.end()


async def _no_meetings() -> tuple[()]:
    return ()
