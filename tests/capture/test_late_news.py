"""News that comes late corrects the past: starts, stops and rooms, also after the session's end."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.events import Action
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from tests.helpers.capture_stage import GUEST, HOST, I_AM, ME, NUMBER, UUID, Stage, brought_to
from tests.helpers.sessions_in_time import running_by_a_word, spent

_S = CaptureState
CAPTURED, PAUSED, LOST, UNKNOWN = (
    SpanKind.CAPTURED, SpanKind.PAUSED, SpanKind.LOST, SpanKind.UNKNOWN,
)  # fmt: skip
BY_UUID = e.Meeting(uuid=UUID)
NEXT = e.Meeting("uuid-2", NUMBER, "host")


def next_instance(stage: Stage, ago_s: float = 0) -> None:
    """The next instance of the same meeting begins."""
    after = e.Meeting("uuid-2", NUMBER, HOST)
    stage.zoom(e.StreamStarted(after, "next", ME, stage.at(ago_s)))


class TestLateNews:
    """A late event changes the past; nothing that was verified is lost by what comes in another order."""

    def test_the_next_instances_start_that_overtakes_this_ones_stop_takes_nothing_away(
        self,
    ) -> None:
        stage = brought_to(_S.SHARING)
        before = stage.spans()[CAPTURED]
        stage.wait(3600)
        next_instance(stage)
        old = stage.board.sessions[0]
        assert (old.state, old.code) == (_S.ENDED, Code.INFERRED)
        assert old.timeline.total(CAPTURED, stage.now) == (before + 3600) * 1000
        stage.wait(5)
        stage.stopped(6, ago_s=8)
        old = stage.board.sessions[0]
        assert old.timeline.total(CAPTURED, stage.now) == (before + 3597) * 1000
        assert old.timeline.closed_at == stage.now - 8_000, "later time is not counted"
        assert old.timeline.total(LOST, stage.now) == 0 or old.timeline.marks[0].kind is LOST

    def test_out_of_sight_the_next_instance_leaves_only_what_was_seen(self) -> None:
        stage = brought_to(_S.SHARING)
        before = stage.spans()[CAPTURED]
        stage.wait(600)
        stage.feed_down()
        stage.wait(600)
        stage.feed_up()
        next_instance(stage)
        old = stage.board.sessions[0].timeline
        assert old.total(CAPTURED, stage.now) == (before + 600) * 1000
        assert old.total(UNKNOWN, stage.now) == 0
        stage.stopped(3, ago_s=300)
        old = stage.board.sessions[0].timeline
        assert old.total(CAPTURED, stage.now) == (before + 900) * 1000, "its own stop proves it"

    def test_a_late_stop_of_an_ended_session_still_corrects_it(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.wait(100)
        stage.meeting_ended()
        captured = stage.spans()[CAPTURED]
        stage.wait(30)
        stage.stopped(1, ago_s=50)
        assert stage.state is _S.ENDED
        assert stage.spans()[CAPTURED] == captured - 20
        stage.stopped(1, ago_s=50)
        assert stage.spans()[CAPTURED] == captured - 20, "a doubled one changes nothing"

    @pytest.mark.parametrize("reason", [None, 3, 6])
    def test_so_does_one_that_names_no_stream(self, reason: int | None) -> None:
        stage = brought_to(_S.SHARING)
        before = stage.spans()[CAPTURED]
        stage.wait(100)
        next_instance(stage)
        stage.zoom(e.UnnamedStreamStopped(e.Meeting(UUID), reason, stage.at(40)))
        old, new = stage.board.sessions
        assert old.timeline.total(CAPTURED, stage.now) == (before + 60) * 1000
        assert old.timeline.closed_at == stage.now - 40_000
        assert (old.state, new.state) == (_S.ENDED, _S.SHARING)

    def test_a_late_stop_may_still_say_that_nothing_was_received_or_must_be_deleted(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.wait(100)
        stage.meeting_ended()
        stage.stopped(11, ago_s=1)
        assert CAPTURED not in stage.spans()
        stage.stopped(8)
        assert (stage.state, stage.code) == (_S.ENDED, Code.STOP_REVOKED)
        assert stage.announced()[-1][1] is Code.STOP_REVOKED

    def test_the_stop_of_a_stream_of_nobody_here_changes_no_ended_session(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.meeting_ended()
        before = stage.session
        stage.stopped(1, "somebody-elses")
        assert stage.session == before

    def test_an_inferred_end_is_corrected_by_the_real_one(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.look(e.MeetingStatus.STARTED)
        stage.gap(600)
        stage.look(e.MeetingStatus.WAITING)
        inferred = stage.session.timeline.closed_at
        stage.meeting_ended(ago_s=300)
        assert inferred is not None
        assert stage.session.timeline.closed_at == stage.now - 300_000 > inferred

    def test_giving_up_was_the_end_whatever_the_meeting_did(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        stage.joins(GUEST)
        stage.give_up()
        before = stage.session.timeline
        stage.wait(10)
        stage.meeting_ended(ago_s=5)
        assert stage.session.timeline == before

    def test_a_start_that_comes_after_its_stop_shows_what_was_captured(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        lost = stage.spans().get(LOST, 0)
        stage.wait(100)
        stage.stopped(5, ago_s=20)
        assert stage.spans() == {LOST: lost + 100}
        stage.started(ago_s=70)
        assert (stage.state, stage.spans()) == (_S.STOPPED, {LOST: lost + 50, CAPTURED: 50})

    def test_a_stream_before_the_current_one_is_unknown_until_its_own_stop_comes(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        lost = stage.spans().get(LOST, 0)
        stage.wait(100)
        stage.started("b")
        stage.wait(10)
        stage.started("a", ago_s=60)
        assert stage.spans() == {LOST: lost + 50, UNKNOWN: 50, CAPTURED: 10}
        stage.stopped(1, "a", ago_s=30)
        assert stage.state is _S.SHARING
        assert stage.spans() == {LOST: lost + 50 + 20, CAPTURED: 30 + 10}

    def test_a_start_into_an_ended_session_is_unknown_until_its_own_stop_comes(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        lost = stage.spans().get(LOST, 0)
        stage.wait(100)
        stage.meeting_ended()
        stage.wait(60)
        stage.started(ago_s=90)
        assert (stage.state, stage.spans()) == (_S.ENDED, {LOST: lost + 70, UNKNOWN: 30})
        stage.stopped(1, ago_s=70)
        assert stage.spans() == {LOST: pytest.approx(lost + 80), CAPTURED: 20}
        stage.started("late", ago_s=10)
        assert stage.spans() == {LOST: pytest.approx(lost + 80), CAPTURED: 20}, "after the end"

    def test_a_stop_that_overtook_its_start_is_not_forgotten(self) -> None:
        stage = brought_to(_S.SHARING)
        captured = stage.spans()[CAPTURED]
        stage.wait(20)
        stage.done(Action.STOP)
        stage.wait(60)
        stage.stopped(12, "b", ago_s=30)
        assert CAPTURED in stage.spans()
        stage.started("b", ago_s=50)
        assert stage.state is _S.STOPPED
        assert stage.spans()[CAPTURED] == captured + 20 + 20

    def test_a_start_without_operator_after_the_end_makes_a_stream_nobodys(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        stage.tell_sharing(True)
        stage.wait(100)
        stage.meeting_ended()
        stage.started(operator=None, ago_s=110)
        stage.stopped(1, ago_s=40)
        assert stage.spans()[CAPTURED] == 60, "its stop still corrects the past"

    def test_coming_back_from_a_room_does_not_show_that_an_unnamed_stream_runs(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        stage.joins(I_AM)
        stage.tell_sharing(True)
        stage.wait(100)
        stage.enters_room()
        stage.wait(60)
        stage.leaves_room()
        stage.wait(30)
        assert stage.state is _S.SHARING
        stage.meeting_ended()
        stage.started(ago_s=185)
        stage.stopped(1, ago_s=60)
        assert stage.spans()[CAPTURED] == 100, "it had stopped in the room"

    def test_the_end_of_a_room_that_may_have_been_missed_stays_unknown(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.joins(I_AM)
        lost, captured = stage.spans().get(LOST, 0), stage.spans()[CAPTURED]
        stage.enters_room()
        stage.wait(20)
        stage.gap(60)
        stage.wait(30)
        stage.meeting_ended()
        stage.stopped(6)
        assert stage.spans() == {LOST: lost + 20, CAPTURED: captured, UNKNOWN: 90}

    def test_a_room_that_is_told_after_the_end_was_lost(self) -> None:
        stage = brought_to(_S.SHARING)
        captured = stage.spans()[CAPTURED]
        stage.joins(I_AM)
        stage.wait(100)
        stage.meeting_ended()
        stage.leaves_room(ago_s=20)
        stage.enters_room(ago_s=60)
        assert stage.state is _S.ENDED
        assert stage.spans()[CAPTURED] == pytest.approx(captured + 60, abs=1)

    def test_rooms_that_are_told_in_any_order_are_lost(self) -> None:
        stage = brought_to(_S.SHARING)
        captured = stage.spans()[CAPTURED]
        stage.joins(I_AM)
        stage.wait(200)
        stage.meeting_ended()
        for happens, ago_s in (
            (Stage.enters_room, 60), (Stage.leaves_room, 120), (Stage.leaves_room, 20),
            (Stage.enters_room, 150),
        ):  # fmt: skip
            happens(stage, ago_s=ago_s)
        stage.enters_room(GUEST, ago_s=199)
        assert stage.spans()[CAPTURED] == pytest.approx(captured + 200 - 40 - 30, abs=2)

    def test_a_room_that_is_told_backwards_was_lost(self) -> None:
        stage = brought_to(_S.SHARING)
        captured = stage.spans()[CAPTURED]
        stage.joins(I_AM)
        stage.wait(100)
        stage.leaves_room(ago_s=20)
        stage.enters_room(ago_s=60)
        assert stage.state is _S.SHARING
        assert stage.spans()[CAPTURED] == pytest.approx(captured + 60, abs=1)

    def test_a_stop_from_here_is_a_pause_however_late_its_event_comes(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.done(Action.STOP)
        stage.wait(600)
        stage.stopped(2, ago_s=599)
        assert stage.spans()[PAUSED] == 600

    def test_a_stop_that_is_older_than_its_start_by_a_clock_that_jumped_came_now(self) -> None:
        stage = brought_to(_S.SHARING)
        captured = stage.spans().get(CAPTURED, 0)
        stage.wait(60)
        stage.stopped(1, ago_s=3600)
        assert stage.spans()[CAPTURED] == captured + 60


def test_a_stream_without_a_name_ends_at_its_stop_though_another_has_followed() -> None:
    stage = running_by_a_word()
    stage.wait(100)
    stage.started("b")
    stage.wait(50)
    stage.stopped(3, "a", ago_s=90)
    assert (stage.state, stage.unverified) == (_S.SHARING, False)
    assert spent(stage) == {CAPTURED: 60 + 50, LOST: 40}


def test_it_does_so_after_the_meetings_end() -> None:
    stage = running_by_a_word()
    stage.wait(100)
    stage.started("b")
    stage.wait(50)
    stage.meeting_ended()
    stage.stopped(3, "a", ago_s=90)
    assert spent(stage) == {CAPTURED: 60 + 50, LOST: 40}


def test_a_late_stop_that_names_no_stream_ends_the_one_before() -> None:
    stage = brought_to(_S.SHARING)
    stage.wait(90)
    captured = stage.spans()[CAPTURED]
    stage.started("b")
    stage.wait(50)
    stage.zoom(e.UnnamedStreamStopped(BY_UUID, None, stage.at(90)))
    assert (stage.state, stage.unverified) == (_S.SHARING, False)
    assert stage.spans()[CAPTURED] == captured + 50 - 40


def test_a_late_stop_that_names_no_stream_ends_one_that_has_no_name() -> None:
    stage = running_by_a_word()
    stage.wait(100)
    stage.started("b")
    stage.wait(50)
    stage.zoom(e.UnnamedStreamStopped(BY_UUID, None, stage.at(90)))
    assert spent(stage) == {CAPTURED: 60 + 50, LOST: 40}


def test_two_stops_without_a_name_end_the_two_streams_that_turn_out_to_have_run() -> None:
    stage = brought_to(_S.SHARING)
    stage.wait(190)
    stage.zoom(e.UnnamedStreamStopped(BY_UUID, None, stage.at()))
    stage.zoom(e.UnnamedStreamStopped(BY_UUID, None, stage.at(150)))
    assert spent(stage) == {CAPTURED: 50, LOST: 2 + 150}
    stage.started("b", ago_s=100)
    assert stage.state is _S.STOPPED
    assert spent(stage) == {CAPTURED: 50, UNKNOWN: 100, LOST: 2 + 50}


def test_a_stop_without_a_name_that_overtakes_its_start_is_of_the_stream_that_starts() -> None:
    stage = brought_to(_S.SHARING)
    stage.gap(60)
    stage.zoom(e.UnnamedStreamStopped(BY_UUID, None, stage.at()))
    stage.started("b", ago_s=2)
    assert stage.state is _S.STOPPED


def test_zooms_own_stop_after_the_reply_dates_it_and_ends_doubt() -> None:
    stage = brought_to(_S.SHARING)
    stage.feed_down()
    stage.done(Action.STOP)
    stage.feed_up()
    assert (stage.state, stage.unverified) == (_S.STOPPED, True)
    stage.stopped(2)
    assert (stage.code, stage.unverified) == (Code.STOPPED_BY_YOU, False)


def test_a_stop_by_a_click_of_a_stream_that_had_stopped_long_before() -> None:
    stage = brought_to(_S.SHARING)
    captured = stage.spans()[CAPTURED]
    stage.wait(100)
    stage.done(Action.STOP)
    stage.stopped(3, ago_s=100)
    assert stage.spans()[CAPTURED] == captured


def test_the_stop_of_a_stream_that_nobody_saw_leaves_the_time_before_it_unknown() -> None:
    stage = brought_to(_S.STOPPED)
    stage.wait(100)
    lost = stage.spans()[LOST]
    stage.stopped(4, "b", ago_s=20)
    assert stage.spans()[UNKNOWN] == 80
    assert stage.spans()[LOST] == pytest.approx(lost - 80)


@pytest.mark.parametrize("named", [True, False])
def test_a_stop_shows_that_a_meeting_went_on_whose_end_was_inferred(*, named: bool) -> None:
    stage = brought_to(_S.STOPPED)
    stage.joins(GUEST)
    stage.gap(300)
    stage.look(e.MeetingStatus.WAITING)
    assert (stage.state, stage.code) == (_S.ENDED, Code.INFERRED)
    unknown = stage.spans().get(UNKNOWN, 0)
    if named:
        stage.stopped(6, "b", ago_s=100)
    else:
        stage.zoom(e.UnnamedStreamStopped(BY_UUID, None, stage.at(100)))
    assert stage.state is _S.ENDED
    assert stage.spans()[UNKNOWN] == pytest.approx(unknown + 201, abs=1)
