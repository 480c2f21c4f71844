"""One open session per meeting: a stream belongs to the request that it answers, and an instance ends with the next."""

from collections.abc import Callable

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.events import MeetingStatus, Outcome
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import Aside
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.support.units import HOUR
from tests.helpers.capture_stage import GUEST, ME, NUMBER, UUID, Stage, brought_to
from tests.helpers.capture_twin import NAMED, NAMELESS, Twin

_S = CaptureState
NEXT = e.Meeting("uuid-2", NUMBER, "host")
UNREADABLE = (MeetingStatus.NOT_FOUND, MeetingStatus.FORBIDDEN, MeetingStatus.UNREADABLE)


def asked() -> Stage:
    stage = Stage()
    stage.ask()
    stage.reply()
    return stage


def states(stage: Stage) -> list[CaptureState]:
    return [one.state for one in stage.board.sessions]


class TestByNumber:
    """A start of mine belongs to my open session of its number, whatever its age."""

    @pytest.mark.parametrize("ago_s", [2.5, 60])
    def test_a_stream_from_just_before_the_click_is_its_answer(self, ago_s: float) -> None:
        stage = asked()
        stage.started(ago_s=ago_s)
        assert states(stage) == [_S.SHARING]
        assert (stage.code, stage.unverified) == (None, False)

    def test_an_older_one_is_of_this_session_too_but_may_have_been_paused_since(self) -> None:
        stage = asked()
        stage.wait(1)
        stage.started(ago_s=62)
        assert states(stage) == [_S.SHARING]
        assert stage.unverified
        assert SpanKind.CAPTURED not in stage.spans()

    def test_one_without_an_operator_is_mine_here(self) -> None:
        stage = asked()
        stage.started(operator=None, ago_s=30)
        assert states(stage) == [_S.SHARING]

    def test_somebody_elses_is_not(self) -> None:
        stage = asked()
        stage.started(operator="somebody else", ago_s=30)
        assert states(stage) == [_S.PENDING_APPROVAL]

    def test_not_one_whose_meetings_end_was_seen(self) -> None:
        stage = Stage()
        stage.meeting_started()
        stage.meeting_ended()
        stage.wait(60)
        stage.ask()
        stage.started(ago_s=61)
        assert states(stage) == [_S.REQUESTING]

    def test_not_one_from_before_a_later_start_of_the_meeting(self) -> None:
        stage = asked()
        stage.wait(30)
        stage.zoom(e.MeetingStarted(NEXT, stage.at(20)))
        stage.started(ago_s=40)
        assert states(stage) == [_S.WAITING_FOR_HOST]
        assert stage.session.asides == (Aside.EARLIER_INSTANCE,)

    def test_nor_by_the_number_alone(self) -> None:
        stage = asked()
        stage.wait(30)
        stage.zoom(e.MeetingStarted(NEXT, stage.at(20)))
        by_number = e.Meeting(number=NUMBER)
        stage.zoom(e.StreamStarted(by_number, "old", ME, stage.at(40)))
        assert states(stage) == [_S.WAITING_FOR_HOST]
        stage.zoom(e.StreamStarted(by_number, "new", ME, stage.at(10)))
        assert states(stage) == [_S.SHARING]

    def test_a_stream_of_a_meeting_that_is_over_makes_no_session(self) -> None:
        stage = Stage()
        stage.meeting_started()
        stage.meeting_ended()
        stage.started()
        assert states(stage) == []


