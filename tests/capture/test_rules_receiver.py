"""The word of the app's own receiver: the best evidence, unless Zoom has said more since."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.effects import Rejection
from rtms_tray.capture.events import Outcome, ReceiverState
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import LIVE as LIVE_STATES
from rtms_tray.capture.states import NOT_LIVE, UNANSWERED, CaptureState
from rtms_tray.support.units import SECOND
from tests.helpers.capture_stage import PATH_TO, Stage, brought_to

_S = CaptureState
LIVE, PAUSED, STOPPED = ReceiverState.LIVE, ReceiverState.PAUSED, ReceiverState.STOPPED
OPEN = sorted(set(PATH_TO) - {_S.ENDED, _S.PAUSED_BREAKOUT})


@pytest.mark.parametrize("state", OPEN)
def test_live_is_capturing(state: CaptureState) -> None:
    stage = brought_to(state)
    stage.wait(1)
    stage.receiver(LIVE, media_ago_s=0.2)
    assert (stage.state, stage.unverified) == (_S.SHARING, False)
    assert stage.code is (None if state is _S.SHARING else Code.RECEIVER_LIVE)


@pytest.mark.parametrize("state", OPEN)
def test_paused_is_paused(state: CaptureState) -> None:
    stage = brought_to(state)
    stage.wait(1)
    stage.receiver(PAUSED)
    assert (stage.state, stage.unverified) == (_S.PAUSED, False)
    assert stage.code is (Code.PAUSED_BY_YOU if state is _S.PAUSED else Code.RECEIVER_PAUSED)


@pytest.mark.parametrize("state", sorted(LIVE_STATES - {_S.PAUSED_BREAKOUT}))
def test_stopped_is_stopped(state: CaptureState) -> None:
    stage = brought_to(state)
    stage.wait(1)
    stage.receiver(STOPPED)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.RECEIVER_STOPPED)


@pytest.mark.parametrize("state", sorted(NOT_LIVE))
def test_stopped_says_nothing_new_where_nothing_runs(state: CaptureState) -> None:
    stage = brought_to(state)
    stage.gap()
    code = stage.code
    stage.receiver(STOPPED)
    assert (stage.state, stage.code, stage.unverified) == (state, code, False)


@pytest.mark.parametrize("state", sorted(UNANSWERED | {_S.SHARING, _S.PAUSED, _S.STOPPED}))
def test_it_settles_doubt(state: CaptureState) -> None:
    stage = brought_to(state)
    stage.gap(60)
    stage.receiver(LIVE)
    assert (stage.state, stage.unverified) == (_S.SHARING, False)


def test_zoom_gives_the_reason_for_what_the_receiver_noticed_first() -> None:
    stage = brought_to(_S.SHARING)
    stage.receiver(STOPPED)
    stage.wait(1)
    stage.stopped(5, ago_s=1.5)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_APP_DISABLED)


def test_what_zoom_said_of_the_last_stop_is_the_reason_again() -> None:
    stage = brought_to(_S.STOPPED)
    stage.tell_sharing(True)
    stage.receiver(STOPPED)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_HOST)


@pytest.mark.parametrize("word", [LIVE, PAUSED, STOPPED])
def test_what_is_older_than_zooms_newest_event_is_refused(word: ReceiverState) -> None:
    stage = brought_to(_S.SHARING)
    stage.stopped(1)
    stage.wait(5)
    event = e.ReceiverReported(word, stage.now - 6_000)
    turn = boards.turn(stage.board, event, stage.now, stage.session.key)
    assert turn.refused is Rejection.OUTDATED
    assert turn.board.sessions[-1].state is _S.STOPPED


def test_data_from_before_a_stop_do_not_bring_it_back() -> None:
    stage = brought_to(_S.SHARING)
    stage.stopped(1)
    stage.wait(5)
    stage.receiver(LIVE, media_ago_s=6)
    assert stage.state is _S.STOPPED


@pytest.mark.parametrize("ahead_s", [-3600, 3600])
def test_the_two_clocks_are_compared_as_one(ahead_s: int) -> None:
    stage = brought_to(_S.SHARING, Stage(zoom_ahead_s=ahead_s))
    stage.stopped(1)
    stage.wait(1)
    stage.receiver(LIVE, media_ago_s=0.5)
    assert stage.state is _S.SHARING


class TestInARoom:
    """Only data that have come since say that the owner is not there."""

    @pytest.mark.parametrize("word", [LIVE, PAUSED, STOPPED])
    @pytest.mark.parametrize("media_ago_s", [None, 2.0])
    def test_no_newer_data(self, word: ReceiverState, media_ago_s: float | None) -> None:
        stage = brought_to(_S.PAUSED_BREAKOUT)
        stage.wait(1)
        stage.receiver(word, media_ago_s=media_ago_s)
        assert stage.state is _S.PAUSED_BREAKOUT

    @pytest.mark.parametrize(
        ("word", "state"), [(LIVE, _S.SHARING), (PAUSED, _S.PAUSED), (STOPPED, _S.STOPPED)]
    )
    def test_newer_data(self, word: ReceiverState, state: CaptureState) -> None:
        stage = brought_to(_S.PAUSED_BREAKOUT)
        stage.wait(5)
        stage.receiver(word, media_ago_s=1)
        assert (stage.state, stage.unverified) == (state, False)
        assert (Condition.IN_BREAKOUT_ROOM in stage.session.known) is (word is STOPPED)


def test_it_shows_that_the_prerequisites_hold() -> None:
    stage = brought_to(_S.NO_ANSWER)
    stage.tell(Condition.HOST_APPROVAL_REQUIRED, Value.YES)
    stage.receiver(LIVE)
    for condition in (Condition.HOST_ORG_RTMS_ENABLED, Condition.HOST_APPROVES):
        evidence = stage.session.known[condition]
        assert (evidence.value, evidence.source) == (Value.YES, Source.MACHINE)


def test_when_data_last_came_is_kept_and_never_lies_ahead() -> None:
    stage = brought_to(_S.SHARING)
    stage.receiver(LIVE)
    assert stage.session.streams.received_at is None
    stage.wait(1)
    stage.receiver(LIVE, media_ago_s=-60)
    assert stage.session.streams.received_at == stage.now


def test_while_the_feed_is_down_it_holds_for_ten_minutes() -> None:
    stage = brought_to(_S.SHARING)
    stage.feed_down()
    stage.wait(60)
    stage.receiver(LIVE)
    said_at = stage.now
    stage.wait(599)
    assert (stage.state, stage.unverified) == (_S.SHARING, False)
    stage.wait(1)
    assert (stage.state, stage.session.doubt.since) == (_S.SHARING, said_at)


def test_the_reply_that_comes_after_it_changes_nothing() -> None:
    stage = brought_to(_S.REQUESTING)
    stage.receiver(LIVE)
    stage.reply(Outcome.ACCEPTED)
    assert stage.state is _S.SHARING


def test_a_doubtful_reason_gives_way() -> None:
    stage = brought_to(_S.REQUESTING)
    stage.reply(Outcome.ALREADY_RUNNING)
    stage.receiver(LIVE)
    assert (stage.code, stage.unverified) == (Code.RECEIVER_LIVE, False)


def word(stage: Stage, state: ReceiverState, stream: str = "a", media_ago_s: float = 0) -> None:
    """The receiver says how a stream stands, by a relay."""
    at = stage.at() // SECOND * SECOND
    stage.all(e.ReceiverWord(stream, state, at, stage.at(media_ago_s)))


def test_by_a_relay_it_names_its_stream() -> None:
    stage = brought_to(_S.SHARING)
    stage.gap(60)
    word(stage, LIVE, media_ago_s=1)
    assert (stage.state, stage.unverified) == (_S.SHARING, False)
    assert stage.session.streams.received_at == stage.now - SECOND


def test_a_pause_in_zoom_is_known_by_it() -> None:
    stage = brought_to(_S.SHARING)
    stage.wait(10)
    stage.all(e.ReceiverWord("a", PAUSED, stage.at()))
    assert (stage.state, stage.code) == (_S.PAUSED, Code.RECEIVER_PAUSED)


def test_in_the_second_of_the_start_it_is_no_older_than_that() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.wait(1.7)
    stage.started()
    word(stage, PAUSED)
    assert stage.state is _S.PAUSED


@pytest.mark.parametrize("stream", ["a", "b"])
def test_of_a_stream_that_has_stopped_or_is_unknown_it_says_nothing(stream: str) -> None:
    stage = brought_to(_S.STOPPED)
    stage.wait(5)
    stage.clear()
    word(stage, LIVE, stream)
    assert stage.state is _S.STOPPED
    assert [one.because for one in stage.ignored()] == ["no live stream of that name"]
