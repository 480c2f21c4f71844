"""The window's colours, measured: nothing is red before capture has stopped."""

from itertools import product

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from rtms_tray.capture.conditions import Condition, Evidence, Source, Value
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import UNANSWERED, CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.desktop.theme import DARK, LIGHT, Theme
from rtms_tray.presentation.overview import overview
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import MINUTE
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, run_scene, settle
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import board, in_state, overview_inputs, timeline, unverified

S = CaptureState
ABSENT = {Condition.HOST_PRESENT: Evidence(Value.NO, Source.EVENT, NOON)}


def red_pixels(image: QImage) -> int:
    return sum(
        is_red(image.pixelColor(x, y))
        for x, y in product(range(0, image.width(), 2), range(0, image.height(), 2))
    )


def is_red(pixel: QColor) -> bool:
    reddish = pixel.hsvHue() >= 345 or 0 <= pixel.hsvHue() <= 15
    return reddish and pixel.hsvSaturation() > 120 and pixel.value() > 90


def since(session: Session, kind: SpanKind) -> Session:
    """Give it ten minutes."""
    return replace(session, known=ABSENT, timeline=timeline((NOON - 10 * MINUTE, kind, "")))


def red_in_window(qapp: QApplication, session: Session, theme: Theme) -> int:
    found: list[int] = []

    async def scene(harness: DesktopHarness) -> None:
        window = harness.desktop.window
        window.set_theme(theme)
        shown = overview(board(session), overview_inputs(), samples.NOW)
        harness.desktop.show(replace(shown, feed=samples.FEED_DOWN))
        window.resize(420, 900)
        window.show()
        await settle()
        found.append(red_pixels(window.grab().toImage()))

    run_scene(qapp, scene)
    return found[0]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("state", sorted(UNANSWERED))
def test_before_the_first_stream_nothing_is_red(
    qapp: QApplication, state: CaptureState, theme: Theme
) -> None:
    for session in (in_state(state), unverified(in_state(state))):
        assert red_in_window(qapp, since(session, SpanKind.LOST), theme) == 0


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_under_healthy_sharing_an_absent_host_is_not_red(qapp: QApplication, theme: Theme) -> None:
    assert red_in_window(qapp, since(in_state(S.SHARING), SpanKind.CAPTURED), theme) == 0


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_what_stopped_is_red(qapp: QApplication, theme: Theme) -> None:
    stopped = replace(
        in_state(S.STOPPED),
        timeline=timeline(
            (NOON - 10 * MINUTE, SpanKind.CAPTURED, ""), (NOON, SpanKind.LOST, "stop_host")
        ),
    )
    assert red_in_window(qapp, stopped, theme) > 20
