"""A new host is a new question, and capture may go on under them."""

from collections.abc import Callable
from functools import partial

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.effects import Category
from rtms_tray.capture.events import Action
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from tests.helpers.capture_rows import started
from tests.helpers.capture_rows import stopped as stopped_by
from tests.helpers.capture_stage import (
    GUEST,
    I_AM,
    ME,
    NEW_HOST,
    OWN_MEETING,
    THE_HOST,
    Stage,
    brought_to,
)

_C, _S = Condition, CaptureState
SHARING, STOPPED = _S.SHARING, _S.STOPPED


def of_the_host(stage: Stage) -> set[Condition]:
    """What is known of the host's side."""
    about = {
        _C.HOST_ORG_RTMS_ENABLED, _C.HOST_CLIENT_SUPPORTED, _C.HOST_APPROVAL_REQUIRED, _C.HOST_APPROVES,
    }  # fmt: skip
    return set(stage.session.known) & about


# --- a new question


def test_what_was_known_of_the_host_before_becomes_unknown() -> None:
    stage = brought_to(SHARING)
    stage.tell(_C.HOST_APPROVAL_REQUIRED, Value.YES)
    stage.tell_approves(Value.YES)
    assert len(of_the_host(stage)) == 4
    stage.wait(1)
    stage.becomes_host(THE_HOST)
    assert len(of_the_host(stage)) == 4, "the scheduled owner is no other host"
    stage.becomes_host(NEW_HOST)
    assert of_the_host(stage) == set()
    assert stage.session.known[_C.OWNER_CLIENT_SUPPORTED].value is Value.YES
    assert stage.state is SHARING


def test_that_a_stream_ran_stays_known() -> None:
    stage = brought_to(SHARING)
    stage.becomes_host(NEW_HOST)
    stage.stopped(10)
    stage.resend()
    stage.refuse(13273)
    assert stage.session.known[_C.HOST_ORG_RTMS_ENABLED].value is Value.WITHDRAWN


def denied() -> Stage:
    return brought_to(_S.DENIED)


def refused(code: int) -> Stage:
    stage = brought_to(_S.REQUESTING)
    stage.refuse(code)
    stage.joins(GUEST)
    return stage


def stopped(reason: int) -> Stage:
    stage = brought_to(SHARING)
    stage.stopped(reason)
    return stage


def refused_after_a_stream() -> Stage:
    stage = stopped(10)
    stage.resend()
    stage.refuse(13267)
    return stage


Made = Callable[[], Stage]
NO: dict[str, Made] = {
    "denied": denied,
    **{f"refused {code}": partial(refused, code) for code in (13262, 13267, 13273, 2308, 2309)},
    **{f"stopped {reason}": partial(stopped, reason) for reason in (1, 5, 9)},
    "refused after a stream": refused_after_a_stream,
}  # fmt: skip
NOT_THE_HOSTS: dict[str, Made] = {
    **{f"refused {code}": partial(refused, code) for code in (300, 2310, 4711)},
    **{f"stopped {reason}": partial(stopped, reason) for reason in (2, 7, 8, 10, 23)},
    "sharing": partial(brought_to, SHARING),
    "no answer": partial(brought_to, _S.NO_ANSWER),
}


@pytest.mark.parametrize("said", NO)
def test_where_the_host_said_no_a_new_one_can_be_asked(said: str) -> None:
    stage = NO[said]()
    stage.wait(20)
    state, code = stage.state, stage.code
    stage.clear()
    stage.becomes_host(NEW_HOST)
    stage.becomes_host(NEW_HOST)
    stage.wait(60)
    assert (stage.state, stage.code) == (state, code)
    assert stage.announced(Category.NEW_HOST) == [("attention", Code.NEW_HOST)], "once"
    stage.clear()
    stage.resend()
    assert stage.sent() == [Action.START]
    assert not stage.session.attention.new_host
    assert stage.withdrawn(Category.NEW_HOST)


@pytest.mark.parametrize("said", NOT_THE_HOSTS)
def test_elsewhere_a_new_host_changes_nothing_of_that(said: str) -> None:
    stage = NOT_THE_HOSTS[said]()
    stage.wait(20)
    stage.becomes_host(NEW_HOST)
    assert not stage.session.attention.new_host


def test_a_host_change_of_before_the_no_is_no_new_host() -> None:
    stage = brought_to(SHARING)
    stage.wait(60)
    stage.stopped(1)
    stage.becomes_host(NEW_HOST, ago_s=30)
    assert not stage.session.attention.new_host


def test_a_change_that_explains_the_stop_is_its_reason() -> None:
    stage = stopped(1)
    stage.wait(10)
    stage.becomes_host(NEW_HOST)
    assert stage.code is Code.HAND_OFF
    assert not stage.session.attention.new_host


def test_who_was_asked_a_moment_ago_is_not_who_is_asked_now() -> None:
    stage = denied()
    stage.resend()
    stage.reply()
    stage.tell_approves(Value.NO)
    stage.becomes_host(NEW_HOST)
    stage.clear()
    stage.resend()
    assert stage.sent() == [Action.START]


# --- my own meeting


def asked_in_my_own_meeting() -> Stage:
    stage = Stage(meeting=OWN_MEETING)
    stage.meeting_started()
    stage.joins(I_AM)
    stage.wait(1)
    stage.ask()
    stage.reply()
    stage.wait(6)
    return stage


