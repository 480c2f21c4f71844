"""A stop that names the meeting alone ends what can be meant, and casts doubt where that is not certain."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.events import Outcome
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import UNANSWERED, CaptureState
from rtms_tray.capture.timeline import SpanKind
from tests.helpers.capture_stage import ME, NUMBER, UUID, Stage, brought_to

_S = CaptureState
BY_UUID = e.Meeting(uuid=UUID)


def stops(
    stage: Stage, reason: int | None = 1, ago_s: float = 0, meeting: e.Meeting = BY_UUID
) -> None:
    stage.zoom(e.UnnamedStreamStopped(meeting, reason, stage.at(ago_s)))


@pytest.mark.parametrize("state", [_S.SHARING, _S.PAUSED, _S.INTERRUPTED])
def test_it_ends_the_one_live_stream(state: CaptureState) -> None:
    stage = brought_to(state)
    stage.wait(1)
    stops(stage)
    assert (stage.state, stage.code, stage.unverified) == (_S.STOPPED, Code.STOP_HOST, False)
    stage.started()
    assert stage.state is _S.STOPPED, "that stream never starts again"


def test_without_a_reason_either_zoom_gave_none() -> None:
    stage = brought_to(_S.SHARING)
    stops(stage, None)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_WITHOUT_REASON)
    assert stage.session.why is not None
    assert stage.session.why.number is None


def test_a_stream_whose_start_was_missed_can_be_meant_too() -> None:
    stage = brought_to(_S.REQUESTING)
    stage.reply(Outcome.ALREADY_RUNNING)
    stage.meeting_started()
    stage.wait(5)
    stops(stage)
    assert (stage.state, stage.unverified) == (_S.STOPPED, False)


def test_the_meetings_end_ends_every_session_of_it() -> None:
    stage = brought_to(_S.SHARING)
    stage.started("theirs", "somebody else")
    stops(stage, 6)
    assert (stage.state, stage.code) == (_S.ENDED, Code.STOP_MEETING_ENDED)


@pytest.mark.parametrize("state", sorted(UNANSWERED | {_S.STOPPED, _S.DENIED, _S.REFUSED}))
def test_the_meetings_end_ends_one_without_a_stream_as_well(state: CaptureState) -> None:
    stage = brought_to(state)
    stage.meeting_started()
    stage.wait(1)
    stops(stage, 6)
    assert stage.state is _S.ENDED


def test_a_meeting_that_a_stop_ended_does_not_take_the_next_request() -> None:
    stage = brought_to(_S.SHARING)
    stage.stopped(6)
    stage.ask()
    assert stage.session.meeting.uuid is None


def test_of_several_streams_none_is_certain() -> None:
    stage = brought_to(_S.SHARING)
    stage.started("theirs", "somebody else")
    stops(stage)
    assert (stage.state, stage.unverified) == (_S.SHARING, True)


def test_a_colleagues_stream_is_meant_where_mine_has_stopped() -> None:
    stage = brought_to(_S.STOPPED)
    stage.started("theirs", "somebody else")
    stage.wait(1)
    stops(stage, 4)
    assert (stage.state, stage.code, stage.unverified) == (_S.STOPPED, Code.STOP_HOST, False)
    assert stage.session.streams.foreign == frozenset()


def test_a_colleagues_stream_in_another_meeting_cannot_be_meant() -> None:
    stage = brought_to(_S.SHARING)
    other = e.Meeting("another", "11122233344")
    stage.zoom(e.StreamStarted(other, "theirs", "somebody else", stage.at()))
    stops(stage)
    assert (stage.state, stage.unverified) == (_S.STOPPED, False)


@pytest.mark.parametrize("meeting", [BY_UUID, e.Meeting(number=NUMBER)], ids=["uuid", "number"])
def test_where_no_stream_is_known_the_request_is_in_doubt(meeting: e.Meeting) -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stops(stage, meeting=meeting)
    assert (stage.state, stage.unverified) == (_S.PENDING_APPROVAL, True)


def test_it_wins_over_the_start_that_it_overtook() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.wait(4)
    stops(stage, 1)
    stage.started("late", ago_s=3)
    assert (stage.state, stage.code, stage.unverified) == (_S.STOPPED, Code.STOP_HOST, False)


def test_a_later_stream_has_not_stopped_with_it() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stops(stage)
    stage.wait(2)
    stage.started("later")
    assert (stage.state, stage.unverified) == (_S.SHARING, False)


def test_one_from_before_the_stream_or_the_request_says_nothing() -> None:
    stage = brought_to(_S.SHARING)
    stops(stage, ago_s=60)
    assert (stage.state, stage.unverified) == (_S.SHARING, False)
    stage = brought_to(_S.PENDING_APPROVAL)
    stops(stage, ago_s=60)
    assert (stage.state, stage.unverified) == (_S.PENDING_APPROVAL, False)


def test_after_the_stop_it_says_no_more() -> None:
    stage = brought_to(_S.STOPPED)
    stops(stage)
    assert (stage.state, stage.code, stage.unverified) == (_S.STOPPED, Code.STOP_HOST, False)


def test_but_a_revocation_counts_even_then() -> None:
    stage = brought_to(_S.STOPPED)
    stops(stage, 8)
    assert stage.state is _S.STOPPED_PERMANENTLY


def test_in_a_breakout_room_the_stream_has_stopped_and_the_state_stays() -> None:
    stage = brought_to(_S.PAUSED_BREAKOUT)
    stops(stage)
    assert stage.state is _S.PAUSED_BREAKOUT
    assert stage.session.streams.is_stopped


def test_it_waits_for_the_number_of_its_meeting() -> None:
    stage = Stage()
    stage.ask()
    stage.reply()
    stage.wait(2)
    stops(stage)
    assert stage.looked() == [NUMBER, UUID]
    stage.take_fetched(e.Meeting(UUID, NUMBER))
    assert (stage.state, stage.unverified) == (_S.PENDING_APPROVAL, True)


def test_of_a_meeting_that_nobody_asked_for_it_is_nobodys() -> None:
    stage = brought_to(_S.SHARING)
    stops(stage, meeting=e.Meeting(uuid="another"))
    assert (stage.state, stage.unverified) == (_S.SHARING, False)
    stops(stage, meeting=e.Meeting(number="11122233344"))
    assert (stage.state, stage.unverified) == (_S.SHARING, False)


def test_the_number_alone_is_enough() -> None:
    stage = brought_to(_S.SHARING)
    stops(stage, meeting=e.Meeting(number=NUMBER))
    assert stage.state is _S.STOPPED


def test_time_up_to_it_is_captured() -> None:
    stage = brought_to(_S.SHARING)
    stage.wait(20)
    stops(stage, ago_s=5)
    assert stage.spans()[SpanKind.CAPTURED] == 25


def test_the_operator_of_the_stream_is_me() -> None:
    stage = brought_to(_S.SHARING)
    stage.started("b", ME)
    stops(stage)
    assert stage.state is _S.STOPPED


def test_a_stop_after_giving_up_still_wins_over_the_start_that_comes_later() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.wait(5)
    stage.give_up()
    stage.zoom(e.UnnamedStreamStopped(e.Meeting(UUID), 2, stage.at()))
    stage.wait(5)
    stage.started(ago_s=7)
    assert stage.state is not _S.SHARING
