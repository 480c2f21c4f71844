"""Twelve hours without evidence end a session, unless its stream is in sight all the time."""

from rtms_tray.capture import events as e
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from tests.helpers.capture_stage import Stage
from tests.helpers.capture_ways import brought_to

_S = CaptureState
HOUR_S = 3600


def test_without_a_feed_nothing_is_in_sight() -> None:
    stage = Stage(feed=False)
    stage.ask()
    stage.reply()
    stage.tell_sharing(True)
    stage.wait(12 * HOUR_S - 1)
    before = stage.state
    stage.wait(2)
    assert (before, stage.state, stage.code) == (_S.SHARING, _S.ENDED, Code.LOST_SIGHT)


def test_a_stream_in_sight_is_watched_on_until_something_is_in_doubt() -> None:
    stage = brought_to(_S.SHARING)
    stage.wait(13 * HOUR_S)
    before = stage.state
    stage.all(e.SignInLost())
    stage.wait(10 * HOUR_S)
    between = stage.state
    stage.wait(1.5 * HOUR_S)
    assert (before, between) == (_S.SHARING, _S.SHARING)
    assert (stage.state, stage.code) == (_S.ENDED, Code.LOST_SIGHT)
