"""Moves into breakout rooms, in every order in which Zoom tells of them."""

from itertools import permutations

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.support.units import SECOND
from tests.helpers.capture_stage import ME, MEETING, brought_to
from tests.helpers.people_in_time import (
    PersonEvent,
    entered,
    in_a_room,
    joined,
    left,
    move,
    person,
    sharing,
)

_S = CaptureState


BURST = ("left", "joined", "the room")


class TestIntoARoom:
    """The breakout event comes before, between or after the left and the joined of the move."""

    @pytest.mark.parametrize("order", list(permutations(BURST)))
    @pytest.mark.parametrize("ahead", [-300, 46, 300])
    @pytest.mark.parametrize("room_later_s", [-2, -1, 0, 1, 2])
    @pytest.mark.parametrize("delay_s", [0.002, 0.9])
    def test_in_any_order(
        self, order: tuple[str, ...], ahead: int, room_later_s: int, delay_s: float
    ) -> None:
        stage = sharing()
        at = stage.at()
        burst: dict[str, PersonEvent] = {
            "left": left(person(ME, "a"), at),
            "joined": joined(person(ME, "b"), at, at + ahead),
            "the room": entered(at + room_later_s * SECOND),
        }
        for name in order:
            stage.zoom(burst[name])
            stage.wait(delay_s)
        stage.wait(10)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)
        assert not stage.unverified

    def test_the_left_says_so_itself(self) -> None:
        stage = sharing()
        at = stage.at()
        stage.zoom(e.ParticipantLeft(MEETING, person(ME), at, at, e.Move.TO_ROOM))
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)
        stage.zoom(joined(person(ME, "b"), at, at + 46))
        stage.wait(10)
        assert (stage.state, stage.unverified) == (_S.PAUSED_BREAKOUT, False)

    @pytest.mark.parametrize("began_s", [100, 20])
    def test_that_i_went_in_is_told_after_i_moved_again(self, began_s: float) -> None:
        stage = sharing()
        stage.wait(60)
        if began_s == 20:
            stage.started("b")
        stage.wait(20)
        move(stage)
        stage.wait(10)
        stage.zoom(entered(stage.at(40 if began_s == 20 else 30)))
        if began_s == 20:
            assert (stage.state, stage.unverified) == (_S.SHARING, False)
            return
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.ROOM_MAYBE_LEFT)
        assert stage.unverified
        assert stage.spans()[SpanKind.LOST] == pytest.approx(22, abs=1)
        assert stage.spans()[SpanKind.UNKNOWN] == pytest.approx(10, abs=1)

    def test_it_is_told_so_late_that_the_meeting_has_ended(self) -> None:
        stage = sharing()
        at = stage.at()
        stage.wait(30)
        move(stage)
        stage.wait(30)
        stage.meeting_ended()
        stage.wait(30)
        stage.zoom(entered(at))
        assert stage.spans()[SpanKind.LOST] == pytest.approx(32, abs=1)
        assert stage.spans()[SpanKind.UNKNOWN] == pytest.approx(30, abs=1)

    def test_whose_joined_is_lost_has_not_left(self) -> None:
        stage = sharing()
        at = stage.at()
        stage.zoom(e.ParticipantLeft(MEETING, person(ME), at, at, e.Move.TO_ROOM))
        stage.wait(60)
        assert (stage.state, stage.unverified) == (_S.PAUSED_BREAKOUT, False)
        assert stage.session.known[Condition.OWNER_PRESENT].value is Value.YES

    def test_the_stream_stops_in_between(self) -> None:
        stage = sharing()
        stage.stopped(3)
        stage.clear()
        move(stage, entered(stage.at()))
        stage.wait(10)
        assert (stage.state, stage.unverified) == (_S.PAUSED_BREAKOUT, False)
        assert stage.announced() == [("info", Code.IN_BREAKOUT_ROOM)]

    def test_a_room_of_before_the_stream_began_is_over(self) -> None:
        stage = sharing()
        stage.zoom(entered(stage.at() - 60 * SECOND))
        assert stage.state is _S.SHARING
        assert Condition.IN_BREAKOUT_ROOM not in stage.session.known

    def test_a_stream_of_before_i_went_in_is_paused(self) -> None:
        stage = brought_to(_S.NO_ANSWER)
        stage.wait(1)
        stage.zoom(entered(stage.at()))
        stage.wait(1)
        stage.started(ago_s=2)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)

    def test_a_stream_of_before_goes_on_in_vain(self) -> None:
        stage = sharing()
        stage.zoom(entered(stage.at()))
        stage.tell_sharing(False)
        assert stage.state is _S.STOPPED
        stage.wait(10)
        stage.started("a")
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.IN_BREAKOUT_ROOM)

    def test_a_stream_that_starts_after_i_went_in_is_believed(self) -> None:
        stage = in_a_room()
        stage.started("b")
        assert (stage.state, stage.unverified) == (_S.SHARING, False)
        assert Condition.IN_BREAKOUT_ROOM not in stage.session.known

    def test_a_late_start_of_before_a_move_that_nothing_explains_is_asked_about(self) -> None:
        stage = brought_to(_S.NO_ANSWER)
        stage.wait(1)
        stage.zoom(entered(stage.at()))
        stage.wait(10)
        move(stage)
        stage.started(ago_s=30)
        assert (stage.state, stage.code) == (_S.PAUSED_BREAKOUT, Code.ROOM_MAYBE_LEFT)
        assert stage.unverified

    def test_a_move_without_a_word_changes_nothing_while_the_stream_runs(self) -> None:
        stage = sharing()
        move(stage)
        stage.wait(10)
        assert (stage.state, stage.unverified) == (_S.SHARING, False)
