"""Rules for what the user tells, and for a host who says no."""

import pytest

from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import LIVE, NOT_LIVE, UNANSWERED, CaptureState, Timer
from rtms_tray.capture.timings import AutoResend, Policy
from tests.helpers.capture_rows import (
    DENIED,
    NO_ANSWER,
    PAUSED,
    PENDING_APPROVAL,
    REQUESTING,
    SHARING,
    START,
    STOPPED,
    WAITING_FOR_HOST,
    WAITING_FOR_MEETING,
    Row,
    approves,
    check,
    done,
    in_room,
    in_turn,
    no_feed,
    refuse,
    sees_sharing,
    started,
    stopped,
    wait,
)
from tests.helpers.capture_stage import Stage, brought_to

_S = CaptureState
OFF = Policy(auto_resend=AutoResend.OFF)

ROWS = [
    *(
        Row(state, "U tells that the host said no", approves(Value.NO), DENIED,
            Code.DENIED_TOLD)
        for state in sorted(UNANSWERED - {REQUESTING})
    ),
    *(
        Row(state, "E request_status: denied", lambda s: s.request_status(Value.NO), DENIED,
            Code.DENIED)
        for state in sorted(UNANSWERED)
    ),
    Row(PENDING_APPROVAL, "E request_status: approved", lambda s: s.request_status(Value.YES), PENDING_APPROVAL,
        Code.ASKED),
    Row(PENDING_APPROVAL, "E request_status: who knows", lambda s: s.request_status(Value.UNKNOWN), PENDING_APPROVAL,
        Code.ASKED, ignored=("its meaning is not known",)),
    Row(SHARING, "U tells that the host said no", approves(Value.NO), SHARING, None),
    Row(SHARING, "U tells that approval is required",
        lambda s: s.tell(Condition.HOST_APPROVAL_REQUIRED, Value.YES), SHARING, None),
    *(
        Row(state, f"denied by the user's word, then {value}",
            in_turn(approves(Value.NO), approves(value)),
            state, reason)
        for state, reason in ((PENDING_APPROVAL, Code.ASKED), (WAITING_FOR_MEETING, Code.MEETING_NOT_STARTED),
                              (WAITING_FOR_HOST, Code.HOST_ABSENT), (NO_ANSWER, Code.SILENCE))
        for value in (Value.YES, Value.UNKNOWN)
    ),
    Row(PENDING_APPROVAL, "denied by an event, then U tells yes",
        in_turn(lambda s: s.request_status(Value.NO), approves(Value.YES)),
        DENIED, Code.DENIED),
    Row(DENIED, "U takes it back, T no_answer_after_s",
        in_turn(approves(Value.YES), wait(20)), NO_ANSWER, Code.SILENCE),
    Row(WAITING_FOR_MEETING, "denied by the user's word, taken back, T 5 s",
        in_turn(approves(Value.NO), wait(60),
                approves(Value.UNKNOWN), wait(5)),
        WAITING_FOR_MEETING, Code.MEETING_NOT_STARTED, (START,), waits=()),
    *(
        Row(state, 'U sees "Sharing"', sees_sharing(True), SHARING, Code.SEEN_BY_USER)
        for state in sorted((NOT_LIVE | LIVE) - {REQUESTING})
    ),
    *(
        Row(state, 'U sees no "Sharing" any more', sees_sharing(False), STOPPED,
            Code.TOLD_STOPPED)
        for state in sorted(LIVE)
    ),
    Row(PENDING_APPROVAL, 'U sees no "Sharing"', sees_sharing(False), PENDING_APPROVAL, Code.ASKED,
        ignored=("nothing is live",)),
    Row(DENIED, "U tells again that the host said no", approves(Value.NO), DENIED, Code.DENIED_TOLD),
    Row(SHARING, "E request_status: denied", lambda s: s.request_status(Value.NO), SHARING, None,
        ignored=("maybe somebody else's request",)),
    Row(PENDING_APPROVAL, "unverified: E request_status: approved",
        in_turn(Stage.gap, lambda s: s.request_status(Value.YES)), PENDING_APPROVAL, Code.ASKED,
        doubt=True, looks=1),
    Row(PENDING_APPROVAL, "unverified: E request_status: denied: nothing runs",
        in_turn(Stage.gap, wait(1), lambda s: s.request_status(Value.NO)), DENIED, Code.DENIED, looks=1),
    Row(PENDING_APPROVAL, "unverified: U tells that the host said no: nothing runs",
        in_turn(Stage.gap, approves(Value.NO)), DENIED, Code.DENIED_TOLD, looks=1),
    Row(SHARING, 'U start, refused, U sees "Sharing": the refusal is still shown',
        in_turn(Stage.ask, refuse(13262), sees_sharing(True)), SHARING, Code.SEEN_BY_USER, (START,),
        shown=Code.NOT_ALLOW_LISTED),
    Row(STOPPED, 'unverified: U sees no "Sharing"', in_turn(Stage.gap, sees_sharing(False)), STOPPED,
        Code.STOP_HOST, looks=1),
    Row(PENDING_APPROVAL, 'unverified: U sees no "Sharing"', in_turn(Stage.gap, sees_sharing(False)),
        PENDING_APPROVAL, Code.ASKED, looks=1),
    Row(STOPPED, 'stopped by me, F down and up, U sees no "Sharing"', in_turn(
        Stage.resend, Stage.reply, started("b"), done(Action.STOP), Stage.gap, sees_sharing(False)), STOPPED,
        Code.STOPPED_BY_YOU, (START, Action.STOP), looks=1),
    Row(STOPPED, 'stopped by me, U sees no "Sharing"', in_turn(
        Stage.resend, Stage.reply, started("b"), done(Action.STOP), sees_sharing(False)), STOPPED,
        Code.STOPPED_BY_YOU, (START, Action.STOP), ignored=("nothing is live",)),
    Row(PENDING_APPROVAL, 'F down, U sees "Sharing"', in_turn(no_feed, sees_sharing(True)), SHARING,
        Code.SEEN_BY_USER, waits=(Timer.FEED_DOWN_ALERT, Timer.WORD)),
    Row(PENDING_APPROVAL, 'F down, U sees "Sharing", T 10 min', in_turn(no_feed, sees_sharing(True), wait(600)),
        SHARING, Code.SEEN_BY_USER, doubt=True),
    Row(PENDING_APPROVAL, 'F down, U sees "Sharing", F up', in_turn(no_feed, sees_sharing(True), wait(60),
        Stage.feed_up), SHARING, Code.SEEN_BY_USER, doubt=True, looks=1),
    Row(SHARING, "U sees that it is paused", Stage.tell_paused, PAUSED, Code.PAUSE_SEEN_BY_USER),
    Row(SHARING, 'U sees that it is paused, U sees "Sharing"', in_turn(Stage.tell_paused, sees_sharing(True)),
        SHARING, Code.SEEN_BY_USER),
    Row(SHARING, "U sees that it is paused, U resume accepted", in_turn(Stage.tell_paused, done(Action.RESUME)),
        SHARING, None, (Action.RESUME,)),
    Row(SHARING, "unverified: U sees that it is paused", in_turn(Stage.gap, Stage.tell_paused), PAUSED,
        Code.PAUSE_SEEN_BY_USER, looks=1),
    Row(PAUSED, "unverified: U sees that it is paused", in_turn(Stage.gap, Stage.tell_paused), PAUSED,
        Code.PAUSED_BY_YOU, looks=1),
    Row(SHARING, "E stop 3, U tells that they do not know whether I am in a room",
        in_turn(stopped(3), in_room(Value.UNKNOWN), wait(3)), STOPPED,
        Code.LEFT_OR_IN_ROOM),
    Row(SHARING, 'unverified: U sees "Sharing"', in_turn(Stage.gap, sees_sharing(True)), SHARING,
        Code.SEEN_BY_USER, looks=1),
    Row(SHARING, 'unverified: U sees no "Sharing"', in_turn(Stage.gap, sees_sharing(False)), STOPPED,
        Code.TOLD_STOPPED, looks=1),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row) -> None:
    check(row)


