"""What came of a command is told once: by the window, by a banner, or by a message."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.notifications.message import Message, Topic
from rtms_tray.desktop.notifications.sender import Announcer
from rtms_tray.presentation.view_model import (
    ActionView,
    Overview,
    SessionView,
)
from rtms_tray.runtime.notices import not_signed_in
from rtms_tray.support.command_types import Answer, AnswerCode, Command, Exit
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from rtms_tray.zoom.errors import SignInFailed
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, FullDesktop, run_scene, settle
from tests.helpers.windows import push, until, visible_texts, words

S = CaptureState
REFUSED = samples.session(S.REFUSED)


def refused(session: SessionView) -> Answer:
    """Make the answer to a request for this session that Zoom refused."""
    text = f"{session.title}. {session.text} {session.remedy}"
    return Answer(Exit.REFUSED, text, code=AnswerCode.SESSION, session=session.key)


async def start(harness: DesktopHarness) -> None:
    harness.desktop.commands.send(Command("start", {"meeting": "98712345670"}))
    await settle()


TEXT = "Hi! Please approve the request."
SIGN_IN = Command("sign-in", {"browser": "yes"})
SIGN_IN_TOPIC = Topic(category="sign-in")


class RecordingChannel:
    """A way to tell the user something that only takes note of it."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.withdrawn: list[Topic] = []

    async def deliver(self, message: Message) -> bool:
        self.messages.append(message)
        return True

    async def withdraw(self, topic: Topic) -> None:
        self.withdrawn.append(topic)

    async def close(self) -> None:
        pass


def record_messages(harness: DesktopHarness) -> RecordingChannel:
    """Have notifications noted, as on a desktop that shows them."""
    channel = RecordingChannel()
    harness.desktop._announcer = Announcer((channel,))
    return channel


def failed(trouble: SignInFailed) -> tuple[Overview, Answer]:
    """Make what is shown once a sign-in has failed, and its answer."""
    view = replace(samples.at_rest(S.SIGNED_OUT), notices=(not_signed_in(trouble),))
    text = f"{trouble.text} {trouble.remedy}"
    return view, Answer(Exit.REFUSED, text, trouble=trouble.code)


def test_a_refusal_that_the_card_tells_is_not_told_again(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(S.IDLE))
        window.show()
        harness.commander.answer = Answer(Exit.REFUSED, "That is no meeting number.")
        await start(harness)
        assert text("status.refusal.not_done") in words(window.banners)
        harness.desktop.show(samples.of_sessions(REFUSED))
        harness.commander.answer = refused(REFUSED)
        await start(harness)
        assert text("status.refusal.not_done") not in words(window)
        live = samples.session(S.SHARING)  # its text tells of the refusal, its title does not
        harness.desktop.show(samples.of_sessions(live))
        harness.commander.answer = refused(live)
        await start(harness)
        assert text("status.refusal.not_done") not in words(window)

    run_scene(qapp, scene)


