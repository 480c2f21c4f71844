"""What moves a session: streams and breakout rooms.

from-state · what happens · to-state · reason · what is sent to Zoom · in doubt or not
"""

import pytest

from rtms_tray.capture.conditions import Value
from rtms_tray.capture.events import Outcome
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import LIVE, NOT_LIVE
from tests.helpers.capture_rows import (
    BREAKOUT,
    ENDED,
    FOR_GOOD,
    HOST,
    INTERRUPTED,
    NO_ANSWER,
    PAUSED,
    PENDING,
    REFUSED,
    REQUESTING,
    RESEND,
    SHARING,
    START,
    STOP,
    STOPPED,
    Row,
    check,
    done,
    in_room,
    in_turn,
    joins,
    leaves,
    no_feed,
    reply,
    started,
    stopped,
    wait,
)
from tests.helpers.capture_stage import GUEST, I_AM, Stage

_C = Code

ROWS = [
    # --- streams
    *(
        Row(state, "E rtms_started, mine", Stage.started, SHARING, None)
        for state in sorted(NOT_LIVE - {STOPPED, FOR_GOOD})
    ),
    *(
        Row(state, "E rtms_started, mine, a new stream", started("b"), SHARING, None)
        for state in sorted(LIVE | {STOPPED, FOR_GOOD})
    ),
    *(
        Row(state, "E rtms_started, somebody else's", started("x", "other"), state,
            reason)
        for state, reason in ((PENDING, _C.ASKED), (STOPPED, _C.STOP_HOST), (SHARING, None))
    ),
    Row(PENDING, "E rtms_started, no operator", started("b", None), SHARING, None),
    Row(SHARING, "E rtms_started, same stream, newer", Stage.started, SHARING, None),
    Row(INTERRUPTED, "E rtms_started, same stream, newer", in_turn(wait(1), Stage.started),
        SHARING, None),
    Row(INTERRUPTED, "E rtms_started, same stream, older", started(ago_s=5),
        INTERRUPTED, _C.RECEIVER_INTERRUPTED),
    Row(PAUSED, "E rtms_started, same stream, newer", Stage.started, PAUSED, _C.PAUSED_BY_YOU),
    Row(BREAKOUT, "E rtms_started, same stream, newer", Stage.started, BREAKOUT,
        _C.IN_BREAKOUT_ROOM),
    *(
        Row(state, "E rtms_interrupted", Stage.interrupted, INTERRUPTED, _C.RECEIVER_INTERRUPTED)
        for state in (SHARING, PAUSED)
    ),
    Row(SHARING, "E rtms_interrupted of another stream", lambda s: s.interrupted("x"), SHARING, None),
    Row(REQUESTING, "already running, E rtms_interrupted",
        in_turn(joins(GUEST), reply(Outcome.ALREADY_RUNNING), wait(1),
                joins(GUEST), Stage.interrupted),
        INTERRUPTED, _C.RECEIVER_INTERRUPTED),
    Row(INTERRUPTED, "T 75 s", wait(75), SHARING, _C.RECEIVER_MAYBE_BACK, doubt=True),
    Row(INTERRUPTED, "T 74 s", wait(74), INTERRUPTED, _C.RECEIVER_INTERRUPTED),
    Row(INTERRUPTED, "T 75 s, F down meanwhile",
        in_turn(wait(70), Stage.gap, wait(70)), INTERRUPTED, _C.RECEIVER_INTERRUPTED, doubt=True),
    Row(INTERRUPTED, "T 75 s after the feed is back",
        in_turn(wait(70), Stage.gap, wait(75)), SHARING, _C.RECEIVER_MAYBE_BACK, doubt=True),
    Row(INTERRUPTED, "T 75 s, F down", in_turn(no_feed, wait(3600)), INTERRUPTED,
        _C.RECEIVER_INTERRUPTED, doubt=True),
    Row(INTERRUPTED, "T 75 s, then a guest joins: no word on the stream",
        in_turn(wait(75), joins(GUEST)), SHARING, _C.RECEIVER_MAYBE_BACK, doubt=True),
    Row(INTERRUPTED, "T 75 s, then E same stream, newer", in_turn(wait(75), Stage.started),
        SHARING, None),
    Row(PAUSED, "interrupted, T 75 s", in_turn(Stage.interrupted, wait(75)), PAUSED,
        _C.PAUSED_BY_YOU, doubt=True),
    *(
        Row(state, "E stop 7 of a stream never seen", stopped(7, "x"), REFUSED,
            _C.STOP_CANCELED)
        for state in (HOST, RESEND, PENDING, NO_ANSWER)
    ),
    Row(PENDING, "E stop of a stream never seen", stopped(10, "x"), STOPPED,
        _C.STOP_ZOOM_EXCEPTION),
    Row(NO_ANSWER, "E stop, sent before asking, of a stream never seen",
        stopped(1, "x", ago_s=60), NO_ANSWER, _C.SILENCE),
    Row(PENDING, "E stop of somebody else's stream",
        in_turn(started("x", "other"), stopped(1, "x")), PENDING, _C.ASKED),
    Row(SHARING, "E stop of another stream", stopped(1, "x"), SHARING, None),
    Row(STOPPED, "E start of the stopped stream: never again", Stage.started, STOPPED, _C.STOP_HOST),
    Row(REQUESTING, "already running, E stop",
        in_turn(joins(GUEST), reply(Outcome.ALREADY_RUNNING), wait(1),
                joins(GUEST), stopped(1)), STOPPED, _C.STOP_HOST),
    Row(SHARING, "resent while in doubt, then a late stop of the old stream",
        in_turn(wait(5), Stage.gap, Stage.resend, Stage.reply, wait(1),
                stopped(1, ago_s=5)), PENDING, _C.ASKED, (START,)),
    # --- breakout rooms
    *(
        Row(state, "E my own breakout join", Stage.enters_room, BREAKOUT, _C.IN_BREAKOUT_ROOM)
        for state in (SHARING, PAUSED, INTERRUPTED)
    ),
    Row(SHARING, "E somebody else's breakout join", lambda s: s.enters_room(GUEST), SHARING, None),
    Row(PENDING, "E my own breakout join", Stage.enters_room, PENDING, _C.ASKED),
    *(
        Row(SHARING, f"E stop {reason}, then my breakout join in 30 s",
            in_turn(stopped(reason), wait(30), Stage.enters_room),
            BREAKOUT, _C.IN_BREAKOUT_ROOM)
        for reason in (0, 1, 3, 5, 7, 9, 10, 13, 20, 99)
    ),
    *(
        Row(SHARING, f"E stop {reason}, then my breakout join",
            in_turn(stopped(reason), Stage.enters_room), to, code)
        for reason, to, code in (
            (2, STOPPED, _C.STOP_ELSEWHERE), (4, STOPPED, _C.STOP_REMOVED),
            (6, ENDED, _C.STOP_MEETING_ENDED), (8, FOR_GOOD, _C.STOP_REVOKED),
            (23, FOR_GOOD, _C.STOP_ADMIN),
        )
    ),
    Row(STOPPED, "my breakout join after 31 s", in_turn(wait(31), Stage.enters_room),
        STOPPED, _C.STOP_HOST),
    Row(SHARING, "U stop, then my breakout join",
        in_turn(done(STOP), Stage.enters_room), STOPPED, _C.STOPPED_BY_YOU, (STOP,)),
    Row(BREAKOUT, "E interrupted", Stage.interrupted, BREAKOUT, _C.IN_BREAKOUT_ROOM),
    Row(BREAKOUT, "E I left the room", Stage.leaves_room, SHARING, _C.RECEIVER_MAYBE_BACK,
        doubt=True),
    Row(BREAKOUT, "U tells that I am out of the room", in_room(Value.NO),
        SHARING, _C.RECEIVER_MAYBE_BACK, doubt=True),
    Row(BREAKOUT, "U tells nothing new", in_room(Value.UNKNOWN), BREAKOUT,
        _C.IN_BREAKOUT_ROOM),
    Row(PAUSED, "into a room and back", in_turn(Stage.enters_room, wait(9), Stage.leaves_room),
        PAUSED, _C.PAUSED_BY_YOU, doubt=True),
    Row(BREAKOUT, "E somebody else left a room", lambda s: s.leaves_room(GUEST), BREAKOUT,
        _C.IN_BREAKOUT_ROOM),
    Row(BREAKOUT, "stopped meanwhile, E I left the room",
        in_turn(stopped(3), wait(1), Stage.leaves_room, wait(9)), BREAKOUT,
        _C.IN_BREAKOUT_ROOM),
    Row(BREAKOUT, "stopped meanwhile, E I left the room, T 10 s",
        in_turn(stopped(3), wait(1), Stage.leaves_room, wait(10)), STOPPED,
        _C.BACK_FROM_BREAKOUT),
    Row(BREAKOUT, "stopped meanwhile, E I left the room, a stream comes",
        in_turn(stopped(3), wait(1), Stage.leaves_room, wait(5),
                started("b"), wait(30)), SHARING, None),
    Row(BREAKOUT, "stopped meanwhile, out and in again within 10 s",
        in_turn(stopped(3), wait(1), Stage.leaves_room, wait(5), Stage.enters_room,
                wait(30)), BREAKOUT, _C.IN_BREAKOUT_ROOM),
    Row(BREAKOUT, "stopped meanwhile, out and in again by the user's word",
        in_turn(stopped(3), wait(1), Stage.leaves_room, wait(5),
                in_room(Value.YES), wait(30)), BREAKOUT, _C.IN_BREAKOUT_ROOM),
    Row(BREAKOUT, "E I left the meeting", in_turn(wait(1), leaves(I_AM)), STOPPED,
        _C.STOP_YOU_LEFT),
    Row(BREAKOUT, "E an older leaving of mine", leaves(I_AM, ago_s=1), BREAKOUT,
        _C.IN_BREAKOUT_ROOM),
    Row(SHARING, "E I left the meeting: the stop will tell", leaves(I_AM), SHARING, None),
    Row(SHARING, "E stop 3, U tells that I am in a room",
        in_turn(stopped(3), in_room(Value.YES)), BREAKOUT,
        _C.IN_BREAKOUT_ROOM),
    Row(STOPPED, "U tells that I am in a room", in_room(Value.YES), STOPPED,
        _C.STOP_HOST),
    Row(SHARING, "E I left a room", Stage.leaves_room, SHARING, None),
    Row(BREAKOUT, "E a duplicate of my breakout join", Stage.enters_room, BREAKOUT,
        _C.IN_BREAKOUT_ROOM),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row) -> None:
    check(row)
