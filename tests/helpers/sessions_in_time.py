"""Sessions whose stream no event has told of, and how their time was spent."""

from rtms_tray.capture.events import Outcome
from rtms_tray.capture.timeline import SpanKind
from tests.helpers.capture_stage import Stage


def running_by_a_word() -> Stage:
    """A stream runs, as Zoom's reply says; no event has told of it."""
    stage = Stage()
    stage.meeting_started()
    stage.ask()
    stage.reply(Outcome.ALREADY_RUNNING)
    return stage


def spent(stage: Stage) -> dict[SpanKind, float]:
    """How the time was spent, in whole seconds."""
    return {kind: round(seconds) for kind, seconds in stage.spans().items() if seconds >= 1}
