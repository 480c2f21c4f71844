"""Every stop reason, from every state in which a stop means something."""

import pytest

from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import LIVE, UNANSWERED, CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.zoom_codes import STOPS, Hindsight, hindsight_of, outcome_of
from tests.helpers.capture_stage import Stage, brought_to

_S = CaptureState
REASONS = [*range(27), 27, 99, -1]
FOR_GOOD = {8, 23}
FINAL_IN_A_ROOM = {2, 4, 6, 8, 23}


def expected_state(reason: int) -> CaptureState:
    if reason == 6:
        return _S.ENDED
    return _S.STOPPED_PERMANENTLY if reason in FOR_GOOD else _S.STOPPED


def expected_code(reason: int) -> Code:
    return {
        0: Code.STOP_UNDEFINED, 1: Code.STOP_HOST, 2: Code.STOP_ELSEWHERE, 3: Code.LEFT_OR_IN_ROOM,
        4: Code.STOP_REMOVED, 5: Code.STOP_APP_DISABLED, 6: Code.STOP_MEETING_ENDED,
        7: Code.STOP_CANCELED, 8: Code.STOP_REVOKED, 9: Code.STOP_ALL_APPS_DISABLED,
        10: Code.STOP_ZOOM_EXCEPTION, 11: Code.STOP_RECEIVER_TIMEOUT, 12: Code.STOP_ZOOM_INSTANCE,
        13: Code.STOP_SIGNAL_INTERRUPTED, 14: Code.STOP_DATA_INTERRUPTED,
        15: Code.STOP_SIGNAL_CLOSED, 16: Code.STOP_DATA_CLOSED, 17: Code.STOP_ZOOM_EXIT,
        18: Code.STOP_RECEIVER_AUTH, 19: Code.STOP_RECEIVER_RECONNECT,
        20: Code.STOP_RECEIVER_CLOSED, 21: Code.STOP_CUSTOMER_LEFT, 22: Code.STOP_AGENT_LEFT,
        23: Code.STOP_ADMIN, 24: Code.STOP_KEEP_ALIVE, 25: Code.STOP_API,
        26: Code.STOP_UNSUPPORTED,
    }.get(reason, Code.STOP_OTHER)  # fmt: skip


def test_each_documented_number_has_a_code_of_its_own() -> None:
    codes = [code for _, code in STOPS.values()]
    assert set(STOPS) == set(range(27))
    assert len(set(codes)) == 27
    assert all(
        outcome_of(reason) == (expected_state(reason), expected_code(reason)) for reason in REASONS
    )


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("state", sorted(LIVE - {_S.PAUSED_BREAKOUT}))
def test_live(state: CaptureState, reason: int) -> None:
    stage = brought_to(state)
    stage.wait(1)
    stage.stopped(reason)
    assert (stage.state, stage.code) == (expected_state(reason), expected_code(reason))
    assert stage.session.why is not None
    assert stage.session.why.number == reason
    assert not stage.unverified


@pytest.mark.parametrize("reason", REASONS)
def test_in_a_breakout_room(reason: int) -> None:
    stage = brought_to(_S.PAUSED_BREAKOUT)
    stage.wait(1)
    stage.stopped(reason)
    final = reason in FINAL_IN_A_ROOM
    assert stage.state is (expected_state(reason) if final else _S.PAUSED_BREAKOUT)
    assert stage.session.streams.current is not None
    assert stage.session.streams.current.stopped


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("state", sorted(UNANSWERED))
def test_unanswered_never_seen(state: CaptureState, reason: int) -> None:
    stage = brought_to(state)
    stage.wait(0.1)
    stage.meeting_started()  # binds the UUID
    stage.stopped(reason, "never seen")
    refused = reason == 7
    assert stage.state is (_S.REFUSED if refused else expected_state(reason))
    assert stage.code is expected_code(reason)
    stage.clear()
    stage.started("never seen")
    assert stage.state is not _S.SHARING, "its start, overtaken, does not bring it back"


@pytest.mark.parametrize("reason", REASONS)
def test_a_second_stop_of_the_stream_says_no_more(reason: int) -> None:
    stage = brought_to(_S.STOPPED)
    stage.stopped(reason)
    more = {6, 8, 23}
    assert stage.code is (expected_code(reason) if reason in more else Code.STOP_HOST)


@pytest.mark.parametrize("reason", sorted({6, 8, 23}))
def test_a_duplicate_of_a_weighty_stop_does_not_end_a_new_request(reason: int) -> None:
    stage = brought_to(_S.SHARING)
    stage.stopped(reason)
    if stage.session.open:
        stage.resend()
        stage.reply()
        stage.stopped(reason, ago_s=1)
        assert stage.state is _S.PENDING_APPROVAL


def test_revocation_counts_whatever_state_the_session_is_in() -> None:
    stage = brought_to(_S.STOPPED)
    stage.resend()
    stage.refuse(13262)
    stage.stopped(8)
    assert (stage.state, stage.code) == (_S.STOPPED_PERMANENTLY, Code.STOP_REVOKED)


