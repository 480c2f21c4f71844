"""Signing in, as the desktop tells of it: where to go on, and once what came of it."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.notifications.announcer import Announcer
from rtms_tray.desktop.notifications.message import Message, Topic
from rtms_tray.desktop.plain_text import unbroken
from rtms_tray.presentation.view_model import Overview, SignInState
from rtms_tray.runtime.notices import not_signed_in
from rtms_tray.support.command_types import Answer, AnswerCode, Command, Exit
from rtms_tray.support.texts import text
from rtms_tray.zoom.errors import SignInFailed
from tests.desktop_units import samples
from tests.desktop_units.fakes import Stage, play, settle

S = CaptureState
ADDRESS = "https://zoom.us/oauth/authorize?state=x"
SIGN_IN = Command("sign-in", {"browser": "yes"})
SIGN_IN_TOPIC = Topic(category="sign-in")
NO_BROWSER = SignInFailed("no_browser")


def shown(widget: QWidget) -> list[str]:
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget)]


def buttons(widget: QWidget) -> dict[str, QPushButton]:
    return {one.text(): one for one in widget.findChildren(QPushButton) if one.isVisibleTo(widget)}


class Told:
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


def listening(stage: Stage) -> Told:
    """Have notifications noted, as on a desktop that shows them."""
    told = Told()
    stage.desktop._announcer = Announcer((told,))
    return told


def failed(trouble: SignInFailed) -> tuple[Overview, Answer]:
    """Make what is shown once a sign-in has failed, and its answer."""
    view = replace(samples.at_rest(S.SIGNED_OUT), notices=(not_signed_in(trouble),))
    text = f"{trouble.text} {trouble.remedy}"
    return view, Answer(Exit.REFUSED, text, trouble=trouble.code)


@pytest.mark.parametrize("beside", [False, True], ids=["at rest", "beside a session"])
def test_the_window_says_where_to_go_on(qapp: QApplication, *, beside: bool) -> None:
    view = samples.overview(S.SHARING if beside else S.SIGNED_OUT)

    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.signing_in(view))
        window.show()
        place: QWidget = window.banners if beside else window.card
        assert text("status.signing_in.no_page") in shown(place)
        stage.commander.answer = Answer(Exit.DONE, ADDRESS)
        buttons(place)["Copy the address"].click()
        await settle()
        assert QGuiApplication.clipboard().text() == ADDRESS
        assert "Copied: open it in a browser on this computer" in shown(window.banners)
        buttons(place)["Cancel signing in"].click()
        await settle()
        assert [name for name, _ in stage.commander.asked] == ["sign-in-address", "cancel-sign-in"]
        stage.desktop.show(view)
        await settle()
        assert text("status.signing_in.no_page") not in shown(window)

    play(qapp, scene)


@pytest.mark.parametrize(
    "state", [SignInState.SIGNED_OUT, SignInState.SIGNING_IN, SignInState.NOT_CONFIGURED]
)
def test_nothing_can_be_started_before_signing_in(qapp: QApplication, state: SignInState) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        view = samples.overview(S.IDLE)
        stage.desktop.show(replace(view, account=replace(view.account, state=state)))
        window.show()
        assert not window.entry.isEnabled()
        assert not window.start.isEnabled()
        mark = "–" if state is SignInState.SIGNING_IN else "✗"
        assert shown(window.footer)[0] == mark
        stage.desktop.show(view)
        assert shown(window.footer)[0] == "✓"
        assert window.entry.isEnabled()
        assert window.start.isEnabled()
        locked = replace(view.account, state=SignInState.LOCKED)
        stage.desktop.show(replace(view, account=locked))
        assert window.start.isEnabled()

    play(qapp, scene)


def test_a_failed_sign_in_is_told_once_in_the_window(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        told, window = listening(stage), stage.desktop.window
        view, stage.commander.answer = failed(SignInFailed("access_denied"))
        window.show()
        stage.desktop.show(view)
        stage.desktop.commands.send(SIGN_IN)
        await settle()
        assert shown(window.banners).count("Not signed in") == 1
        assert "Not done" not in shown(window.banners)
        assert told.messages == []

    play(qapp, scene)


def test_behind_a_closed_window_it_is_a_message_that_the_next_attempt_takes_back(
    qapp: QApplication,
) -> None:
    async def scene(stage: Stage) -> None:
        view, stage.commander.answer = failed(SignInFailed("access_denied"))
        stage.desktop.show(view)
        await settle()
        stage.desktop.tray.found.emit()
        stage.desktop.window.close()
        told = listening(stage)
        stage.desktop.commands.send(SIGN_IN)
        await settle()
        (message,) = told.messages
        assert (message.title, message.topic) == ("Not signed in", SIGN_IN_TOPIC)
        assert message.offers[0].command == SIGN_IN
        for _ in range(2):
            stage.desktop.show(samples.signing_in(view))
            stage.desktop.show(samples.signing_in(replace(view, notices=())))
            await settle()
            assert told.withdrawn == [SIGN_IN_TOPIC]

    play(qapp, scene)


def test_where_only_the_window_can_tell_it_is_told_once_as_well(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        view, stage.commander.answer = failed(SignInFailed("access_denied"))
        stage.desktop.show(view)
        await settle()
        window = stage.desktop.window
        window.minimise_instead = False
        window.close()
        stage.desktop.commands.send(SIGN_IN)
        await settle()
        assert window.isVisible()
        assert shown(window.banners).count("Not signed in") == 1

    play(qapp, scene)


@pytest.mark.parametrize("code", ["cancelled", "superseded"])
def test_who_ends_a_sign_in_is_not_told_so(qapp: QApplication, code: str) -> None:
    async def scene(stage: Stage) -> None:
        trouble = SignInFailed(code)
        stage.commander.answer = Answer(Exit.REFUSED, trouble.text, code=AnswerCode.CANCELLED)
        stage.desktop.show(samples.at_rest(S.SIGNED_OUT))
        stage.desktop.window.show()
        told = listening(stage)
        stage.desktop.commands.send(SIGN_IN)
        await settle()
        assert told.messages == []
        assert "Not done" not in shown(stage.desktop.window.banners)

    play(qapp, scene)


def test_a_refusal_that_no_notice_tells_is_told(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.commander.answer = Answer(Exit.REFUSED, "rtms-tray is not set up yet.")
        stage.desktop.show(samples.at_rest(S.SIGNED_OUT))
        stage.desktop.window.show()
        stage.desktop.commands.send(SIGN_IN)
        await settle()
        assert "rtms-tray is not set up yet." in shown(stage.desktop.window.banners)

    play(qapp, scene)


@pytest.mark.parametrize("waited", [True, False], ids=["a sign-in waited", "nothing waited"])
def test_a_page_that_was_not_opened_ends_the_sign_in_that_waits(
    qapp: QApplication, *, waited: bool
) -> None:
    async def scene(stage: Stage) -> None:
        stage.commander.answer = Answer(Exit.DONE if waited else Exit.REFUSED, "No.")
        stage.desktop.show(samples.at_rest(S.SIGNED_OUT))
        stage.desktop.window.show()
        stage.desktop._page_not_opened(ADDRESS)
        await settle()
        assert stage.commander.asked == [("no-browser", {"address": ADDRESS})]
        told = f"No web browser could be opened. This is the page: {ADDRESS}"
        assert (told in shown(stage.desktop.window.banners)) is not waited

    play(qapp, scene)


def test_an_option_is_not_broken_across_lines(qapp: QApplication) -> None:
    text = f"{NO_BROWSER.text} {NO_BROWSER.remedy}"
    whole = unbroken(text)
    assert "\u2011\u2011no\u2011browser" in whole
    assert whole.replace("\u2011", "-") == text
    assert unbroken("A well-known – no, best-known – one -- two") == (
        "A well-known – no, best-known – one -- two"
    )

    async def scene(stage: Stage) -> None:
        view, _ = failed(NO_BROWSER)
        stage.desktop.show(view)
        assert whole in shown(stage.desktop.window.banners)

    play(qapp, scene)


def test_a_notice_that_asks_for_attention_stays_one(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.signing_in(samples.of_sessions(samples.session(S.SHARING))))
        window.show()
        frames = [
            one.property("severity") for one in window.banners.findChildren(QWidget, "banner")
        ]
        assert frames == [Severity.INFO.value]

    play(qapp, scene)
