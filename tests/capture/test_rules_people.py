"""Rules for people: who comes and goes, the host, hand-offs, the meeting's end."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.effects import Category
from rtms_tray.capture.events import Action
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import LIVE, NOT_LIVE, CaptureState
from rtms_tray.capture.timings import JOIN_MARGIN, AutoResend, Policy
from rtms_tray.support.units import SECOND
from tests.helpers.capture_rows import (
    ENDED,
    NO_ANSWER,
    PENDING_APPROVAL,
    REQUESTING,
    RESEND_NEEDED,
    SHARING,
    STOPPED,
    STOPPED_PERMANENTLY,
    WAITING_FOR_HOST,
    Row,
    becomes,
    check,
    in_turn,
    joins,
    seen_from_start,
    stopped,
    wait,
)
from tests.helpers.capture_stage import (
    GUEST,
    I_AM,
    MEETING,
    NEW_HOST,
    NUMBER,
    OWN_MEETING,
    THE_HOST,
    Stage,
    brought_to,
)

_S = CaptureState
OFF = Policy(auto_resend=AutoResend.OFF)

ROWS = [
    # --- the end
    *(
        Row(state, "E meeting.ended", Stage.meeting_ended, ENDED, None)
        for state in sorted(NOT_LIVE | LIVE)
    ),
    Row(REQUESTING, "E the host joins, E meeting.ended: what was held is dropped",
        in_turn(wait(2), joins(THE_HOST), Stage.meeting_ended), ENDED, None),
    Row(SHARING, "E stop 8, U give up", in_turn(stopped(8), Stage.give_up), ENDED, Code.GIVEN_UP),
    # --- a new host
    Row(STOPPED, "E a guest joins soon after", in_turn(wait(1), joins(GUEST)), STOPPED, Code.STOP_HOST),
    Row(STOPPED, "E somebody becomes co-host soon after", in_turn(wait(1), becomes(NEW_HOST, "co-host")),
        STOPPED, Code.STOP_HOST),
    Row(SHARING, "E stop 10, somebody else becomes host soon after",
        in_turn(stopped(10), wait(1), becomes(NEW_HOST, "host")), STOPPED, Code.STOP_ZOOM_EXCEPTION),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row) -> None:
    check(row)


class TestMyOwnMeeting:
    """The app owner is the host: there is nobody to wait for (S9)."""

    @pytest.fixture
    def stage(self) -> Stage:
        return Stage(meeting=OWN_MEETING)

    def test_silence_becomes_no_answer_even_if_i_am_there(self, stage: Stage) -> None:
        brought_to(PENDING_APPROVAL, stage)
        stage.joins(I_AM)
        stage.wait(21)
        assert (stage.state, stage.code) == (NO_ANSWER, Code.SILENCE_OWN_MEETING)

    def test_host_present_follows_owner_present(self, stage: Stage) -> None:
        brought_to(PENDING_APPROVAL, stage)
        seen_from_start(stage)
        stage.joins(I_AM)
        there = stage.session.host_present
        stage.wait(1)
        stage.leaves(I_AM)
        stage.wait(2)
        assert (there, stage.session.host_present) == (Value.YES, Value.NO)

    @pytest.mark.parametrize("value", [Value.YES, Value.NO])
    def test_the_users_word_on_the_host_moves_nothing(self, stage: Stage, value: Value) -> None:
        brought_to(PENDING_APPROVAL, stage)
        stage.wait(6)
        stage.tell_host(value)
        assert stage.state is PENDING_APPROVAL

    def test_no_reminders_that_the_host_may_be_there(self) -> None:
        stage = Stage(meeting=OWN_MEETING)
        stage.ask()
        stage.joins(GUEST)
        stage.reply()
        stage.wait(700)
        assert stage.announced(Category.REMINDER) == []

    @pytest.mark.parametrize("state", [WAITING_FOR_HOST, RESEND_NEEDED])
    def test_i_turn_out_to_be_the_host(self, state: CaptureState) -> None:
        stage = Stage(meeting=e.Meeting("uuid-1", NUMBER))
        brought_to(PENDING_APPROVAL, stage)
        stage.wait(6)
        stage.tell_host(Value.NO if state is WAITING_FOR_HOST else Value.YES)
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
    @pytest.mark.parametrize("after_s", [0, 1, 15])
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
        assert (stage.state, stage.code) == (STOPPED_PERMANENTLY, Code.REFUSED_AFTER_STREAM)

    def test_without_a_stop_nothing_is_heard(self) -> None:
        stage = brought_to(SHARING)
        stage.joins(THE_HOST)
        stage.becomes_host(NEW_HOST)
        stage.leaves(THE_HOST)
        stage.wait(120)
        assert (stage.state, stage.announced()) == (SHARING, [])


def test_a_late_word_of_a_host_who_left_again_brings_nobody_back() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.wait(10)
    stage.joins(THE_HOST)
    stage.leaves(THE_HOST)
    state = stage.state
    stage.joins(THE_HOST, ago_s=2)
    assert stage.state is state is not _S.RESEND_NEEDED


def test_a_host_joins_after_the_request_only_if_by_more_than_zooms_clock_may_be_off() -> None:
    for later, state in ((0, _S.PENDING_APPROVAL), (1, _S.RESEND_NEEDED)):
        stage = brought_to(_S.PENDING_APPROVAL)
        assert stage.session.requests.asked_at is not None
        stage.wait(5)
        stage.tell_host(Value.NO)
        at = stage.session.requests.asked_at + JOIN_MARGIN + later
        stage.zoom(e.ParticipantJoined(MEETING, THE_HOST, at))
        assert stage.state is state


def refused_before_i_joined() -> Stage:
    stage = brought_to(_S.WAITING_FOR_MEETING)
    stage.wait(5)
    stage.refuse(2308)
    assert (stage.state, stage.code) == (_S.WAITING_FOR_MEETING, Code.NOT_ENTITLED_TO_START)
    stage.clear()
    return stage


def test_who_has_come_to_want_to_resend_by_hand_resends_by_hand() -> None:
    stage = refused_before_i_joined()
    stage.share(policy=Policy(AutoResend.OFF))
    stage.joins(I_AM)
    assert stage.sent() == []


def test_a_late_word_that_i_was_there_sends_nothing() -> None:
    stage = refused_before_i_joined()
    stage.leaves(I_AM)
    stage.joins(I_AM, ago_s=2)
    stage.wait(2)
    assert stage.sent() == []
    stage.joins(I_AM)
    assert stage.sent() == [Action.START]


def test_a_new_host_explains_no_stop_that_has_been_answered_by_asking_again() -> None:
    stage = brought_to(_S.STOPPED)
    stage.resend()
    stage.reply()
    stage.becomes_host(NEW_HOST)
    assert stage.code is not Code.HAND_OFF


def test_a_clock_that_was_set_back_ends_no_meeting_in_the_future() -> None:
    stage = brought_to(_S.SHARING)
    stage.look(e.MeetingStatus.STARTED)
    stage.wait(60)
    stage.gap()
    stage.now -= 10 * SECOND
    stage.look(e.MeetingStatus.WAITING)
    assert stage.state is _S.ENDED
    assert stage.session.timeline.closed_at == stage.now
