"""The board: several sessions at once, replies, looks at meetings, and other people's streams."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Board, Turn
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import FetchMeeting, Ignored
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.memory import Colleague
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from tests.helpers.capture_stage import GUEST, MEETING, NUMBER, UUID, Stage, brought_to
from tests.helpers.manual_clock import NOON

_S = CaptureState
OTHER = e.Meeting("uuid-9", "11122233344", "host")
NEXT = e.Meeting("uuid-2", NUMBER, "host")


def states(stage: Stage) -> list[CaptureState]:
    return [one.state for one in stage.board.sessions]


class TestBesideEachOther:
    """Several sessions at once."""

    @pytest.fixture
    def stage(self) -> Stage:
        stage = brought_to(_S.SHARING)
        stage.meeting = OTHER
        stage.ask()
        return stage

    def test_replies_find_their_session(self, stage: Stage) -> None:
        stage.reply()
        assert states(stage) == [_S.SHARING, _S.PENDING_APPROVAL]

    def test_events_find_their_session(self, stage: Stage) -> None:
        stage.wait(1)
        stage.started("z")
        stage.stopped(1, "a")  # names the other meeting: contradictory
        assert states(stage) == [_S.SHARING, _S.SHARING]
        stage.meeting_ended()
        assert states(stage) == [_S.SHARING, _S.ENDED]

    def test_what_concerns_all(self, stage: Stage) -> None:
        stage.feed_down()
        assert all(not one.verified for one in stage.board.sessions)

    def test_ended_ones_are_listed_for_an_hour(self, stage: Stage) -> None:
        stage.meeting_ended()
        stage.give_up()
        stage.wait(3599)
        assert len(stage.board.sessions) == 2
        stage.wait(2)
        assert states(stage) == [_S.SHARING]


class TestReplies:
    """Only the newest request of its kind counts."""

    def test_late_replies_to_older_tries_are_ignored(self) -> None:
        stage = brought_to(_S.REQUESTING)
        first = stage.session.requests.newest
        assert first is not None
        stage.reply(Outcome.SERVER_TROUBLE)
        stage.wait(1)
        stage.answer(first.number, Action.START)
        between = stage.state
        stage.reply()
        assert (between, stage.state) == (_S.REQUESTING, _S.PENDING_APPROVAL)

    def test_replies_after_giving_up_are_ignored(self) -> None:
        stage = brought_to(_S.REQUESTING)
        request = stage.session.requests.newest
        assert request is not None
        stage.give_up()
        stage.answer(request.number, Action.START)
        stage.answer(request.number + 1, Action.STOP)
        assert (stage.state, stage.code) == (_S.ENDED, Code.GIVEN_UP)

    def test_a_reply_to_nobody(self) -> None:
        stage = Stage()
        stage.answer(500_000, Action.START)
        assert len(stage.ignored()) == 1

    def test_pause_of_a_stream_before_does_not_pause_the_next(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.act(Action.PAUSE)
        pause = stage.session.streams.action
        assert pause is not None
        stage.stopped(1)
        stage.wait(1)
        stage.started("b")
        stage.answer(pause.number, Action.PAUSE)
        assert stage.state is _S.SHARING

    def test_an_act_answered_after_the_stop(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.act(Action.PAUSE)
        stage.stopped(1)
        stage.act_answer()
        assert stage.state is _S.STOPPED

    def test_zooms_clock_is_kept_for_the_next_session(self) -> None:
        stage = Stage(zoom_ahead_s=90)
        stage.ask()
        stage.reply()
        assert stage.board.context.zoom_ahead == 90_000
        assert stage.session.requests.asked_at == stage.at()
        stage.meeting = OTHER
        stage.ask()
        assert stage.session.requests.asked_at == stage.at()

    def test_no_date_in_a_reply_keeps_the_clock(self) -> None:
        stage = Stage()
        stage.ask()
        request = stage.session.requests.newest
        assert request is not None
        event = e.Replied(request.number, Action.START, Outcome.ACCEPTED)
        stage.take(boards.turn(stage.board, event, stage.now))
        assert stage.state is _S.PENDING_APPROVAL

    def test_a_refusal_after_the_stop_is_not_shown_as_one_of_a_live_stream(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.ask()
        stage.stopped(1)
        stage.refuse(13262)
        assert (stage.state, stage.session.attention.refusal) == (_S.STOPPED, None)

    def test_no_request_is_doubled_while_one_is_on_its_way(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.ask()
        stage.stopped(1)
        stage.clear()
        stage.resend()
        assert (stage.state, stage.sent()) == (_S.REQUESTING, [])
        stage.reply()
        assert stage.state is _S.PENDING_APPROVAL


class TestLooking:
    """When Zoom is asked about the meeting itself."""

    def test_after_a_gap(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.gap()
        assert stage.looked() == [UUID]

    @pytest.mark.parametrize("state", [_S.WAITING_FOR_MEETING, _S.ENDED, _S.REQUESTING])
    def test_not_where_it_tells_nothing(self, state: CaptureState) -> None:
        stage = brought_to(state)
        stage.gap()
        assert stage.looked() == []

    def test_after_sleep_where_there_is_no_feed(self) -> None:
        stage = Stage(feed=False)
        stage.take(boards.turn(stage.board, e.StartRequested(NUMBER, UUID), stage.now))
        stage.tell_sharing(True)
        stage.reply()
        stage.sleep(600)
        assert FetchMeeting(UUID) in stage.effects

    def test_nothing_is_doubted_twice(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.feed_down()
        since = stage.session.doubt.since
        stage.wait(10)
        stage.feed_down()
        stage.all(e.SignInLost())
        assert stage.session.doubt.since == since


def test_the_same_events_make_the_same_board() -> None:
    one, two = brought_to(_S.PAUSED_BREAKOUT), brought_to(_S.PAUSED_BREAKOUT)
    assert one.board == two.board


def test_memory_is_bounded() -> None:
    stage = Stage()
    for number in range(1_100):
        meeting = e.Meeting(f"u{number}", str(number))
        stage.zoom(e.MeetingStarted(meeting, stage.at()))
        stage.zoom(e.StreamStopped(meeting, f"early{number}", 1, stage.at()))
        stage.zoom(e.StreamStarted(meeting, f"other{number}", "other", stage.at()))
    memory = stage.board.memory
    assert len(memory.meetings) == len(memory.early_stops) == len(memory.foreign) == 1_000
    assert "u1099" in memory.meetings
    assert "u99" not in memory.meetings


def test_people_without_a_uuid_are_not_remembered() -> None:
    stage = Stage()
    stage.zoom(e.ParticipantJoined(e.Meeting(number=NUMBER), GUEST, stage.at()))
    assert stage.board.memory.meetings == {}


def test_a_session_that_is_not_there() -> None:
    stage = Stage()
    stage.take(boards.turn(stage.board, e.GivenUp(), stage.now, "s9"))
    assert stage.ignored() == [Ignored("GivenUp", "no such session")]


def test_what_runs_under_the_number_is_not_taken_for_an_instance_that_is_named() -> None:
    stage = Stage(feed=False)
    stage.feed_up()
    stage.meeting_started(ago_s=600)
    stage.zoom(e.MeetingStarted(NEXT, stage.at(60)))
    stage.take(boards.turn(stage.board, e.StartRequested(NUMBER, UUID), stage.now))
    assert stage.session.meeting.uuid == UUID
    assert stage.spans() == {SpanKind.UNKNOWN: 600}, "before the feed could tell of a stream"


def test_a_meeting_without_a_number_is_not_taken_for_one_that_is_asked_for_by_its_uuid() -> None:
    stage = Stage()
    stage.zoom(e.MeetingStarted(e.Meeting("uuid-9"), stage.at(60)))
    stage.take(boards.turn(stage.board, e.StartRequested(None, "uuid-2"), stage.now))
    assert stage.session.meeting.uuid == "uuid-2"
    assert stage.spans() == {}


def test_before_the_first_sign_in_any_removal_of_the_app_may_be_ones_own() -> None:
    stage = brought_to(_S.SHARING)
    stage.share(me=None)
    stage.zoom(e.AppDeauthorized("somebody", stage.at()))
    assert stage.ignored() == []


def test_what_waits_for_its_number_waits_on_where_a_look_does_not_tell_it() -> None:
    stage = Stage()
    stage.ask()
    stage.reply()
    stage.zoom(e.StreamStopped(e.Meeting("uuid-7"), "a", 7, stage.at()))
    assert set(stage.board.memory.unplaced) == {"uuid-7"}
    told = e.MeetingFetched(e.Meeting("uuid-7"), e.MeetingStatus.UNREADABLE)
    stage.take(boards.turn(stage.board, told, stage.now))
    assert set(stage.board.memory.unplaced) == {"uuid-7"}


def test_a_look_that_names_no_instance_is_nothing_to_a_session_that_knows_none_either() -> None:
    stage = Stage()
    stage.ask()
    before = stage.board
    told = e.MeetingFetched(e.Meeting(number="999999999"), e.MeetingStatus.STARTED)
    stage.take(boards.turn(stage.board, told, stage.now))
    assert stage.board == before


def test_any_reply_tells_zooms_clock_for_every_session() -> None:
    stage = Stage()
    stage.ask()
    stage.reply(zoom_ahead_ms=0)
    stage.take(boards.turn(stage.board, e.StartRequested("11122233344"), stage.now))
    stage.reply(zoom_ahead_ms=7_000)
    stage.take(boards.turn(stage.board, e.GivenUp(), stage.now, "s1"))
    stage.answer(100_002, Action.STOP, zoom_ahead_ms=9_000)
    assert stage.board.context.zoom_ahead == 7_000, "of three, the middle one"
    assert stage.context.zoom_now == stage.now + 7_000


def test_a_meeting_that_is_over_is_looked_at_no_more() -> None:
    stage = Stage()
    stage.take(boards.turn(stage.board, e.StartRequested(None, "uuid-2"), stage.now))
    stage.zoom(e.MeetingEnded(e.Meeting("uuid-2"), stage.at()))
    stage.clear()
    stage.ask()
    assert "uuid-2" not in stage.looked()


def test_what_names_nothing_is_not_looked_at_either() -> None:
    stage = Stage()
    stage.take(boards.turn(stage.board, e.StartRequested(), stage.now))
    stage.ask()
    assert all(stage.looked())


def test_without_sessions_nothing_is_to_be_done() -> None:
    assert boards.turn(Board(), e.Tick(), NOON) == Turn(Board(context=Context(now=NOON)))


# --- other people's streams of the same app

SOMEONE = "someone"


def colleagues(stage: Stage) -> dict[str, Colleague]:
    return dict(stage.board.memory.colleagues)


def test_a_colleagues_stream_is_known_and_makes_no_session() -> None:
    stage = Stage()
    stage.started("c", SOMEONE)
    assert colleagues(stage) == {"c": Colleague(MEETING, stage.at())}
    assert stage.board.sessions == ()


def test_the_number_may_be_known_from_elsewhere() -> None:
    stage = Stage()
    stage.meeting_started()
    stage.zoom(e.StreamStarted(e.Meeting(UUID), "c", SOMEONE, stage.at()))
    assert colleagues(stage)["c"].meeting.number == NUMBER


def test_my_own_is_none() -> None:
    stage = Stage()
    stage.started("a")
    assert colleagues(stage) == {}


def test_it_goes_with_its_stop() -> None:
    stage = Stage()
    stage.started("c", SOMEONE)
    stage.started("d", SOMEONE)
    stage.stopped(1, "c")
    assert set(colleagues(stage)) == {"d"}


def test_it_goes_with_the_meeting() -> None:
    stage = Stage()
    stage.started("c", SOMEONE)
    stage.zoom(e.MeetingEnded(e.Meeting("another"), stage.at()))
    assert set(colleagues(stage)) == {"c"}
    stage.meeting_ended()
    assert colleagues(stage) == {}


def test_a_stop_that_overtook_its_start_wins() -> None:
    stage = Stage()
    stage.stopped(1, "c")
    stage.started("c", SOMEONE)
    assert colleagues(stage) == {}


def test_after_a_gap_it_is_in_doubt_until_it_is_heard_of() -> None:
    stage = Stage()
    stage.started("c", SOMEONE)
    began = stage.at()
    stage.gap()
    assert colleagues(stage)["c"].unverified
    stage.started("c", SOMEONE)
    assert colleagues(stage)["c"] == Colleague(MEETING, began)


def test_what_was_never_heard_of_again_is_forgotten_after_twelve_hours() -> None:
    stage = Stage()
    stage.started("c", SOMEONE)
    stage.wait(60)
    stage.feed_down(ago_s=30)
    stage.wait(3_600)
    stage.started("d", SOMEONE)
    stage.gap()
    stage.wait(11 * 3_600 - 31.001)
    assert set(colleagues(stage)) == {"c", "d"}
    stage.wait(0.001)
    assert set(colleagues(stage)) == {"d"}
    stage.wait(3_629.998)
    assert set(colleagues(stage)) == {"d"}
    stage.wait(0.002)
    assert colleagues(stage) == {}
    assert boards.deadline(stage.board) is None


def test_after_a_sleep_it_is_in_doubt_since_it_began() -> None:
    stage = Stage()
    stage.started("c", SOMEONE)
    asleep = stage.now
    stage.sleep(11 * 3_600)
    assert colleagues(stage)["c"].unverified_since == asleep
    stage.sleep(3_600)
    assert colleagues(stage) == {}


def test_while_the_feed_is_up_it_is_kept_however_long_it_lasts() -> None:
    stage = Stage()
    stage.started("c", SOMEONE)
    stage.wait(48 * 3_600)
    stage.all(e.Tick())
    assert not colleagues(stage)["c"].unverified


def test_in_a_watched_meeting_its_session_says_so() -> None:
    stage = Stage()
    stage.ask()
    stage.started("c", SOMEONE)
    assert stage.session.streams.foreign == {"c"}
    stage.stopped(1, "c")
    assert stage.session.streams.foreign == frozenset()


def test_the_limit_that_comes_near_concerns_no_session() -> None:
    stage = Stage()
    stage.ask()
    before = stage.session
    stage.clear()
    stage.zoom(e.ConcurrencyNear(1_650, 2_000, stage.at()))
    assert stage.session == before
    assert stage.effects == []
