"""Rules for Zoom's replies."""

import pytest

from rtms_tray.capture.effects import Ignored
from rtms_tray.capture.events import Action, Outcome, Replied
from rtms_tray.capture.policy import RETRY_BUDGET
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.refusals import retry_delay
from rtms_tray.capture.session import Request
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.units import SECOND
from tests.helpers.capture_stage import Stage
from tests.helpers.capture_ways import brought_to


@pytest.mark.parametrize(("later", "tried"), [(0, True), (1, False)])
def test_the_last_try_may_use_up_all_the_time_there_is(later: int, *, tried: bool) -> None:
    request = Request(1, Action.START, 0, 0)
    reply = Replied(1, Action.START, Outcome.SERVER_TROUBLE)
    delay = retry_delay(request, reply, RETRY_BUDGET - 1 * SECOND + later)
    assert delay == (1 * SECOND if tried else None)


# --- pause, resume and stop: four tries, and only the newest reply counts

_S = CaptureState


def troubled(tries: int) -> Stage:
    """A pause that met trouble a few times, and was sent once more."""
    stage = brought_to(_S.SHARING)
    stage.act(Action.PAUSE)
    for delay in (1, 2, 4)[:tries]:
        stage.act_answer(Outcome.SERVER_TROUBLE, 503)
        stage.wait(delay)
    return stage


def test_the_reply_to_the_newest_try_counts() -> None:
    stage = troubled(2)
    assert stage.sent() == [Action.PAUSE] * 3
    stage.act_answer()
    assert (stage.state, stage.code) == (_S.PAUSED, Code.PAUSED_BY_YOU)


def test_a_reply_to_an_older_try_does_not() -> None:
    stage = brought_to(_S.SHARING)
    stage.act(Action.PAUSE)
    first = stage.session.act
    assert first is not None
    stage.act_answer(Outcome.SERVER_TROUBLE, 503)
    stage.wait(1)
    stage.answer(first.number, Action.PAUSE)
    assert stage.state is _S.SHARING


def test_every_try_has_a_number_and_a_moment_of_its_own() -> None:
    stage = brought_to(_S.SHARING)
    stage.act(Action.PAUSE)
    numbers, moments = set(), []
    for delay in (1, 2, 4):
        assert stage.session.act is not None
        numbers.add(stage.session.act.number)
        moments.append(stage.session.act.sent_at)
        stage.act_answer(Outcome.SERVER_TROUBLE, 503)
        stage.wait(delay)
    assert len(numbers) == 3
    assert [later - moments[0] for later in moments] == [0, 1_000, 3_000]


def test_the_fourth_trouble_is_told() -> None:
    stage = troubled(3)
    assert stage.sent() == [Action.PAUSE] * 4
    before = stage.session.refusal
    stage.act_answer(Outcome.SERVER_TROUBLE, 503)
    assert (before, stage.session.refusal) == (None, Why(Code.SERVER_TROUBLE, 503))
    stage.wait(30)
    assert stage.sent() == [Action.PAUSE] * 4


def test_giving_up_what_is_live_is_refused_with_a_reason_in_the_log() -> None:
    stage = brought_to(_S.SHARING)
    stage.give_up()
    assert stage.state is _S.SHARING
    assert stage.ignored() == [Ignored("GiveUp", "capture is running: stop it instead")]
