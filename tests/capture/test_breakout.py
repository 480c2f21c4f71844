"""Breakout rooms: whose news it is, how old it is, and which stop it explains."""

import pytest

from rtms_tray.capture.conditions import Value
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from tests.helpers.capture_stage import GUEST, I_AM, Stage
from tests.helpers.capture_ways import brought_to

_S = CaptureState


def back_without_a_stream() -> Stage:
    stage = brought_to(_S.SHARING)
    stage.enters_room()
    stage.wait(20)
    stage.stopped(7)
    stage.wait(20)
    stage.leaves_room()
    assert stage.state is _S.PAUSED_BREAKOUT
    stage.wait(5)
    return stage


def is_over_after_ten_seconds(stage: Stage) -> bool:
    stage.wait(4.999)
    before = stage.state
    stage.wait(0.001)
    return (before, stage.state, stage.code) == (
        _S.PAUSED_BREAKOUT,
        _S.STOPPED,
        Code.BACK_FROM_BREAKOUT,
    )


def test_another_persons_room_is_not_mine() -> None:
    stage = back_without_a_stream()
    stage.enters_room(GUEST)
    assert is_over_after_ten_seconds(stage)


def test_the_same_word_again_gives_no_more_time() -> None:
    stage = back_without_a_stream()
    stage.leaves_room(ago_s=5)
    assert is_over_after_ten_seconds(stage)


def test_an_older_word_changes_nothing() -> None:
    stage = back_without_a_stream()
    stage.enters_room(ago_s=8)
    assert is_over_after_ten_seconds(stage)


def test_a_late_word_that_i_left_the_main_room_is_not_that_i_left() -> None:
    stage = back_without_a_stream()
    stage.leaves(I_AM, ago_s=10)
    assert is_over_after_ten_seconds(stage)


def test_a_newer_word_does() -> None:
    stage = back_without_a_stream()
    stage.enters_room()
    assert not is_over_after_ten_seconds(stage)


def test_a_room_explains_no_stop_that_has_been_answered_by_asking_again() -> None:
    stage = brought_to(_S.STOPPED)
    stage.resend()
    stage.reply()
    state = stage.state
    stage.enters_room()
    assert stage.state is state


def test_a_room_of_long_before_explains_no_stop() -> None:
    for ago_s, state in ((30, _S.PAUSED_BREAKOUT), (31, _S.STOPPED)):
        stage = brought_to(_S.STOPPED)
        stage.enters_room(ago_s=ago_s)
        assert stage.state is state


def test_a_room_explains_no_stop_that_nobody_saw() -> None:
    stage = brought_to(_S.PAUSED_BREAKOUT)
    stage.wait(1)
    stage.leaves(I_AM)
    stage.wait(1)
    stage.enters_room()
    assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_YOU_LEFT)


def test_a_stream_that_only_the_user_saw_goes_on_after_the_room() -> None:
    stage = brought_to(_S.NO_ANSWER)
    stage.tell_sharing(sharing=True)
    stage.enters_room()
    stage.leaves_room()
    assert (stage.state, stage.code) == (_S.SHARING, Code.RECEIVER_MAYBE_BACK)


@pytest.mark.parametrize("by_word", [True, False])
def test_a_stream_that_never_ran_is_not_come_back_to(*, by_word: bool) -> None:
    stage = brought_to(_S.NO_ANSWER)
    stage.stopped(3)
    if by_word:
        stage.tell_room(Value.YES)
        stage.tell_room(Value.NO)
    else:
        stage.enters_room()
        stage.wait(1)
        stage.leaves_room()
    assert stage.state is _S.PAUSED_BREAKOUT
    stage.wait(10)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.BACK_FROM_BREAKOUT)


def test_without_the_feed_the_wait_for_a_stream_goes_on() -> None:
    stage = back_without_a_stream()
    stage.feed_down()
    stage.wait(60)
    assert stage.state is _S.PAUSED_BREAKOUT
    stage.feed_up()
    stage.wait(5)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.BACK_FROM_BREAKOUT)