# --- a denial taken back


def told_and_taken_back(stage: Stage) -> None:
    stage.tell_approves(Value.NO)
    assert stage.state is _S.DENIED
    stage.wait(30)
    stage.tell_approves(Value.UNKNOWN)


def test_the_meeting_is_asked_for_again_after_5_seconds() -> None:
    stage = brought_to(_S.WAITING_FOR_MEETING)
    told_and_taken_back(stage)
    assert (stage.state, stage.code) == (_S.WAITING_FOR_MEETING, Code.MEETING_NOT_STARTED)
    stage.wait(4.9)
    assert stage.sent() == []
    stage.wait(0.1)
    assert stage.sent() == [Action.START]


def test_but_not_by_itself_where_the_user_wants_none_of_that() -> None:
    stage = brought_to(_S.WAITING_FOR_MEETING, Stage(Policy(AutoResend.OFF)))
    told_and_taken_back(stage)
    assert stage.state is _S.WAITING_FOR_MEETING
    stage.wait(300)
    assert stage.sent() == []


def test_a_lost_reply_is_still_lost() -> None:
    stage = Stage()
    stage.ask()
    stage.reply(Outcome.REPLY_LOST)
    told_and_taken_back(stage)
    assert (stage.state, stage.code) == (_S.PENDING_APPROVAL, Code.REPLY_LOST)


