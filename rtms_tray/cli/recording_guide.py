"""The guided recording: leads a person with a Zoom account through what nobody knows about Zoom yet.

Each step stands for something that Zoom's pages leave open. The recording shows what came over the wire; the
person adds what only people can see. Answers are chosen, not typed, so that nothing personal gets into the file.
"""

from collections.abc import Callable
from typing import Final, Protocol

from rtms_tray.cli.output import say
from rtms_tray.control.address import Address
from rtms_tray.control.client import call
from rtms_tray.support.command_types import Command
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text
from rtms_tray.zoom.meeting_reference import MeetingReferenceError, parse_meeting


class Step(Frozen):
    """One step: what rtms-tray does in it once the person is ready, and what can be answered."""

    key: str
    command: str = ""
    answers: tuple[str, ...] = ()


STEPS: Final = (
    Step("without_host", "start", ("began", "nothing", "refused")),
    Step("host_prompt", "resend", ("prompt", "notice", "nothing")),
    Step("before_approval", answers=("yes", "no", "not_asked")),
    Step("denied", answers=("denied", "other")),
    Step("approved", "resend", ("both", "zoom_only", "neither")),
    Step("resume_running", "resume", ("yes", "no")),
    Step("paused_in_zoom", answers=("yes", "no")),
    Step("resumed_in_zoom", answers=("yes", "no")),
    Step("breakout", answers=("yes", "no")),
    Step("breakout_back", answers=("automatically", "no")),
    Step("sharing_off_on", answers=("automatically", "no")),
    Step("hand_over", "resend", ("yes", "no")),
    Step("owner_leaves", answers=("sharing", "stopped", "unknown")),
    Step("end"),
)
_SKIP: Final = "s"
_END: Final = "q"


class Mark(Protocol):
    """Marks a step in the recording."""

    def __call__(self, **facts: str) -> None:
        """Add a line of kind `mark` with these facts."""
        ...


class _EndedError(Exception):
    """The person ends the guide."""


class _SkippedError(Exception):
    """The person skips a step."""


def lead(address: Address, mark: Mark, read: Callable[[str], str] = input) -> None:
    """Go through all steps; the person may skip any, or end."""
    say(text("recording.guide.intro").strip())
    try:
        meeting = _ask_meeting(read)
        for number, step in enumerate(STEPS, 1):
            title = text(f"recording.guide.{step.key}.title")
            say("")
            say(text("recording.guide.step", number=number, count=len(STEPS), title=title))
            _take_step(step, Command(step.command, {"meeting": meeting}), address, mark, read)
    except (_EndedError, EOFError):
        say(text("recording.guide.ended_early"))
        return
    say(text("recording.guide.ended"))


def _take_step(
    step: Step, command: Command, address: Address, mark: Mark, read: Callable[[str], str]
) -> None:
    say(text(f"recording.guide.{step.key}.do"))
    mark(step=step.key, what="began")
    try:
        _ask(text("recording.guide.ready"), read)
        if command.name:
            say(call(address, command).text)
        answer = {"answer": _choose(step, read)} if step.answers else {}
        mark(step=step.key, what="done", **answer)
    except _SkippedError:
        mark(step=step.key, what="skipped")


def _choose(step: Step, read: Callable[[str], str]) -> str:
    """Ask until one of the answers is chosen."""
    say(text(f"recording.guide.{step.key}.ask"))
    for number, answer in enumerate(step.answers, 1):
        say(f"  {number}  {text(f'recording.guide.{step.key}.answers.{answer}')}")
    numbers = {str(number): answer for number, answer in enumerate(step.answers, 1)}
    while True:
        chosen = _ask(text("recording.guide.choose", count=len(step.answers)), read)
        if chosen in numbers:
            return numbers[chosen]


def _ask_meeting(read: Callable[[str], str]) -> str:
    while True:
        try:
            return parse_meeting(_ask(text("recording.guide.meeting"), read))
        except (MeetingReferenceError, _SkippedError):
            say(text("recording.guide.wrong_meeting"))


def _ask(question: str, read: Callable[[str], str]) -> str:
    """Ask for a line. Raises _EndedError, _SkippedError and EOFError."""
    given = read(f"{question}: ").strip()
    if given.lower() == _END:
        raise _EndedError
    if given.lower() == _SKIP:
        raise _SkippedError
    return given
