"""What each stretch of a session was worth."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.events import Action
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import Mark, SpanKind
from tests.helpers.capture_stage import (
    GUEST,
    THE_HOST,
    Stage,
    brought_to,
)
from tests.helpers.manual_clock import NOON

_S = CaptureState
CAPTURED, PAUSED, LOST, UNKNOWN = (
    SpanKind.CAPTURED, SpanKind.PAUSED, SpanKind.LOST, SpanKind.UNKNOWN,
)  # fmt: skip


class TestOfASession:
    """What each stretch of a session was worth."""

    def test_a_plain_meeting(self) -> None:
        stage = Stage()
        stage.ask()
        stage.wait(5)
        stage.reply()
        stage.wait(15)
        stage.started()
        stage.wait(100)
        stage.done(Action.PAUSE)
        stage.wait(30)
        stage.done(Action.RESUME)
        stage.wait(50)
        stage.enters_room()
        stage.wait(40)
        stage.stopped(3)
        stage.leaves_room()
        stage.wait(5)
        stage.started("b")
        stage.wait(60)
        stage.done(Action.STOP)
        stage.wait(25)
        stage.started("c")
        stage.wait(10)
        stage.meeting_ended()
        stage.wait(600)
        assert stage.spans() == {LOST: 20 + 45, CAPTURED: 100 + 50 + 60 + 10, PAUSED: 30 + 25}

    def test_while_it_waits_for_the_meeting_nothing_is_counted(self) -> None:
        stage = brought_to(_S.WAITING_FOR_MEETING)
        stage.wait(60)
        assert stage.spans() == {}

    def test_once_the_meeting_has_begun_waiting_is_losing(self) -> None:
        stage = brought_to(_S.WAITING_FOR_MEETING)
        stage.wait(3)
        stage.meeting_started()
        stage.wait(4)
        stage.refuse(3000)
        stage.wait(2)
        assert stage.spans() == {LOST: 6}

    def test_lost_from_the_meetings_start_where_known(self) -> None:
        stage = Stage()
        stage.meeting_started()
        stage.joins(THE_HOST)
        stage.wait(60)
        stage.ask()
        stage.reply()
        stage.wait(10)
        assert stage.spans() == {LOST: 70}

    def test_lost_from_the_meetings_start_where_it_becomes_known_late(self) -> None:
        stage = Stage()
        stage.meeting_started()
        stage.gap()  # so the request cannot be tied to the running instance
        stage.wait(59)
        stage.ask()
        stage.reply()
        stage.wait(10)
        assert stage.session.meeting.uuid is None
        stage.joins(GUEST)
        assert (stage.spans(), stage.unverified) == ({UNKNOWN: 70}, True)

    def test_a_start_of_the_meeting_that_is_told_late(self) -> None:
        stage = Stage()
        stage.wait(60)
        stage.ask()
        stage.reply()
        stage.joins(GUEST)
        stage.wait(10)
        stage.meeting_started(ago_s=60)
        assert stage.spans() == {LOST: 60}, "50 s before the request"

    def test_before_the_feed_could_tell_of_a_stream_nothing_is_known(self) -> None:
        stage = Stage(feed=False)
        stage.feed_up()
        stage = brought_to(_S.DENIED, stage)
        stage.wait(10)
        told = stage.now - NOON
        stage.meeting_started(ago_s=told / 1000 + 40)
        assert stage.spans()[UNKNOWN] >= 40
        assert stage.spans()[LOST] >= 10

    def test_a_stream_that_ran_already_may_have_run_since_the_one_before_stopped(self) -> None:
        stage = brought_to(_S.SHARING)
        captured = stage.spans()[CAPTURED]
        stage.stopped(2)
        stage.wait(100)
        lost = stage.spans().get(LOST, 0) - 100
        stage.tell_sharing(True)
        assert stage.spans()[UNKNOWN] == 100
        assert stage.spans()[CAPTURED] == captured
        assert stage.spans()[LOST] == pytest.approx(lost)

    def test_unseen_time_is_unknown_since_the_feed_was_lost(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.wait(50)
        stage.feed_down(ago_s=20)
        stage.wait(30)
        stage.feed_up()
        stage.wait(5)
        stage.joins(GUEST)
        stage.wait(10)
        assert (stage.spans()[CAPTURED], stage.spans()[UNKNOWN]) == (10 + 30, 20 + 30 + 5 + 10)
        stage.done(Action.RESUME)
        stage.wait(10)
        assert (stage.spans()[CAPTURED], stage.spans()[UNKNOWN]) == (10 + 30 + 10, 20 + 30 + 5 + 10)
        stage.started()  # the same stream: it had not stopped
        assert (stage.spans()[CAPTURED], UNKNOWN in stage.spans()) == (115, False)

    def test_what_nobody_waits_for_is_unknown_only_while_nothing_can_be_seen(self) -> None:
        stage = brought_to(_S.REFUSED)
        stage.wait(10)
        stage.feed_down(ago_s=5)
        stage.wait(20)
        stage.feed_up()
        stage.wait(10)
        assert stage.spans() == {LOST: 0.1 + 5 + 10, UNKNOWN: 25}

    @pytest.mark.parametrize(("seen_s", "kind"), [(3_599, UNKNOWN), (3_600, LOST)])
    def test_a_stream_may_have_begun_before_events_came(self, seen_s: int, kind: SpanKind) -> None:
        stage = Stage(feed=False)
        stage.feed_up()
        stage.wait(seen_s)
        stage.ask()
        stage.wait(1)
        stage.reply()
        stage.wait(29)
        assert (stage.unverified, stage.spans()) == (False, {kind: 30})
        stage.started()
        stage.wait(10)
        stage.stopped(1)
        stage.resend()
        stage.reply()
        stage.wait(10)
        assert stage.spans() == {kind: 30, CAPTURED: 10} | {LOST: 10 + 30 * (kind is LOST)}

    def test_but_not_before_the_meeting(self) -> None:
        stage = Stage(feed=False)
        stage.feed_up()
        stage.wait(60)
        stage.meeting_started()
        stage.ask()
        stage.reply()
        stage.wait(30)
        assert (stage.unverified, stage.spans()) == (False, {LOST: 30})

    def test_a_meeting_that_began_before_events_came_may_have_been_captured(self) -> None:
        stage = Stage(feed=False)
        stage.feed_up()
        stage.ask()
        stage.reply()
        stage.joins(GUEST)
        stage.wait(30)
        stage.meeting_started(ago_s=60)
        assert (stage.unverified, stage.spans()) == (True, {UNKNOWN: 60})

    def test_the_first_75_s_of_an_interruption_stay_unknown(self) -> None:
        stage = brought_to(_S.INTERRUPTED)
        stage.wait(150)
        assert (stage.unverified, stage.spans()[UNKNOWN], stage.spans()[CAPTURED]) == (
            False,
            75,
            85,
        )

    def test_an_interruption_that_overtakes_the_start_takes_nothing_away(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        stage.wait(60)
        stage.interrupted()
        stage.started(ago_s=40)
        stage.wait(10)
        assert (stage.spans()[CAPTURED], stage.spans()[UNKNOWN]) == (40, 10)
        assert (stage.state, stage.unverified) == (_S.INTERRUPTED, False)

    def test_what_came_after_a_word_said_while_nothing_could_be_seen_is_unknown(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.feed_down()
        stage.wait(60)
        stage.tell_sharing(True)
        told = stage.now
        stage.wait(60)
        stage.feed_up()
        assert (stage.session.doubt.since, stage.spans()[UNKNOWN]) == (told, 120)

    def test_a_word_that_nothing_bears_out_is_worth_nothing(self) -> None:
        stage = Stage(feed=False)
        stage.ask()
        stage.reply()
        stage.tell_sharing(True)
        stage.wait(599)
        assert stage.spans() == {CAPTURED: 599}
        stage.wait(1)
        assert (stage.unverified, stage.spans()) == (True, {UNKNOWN: 600})
        stage.tell_sharing(True)
        stage.wait(20)
        assert stage.spans() == {UNKNOWN: 600, CAPTURED: 20}

    def test_where_nothing_runs_any_more_it_stopped_since_it_was_last_known_to_run(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.done(Action.PAUSE)
        stage.done(Action.RESUME)
        stage.wait(20)
        stage.act(Action.PAUSE)
        stage.act_answer(e.Outcome.REFUSED, 13277)
        stage.wait(5)
        assert (stage.spans()[UNKNOWN], stage.spans()[CAPTURED]) == (20, 10)

    def test_what_zoom_replied_while_the_feed_was_dead_proves_only_that_moment(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.wait(20)
        stage.done(Action.PAUSE)
        stage.wait(10)
        stage.feed_down(ago_s=20)
        assert stage.session.doubt.since == stage.session.since
        assert (stage.spans()[CAPTURED], stage.spans()[UNKNOWN]) == (20, 20)

    def test_sleep_is_unknown(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.sleep(600)
        assert (stage.spans()[CAPTURED], stage.spans()[UNKNOWN]) == (10, 600)

    def test_inferred_ends_are_at_the_last_evidence(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.joins(GUEST)
        stage.wait(30)
        stage.gap(600)
        stage.look(e.MeetingStatus.WAITING)
        stage.wait(60)
        assert stage.spans() == {LOST: stage.spans()[LOST], CAPTURED: 40}, "in sight until then"

    def test_an_event_that_comes_late_is_evidence_of_its_own_time_only(self) -> None:
        stage = Stage(feed=False)
        stage.ask()
        stage.reply()
        stage.tell_sharing(True)
        stage.wait(100)
        stage.joins(GUEST, ago_s=60)
        stage.sleep(10)
        stage.look(e.MeetingStatus.WAITING)
        assert stage.spans() == {UNKNOWN: 40}, "the user's word holds no longer"

    def test_a_stream_in_sight_ran_until_sight_was_lost(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.joins(GUEST)
        stage.wait(7_200)
        stage.gap(20)
        stage.look(e.MeetingStatus.WAITING)
        assert stage.spans()[CAPTURED] == 7_210

    def test_a_stream_already_in_doubt_is_no_evidence_of_itself(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.joins(GUEST)
        stage.gap(10)
        stage.wait(50)
        stage.gap(10)
        stage.look(e.MeetingStatus.WAITING)
        assert stage.spans()[CAPTURED] == 10

    def test_a_start_after_giving_up_leaves_out_what_lay_between(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        stage.wait(10)
        stage.give_up()
        before = stage.spans()[LOST]
        stage.wait(100)
        stage.started()
        stage.wait(10)
        assert stage.spans() == {LOST: before, CAPTURED: 10}

    def test_denied_refused_and_stopped_by_others_are_lost(self) -> None:
        for state in (_S.DENIED, _S.REFUSED, _S.STOPPED, _S.STOPPED_PERMANENTLY):
            stage = brought_to(state)
            before = stage.spans().get(LOST, 0)
            stage.wait(20)
            assert stage.spans()[LOST] == before + 20, state

    def test_a_start_that_is_told_late_counts_on_this_machines_clock(self) -> None:
        stage = Stage(zoom_ahead_s=3600)
        stage.wait(60)
        stage.ask()
        stage.reply()
        stage.joins(GUEST)
        stage.wait(10)
        stage.meeting_started(ago_s=60)
        began = Mark(stage.now - 60_000, SpanKind.LOST, Code.ASKED)
        assert stage.session.timeline.marks[0] == began

    def test_a_meeting_that_is_not_running_any_more_does_not_undo_what_was_lost(self) -> None:
        stage = brought_to(_S.STOPPED)
        lost = stage.spans().get(LOST, 0)
        stage.resend()
        stage.wait(5)
        stage.refuse(3000)
        assert stage.spans()[LOST] == lost + 5
