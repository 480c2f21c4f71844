"""Nothing is told twice in the window, nothing is cut off, and what matters stays in sight."""

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.icons import IconStyle, icon_for, picture_of
from rtms_tray.desktop.meetings_menu import MeetingChoice
from rtms_tray.desktop.notifications.message import Message, Topic
from rtms_tray.presentation.view_model import AccountView, SessionView, SignInState
from rtms_tray.presentation.wording import clock
from rtms_tray.support.command_types import Answer, AnswerCode, Command, Exit
from tests.desktop_units import samples
from tests.desktop_units.fakes import Stage, play, settle

S = CaptureState
REFUSED = samples.session(S.REFUSED)
LONG = "That is no meeting number. " * 12


def words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def push(widget: QWidget, text: str) -> QPushButton:
    found = [made for made in widget.findChildren(QPushButton) if made.text() == text]
    assert found, text
    return found[0]


def refused(session: SessionView) -> Answer:
    """Make the answer to a request for this session that Zoom refused."""
    text = f"{session.title}. {session.text} {session.remedy}"
    return Answer(Exit.REFUSED, text, code=AnswerCode.SESSION, session=session.key)


async def start(stage: Stage) -> None:
    stage.desktop.commands.send(Command("start", {"meeting": "98712345670"}))
    await settle()


def test_a_refusal_that_the_card_tells_is_not_told_again(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.overview(S.IDLE))
        window.show()
        stage.commander.answer = Answer(Exit.REFUSED, "That is no meeting number.")
        await start(stage)
        assert "Not done" in words(window.banners)
        stage.desktop.show(samples.of_sessions(REFUSED))
        stage.commander.answer = refused(REFUSED)
        await start(stage)
        assert "Not done" not in words(window)
        live = samples.session(S.SHARING)  # its text tells of the refusal, its title does not
        stage.desktop.show(samples.of_sessions(live))
        stage.commander.answer = refused(live)
        await start(stage)
        assert "Not done" not in words(window)

    play(qapp, scene)


def test_a_refusal_of_a_session_that_is_not_shown_is_told(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        other = samples.session(S.SHARING, key="81122223333")
        stage.desktop.show(samples.of_sessions(other, REFUSED))
        window.show()
        stage.commander.answer = refused(REFUSED)
        await start(stage)
        assert "Not done" in words(window.banners)

    play(qapp, scene)


def test_of_two_sessions_refused_alike_a_refused_resend_of_the_other_is_told(
    qapp: QApplication,
) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        other = replace(REFUSED, key="81122223333")
        assert (other.title, other.text) == (REFUSED.title, REFUSED.text)
        stage.desktop.show(samples.of_sessions(REFUSED, other))
        window.show()
        stage.commander.answer = refused(other)
        stage.desktop.commands.send(Command("resend", {"meeting": other.key}))
        await settle()
        assert "Not done" in words(window.banners)
        window.choose(other.key)
        stage.desktop.commands.send(Command("resend", {"meeting": other.key}))
        await settle()
        assert "Not done" not in words(window.banners)

    play(qapp, scene)


def test_a_refusal_that_only_sounds_like_the_card_is_told(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.of_sessions(REFUSED))
        stage.desktop.window.show()
        stage.commander.answer = replace(refused(REFUSED), code=AnswerCode.PLAIN)
        await start(stage)
        assert "Not done" in words(stage.desktop.window.banners)

    play(qapp, scene)


@pytest.mark.parametrize("visible", [True, False])
def test_a_message_that_the_card_shows_makes_no_banner(
    qapp: QApplication, *, visible: bool
) -> None:
    code = str(Code.RTMS_DISABLED)
    shown = replace(REFUSED, reason=Code.RTMS_DISABLED)
    topic = Topic(REFUSED.key, "capture")
    message = Message(REFUSED.title, "x", Severity.ATTENTION, topic, code=code)

    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.of_sessions(shown, samples.session(S.SHARING, key="2")))
        window.setVisible(visible)
        stage.desktop.announce(replace(message, title="An older one", code="older"))
        await settle()
        assert "An older one" in words(window.banners)
        stage.desktop.announce(message)
        await settle()
        assert window.isVisible()
        assert not {"An older one", REFUSED.title} & set(words(window.banners).splitlines())
        stage.desktop.announce(replace(message, topic=Topic("2", "capture")))
        await settle()
        assert REFUSED.title in words(window.banners)

    play(qapp, scene)