class TestByUuidAlone:
    """A stream whose meeting cannot be read is the answer of the one request that may be meant."""

    @pytest.mark.parametrize("status", UNREADABLE)
    @pytest.mark.parametrize("before_s", [0, 2.5])
    def test_the_one_that_waits(self, status: MeetingStatus, before_s: float) -> None:
        twin = Twin()
        twin.wait(5)
        twin.ask_number()
        twin.answer_all()
        twin.zoom(e.StreamStarted(NAMELESS, "a", ME, twin.at(before_s)))
        twin.take_fetched(NAMELESS, status)
        assert (twin.one.key, twin.one.state) == ("s1", _S.SHARING)
        assert twin.one.meeting == e.Meeting(UUID, NUMBER)

    def test_a_click_just_after_it_began(self) -> None:
        twin = Twin()
        twin.streams()
        twin.take_fetched(NAMELESS, MeetingStatus.FORBIDDEN)
        twin.wait(2.5)
        twin.clear()
        twin.ask_number()
        assert UUID in twin.looked()
        twin.take_fetched(NAMELESS, MeetingStatus.FORBIDDEN)
        assert twin.one.state is _S.SHARING

    def test_not_one_that_began_long_before(self) -> None:
        twin = Twin()
        twin.streams()
        twin.wait(61)
        twin.ask_number()
        twin.take_fetched(NAMELESS, MeetingStatus.FORBIDDEN)
        assert states(twin) == [_S.SHARING, _S.REQUESTING]

    def test_of_several_requests_none_is_certain(self) -> None:
        twin = Twin()
        twin.ask_number()
        twin.take_turn_for(e.StartRequested("11122233344"))
        twin.answer_all()
        twin.streams()
        twin.take_fetched(NAMELESS, MeetingStatus.FORBIDDEN)
        assert states(twin) == [_S.PENDING_APPROVAL, _S.PENDING_APPROVAL, _S.SHARING]

    def test_a_session_that_knows_its_number_is_not_joined(self) -> None:
        twin = Twin(NAMED)
        twin.streams()
        twin.take_turn_for(e.StartRequested("11122233344"))
        twin.take_fetched(NAMELESS, MeetingStatus.FORBIDDEN)
        assert states(twin) == [_S.SHARING, _S.REQUESTING]


class TestMaybeTheSameStream:
    """A stream of an unknown number, and a request that something runs for: they may be one and the same."""

    def two(self) -> Twin:
        twin = Twin()
        twin.streams()
        twin.take_fetched(NAMELESS, MeetingStatus.FORBIDDEN)
        twin.wait(120)
        twin.ask_number()
        twin.answer_all(Outcome.ALREADY_RUNNING)
        twin.take_fetched(NAMELESS, MeetingStatus.FORBIDDEN)
        assert states(twin) == [_S.SHARING, _S.SHARING]
        assert not twin.unverified
        return twin

    def test_once_the_one_has_stopped_the_other_is_in_doubt(self) -> None:
        twin = self.two()
        twin.wait(10)
        twin.zoom(e.StreamStopped(NAMELESS, "a", 1, twin.at(2)))
        assert states(twin) == [_S.STOPPED, _S.SHARING]
        assert twin.unverified
        assert twin.spans()[SpanKind.UNKNOWN] == 2

    def test_nor_is_it_certain_while_that_one_is_paused(self) -> None:
        twin = self.two()
        twin.take(boards.turn(twin.board, e.ActionRequested(e.Action.PAUSE), twin.now, "s1"))
        assert not twin.unverified
        twin.answer_all()
        assert states(twin) == [_S.PAUSED, _S.SHARING]
        assert twin.unverified

    def test_but_not_while_it_goes_on(self) -> None:
        twin = self.two()
        twin.wait(1)
        twin.streams()
        assert not twin.unverified

    @pytest.mark.parametrize("readable", [True, False])
    def test_a_request_in_an_instance_whose_stream_had_stopped(self, readable: bool) -> None:  # noqa: FBT001 - a table
        stage = brought_to(_S.STOPPED)
        stage.resend()
        stage.reply(Outcome.ALREADY_RUNNING)
        assert not stage.unverified
        stage.wait(5)
        other = e.Meeting(uuid="uuid-2")
        stage.zoom(e.StreamStopped(other, "b", 1, stage.at(1)))
        stage.take_fetched(NEXT if readable else other, MeetingStatus.FORBIDDEN)
        assert (stage.state, stage.unverified) == (_S.SHARING, True)

    def test_the_stop_of_another_number_is_not_about_it(self) -> None:
        stage = brought_to(_S.STOPPED)
        stage.resend()
        stage.reply(Outcome.ALREADY_RUNNING)
        stage.zoom(e.StreamStopped(e.Meeting("uuid-7", "11122233344"), "b", 1, stage.at()))
        assert not stage.unverified

    def test_nor_once_it_has_a_stream_of_its_own(self) -> None:
        twin = self.two()
        twin.zoom(e.StreamStarted(e.Meeting("another", NUMBER), "b", ME, twin.at()))
        twin.zoom(e.StreamStopped(NAMELESS, "a", 1, twin.at()))
        assert states(twin) == [_S.STOPPED, _S.SHARING]
        assert not twin.unverified