def test_a_stop_after_the_users_word_changes_nothing_more() -> None:
    stage = brought_to(_S.SHARING)
    stage.tell_sharing(False)
    stage.stopped(1)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.TOLD_STOPPED)


@pytest.mark.parametrize(("later_s", "by_you"), [(0, True), (60, True), (61, False)])
def test_reason_2_is_quiet_within_60_s_of_a_stop_from_here(later_s: int, by_you: bool) -> None:  # noqa: FBT001 - a table
    stage = brought_to(_S.SHARING)
    stage.act(Action.STOP)
    stage.wait(later_s)
    stage.stopped(2)
    assert stage.code is (Code.STOPPED_BY_YOU if by_you else Code.STOP_ELSEWHERE)


def test_a_refused_stop_from_here_did_not_stop_it() -> None:
    stage = brought_to(_S.SHARING)
    stage.act(Action.STOP)
    stage.act_answer(Outcome.REFUSED, 2310)
    stage.stopped(2)
    assert stage.code is Code.STOP_ELSEWHERE


class TestHindsight:
    """What a stop makes of the time before it."""

    @pytest.mark.parametrize("reason", REASONS)
    def test_of_each(self, reason: int) -> None:
        if reason in {11, 18}:
            expected = Hindsight.NEVER_RECEIVED
        elif reason in {13, 14, 15, 16, 19, 24}:
            expected = Hindsight.TAIL_UNKNOWN
        else:
            expected = Hindsight.NOTHING
        assert hindsight_of(reason) is expected

    @pytest.mark.parametrize("reason", [11, 18])
    def test_nothing_of_the_stream_was_received(self, reason: int) -> None:
        stage = brought_to(_S.SHARING)
        stage.wait(90)
        stage.stopped(reason)
        assert set(stage.spans()) == {SpanKind.LOST}

    @pytest.mark.parametrize("reason", [13, 14, 15, 16, 19, 24])
    def test_the_last_65_s_are_unknown(self, reason: int) -> None:
        stage = brought_to(_S.SHARING)
        stage.wait(90)
        stage.stopped(reason)
        assert (stage.spans()[SpanKind.UNKNOWN], stage.spans()[SpanKind.CAPTURED]) == (65, 35)

    def test_a_short_stream_is_unknown_as_a_whole(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.stopped(13)
        assert stage.spans()[SpanKind.UNKNOWN] == 10
        assert SpanKind.CAPTURED not in stage.spans()

    def test_unknown_from_the_interruption(self) -> None:
        stage = brought_to(_S.SHARING)
        stage.wait(90)
        stage.interrupted()
        stage.wait(62)
        stage.stopped(19)
        assert (stage.spans()[SpanKind.UNKNOWN], stage.spans()[SpanKind.CAPTURED]) == (62, 100)

    def test_what_was_lost_in_a_room_stays_lost(self) -> None:
        stage = brought_to(_S.SHARING)
        lost = stage.spans()[SpanKind.LOST]
        stage.wait(90)
        stage.enters_room()
        stage.wait(20)
        stage.stopped(13)
        assert stage.spans()[SpanKind.LOST] == lost + 20
        assert stage.spans()[SpanKind.UNKNOWN] == 45


def test_several_streams_in_one_session() -> None:
    stage = brought_to(_S.SHARING)
    stage.stopped(1)
    stage.wait(30)
    stage.started("b")
    stage.wait(20)
    stage.stopped(1, "a")
    assert stage.state is _S.SHARING, "a late stop of the first stream"
    stage.stopped(2, "b")
    stage.wait(5)
    assert len(stage.board.sessions) == 1
    assert stage.spans()[SpanKind.CAPTURED] == 30


def test_a_stop_is_dated_by_zoom() -> None:
    stage = brought_to(_S.SHARING, Stage(zoom_ahead_s=3600))
    stage.stopped(1, ago_s=3)
    assert stage.session.since == stage.now - 3_000
    assert stage.session.streams.current is not None
    assert stage.session.streams.current.last_at == stage.at(3)


def test_a_stop_from_before_the_newest_event_of_its_stream_makes_that_no_older() -> None:
    stage = brought_to(_S.SHARING)
    stage.started()
    newest = stage.at()
    stage.stopped(1, ago_s=5)
    assert stage.session.streams.current is not None
    assert stage.session.streams.current.last_at == newest


def test_a_second_stop_changes_no_time_in_hindsight() -> None:
    stage = brought_to(_S.STOPPED)
    before = stage.spans()
    stage.stopped(11)
    assert stage.spans() == before


def test_the_last_65_s_are_unknown_on_this_machines_clock() -> None:
    stage = brought_to(_S.SHARING, Stage(zoom_ahead_s=3600))
    stage.wait(90)
    stage.stopped(13)
    assert stage.spans()[SpanKind.UNKNOWN] == 65


def test_after_the_meetings_end_nothing_is_counted() -> None:
    stage = brought_to(_S.SHARING)
    stage.stopped(6)
    before = stage.spans()
    stage.wait(60)
    assert stage.spans() == before
