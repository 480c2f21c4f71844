"""Muting: for a while, until the meeting ends, and never what is critical."""

from rtms_tray.capture.context import Context
from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.mute import Mute
from rtms_tray.presentation.overview import overview
from rtms_tray.presentation.session_view import session_view
from rtms_tray.presentation.wording import clock
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import MINUTE
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import board, in_state, overview_inputs

LIVE = (session_view(in_state(CaptureState.SHARING), Context(now=NOON)),)
OVER = (session_view(in_state(CaptureState.ENDED), Context(now=NOON)),)


def test_not_muted_at_first() -> None:
    assert not Mute().is_on(LIVE, NOON)


def test_muted_for_a_while() -> None:
    mute = Mute(NOON + MINUTE)
    assert mute.is_on(LIVE, NOON + MINUTE - 1)
    assert not mute.is_on(LIVE, NOON + MINUTE)
    assert mute.notice().title == f"Muted until {clock(NOON + MINUTE)}"
    assert mute.notice().severity is Severity.INFO


def test_muted_until_the_meeting_ends() -> None:
    mute = Mute(session="s1")
    assert mute.is_on(LIVE, NOON)
    assert not mute.is_on(OVER, NOON)
    assert not mute.is_on((), NOON)
    assert mute.notice().title == "Muted until the meeting ends"


def test_the_overview_says_so_while_it_is_in_force() -> None:
    inputs = replace(overview_inputs(), mute=Mute(NOON + MINUTE))
    for now, muted in ((NOON, True), (NOON + MINUTE, False)):
        view = overview(board(), inputs, now)
        assert view.muted is muted
        assert ("muted" in [notice.code for notice in view.notices]) is muted
        assert not view.attention
