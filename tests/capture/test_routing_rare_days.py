"""Rare days of meetings, each of which a simpler rule got wrong once."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.alerts import wants_attention
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.events import MeetingStatus, Outcome
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timings import Policy
from rtms_tray.support.units import SECOND
from tests.helpers.capture_stage import GUEST, ME, MEETING, NUMBER, UUID, Stage

_S = CaptureState


def states(stage: Stage) -> list[CaptureState]:
    return [one.state for one in stage.board.sessions]


BY_UUID, BY_NUMBER = e.Meeting(uuid=UUID), e.Meeting(number=NUMBER)


def asked() -> Stage:
    stage = Stage()
    stage.ask()
    stage.reply()
    return stage


def to(stage: Stage, key: str, event: e.Event) -> None:
    stage.take(boards.turn(stage.board, event, stage.now, key))


def ran(stage: Stage, meeting: e.Meeting, stream: str) -> None:
    """A stream of mine for five seconds, stopped by the host."""
    stage.zoom(e.StreamStarted(meeting, stream, ME, stage.at()))
    stage.wait(5)
    stage.zoom(e.StreamStopped(meeting, stream, 1, stage.at()))


def test_of_two_with_one_uuid_the_open_one_takes_the_events() -> None:
    stage = asked()
    ran(stage, BY_UUID, "a")
    to(stage, "s2", e.GivenUp())
    stage.wait(5)
    stage.joins(GUEST)
    assert stage.board.sessions[0].meeting.uuid == UUID
    stage.wait(5)
    to(stage, "s1", e.StartRequested(resend=True))
    stage.started("b")
    assert states(stage) == [_S.SHARING, _S.ENDED]
    stage.meeting_ended()
    assert states(stage) == [_S.ENDED, _S.ENDED]


def test_of_two_that_were_given_up_the_one_that_has_the_uuid_takes_the_stream() -> None:
    stage = asked()
    stage.give_up()
    stage.wait(60)
    stage.meeting_started()
    stage.wait(40)
    stage.ask()
    stage.reply()
    stage.wait(10)
    stage.give_up()
    stage.wait(2)
    stage.started()
    stage.wait(1)
    stage.stopped(2)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.STOPPED_BY_YOU)
    assert not wants_attention(stage.session)


def test_an_end_from_before_the_newest_request_is_of_an_earlier_instance() -> None:
    stage = Stage()
    stage.ask()
    stage.reply(Outcome.ALREADY_RUNNING)
    stage.zoom(e.StreamStopped(MEETING, "a", 1, stage.at()))
    stage.wait(600)
    stage.resend()
    stage.reply()
    stage.meeting_ended(ago_s=300)
    assert states(stage) == [_S.PENDING_APPROVAL]


def test_what_came_between_the_request_and_its_stream_tells_the_names() -> None:
    stage = asked()
    stage.wait(60)
    stage.zoom(e.StreamStarted(BY_NUMBER, "a", ME, stage.at()))
    stage.meeting_started(ago_s=50)
    assert stage.session.meeting == MEETING


def test_a_stream_without_a_request_takes_what_is_newer_than_itself() -> None:
    stage = Stage()
    stage.zoom(e.StreamStarted(BY_NUMBER, "a", ME, stage.at()))
    stage.joins(GUEST, ago_s=10)
    assert stage.session.meeting.uuid is None
    stage.joins(GUEST)
    assert stage.session.meeting.uuid == UUID


def test_silence_shorter_than_the_grace_is_explained_in_the_end() -> None:
    stage = Stage(Policy(no_answer_after=2 * SECOND))
    stage.meeting_started()
    stage.ask()
    stage.reply()
    stage.wait(3)
    assert stage.state is _S.PENDING_APPROVAL
    stage.tell_host(Value.UNKNOWN)
    stage.wait(2)
    assert (stage.state, stage.code) == (_S.NO_ANSWER, Code.SILENCE)


def test_the_stream_that_may_still_be_revoked_is_the_newer_one() -> None:
    stage = asked()
    ran(stage, BY_NUMBER, "n")
    stage.wait(5)
    ran(stage, BY_UUID, "a")
    stage.wait(5)
    to(stage, "s1", e.StartRequested(resend=True))
    stage.look(MeetingStatus.STARTED)
    assert states(stage) == [_S.REQUESTING]
    stage.zoom(e.StreamStopped(BY_UUID, "a", 8, stage.at()))
    assert (stage.state, stage.code) == (_S.STOPPED_PERMANENTLY, Code.STOP_REVOKED)


@pytest.mark.parametrize("names", [MEETING, BY_UUID])
def test_somebody_elses_interruption_is_not_mine(names: e.Meeting) -> None:
    stage = Stage()
    stage.started("x", "other")
    stage.gap()
    stage.ask()
    stage.reply(Outcome.ALREADY_RUNNING)
    stage.clear()
    stage.zoom(e.StreamInterrupted(names, "x", stage.at()))
    assert stage.state is _S.SHARING
    assert [one.others for one in stage.ignored()] == [True]


def test_a_look_is_taken_for_the_open_one_of_two() -> None:
    stage = asked()
    stage.joins(GUEST)
    stage.give_up()
    stage.wait(5)
    stage.take(boards.turn(stage.board, e.StartRequested(NUMBER, UUID), stage.now))
    stage.reply()
    stage.gap()
    stage.look(MeetingStatus.WAITING)
    assert states(stage) == [_S.ENDED, _S.ENDED]
    assert stage.code is Code.INFERRED


def test_the_live_one_of_two_keeps_its_stream() -> None:
    stage = Stage()
    ran(stage, BY_UUID, "a")
    stage.wait(5)
    stage.ask()
    stage.reply()
    stage.zoom(e.StreamStarted(BY_NUMBER, "n", ME, stage.at()))
    assert states(stage) == [_S.STOPPED, _S.SHARING]
    stage.look(MeetingStatus.STARTED)
    assert states(stage) == [_S.SHARING]
    stage.wait(5)
    stage.zoom(e.StreamStopped(e.Meeting(), "n", 1, stage.at()))
    assert (stage.state, stage.session.streams.stop_reason) == (_S.STOPPED, 1)


def test_one_uuid_under_two_numbers_is_one_meeting() -> None:
    stage = Stage()
    stage.meeting_started()
    stage.zoom(e.StreamStarted(e.Meeting(UUID, "11122233344"), "a", ME, stage.at()))
    stage.ask()
    stage.take(boards.turn(stage.board, e.StartRequested(NUMBER), stage.now))
    assert states(stage) == [_S.SHARING]


def test_a_reply_that_comes_after_all_ends_the_tries() -> None:
    stage = Stage()
    stage.ask()
    request = stage.session.requests.newest
    assert request is not None
    stage.reply(Outcome.RATE_LIMITED)
    stage.answer(request.number, e.Action.START, Outcome.NOT_STARTED, 3000)
    stage.clear()
    stage.wait(4)
    assert (stage.state, stage.sent()) == (_S.WAITING_FOR_MEETING, [])


def test_of_two_that_were_given_up_the_newer_takes_the_stream() -> None:
    stage = asked()
    stage.joins(GUEST)
    stage.give_up()
    stage.wait(5)
    stage.take(boards.turn(stage.board, e.StartRequested(NUMBER, UUID), stage.now))
    stage.reply()
    stage.give_up()
    stage.wait(1)
    stage.started()
    assert states(stage) == [_S.ENDED, _S.SHARING]


def test_a_stream_that_only_one_of_two_had_is_kept() -> None:
    stage = asked()
    ran(stage, BY_NUMBER, "n")
    stage.wait(5)
    stage.take(boards.turn(stage.board, e.StartRequested(None, UUID), stage.now))
    stage.look(MeetingStatus.STARTED)
    assert states(stage) == [_S.REQUESTING]
    stage.zoom(e.StreamStopped(e.Meeting(), "n", 8, stage.at()))
    assert (stage.state, stage.code) == (_S.STOPPED_PERMANENTLY, Code.STOP_REVOKED)
