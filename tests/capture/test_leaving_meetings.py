"""Leaving the meeting: for good, for another device, or for a room that is told later."""

import pytest

from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind
from tests.helpers.capture_stage import ME, brought_to
from tests.helpers.people_in_time import (
    PersonEvent,
    entered,
    in_a_room,
    joined,
    left,
    move,
    person,
    returned,
    sharing,
)

_S = CaptureState


class TestLeaving:
    """Zoom's stop by 3 says that I left; a room looks the same."""

    def test_room_and_meeting_left_in_the_same_second(self) -> None:
        for room_first in (True, False):
            stage = in_a_room()
            at = stage.at()
            events: list[PersonEvent] = [returned(at), left(person(ME, "b"), at, at + 46)]
            for event in events if room_first else reversed(events):
                stage.zoom(event)
            stage.wait(3)
            assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_YOU_LEFT)

    def test_the_same_pair_in_a_room_is_not_leaving(self) -> None:
        stage = in_a_room()
        at = stage.at()
        stage.zoom(left(person(ME, "a"), at))
        stage.wait(0.767)
        stage.zoom(joined(person(ME, "b"), at, at + 46))
        stage.wait(20)
        assert stage.state is _S.PAUSED_BREAKOUT
        assert stage.code is not Code.STOP_YOU_LEFT

    def test_it_is_stopped_at_once_and_told_after_3_s(self) -> None:
        stage = sharing()
        stage.clear()
        stage.zoom(left(person(ME), stage.at()))
        stage.stopped(3)
        assert (stage.state, stage.announced()) == (_S.STOPPED, [])
        stage.wait(3)
        assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_YOU_LEFT)
        assert stage.announced() == [("attention", Code.STOP_YOU_LEFT)]
        assert stage.session.known[Condition.OWNER_PRESENT].value is Value.LEFT

    def test_a_left_that_still_waits_is_waited_for(self) -> None:
        stage = sharing()
        stage.clear()
        stage.stopped(3)
        stage.wait(2)
        stage.zoom(left(person(ME), stage.at(2)))
        stage.wait(1.9)
        assert (stage.code, stage.announced()) == (Code.LEFT_OR_IN_ROOM, [])
        stage.wait(0.1)
        assert stage.code is Code.STOP_YOU_LEFT

    def test_another_device_is_still_there(self) -> None:
        stage = sharing()
        stage.zoom(joined(person(ME, "b", "p-phone"), stage.at()))
        stage.wait(30)
        stage.zoom(left(person(ME), stage.at()))
        stage.stopped(3)
        stage.wait(3)
        assert (stage.state, stage.code) == (_S.STOPPED, Code.LEFT_ON_ONE_DEVICE)

    def test_a_move_near_the_stop_is_a_question(self) -> None:
        stage = sharing()
        stage.clear()
        stage.stopped(3)
        move(stage)
        stage.wait(3)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.MAYBE_IN_ROOM)
        assert stage.unverified
        stage.wait(10)
        assert stage.code is Code.MAYBE_IN_ROOM, "the same move asks nothing else"
        assert stage.announced() == [("attention", Code.MAYBE_IN_ROOM)]
        stage.zoom(entered(stage.at(13)))
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)
        assert not stage.unverified

    def test_a_later_move_asks_whether_i_am_back(self) -> None:
        stage = sharing()
        stage.stopped(3)
        move(stage)
        stage.wait(60)
        move(stage)
        stage.wait(3)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.ROOM_MAYBE_LEFT)

    def test_who_is_there_may_be_in_a_room(self) -> None:
        stage = sharing()
        stage.stopped(3)
        stage.wait(3)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.MAYBE_IN_ROOM)
        stage.zoom(left(person(ME), stage.at(3)))
        stage.wait(2)
        assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_YOU_LEFT)

    def test_without_any_word_of_me_it_may_be_either(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.stopped(3)
        stage.wait(3)
        assert (stage.state, stage.code) == (_S.STOPPED, Code.LEFT_OR_IN_ROOM)
        assert stage.announced() == [("attention", Code.LEFT_OR_IN_ROOM)]
        assert Condition.OWNER_PRESENT not in stage.session.known

    @pytest.mark.parametrize(
        ("then", "code"), [("left", Code.STOP_YOU_LEFT), ("left long after", Code.STOP_YOU_LEFT)]
    )
    def test_a_left_that_comes_later_settles_it(self, then: str, code: Code) -> None:
        stage = brought_to(_S.SHARING)
        stage.stopped(3)
        stage.wait(10)
        stage.zoom(left(person(ME), stage.at(10 if then == "left" else 0)))
        stage.wait(2)
        assert stage.code is code

    def test_a_device_that_leaves_long_after_settles_nothing(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.stopped(3)
        stage.wait(60)
        stage.zoom(joined(person(ME, "b", "p-phone"), stage.at()))
        stage.zoom(left(person(ME), stage.at()))
        stage.wait(2)
        assert stage.code is Code.LEFT_OR_IN_ROOM

    def test_one_of_two_devices_leaves_while_i_am_in_a_room(self) -> None:
        stage = in_a_room()
        stage.zoom(joined(person(ME, "c", "p-phone"), stage.at()))
        stage.wait(30)
        stage.zoom(left(person(ME, "b"), stage.at()))
        stage.wait(2)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.ROOM_MAYBE_LEFT)

    def test_a_joined_that_comes_late_shows_that_i_only_moved(self) -> None:
        stage = in_a_room()
        began = stage.spans()[SpanKind.LOST]
        at = stage.at()
        stage.zoom(left(person(ME, "b"), at))
        stage.wait(10)
        assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_YOU_LEFT)
        stage.zoom(joined(person(ME, "c"), at))
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.ROOM_MAYBE_LEFT)
        assert stage.unverified
        assert stage.spans()[SpanKind.LOST] == began
        stage.zoom(entered(at, "c"))
        assert (stage.state, stage.unverified) == (_S.PAUSED_BREAKOUT, False)

    def test_so_does_a_rooms_event(self) -> None:
        stage = in_a_room()
        at = stage.at()
        stage.zoom(left(person(ME, "b"), at))
        stage.wait(10)
        stage.zoom(entered(at, "c"))
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)
        assert not stage.unverified

    def test_what_nobody_knew_before_i_left_stays_unknown(self) -> None:
        stage = in_a_room()
        move(stage)
        stage.wait(100)
        unknown = stage.spans()[SpanKind.UNKNOWN]
        stage.zoom(left(person(ME, "b"), stage.at()))
        stage.wait(5)
        assert stage.code is Code.STOP_YOU_LEFT
        assert stage.spans()[SpanKind.UNKNOWN] == unknown

    def test_who_rejoins_has_left(self) -> None:
        stage = in_a_room()
        stage.zoom(left(person(ME, "b"), stage.at()))
        stage.wait(10)
        stage.zoom(joined(person(ME, "c", "p-new"), stage.at()))
        assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_YOU_LEFT)

    def test_a_stop_while_nobody_knows_of_the_room_is_a_stop(self) -> None:
        stage = in_a_room()
        move(stage)
        stage.wait(100)
        unknown = stage.spans()[SpanKind.UNKNOWN]
        stage.stopped(1)
        assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_HOST)
        stage.wait(10)
        assert stage.spans()[SpanKind.UNKNOWN] == unknown

    def test_after_the_meetings_end_it_does_not_matter(self) -> None:
        stage = sharing()
        stage.clear()
        stage.stopped(3)
        stage.meeting_ended()
        stage.wait(60)
        assert (stage.state, stage.announced()) == (_S.ENDED, [])

    def test_leaving_after_a_gap_in_the_room_leaves_the_stream_in_doubt(self) -> None:
        stage = in_a_room()
        stage.gap(10)
        stage.wait(10)
        stage.zoom(left(person(ME, "b"), stage.at()))
        stage.wait(2)
        assert (stage.state, stage.unverified) == (_S.STOPPED, True)

    def test_leaving_a_room_does_so_where_another_device_may_have_come_in_a_gap(self) -> None:
        stage = in_a_room()
        stage.gap(10)
        stage.enters_room()
        stage.wait(10)
        assert (stage.state, stage.unverified) == (_S.PAUSED_BREAKOUT, False)
        stage.zoom(left(person(ME, "b"), stage.at()))
        stage.wait(2)
        assert (stage.state, stage.unverified) == (_S.STOPPED, True)


def test_a_left_waits_for_its_joined_only_while_something_can_come() -> None:
    stage = sharing()
    stage.zoom(left(person(ME), stage.at()))
    assert Timer.LEFT in stage.session.timers
    stage.gap(10)
    stage.wait(10)
    assert Condition.OWNER_PRESENT not in stage.session.known
