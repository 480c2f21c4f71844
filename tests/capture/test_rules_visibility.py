"""Rules for visibility: the feed, sleep, the sign-in, looks at the meeting."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import Category
from rtms_tray.capture.events import Outcome
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timings import GRACE, LOST_SIGHT_AFTER, AutoResend, Policy
from rtms_tray.support.units import SECOND
from tests.helpers.capture_rows import (
    DENIED,
    ENDED,
    INTERRUPTED,
    PAUSED,
    PENDING_APPROVAL,
    REFUSED,
    REQUESTING,
    RESUME,
    SHARING,
    STOP,
    STOPPED,
    STOPPED_PERMANENTLY,
    WAITING_FOR_HOST,
    WAITING_FOR_MEETING,
    Row,
    answered,
    check,
    done,
    in_turn,
    joins,
    look,
    no_feed,
    seen_from_start,
    wait,
)
from tests.helpers.capture_stage import (
    GUEST,
    ME,
    OWN_MEETING,
    THE_HOST,
    UUID,
    Stage,
    brought_to,
)

_S = CaptureState

CHECKS = Policy(check_after_gap=True)

ROWS = [
    Row(SHARING, "app deauthorized", lambda s: s.zoom(e.AppDeauthorized("me", s.at())), SHARING,
        None, doubt=True),
    Row(SHARING, "somebody else deauthorized the app",
        lambda s: s.zoom(e.AppDeauthorized("other", s.at())), SHARING, None, ignored=("somebody else's",)),
    Row(REQUESTING, "sign-in lost", lambda s: s.all(e.SignInLost()), REQUESTING, None),
    *(
        Row(state, "F down", no_feed, state, reason, doubt=True, waits=waits)
        for state, reason, waits in (
            (REQUESTING, None, None), (WAITING_FOR_MEETING, Code.MEETING_NOT_STARTED, None),
            (WAITING_FOR_HOST, Code.HOST_ABSENT, None), (SHARING, None, (Timer.FEED_DOWN_ALERT,)),
            (PAUSED, Code.PAUSED_BY_YOU, (Timer.FEED_DOWN_ALERT,)), (STOPPED, Code.STOP_HOST, None),
        )
    ),
    *(
        Row(state, "F down: only the time is unknown", no_feed, state, reason)
        for state, reason in (
            (REFUSED, Code.NOT_ALLOW_LISTED), (STOPPED_PERMANENTLY, Code.STOP_ADMIN), (DENIED, Code.DENIED_TOLD),
        )
    ),
    Row(SHARING, "stopped by me, F down", in_turn(done(STOP), no_feed), STOPPED, Code.STOPPED_BY_YOU, (STOP,),
        doubt=True),
    Row(SHARING, "this machine slept", lambda s: s.sleep(600), SHARING, None, doubt=True),
    Row(SHARING, "F down and up: still in doubt", Stage.gap, SHARING, None, doubt=True, looks=1),
    Row(SHARING, "F down and up, an event", in_turn(Stage.gap, joins(GUEST)), SHARING,
        None, doubt=True, looks=1),
    Row(SHARING, "F down and up, GET: waiting",
        in_turn(Stage.gap, look(e.MeetingStatus.WAITING)), ENDED, Code.INFERRED, looks=1),
    Row(SHARING, "F down and up, GET: started",
        in_turn(Stage.gap, look(e.MeetingStatus.STARTED)), SHARING, None, doubt=True, looks=1),
    Row(SHARING, "F down and up, GET: started, later 3001",
        in_turn(Stage.gap, look(e.MeetingStatus.STARTED), Stage.gap,
                look(e.MeetingStatus.NOT_FOUND)), ENDED, Code.INFERRED, looks=2),
    *(
        Row(SHARING, f"F down and up, GET: {status}", in_turn(Stage.gap, look(status)),
            SHARING, None, doubt=True, looks=1)
        for status in (e.MeetingStatus.NOT_FOUND, e.MeetingStatus.FORBIDDEN,
                       e.MeetingStatus.UNREADABLE)
    ),
    Row(WAITING_FOR_MEETING, "F down and up, GET: waiting", in_turn(joins(GUEST), Stage.gap,
        look(e.MeetingStatus.WAITING)), WAITING_FOR_MEETING, Code.MEETING_NOT_STARTED, doubt=True),
    Row(SHARING, "GET: waiting, without any doubt", look(e.MeetingStatus.WAITING),
        SHARING, None),
    Row(SHARING, "F down for 13 h, up: no evidence",
        in_turn(no_feed, wait(13 * 3600), Stage.feed_up, wait(6)), ENDED, Code.LOST_SIGHT, looks=1),
    Row(SHARING, "F down for 13 h: nothing before the feed is back",
        in_turn(no_feed, wait(13 * 3600)), SHARING, None, doubt=True),
    Row(SHARING, "F down for 13 h, up, an event",
        in_turn(no_feed, wait(13 * 3600), Stage.feed_up, joins(GUEST), wait(60)),
        SHARING, None, doubt=True, looks=1),
    Row(SHARING, "slept for 13 h", in_turn(lambda s: s.sleep(13 * 3600), wait(6)), ENDED,
        Code.LOST_SIGHT),
    Row(SHARING, "13 h in full sight: a stream needs no further word", wait(13 * 3600), SHARING, None),
    Row(STOPPED, "12 h without a word", wait(12 * 3600), ENDED, Code.LOST_SIGHT),
    Row(PENDING_APPROVAL, "slept for an hour: no deadline fires for that time",
        in_turn(lambda s: s.sleep(3600), wait(5)), PENDING_APPROVAL, Code.ASKED, doubt=True,
        waits=(Timer.NO_ANSWER,)),
    Row(SHARING, "GET: waiting, F down and up, GET: 3001: it could be read before",
        in_turn(look(e.MeetingStatus.WAITING), Stage.gap, look(e.MeetingStatus.NOT_FOUND)), ENDED,
        Code.INFERRED, looks=1),
    Row(SHARING, "app deauthorized, E a guest joins",
        in_turn(lambda s: s.zoom(e.AppDeauthorized("me", s.at())), joins(GUEST)), SHARING, None,
        doubt=True),
    Row(SHARING, "sign-in lost: events still come", lambda s: s.all(e.SignInLost()), SHARING, None),
    Row(ENDED, "F down", no_feed, ENDED, None),
    Row(ENDED, "this machine slept", lambda s: s.sleep(600), ENDED, None, ignored=("nothing to do in ended",)),
    Row(INTERRUPTED, "F up though it was not down, T 75 s in all", in_turn(wait(70), Stage.feed_up, wait(5)),
        SHARING, Code.RECEIVER_MAYBE_BACK, doubt=True, waits=(Timer.INTERRUPTION_SETTLED,)),
    # --- made sure of automatically, if the user wants that
    Row(SHARING, "F down and up, made sure of", Stage.gap, SHARING, None, (RESUME,), doubt=True, looks=1,
        policy=CHECKS),
    Row(SHARING, "F down and up, made sure of: R 2xx", in_turn(Stage.gap, answered(Outcome.ACCEPTED)), SHARING,
        None, (RESUME,), looks=1, policy=CHECKS),
    Row(PAUSED, "F down and up: never a pause", Stage.gap, PAUSED, Code.PAUSED_BY_YOU, doubt=True, looks=1,
        policy=CHECKS),
    Row(PENDING_APPROVAL, "F down and up: only what was captured", Stage.gap, PENDING_APPROVAL, Code.ASKED,
        doubt=True, looks=1, policy=CHECKS),
    Row(SHARING, "F up though it was not down: nothing to make sure of", Stage.feed_up, SHARING, None,
        policy=CHECKS),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row) -> None:
    check(row)


def test_who_was_absent_before_a_gap_may_have_come_in_it() -> None:
    stage = brought_to(PENDING_APPROVAL)
    seen_from_start(stage)
    stage.joins(THE_HOST)
    stage.wait(6)
    stage.leaves(THE_HOST)
    stage.wait(2)
    before = stage.session.host_present
    stage.gap()
    assert (before, stage.session.host_present) == (Value.NO, Value.UNKNOWN)


def test_the_users_word_outlives_a_gap() -> None:
    stage = brought_to(PENDING_APPROVAL)
    stage.tell_host(Value.NO)
    stage.gap()
    assert stage.session.host_present is Value.NO


def test_a_gap_begins_now_at_the_latest() -> None:
    stage = brought_to(_S.SHARING)
    stage.feed_down(ago_s=-10)
    assert stage.session.doubt.since == stage.now


def test_so_does_a_sleep() -> None:
    stage = brought_to(_S.SHARING)
    stage.all(e.Slept(stage.now + 10 * SECOND, stage.now + 20 * SECOND))
    assert stage.session.doubt.since == stage.now


def test_a_clock_that_was_set_back_asleep_moves_no_deadline() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    before = stage.session.timers
    stage.all(e.Slept(stage.now, stage.now - 10 * SECOND))
    after = stage.session.timers
    assert before[Timer.NO_ANSWER] == after[Timer.NO_ANSWER]
    assert before[Timer.GRACE] == after[Timer.GRACE]


def test_after_a_long_sleep_a_look_may_come_before_sight_is_lost() -> None:
    stage = brought_to(_S.SHARING)
    stage.sleep(13 * 3600)
    assert stage.session.timers[Timer.LOST_SIGHT] == stage.now + GRACE
    stage.wait(4)
    stage.look(e.MeetingStatus.STARTED)
    stage.wait(60)
    assert stage.state is _S.SHARING


def test_what_was_known_before_a_gap_is_kept_as_it_was() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.waits_for_host()
    before = stage.session
    known = dict(before.known)
    stage.feed_down()
    assert before.known == known
    assert Condition.HOST_PRESENT not in stage.session.known


def test_nobody_hosts_a_meeting_that_nobody_is_known_to_host() -> None:
    assert not Context().is_own(e.Meeting("uuid-1", "98712345670"))


def test_in_a_meeting_of_my_own_nobody_asks_whether_the_host_is_there() -> None:
    stage = Stage(feed=False, meeting=OWN_MEETING)
    stage.ask()
    stage.look(e.MeetingStatus.STARTED)
    stage.reply()
    stage.wait(3599)
    assert stage.announced() == []


def test_a_wait_that_was_over_when_the_feed_went_is_over_when_it_is_back() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.now += 60 * SECOND
    stage.feed_down()
    assert stage.session.requests.answer_timeout_left == 0


def test_told_again_that_the_host_is_there_asks_for_nothing_new() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.tell_host(Value.YES)
    first = stage.state
    stage.resend()
    stage.reply()
    stage.tell_host(Value.YES)
    assert (first, stage.state) == (_S.RESEND_NEEDED, _S.PENDING_APPROVAL)


@pytest.mark.parametrize(("more_s", "asked_again"), [(0, True), (1, False)])
def test_a_wait_as_long_as_all_asking_may_take_is_still_taken(
    more_s: int, *, asked_again: bool
) -> None:
    stage = Stage()
    stage.ask()
    stage.refuse(3000)
    stage.wait(5)
    stage.reply(e.Outcome.RATE_LIMITED, 429, retry_after_s=3600 - 5 + more_s)
    assert stage.state is _S.WAITING_FOR_MEETING
    assert (Timer.NEXT_REQUEST in stage.session.timers) is asked_again


def test_a_host_of_whom_the_user_tells_came_at_that_moment_of_zooms() -> None:
    stage = Stage(Policy(auto_resend=AutoResend.HOST_JOINED), zoom_ahead_s=3600)
    stage.ask()
    stage.reply()
    stage.wait(30)
    stage.tell_host(Value.YES)
    assert stage.session.requests.resent_for_join_at == stage.at()


def test_what_a_late_tick_finds_settled_is_no_reminder_any_more() -> None:
    stage = brought_to(_S.INTERRUPTED)
    stage.user(e.ReminderRequested(minutes=2))
    stage.clear()
    stage.now += 200 * SECOND
    stage.all(e.Tick())
    assert (stage.state, stage.code) == (_S.SHARING, Code.RECEIVER_MAYBE_BACK)
    assert stage.announced(Category.REMINDER) == []


# --- looks after sign-in and keyring

BACK = (e.SignedIn(ME), e.KeyringUnlocked())


def slept_and_signed_out() -> Stage:
    """The meeting went on, or not, while nothing could be seen; the look fails for want of a sign-in."""
    stage = brought_to(_S.SHARING)
    stage.look(e.MeetingStatus.STARTED)
    stage.feed_down()
    stage.wait(3600)
    stage.all(e.SignInLost())
    stage.feed_up()
    stage.look(e.MeetingStatus.UNREADABLE)
    assert (stage.state, stage.unverified) == (_S.SHARING, True)
    stage.clear()
    return stage


@pytest.mark.parametrize("event", BACK, ids=lambda one: type(one).__name__)
def test_what_is_in_doubt_is_looked_at(event: e.SignedIn | e.KeyringUnlocked) -> None:
    stage = slept_and_signed_out()
    stage.all(event)
    assert stage.looked() == [UUID]
    stage.look(e.MeetingStatus.WAITING)
    assert (stage.state, stage.code) == (_S.ENDED, Code.INFERRED)


@pytest.mark.parametrize("event", BACK, ids=lambda one: type(one).__name__)
def test_what_is_certain_is_not(event: e.SignedIn | e.KeyringUnlocked) -> None:
    stage = brought_to(_S.SHARING)
    stage.clear()
    stage.all(event)
    assert stage.looked() == []


# --- a long watch

HOUR_S = 3600


def test_without_a_feed_nothing_is_in_sight() -> None:
    stage = Stage(feed=False)
    stage.ask()
    stage.reply()
    stage.tell_sharing(True)
    stage.wait(12 * HOUR_S - 1)
    before = stage.state
    stage.wait(2)
    assert (before, stage.state, stage.code) == (_S.SHARING, _S.ENDED, Code.LOST_SIGHT)


def test_a_stream_in_sight_is_watched_on_until_something_is_in_doubt() -> None:
    stage = brought_to(_S.SHARING)
    stage.wait(13 * HOUR_S)
    before = stage.state
    stage.zoom(e.AppDeauthorized(ME, stage.at()))
    stage.wait(10 * HOUR_S)
    between = stage.state
    stage.wait(1.5 * HOUR_S)
    assert (before, between) == (_S.SHARING, _S.SHARING)
    assert (stage.state, stage.code) == (_S.ENDED, Code.LOST_SIGHT)


# --- deadlines and evidence around a gap


def test_deadlines_that_need_sight_wait_for_the_feed_and_the_grace() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.user(e.ReminderRequested(1))
    before = dict(stage.session.timers)
    stage.feed_down()
    stage.wait(58)
    stage.feed_up()
    after = stage.session.timers
    assert after[Timer.GRACE] == stage.now + GRACE
    assert after[Timer.REMINDER] == before[Timer.REMINDER] == stage.now + 2 * SECOND
    assert after[Timer.LOST_SIGHT] == before[Timer.LOST_SIGHT]


def test_sleep_holds_only_deadlines_that_need_sight() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.user(e.ReminderRequested(5))
    before = dict(stage.session.timers)
    stage.sleep(60)
    assert stage.session.timers[Timer.REMINDER] == before[Timer.REMINDER]
    assert stage.session.timers[Timer.GRACE] == before[Timer.GRACE] + 60 * SECOND


def test_a_feed_that_is_down_already_is_told_no_later() -> None:
    stage = brought_to(_S.SHARING)
    stage.feed_down()
    stage.wait(20)
    stage.feed_down()
    stage.wait(10)
    assert stage.announced(Category.SIGHT) != []


def test_who_was_absent_before_a_gap_is_not_absent_again_with_the_next_event() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.wait(6)
    stage.leaves(THE_HOST)
    stage.gap()
    stage.joins(GUEST)
    assert stage.session.host_present is Value.UNKNOWN


def test_a_stream_in_sight_is_evidence_until_the_feed_goes() -> None:
    stage = brought_to(_S.SHARING)
    stage.wait(7_200)
    stage.feed_down(ago_s=20)
    assert stage.session.doubt.evidence_at == stage.now - 20 * SECOND
    assert stage.session.timers[Timer.LOST_SIGHT] == stage.now - 20 * SECOND + LOST_SIGHT_AFTER


@pytest.mark.parametrize("state", [_S.PENDING_APPROVAL, _S.STOPPED])
def test_without_a_stream_a_gap_is_no_evidence(state: CaptureState) -> None:
    stage = brought_to(state)
    before = stage.session.doubt.evidence_at
    stage.wait(60)
    stage.feed_down()
    assert stage.session.doubt.evidence_at == before


def test_a_stream_in_doubt_is_no_evidence_of_itself() -> None:
    stage = brought_to(_S.SHARING)
    stage.gap()
    before = stage.session.doubt.evidence_at
    stage.wait(60)
    stage.feed_down()
    assert stage.session.doubt.evidence_at == before


def test_evidence_newer_than_a_gap_stays() -> None:
    stage = brought_to(_S.SHARING)
    stage.joins(GUEST)
    before = stage.session.doubt.evidence_at
    stage.feed_down(ago_s=20)
    assert stage.session.doubt.evidence_at == before == stage.now


def test_who_signs_in_is_known_to_the_sessions_that_are_there() -> None:
    stage = brought_to(_S.SHARING)
    stage.all(e.SignedIn("new", "account"))
    assert (stage.context.me, stage.context.account) == ("new", "account")
