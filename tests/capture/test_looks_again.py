"""A look that could not be taken while nobody was signed in is taken once somebody is."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from tests.helpers.capture_stage import ME, UUID, Stage
from tests.helpers.capture_ways import brought_to

_S = CaptureState
BACK = (e.SignedIn(ME), e.KeyringOpen())


def slept_and_signed_out() -> Stage:
    """The meeting went on, or not, while nothing could be seen; the look fails for want of a sign-in."""
    stage = brought_to(_S.SHARING)
    stage.look(e.MeetingStatus.STARTED)
    stage.feed_down()
    stage.wait(3600)
    stage.all(e.SignInLost())
    stage.feed_up()
    stage.look(e.MeetingStatus.UNREADABLE)
    assert (stage.state, stage.unverified) == (_S.SHARING, True)
    stage.clear()
    return stage


@pytest.mark.parametrize("event", BACK, ids=lambda one: type(one).__name__)
def test_what_is_in_doubt_is_looked_at(event: e.SignedIn | e.KeyringOpen) -> None:
    stage = slept_and_signed_out()
    stage.all(event)
    assert stage.looked() == [UUID]
    stage.look(e.MeetingStatus.WAITING)
    assert (stage.state, stage.code) == (_S.ENDED, Code.INFERRED)


@pytest.mark.parametrize("event", BACK, ids=lambda one: type(one).__name__)
def test_what_is_certain_is_not(event: e.SignedIn | e.KeyringOpen) -> None:
    stage = brought_to(_S.SHARING)
    stage.clear()
    stage.all(event)
    assert stage.looked() == []
