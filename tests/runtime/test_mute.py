"""Muting: for a while, until the meeting ends, and never what is critical."""

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.runtime.mute import Mute
from rtms_tray.support.units import MINUTE
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import board, in_state

LIVE = board(in_state(CaptureState.SHARING))
OVER = board(in_state(CaptureState.ENDED))


def test_not_muted_at_first() -> None:
    assert not Mute().is_on(LIVE, NOON)
    assert Mute().notice(LIVE, NOON) is None


def test_muted_for_a_while() -> None:
    mute = Mute(NOON + MINUTE)
    assert mute.is_on(LIVE, NOON + MINUTE - 1)
    assert not mute.is_on(LIVE, NOON + MINUTE)
    notice = mute.notice(LIVE, NOON)
    assert notice is not None
    assert notice.title.startswith("Muted until ")
    assert notice.severity is Severity.INFO


def test_muted_until_the_meeting_ends() -> None:
    mute = Mute(session="s1")
    assert mute.is_on(LIVE, NOON)
    assert not mute.is_on(OVER, NOON)
    assert not mute.is_on(board(), NOON)
    notice = mute.notice(LIVE, NOON)
    assert notice is not None
    assert notice.title == "Muted until the meeting ends"


def test_what_is_critical_passes() -> None:
    mute = Mute(NOON + MINUTE)
    silenced = {severity: mute.silences(severity, LIVE, NOON) for severity in Severity}
    assert silenced == {Severity.INFO: True, Severity.ATTENTION: True, Severity.CRITICAL: False}
