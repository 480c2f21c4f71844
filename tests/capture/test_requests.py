"""Requests: what they name, their numbers, when they were sent, and what begins anew with them."""

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.effects import SendRequest
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.rules_waiting import host_joined
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.timings import AutoResend, Policy
from rtms_tray.support.frozen import replace
from tests.helpers.capture_rows import (
    REQUESTING,
    SHARING,
    START,
    STOP,
)
from tests.helpers.capture_stage import (
    NUMBER,
    THE_HOST,
    UUID,
    Stage,
    brought_to,
)


def test_a_request_names_the_number_or_else_the_uuid() -> None:
    stage = Stage()
    stage.take(boards.turn(stage.board, e.StartRequested(NUMBER, UUID), stage.now))
    assert SendRequest(100_001, Action.START, NUMBER) in stage.effects
    stage.clear()
    stage.take(boards.turn(stage.board, e.StartRequested(None, "uuid-2"), stage.now))
    assert SendRequest(200_001, Action.START, "uuid-2") in stage.effects
    assert stage.looked() == ["uuid-2"]


def test_a_request_that_names_nothing_is_for_zoom_to_refuse() -> None:
    stage = Stage()
    stage.take(boards.turn(stage.board, e.StartRequested(), stage.now))
    assert SendRequest(100_001, Action.START, "") in stage.effects
    assert stage.looked() == []


def test_the_numbers_of_requests_are_of_their_session_and_never_the_same() -> None:
    stage = Stage()
    stage.ask()
    one = replace(stage.session, requests=replace(stage.session.requests, count=7))
    stage.board = stage.board.changed(one)
    stage.clear()
    stage.refuse(3000)
    stage.wait(5)
    assert [effect.request for effect in stage.effects if isinstance(effect, SendRequest)] == [
        100_008
    ]


def test_a_further_try_is_asked_at_zooms_time() -> None:
    stage = Stage(zoom_ahead_s=7)
    stage.ask()
    stage.reply(Outcome.SERVER_TROUBLE)
    stage.wait(1)
    assert stage.session.requests.asked_at == stage.at()


def test_a_try_that_a_stream_made_needless_hinders_no_later_request() -> None:
    stage = Stage()
    stage.ask()
    stage.reply(Outcome.SERVER_TROUBLE)
    stage.started()
    assert stage.session.requests.newest is not None
    assert not stage.session.requests.newest.open
    stage.wait(5)
    stage.stopped(5)
    stage.clear()
    stage.resend()
    assert stage.sent() == [Action.START]


def test_a_try_to_pause_that_a_stop_made_needless_hinders_no_later_one() -> None:
    stage = brought_to(CaptureState.SHARING)
    stage.act(Action.PAUSE)
    stage.act_answer(Outcome.SERVER_TROUBLE)
    stage.stopped(5)
    stage.wait(60)
    stage.tell_sharing(True)
    stage.clear()
    stage.act(Action.PAUSE)
    assert stage.sent() == [Action.PAUSE]


# --- the host


def test_one_coming_is_answered_by_one_request() -> None:
    stage = Stage(Policy(auto_resend=AutoResend.HOST_JOINED))
    stage.ask()
    stage.reply()
    stage.wait(30)
    first = host_joined(stage.session, stage.context, stage.at())
    assert first.session.why
    assert (len(first.effects), first.session.why.code) == (1, Code.RESENT_FOR_HOST)
    again = host_joined(first.session, stage.context, stage.at())
    assert (again.effects, again.session.state) == ((), CaptureState.RESEND_NEEDED)


# --- numbers of requests


def numbers(stage: Stage) -> list[int]:
    return [effect.request for effect in stage.effects if isinstance(effect, SendRequest)]


def test_requests_are_numbered_one_by_one_whatever_they_ask_for() -> None:
    stage = Stage()
    stage.ask()
    stage.reply(Outcome.SERVER_TROUBLE)
    stage.wait(1)
    stage.reply()
    stage.started()
    stage.act(Action.PAUSE)
    stage.act_answer(Outcome.SERVER_TROUBLE)
    stage.wait(1)
    stage.act_answer()
    stage.act(Action.RESUME)
    stage.act_answer()
    stage.ask()
    assert numbers(stage) == [100_001, 100_002, 100_003, 100_004, 100_005, 100_006]


def test_asked_at_is_when_the_newest_try_was_sent() -> None:
    stage = Stage()
    stage.ask()
    stage.reply(Outcome.SERVER_TROUBLE, zoom_ahead_ms=7_000)
    stage.wait(1)
    sent_at = stage.now
    stage.wait(2)
    stage.reply(zoom_ahead_ms=7_000)
    assert stage.session.requests.asked_at == sent_at + 7_000


def test_giving_up_leaves_no_request_to_wait_for() -> None:
    stage = brought_to(REQUESTING)
    stage.give_up()
    assert (stage.session.requests.newest, stage.session.streams.action) == (None, None)


def test_a_stop_from_here_is_dated_on_zooms_clock() -> None:
    stage = brought_to(SHARING, Stage(zoom_ahead_s=3600))
    stage.done(STOP)
    assert stage.session.streams.stopped_at == stage.at()


def test_reminders_begin_anew_with_a_resend() -> None:
    stage = Stage(feed=False)
    stage.ask()
    stage.reply()
    stage.wait(6 * 60)
    assert stage.session.requests.nudges == 2
    stage.resend()
    assert (stage.session.requests.nudges, Timer.NUDGE in stage.session.timers) == (0, False)


def test_a_host_who_comes_is_nothing_to_a_stream_that_nobody_asked_for() -> None:
    stage = Stage()
    stage.started()
    stage.wait(5)
    stage.joins(THE_HOST)
    assert (stage.state, stage.code, stage.sent()) == (SHARING, Code.BEGAN_ELSEWHERE, [])


def test_the_first_request_for_a_meeting_makes_its_session() -> None:
    stage = Stage()
    stage.ask()
    assert (stage.session.key, stage.state, stage.sent()) == ("s1", REQUESTING, [START])
    assert stage.looked() == [NUMBER]


def test_a_start_as_an_act_is_a_start_request() -> None:
    stage = brought_to(SHARING)
    stage.act(START)
    assert stage.session.requests.newest is not None
    assert (stage.session.requests.newest.number, stage.session.streams.action) == (
        numbers(stage)[0],
        None,
    )


def test_sent_again_after_a_gap_and_accepted_it_may_have_run_all_the_time() -> None:
    stage = brought_to(SHARING)
    lost = stage.spans()[SpanKind.LOST]
    stage.gap(60)
    stage.resend()
    stage.reply()
    stage.wait(120)
    assert (stage.state, stage.unverified) == (CaptureState.NO_ANSWER, True)
    assert stage.spans()[SpanKind.LOST] == lost
    assert stage.spans()[SpanKind.UNKNOWN] >= 120
