"""Routing: which session an event belongs to, and what becomes of the rest."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.clocks import ZoomClock
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.effects import Category, Ignored, Withdraw
from rtms_tray.capture.memory import Memory
from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import Mark, SpanKind
from rtms_tray.capture.timings import ENDED_LISTED_FOR
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import SECOND
from tests.helpers.capture_stage import GUEST, ME, MEETING, NUMBER, UUID, Stage, brought_to

_S = CaptureState
OTHER = e.Meeting("uuid-9", "11122233344", "host")
NEXT = e.Meeting("uuid-2", NUMBER, "host")


def asked() -> Stage:
    stage = Stage()
    stage.ask()
    stage.reply()
    return stage


def states(stage: Stage) -> list[CaptureState]:
    return [one.state for one in stage.board.sessions]


class TestNewInstances:
    """A start with another UUID is another instance of the meeting."""

    @pytest.mark.parametrize(
        "start", [e.MeetingStarted(NEXT, 0), e.StreamStarted(NEXT, "b", ME, 0)], ids=repr
    )
    def test_an_open_request_moves_over(self, start: e.MeetingStarted | e.StreamStarted) -> None:
        stage = brought_to(_S.REQUESTING)
        stage.joins(GUEST)
        stage.wait(60)
        stage.zoom(replace(start, at=stage.at()))
        assert stage.board.sessions[0].why is not None
        assert stage.board.sessions[0].why.code is Code.INFERRED
        streams = isinstance(start, e.StreamStarted)
        assert states(stage) == [_S.ENDED, _S.SHARING if streams else _S.REQUESTING]
        stage.reply()
        assert states(stage) == [_S.ENDED, _S.SHARING if streams else _S.PENDING_APPROVAL]

    def test_a_live_session_ends_with_the_next_start(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.wait(60)
        stage.zoom(e.MeetingStarted(NEXT, stage.at()))
        assert states(stage) == [_S.ENDED]
        assert stage.session.why is not None
        assert stage.session.why.code is Code.INFERRED

    def test_a_live_session_ends_with_somebody_elses_stream_in_the_next(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.wait(60)
        stage.zoom(e.StreamStarted(NEXT, "x", "other", stage.at()))
        assert states(stage) == [_S.ENDED]

    def test_my_next_stream_makes_the_next_session(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.wait(60)
        stage.zoom(e.StreamStarted(NEXT, "b", ME, stage.at()))
        assert states(stage) == [_S.ENDED, _S.SHARING]
        assert stage.code is Code.BEGAN_ELSEWHERE

    def test_an_older_start_ends_nothing(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.zoom(e.MeetingStarted(NEXT, stage.at(3600)))
        assert states(stage) == [_S.SHARING]

    def test_a_start_older_than_the_request_ends_nothing_even_where_nothing_else_is_remembered(
        self,
    ) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        stage.board = replace(stage.board, memory=Memory())
        stage.zoom(e.MeetingStarted(NEXT, stage.at(60)))
        assert states(stage) == [_S.PENDING_APPROVAL]

    @pytest.mark.parametrize("ahead_s", [0, 3600])
    def test_it_ended_when_the_next_began_at_the_latest(self, ahead_s: int) -> None:
        stage = Stage(zoom_ahead_s=ahead_s)
        stage.ask()
        stage.reply()
        stage.started()
        stage.wait(20)
        stage.gap()
        stage.look(e.MeetingStatus.STARTED)
        stage.zoom(e.MeetingStarted(NEXT, stage.at(11)))
        assert stage.state is _S.ENDED
        assert stage.session.timeline.closed_at == stage.now - 11 * SECOND

    def test_what_moves_over_in_the_dark_is_in_doubt(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        stage.feed_down()
        stage.wait(60)
        stage.zoom(e.MeetingStarted(NEXT, stage.at()))
        assert stage.unverified

    def test_start_on_an_ended_session_makes_a_new_one(self) -> None:
        stage = brought_to(_S.ENDED)
        stage.ask()
        assert states(stage) == [_S.ENDED, _S.REQUESTING]

    def test_the_same_uuid_asked_for_again_takes_the_events(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        stage.give_up()
        stage.wait(5)
        stage.take(boards.turn(stage.board, e.StartRequested(NUMBER, UUID), stage.now))
        stage.wait(2)
        stage.started()
        assert states(stage) == [_S.ENDED, _S.SHARING]


class TestStreams:
    """Streams have names of their own."""

    def test_nobody_asked_from_here(self) -> None:
        stage = Stage()
        stage.started()
        assert (stage.state, stage.code) == (_S.SHARING, Code.BEGAN_ELSEWHERE)

    def test_a_uuid_without_a_number_is_looked_up(self) -> None:
        stage = Stage()
        stage.zoom(e.StreamStarted(e.Meeting(uuid=UUID), "a", ME, stage.at()))
        assert stage.looked() == [UUID]
        stage.look(e.MeetingStatus.STARTED)
        assert stage.session.meeting.number == NUMBER

    def test_a_look_at_an_unknown_meeting_is_nothing(self) -> None:
        stage = Stage()
        stage.look(e.MeetingStatus.STARTED)
        assert stage.board.sessions == ()

    @pytest.mark.parametrize("operator", [None, "other"])
    def test_not_mine_and_no_session(self, operator: str | None) -> None:
        stage = Stage()
        stage.started(operator=operator)
        assert stage.board.sessions == ()
        assert stage.ignored()

    def test_somebody_elses_stream_is_noted(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        stage.started("x", "other")
        assert stage.session.streams.foreign == {"x"}
        assert stage.state is _S.PENDING_APPROVAL

    def test_somebody_elses_stream_that_began_before_i_asked(self) -> None:
        stage = Stage()
        stage.started("x", "other")
        stage.wait(60)
        stage.ask()
        stage.reply()
        stage.joins(GUEST)
        stage.stopped(1, "x")
        assert stage.state is _S.PENDING_APPROVAL

    def test_whose_stream_it_is_stays_known_to_the_session(self) -> None:
        stage = brought_to(_S.PENDING_APPROVAL)
        stage.user(e.StreamStarted(stage.meeting, "x", "other", stage.at()))
        stage.user(e.StreamStopped(stage.meeting, "x", 1, stage.at()))
        assert stage.state is _S.PENDING_APPROVAL

    def test_a_stop_that_overtakes_its_start_wins(self) -> None:
        stage = Stage()
        stage.ask()
        stage.reply()
        stage.wait(5)
        stage.stopped(1)
        stage.started(ago_s=1)
        assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_HOST)

    def test_a_stop_that_overtakes_the_start_of_a_stream_from_elsewhere(self) -> None:
        stage = Stage()
        stage.stopped(1)
        stage.started(ago_s=1)
        assert states(stage) == [_S.STOPPED]
        stage.wait(300)
        stage.started(ago_s=301)
        assert states(stage) == [_S.STOPPED]

    def test_retries_of_a_start_after_5_20_and_60_minutes(self) -> None:
        stage = brought_to(_S.SHARING)
        first = e.StreamStarted(stage.meeting, "a", ME, stage.at(10))
        stage.wait(60)
        stage.stopped(6)
        for minutes in (5, 20, 60):
            stage.wait(minutes * 60)
            stage.zoom(first)
            assert _S.SHARING not in states(stage)
        assert states(stage) == [], "listed for an hour, then forgotten: and still not again"

    def test_events_of_a_contradictory_uuid(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.zoom(e.StreamStopped(e.Meeting("uuid-9"), "a", 1, stage.at()))
        stage.zoom(e.StreamInterrupted(e.Meeting("uuid-9"), "a", stage.at()))
        stage.zoom(e.StreamStarted(e.Meeting("uuid-9", NUMBER), "a", ME, stage.at()))
        assert states(stage) == [_S.SHARING]

    def test_a_stop_that_names_the_stream_alone(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.zoom(e.StreamStopped(e.Meeting(), "a", 1, stage.at()))
        assert stage.state is _S.STOPPED

    def test_an_older_stream_that_is_told_late(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.started("older", ago_s=60)
        assert stage.session.streams.current is not None
        assert stage.session.streams.current.stream_id == "a"

    def test_duplicates_and_nonsense_change_nothing(self) -> None:
        stage = brought_to(_S.INTERRUPTED)
        before = stage.board
        stage.interrupted(ago_s=0)
        stage.interrupted("nobody's")
        stage.zoom(e.Unknown("meeting.summary", stage.at()))
        assert stage.board == before
        assert len(stage.ignored()) == 3

    def test_webinars_without_a_number_in_their_stops(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.stopped(1)
        assert stage.state is _S.STOPPED

    def test_the_limit_of_streams_finds_its_session_by_number(self) -> None:
        stage = Stage()
        stage.ask()
        stage.wait(1)
        stage.limited()
        assert stage.code is Code.CONCURRENCY_LIMITED

    def test_asking_by_the_number_of_a_meeting_that_was_known_by_its_uuid(self) -> None:
        stage = Stage()
        stage.zoom(e.StreamStarted(e.Meeting(uuid=UUID), "a", ME, stage.at()))
        stage.joins(GUEST)
        stage.ask()
        assert states(stage) == [_S.SHARING]

    def test_a_stream_without_a_uuid_learns_it_later(self) -> None:
        stage = Stage()
        stage.zoom(e.StreamStarted(e.Meeting(number=NUMBER), "a", ME, stage.at()))
        stage.wait(5)
        stage.joins(GUEST)
        assert [one.meeting.uuid for one in stage.board.sessions] == [UUID]


# --- what the log says


@pytest.mark.parametrize(
    ("event", "logged"),
    [
        (e.Unknown("meeting.novelty", 1), Ignored("meeting.novelty", "unknown event")),
        (e.AppDeauthorized("other", 1), Ignored("AppDeauthorized", "somebody else's")),
        (
            e.StreamStopped(MEETING, "x", 1, 1),
            Ignored("StreamStopped", "somebody else's stream", others=True),
        ),
        (
            e.StreamStarted(MEETING, "gone", ME, 1),
            Ignored("StreamStarted", "this stream has stopped before"),
        ),
        (
            e.StreamStopped(OTHER, "a", 1, 1),
            Ignored("StreamStopped", "another meeting's UUID"),
        ),
        (
            e.ParticipantJoined(OTHER, GUEST, 1),
            Ignored("ParticipantJoined", "no session for this meeting", others=True),
        ),
        (
            e.MeetingStarted(OTHER, 1),
            Ignored("MeetingStarted", "nobody here asked for it", others=True),
        ),
    ],
    ids=lambda one: one.because if isinstance(one, Ignored) else type(one).__name__,
)
def test_the_log_says_why_an_event_changes_nothing(event: e.ZoomEvent, logged: Ignored) -> None:
    stage = Stage()
    stage.zoom(e.StreamStarted(e.Meeting("uuid-7"), "x", "other", stage.at()))
    stage.started("gone")
    stage.stopped(1, "gone")
    stage.started("a")
    stage.clear()
    stage.zoom(event)
    assert stage.ignored() == [logged]


def test_the_app_removed_by_somebody_unnamed_may_have_been_removed_by_me() -> None:
    stage = brought_to(_S.SHARING)
    stage.zoom(e.AppDeauthorized(None, stage.at()))
    assert stage.unverified


def test_the_next_session_knows_who_has_signed_in() -> None:
    stage = Stage()
    stage.all(e.SignedIn("new", "account"))
    stage.ask()
    assert (stage.context.me, stage.context.account) == ("new", "account")


def test_only_events_of_the_meeting_itself_are_remembered_of_it() -> None:
    stage = Stage()
    stage.limited()
    stage.request_status(Value.YES)
    stage.interrupted()
    assert stage.board.memory.meetings == {}


def test_a_request_finds_its_session_though_the_feed_tells_of_an_instance() -> None:
    stage = asked()
    stage.wait(6)
    stage.meeting_started(ago_s=60)  # older than the request: it does not bind
    stage.resend()
    assert [one.meeting.uuid for one in stage.board.sessions] == [UUID]


def test_without_a_feed_no_instance_is_known_to_be_running() -> None:
    stage = Stage(feed=False)
    stage.meeting_started()
    stage.ask()
    assert stage.session.meeting.uuid is None


# --- the next instance of a meeting


@pytest.mark.parametrize(("later", "state"), [(0, _S.SHARING), (1, _S.ENDED)])
def test_the_next_instance_begins_after_all_that_this_one_told(
    later: int, state: CaptureState
) -> None:
    stage = brought_to(_S.SHARING)
    stage.wait(5)
    stage.joins(GUEST)
    stage.zoom(e.MeetingStarted(NEXT, stage.at() + later))
    assert stage.board.sessions[0].state is state


@pytest.mark.parametrize(("later", "state"), [(0, _S.SHARING), (1, _S.ENDED)])
def test_the_next_instance_begins_after_this_ones_stream(later: int, state: CaptureState) -> None:
    stage = Stage()
    stage.started()
    stage.wait(5)
    stage.interrupted()
    stage.wait(1)
    stage.started()
    stage.zoom(e.MeetingStarted(NEXT, stage.at() + later))
    assert stage.board.sessions[0].state is state


def test_a_session_that_the_next_instance_ends_waits_for_nothing_but_to_be_forgotten() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.feed_down()
    stage.wait(60)
    stage.zoom(e.MeetingStarted(NEXT, stage.at()))
    ended = stage.board.sessions[0]
    assert (ended.state, ended.streams.action) == (_S.ENDED, None)
    assert (ended.requests.newest, ended.requests.answer_timeout_left) == (None, None)
    assert ended.timers == {Timer.FORGET: stage.now + ENDED_LISTED_FOR}


def test_a_session_that_the_next_instance_ends_has_no_pause_under_way() -> None:
    stage = brought_to(_S.SHARING)
    stage.act(e.Action.PAUSE)
    stage.wait(1)
    stage.zoom(e.MeetingStarted(NEXT, stage.at()))
    assert (stage.state, stage.session.streams.action) == (_S.ENDED, None)


def test_what_is_told_of_both_instances_is_told() -> None:
    stage = brought_to(_S.NO_ANSWER)
    stage.zoom(e.StreamStarted(e.Meeting("uuid-2", NUMBER), "b", ME, stage.at()))
    assert Withdraw("s1", Category.CAPTURE) in stage.effects
    assert (Severity.INFO, Code.BEGAN) in stage.announced(Category.CAPTURE)
    assert stage.looked() == []


def test_the_next_instance_without_a_number_is_looked_up() -> None:
    stage = Stage()
    stage.zoom(e.StreamStarted(e.Meeting("uuid-2"), "b", ME, stage.at()))
    assert stage.looked() == ["uuid-2"]
    stage.clear()
    stage.zoom(e.StreamStarted(e.Meeting(number="11122233344"), "c", ME, stage.at()))
    assert stage.looked() == []


def test_of_a_start_and_the_stop_that_overtook_it_only_the_stop_is_told() -> None:
    stage = Stage()
    stage.stopped(1)
    stage.started(ago_s=1)
    assert stage.announced(Category.CAPTURE) == [(Severity.CRITICAL, Code.STOP_HOST)]
    assert set(stage.board.memory.finished) == {"a"}


@pytest.mark.parametrize("ahead_s", [0, 3600])
def test_time_before_the_request_is_lost_from_the_meetings_start_on_this_machines_clock(
    ahead_s: int,
) -> None:
    stage = Stage(zoom_ahead_s=ahead_s)
    clock = ZoomClock.ahead_by(ahead_s * SECOND)
    context = replace(stage.context, clock=clock)
    stage.board = replace(stage.board, context=context)
    stage.meeting_started()
    began = stage.now
    stage.wait(60)
    stage.ask()
    assert stage.session.timeline.marks[0] == Mark(began, SpanKind.LOST, Code.ASKED)


def test_only_an_answer_to_a_request_is_looked_up_by_its_uuid() -> None:
    stage = asked()
    stage.clear()
    stage.zoom(e.MeetingStarted(e.Meeting("uuid-7"), stage.at()))
    assert stage.looked() == []
    stage.give_up()
    stage.zoom(e.StreamStopped(e.Meeting("uuid-8"), "a", 7, stage.at()))
    assert stage.looked() == []
