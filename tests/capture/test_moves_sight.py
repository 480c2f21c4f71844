"""What moves a session: losing sight of it.

from-state · what happens · to-state · reason · what is sent to Zoom · in doubt or not
"""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.reasons import Code
from tests.helpers.capture_rows import (
    ENDED,
    FOR_GOOD,
    HOST,
    MEETING,
    PAUSED,
    PENDING,
    REFUSED,
    REQUESTING,
    SHARING,
    STOPPED,
    Row,
    check,
    in_turn,
    joins,
    look,
    no_feed,
    wait,
)
from tests.helpers.capture_stage import GUEST, THE_HOST, Stage
from tests.helpers.capture_ways import brought_to

_C = Code

ROWS = [
    # --- sight
    Row(SHARING, "app deauthorized", lambda s: s.zoom(e.AppDeauthorized("me", s.at())), SHARING,
        None, doubt=True),
    Row(SHARING, "somebody else deauthorized the app",
        lambda s: s.zoom(e.AppDeauthorized("other", s.at())), SHARING, None),
    Row(REQUESTING, "sign-in lost", lambda s: s.all(e.SignInLost()), REQUESTING, None, doubt=True),
    *(
        Row(state, "F down", no_feed, state, reason, doubt=True)
        for state, reason in (
            (REQUESTING, None), (MEETING, _C.MEETING_NOT_STARTED), (HOST, _C.HOST_ABSENT),
            (SHARING, None), (PAUSED, _C.PAUSED_BY_YOU), (STOPPED, _C.STOP_HOST),
            (REFUSED, _C.NOT_ALLOW_LISTED), (FOR_GOOD, _C.STOP_ADMIN),
        )
    ),
    Row(SHARING, "this machine slept", lambda s: s.sleep(600), SHARING, None, doubt=True),
    Row(SHARING, "F down and up: still in doubt", Stage.gap, SHARING, None, doubt=True),
    Row(SHARING, "F down and up, an event", in_turn(Stage.gap, joins(GUEST)), SHARING,
        None),
    Row(SHARING, "F down and up, GET: waiting",
        in_turn(Stage.gap, look(e.MeetingStatus.WAITING)), ENDED, _C.INFERRED),
    Row(SHARING, "F down and up, GET: started",
        in_turn(Stage.gap, look(e.MeetingStatus.STARTED)), SHARING, None, doubt=True),
    Row(SHARING, "F down and up, GET: started, later 3001",
        in_turn(Stage.gap, look(e.MeetingStatus.STARTED), Stage.gap,
                look(e.MeetingStatus.NOT_FOUND)), ENDED, _C.INFERRED),
    *(
        Row(SHARING, f"F down and up, GET: {status}", in_turn(Stage.gap, look(status)),
            SHARING, None, doubt=True)
        for status in (e.MeetingStatus.NOT_FOUND, e.MeetingStatus.FORBIDDEN,
                       e.MeetingStatus.UNREADABLE)
    ),
    Row(MEETING, "F down and up, GET: waiting", in_turn(joins(GUEST), Stage.gap,
        look(e.MeetingStatus.WAITING)), MEETING, _C.MEETING_NOT_STARTED, doubt=True),
    Row(SHARING, "GET: waiting, without any doubt", look(e.MeetingStatus.WAITING),
        SHARING, None),
    Row(SHARING, "F down for 13 h, up: no evidence",
        in_turn(no_feed, wait(13 * 3600), Stage.feed_up, wait(6)), ENDED, _C.LOST_SIGHT),
    Row(SHARING, "F down for 13 h: nothing before the feed is back",
        in_turn(no_feed, wait(13 * 3600)), SHARING, None, doubt=True),
    Row(SHARING, "F down for 13 h, up, an event",
        in_turn(no_feed, wait(13 * 3600), Stage.feed_up, joins(GUEST), wait(60)),
        SHARING, None),
    Row(SHARING, "slept for 13 h", in_turn(lambda s: s.sleep(13 * 3600), wait(6)), ENDED,
        _C.LOST_SIGHT),
    Row(SHARING, "13 h in full sight: a stream needs no further word", wait(13 * 3600), SHARING, None),
    Row(STOPPED, "12 h without a word", wait(12 * 3600), ENDED, _C.LOST_SIGHT),
    Row(PENDING, "slept for an hour: no deadline fires for that time",
        in_turn(lambda s: s.sleep(3600), wait(5)), PENDING, _C.ASKED, doubt=True),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row) -> None:
    check(row)


def test_who_was_absent_before_a_gap_may_have_come_in_it() -> None:
    stage = brought_to(PENDING)
    stage.wait(6)
    stage.leaves(THE_HOST)
    before = stage.session.host_present
    stage.gap()
    assert (before, stage.session.host_present) == (Value.NO, Value.UNKNOWN)


def test_the_users_word_outlives_a_gap() -> None:
    stage = brought_to(PENDING)
    stage.tell_host(Value.NO)
    stage.gap()
    assert stage.session.host_present is Value.NO
