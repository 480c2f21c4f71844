"""Commands that plan ahead: request capture once a meeting begins."""

from collections.abc import Mapping

from rtms_tray.capture.events import Meeting
from rtms_tray.presentation.status_text import plan_words
from rtms_tray.presentation.wording import grouped, meeting_name
from rtms_tray.runtime.program import Program
from rtms_tray.store.secrets import SecretError
from rtms_tray.support.command_types import (
    Answer,
    Arguments,
    Exit,
    QuietHandler,
    RefusedError,
    read_moment,
)
from rtms_tray.support.texts import text
from rtms_tray.support.units import Millis
from rtms_tray.zoom.errors import ZoomTrouble
from rtms_tray.zoom.meeting_reference import parse_meeting


class PlanningCommands:
    """Carries them out."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def handlers(self) -> Mapping[str, QuietHandler]:
        """Name every command with its handler."""
        return {"arm": self.arm, "disarm": self.disarm, "plans": self.plans}

    async def arm(self, arguments: Arguments) -> Answer:
        """Request capture automatically once a meeting begins; `at` is its start (milliseconds), where given."""
        self._program.require_sign_in()
        number = parse_meeting(arguments.get("meeting", ""))
        at = read_moment(arguments.get("at", ""))
        start = at if at is not None else await self._start_of(number)
        if start is not None and start <= self._program.dependencies.clock():
            start = None
            if at is not None:
                raise RefusedError(text("commands.plan.time_has_passed"))
        if start is None and not self._program.watcher.feed.connected:
            raise RefusedError(text("commands.plan.begins_unseen"))
        self._program.scheduled.plan(number, start)
        return Answer(Exit.DONE, _planned(number, known=start is not None))

    async def plans(self, arguments: Arguments) -> Answer:
        """List what is planned."""
        del arguments
        plans = self._program.overview().armed
        lines = "\n".join(map(plan_words, plans))
        return Answer(Exit.DONE, lines or text("commands.plan.none"))

    async def _start_of(self, number: str) -> Millis | None:
        """Zoom's own lists tell when a meeting of the next day begins."""
        rest = self._program.rest
        try:
            listed = await rest.upcoming_meetings() if rest else ()
        except (ZoomTrouble, SecretError):
            return None
        return next((meeting.start_time for meeting in listed if meeting.number == number), None)

    async def disarm(self, arguments: Arguments) -> Answer:
        """Cancel a plan; without a meeting, acknowledge those that were missed."""
        meeting = arguments.get("meeting", "").strip()
        number = parse_meeting(meeting) if meeting else None
        found = self._program.scheduled.cancel(number)
        if number is None:
            return Answer(Exit.DONE, text("commands.session.noted"))
        if not found:
            raise RefusedError(text("commands.plan.nothing_planned", number=grouped(number)))
        return Answer(Exit.DONE, text("commands.plan.cancelled"))


def _planned(number: str, *, known: bool) -> str:
    key = "commands.plan.planned" if known else "commands.plan.planned_by_event"
    return text(key, meeting=meeting_name(Meeting(number=number)))