def test_i_am_the_host_until_another_is_named() -> None:
    stage = asked_in_my_own_meeting()
    stage.wait(20)
    assert stage.code is Code.SILENCE_OWN_MEETING
    stage.becomes_host(I_AM)
    assert stage.code is Code.SILENCE_OWN_MEETING
    stage.becomes_host(NEW_HOST)
    assert (stage.state, stage.code) == (_S.RESEND_NEEDED, Code.HOST_JOINED_LATER)
    stage.becomes_host(I_AM)
    assert (stage.state, stage.code) == (_S.NO_ANSWER, Code.SILENCE_OWN_MEETING)


def test_whom_i_made_host_before_asking_can_answer() -> None:
    stage = asked_in_my_own_meeting()
    stage.becomes_host(NEW_HOST, ago_s=7)
    assert stage.state is _S.PENDING_APPROVAL
    assert stage.session.host_present is Value.YES


def test_made_host_of_somebody_elses_meeting_i_have_not_come() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.wait(6)
    stage.becomes_host(I_AM)
    assert stage.state is _S.PENDING_APPROVAL


def test_before_i_have_joined_a_new_host_is_not_who_is_waited_for() -> None:
    stage = brought_to(_S.WAITING_FOR_MEETING)
    stage.wait(5)
    stage.refuse(2308)
    stage.becomes_host(NEW_HOST)
    assert stage.state is _S.WAITING_FOR_MEETING


# --- capture goes on under the new host


def live_in_my_own_meeting() -> Stage:
    stage = asked_in_my_own_meeting()
    stage.started()
    stage.wait(30)
    stage.clear()
    return stage


GOES_ON = (STOPPED, Code.GOES_ON_UNDER_NEW_HOST)


@pytest.mark.parametrize("left_first", [True, False])
def test_after_i_handed_over_the_new_hosts_stream_goes_on(*, left_first: bool) -> None:
    stage = live_in_my_own_meeting()
    stage.becomes_host(NEW_HOST)
    stage.wait(30)
    acts = [stopped_by(3), started("b", "other")]
    for act in acts if left_first else reversed(acts):
        act(stage)
        stage.wait(1)
    stage.wait(60)
    assert (stage.state, stage.code) == GOES_ON
    assert stage.announced(Category.CAPTURE) == [("info", Code.GOES_ON_UNDER_NEW_HOST)]
    assert stage.spans()[SpanKind.UNKNOWN] == pytest.approx(61, abs=1)


def test_it_may_turn_out_after_the_question() -> None:
    stage = live_in_my_own_meeting()
    stage.stopped(3)
    stage.wait(3)
    assert stage.code is Code.MAYBE_IN_ROOM
    stage.started("b", "other")
    assert (stage.state, stage.code) == GOES_ON


def test_what_i_ask_for_since_stays_asked_for() -> None:
    stage = live_in_my_own_meeting()
    stage.becomes_host(NEW_HOST)
    stage.stopped(3)
    stage.wait(3)
    stage.resend()
    stage.reply()
    stage.started("b", "other")
    assert stage.state is _S.PENDING_APPROVAL


def test_after_i_left_without_a_word_of_a_host() -> None:
    stage = live_in_my_own_meeting()
    stage.leaves(I_AM)
    stage.wait(40)
    stage.started("b", "other")
    stage.stopped(3)
    stage.wait(3)
    assert (stage.state, stage.code) == GOES_ON


def test_who_leaves_from_a_room_after_handing_over_may_be_captured_still() -> None:
    stage = live_in_my_own_meeting()
    stage.joins(I_AM)
    stage.enters_room()
    stage.wait(5)
    stage.becomes_host(NEW_HOST)
    stage.leaves(I_AM)
    stage.wait(5)
    assert (stage.state, stage.unverified) == (STOPPED, True)
    stage.stopped(3)
    assert not stage.unverified


def test_while_my_own_stream_runs_it_is_somebody_elses() -> None:
    stage = live_in_my_own_meeting()
    stage.becomes_host(NEW_HOST)
    stage.started("b", "other")
    stage.wait(60)
    assert stage.state is SHARING
    stage.stopped(10)
    assert stage.code is Code.STOP_ZOOM_EXCEPTION


@pytest.mark.parametrize(
    ("operator", "after_s"),
    [("somebody else", 10), ("other", 61)],
    ids=["not the host", "too late"],
)
def test_another_stream_is_another_matter(operator: str, after_s: float) -> None:
    stage = live_in_my_own_meeting()
    stage.becomes_host(NEW_HOST)
    stage.wait(after_s)
    stage.started("b", operator)
    stage.wait(60)
    stage.stopped(3)
    stage.leaves(I_AM)
    stage.wait(3)
    assert stage.code is Code.STOP_YOU_LEFT


def test_in_somebody_elses_meeting_nothing_goes_on_in_my_place() -> None:
    stage = brought_to(SHARING)
    stage.becomes_host(NEW_HOST)
    stage.stopped(3)
    stage.started("b", "other")
    stage.wait(3)
    assert stage.code is Code.LEFT_OR_IN_ROOM


def test_a_stream_of_mine_after_that_is_mine_alone() -> None:
    stage = live_in_my_own_meeting()
    stage.stopped(3)
    stage.started("b", "other")
    stage.wait(10)
    stage.zoom(e.StreamStarted(OWN_MEETING, "c", ME, stage.at()))
    assert stage.session.streams.taken_over_at is None
    stage.wait(70)
    stage.leaves(I_AM)
    stage.stopped(3, "c")
    stage.wait(3)
    assert stage.code is Code.STOP_YOU_LEFT
