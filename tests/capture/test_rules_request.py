"""Rules for requests: what is sent, again, and to whom."""

from dataclasses import replace

from rtms_tray.capture import board as boards
from rtms_tray.capture import events as e
from rtms_tray.capture.effects import SendRequest
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.hosting import host_came
from rtms_tray.capture.policy import AutoResend, Policy
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from tests.helpers.capture_stage import NUMBER, UUID, Stage
from tests.helpers.capture_ways import brought_to


def test_a_request_names_the_number_or_else_the_uuid() -> None:
    stage = Stage()
    stage.take(boards.ask(stage.board, e.Ask(NUMBER, UUID), stage.now))
    assert SendRequest(100_001, Action.START, NUMBER) in stage.effects
    stage.clear()
    stage.take(boards.ask(stage.board, e.Ask(None, "uuid-2"), stage.now))
    assert SendRequest(200_001, Action.START, "uuid-2") in stage.effects
    assert stage.looked() == ["uuid-2"]


def test_a_request_that_names_nothing_is_for_zoom_to_refuse() -> None:
    stage = Stage()
    stage.take(boards.ask(stage.board, e.Ask(), stage.now))
    assert SendRequest(100_001, Action.START, "") in stage.effects
    assert stage.looked() == []


def test_the_numbers_of_requests_are_of_their_session_and_never_the_same() -> None:
    stage = Stage()
    stage.ask()
    one = replace(stage.session, requests=7)
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
    assert stage.session.asked_at == stage.at()


def test_a_try_that_a_stream_made_needless_hinders_no_later_request() -> None:
    stage = Stage()
    stage.ask()
    stage.reply(Outcome.SERVER_TROUBLE)
    stage.started()
    assert stage.session.request is not None
    assert not stage.session.request.open
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
    first = host_came(stage.session, stage.now, stage.at())
    assert first.session.why
    assert (len(first.effects), first.session.why.code) == (1, Code.RESENT_FOR_HOST)
    again = host_came(first.session, stage.now, stage.at())
    assert (again.effects, again.session.state) == ((), CaptureState.RESEND_NEEDED)
