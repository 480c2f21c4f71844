"""Rules for streams: late events, unseen starts, and other people's streams."""

from dataclasses import replace

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.policy import HAND_OFF_AFTER, JOIN_MARGIN
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import Stream
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.units import SECOND
from tests.helpers.capture_stage import GUEST, MEETING, NEW_HOST, NUMBER, UUID, Stage
from tests.helpers.capture_ways import brought_to

_S = CaptureState
HOUR_S = 3600


def sharing(ahead_s: int = 0) -> Stage:
    stage = Stage(zoom_ahead_s=ahead_s)
    stage.ask()
    stage.reply()
    stage.started()
    stage.wait(20)
    return stage


def told_sharing(ahead_s: int = 0) -> Stage:
    """The user sees Zoom's sign; of the stream itself nothing came."""
    stage = Stage(zoom_ahead_s=ahead_s)
    stage.ask()
    stage.reply()
    stage.wait(20)
    stage.tell_sharing(sharing=True)
    return stage


@pytest.mark.parametrize("ahead_s", [0, HOUR_S])
def test_an_interruption_begins_when_zoom_says(ahead_s: int) -> None:
    stage = sharing(ahead_s)
    stage.interrupted(ago_s=3)
    assert (stage.state, stage.session.since) == (_S.INTERRUPTED, stage.now - 3 * SECOND)


@pytest.mark.parametrize("ahead_s", [0, HOUR_S])
def test_it_ends_when_zoom_says(ahead_s: int) -> None:
    stage = sharing(ahead_s)
    stage.interrupted()
    stage.wait(20)
    stage.started(ago_s=5)
    assert (stage.state, stage.session.since) == (_S.SHARING, stage.now - 5 * SECOND)


def test_an_interruption_older_than_the_new_server_is_over() -> None:
    stage = sharing()
    stage.started()
    stage.interrupted(ago_s=5)
    assert stage.state is _S.SHARING


def test_somebody_elses_interruption_is_not_that_of_a_stream_nobody_saw() -> None:
    stage = told_sharing()
    stage.started("x", "other")
    stage.interrupted("x")
    assert (stage.state, stage.session.stream) == (_S.SHARING, None)


def test_nor_is_that_of_a_stream_that_stopped_before_the_request() -> None:
    stage = Stage()
    stage.ask()
    stage.joins(GUEST)
    stage.stopped(1, ago_s=HOUR_S)
    stage.reply()
    stage.tell_sharing(sharing=True)
    stage.interrupted(ago_s=HOUR_S + 1)
    assert (stage.state, stage.session.stream) == (_S.SHARING, None)


@pytest.mark.parametrize("ahead_s", [0, HOUR_S])
def test_a_stream_that_only_the_user_saw_began_when_they_saw_it(ahead_s: int) -> None:
    stage = told_sharing(ahead_s)
    began = stage.at()
    stage.wait(10)
    stage.zoom(e.StreamInterrupted(e.Meeting(number=NUMBER), "a", stage.at()))
    assert stage.session.stream == Stream("a", began, stage.at(), stage.at())


def test_or_before_where_zoom_tells_of_it_before() -> None:
    stage = told_sharing()
    stage.zoom(e.StreamInterrupted(e.Meeting(number=NUMBER), "a", stage.at(7)))
    assert stage.session.stream == Stream("a", stage.at(7), stage.at(7), stage.at(7))


def test_what_the_user_saw_end_has_no_reason_of_zooms() -> None:
    stage = sharing()
    stage.enters_room()
    stage.stopped(3)
    stage.tell_sharing(sharing=False)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.TOLD_STOPPED)
    assert (stage.session.stopped_at, stage.session.stop_reason) == (None, None)
    stage.tell_room(Value.YES)
    assert stage.state is _S.STOPPED


def test_a_limit_of_nobody_known_is_nobodys() -> None:
    stage = Stage()
    stage.board = replace(stage.board, me=None)
    stage.ask()
    stage.reply()
    stage.limited(operator=None)
    assert stage.state is _S.PENDING_APPROVAL


@pytest.mark.parametrize(("earlier", "state"), [(0, _S.REFUSED), (1, _S.PENDING_APPROVAL)])
def test_a_stop_counts_that_is_older_than_the_request_by_no_more_than_clocks_may_be_off(
    earlier: int, state: CaptureState
) -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    assert stage.session.asked_at is not None
    at = stage.session.asked_at - JOIN_MARGIN - earlier
    stage.zoom(e.StreamStopped(e.Meeting(uuid=UUID), "z", 7, at))
    assert stage.state is state


@pytest.mark.parametrize(("earlier", "handed_off"), [(0, True), (1, False)])
def test_a_stop_is_a_hand_off_if_the_host_changed_soon_after(
    earlier: int, *, handed_off: bool
) -> None:
    stage = sharing()
    changed = stage.at()
    stage.becomes_host(NEW_HOST)
    stage.zoom(e.StreamStopped(MEETING, "a", 5, changed - HAND_OFF_AFTER - earlier))
    assert (stage.code is Code.HAND_OFF) is handed_off


def test_a_reply_to_a_request_that_nobody_sent_changes_nothing() -> None:
    stage = Stage()
    stage.started()
    stage.answer(100_001, e.Action.START, e.Outcome.REFUSED, 13267)
    assert stage.state is _S.SHARING
    assert stage.ignored()


def test_the_stream_itself_settles_whether_it_was_running_already() -> None:
    stage = sharing()
    stage.gap()
    stage.resend()
    stage.reply(e.Outcome.ALREADY_RUNNING)
    assert (stage.code, stage.unverified) == (Code.ALREADY_RUNNING, True)
    stage.wait(5)
    stage.started()
    assert (stage.state, stage.code, stage.unverified) == (_S.SHARING, None, False)
