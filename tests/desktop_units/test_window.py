"""The status window: what it shows for every state, and what its buttons send."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.notifications.announcer import without_content
from rtms_tray.desktop.notifications.message import Message, Topic
from rtms_tray.desktop.theme import DARK, LIGHT, is_dark
from rtms_tray.presentation.actions import Offer
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.units import MINUTE, SECOND
from tests.desktop_units import samples
from tests.desktop_units.fakes import Stage, play, settle
from tests.helpers.expected_logs import ExpectedLogs

S = CaptureState
STOPPED = Message(
    "Capture stopped",
    "Why.",
    Severity.CRITICAL,
    Topic("98712345670", "capture"),
    (Offer("Resend request", Command("resend", {"meeting": "98712345670"})),),
)


def words(widget: QWidget) -> str:
    """Give every word that can be seen."""
    seen = [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return "\n".join(seen)


def push(widget: QWidget, text: str) -> QPushButton:
    """Find the button with this text."""
    return next(b for b in widget.findChildren(QPushButton) if b.text() == text)


@pytest.mark.parametrize("unverified", [False, True])
@pytest.mark.parametrize("state", CaptureState)
def test_every_state_is_shown_whole(
    qapp: QApplication, state: CaptureState, *, unverified: bool
) -> None:
    async def scene(stage: Stage) -> None:
        overview = samples.overview(state, unverified=unverified)
        stage.desktop.show(overview)
        window = stage.desktop.window
        window.show()
        shown = words(window)
        assert all(text in shown for text in samples.TITLES[state])
        buttons = {button.text() for button in window.card.findChildren(QPushButton)}
        if overview.lead is not None:
            assert {action.label for action in overview.lead.actions} <= buttons
            assert "for 4 min" in shown
            assert ("not confirmed" in shown) is unverified
        assert overview.title in window.windowTitle()
        nameless = [
            widget.metaObject().className()
            for widget in window.findChildren(QWidget)
            if isinstance(widget, QPushButton | QLineEdit) and not widget.accessibleName()
        ]
        assert nameless == []

    play(qapp, scene)


@pytest.mark.parametrize("state", CaptureState)
def test_nothing_is_cut_off_in_the_narrowest_window(
    qapp: QApplication, state: CaptureState
) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.overview(state))
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

    play(qapp, scene)


@pytest.mark.promise("words from outside are plain text everywhere")
def test_no_label_reads_markup(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(
            samples.of_sessions(samples.session(S.STOPPED), notices=(samples.NOTICE,))
        )
        rich = [
            label.text()
            for label in stage.desktop.window.findChildren(QLabel)
            if label.textFormat() is not Qt.TextFormat.PlainText and "<" in label.text()
        ]
        assert rich == []
        spoken = [
            label for label in stage.desktop.window.findChildren(QLabel) if len(label.text()) > 1
        ]
        assert spoken
        assert {label.textFormat() for label in spoken} == {Qt.TextFormat.PlainText}

    play(qapp, scene)


def test_a_button_sends_once_and_rests_meanwhile(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.RESEND_NEEDED))
        stage.commander.go.clear()
        button = push(stage.desktop.window.card, "Resend request")
        button.click()
        await settle()
        assert not button.isEnabled()
        stage.desktop.commands.send(Command("resend", {"meeting": "98712345670"}))
        stage.desktop.show(samples.overview(S.STOPPED))  # drawn anew: still under way
        again = push(stage.desktop.window.card, "Resend request")
        assert not again.isEnabled()
        stage.commander.go.set()
        await settle()
        assert again.isEnabled()
        assert stage.commander.asked == [("resend", {"meeting": "98712345670"})]

    play(qapp, scene)


def test_a_refusal_is_shown_until_something_works(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.overview(S.SHARING))
        window.show()
        stage.commander.answer = Answer(Exit.REFUSED, "Zoom says <b>no</b>.")
        push(window.card, "Stop").click()
        await settle()
        assert "Zoom says <b>no</b>." in words(window)
        stage.commander.answer = Answer(Exit.DONE)
        push(window.card, "Pause").click()
        await settle()
        assert "Zoom says" not in words(window)

    play(qapp, scene)


def test_a_refusal_can_be_dismissed(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.overview(S.SHARING))
        window.show()
        stage.commander.answer = Answer(Exit.STILL_TRYING, "Zoom is slow.")
        push(window.card, "Stop").click()
        await settle()
        assert "Still trying" in words(window)
        push(window.banners, "Dismiss").click()
        assert "Still trying" not in words(window)

    play(qapp, scene)


def test_a_fault_inside_is_logged_and_answered(
    qapp: QApplication, expected_logs: ExpectedLogs
) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.SHARING))
        stage.desktop.window.show()
        stage.commander.trouble = ValueError("odd")
        push(stage.desktop.window.card, "Stop").click()
        await settle()
        assert "That went wrong inside rtms-tray." in words(stage.desktop.window)
        assert push(stage.desktop.window.card, "Stop").isEnabled()

    expected_logs.expect("command_sender:ERROR:The command stop failed")
    play(qapp, scene)


def test_open_questions_are_answered_with_yes_and_no(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.NO_ANSWER))
        checks = stage.desktop.window.card.checks
        for text in ("Yes", "No", "Undo"):
            push(checks, text).click()
            await settle()
        told = [(a["condition"], a["value"]) for _name, a in stage.commander.asked]
        assert told == [
            ("host_org_rtms_enabled", "yes"),
            ("host_org_rtms_enabled", "no"),
            ("host_approval_required", "unknown"),
        ]
        assert {name for name, _a in stage.commander.asked} == {"tell"}

    play(qapp, scene)


def test_the_place_in_focus_is_kept_when_checks_change(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.NO_ANSWER))
        stage.desktop.open_window()
        await settle()
        checks = stage.desktop.window.card.checks
        before = push(checks, "No")
        before.setFocus()
        lead = samples.session(S.NO_ANSWER)
        stage.desktop.show(samples.of_sessions(replace(lead, checks=lead.checks[1:])))
        await settle()
        after = push(checks, "No")
        assert after is not before
        assert after.hasFocus()

    play(qapp, scene)


def test_a_confirmed_action_asks_first(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.DENIED))
        stage.desktop.window.show()
        push(stage.desktop.window.card, "Resend request").click()
        await settle()
        assert stage.commander.asked == []
        question = stage.desktop.window.findChild(QWidget, "qt_msgbox_label")
        assert isinstance(question, QLabel)
        assert question.text() == "The host said no. Ask again all the same?"

    play(qapp, scene)


def test_typed_meetings_are_started_and_kept_when_refused(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.overview(S.IDLE))
        window.show()
        stage.commander.answer = Answer(Exit.REFUSED, "That is no meeting number.")
        QTest.keyClicks(window.entry, "nonsense")
        QTest.keyClick(window.entry, Qt.Key.Key_Return)
        await settle()
        assert window.entry.text() == "nonsense"
        assert "That is no meeting number." in words(window)
        stage.commander.answer = Answer(Exit.DONE)
        window.entry.setText("987 1234 5670")
        window.start.click()
        await settle()
        assert window.entry.text() == ""
        assert stage.commander.asked[-1] == ("start", {"meeting": "987 1234 5670"})

    play(qapp, scene)


def test_start_dialog_stays_open_with_the_reason(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        dialog = stage.desktop.start_dialog
        dialog.ask()
        dialog.start.click()
        assert "Type the meeting's number" in dialog.trouble.text()
        dialog.entry.setText("my room")
        stage.commander.answer = Answer(Exit.REFUSED, "Personal links carry no number.")
        dialog.start.click()
        await settle()
        assert dialog.isVisible()
        assert dialog.trouble.text() == "Personal links carry no number."
        stage.commander.answer = Answer(Exit.DONE)
        dialog.start.click()
        await settle()
        assert not dialog.isVisible()

    play(qapp, scene)


def test_several_sessions_are_tabs(qapp: QApplication) -> None:
    first = samples.session(S.RESEND_NEEDED)
    second = samples.session(S.SHARING, key="81122223333")

    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.of_sessions(first, second))
        window.show()
        assert window.tabs.isVisible()
        assert window.tabs.bar.currentIndex() == 0
        window.tabs.bar.setCurrentIndex(1)
        assert window.card.title.text() == "Sharing"
        stage.desktop.open_window()  # the leading one again
        assert window.card.title.text() == first.title
        stage.desktop.open_window("81122223333")
        assert window.card.title.text() == "Sharing"
        stage.desktop.show(samples.overview(S.RESEND_NEEDED))
        assert not window.tabs.isVisible()
        assert window.card.title.text() == first.title

    play(qapp, scene)


def test_the_footer_says_who_and_when(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.overview(S.SHARING))
        window.show()
        assert "Signed in as you@example.com" in words(window.footer)
        assert "Events: connected · last event 3 s ago" in words(window.footer)
        stage.at += 2 * SECOND
        window._tick()
        assert "last event 5 s ago" in words(window.footer)
        stage.at += 2 * MINUTE
        window._tick()
        assert window.card.subtitle.text() == "for 6 min"
        stage.at = samples.NOW
        stage.desktop.show(samples.overview(S.SHARING, unverified=True))
        assert "Events: lost, no network · next try in 8 s" in words(window.footer)

    play(qapp, scene)


def test_seconds_are_counted_only_while_somebody_can_see(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        assert not window._timer.isActive()
        window.show()
        assert window._timer.isActive()
        window.close()
        assert not window._timer.isActive()

    play(qapp, scene)


def test_what_became_of_the_time_is_counted_on(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.SHARING))
        window = stage.desktop.window
        window.show()
        assert "Stream live 8 of 16 min" in words(window)
        stage.at += 10 * MINUTE
        window._tick()
        assert "Stream live 18 of 26 min" in words(window)
        stage.desktop.show(samples.at_rest())
        assert "Stream live" not in words(window)

    play(qapp, scene)


def test_escape_closes_and_the_obvious_button_has_the_focus(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.overview(S.RESEND_NEEDED))
        await settle()
        stage.desktop.tray.found.emit()  # with a tray, closing hides
        stage.desktop.open_window()
        await settle()
        assert window.focusWidget() is push(window.card, "Resend request")
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
        await settle()
        assert stage.commander.asked == [("resend", {"meeting": "98712345670"})]
        QTest.keyClick(window, Qt.Key.Key_Escape)
        await settle()
        assert not window.isVisible()

    play(qapp, scene)


def test_the_same_overview_is_not_drawn_again(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.SHARING))
        button = push(stage.desktop.window.card, "Pause")
        entry = stage.desktop.menu.menu.actions()[1]
        stage.desktop.show(samples.overview(S.SHARING))
        assert push(stage.desktop.window.card, "Pause") is button
        assert stage.desktop.menu.menu.actions()[1] is entry

    play(qapp, scene)


def test_notices_are_banners_with_their_action(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(
            samples.of_sessions(samples.session(S.SHARING), notices=(samples.NOTICE,))
        )
        window.show()
        assert "Zoom no longer accepts the sign-in of this computer." in words(window.banners)
        push(window.banners, "Sign in…").click()
        await settle()
        push(window.banners, "Sign in…").click()  # the browser was closed: once more
        await settle()
        assert stage.commander.asked == [("sign-in", {"browser": "yes"})] * 2

    play(qapp, scene)


def test_colours_change_live(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.overview(S.SHARING))
        window.show()
        for theme in (DARK, LIGHT):
            window.set_theme(theme)
            await asyncio.sleep(0)
            corner = window.grab().toImage().pixelColor(3, 3)
            assert corner.name() == theme.ground

    play(qapp, scene)


def test_a_refusal_with_the_window_hidden_is_announced(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.SHARING))
        stage.commander.answer = Answer(Exit.REFUSED, "Zoom refused.")
        stage.desktop.commands.send(Command("stop", {}))
        await settle()
        assert stage.desktop.window.isVisible()  # no tray here: the window is the last way
        stage.desktop.announce(Message("Sharing", "Again.", Severity.INFO))
        await settle()
        assert "Again." in words(stage.desktop.window.banners)

    play(qapp, scene)


def test_the_desktops_colours_are_followed(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.SHARING))
        stage.desktop.window.set_theme(LIGHT if is_dark() else DARK)
        qapp.styleHints().colorSchemeChanged.emit(qapp.styleHints().colorScheme())
        assert stage.desktop.window._theme is (DARK if is_dark() else LIGHT)
        coloured = stage.desktop.tray.icon.icon().cacheKey()
        stage.desktop.apply_appearance(theme="auto", icons="monochrome")
        assert stage.desktop.tray.icon.icon().cacheKey() != coloured

    play(qapp, scene)


def test_messages_fall_back_to_a_banner(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.overview(S.STOPPED))
        stage.desktop.announce(replace(STOPPED, title="Stopped once"))
        await settle()
        assert window.isVisible()
        push(window.banners, "Resend request").click()
        await settle()
        assert stage.commander.asked == [("resend", {"meeting": "98712345670"})]
        stage.desktop.announce(replace(STOPPED, title="Stopped again"))
        await settle()
        assert "Stopped again" in words(window.banners)
        assert "Stopped once" not in words(window.banners)
        stage.desktop.withdraw(STOPPED.topic)
        await settle()
        assert "Stopped again" not in words(window.banners)

    play(qapp, scene)


def test_a_discreet_banner_opens_nothing(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.STOPPED))
        hushed = without_content(STOPPED)
        assert hushed is not None
        stage.desktop.banners.show_message(hushed)
        assert stage.desktop.window.isMinimized()
        assert "rtms-tray needs you" in words(stage.desktop.window.banners)

    play(qapp, scene)
