"""Alerts: what is worth telling, how loudly, and until when."""

import pytest

from rtms_tray.capture.alerts import alert_effects, alerts_after_restart, wants_attention
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.effects import Announce, Category
from rtms_tray.capture.events import (
    Acknowledged,
    Action,
    NetworkBack,
    Outcome,
    ReminderRequested,
)
from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timings import AutoResend, Policy
from tests.helpers.capture_stage import GUEST, THE_HOST, Stage, brought_to

_S = CaptureState
INFO, ATTENTION, CRITICAL = Severity.INFO, Severity.ATTENTION, Severity.CRITICAL
ATTENTIVE_STOPS, QUIET_STOPS = {3}, {6}


@pytest.mark.parametrize("reason", range(28))
def test_a_stop_is_critical_unless_the_user_did_it_left_or_the_meeting_ended(reason: int) -> None:
    stage = brought_to(_S.SHARING)
    stage.stopped(reason)
    stage.wait(3)
    heard = [severity for severity, _ in stage.announced(Category.CAPTURE)]
    if reason in QUIET_STOPS:
        assert heard == []
    else:
        assert heard == [ATTENTION if reason in ATTENTIVE_STOPS else CRITICAL]
        assert wants_attention(stage.session)


@pytest.mark.parametrize(
    ("state", "severity"),
    [
        (_S.REQUESTING, None), (_S.WAITING_FOR_MEETING, None), (_S.WAITING_FOR_HOST, None),
        (_S.PENDING_APPROVAL, None), (_S.RESEND_NEEDED, ATTENTION), (_S.NO_ANSWER, ATTENTION),
        (_S.SHARING, INFO), (_S.PAUSED, None), (_S.PAUSED_BREAKOUT, INFO),
        (_S.INTERRUPTED, None), (_S.STOPPED, CRITICAL), (_S.DENIED, ATTENTION),
        (_S.REFUSED, ATTENTION), (_S.STOPPED_PERMANENTLY, CRITICAL), (_S.ENDED, None),
    ],
)  # fmt: skip
def test_each_state_is_as_loud_as_it_should_be(
    state: CaptureState, severity: Severity | None
) -> None:
    stage = Stage()
    way = brought_to(state)
    assert wants_attention(way.session) is (severity in {ATTENTION, CRITICAL})
    way.user(Acknowledged())
    assert not wants_attention(way.session)
    assert way.withdrawn(Category.CAPTURE) is (severity is not None)
    assert stage.effects == []


def test_an_interruption_is_heard_after_5_s() -> None:
    stage = brought_to(_S.INTERRUPTED)
    stage.wait(4)
    assert stage.announced() == []
    stage.wait(1)
    assert stage.announced() == [(CRITICAL, Code.RECEIVER_INTERRUPTED)]


def test_a_short_interruption_is_not_heard() -> None:
    stage = brought_to(_S.INTERRUPTED)
    stage.wait(3)
    stage.started()
    stage.wait(60)
    assert [severity for severity, _ in stage.announced()] == [INFO]


def test_a_stop_explained_by_a_room_is_withdrawn() -> None:
    stage = brought_to(_S.SHARING)
    stage.stopped(3)
    stage.clear()
    stage.enters_room()
    assert stage.announced(Category.CAPTURE) == [(INFO, Code.IN_BREAKOUT_ROOM)]
    assert not wants_attention(stage.session)


def test_you_left_is_withdrawn_when_the_meeting_ends() -> None:
    stage = brought_to(_S.SHARING)
    stage.stopped(3)
    stage.clear()
    stage.wait(30)
    stage.meeting_ended()
    assert stage.withdrawn(Category.CAPTURE)
    assert not wants_attention(stage.session)


def test_the_duty_to_delete_outlives_the_meeting() -> None:
    stage = brought_to(_S.SHARING)
    stage.stopped(8)
    stage.clear()
    stage.meeting_ended()
    assert (stage.state, stage.code) == (_S.ENDED, Code.STOP_REVOKED)
    assert not stage.withdrawn(Category.CAPTURE)
    assert wants_attention(stage.session)
    stage.user(Acknowledged())
    assert not wants_attention(stage.session)
    assert stage.withdrawn(Category.CAPTURE)


def test_a_stop_of_the_users_own_is_silent() -> None:
    stage = brought_to(_S.SHARING)
    stage.done(Action.STOP)
    stage.stopped(2)
    assert stage.announced() == []
    assert not wants_attention(stage.session)


