"""What the user says of Zoom's sign while a request is on its way is not newer than what Zoom tells after it."""

import pytest

from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.states import CaptureState
from tests.helpers.capture_stage import Stage
from tests.helpers.capture_ways import brought_to

_S = CaptureState


def asking_again() -> Stage:
    """A stream has stopped, and the request to start another is on its way."""
    stage = brought_to(_S.SHARING)
    stage.stopped(5)
    stage.resend()
    assert stage.state is _S.REQUESTING
    return stage


@pytest.mark.parametrize("sharing", [True, False])
def test_a_stream_that_begins_counts_more(*, sharing: bool) -> None:
    stage = asking_again()
    stage.tell_sharing(sharing)
    stage.wait(2)
    stage.started("b")
    assert (stage.state, stage.code) == (_S.SHARING, None)


def test_so_does_one_that_ends() -> None:
    stage = Stage()
    stage.ask()
    stage.tell_sharing(True)
    stage.wait(2)
    stage.stopped(7, "never seen")
    assert stage.state is not _S.SHARING


def test_other_words_are_kept() -> None:
    stage = asking_again()
    stage.tell(Condition.HOST_CLIENT_SUPPORTED, Value.YES)
    stage.started("b")
    assert Condition.HOST_CLIENT_SUPPORTED in stage.session.known


def test_without_news_of_a_stream_the_word_counts_once_the_reply_is_in() -> None:
    stage = asking_again()
    stage.tell_sharing(True)
    assert stage.session.held
    stage.reply()
    assert stage.state is _S.SHARING


def test_somebody_elses_stream_is_no_news_of_mine() -> None:
    stage = asking_again()
    stage.tell_sharing(True)
    stage.started("x", "other")
    stage.reply()
    assert stage.state is _S.SHARING
