"""Messages that no notification shows are banners, unless the window says the same."""

import asyncio

import pytest
from PySide6.QtWidgets import QApplication

from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.notifications.message import SHOWN_MS, Message, Topic
from rtms_tray.desktop.notifications.sender import without_content
from rtms_tray.presentation.actions import Offer
from rtms_tray.presentation.view_model import ReasonView
from rtms_tray.support.command_types import Command
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, run_scene, settle
from tests.helpers.windows import push, until, words

S = CaptureState
REFUSED = samples.session(S.REFUSED)
STOPPED = Message(
    "Capture stopped",
    "Why.",
    Severity.CRITICAL,
    Topic("98712345670", "capture"),
    (Offer("Resend request", Command("resend", {"meeting": "98712345670"})),),
)


@pytest.mark.parametrize("visible", [True, False])
def test_a_message_that_the_card_shows_makes_no_banner(
    qapp: QApplication, *, visible: bool
) -> None:
    code = str(Code.RTMS_DISABLED)
    why = Code.RTMS_DISABLED
    shown = replace(
        REFUSED, reason=ReasonView(why, Severity.ATTENTION, REFUSED.title, REFUSED.title, "", "")
    )
    topic = Topic(REFUSED.key, "capture")
    message = Message(REFUSED.title, "x", Severity.ATTENTION, topic, code=code)

    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.of_sessions(shown, samples.session(S.SHARING, key="2")))
        window.setVisible(visible)
        harness.desktop.announce(replace(message, title="An older one", code="older"))
        await settle()
        assert "An older one" in words(window.banners)
        harness.desktop.announce(message)
        await settle()
        assert window.isVisible()
        assert not {"An older one", REFUSED.title} & set(words(window.banners).splitlines())
        harness.desktop.announce(replace(message, topic=Topic("2", "capture")))
        await settle()
        assert REFUSED.title in words(window.banners)

    run_scene(qapp, scene)


def test_messages_fall_back_to_a_banner(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.overview(S.STOPPED))
        harness.desktop.announce(replace(STOPPED, title="Stopped once"))
        await settle()
        assert window.isVisible()
        push(window.banners, "Resend request").click()
        await settle()
        assert harness.commander.asked == [("resend", {"meeting": "98712345670"})]
        harness.desktop.announce(replace(STOPPED, title="Stopped again"))
        await settle()
        assert "Stopped again" in words(window.banners)
        assert "Stopped once" not in words(window.banners)
        harness.desktop.withdraw(STOPPED.topic)
        await settle()
        assert "Stopped again" not in words(window.banners)

    run_scene(qapp, scene)


def test_a_discreet_banner_opens_nothing(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.STOPPED))
        hushed = without_content(STOPPED)
        assert hushed is not None
        harness.desktop.banners.show_message(hushed)
        assert harness.desktop.window.isMinimized()
        assert text("notifications.discreet_title") in words(harness.desktop.window.banners)

    run_scene(qapp, scene)


def test_good_news_goes_on_its_own_unless_newer_news_came(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SHOWN_MS, Severity.INFO, 60)
    sharing = Message("Capturing", "Again.", Severity.INFO, STOPPED.topic)

    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.SHARING))
        await settle()
        harness.desktop.tray.found.emit()  # no banner tells that there is no tray
        banners = harness.desktop.banners
        banners.show_message(sharing)
        assert "Again." in words(harness.desktop.window.banners)
        banners.show_message(STOPPED)  # on the same topic, and to stay
        await asyncio.sleep(0.1)
        assert [banner.title for banner in banners.shown.values()] == [STOPPED.title]
        banners.show_message(sharing)
        await until(lambda: not banners.shown)

    run_scene(qapp, scene)
