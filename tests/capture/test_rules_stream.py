"""Rules for streams: started, interrupted, stopped, limited."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.effects import Ignored
from rtms_tray.capture.events import Outcome
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import Stream
from rtms_tray.capture.states import LIVE, NOT_LIVE, UNANSWERED, CaptureState, Timer
from rtms_tray.capture.timings import HAND_OFF_AFTER, JOIN_MARGIN
from rtms_tray.support.units import SECOND
from tests.helpers.capture_rows import (
    ENDED,
    INTERRUPTED,
    NO_ANSWER,
    PAUSED,
    PAUSED_BREAKOUT,
    PENDING_APPROVAL,
    REFUSED,
    REQUESTING,
    RESEND_NEEDED,
    SHARING,
    START,
    STOP,
    STOPPED,
    STOPPED_PERMANENTLY,
    WAITING_FOR_HOST,
    Row,
    check,
    click,
    in_turn,
    joins,
    no_feed,
    reply,
    started,
    stopped,
    wait,
)
from tests.helpers.capture_stage import (
    GUEST,
    ME,
    MEETING,
    NEW_HOST,
    NUMBER,
    UUID,
    Stage,
    brought_to,
)

_S = CaptureState

ROWS = [
    # --- streams
    *(
        Row(state, "E rtms_started, mine", Stage.started, SHARING, None)
        for state in sorted(NOT_LIVE - {STOPPED, STOPPED_PERMANENTLY})
    ),
    *(
        Row(state, "E rtms_started, mine, a new stream", in_turn(wait(0.1), started("b")), SHARING, None)
        for state in sorted(LIVE | {STOPPED, STOPPED_PERMANENTLY})
    ),
    *(
        Row(state, "E rtms_started, somebody else's", started("x", "other"), state,
            reason)
        for state, reason in ((PENDING_APPROVAL, Code.ASKED), (STOPPED, Code.STOP_HOST), (SHARING, None))
    ),
    Row(PENDING_APPROVAL, "E rtms_started, no operator", started("b", None), SHARING, None),
    Row(SHARING, "E rtms_started, same stream, newer", Stage.started, SHARING, None),
    Row(INTERRUPTED, "E rtms_started, same stream, newer", in_turn(wait(1), Stage.started),
        SHARING, None),
    Row(INTERRUPTED, "E rtms_started, same stream, older", started(ago_s=5),
        INTERRUPTED, Code.RECEIVER_INTERRUPTED, ignored=("a duplicate",)),
    Row(PAUSED, "E rtms_started, same stream, newer: is it still paused?", Stage.started, PAUSED,
        Code.PAUSED_BY_YOU, doubt=True),
    Row(PAUSED, "interrupted, E rtms_started, same stream, newer", in_turn(Stage.interrupted, wait(1),
        Stage.started), PAUSED, Code.PAUSED_BY_YOU, doubt=True),
    Row(PAUSED, "F down and up, E rtms_started, same stream", in_turn(Stage.gap, wait(2), Stage.started), PAUSED,
        Code.PAUSED_BY_YOU, doubt=True, looks=1),
    Row(PAUSED, "E rtms_started, a new stream: nobody has paused it", started("b"), SHARING, None),
    Row(SHARING, "E rtms_started, a new stream, a day old", in_turn(wait(86_500), started("b", ago_s=86_400)),
        SHARING, None, doubt=True),
    Row(PENDING_APPROVAL, "E rtms_started, 61 s old", in_turn(wait(65), started(ago_s=61)), SHARING, None,
        doubt=True),
    Row(PENDING_APPROVAL, "E rtms_started, 60 s old", in_turn(wait(65), started(ago_s=60)), SHARING, None),
    Row(PENDING_APPROVAL, "E rtms_started of before a gap, after it", in_turn(wait(5), Stage.gap,
        started(ago_s=3)), SHARING, None, doubt=True, looks=1),
    Row(PENDING_APPROVAL, "E rtms_started of within a gap, after it", in_turn(lambda s: s.gap(10),
        started(ago_s=4)), SHARING, None, doubt=True, looks=1),
    Row(SHARING, "E stop of within a gap, after it: another stream may have begun", in_turn(
        lambda s: s.gap(10), stopped(1, ago_s=4)), STOPPED, Code.STOP_HOST, doubt=True, looks=1),
    Row(SHARING, "F down and up, E stop", in_turn(Stage.gap, wait(2), stopped(1)), STOPPED, Code.STOP_HOST,
        looks=1),
    Row(SHARING, "F down and up, E stop of a stream never seen: mine may go on", in_turn(Stage.gap, wait(2),
        stopped(1, "x")), STOPPED, Code.STOP_HOST, doubt=True, looks=1),
    Row(SHARING, "F down and up, E stop of a stream never seen, E mine, newer", in_turn(Stage.gap, wait(2),
        stopped(1, "x"), wait(1), Stage.started), SHARING, None, looks=1),
    Row(SHARING, "F down and up, E interrupted of a stream never seen, T 150 s", in_turn(Stage.gap, wait(2),
        lambda s: s.interrupted("x"), wait(150)), SHARING, Code.RECEIVER_MAYBE_BACK, doubt=True, looks=1),
    Row(SHARING, "F down and up, E stop of a stream never seen, older than mine",
        in_turn(Stage.gap, wait(2), stopped(1, "x", ago_s=600)), SHARING, None, doubt=True, looks=1,
        ignored=("not the current stream",)),
    Row(SHARING, "F down and up, E same stream, newer, E stop of a stream never seen: not mine", in_turn(Stage.gap,
        wait(2), Stage.started, wait(1), stopped(1, "x")), SHARING, None, looks=1,
        ignored=("not the current stream",)),
    Row(STOPPED, "F down and up, E interrupted of a stream never seen", in_turn(Stage.gap, wait(2),
        lambda s: s.interrupted("x")), INTERRUPTED, Code.RECEIVER_INTERRUPTED, looks=1),
    Row(STOPPED, "E interrupted of a stream never seen", lambda s: s.interrupted("x"), STOPPED, Code.STOP_HOST,
        ignored=("not the current stream",)),
    Row(STOPPED, "E interrupted of the stream that stopped", in_turn(wait(1), Stage.interrupted), STOPPED,
        Code.STOP_HOST, ignored=("this stream has stopped before",)),
    Row(PENDING_APPROVAL, "E interrupted of a stream never seen", lambda s: s.interrupted("x"), INTERRUPTED,
        Code.RECEIVER_INTERRUPTED),
    Row(PENDING_APPROVAL, "E interrupted, before asking, of a stream never seen",
        lambda s: s.interrupted("x", ago_s=60), PENDING_APPROVAL, Code.ASKED, ignored=("not the current stream",)),
    Row(PENDING_APPROVAL, "E interrupted of a stream never seen, T 75 s",
        in_turn(lambda s: s.interrupted("x"), wait(75)), SHARING, Code.RECEIVER_MAYBE_BACK, doubt=True,
        waits=(Timer.INTERRUPTION_SETTLED,)),
    Row(SHARING, "E interrupted, a minute and more old", in_turn(wait(100), lambda s: s.interrupted(ago_s=70),
        wait(70)), INTERRUPTED, Code.RECEIVER_INTERRUPTED, doubt=True, waits=(Timer.INTERRUPTION_OVER,)),
    Row(SHARING, "E interrupted, a minute and more old, T 150 s: its stop may be as late", in_turn(wait(100),
        lambda s: s.interrupted(ago_s=70), wait(160)), SHARING, Code.RECEIVER_MAYBE_BACK, doubt=True),
    Row(SHARING, "E interrupted, half a minute old: 75 s count from then", in_turn(wait(100),
        lambda s: s.interrupted(ago_s=30), wait(45)), SHARING, Code.RECEIVER_MAYBE_BACK, doubt=True,
        waits=(Timer.INTERRUPTION_SETTLED,)),
    Row(SHARING, "E interrupted, older than the stream's start", lambda s: s.interrupted(ago_s=60), SHARING, None,
        ignored=("not the current stream",)),
    Row(INTERRUPTED, "T 80 s, E its stop, from before that", in_turn(wait(80), stopped(24, ago_s=10)), STOPPED,
        Code.STOP_KEEP_ALIVE),
    Row(INTERRUPTED, "T 80 s, F down and up, T 150 s", in_turn(wait(80), Stage.gap, wait(80)), SHARING,
        Code.RECEIVER_MAYBE_BACK, doubt=True, looks=1),
    Row(INTERRUPTED, "F down and up, T 80 s, T 150 s", in_turn(Stage.gap, wait(200)), SHARING,
        Code.RECEIVER_MAYBE_BACK, doubt=True, looks=1),
    Row(PAUSED_BREAKOUT, "E rtms_started, same stream, newer", Stage.started, PAUSED_BREAKOUT,
        Code.IN_BREAKOUT_ROOM),
    *(
        Row(state, "E rtms_interrupted", Stage.interrupted, INTERRUPTED, Code.RECEIVER_INTERRUPTED)
        for state in (SHARING, PAUSED)
    ),
    Row(SHARING, "E rtms_interrupted of another stream", lambda s: s.interrupted("x"), SHARING, None,
        ignored=("not the current stream",)),
    Row(REQUESTING, "already running, E rtms_interrupted",
        in_turn(joins(GUEST), reply(Outcome.ALREADY_RUNNING), wait(1),
                joins(GUEST), Stage.interrupted),
        INTERRUPTED, Code.RECEIVER_INTERRUPTED),
    Row(INTERRUPTED, "T 75 s", wait(75), SHARING, Code.RECEIVER_MAYBE_BACK, doubt=True,
        waits=(Timer.INTERRUPTION_SETTLED,)),
    Row(INTERRUPTED, "T 74 s", wait(74), INTERRUPTED, Code.RECEIVER_INTERRUPTED,
        waits=(Timer.INTERRUPTION_OVER,)),
    Row(INTERRUPTED, "T 75 s, F down meanwhile",
        in_turn(wait(70), Stage.gap, wait(70)), INTERRUPTED, Code.RECEIVER_INTERRUPTED, doubt=True, looks=1,
        waits=(Timer.INTERRUPTION_OVER,)),
    Row(INTERRUPTED, "T 75 s after the feed is back",
        in_turn(wait(70), Stage.gap, wait(75)), SHARING, Code.RECEIVER_MAYBE_BACK, doubt=True, looks=1),
    Row(INTERRUPTED, "T 75 s, F down", in_turn(no_feed, wait(3600)), INTERRUPTED,
        Code.RECEIVER_INTERRUPTED, doubt=True, waits=(Timer.INTERRUPTION_OVER,)),
    Row(INTERRUPTED, "T 75 s, then a guest joins: no word on the stream",
        in_turn(wait(75), joins(GUEST)), SHARING, Code.RECEIVER_MAYBE_BACK, doubt=True,
        waits=(Timer.INTERRUPTION_SETTLED,)),
    Row(INTERRUPTED, "T 75 s, then E same stream, newer", in_turn(wait(75), Stage.started),
        SHARING, None),
    Row(PAUSED, "interrupted, T 75 s", in_turn(Stage.interrupted, wait(75)), PAUSED,
        Code.PAUSED_BY_YOU, doubt=True,
        waits=(Timer.INTERRUPTION_SETTLED,)),
    *(
        Row(state, "E stop 7 of a stream never seen", stopped(7, "x"), REFUSED,
            Code.STOP_CANCELED)
        for state in (WAITING_FOR_HOST, RESEND_NEEDED, PENDING_APPROVAL, NO_ANSWER)
    ),
    Row(PENDING_APPROVAL, "E stop of a stream never seen", stopped(10, "x"), STOPPED,
        Code.STOP_ZOOM_EXCEPTION),
    Row(NO_ANSWER, "E stop, sent before asking, of a stream never seen",
        stopped(1, "x", ago_s=60), NO_ANSWER, Code.SILENCE, ignored=("not the current stream",)),
    Row(PENDING_APPROVAL, "E stop of somebody else's stream",
        in_turn(started("x", "other"), stopped(1, "x")), PENDING_APPROVAL, Code.ASKED),
    Row(SHARING, "E stop of another stream", stopped(1, "x"), SHARING, None,
        ignored=("not the current stream",)),
    Row(STOPPED, "E start of the stopped stream: never again", Stage.started, STOPPED, Code.STOP_HOST,
        ignored=("this stream has stopped before",)),
    Row(REQUESTING, "already running, E stop",
        in_turn(joins(GUEST), reply(Outcome.ALREADY_RUNNING), wait(1),
                joins(GUEST), stopped(1)), STOPPED, Code.STOP_HOST),
    Row(SHARING, "resent while in doubt, then a late stop of the old stream",
        in_turn(wait(5), Stage.gap, Stage.resend, Stage.reply, wait(1),
                stopped(1, ago_s=5)), PENDING_APPROVAL, Code.ASKED, (START,), doubt=True, looks=1),
    Row(ENDED, "E rtms_started: ended stays ended", started("b"), ENDED, None,
        ignored=("the session has ended",)),
    Row(INTERRUPTED, "T 150 s", wait(150), SHARING, Code.RECEIVER_MAYBE_BACK),
    Row(PAUSED, "interrupted, T 150 s", in_turn(Stage.interrupted, wait(150)), PAUSED, Code.PAUSED_BY_YOU),
    Row(INTERRUPTED, "T 75 s, E rtms_interrupted again", in_turn(wait(75), Stage.interrupted), INTERRUPTED,
        Code.RECEIVER_INTERRUPTED),
    Row(SHARING, "E rtms_started, the same again", started(ago_s=10), SHARING, None, ignored=("a duplicate",)),
    Row(SHARING, "E rtms_started of an older stream", started("b", ago_s=60), SHARING, None,
        ignored=("older than the current stream",)),
    Row(SHARING, "F down and up, E rtms_started, a new stream", in_turn(Stage.gap, started("b")), SHARING, None,
        looks=1),
    Row(INTERRUPTED, "E rtms_interrupted, the same again", Stage.interrupted, INTERRUPTED,
        Code.RECEIVER_INTERRUPTED, ignored=("a duplicate",)),
    Row(SHARING, "a second stream, stopped, U resend, E stop of the first",
        in_turn(started("b"), wait(1), stopped(1, "b"), Stage.resend, Stage.reply, wait(2), stopped(1)),
        PENDING_APPROVAL, Code.ASKED, (START,), ignored=("this stream has stopped before",)),
    Row(PENDING_APPROVAL, "F down and up, E stop 7 of a stream never seen", in_turn(Stage.gap, stopped(7, "x")),
        REFUSED, Code.STOP_CANCELED, looks=1),
    Row(STOPPED, "E another stop of the stopped stream", stopped(3), STOPPED, Code.STOP_HOST,
        ignored=("stopped already",)),
    Row(SHARING, "U start, E stop from before that: the stream is over",
        in_turn(wait(5), Stage.ask, Stage.reply, wait(1), stopped(1, ago_s=5)), STOPPED, Code.STOP_HOST,
        (START,)),
    Row(SHARING, "U stop, E stop 10: it was not that stop", in_turn(click(STOP), stopped(10)), STOPPED,
        Code.STOP_ZOOM_EXCEPTION, (STOP,)),
    # --- limits
    *(
        Row(state, "E concurrency limited, operator me", Stage.limited, REFUSED,
            Code.CONCURRENCY_LIMITED)
        for state in sorted(UNANSWERED)
    ),
    Row(PENDING_APPROVAL, "F down and up, E concurrency limited, operator me", in_turn(Stage.gap, Stage.limited),
        REFUSED, Code.CONCURRENCY_LIMITED, doubt=True, looks=1),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row) -> None:
    check(row)


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


def test_a_new_server_in_the_same_millisecond_ends_it() -> None:
    stage = sharing()
    stage.interrupted()
    stage.started()
    assert stage.state is _S.SHARING


def test_a_start_that_comes_again_does_not_end_it() -> None:
    stage = sharing()
    stage.started()  # by a new server
    stage.interrupted()
    stage.started()
    assert stage.state is _S.INTERRUPTED


def test_an_interruption_that_comes_again_is_still_over() -> None:
    stage = sharing()
    stage.interrupted()
    stage.started()
    stage.interrupted()
    assert stage.state is _S.SHARING


def test_an_interruption_older_than_the_new_server_is_over() -> None:
    stage = sharing()
    stage.started()
    stage.interrupted(ago_s=5)
    assert stage.state is _S.SHARING


def test_somebody_elses_interruption_is_not_that_of_a_stream_nobody_saw() -> None:
    stage = told_sharing()
    stage.started("x", "other")
    stage.interrupted("x")
    assert (stage.state, stage.session.streams.current) == (_S.SHARING, None)


def test_nor_is_that_of_a_stream_that_stopped_before_the_request() -> None:
    stage = Stage()
    stage.ask()
    stage.joins(GUEST)
    stage.stopped(1, ago_s=HOUR_S)
    stage.reply()
    stage.tell_sharing(sharing=True)
    stage.interrupted(ago_s=HOUR_S + 1)
    assert (stage.state, stage.session.streams.current) == (_S.SHARING, None)


@pytest.mark.parametrize("ahead_s", [0, HOUR_S])
def test_a_stream_that_only_the_user_saw_began_when_they_saw_it(ahead_s: int) -> None:
    stage = told_sharing(ahead_s)
    began = stage.at()
    stage.wait(10)
    stage.zoom(e.StreamInterrupted(e.Meeting(number=NUMBER), "a", stage.at()))
    assert stage.session.streams.current == Stream("a", began, stage.at(), stage.at())


def test_or_before_where_zoom_tells_of_it_before() -> None:
    stage = told_sharing()
    stage.zoom(e.StreamInterrupted(e.Meeting(number=NUMBER), "a", stage.at(7)))
    assert stage.session.streams.current == Stream("a", stage.at(7), stage.at(7), stage.at(7))


def test_what_the_user_saw_end_has_no_reason_of_zooms() -> None:
    stage = sharing()
    stage.enters_room()
    stage.stopped(3)
    stage.tell_sharing(sharing=False)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.TOLD_STOPPED)
    assert (stage.session.streams.stopped_at, stage.session.streams.stop_reason) == (None, None)
    stage.tell_room(Value.YES)
    assert stage.state is _S.STOPPED


def test_a_limit_of_nobody_known_is_nobodys() -> None:
    stage = Stage()
    stage.share(me=None)
    stage.ask()
    stage.reply()
    stage.limited(operator=None)
    assert stage.state is _S.PENDING_APPROVAL


@pytest.mark.parametrize(("earlier", "state"), [(0, _S.REFUSED), (1, _S.PENDING_APPROVAL)])
def test_a_stop_counts_that_is_older_than_the_request_by_no_more_than_clocks_may_be_off(
    earlier: int, state: CaptureState
) -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    assert stage.session.requests.asked_at is not None
    at = stage.session.requests.asked_at - JOIN_MARGIN - earlier
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
    assert (stage.code, stage.unverified) == (Code.ALREADY_RUNNING, False)
    stage.wait(5)
    stage.started()
    assert (stage.state, stage.code, stage.unverified) == (_S.SHARING, None, False)


def test_somebody_elses_stream_that_has_stopped_never_starts_again() -> None:
    stage = brought_to(_S.SHARING)
    for event in (
        e.StreamStarted(MEETING, "x", "other", stage.at()),
        e.StreamStopped(MEETING, "x", 1, stage.at()),
    ):
        stage.user(event)
    assert stage.session.streams.foreign == frozenset()
    assert stage.session.streams.finished == {"x"}
    for operator in (ME, "other"):
        stage.clear()
        stage.user(e.StreamStarted(MEETING, "x", operator, stage.at()))
        assert stage.ignored() == [Ignored("StreamStarted", "this stream has stopped before")]


@pytest.mark.parametrize("state", [_S.STOPPED, _S.DENIED, _S.INTERRUPTED])
def test_a_new_stream_leaves_nothing_of_what_was_before_it(state: CaptureState) -> None:
    stage = brought_to(state)
    stage.started("b")
    session = stage.session
    assert (session.state, session.resume_point) == (_S.SHARING, None)
    assert (session.streams.stopped_at, session.streams.stop_reason) == (None, None)


def test_a_stop_of_a_stream_never_seen_does_not_soften_one_for_good() -> None:
    stage = brought_to(_S.SHARING)
    stage.gap(10)
    stage.stopped(8, "b")  # this one and the next may be mine, or a colleague's beside mine
    first = stage.state
    stage.stopped(1, "c")
    second = stage.state
    stage.interrupted()
    reached = [first, second, stage.state]
    assert reached == [_S.STOPPED_PERMANENTLY, _S.STOPPED_PERMANENTLY, _S.INTERRUPTED]
