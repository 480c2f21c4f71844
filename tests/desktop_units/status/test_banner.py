"""Banners at the top of the window."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.actions import KEEP_ACCOUNT, SWITCH_ACCOUNT, view_of
from rtms_tray.support.command_types import Answer, Exit
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, run_scene, settle
from tests.helpers.windows import push, visible_texts, words

S = CaptureState
ADDRESS = "https://zoom.us/oauth/authorize?state=x"


def buttons(widget: QWidget) -> dict[str, QPushButton]:
    return {
        part.text(): part for part in widget.findChildren(QPushButton) if part.isVisibleTo(widget)
    }


def test_at_rest_a_banner_says_what_to_do(qapp: QApplication) -> None:
    """The window is low because there is little in it, not because there is no room."""

    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(replace(samples.at_rest(), notices=(samples.NOTICE,)))
        window.show()
        for _ in range(3):
            await settle()
            shown = "\n".join(visible_texts(window.banners))
            assert f"{samples.NOTICE.text} {samples.NOTICE.remedy}" in shown
        bottom = window.more.mapTo(window, window.more.rect().bottomLeft()).y()
        assert bottom < window.height()

    run_scene(qapp, scene)


def test_notices_are_banners_with_their_action(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(
            samples.of_sessions(samples.session(S.SHARING), notices=(samples.NOTICE,))
        )
        window.show()
        assert "Zoom no longer accepts the sign-in of this computer." in words(window.banners)
        push(window.banners, text("actions.account.sign_in_by_menu")).click()
        await settle()
        push(
            window.banners, text("actions.account.sign_in_by_menu")
        ).click()  # the browser was closed: once more
        await settle()
        assert harness.commander.asked == [("sign-in", {"browser": "yes"})] * 2

    run_scene(qapp, scene)


@pytest.mark.parametrize("beside", [False, True], ids=["at rest", "beside a session"])
def test_the_window_says_where_to_go_on(qapp: QApplication, *, beside: bool) -> None:
    view = samples.overview(S.SHARING if beside else S.SIGNED_OUT)

    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.signing_in(view))
        window.show()
        place: QWidget = window.banners if beside else window.card
        assert text("status.signing_in.no_page") in visible_texts(place)
        harness.commander.answer = Answer(Exit.DONE, ADDRESS)
        buttons(place)[text("actions.account.copy_address")].click()
        await settle()
        assert QGuiApplication.clipboard().text() == ADDRESS
        assert text("status.copied.sign_in_address") in visible_texts(window.banners)
        buttons(place)[text("actions.account.cancel_sign_in")].click()
        await settle()
        assert [name for name, _ in harness.commander.asked] == [
            "sign-in-address",
            "cancel-sign-in",
        ]
        harness.desktop.show(view)
        await settle()
        assert text("status.signing_in.no_page") not in visible_texts(window)

    run_scene(qapp, scene)


def test_a_notice_that_asks_for_attention_stays_one(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.signing_in(samples.of_sessions(samples.session(S.SHARING))))
        window.show()
        frames = [
            part.property("severity") for part in window.banners.findChildren(QWidget, "banner")
        ]
        assert frames == [Severity.INFO.value]

    run_scene(qapp, scene)


def test_several_buttons_are_not_cut_off_in_a_narrow_window(qapp: QApplication) -> None:
    other = view_of(SWITCH_ACCOUNT), view_of(KEEP_ACCOUNT)
    notice = replace(samples.NOTICE, action=other[0], other=other[1])

    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        harness.desktop.show(samples.of_sessions(samples.session(S.SHARING), notices=(notice,)))
        window.show()
        window.resize(360, 480)
        await settle()
        assert window.minimumSizeHint().width() <= 360  # else they are cut off
        for action in other:
            push(window.banners, action.label).click()
            await settle()
        assert [name for name, _ in harness.commander.asked] == ["switch-account", "cancel-sign-in"]

    before, font = qapp.font(), qapp.font()
    font.setPointSize(14)
    qapp.setFont(font)
    try:
        run_scene(qapp, scene)
    finally:
        qapp.setFont(before)