def test_a_refusal_of_a_session_that_is_not_shown_is_told(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        other = samples.session(S.SHARING, key="81122223333")
        harness.desktop.show(samples.of_sessions(other, REFUSED))
        window.show()
        harness.commander.answer = refused(REFUSED)
        await start(harness)
        assert text("status.refusal.not_done") in words(window.banners)

    run_scene(qapp, scene)


def test_of_two_sessions_refused_alike_a_refused_resend_of_the_other_is_told(
    qapp: QApplication,
) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        other = replace(REFUSED, key="81122223333")
        assert (other.title, other.text) == (REFUSED.title, REFUSED.text)
        harness.desktop.show(samples.of_sessions(REFUSED, other))
        window.show()
        harness.commander.answer = refused(other)
        harness.desktop.commands.send(Command("resend", {"meeting": other.key}))
        await settle()
        assert text("status.refusal.not_done") in words(window.banners)
        window.choose(other.key)
        harness.desktop.commands.send(Command("resend", {"meeting": other.key}))
        await settle()
        assert text("status.refusal.not_done") not in words(window.banners)

    run_scene(qapp, scene)


def test_a_refusal_that_only_sounds_like_the_card_is_told(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.of_sessions(REFUSED))
        harness.desktop.window.show()
        harness.commander.answer = refused(REFUSED)._replace(code=AnswerCode.PLAIN)
        await start(harness)
        assert text("status.refusal.not_done") in words(harness.desktop.window.banners)

    run_scene(qapp, scene)


def test_a_refusal_is_shown_until_something_works(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(S.SHARING))
        window.show()
        harness.commander.answer = Answer(Exit.REFUSED, "Zoom says <b>no</b>.")
        push(window.card, text("actions.stop")).click()
        await settle()
        assert "Zoom says <b>no</b>." in words(window)
        harness.commander.answer = Answer(Exit.DONE)
        push(window.card, "Pause").click()
        await settle()
        assert "Zoom says" not in words(window)

    run_scene(qapp, scene)


def test_a_refusal_can_be_dismissed(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(S.SHARING))
        window.show()
        harness.commander.answer = Answer(Exit.STILL_TRYING, "Zoom is slow.")
        push(window.card, text("actions.stop")).click()
        await settle()
        assert "Still trying" in words(window)
        push(window.banners, "Dismiss").click()
        assert "Still trying" not in words(window)

    run_scene(qapp, scene)


def test_a_refusal_with_the_window_hidden_is_announced(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.SHARING))
        harness.commander.answer = Answer(Exit.REFUSED, "Zoom refused.")
        harness.desktop.commands.send(Command("stop", {}))
        await settle()
        assert harness.desktop.window.isVisible()  # no tray here: the window is the last way
        harness.desktop.announce(Message("Sharing", "Again.", Severity.INFO))
        await settle()
        assert "Again." in words(harness.desktop.window.banners)

    run_scene(qapp, scene)


