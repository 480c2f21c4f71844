"""Matching: which meeting an event names."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import meeting_routing
from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Board
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.effects import Category
from rtms_tray.capture.matching import asker_of, open_session
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import Requests, Session
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import Mark, SpanKind
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import SECOND
from tests.helpers.capture_stage import GUEST, I_AM, ME, NUMBER, THE_HOST, UUID, Stage, brought_to

_S = CaptureState
NEXT = e.Meeting("uuid-2", NUMBER, "host")


class TestBinding:
    """A UUID is bound by what is newer than the request, never by stops and ends."""

    @pytest.mark.parametrize(
        "event",
        [
            e.StreamStarted(e.Meeting(UUID, NUMBER), "a", ME, 0),
            e.MeetingStarted(e.Meeting(UUID, NUMBER), 0),
            e.ParticipantJoined(e.Meeting(UUID, NUMBER), GUEST, 0),
            e.ParticipantLeft(e.Meeting(UUID, NUMBER), GUEST, 0),
            e.RoleChanged(e.Meeting(UUID, NUMBER), GUEST, "host", "attendee", 0),
            e.BreakoutJoined(e.Meeting(UUID, NUMBER), GUEST, 0),
            e.BreakoutLeft(e.Meeting(UUID, NUMBER), GUEST, 0),
            e.WaitingForHost(e.Meeting(UUID, NUMBER), GUEST, 0),
        ],
        ids=lambda event: type(event).__name__,
    )
    def test_by_starts_and_people(self, event: e.StreamStarted | e.MeetingEvent) -> None:
        stage = brought_to(_S.REQUESTING)
        stage.zoom(replace(event, at=stage.at(60)))
        binds = isinstance(event, e.StreamStarted)  # whatever its age
        assert stage.board.sessions[0].meeting.uuid == (UUID if binds else None)
        stage = brought_to(_S.REQUESTING)
        stage.zoom(replace(event, at=stage.at()))
        assert stage.board.sessions[0].meeting.uuid == UUID

    def test_not_by_stops_and_ends(self) -> None:
        stage = Stage()
        stage.ask()
        stage.reply()
        stage.wait(5)
        stage.zoom(e.StreamStopped(e.Meeting(UUID, NUMBER), "a", 1, stage.at(60)))
        stage.zoom(e.StreamStopped(e.Meeting(UUID), "a", 1, stage.at()))
        stage.meeting_ended(ago_s=60)
        assert (stage.state, stage.session.meeting.uuid) == (_S.PENDING_APPROVAL, None)

    def test_an_end_after_asking_counts_and_names_the_instance_that_it_ends(self) -> None:
        stage = Stage()
        stage.ask()
        stage.reply()
        stage.wait(5)
        stage.meeting_ended()
        assert (stage.state, stage.session.meeting.uuid) == (_S.ENDED, UUID)

    def test_yesterdays_end_does_not_end_todays(self) -> None:
        stage = Stage()
        stage.ask()
        stage.meeting = replace(stage.meeting, uuid="yesterday")
        stage.meeting_ended(ago_s=86_400)
        assert stage.state is _S.REQUESTING

    def test_another_instances_end_does_not_end_this_one(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.zoom(e.MeetingEnded(NEXT, stage.at()))
        assert stage.state is _S.SHARING

    def test_at_the_request_by_the_running_instance(self) -> None:
        stage = Stage()
        stage.meeting_started()
        stage.joins(THE_HOST)
        stage.joins(I_AM)
        stage.wait(60)
        stage.ask()
        assert stage.session.meeting == e.Meeting(UUID, NUMBER, "host")
        assert stage.session.host_present is Value.YES

    @pytest.mark.parametrize("why_not", ["it ended", "the feed was down", "slept", "an older one"])
    def test_not_at_the_request(self, why_not: str) -> None:
        stage = Stage()
        stage.meeting_started()
        stage.wait(5)
        match why_not:
            case "it ended":
                stage.meeting_ended()
            case "the feed was down":
                stage.gap()
            case "slept":
                stage.sleep(600)
            case _:
                stage.zoom(e.MeetingStarted(NEXT, stage.at()))
                stage.zoom(e.MeetingEnded(NEXT, stage.at()))
        stage.ask()
        assert stage.session.meeting.uuid is None

    def test_at_the_second_request_too(self) -> None:
        stage = Stage()
        stage.ask()
        stage.reply()
        stage.wait(0.5)
        stage.zoom(e.MeetingStarted(stage.meeting, stage.at(60)))
        assert stage.session.meeting.uuid is None
        stage.wait(10)
        stage.resend()
        assert stage.session.meeting.uuid == UUID

    def test_by_the_uuid_itself(self) -> None:
        stage = Stage()
        stage.take(boards.turn(stage.board, e.StartRequested(meeting_uuid=UUID), stage.now))
        assert stage.session.meeting == e.Meeting(uuid=UUID)
        stage.look(e.MeetingStatus.STARTED)
        assert stage.session.meeting.number == NUMBER

    def test_the_first_word_of_a_host_who_joins_is_not_lost_in_binding(self) -> None:
        stage = Stage()
        stage.ask()
        stage.reply()
        stage.wait(6)
        stage.joins(THE_HOST)
        stage.wait(2)
        assert (stage.state, stage.code) == (_S.RESEND_NEEDED, Code.HOST_MAYBE_JOINED)

    def test_clocks_that_differ(self) -> None:
        stage = Stage(zoom_ahead_s=-300)
        stage.ask()
        stage.reply()
        stage.wait(5)
        stage.started()
        assert [one.state for one in stage.board.sessions] == [_S.SHARING]


class TestNames:
    """One of a meeting's two names is often missing."""

    @pytest.mark.parametrize("names", [e.Meeting(uuid=UUID), e.Meeting(number=NUMBER), e.Meeting()])
    def test_a_stream_known_by_its_own_name_needs_no_other(self, names: e.Meeting) -> None:
        stage = brought_to(_S.SHARING)
        stage.zoom(e.StreamStopped(names, "a", 5, stage.at()))
        assert stage.state is _S.STOPPED

    def test_the_number_was_all_that_its_start_told(self) -> None:
        stage = Stage()
        stage.zoom(e.StreamStarted(e.Meeting(number=NUMBER), "a", ME, stage.at()))
        stage.zoom(e.StreamStopped(e.Meeting(uuid=UUID), "a", 5, stage.at()))
        assert stage.state is _S.STOPPED

    def test_the_number_is_enough_where_a_session_has_both(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        stage.zoom(e.StreamStarted(e.Meeting(number=NUMBER), "a", ME, stage.at()))
        assert [one.state for one in stage.board.sessions] == [_S.SHARING]

    def test_no_name_is_nobodys(self) -> None:
        stage = Stage()
        stage.zoom(e.StreamStarted(e.Meeting(uuid=UUID), "a", ME, stage.at()))
        stage.clear()
        stage.zoom(e.StreamStopped(e.Meeting(), "b", 5, stage.at()))
        assert stage.ignored()
        assert "b" not in stage.session.streams.finished

    def test_an_event_one_second_before_the_request_is_not_of_it(self) -> None:
        stage = Stage()
        stage.ask()
        stage.joins(GUEST, ago_s=1)
        assert stage.session.meeting.uuid is None
        stage.joins(GUEST, ago_s=0.999)
        assert stage.session.meeting.uuid == UUID

    def test_the_newest_open_session_is_found_by_either_name(self) -> None:
        older, newer, nameless = (
            Session(1, e.Meeting("uuid-1", NUMBER), _S.SHARING),
            Session(2, e.Meeting("uuid-2", NUMBER), _S.SHARING),
            Session(3, e.Meeting("uuid-3"), _S.SHARING),
        )
        board = Board(sessions=(older, newer, nameless))
        assert open_session(board, None, NUMBER) is newer
        assert open_session(board, "uuid-1", None) is older
        assert open_session(board, "uuid-4", None) is None

    @pytest.mark.parametrize(("state", "told"), [(_S.SHARING, None), (_S.ENDED, UUID)])
    def test_no_two_open_sessions_have_one_uuid(
        self, state: CaptureState, told: str | None
    ) -> None:
        has_it, asks = Session(1, e.Meeting(UUID), state), Session(2, e.Meeting(number=NUMBER))
        names = e.Meeting(UUID, NUMBER, "host")
        board = meeting_routing._named(Board(sessions=(has_it, asks)), asks, names).board
        assert board.sessions[1].meeting == e.Meeting(told, NUMBER, "host")


class TestAskedForAgain:
    """The meeting was given up, and asked for again by its number."""

    def asked_again(self) -> Stage:
        stage = brought_to(_S.PENDING_APPROVAL)
        stage.give_up()
        stage.gap()
        stage.ask()
        stage.reply()
        assert stage.session.meeting.uuid is None
        stage.wait(6)
        return stage

    def test_its_people_are_seen(self) -> None:
        stage = self.asked_again()
        stage.joins(THE_HOST)
        stage.wait(2)
        assert (stage.state, stage.session.meeting.uuid) == (_S.RESEND_NEEDED, UUID)

    def test_its_stream_is_the_new_requests(self) -> None:
        stage = self.asked_again()
        stage.started()
        assert [one.state for one in stage.board.sessions] == [_S.ENDED, _S.SHARING]
        assert stage.code is None

    def test_the_stream_is_the_newest_requests(self) -> None:
        stage = Stage()
        stage.ask()
        stage.reply()
        stage.give_up()
        stage.wait(5)
        stage.ask()
        stage.reply()
        stage.started()
        assert [one.state for one in stage.board.sessions] == [_S.ENDED, _S.SHARING]


@pytest.mark.parametrize("ahead_s", [0, 3600])
def test_time_counts_from_a_start_that_was_seen_before_a_gap(ahead_s: int) -> None:
    stage = Stage(zoom_ahead_s=ahead_s)
    stage.meeting_started()
    stage.gap(5)
    stage.ask()
    stage.reply()
    stage.wait(4)
    stage.joins(GUEST)
    assert stage.spans() == {SpanKind.UNKNOWN: 9}


def test_an_event_by_uuid_finds_the_session_by_the_number_that_is_remembered() -> None:
    stage = Stage()
    stage.meeting_started()
    stage.gap()  # so the request is tied to no instance
    stage.ask()
    stage.reply()
    stage.wait(1)
    stage.zoom(e.StreamStopped(e.Meeting(UUID), "z", 7, stage.at()))
    assert (stage.state, stage.code) == (_S.REFUSED, Code.STOP_CANCELED)


def test_a_session_that_was_given_up_takes_no_names_but_from_its_stream() -> None:
    stage = Stage()
    stage.ask()
    stage.reply()
    stage.give_up()
    stage.wait(5)
    stage.joins(GUEST)
    assert stage.session.meeting.uuid is None


def test_where_the_host_has_been_seen_nobody_is_reminded_to_look() -> None:
    stage = Stage()
    stage.meeting_started()
    stage.joins(THE_HOST)
    stage.ask()
    stage.reply()
    assert Timer.NUDGE not in stage.session.timers
    stage.wait(700)
    assert stage.announced(Category.REMINDER) == []


def test_time_before_the_uuid_was_known_counts_since_the_meetings_start() -> None:
    stage = Stage()
    stage.meeting_started()
    began = stage.now
    stage.gap()
    stage.wait(59)
    stage.ask()
    stage.reply()
    stage.joins(GUEST)
    assert stage.session.timeline.marks[0] == Mark(began, SpanKind.UNKNOWN, "unverified")


def test_a_late_event_of_a_meeting_that_is_over_does_not_take_the_next_request() -> None:
    stage = brought_to(_S.SHARING)
    stage.meeting_ended()
    stage.wait(60)
    stage.ask()
    stage.leaves(GUEST, ago_s=61)
    assert [one.state for one in stage.board.sessions] == [_S.ENDED, _S.REQUESTING]


@pytest.mark.parametrize(("after_s", "same"), [(1, True), (-60, False)])
def test_in_doubt_only_news_since_the_request_shows_that_it_is_the_meeting_asked_for(
    after_s: int, *, same: bool
) -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.joins(GUEST)
    stage.gap(120)
    assert stage.session.meeting.uuid == UUID
    asked_at = stage.at()
    waiting = Session(
        9, e.Meeting(number=NUMBER), _S.PENDING_APPROVAL, requests=Requests(asked_at=asked_at)
    )
    board = replace(stage.board, sessions=(*stage.board.sessions, waiting))
    event = e.ParticipantJoined(e.Meeting(UUID, NUMBER), GUEST, asked_at + after_s * SECOND)
    assert not stage.session.verified
    assert (asker_of(board, stage.session, event) is waiting) is same
