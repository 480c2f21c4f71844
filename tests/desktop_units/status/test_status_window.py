"""The status window: starting by number, its last lines, its keys and colours."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.theme import DARK, LIGHT
from rtms_tray.presentation.view_model import AccountView, SignInState
from rtms_tray.support.command_types import Answer, Exit
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import MINUTE, SECOND
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, run_scene, settle
from tests.helpers.windows import push, visible_texts, words

S = CaptureState


@pytest.mark.promise("words from outside are plain text everywhere")
def test_no_label_reads_markup(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(
            samples.of_sessions(samples.session(S.STOPPED), notices=(samples.NOTICE,))
        )
        rich = [
            label.text()
            for label in harness.desktop.window.findChildren(QLabel)
            if label.textFormat() is not Qt.TextFormat.PlainText and "<" in label.text()
        ]
        assert rich == []
        spoken = [
            label for label in harness.desktop.window.findChildren(QLabel) if len(label.text()) > 1
        ]
        assert spoken
        assert {label.textFormat() for label in spoken} == {Qt.TextFormat.PlainText}

    run_scene(qapp, scene)


def test_typed_meetings_are_started_and_kept_when_refused(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(S.IDLE))
        window.show()
        harness.commander.answer = Answer(Exit.REFUSED, "That is no meeting number.")
        QTest.keyClicks(window.entry, "nonsense")
        QTest.keyClick(window.entry, Qt.Key.Key_Return)
        await settle()
        assert window.entry.text() == "nonsense"
        assert "That is no meeting number." in words(window)
        harness.commander.answer = Answer(Exit.DONE)
        window.entry.setText("987 1234 5670")
        window.start.click()
        await settle()
        assert window.entry.text() == ""
        assert window.focusWidget() is window  # whose title screen readers say
        assert harness.commander.asked[-1] == ("start", {"meeting": "987 1234 5670"})

    run_scene(qapp, scene)


def test_at_rest_it_is_small_and_a_session_gets_its_room_back(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(S.SHARING))
        window.show()
        window.resize(450, 640)
        for _ in range(2):
            harness.desktop.show(samples.at_rest())
            await settle()
            assert window.width() <= 360
            banner = window.banners.height() + 10  # about the missing tray
            assert window.height() <= 240 + banner
            assert window.entry.isVisible()
            harness.desktop.show(samples.overview(S.SHARING))
            await settle()
            assert (window.width(), window.height()) == (450, 640)

    run_scene(qapp, scene)


def test_growing_it_stays_on_the_screen(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(S.SHARING))
        window.show()
        harness.desktop.show(samples.at_rest())
        await settle()
        screen = window.screen().availableGeometry()
        window.move(20, screen.bottom() - 200)
        harness.desktop.show(samples.overview(S.SHARING))
        await settle()
        assert window.frameGeometry().bottom() <= max(
            screen.bottom(), window.frameGeometry().height()
        )

    run_scene(qapp, scene)


def test_in_a_low_window_only_what_is_not_well_has_a_line_at_the_foot(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(S.SHARING))
        window.show()
        window.resize(360, 360)
        await settle()
        assert not window.footer.account.isVisible()
        assert not window.footer.feed.isVisible()
        harness.desktop.show(samples.overview(S.SHARING, unverified=True))
        assert window.footer.feed.isVisible()
        assert not window.footer.account.isVisible()

    run_scene(qapp, scene)


def test_the_footer_says_who_and_when(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(S.SHARING))
        window.show()
        assert "Signed in as you@example.com" in words(window.footer)
        assert "Zoom events: connected · last one 3 s ago" in words(window.footer)
        harness.at += 2 * SECOND
        window._tick()
        assert "last one 5 s ago" in words(window.footer)
        harness.at += 2 * MINUTE
        window._tick()
        assert window.card.subtitle.text() == "Meeting 987 1234 5670 · for 6 min"
        harness.at = samples.NOW
        harness.desktop.show(samples.overview(S.SHARING, unverified=True))
        assert "Zoom events: lost, no network · next try in 8 s" in words(window.footer)

    run_scene(qapp, scene)


def test_seconds_are_counted_only_while_somebody_can_see(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        assert not window._timer.isActive()
        window.show()
        assert window._timer.isActive()
        window.close()
        assert not window._timer.isActive()

    run_scene(qapp, scene)


def test_escape_closes_and_the_obvious_button_has_the_focus(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(S.RESEND_NEEDED))
        await settle()
        harness.desktop.tray.found.emit()  # with a tray, closing hides
        harness.desktop.open_window()
        await settle()
        assert window.focusWidget() is push(window.card, "Resend request")
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
        await settle()
        assert harness.commander.asked == [("resend", {"meeting": "98712345670"})]
        QTest.keyClick(window, Qt.Key.Key_Escape)
        await settle()
        assert not window.isVisible()

    run_scene(qapp, scene)


def test_colours_change_live(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(S.SHARING))
        window.show()
        for theme in (DARK, LIGHT):
            window.set_theme(theme)
            await asyncio.sleep(0)
            corner = window.grab().toImage().pixelColor(3, 3)
            assert corner.name() == theme.ground

    run_scene(qapp, scene)


@pytest.mark.parametrize(
    "state", [SignInState.SIGNED_OUT, SignInState.SIGNING_IN, SignInState.NOT_CONFIGURED]
)
def test_nothing_can_be_started_before_signing_in(qapp: QApplication, state: SignInState) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        view = samples.overview(S.IDLE)
        harness.desktop.show(replace(view, account=replace(view.account, state=state)))
        window.show()
        assert not window.entry.isEnabled()
        assert not window.start.isEnabled()
        mark = "–" if state is SignInState.SIGNING_IN else "!"
        assert visible_texts(window.footer)[0] == mark
        harness.desktop.show(view)
        assert visible_texts(window.footer)[0] == "✓"
        assert window.entry.isEnabled()
        assert window.start.isEnabled()
        locked = replace(view.account, state=SignInState.LOCKED)
        harness.desktop.show(replace(view, account=locked))
        assert window.start.isEnabled()

    run_scene(qapp, scene)


def test_while_signing_in_nobody_is_told_to_sign_in(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        view = samples.overview(S.SIGNED_OUT)
        harness.desktop.show(view)
        window.show()
        assert "Sign in to Zoom" in words(window.card)
        harness.desktop.show(
            replace(view, account=AccountView(SignInState.SIGNING_IN), actions=(), title="…")
        )
        await settle()
        assert "Sign in to Zoom" not in words(window.card)

    run_scene(qapp, scene)


def test_a_sign_in_that_does_not_come_back_names_the_redirect_uri(qapp: QApplication) -> None:
    uri = "http://127.0.0.1/callback"
    waiting = AccountView(SignInState.SIGNING_IN, missing_redirect=uri)

    async def scene(harness: DesktopHarness) -> None:
        for state, place in ((S.SIGNED_OUT, "card"), (S.SHARING, "banners")):
            harness.desktop.show(replace(samples.overview(state), account=waiting, actions=()))
            harness.desktop.window.show()
            await settle()
            assert uri in words(getattr(harness.desktop.window, place))

    run_scene(qapp, scene)


def test_a_meetings_topic_is_in_the_card_and_nowhere_else(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        session = samples.session(S.SHARING)
        assert session.meeting_id is not None
        harness.desktop.show(samples.of_sessions(session))
        window.resize(500, 900)
        window.show()
        await settle()
        assert "<b>" not in words(window)
        harness.topics = {session.meeting_id: "<b>Weekly</b> review"}
        window._tick()
        facts = window.card.subtitle
        assert facts.text().startswith(f"<b>Weekly</b> review · {session.meeting}")
        assert facts.textFormat() is Qt.TextFormat.PlainText
        for told in (window.windowTitle(), window.card.accessibleName()):
            assert "Weekly" not in told
        harness.topics = {session.meeting_id: "A long one " * 20}
        window._tick()
        assert facts.text().startswith(
            "A long one A long one A long one A long one A long one A lo…"
        )
        harness.topics = {}
        window._tick()
        assert facts.text().startswith(session.meeting)

    run_scene(qapp, scene)