class TestTheNextInstance:
    """A stream of another UUID, later than all that is known of the one before, ends that."""

    def test_an_earlier_one_is_a_line_under_details(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.wait(60)
        stage.joins(GUEST)
        stage.zoom(e.StreamStarted(NEXT, "b", ME, stage.at(61)))
        assert states(stage) == [_S.SHARING]
        assert stage.session.asides == (Aside.EARLIER_INSTANCE,)
        assert not stage.unverified

    @pytest.mark.parametrize("before", [_S.SHARING, _S.STOPPED])
    def test_known_by_its_number_only_later(self, before: CaptureState) -> None:
        stage = brought_to(before)
        stage.wait(60)
        stage.zoom(e.StreamStarted(e.Meeting(uuid="uuid-2"), "b", ME, stage.at()))
        assert states(stage) == [before, _S.SHARING]
        stage.take_fetched(NEXT)
        assert states(stage) == [_S.ENDED, _S.SHARING]
        assert stage.code is Code.BEGAN_ELSEWHERE

    def test_its_stream_answers_the_request_that_waited(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        stage.zoom(e.StreamStarted(e.Meeting(uuid="uuid-2"), "b", ME, stage.at()))
        stage.take_fetched(NEXT)
        assert states(stage) == [_S.ENDED, _S.SHARING]
        assert stage.code is None
        assert stage.session.requests.asked_here

    def test_a_request_of_its_own_stays_its_own(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        stage.zoom(e.StreamStarted(e.Meeting(uuid="uuid-2"), "b", ME, stage.at()))
        stage.wait(5)
        stage.user(e.StartRequested())
        mine = stage.session.requests
        stage.take_fetched(NEXT)
        assert stage.session.requests == mine

    def test_the_older_of_the_two_may_be_named_last(self) -> None:
        stage = Stage()
        stage.zoom(e.StreamStarted(NAMELESS, "a", ME, stage.at()))
        stage.wait(60)
        stage.zoom(e.StreamStarted(NEXT, "b", ME, stage.at()))
        stage.take_fetched(NAMED)
        assert states(stage) == [_S.ENDED, _S.SHARING]

    def test_where_neither_has_a_stream_nobody_knows_which_is_newer(self) -> None:
        stage = Stage()
        for uuid in ("uuid-1", "uuid-2"):
            stage.take_turn_for(e.StartRequested(meeting_uuid=uuid))
        stage.take_fetched(NAMED)
        stage.take_fetched(NEXT)
        assert states(stage) == [_S.REQUESTING, _S.REQUESTING]


class TestComingBack:
    """A session that ended without word of the meeting's end goes on with its own stream."""

    def lost(self) -> Stage:
        stage = brought_to(_S.SHARING)
        stage.feed_down()
        stage.wait(60)
        stage.feed_up()
        stage.look(MeetingStatus.WAITING)
        assert stage.code is Code.INFERRED
        stage.wait(60)
        return stage

    def test_by_another_server_of_the_same_stream(self) -> None:
        stage = self.lost()
        stage.started()
        assert states(stage) == [_S.SHARING]
        stage.wait(10)
        spans = stage.spans()
        assert spans[SpanKind.CAPTURED] + spans.get(SpanKind.UNKNOWN, 0) == 10 + 60 + 60 + 10

    def test_by_a_new_stream(self) -> None:
        stage = self.lost()
        stage.started("b")
        assert states(stage) == [_S.SHARING]
        assert not stage.unverified

    def test_by_an_interruption(self) -> None:
        stage = self.lost()
        stage.interrupted()
        assert states(stage) == [_S.INTERRUPTED]
        stage.wait(80)
        assert states(stage) == [_S.SHARING]

    def test_not_by_a_stop(self) -> None:
        stage = self.lost()
        stage.stopped(1)
        assert stage.state is _S.ENDED

    def test_not_by_what_happened_before_it_was_last_seen(self) -> None:
        stage = self.lost()
        stage.started("b", ago_s=400)
        stage.interrupted(ago_s=400)
        assert states(stage) == [_S.ENDED]

    @pytest.mark.parametrize("end", [Stage.meeting_ended, lambda stage: stage.stopped(6)])
    def test_not_after_word_of_the_end(self, end: object) -> None:
        stage = brought_to(_S.SHARING)
        assert callable(end)
        end(stage)
        stage.wait(10)
        stage.started("b")
        stage.interrupted("b")
        assert states(stage) == [_S.ENDED]

    def test_asked_for_again_the_stream_is_the_new_requests(self) -> None:
        stage = self.lost()
        stage.ask()
        stage.started("b")
        assert states(stage) == [_S.ENDED, _S.SHARING]

    def test_after_twelve_hours_out_of_sight(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.gap()
        stage.wait(12 * HOUR / 1000 + 60)
        assert stage.code is Code.LOST_SIGHT
        stage.started("b")
        assert states(stage) == [_S.SHARING]


class TestGivingUp:
    """Whatever was asked is called back; what begins all the same is told."""

    def test_a_request_that_outlived_its_stream_is_called_back(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.ask()
        stage.stopped(1)
        assert stage.session.requests.open
        stage.clear()
        stage.give_up()
        assert stage.sent() == [e.Action.STOP]

    def test_where_nothing_was_asked_nothing_is_called_back(self) -> None:
        stage = brought_to(_S.STOPPED)
        stage.give_up()
        assert stage.sent() == []

    def test_capture_that_begins_all_the_same_is_told(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        stage.give_up()
        stage.clear()
        stage.started()
        assert (stage.state, stage.code) == (_S.SHARING, Code.BEGAN_AFTER_GIVE_UP)
        assert [code for _, code in stage.announced()] == [Code.BEGAN_AFTER_GIVE_UP]


def test_a_late_end_of_yesterdays_instance_does_not_end_todays() -> None:
    stage = asked()
    stage.zoom(e.MeetingEnded(e.Meeting("yesterday", NUMBER), stage.at(0.5)))
    assert states(stage) == [_S.PENDING_APPROVAL]
    stage.wait(1)
    stage.zoom(e.MeetingEnded(e.Meeting("today", NUMBER), stage.at()))
    assert states(stage) == [_S.ENDED]


class TestAskedAgainAfterAGap:
    """The number may be of the next instance by then, if nothing was heard of this one since."""

    def after_a_gap(self) -> Stage:
        stage = brought_to(_S.SHARING)
        stage.gap(600)
        return stage

    def test_the_request_is_for_whichever_instance_runs_now(self) -> None:
        stage = self.after_a_gap()
        stage.resend()
        assert stage.session.meeting.uuid is None
        stage.reply(Outcome.ALREADY_RUNNING)
        assert (stage.state, stage.unverified) == (_S.SHARING, False)
        stage.wait(1)
        stage.zoom(e.StreamStopped(e.Meeting(uuid="uuid-2"), "b", 6, stage.at()))
        stage.take_fetched(NEXT)
        assert states(stage) == [_S.ENDED]

    def test_its_own_people_name_it_again(self) -> None:
        stage = self.after_a_gap()
        stage.resend()
        stage.wait(1)
        stage.joins(GUEST)
        assert stage.session.meeting.uuid == UUID

    @pytest.mark.parametrize(
        "heard", [lambda stage: stage.look(MeetingStatus.STARTED), lambda stage: stage.joins(GUEST)]
    )
    def test_not_where_this_one_was_heard_of_since(self, heard: Callable[[Stage], None]) -> None:
        stage = self.after_a_gap()
        heard(stage)
        stage.resend()
        assert stage.session.meeting.uuid == UUID

    def test_not_where_the_uuid_is_all_that_is_known(self) -> None:
        twin = Twin()
        twin.streams()
        twin.gap(600)
        twin.user(e.StartRequested(resend=True))
        assert twin.session.meeting == NAMELESS

    def test_not_after_an_interruption_in_sight(self) -> None:
        stage = brought_to(_S.INTERRUPTED)
        stage.wait(80)
        assert stage.unverified
        stage.resend()
        assert stage.session.meeting.uuid == UUID

    def test_not_without_a_gap(self) -> None:
        stage = brought_to(_S.STOPPED)
        stage.resend()
        assert stage.session.meeting.uuid == UUID
