"""Ways out of a breakout room: told, untold, and closed in silence."""

from itertools import permutations

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from tests.helpers.capture_stage import ME, MEETING
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


class TestOutOfARoom:
    """Zoom says that I left the room, or says nothing at all."""

    def test_with_a_word(self) -> None:
        stage = in_a_room()
        move(stage, returned(stage.at()))
        stage.wait(2.9)
        assert stage.state is _S.PAUSED_BREAKOUT
        stage.wait(0.1)
        assert (stage.state, stage.code, stage.unverified) == (_S.SHARING, None, False)

    @pytest.mark.parametrize("order", list(permutations(range(4))))
    def test_into_another_room(self, order: tuple[int, ...]) -> None:
        """A burst of the field: left_breakout 38.662, joined_breakout 39.597, left 39.915, joined 40.246."""
        stage = in_a_room()
        at = stage.at()
        burst: list[PersonEvent] = [
            returned(at - 1_338), entered(at - 403, "c"),
            left(person(ME, "b"), at - 85), joined(person(ME, "c"), at - 85, at + 246),
        ]  # fmt: skip
        for number in order:
            stage.zoom(burst[number])
            stage.wait(0.3)
        stage.wait(20)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)
        assert not stage.unverified

    def test_the_left_says_so_itself(self) -> None:
        stage = in_a_room()
        at = stage.at()
        stage.zoom(e.ParticipantLeft(MEETING, person(ME, "b"), at, at, e.Move.TO_MAIN_ROOM))
        stage.zoom(joined(person(ME, "c"), at, at + 46))
        stage.wait(3)
        assert (stage.state, stage.unverified) == (_S.SHARING, False)

    def test_another_move_10_s_later_is_a_question(self) -> None:
        stage = sharing()
        move(stage, entered(stage.at()))
        stage.wait(10)
        stage.clear()
        move(stage)
        stage.wait(3)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.ROOM_MAYBE_LEFT)
        assert stage.unverified
        assert stage.announced() == [("attention", Code.ROOM_MAYBE_LEFT)]

    def test_rooms_that_close_without_a_word_are_doubted_not_lost_for_ever(self) -> None:
        stage = in_a_room()
        lost = stage.spans()
        move(stage)
        stage.wait(600)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.ROOM_MAYBE_LEFT)
        assert stage.unverified
        spans = stage.spans()
        assert spans.pop(SpanKind.UNKNOWN) == pytest.approx(600, abs=4)
        assert spans == pytest.approx(lost, abs=1)
        stage.tell_room(Value.NO)
        assert (stage.state, stage.unverified) == (_S.SHARING, False)

    def test_still_in_there_says_the_user(self) -> None:
        stage = in_a_room()
        move(stage)
        stage.wait(60)
        stage.tell_room(Value.YES)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)
        assert not stage.unverified
        stage.wait(60)
        move(stage)
        stage.wait(3)
        assert stage.code is Code.ROOM_MAYBE_LEFT, "but a new move is a new question"

    def test_still_in_there_says_a_rooms_event(self) -> None:
        stage = in_a_room()
        move(stage)
        stage.wait(60)
        stage.zoom(entered(stage.at()))
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)
        assert not stage.unverified

    def test_after_15_min_without_news_it_is_asked_once(self) -> None:
        stage = sharing()
        move(stage, entered(stage.at()))
        stage.clear()
        stage.wait(14 * 60 + 59)
        asked = stage.unverified
        stage.wait(3600)
        assert not asked
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.ROOM_MAYBE_LEFT)
        assert stage.unverified
        assert stage.announced() == [("attention", Code.ROOM_MAYBE_LEFT)]

    def test_what_the_room_leaves_behind_is_lost_up_to_then(self) -> None:
        stage = in_a_room()
        lost = stage.spans()[SpanKind.LOST]
        move(stage)
        stage.wait(30)
        move(stage, returned(stage.at()))
        stage.wait(3)
        assert stage.state is _S.SHARING
        assert stage.spans()[SpanKind.LOST] == pytest.approx(lost + 30, abs=1)

    def test_after_a_gap_in_the_room_nothing_says_that_the_stream_goes_on(self) -> None:
        stage = in_a_room()
        stage.gap(10)
        stage.wait(10)
        move(stage, returned(stage.at()))
        stage.wait(3)
        assert (stage.state, stage.unverified) == (_S.SHARING, True)

    def test_what_was_in_doubt_before_i_went_in_stays_so(self) -> None:
        stage = sharing()
        stage.gap(40)
        stage.wait(20)
        captured = stage.spans()[SpanKind.CAPTURED]
        move(stage, entered(stage.at()))
        stage.wait(60)
        move(stage, returned(stage.at()))
        stage.wait(20)
        assert (stage.state, stage.unverified) == (_S.SHARING, True)
        assert stage.spans()[SpanKind.CAPTURED] == captured
        assert stage.spans()[SpanKind.UNKNOWN] == pytest.approx(80, abs=2)

    def test_a_stream_that_stopped_in_the_room_is_waited_for(self) -> None:
        stage = in_a_room()
        stage.stopped(3)
        move(stage, returned(stage.at()))
        stage.wait(12.8)
        assert (stage.state, stage.unverified) == (_S.PAUSED_BREAKOUT, False)
        stage.wait(0.2)
        assert (stage.state, stage.code) == (_S.STOPPED, Code.BACK_FROM_BREAKOUT)