def test_it_is_copied_and_shown(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.commander.answer = Answer(Exit.DONE, TEXT)
        action = ActionView("message", "Message for the host")
        session = replace(samples.session(CaptureState.STOPPED), actions=(action,))
        harness.desktop.show(samples.of_sessions(session))
        harness.desktop.open_window()
        await settle()
        button = harness.desktop.window.findChild(QPushButton, "action-message")
        assert isinstance(button, QPushButton)
        button.click()
        await settle()
        assert harness.commander.asked == [("message", {"meeting": session.key})]
        assert QGuiApplication.clipboard().text() == TEXT
        shown = [
            part.text() for part in harness.desktop.window.findChildren(QLabel) if part.isVisible()
        ]
        assert any(TEXT in text for text in shown)

    run_scene(qapp, scene)


@pytest.mark.qt_loop
async def test_what_is_copied_without_a_window_is_shown(full: FullDesktop) -> None:
    full.desktop.show(samples.overview(CaptureState.STOPPED))
    full.commander.answer = Answer(Exit.DONE, "Please let the app share.")
    full.desktop.commands.send(Command("message", {}))
    await until(full.desktop.window.isVisible)
    assert QGuiApplication.clipboard().text() == "Please let the app share."
    assert "Please let the app share." in words(full.desktop.window.banners)


@pytest.mark.qt_loop
async def test_what_is_refused_without_a_window_is_told_all_the_same(full: FullDesktop) -> None:
    full.desktop.show(samples.at_rest())
    full.commander.answer = Answer(Exit.REFUSED, "There is no such meeting.")
    full.desktop.commands.send(Command("start", {"meeting": "1"}))
    await until(lambda: "There is no such meeting." in words(full.desktop.window.banners))
    await until(full.desktop.window.isVisible)  # no tray and no notifications here


def test_a_failed_sign_in_is_told_once_in_the_window(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        channel, window = record_messages(harness), harness.desktop.window
        view, harness.commander.answer = failed(SignInFailed("access_denied"))
        window.show()
        harness.desktop.show(view)
        harness.desktop.commands.send(SIGN_IN)
        await settle()
        assert visible_texts(window.banners).count("Not signed in") == 1
        assert text("status.refusal.not_done") not in visible_texts(window.banners)
        assert channel.messages == []

    run_scene(qapp, scene)


def test_behind_a_closed_window_it_is_a_message_that_the_next_attempt_takes_back(
    qapp: QApplication,
) -> None:
    async def scene(harness: DesktopHarness) -> None:
        view, harness.commander.answer = failed(SignInFailed("access_denied"))
        harness.desktop.show(view)
        await settle()
        harness.desktop.tray.found.emit()
        harness.desktop.window.close()
        channel = record_messages(harness)
        harness.desktop.commands.send(SIGN_IN)
        await settle()
        (message,) = channel.messages
        assert (message.title, message.topic) == ("Not signed in", SIGN_IN_TOPIC)
        assert message.offers[0].command == SIGN_IN
        for _ in range(2):
            harness.desktop.show(samples.signing_in(view))
            harness.desktop.show(samples.signing_in(replace(view, notices=())))
            await settle()
            assert channel.withdrawn == [SIGN_IN_TOPIC]

    run_scene(qapp, scene)


def test_where_only_the_window_can_tell_it_is_told_once_as_well(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        view, harness.commander.answer = failed(SignInFailed("access_denied"))
        harness.desktop.show(view)
        await settle()
        window = harness.desktop.window
        window.minimise_instead = False
        window.close()
        harness.desktop.commands.send(SIGN_IN)
        await settle()
        assert window.isVisible()
        assert visible_texts(window.banners).count("Not signed in") == 1

    run_scene(qapp, scene)


@pytest.mark.parametrize("code", ["cancelled", "superseded"])
def test_who_ends_a_sign_in_is_not_told_so(qapp: QApplication, code: str) -> None:
    async def scene(harness: DesktopHarness) -> None:
        trouble = SignInFailed(code)
        harness.commander.answer = Answer(Exit.REFUSED, trouble.text, code=AnswerCode.CANCELLED)
        harness.desktop.show(samples.at_rest(S.SIGNED_OUT))
        harness.desktop.window.show()
        channel = record_messages(harness)
        harness.desktop.commands.send(SIGN_IN)
        await settle()
        assert channel.messages == []
        assert text("status.refusal.not_done") not in visible_texts(harness.desktop.window.banners)

    run_scene(qapp, scene)


def test_a_refusal_that_no_notice_tells_is_told(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.commander.answer = Answer(Exit.REFUSED, "rtms-tray is not set up yet.")
        harness.desktop.show(samples.at_rest(S.SIGNED_OUT))
        harness.desktop.window.show()
        harness.desktop.commands.send(SIGN_IN)
        await settle()
        assert "rtms-tray is not set up yet." in visible_texts(harness.desktop.window.banners)

    run_scene(qapp, scene)


@pytest.mark.parametrize("seen", [False, True])
def test_a_plan_made_in_the_menu_is_confirmed_where_the_window_is_closed(
    qapp: QApplication,
    seen: bool,  # noqa: FBT001  a case
) -> None:
    async def scene(harness: DesktopHarness) -> None:
        channel = RecordingChannel()
        harness.desktop._announcer = Announcer((channel,))
        harness.desktop.show(samples.overview(S.IDLE))
        harness.desktop.tray.found.emit()
        harness.desktop.open_window()
        await settle()
        harness.desktop.window.setVisible(seen)
        harness.commander.answer = Answer(Exit.DONE, "It is planned.")
        harness.desktop.commands.send(Command("arm", {"meeting": "98712345670"}))
        await settle()
        told = [(message.text, message.severity) for message in channel.messages]
        assert told == ([] if seen else [("It is planned.", Severity.INFO)])

    run_scene(qapp, scene)
