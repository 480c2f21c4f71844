"""Nobody is told what they have just said or clicked themselves; what comes of it is news."""

from collections.abc import Callable

import pytest

from rtms_tray.capture.alerts import wants_attention
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.effects import Category
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.states import CaptureState
from tests.helpers.capture_stage import Stage, brought_to
from tests.helpers.sessions import SESSION_STATES

_S = CaptureState
STATES = [state for state in SESSION_STATES if state is not _S.IDLE]


def says(stage: Stage) -> list[Callable[[], None]]:
    """Everything that can be said of a session."""
    conditions = [
        lambda condition=condition, value=value: stage.tell(condition, value)
        for condition in Condition
        for value in (Value.YES, Value.NO, Value.UNKNOWN)
    ]
    sharing = [lambda: stage.tell_sharing(True), lambda: stage.tell_sharing(False)]
    return [*conditions, *sharing, stage.tell_paused]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("blind", [False, True])
def test_what_is_said_is_not_announced(state: CaptureState, *, blind: bool) -> None:
    for place in range(len(says(Stage()))):
        stage = brought_to(state)
        if blind:
            stage.gap(40)
        stage.clear()
        says(stage)[place]()
        assert stage.announced(Category.CAPTURE) == [], (place, stage.state, stage.code)


def test_what_was_announced_before_is_taken_back() -> None:
    stage = brought_to(_S.NO_ANSWER)
    stage.clear()
    stage.tell_approves(Value.NO)
    assert (stage.state, stage.code) == (_S.DENIED, Code.DENIED_TOLD)
    assert stage.announced() == []
    assert stage.withdrawn(Category.CAPTURE)
    assert wants_attention(stage.session)  # it still needs something


def test_what_comes_after_it_is_news() -> None:
    stage = brought_to(_S.SHARING)
    stage.tell_paused()
    stage.stopped(1)
    assert (Severity.CRITICAL, Code.STOP_HOST) in stage.announced(Category.CAPTURE)


def test_who_resumes_is_not_told_that_it_goes_on() -> None:
    stage = brought_to(_S.SHARING)
    stage.done(Action.PAUSE)
    stage.clear()
    stage.done(Action.RESUME)
    assert stage.state is _S.SHARING
    assert stage.announced() == []


def test_who_starts_is_told_that_it_has_begun() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.clear()
    stage.started()
    assert stage.announced(Category.CAPTURE) == [(Severity.INFO, Code.BEGAN)]


def test_who_asks_whether_it_runs_is_told_what_zoom_says() -> None:
    stage = brought_to(_S.NO_ANSWER)
    stage.gap(40)
    stage.clear()
    stage.act(Action.RESUME)
    stage.act_answer(Outcome.ALREADY_RUNNING)
    assert stage.state is _S.SHARING
    assert stage.announced(Category.CAPTURE) == [(Severity.INFO, Code.ALREADY_RUNNING)]


def test_who_makes_sure_is_told_that_nothing_runs() -> None:
    stage = brought_to(_S.SHARING)
    stage.gap(40)
    stage.clear()
    stage.act(Action.RESUME)
    stage.act_answer(Outcome.REFUSED, 13277)
    assert stage.announced(Category.CAPTURE) == [(Severity.CRITICAL, Code.NOT_RUNNING)]
