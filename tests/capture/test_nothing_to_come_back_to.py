"""Stopped, a session keeps no state to come back to: no later event may bring it back."""

from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from tests.helpers.capture_stage import I_AM
from tests.helpers.capture_ways import brought_to

_S = CaptureState


def test_back_from_a_breakout_room_and_stopped_there_is_nothing_to_come_back_to() -> None:
    stage = brought_to(_S.PAUSED_BREAKOUT)
    stage.stopped(3)
    stage.wait(1)
    stage.leaves_room()
    stage.wait(10)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.BACK_FROM_BREAKOUT)
    assert stage.session.before is None


def test_nor_after_leaving_from_a_room() -> None:
    stage = brought_to(_S.PAUSED_BREAKOUT)
    stage.wait(1)
    stage.leaves(I_AM)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_YOU_LEFT)
    assert stage.session.before is None
