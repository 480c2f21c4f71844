"""What moves a session: my own meetings, and hand-offs."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.effects import Category
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from tests.helpers.capture_rows import (
    FOR_GOOD,
    HOST,
    NO_ANSWER,
    PENDING,
    RESEND,
    SHARING,
)
from tests.helpers.capture_stage import GUEST, I_AM, NEW_HOST, NUMBER, OWN_MEETING, THE_HOST, Stage
from tests.helpers.capture_ways import brought_to

_C = Code


class TestMyOwnMeeting:
    """The app owner is the host: there is nobody to wait for (S9)."""

    @pytest.fixture
    def stage(self) -> Stage:
        return Stage(meeting=OWN_MEETING)

    def test_silence_becomes_no_answer_even_if_i_am_there(self, stage: Stage) -> None:
        brought_to(PENDING, stage)
        stage.joins(I_AM)
        stage.wait(21)
        assert (stage.state, stage.code) == (NO_ANSWER, Code.SILENCE_OWN_MEETING)

    def test_host_present_follows_owner_present(self, stage: Stage) -> None:
        brought_to(PENDING, stage)
        stage.joins(I_AM)
        there = stage.session.host_present
        stage.wait(1)
        stage.leaves(I_AM)
        assert (there, stage.session.host_present) == (Value.YES, Value.NO)

    @pytest.mark.parametrize("value", [Value.YES, Value.NO])
    def test_the_users_word_on_the_host_moves_nothing(self, stage: Stage, value: Value) -> None:
        brought_to(PENDING, stage)
        stage.wait(6)
        stage.tell_host(value)
        assert stage.state is PENDING

    def test_no_reminders_that_the_host_may_be_there(self) -> None:
        stage = Stage()
        stage.ask()
        stage.look(e.MeetingStatus.STARTED)
        stage.joins(GUEST)
        stage.meeting = OWN_MEETING
        stage.reply()
        stage.wait(700)
        assert stage.announced(Category.REMINDER) == []

    @pytest.mark.parametrize("state", [HOST, RESEND])
    def test_i_turn_out_to_be_the_host(self, state: CaptureState) -> None:
        stage = Stage(meeting=e.Meeting("uuid-1", NUMBER))
        brought_to(PENDING, stage)
        stage.wait(6)
        stage.tell_host(Value.NO if state is HOST else Value.YES)
        assert stage.state is state
        stage.meeting = OWN_MEETING
        stage.look(e.MeetingStatus.STARTED)
        assert (stage.state, stage.code) == (NO_ANSWER, Code.SILENCE_OWN_MEETING)


class TestHandOff:
    """A host change around a stop explains it (T4, scenario 13); one without a stop is quiet (T3)."""

    @pytest.mark.parametrize("reason", [1, 5, 9, 23])
    @pytest.mark.parametrize("before_s", [0, 30, 60])
    def test_a_change_before_the_stop(self, reason: int, before_s: int) -> None:
        stage = brought_to(SHARING)
        stage.becomes_host(NEW_HOST)
        stage.wait(before_s)
        stage.stopped(reason)
        assert stage.code is Code.HAND_OFF

    @pytest.mark.parametrize("reason", [1, 5, 9, 23])
    @pytest.mark.parametrize("after_s", [1, 15])
    def test_a_change_after_the_stop(self, reason: int, after_s: int) -> None:
        stage = brought_to(SHARING)
        stage.stopped(reason)
        state = stage.state
        stage.wait(after_s)
        stage.becomes_host(NEW_HOST)
        assert (stage.state, stage.code) == (state, Code.HAND_OFF)

    @pytest.mark.parametrize("after_s", [-61, 16])
    def test_a_change_far_away_explains_nothing(self, after_s: int) -> None:
        stage = brought_to(SHARING)
        if after_s < 0:
            stage.becomes_host(NEW_HOST)
            stage.wait(-after_s)
        stage.stopped(1)
        if after_s > 0:
            stage.wait(after_s)
            stage.becomes_host(NEW_HOST)
        assert stage.code is Code.STOP_HOST

    @pytest.mark.parametrize("reason", [2, 3, 10])
    def test_other_stops_have_their_own_reasons(self, reason: int) -> None:
        stage = brought_to(SHARING)
        stage.becomes_host(NEW_HOST)
        stage.stopped(reason)
        assert stage.code is not Code.HAND_OFF

    def test_a_restart_that_is_refused_is_for_good(self) -> None:
        stage = brought_to(SHARING)
        stage.becomes_host(NEW_HOST)
        stage.stopped(5)
        stage.resend()
        stage.refuse(13267)
        assert (stage.state, stage.code) == (FOR_GOOD, Code.REFUSED_AFTER_STREAM)

    def test_without_a_stop_nothing_is_heard(self) -> None:
        stage = brought_to(SHARING)
        stage.joins(THE_HOST)
        stage.becomes_host(NEW_HOST)
        stage.leaves(THE_HOST)
        stage.wait(120)
        assert (stage.state, stage.announced()) == (SHARING, [])