def test_blindness_is_heard_after_30_s_while_live() -> None:
    stage = brought_to(_S.SHARING)
    stage.feed_down()
    stage.wait(29)
    assert stage.announced() == []
    stage.wait(1)
    assert stage.announced(Category.SIGHT) == [(ATTENTION, Code.BLIND)]
    stage.clear()
    stage.feed_up()
    assert stage.announced(Category.SIGHT) == [(ATTENTION, Code.UNSEEN)]
    stage.done(Action.RESUME)
    assert stage.withdrawn(Category.SIGHT)


def test_a_gap_of_30_s_or_less_is_not_heard_of() -> None:
    stage = brought_to(_S.SHARING)
    stage.gap(30 - 0.001)
    assert (stage.announced(), stage.unverified) == ([], True)


@pytest.mark.parametrize(("seconds", "told"), [(30, []), (31, [(ATTENTION, Code.UNSEEN)])])
def test_nor_is_a_short_sleep(seconds: int, told: list[tuple[Severity, Code]]) -> None:
    stage = brought_to(_S.SHARING)
    stage.sleep(seconds)
    assert stage.announced(Category.SIGHT) == told


def test_a_long_gap_is_told_once() -> None:
    stage = brought_to(_S.SHARING)
    stage.gap(31)
    stage.clear()
    stage.user(Acknowledged())
    stage.gap(5)
    stage.joins(GUEST)
    assert stage.announced(Category.SIGHT) == []


def test_blindness_is_heard_of_what_goes_live_in_the_dark() -> None:
    stage = brought_to(_S.REQUESTING)
    stage.feed_down()
    stage.reply(Outcome.ALREADY_RUNNING)
    stage.wait(29)
    assert stage.announced(Category.SIGHT) == []
    stage.wait(1)
    assert (ATTENTION, Code.BLIND) in stage.announced(Category.SIGHT)


def test_blindness_is_not_heard_while_nothing_is_live() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.feed_down()
    stage.wait(300)
    assert stage.announced(Category.SIGHT) == []


def test_news_are_heard_though_older_news_were_acknowledged() -> None:
    stage = brought_to(_S.INTERRUPTED)
    stage.wait(75)
    stage.user(Acknowledged())
    assert not wants_attention(stage.session)
    stage.clear()
    stage.feed_down()
    stage.wait(31)
    assert wants_attention(stage.session)
    assert stage.announced() == [(ATTENTION, Code.BLIND)]


@pytest.mark.parametrize(
    ("outcome", "code", "why"),
    [
        (Outcome.REFUSED, 13262, Code.NOT_ALLOW_LISTED),
        (Outcome.SERVER_TROUBLE, None, Code.SERVER_TROUBLE),
        (Outcome.NOT_STARTED, 3000, Code.MEETING_NOT_STARTED),
        (Outcome.REPLY_LOST, None, Code.REPLY_LOST),
        (Outcome.SIGN_IN_NEEDED, 124, Code.SIGN_IN_NEEDED),
    ],
)
def test_a_refusal_while_live_is_shown(outcome: Outcome, code: int | None, why: Code) -> None:
    stage = brought_to(_S.SHARING)
    stage.ask()
    stage.reply(outcome, code)
    assert stage.announced(Category.REFUSAL) == [(ATTENTION, why)]
    assert wants_attention(stage.session)
    stage.clear()
    stage.user(Acknowledged())
    assert stage.withdrawn(Category.REFUSAL)


def test_open_rooms_are_told_and_withdrawn() -> None:
    stage = brought_to(_S.SHARING)
    stage.enters_room(GUEST)
    stage.enters_room(THE_HOST)
    assert stage.announced() == [(INFO, Code.ROOMS_OPEN)]
    stage.clear()
    stage.wait(1)
    stage.leaves_room(GUEST)
    assert stage.effects == []
    stage.leaves_room(THE_HOST)
    assert stage.withdrawn(Category.ROOMS)


def test_a_resend_of_its_own_says_so() -> None:
    policy = Policy(auto_resend=AutoResend.HOST_JOINED)
    stage = brought_to(_S.WAITING_FOR_HOST, Stage(policy))
    stage.joins(THE_HOST)
    assert stage.announced(Category.CAPTURE) == [(INFO, Code.RESENT_FOR_HOST)]


def test_reminders_come_when_asked_for_and_go_when_resent() -> None:
    stage = brought_to(_S.WAITING_FOR_HOST)
    stage.user(ReminderRequested(1))
    stage.wait(59)
    assert stage.announced(Category.REMINDER) == []
    stage.wait(1)
    assert stage.announced(Category.REMINDER) == [(ATTENTION, Code.HOST_ABSENT)]
    stage.clear()
    stage.resend()
    assert stage.withdrawn(Category.REMINDER)


