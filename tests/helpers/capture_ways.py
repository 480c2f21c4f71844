"""The ordinary way into each state of a session."""

from collections.abc import Callable

from rtms_tray.capture.conditions import Value
from rtms_tray.capture.events import Action
from rtms_tray.capture.states import CaptureState
from tests.helpers.capture_stage import GUEST, THE_HOST, Stage


def _requesting(stage: Stage) -> None:
    stage.ask()
    stage.wait(0.1)


def _waiting_for_meeting(stage: Stage) -> None:
    _requesting(stage)
    stage.refuse(3000)


def _pending(stage: Stage) -> None:
    _requesting(stage)
    stage.reply()
    stage.joins(GUEST)  # binds the UUID: later stops and ends find their session
    stage.wait(0.1)


def _after_grace(stage: Stage) -> None:
    _pending(stage)
    stage.wait(6)


def _waiting_for_host(stage: Stage) -> None:
    _after_grace(stage)
    stage.tell_host(Value.NO)


def _resend_needed(stage: Stage) -> None:
    _after_grace(stage)
    stage.joins(THE_HOST)


def _no_answer(stage: Stage) -> None:
    _pending(stage)
    stage.wait(20)


def _sharing(stage: Stage) -> None:
    _pending(stage)
    stage.wait(2)
    stage.started()
    stage.wait(10)


def _paused(stage: Stage) -> None:
    _sharing(stage)
    stage.done(Action.PAUSE)


def _paused_breakout(stage: Stage) -> None:
    _sharing(stage)
    stage.enters_room()


def _interrupted(stage: Stage) -> None:
    _sharing(stage)
    stage.interrupted()


def _stopped(stage: Stage) -> None:
    _sharing(stage)
    stage.stopped(1)


def _denied(stage: Stage) -> None:
    _after_grace(stage)
    stage.tell_approves(Value.NO)


def _refused(stage: Stage) -> None:
    _requesting(stage)
    stage.refuse(13262)
    stage.joins(GUEST)


def _stopped_permanently(stage: Stage) -> None:
    _sharing(stage)
    stage.stopped(23)


def _ended(stage: Stage) -> None:
    _sharing(stage)
    stage.meeting_ended()


_S = CaptureState

WAYS: dict[CaptureState, Callable[[Stage], None]] = {
    _S.REQUESTING: _requesting,
    _S.WAITING_FOR_MEETING: _waiting_for_meeting,
    _S.WAITING_FOR_HOST: _waiting_for_host,
    _S.RESEND_NEEDED: _resend_needed,
    _S.PENDING_APPROVAL: _pending,
    _S.NO_ANSWER: _no_answer,
    _S.SHARING: _sharing,
    _S.PAUSED: _paused,
    _S.PAUSED_BREAKOUT: _paused_breakout,
    _S.INTERRUPTED: _interrupted,
    _S.STOPPED: _stopped,
    _S.DENIED: _denied,
    _S.REFUSED: _refused,
    _S.STOPPED_PERMANENTLY: _stopped_permanently,
    _S.ENDED: _ended,
}


def brought_to(state: CaptureState, stage: Stage | None = None) -> Stage:
    """Bring a stage to a state, by the ordinary way."""
    stage = stage or Stage()
    WAYS[state](stage)
    assert stage.state is state
    stage.clear()
    return stage
