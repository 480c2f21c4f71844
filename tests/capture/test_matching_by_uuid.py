"""Events that name a meeting by its UUID alone wait until a look tells its number."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.effects import Category
from rtms_tray.capture.events import Outcome
from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.timings import UNPLACED_KEPT
from rtms_tray.support.frozen import replace
from tests.helpers.capture_stage import ME, NUMBER, UUID, Stage

_S = CaptureState


NAMELESS = e.Meeting(uuid=UUID)
NAMED = e.Meeting(UUID, NUMBER)


def asked() -> Stage:
    """Asked by number, accepted, and nothing heard of the meeting."""
    stage = Stage()
    stage.ask()
    stage.reply()
    stage.wait(2)
    stage.clear()
    return stage


def look(stage: Stage, meeting: e.Meeting = NAMED) -> None:
    seen = e.MeetingFetched(meeting, e.MeetingStatus.STARTED)
    stage.take(boards.turn(stage.board, seen, stage.now))


@pytest.mark.parametrize(
    ("event", "state", "code"),
    [
        (e.ConcurrencyLimited(NAMELESS, ME, 0), _S.REFUSED, Code.CONCURRENCY_LIMITED),
        (e.RequestStatus(NAMELESS, Value.NO, 0), _S.DENIED, Code.DENIED),
        (e.StartFailed(NAMELESS, ME, 1, "No", 0), _S.REFUSED, Code.START_FAILED),
        (e.StreamStopped(NAMELESS, "a", 7, 0), _S.REFUSED, Code.STOP_CANCELED),
        (e.StreamStarted(NAMELESS, "a", None, 0), _S.SHARING, None),
    ],
    ids=lambda one: type(one).__name__,
)
def test_it_reaches_the_session_that_waits(
    event: e.RequestEvent, state: _S, code: Code | None
) -> None:
    stage = asked()
    stage.zoom(_now(stage, event))
    assert (stage.looked(), stage.state) == ([UUID], _S.PENDING_APPROVAL)
    look(stage)
    assert (stage.state, stage.code) == (state, code)
    assert not stage.board.memory.unplaced
    look(stage)
    assert stage.state is state


def _now(stage: Stage, event: e.RequestEvent) -> e.RequestEvent:
    return replace(event, at=stage.at())


def test_a_stream_of_nobody_known_that_stops_meanwhile() -> None:
    stage = asked()
    stage.zoom(e.StreamStarted(NAMELESS, "a", None, stage.at()))
    stage.wait(5)
    stage.zoom(e.StreamStopped(NAMELESS, "a", 5, stage.at()))
    look(stage)
    assert (stage.state, stage.session.streams.stop_reason) == (_S.STOPPED, 5)
    assert stage.spans() == {SpanKind.LOST: 2, SpanKind.CAPTURED: 5}


def test_a_look_that_tells_no_number_is_not_asked_for_again() -> None:
    stage = asked()
    stage.zoom(e.RequestStatus(NAMELESS, Value.NO, stage.at()))
    look(stage, NAMELESS)
    assert stage.looked() == [UUID]
    look(stage)
    assert stage.state is _S.DENIED


def test_each_meetings_news_waits_for_its_own_look() -> None:
    stage = asked()
    stage.zoom(e.RequestStatus(e.Meeting(uuid="uuid-7"), Value.NO, stage.at()))
    stage.zoom(e.RequestStatus(NAMELESS, Value.NO, stage.at()))
    look(stage, e.Meeting("uuid-7", "11122233344"))
    before = stage.state
    look(stage)
    assert (before, stage.state) == (_S.PENDING_APPROVAL, _S.DENIED)


def test_somebody_elses_stream_is_nothing_to_look_up() -> None:
    stage = asked()
    stage.zoom(e.StreamStarted(NAMELESS, "a", "other", stage.at()))
    assert stage.looked() == []


def test_it_waits_for_a_look_that_tells_the_number() -> None:
    stage = asked()
    stage.zoom(e.ConcurrencyLimited(NAMELESS, None, stage.at()))
    look(stage, NAMELESS)
    assert stage.board.memory.unplaced
    look(stage)
    assert stage.state is _S.REFUSED


def test_an_answer_to_me_is_of_the_one_request_that_waits_though_no_look_tells_the_number() -> None:
    stage = asked()
    stage.zoom(e.ConcurrencyLimited(NAMELESS, ME, stage.at()))
    look(stage, NAMELESS)
    assert stage.state is _S.REFUSED


def test_it_may_turn_out_to_be_of_another_meeting() -> None:
    stage = asked()
    stage.zoom(e.ConcurrencyLimited(NAMELESS, ME, stage.at()))
    look(stage, e.Meeting(UUID, "11122233344"))
    assert stage.state is _S.PENDING_APPROVAL
    assert not stage.board.memory.unplaced


def test_the_limit_of_others_is_nothing_to_look_up() -> None:
    stage = asked()
    stage.zoom(e.ConcurrencyLimited(NAMELESS, "other", stage.at()))
    stage.zoom(e.ConcurrencyLimited(e.Meeting(), ME, stage.at()))
    assert stage.looked() == []
    assert len(stage.ignored()) == 2


def test_nothing_is_looked_up_where_no_request_waits() -> None:
    stage = Stage()
    stage.zoom(e.ConcurrencyLimited(NAMELESS, ME, stage.at()))
    assert stage.looked() == []
    stage = asked()
    stage.joins(e.Person("somebody"))
    stage.clear()
    stage.zoom(e.RequestStatus(e.Meeting(uuid="another"), Value.NO, stage.at()))
    assert stage.looked() == [], "the UUID of the only one that waits is known"


def test_what_is_known_to_be_another_meeting_is_not_looked_up() -> None:
    stage = asked()
    stage.zoom(e.MeetingStarted(e.Meeting("uuid-9", "11122233344"), stage.at()))
    stage.zoom(e.ConcurrencyLimited(e.Meeting(uuid="uuid-9"), ME, stage.at()))
    assert stage.looked() == []


def test_only_the_newest_are_kept() -> None:
    stage = asked()
    for number in range(UNPLACED_KEPT + 3):
        stage.zoom(e.StreamStopped(NAMELESS, f"s{number}", 7, stage.at()))
    kept = stage.board.memory.unplaced[UUID]
    assert len(kept) == UNPLACED_KEPT
    assert isinstance(kept[-1], e.StreamStopped)
    assert kept[-1].stream_id == f"s{UNPLACED_KEPT + 2}"


def test_a_stream_that_names_no_meeting_is_nobodys() -> None:
    stage = Stage()
    stage.zoom(e.StreamStarted(e.Meeting(host_id=ME), "a", ME, stage.at()))
    assert stage.board.sessions == ()
    assert stage.ignored()


def test_what_waited_for_its_number_is_told_once_that_is_known() -> None:
    stage = Stage()
    stage.ask()
    stage.reply()
    stage.clear()
    stage.zoom(e.StreamStopped(e.Meeting(UUID), "a", 7, stage.at()))
    told = e.MeetingFetched(e.Meeting(UUID, NUMBER), e.MeetingStatus.STARTED)
    stage.take(boards.turn(stage.board, told, stage.now))
    assert stage.announced(Category.CAPTURE) == [(Severity.ATTENTION, Code.STOP_CANCELED)]


def test_a_look_tells_whose_meeting_it_is_and_what_waited_for_its_number() -> None:
    stage = Stage()
    stage.ask()
    stage.reply()
    stage.wait(6)
    stage.tell_host(Value.NO)
    assert stage.state is _S.WAITING_FOR_HOST
    stage.clear()
    stage.zoom(e.StreamStopped(e.Meeting(UUID), "a", 7, stage.at()))
    told = e.MeetingFetched(e.Meeting(UUID, NUMBER, ME), e.MeetingStatus.STARTED)
    stage.take(boards.turn(stage.board, told, stage.now))
    assert stage.announced(Category.CAPTURE) == [(Severity.ATTENTION, Code.STOP_CANCELED)]


class TestRunningAlready:
    """A session by number whose stream was running already knows neither UUID nor stream."""

    def running(self) -> Stage:
        stage = Stage()
        stage.ask()
        stage.reply(Outcome.ALREADY_RUNNING)
        stage.wait(2)
        stage.clear()
        return stage

    ENDS = pytest.mark.parametrize(
        ("event", "state"),
        [
            (e.StreamStopped(NAMELESS, "a", 5, 0), _S.STOPPED),
            (e.UnnamedStreamStopped(NAMELESS, 5, 0), _S.STOPPED),
            (e.StreamInterrupted(NAMELESS, "a", 0), _S.INTERRUPTED),
        ],
        ids=lambda one: type(one).__name__,
    )

    @ENDS
    def test_its_streams_end_waits_for_the_number(self, event: e.RequestEvent, state: _S) -> None:
        stage = self.running()
        stage.zoom(replace(event, at=stage.at()))
        assert (stage.looked(), stage.state) == ([UUID], _S.SHARING)
        look(stage)
        assert stage.state is state

    @ENDS
    def test_where_no_look_tells_the_number_only_it_can_be_meant(
        self, event: e.RequestEvent, state: _S
    ) -> None:
        stage = self.running()
        stage.zoom(replace(event, at=stage.at()))
        stage.take_fetched(NAMELESS, e.MeetingStatus.FORBIDDEN)
        assert stage.state is state
        assert not stage.board.memory.unplaced

    @pytest.mark.parametrize(
        ("event", "doubt"),
        [
            (e.StreamStopped(NAMELESS, "a", 5, 0), True),
            (e.UnnamedStreamStopped(NAMELESS, 5, 0), True),
            (e.StreamInterrupted(NAMELESS, "a", 0), False),
        ],
        ids=lambda one: type(one).__name__,
    )
    def test_where_another_waits_as_well_it_is_in_doubt(
        self,
        event: e.RequestEvent,
        doubt: bool,  # noqa: FBT001 - a table
    ) -> None:
        stage = self.running()
        stage.take_turn_for(e.StartRequested("11122233344"))
        stage.zoom(replace(event, at=stage.at()))
        stage.take_fetched(NAMELESS, e.MeetingStatus.FORBIDDEN)
        assert [one.state for one in stage.board.sessions] == [_S.SHARING, _S.REQUESTING]
        assert stage.board.sessions[0].verified is not doubt

    def test_an_interruption_names_the_meeting_of_a_later_stop(self) -> None:
        stage = self.running()
        stage.zoom(e.StreamInterrupted(NAMELESS, "a", stage.at()))
        look(stage)
        stage.wait(60)
        stage.zoom(e.UnnamedStreamStopped(NAMELESS, 13, stage.at()))
        assert (stage.state, stage.unverified) == (_S.STOPPED, False)

    def test_an_answer_to_a_request_is_not_about_it(self) -> None:
        stage = self.running()
        stage.zoom(e.RequestStatus(NAMELESS, Value.NO, stage.at(), ME))
        stage.take_fetched(NAMELESS, e.MeetingStatus.FORBIDDEN)
        assert stage.state is _S.SHARING


def test_a_stop_by_uuid_alone_ends_no_request_where_no_look_tells_the_number() -> None:
    stage = asked()
    stage.zoom(e.StreamStopped(NAMELESS, "a", 5, stage.at()))
    stage.take_fetched(NAMELESS, e.MeetingStatus.FORBIDDEN)
    before = stage.state
    look(stage)
    assert (before, stage.state) == (_S.PENDING_APPROVAL, _S.STOPPED)


def test_of_two_that_wait_only_the_one_that_was_placed_is_dropped() -> None:
    stage = asked()
    stage.zoom(e.StreamStopped(NAMELESS, "a", 5, stage.at(5)))
    stage.zoom(e.ConcurrencyLimited(NAMELESS, ME, stage.at()))
    stage.take_fetched(NAMELESS, e.MeetingStatus.FORBIDDEN)
    assert stage.state is _S.REFUSED
    (left,) = stage.board.memory.unplaced[UUID]
    assert isinstance(left, e.StreamStopped)