def test_no_reminder_once_it_is_shared() -> None:
    stage = brought_to(_S.WAITING_FOR_HOST)
    stage.user(ReminderRequested(1))
    stage.started("b")
    stage.clear()
    stage.wait(300)
    assert stage.announced() == []


def test_sharing_again_is_told_again() -> None:
    stage = brought_to(_S.STOPPED)
    stage.resend()
    stage.reply()
    stage.clear()
    stage.started("b")
    assert stage.announced() == [(INFO, Code.BEGAN)]


def test_a_new_server_is_not_worth_a_word() -> None:
    stage = Stage()
    stage.started()
    stage.clear()
    stage.wait(10)
    stage.started()
    assert stage.announced() == []
    assert stage.code is Code.BEGAN_ELSEWHERE


def test_after_giving_up_capture_is_called_out() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.give_up()
    stage.wait(5)
    stage.started()
    assert (ATTENTION, Code.BEGAN_AFTER_GIVE_UP) in stage.announced(Category.CAPTURE)
    stage.wait(7200)
    assert stage.state is _S.SHARING, "it is no longer about to be forgotten"


def test_nothing_waits_for_a_network_that_is_there() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.all(NetworkBack())
    assert stage.sent() == []
    stage.tell_host(Value.UNKNOWN)
    assert stage.state is _S.PENDING_APPROVAL


def test_capture_by_someone_else_is_told_until_it_stops() -> None:
    stage = brought_to(_S.SHARING)
    stage.started("x", "other")
    assert stage.announced() == [(ATTENTION, Code.CAPTURED_BY_OTHER)]
    assert wants_attention(stage.session)
    stage.clear()
    stage.stopped(1, "x")
    assert (stage.state, stage.session.streams.foreign) == (_S.SHARING, frozenset())
    assert stage.withdrawn(Category.OTHERS)
    stage.interrupted("x")
    stage.stopped(1, "x")
    assert stage.state is _S.SHARING


def test_a_second_interruption_begins_the_wait_anew_and_is_heard_once() -> None:
    stage = brought_to(_S.INTERRUPTED)
    stage.wait(60)
    stage.interrupted()
    stage.wait(60)
    assert stage.state is _S.INTERRUPTED
    assert stage.announced() == [(CRITICAL, Code.RECEIVER_INTERRUPTED)]


def test_what_is_merely_worth_knowing_is_not_heard_by_who_has_set_the_session_aside() -> None:
    stage = brought_to(_S.SHARING)
    stage.started("b", "other")
    assert wants_attention(stage.session)
    stage.user(Acknowledged())
    stage.clear()
    stage.enters_room(GUEST)
    assert stage.announced() == []
    assert not wants_attention(stage.session)


def test_nothing_new_is_nothing_to_hear() -> None:
    session = brought_to(_S.STOPPED).session
    assert alert_effects(session, session, NetworkBack()) == ()


def test_what_was_acknowledged_is_not_withdrawn_again() -> None:
    stage = brought_to(_S.STOPPED)
    stage.user(Acknowledged())
    stage.clear()
    stage.resend()
    assert not stage.withdrawn(Category.CAPTURE)


def test_a_refusal_asks_for_attention_even_if_its_reason_is_critical_elsewhere() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.stopped(7, "never seen")
    assert stage.state is _S.REFUSED
    assert stage.announced(Category.CAPTURE) == [(ATTENTION, Code.STOP_CANCELED)]


def test_open_rooms_are_nothing_to_tell_once_nothing_is_live() -> None:
    stage = brought_to(_S.SHARING)
    stage.enters_room(GUEST)
    stage.stopped(1)
    assert stage.withdrawn(Category.ROOMS)


def test_capture_by_someone_else_is_nothing_to_tell_once_the_meeting_is_over() -> None:
    stage = brought_to(_S.SHARING)
    stage.started("x", "other")
    stage.meeting_ended()
    assert stage.withdrawn(Category.OTHERS)


def test_a_restart_after_a_long_gap_is_told_once_more() -> None:
    stage = brought_to(CaptureState.SHARING)
    assert alerts_after_restart(stage.session) == ()
    stage.sleep(600)
    (told,) = alerts_after_restart(stage.session)
    assert isinstance(told, Announce)
    assert (told.category, told.severity) == (Category.SIGHT, Severity.ATTENTION)
    assert told.why.code is Code.UNSEEN
