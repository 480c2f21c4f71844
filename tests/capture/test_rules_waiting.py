"""An accepted request: waiting for the host, or for an explanation of the silence."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.effects import Category
from rtms_tray.capture.events import Outcome
from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.timings import AutoResend, Policy
from rtms_tray.support.units import MINUTE, SECOND
from tests.helpers.capture_rows import (
    NO_ANSWER,
    PENDING_APPROVAL,
    REQUESTING,
    RESEND_NEEDED,
    SHARING,
    START,
    WAITING_FOR_HOST,
    WAITING_FOR_MEETING,
    Row,
    check,
    host_is,
    in_turn,
    joins,
    leaves,
    no_feed,
    reply,
    seen_from_start,
    wait,
)
from tests.helpers.capture_stage import (
    GUEST,
    HOST,
    I_AM,
    NEW_HOST,
    NUMBER,
    THE_HOST,
    UUID,
    Stage,
    brought_to,
)

_S = CaptureState
AT_ONCE = Policy(auto_resend=AutoResend.HOST_JOINED)
HOSTS_OTHER_DEVICE = e.Person(account_id="host", in_meeting_id="20", participant_uuid="p-20")

ROWS = [
    Row(PENDING_APPROVAL, "in grace: U tells that the host is absent", host_is(Value.NO),
        PENDING_APPROVAL, Code.ASKED),
    Row(PENDING_APPROVAL, "in grace: host absent, then T 5 s",
        in_turn(host_is(Value.NO), wait(5)), WAITING_FOR_HOST, Code.HOST_ABSENT),
    Row(PENDING_APPROVAL, "after grace: U tells that the host is absent",
        in_turn(wait(6), host_is(Value.NO)), WAITING_FOR_HOST, Code.HOST_ABSENT),
    Row(PENDING_APPROVAL, "after grace: E host left",
        in_turn(seen_from_start, joins(THE_HOST), wait(6), leaves(THE_HOST), wait(2)),
        WAITING_FOR_HOST, Code.HOST_ABSENT),
    Row(PENDING_APPROVAL, "after grace: E somebody waits for the host", in_turn(wait(6), Stage.waits_for_host),
        WAITING_FOR_HOST, Code.HOST_ABSENT),
    Row(PENDING_APPROVAL, "after grace: E meeting.started and nobody joined",
        in_turn(wait(6), Stage.meeting_started), WAITING_FOR_HOST, Code.HOST_ABSENT),
    Row(PENDING_APPROVAL, "after grace: E host left, but rtms-tray began in mid-meeting",
        in_turn(joins(THE_HOST), wait(6), leaves(THE_HOST), wait(2)), PENDING_APPROVAL, Code.ASKED,
        waits=(Timer.NO_ANSWER,)),
    Row(NO_ANSWER, "E host left", in_turn(seen_from_start, leaves(THE_HOST), wait(2)),
        WAITING_FOR_HOST, Code.HOST_ABSENT),
    Row(NO_ANSWER, "U tells that the host is absent", host_is(Value.NO),
        WAITING_FOR_HOST, Code.HOST_ABSENT),
    Row(RESEND_NEEDED, "E host left", in_turn(seen_from_start, wait(1), leaves(THE_HOST), wait(2)),
        WAITING_FOR_HOST, Code.HOST_ABSENT),
    Row(PENDING_APPROVAL, "T no_answer_after_s", wait(20), NO_ANSWER, Code.SILENCE),
    Row(PENDING_APPROVAL, "T less", wait(19), PENDING_APPROVAL, Code.ASKED, waits=(Timer.NO_ANSWER,)),
    Row(PENDING_APPROVAL, "T no_answer_after_s of 1 s", wait(1), NO_ANSWER, Code.SILENCE,
        policy=Policy(no_answer_after=1 * SECOND)),
    Row(PENDING_APPROVAL, "T 1 s, host absent, in grace", in_turn(host_is(Value.NO), wait(2)),
        PENDING_APPROVAL, Code.ASKED, policy=Policy(no_answer_after=1 * SECOND)),
    Row(PENDING_APPROVAL, "T 1 s, host absent, after grace",
        in_turn(host_is(Value.NO), wait(6)), WAITING_FOR_HOST, Code.HOST_ABSENT,
        policy=Policy(no_answer_after=1 * SECOND)),
    Row(PENDING_APPROVAL, "T the same, host known present",
        in_turn(joins(THE_HOST), wait(30)), PENDING_APPROVAL, Code.ASKED_HOST_PRESENT, waits=()),
    Row(PENDING_APPROVAL, "T the same, host known present, then not known any more",
        in_turn(joins(THE_HOST), wait(30),
                host_is(Value.UNKNOWN)), NO_ANSWER, Code.SILENCE),
    Row(PENDING_APPROVAL, "F down", no_feed, PENDING_APPROVAL, Code.CANNOT_SEE, doubt=True,
        waits=(Timer.GRACE,)),
    Row(PENDING_APPROVAL, "F down: the clock stands still", in_turn(wait(10), no_feed, wait(3600)),
        PENDING_APPROVAL, Code.CANNOT_SEE, doubt=True, waits=()),
    Row(PENDING_APPROVAL, "F down, up again: the rest of the time is left",
        in_turn(wait(10), no_feed, wait(3600), Stage.feed_up, wait(8)), PENDING_APPROVAL, Code.ASKED,
        doubt=True, looks=1, waits=(Timer.NO_ANSWER,)),
    Row(PENDING_APPROVAL, "F down, up again, T the rest",
        in_turn(wait(10), no_feed, wait(3600), Stage.feed_up, wait(11)), NO_ANSWER, Code.SILENCE,
        doubt=True, looks=1),
    Row(REQUESTING, "F down, reply lost, F up, T no_answer_after_s",
        in_turn(no_feed, reply(Outcome.REPLY_LOST), wait(60), Stage.feed_up, wait(21)),
        NO_ANSWER, Code.SILENCE, doubt=True),
    *(
        Row(state, "E host, known to be absent, joins after asking",
            in_turn(wait(2), host_is(Value.NO), joins(THE_HOST)), RESEND_NEEDED, Code.HOST_JOINED_LATER)
        for state in (WAITING_FOR_MEETING, WAITING_FOR_HOST, PENDING_APPROVAL, NO_ANSWER)
    ),
    *(
        Row(state, "E host, perhaps there before, joins after asking",
            in_turn(wait(2), joins(THE_HOST), wait(2)), RESEND_NEEDED, Code.HOST_MAYBE_JOINED)
        for state in (WAITING_FOR_MEETING, PENDING_APPROVAL, NO_ANSWER)
    ),
    Row(PENDING_APPROVAL, "E host, perhaps there before, joins after asking, auto_resend host_joined",
        in_turn(wait(2), joins(THE_HOST), wait(2)), RESEND_NEEDED, Code.HOST_MAYBE_JOINED, policy=AT_ONCE),
    Row(PENDING_APPROVAL, "E host joined before asking: a late event",
        in_turn(wait(3), joins(THE_HOST, ago_s=3)), PENDING_APPROVAL, Code.ASKED),
    Row(PENDING_APPROVAL, "E somebody else becomes host", in_turn(wait(2), lambda s: s.becomes_host(NEW_HOST)),
        RESEND_NEEDED, Code.HOST_JOINED_LATER),
    Row(PENDING_APPROVAL, "E I become host", in_turn(wait(2), lambda s: s.becomes_host(I_AM)),
        PENDING_APPROVAL, Code.ASKED),
    Row(PENDING_APPROVAL, "E a guest joins", in_turn(wait(2), joins(GUEST)), PENDING_APPROVAL, Code.ASKED),
    Row(WAITING_FOR_HOST, "E a late word that the host was there when asked",
        joins(THE_HOST, ago_s=7), PENDING_APPROVAL, Code.ASKED),
    *(
        Row(state, "U tells that the host is there", host_is(Value.YES), RESEND_NEEDED,
            Code.HOST_JOINED_LATER)
        for state in (WAITING_FOR_MEETING, WAITING_FOR_HOST, PENDING_APPROVAL, NO_ANSWER)
    ),
    Row(WAITING_FOR_HOST, "E host joins, auto_resend host_joined", joins(THE_HOST),
        REQUESTING, Code.RESENT_FOR_HOST, (START,), policy=AT_ONCE),
    Row(WAITING_FOR_HOST, "E host joins twice, auto_resend host_joined",
        in_turn(joins(THE_HOST), Stage.reply, joins(THE_HOST, ago_s=0)),
        PENDING_APPROVAL, Code.ASKED, (START,), policy=AT_ONCE),
    Row(REQUESTING, "E host joins: held until the reply is in",
        in_turn(wait(2), joins(THE_HOST)), REQUESTING, None),
    Row(REQUESTING, "E host joins, then R 2xx",
        in_turn(wait(2), joins(THE_HOST), Stage.reply, wait(2)), RESEND_NEEDED, Code.HOST_MAYBE_JOINED),
    Row(PENDING_APPROVAL, "T the same, host known present, F down and up, T again",
        in_turn(joins(THE_HOST), wait(30), no_feed, wait(60), Stage.feed_up, wait(21)),
        NO_ANSWER, Code.SILENCE, doubt=True, looks=1),
    Row(SHARING, "U tells that they do not know whether the host is there",
        in_turn(host_is(Value.YES), host_is(Value.UNKNOWN)), SHARING, None),
    # --- who is there already is not coming
    Row(PENDING_APPROVAL, "the host was there when asked, E a guest joins",
        in_turn(joins(THE_HOST, ago_s=3), wait(3), joins(GUEST)), PENDING_APPROVAL, Code.ASKED),
    Row(PENDING_APPROVAL, "the host was there when asked, E the host joins by another device",
        in_turn(joins(THE_HOST, ago_s=3), wait(3), joins(HOSTS_OTHER_DEVICE)), PENDING_APPROVAL, Code.ASKED),
    Row(PENDING_APPROVAL, "E I join", in_turn(wait(2), joins(I_AM)), PENDING_APPROVAL, Code.ASKED),
    Row(NO_ANSWER, "E a late word that the host was there when asked", joins(THE_HOST, ago_s=20.5),
        NO_ANSWER, Code.SILENCE),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row) -> None:
    check(row)


def asked() -> Stage:
    return brought_to(_S.PENDING_APPROVAL)


def approval_pending() -> Stage:
    stage = asked()
    stage.tell(Condition.HOST_APPROVAL_REQUIRED, Value.YES)
    return stage


def asked_host_present() -> Stage:
    """The host was there before the request, and Zoom says nothing."""
    stage = Stage()
    stage.joins(THE_HOST)
    stage.wait(5)
    stage.ask()
    stage.reply()
    stage.wait(20)
    return stage


WAITS = {
    Code.ASKED: asked,
    Code.APPROVAL_PENDING: approval_pending,
    Code.ASKED_HOST_PRESENT: asked_host_present,
}


@pytest.mark.parametrize("code", WAITS)
def test_what_cannot_be_seen_is_not_waited_for(code: Code) -> None:
    stage = WAITS[code]()
    assert (stage.state, stage.code) == (_S.PENDING_APPROVAL, code)
    stage.feed_down()
    assert (stage.state, stage.code) == (_S.PENDING_APPROVAL, Code.CANNOT_SEE)
    stage.feed_up()
    again = Code.APPROVAL_PENDING if code is Code.APPROVAL_PENDING else Code.ASKED
    assert (stage.state, stage.code) == (_S.PENDING_APPROVAL, again)


@pytest.mark.parametrize(
    ("code", "told", "after"),
    [
        (Code.ASKED, Value.YES, Code.APPROVAL_PENDING),
        (Code.ASKED, Value.NO, Code.ASKED),
        (Code.APPROVAL_PENDING, Value.NO, Code.ASKED),
        (Code.ASKED_HOST_PRESENT, Value.YES, Code.ASKED_HOST_PRESENT),
    ],
)
def test_whether_approval_is_required_is_the_users_to_say(
    code: Code, told: Value, after: Code
) -> None:
    stage = WAITS[code]()
    stage.tell(Condition.HOST_APPROVAL_REQUIRED, told)
    assert (stage.state, stage.code) == (_S.PENDING_APPROVAL, after)


def test_reasons_of_429_name_the_time() -> None:
    stage = brought_to(REQUESTING)
    stage.reply(Outcome.RATE_LIMITED, retry_after_s=60)
    assert stage.session.why is not None
    assert stage.session.why.until == stage.now + 60 * SECOND


def test_a_daily_limit_is_not_tried_against_and_its_end_is_not_guessed() -> None:
    stage = brought_to(REQUESTING)
    stage.clear()
    stage.reply(Outcome.RATE_LIMITED, 429, limit_is_daily=True)
    assert (stage.state, stage.code) == (_S.REFUSED, Code.RATE_LIMITED)
    assert stage.session.why is not None
    assert stage.session.why.until is None
    stage.wait(60)
    assert stage.sent() == []


def test_no_feed_at_all_says_that_it_cannot_see() -> None:
    stage = Stage(feed=False)
    stage.ask()
    stage.reply()
    stage.wait(600)
    assert (stage.state, stage.code) == (PENDING_APPROVAL, Code.CANNOT_SEE)
    assert stage.session.doubt.since == stage.now - 600 * SECOND
    stage.feed_up()
    stage.wait(21)
    assert (stage.state, stage.code, stage.unverified) == (NO_ANSWER, Code.SILENCE, True)


def test_a_wait_that_cannot_be_seen_is_of_unknown_worth() -> None:
    stage = Stage(feed=False)
    stage.ask()
    stage.reply()
    stage.wait(600)
    assert stage.spans() == {SpanKind.UNKNOWN: 600}
    stage.feed_up()
    stage.wait(10)
    assert stage.spans() == {SpanKind.UNKNOWN: 610}


def test_without_any_signal_reminders_come_after_2_5_and_10_minutes() -> None:
    stage = Stage(feed=False)
    stage.ask()
    stage.reply()
    heard = []
    for minute in range(1, 30):
        stage.clear()
        stage.wait(MINUTE / SECOND)
        if (Severity.ATTENTION, Code.REMINDER) in stage.announced(Category.REMINDER):
            heard.append(minute)
    assert heard == [2, 5, 10]


def test_reminders_end_where_an_event_would_tell() -> None:
    stage = Stage(meeting=e.Meeting(UUID, NUMBER, HOST, "account"))
    stage.share(account="account")
    stage.ask()
    stage.reply()
    stage.joins(GUEST)
    stage.clear()
    stage.wait(3600)
    assert stage.announced(Category.REMINDER) == []


def test_asking_again_ends_after_an_hour() -> None:
    stage = brought_to(WAITING_FOR_MEETING)
    for _ in range(200):
        stage.wait(60)
        if stage.session.requests.newest and stage.session.requests.newest.open:
            stage.refuse(3000)
    sent = len(stage.sent())
    assert 58 <= sent <= 63
    stage.wait(7200)
    assert len(stage.sent()) == sent
    stage.resend()
    assert stage.sent()[-1] is START


def test_asking_again_waits_as_long_as_zoom_says() -> None:
    stage = brought_to(WAITING_FOR_MEETING)
    stage.wait(5)
    stage.reply(Outcome.RATE_LIMITED, retry_after_s=600)
    stage.clear()
    stage.wait(590)
    assert stage.sent() == []
    stage.wait(11)
    assert stage.sent() == [START]


@pytest.mark.parametrize(("named_s", "sent"), [(600, [START]), (None, [])])
def test_asking_again_does_not_run_against_a_daily_limit(
    named_s: int | None, sent: list[e.Action]
) -> None:
    stage = brought_to(WAITING_FOR_MEETING)
    stage.wait(5)
    stage.reply(Outcome.RATE_LIMITED, retry_after_s=named_s, limit_is_daily=True)
    stage.clear()
    stage.wait(3500)
    assert stage.sent() == sent


def test_a_word_that_comes_late_ends_the_wait_for_a_host_who_was_there() -> None:
    stage = Stage()
    stage.ask()
    stage.reply()
    stage.joins(NEW_HOST)
    stage.wait(6)
    asked_ago = 6.1
    stage.waits_for_host(ago_s=asked_ago)
    assert stage.state is WAITING_FOR_HOST
    stage.joins(THE_HOST, ago_s=asked_ago - 0.1)
    assert (stage.state, stage.code) == (PENDING_APPROVAL, Code.ASKED)


def test_what_the_feed_told_before_binding_explains_the_silence_later() -> None:
    stage = Stage()
    stage.ask()
    stage.reply()
    stage.wait(6)
    stage.meeting_started(ago_s=7)  # remembered, but older than the request: it does not bind
    assert stage.session.meeting.uuid is None
    stage.joins(NEW_HOST)
    stage.wait(20)
    assert (stage.state, stage.code) == (WAITING_FOR_HOST, Code.HOST_ABSENT)


def test_a_wait_that_the_feed_interrupted_is_over_once_a_stream_comes() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.feed_down()
    assert stage.session.requests.answer_timeout_left is not None
    stage.tell_sharing(True)
    assert stage.session.requests.answer_timeout_left is None
