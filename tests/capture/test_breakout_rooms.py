"""Rules for breakout rooms (D2)."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Value, value_of
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind
from tests.helpers.capture_rows import (
    DENIED,
    ENDED,
    INTERRUPTED,
    PAUSED,
    PAUSED_BREAKOUT,
    PENDING_APPROVAL,
    SHARING,
    STOP,
    STOPPED,
    STOPPED_PERMANENTLY,
    Row,
    check,
    done,
    in_room,
    in_turn,
    leaves,
    moves,
    started,
    stopped,
    wait,
)
from tests.helpers.capture_stage import GUEST, I_AM, MEETING, Stage, brought_to

_S = CaptureState

ROWS = [
    *(
        Row(state, "E my own breakout join", Stage.enters_room, PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)
        for state in (SHARING, PAUSED, INTERRUPTED)
    ),
    Row(SHARING, "E somebody else's breakout join", lambda s: s.enters_room(GUEST), SHARING, None),
    Row(PENDING_APPROVAL, "E my own breakout join", Stage.enters_room, PENDING_APPROVAL, Code.ASKED),
    *(
        Row(SHARING, f"E stop {reason}, then my breakout join in 30 s",
            in_turn(stopped(reason), wait(30), Stage.enters_room),
            PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)
        for reason in (0, 1, 3, 5, 7, 9, 10, 13, 20, 99)
    ),
    *(
        Row(SHARING, f"E stop {reason}, then my breakout join",
            in_turn(stopped(reason), Stage.enters_room), to, code)
        for reason, to, code in (
            (2, STOPPED, Code.STOP_ELSEWHERE), (4, STOPPED, Code.STOP_REMOVED),
            (6, ENDED, Code.STOP_MEETING_ENDED), (8, STOPPED_PERMANENTLY, Code.STOP_REVOKED),
            (23, STOPPED_PERMANENTLY, Code.STOP_ADMIN),
        )
    ),
    Row(STOPPED, "my breakout join after 31 s", in_turn(wait(31), Stage.enters_room),
        STOPPED, Code.STOP_HOST),
    Row(SHARING, "U stop, then my breakout join",
        in_turn(done(STOP), Stage.enters_room), STOPPED, Code.STOPPED_BY_YOU, (STOP,)),
    Row(PAUSED_BREAKOUT, "E interrupted", Stage.interrupted, PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM),
    Row(PAUSED_BREAKOUT, "E I left the room, in the same second", in_turn(Stage.leaves_room, wait(3)),
        PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM),
    Row(PAUSED_BREAKOUT, "E I left the room", in_turn(wait(9), Stage.leaves_room, wait(2.9)),
        PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM),
    Row(PAUSED_BREAKOUT, "E I left the room, T 3 s", in_turn(wait(9), Stage.leaves_room, wait(3)),
        SHARING, None),
    Row(PAUSED_BREAKOUT, "F down and up, E I left the room, T 3 s",
        in_turn(Stage.gap, wait(9), Stage.leaves_room, wait(3)),
        SHARING, Code.RECEIVER_MAYBE_BACK, doubt=True, looks=1),
    Row(PAUSED_BREAKOUT, "E interrupted, E I left the room, T 3 s",
        in_turn(wait(1), Stage.interrupted, wait(9), Stage.leaves_room, wait(3)),
        SHARING, Code.RECEIVER_MAYBE_BACK, doubt=True),
    Row(PAUSED_BREAKOUT, "U tells that I am out of the room", in_room(Value.NO), SHARING, None),
    Row(PAUSED_BREAKOUT, "F down and up, U tells that I am out of the room",
        in_turn(Stage.gap, in_room(Value.NO)), SHARING, None, looks=1),
    Row(PAUSED_BREAKOUT, "U tells nothing new", in_room(Value.UNKNOWN), PAUSED_BREAKOUT,
        Code.IN_BREAKOUT_ROOM),
    Row(PAUSED, "into a room and back", in_turn(Stage.enters_room, wait(9), Stage.leaves_room, wait(3)),
        PAUSED, Code.PAUSED_BY_YOU),
    Row(PAUSED_BREAKOUT, "E somebody else left a room", lambda s: s.leaves_room(GUEST), PAUSED_BREAKOUT,
        Code.IN_BREAKOUT_ROOM),
    Row(PAUSED_BREAKOUT, "stopped meanwhile, E I left the room",
        in_turn(stopped(3), wait(1), Stage.leaves_room, wait(12.9)), PAUSED_BREAKOUT,
        Code.IN_BREAKOUT_ROOM, waits=(Timer.BREAKOUT_RETURN,)),
    Row(PAUSED_BREAKOUT, "stopped meanwhile, E I left the room, T 10 s",
        in_turn(stopped(3), wait(1), Stage.leaves_room, wait(13)), STOPPED,
        Code.BACK_FROM_BREAKOUT),
    Row(PAUSED_BREAKOUT, "stopped meanwhile, E I left the room, a stream comes",
        in_turn(stopped(3), wait(1), Stage.leaves_room, wait(5),
                started("b"), wait(30)), SHARING, None),
    Row(PAUSED_BREAKOUT, "stopped meanwhile, out and in again within 10 s",
        in_turn(stopped(3), wait(1), Stage.leaves_room, wait(5), Stage.enters_room,
                wait(30)), PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM),
    Row(PAUSED_BREAKOUT, "stopped meanwhile, out and in again by the user's word",
        in_turn(stopped(3), wait(1), Stage.leaves_room, wait(5),
                in_room(Value.YES), wait(30)), PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM),
    Row(PAUSED_BREAKOUT, "E I left the meeting", in_turn(wait(1), leaves(I_AM), wait(2)), STOPPED,
        Code.STOP_YOU_LEFT),
    Row(PAUSED_BREAKOUT, "E an older leaving of mine", in_turn(leaves(I_AM, ago_s=1), wait(3)), PAUSED_BREAKOUT,
        Code.IN_BREAKOUT_ROOM),
    Row(SHARING, "E I left the meeting: the stop will tell", in_turn(leaves(I_AM), wait(3)), SHARING, None),
    Row(SHARING, "E stop 3, U tells that I am in a room",
        in_turn(stopped(3), in_room(Value.YES)), PAUSED_BREAKOUT,
        Code.IN_BREAKOUT_ROOM),
    Row(STOPPED, "U tells that I am in a room", in_room(Value.YES), STOPPED,
        Code.STOP_HOST),
    Row(SHARING, "E I left a room", Stage.leaves_room, SHARING, None),
    Row(PAUSED_BREAKOUT, "E a duplicate of my breakout join", Stage.enters_room, PAUSED_BREAKOUT,
        Code.IN_BREAKOUT_ROOM),
    Row(PAUSED_BREAKOUT, "E I left the meeting, at the moment of my breakout join", in_turn(leaves(I_AM), wait(3)),
        PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM),
    Row(PAUSED_BREAKOUT, "E a guest leaves the meeting", in_turn(wait(1), leaves(GUEST), wait(3)), PAUSED_BREAKOUT,
        Code.IN_BREAKOUT_ROOM),
    Row(PAUSED_BREAKOUT, "stopped meanwhile, U tells that I am out, E I join another room, T 30 s",
        in_turn(stopped(3), wait(1), in_room(Value.NO), wait(5), Stage.enters_room, wait(30)),
        PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM),
    Row(INTERRUPTED, "into a room and back", in_turn(Stage.enters_room, wait(9), Stage.leaves_room, wait(3)), SHARING,
        Code.RECEIVER_MAYBE_BACK, doubt=True),
    Row(PAUSED, "interrupted, into a room and back",
        in_turn(Stage.interrupted, Stage.enters_room, wait(9), Stage.leaves_room, wait(3)), PAUSED,
        Code.PAUSED_BY_YOU, doubt=True),
    Row(INTERRUPTED, "U tells that I am in no room", in_room(Value.NO), INTERRUPTED,
        Code.RECEIVER_INTERRUPTED),
    Row(DENIED, "E I left a room", Stage.leaves_room, DENIED, Code.DENIED_TOLD),
    Row(PAUSED_BREAKOUT, "F down and up, E stop 3", in_turn(Stage.gap, stopped(3)), PAUSED_BREAKOUT,
        Code.IN_BREAKOUT_ROOM, looks=1),
    Row(PAUSED_BREAKOUT, "stopped meanwhile by 3, back, no stream, U tells that I am in a room",
        in_turn(stopped(3), wait(1), Stage.leaves_room, wait(13), in_room(Value.YES)), PAUSED_BREAKOUT,
        Code.IN_BREAKOUT_ROOM),
    Row(PAUSED_BREAKOUT, "stopped meanwhile, back, no stream, E I join a room within 30 s of the stop",
        in_turn(stopped(1), wait(1), Stage.leaves_room, wait(13), Stage.enters_room), PAUSED_BREAKOUT,
        Code.IN_BREAKOUT_ROOM),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row) -> None:
    check(row)


def back_without_a_stream() -> Stage:
    stage = brought_to(_S.SHARING)
    stage.enters_room()
    stage.wait(20)
    stage.stopped(7)
    stage.wait(20)
    stage.leaves_room()
    stage.wait(8)
    assert stage.state is _S.PAUSED_BREAKOUT
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
    stage.leaves_room(ago_s=8)
    assert is_over_after_ten_seconds(stage)


def test_an_older_word_changes_nothing() -> None:
    stage = back_without_a_stream()
    stage.enters_room(ago_s=9)
    assert is_over_after_ten_seconds(stage)


def test_a_late_word_that_i_left_the_main_room_is_not_that_i_left() -> None:
    stage = back_without_a_stream()
    stage.leaves(I_AM, ago_s=28)
    assert is_over_after_ten_seconds(stage)


def test_a_change_of_rooms_that_is_told_late_leaves_the_question_open() -> None:
    stage = brought_to(_S.SHARING)
    stage.joins(I_AM)
    stage.wait(60)
    stage.enters_room()
    stage.wait(30)
    moves(I_AM)(stage)
    stage.wait(10)
    stage.enters_room(ago_s=20)
    assert (stage.state, stage.unverified) == (_S.PAUSED_BREAKOUT, True)


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


def test_a_stream_that_only_the_user_saw_goes_on_after_the_room() -> None:
    stage = brought_to(_S.NO_ANSWER)
    stage.tell_sharing(sharing=True)
    stage.enters_room()
    stage.wait(9)
    stage.leaves_room()
    stage.wait(3)
    assert (stage.state, stage.code) == (_S.SHARING, Code.SEEN_BY_USER)


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
        stage.wait(3)
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


def test_back_from_a_breakout_room_and_stopped_there_is_nothing_to_come_back_to() -> None:
    stage = brought_to(_S.PAUSED_BREAKOUT)
    stage.stopped(3)
    stage.wait(1)
    stage.leaves_room()
    stage.wait(13)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.BACK_FROM_BREAKOUT)
    assert stage.session.resume_point is None


def test_nor_after_leaving_from_a_room() -> None:
    stage = brought_to(_S.PAUSED_BREAKOUT)
    stage.wait(1)
    stage.leaves(I_AM)
    stage.wait(2)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_YOU_LEFT)
    assert stage.session.resume_point is None


def test_with_the_stream_that_starts_on_the_way_back_nobody_is_in_a_room_any_more() -> None:
    stage = brought_to(_S.PAUSED_BREAKOUT)
    stage.stopped(3)
    stage.wait(60)
    stage.leaves_room()
    stage.started("b")
    assert (stage.state, stage.unverified) == (_S.SHARING, False)
    assert value_of(stage.session.known, Condition.IN_BREAKOUT_ROOM) is Value.NO


def test_a_room_settles_no_doubt_of_the_stream() -> None:
    stage = brought_to(_S.SHARING)
    stage.gap()
    stage.wait(60)
    stage.enters_room()
    stage.wait(60)
    captured = stage.spans()[SpanKind.CAPTURED]
    stage.leaves_room()
    stage.wait(5)
    assert (stage.state, stage.unverified) == (_S.SHARING, True)
    assert stage.spans()[SpanKind.CAPTURED] == captured


def test_that_i_left_is_certain_once_zoom_has_stopped_the_stream() -> None:
    stage = brought_to(_S.SHARING)
    stage.joins(I_AM)
    stage.wait(30)
    stage.leaves(I_AM)
    stage.stopped(3)
    stage.tell_sharing(False)
    stage.wait(5)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_YOU_LEFT)
    assert not stage.unverified


def test_a_stream_without_a_name_that_stopped_in_the_room_does_not_go_on() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.joins(I_AM)
    stage.tell_sharing(True)
    stage.wait(30)
    stage.enters_room()
    stage.wait(5)
    stage.zoom(e.UnnamedStreamStopped(MEETING, 3, stage.at()))
    stage.wait(60)
    stage.leaves_room()
    stage.wait(20)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.BACK_FROM_BREAKOUT)
