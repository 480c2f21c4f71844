"""Names that leave the program (on disk, in JSON, on the command line) are their members' names, and stay."""

from enum import StrEnum

from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.effects import Category
from rtms_tray.capture.events import Action, MeetingStatus, Outcome
from rtms_tray.capture.host_messages import Audience
from rtms_tray.capture.policy import AutoResend
from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.timers import Timer
from rtms_tray.capture.verdict import Verdict

NAMED: tuple[type[StrEnum], ...] = (
    Action, Audience, AutoResend, CaptureState, Category, Code, Condition, MeetingStatus, Outcome,
    Severity, Source, SpanKind, Timer, Value, Verdict,
)  # fmt: skip


def test_every_value_is_its_name() -> None:
    for names in NAMED:
        assert [one.value for one in names] == [one.name.lower() for one in names], names