@pytest.mark.parametrize("state", [_S.WAITING_FOR_MEETING, _S.PENDING_APPROVAL, _S.NO_ANSWER])
def test_then_there_is_nothing_more_to_come_back_to(state: CaptureState) -> None:
    stage = brought_to(state)
    told_and_taken_back(stage)
    assert stage.state is state
    assert stage.session.resume_point is None


# --- what the user says while a request is on its way


def asking_again() -> Stage:
    """A stream has stopped, and the request to start another is on its way."""
    stage = brought_to(_S.SHARING)
    stage.stopped(5)
    stage.resend()
    assert stage.state is _S.REQUESTING
    return stage


@pytest.mark.parametrize("sharing", [True, False])
def test_a_stream_that_begins_counts_more(*, sharing: bool) -> None:
    stage = asking_again()
    stage.tell_sharing(sharing)
    stage.wait(2)
    stage.started("b")
    assert (stage.state, stage.code) == (_S.SHARING, None)


def test_so_does_one_that_ends() -> None:
    stage = Stage()
    stage.ask()
    stage.tell_sharing(True)
    stage.wait(2)
    stage.stopped(7, "never seen")
    assert stage.state is not _S.SHARING


def test_other_words_are_kept() -> None:
    stage = asking_again()
    stage.tell(Condition.MEETING_ALLOWED_WITHOUT_HOST, Value.YES)  # no stream tells that
    stage.started("b")
    assert Condition.MEETING_ALLOWED_WITHOUT_HOST in stage.session.known


def test_without_news_of_a_stream_the_word_counts_once_the_reply_is_in() -> None:
    stage = asking_again()
    stage.tell_sharing(True)
    assert stage.session.queued_events
    stage.reply()
    assert stage.state is _S.SHARING


def test_somebody_elses_stream_is_no_news_of_mine() -> None:
    stage = asking_again()
    stage.tell_sharing(True)
    stage.started("x", "other")
    stage.reply()
    assert stage.state is _S.SHARING


def test_what_the_user_tells_is_known_at_zooms_time() -> None:
    stage = Stage(zoom_ahead_s=3600)
    stage.ask()
    stage.reply()
    stage.tell(Condition.HOST_CLIENT_SUPPORTED, Value.YES)
    assert stage.session.known[Condition.HOST_CLIENT_SUPPORTED].at == stage.at()