def test_that_there_is_no_tray_can_be_dismissed(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.IDLE))
        stage.desktop.tray.missing.emit("This desktop shows no tray icons.")
        assert "No tray icon" in words(stage.desktop.window.banners)
        push(stage.desktop.window.banners, "Dismiss").click()
        assert "No tray icon" not in words(stage.desktop.window)

    play(qapp, scene)


def test_the_start_dialog_shows_every_line_of_a_refusal(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        dialog = stage.desktop.start_dialog
        for text in (LONG, "Short.", LONG):
            dialog.ask()
            dialog.entry.setText("my room")
            stage.commander.answer = Answer(Exit.REFUSED, text)
            dialog.start.click()
            await settle()
            trouble = dialog.trouble
            assert trouble.height() >= trouble.heightForWidth(trouble.width())
            bottom = dialog.buttons.mapTo(dialog, QPoint(0, dialog.buttons.height())).y()
            assert bottom <= dialog.height()
            dialog.reject()

    play(qapp, scene)


def test_head_and_obvious_button_stay_in_sight(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        long = replace(REFUSED, text=LONG, remedy=LONG)
        stage.desktop.show(samples.of_sessions(long))
        window.show()
        window.resize(420, 480)
        await settle()
        for part in (window.card.title, push(window.card, "Resend request")):
            assert not part.visibleRegion().isEmpty()
            assert part.visibleRegion().boundingRect().height() == part.height()

    play(qapp, scene)


def test_checks_are_rows_of_one_height(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        stage.desktop.show(samples.overview(S.NO_ANSWER))
        window.resize(600, 900)
        window.show()
        await settle()
        texts = {check.text for check in samples.session(S.NO_ANSWER).checks}
        checks = window.card.checks
        rows = [
            one.mapTo(checks, QPoint(0, 0)).y()
            for one in checks.findChildren(QLabel)
            if one.text() in texts
        ]
        heights = {one.height() for one in checks.findChildren(QLabel) if one.text() in texts}
        gaps = {after - before for before, after in pairwise(rows)}
        assert len(rows) == len(texts)
        assert (len(gaps), len(heights)) == (1, 1)

    play(qapp, scene)


def test_while_signing_in_nobody_is_told_to_sign_in(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        window = stage.desktop.window
        view = samples.overview(S.SIGNED_OUT)
        stage.desktop.show(view)
        window.show()
        assert "Sign in to Zoom" in words(window.card)
        stage.desktop.show(
            replace(view, account=AccountView(SignInState.SIGNING_IN), actions=(), title="…")
        )
        await settle()
        assert "Sign in to Zoom" not in words(window.card)

    play(qapp, scene)


def test_meetings_that_have_begun_are_not_listed_as_to_come(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        ago, ahead = samples.NOW - 60_000, samples.NOW + 60_000
        stage.meetings = [
            MeetingChoice("1", "Mine", True, ago),
            MeetingChoice("2", "Theirs", False, ago),
            MeetingChoice("3", "Later", False, ahead),
        ]
        stage.desktop.show(samples.overview(S.IDLE))
        menu = stage.desktop.menu._meetings.menu
        menu.aboutToShow.emit()
        await settle()
        assert [one.text() for one in menu.actions()] == [
            "Live now: Mine",
            f"Since {clock(ago)}: Theirs",
            f"{clock(ahead)} Later",
        ]

    play(qapp, scene)


@pytest.mark.parametrize("state", [S.STOPPED, S.SHARING, S.RESEND_NEEDED])
def test_a_message_carries_the_icon_of_its_state(qapp: QApplication, state: CaptureState) -> None:
    del qapp
    message = Message("x", "y", Severity.CRITICAL, state=state)
    picture = picture_of(message)
    assert picture is not None
    assert len(picture.pixels) == picture.width * picture.height * 4
    expected = icon_for(state, False, True, IconStyle.ANY, dot=False)
    middle = expected.pixmap(64, 64).toImage()
    for x, y in ((32, 32), (10, 32), (32, 10)):
        place = 4 * (y * picture.width + x)
        colour = middle.pixelColor(x, y)
        got = tuple(picture.pixels[place : place + 4])
        if colour.alpha():
            assert got == (colour.red(), colour.green(), colour.blue(), colour.alpha())
    assert picture_of(replace(message, state=None)) is None


def test_pictures_differ_by_state(qapp: QApplication) -> None:
    del qapp
    messages = [Message("x", "y", Severity.ATTENTION, state=state) for state in CaptureState]
    assert len(set(map(picture_of, messages))) == len(messages)
