"""The command `receiver-says`: the app's own receiver tells how its stream stands."""

from collections.abc import Mapping

from rtms_tray.capture.effects import Rejection
from rtms_tray.capture.events import ReceiverReported, ReceiverState
from rtms_tray.commands.session_lookup import SessionLookup
from rtms_tray.runtime.program import Program
from rtms_tray.support.command_types import (
    Answer,
    Arguments,
    Exit,
    QuietHandler,
    RefusedError,
    UsageError,
    read_instant,
)
from rtms_tray.support.texts import text


class ReceiverCommands:
    """Takes the word of the app's receiver, which runs on this computer."""

    def __init__(self, program: Program, lookup: SessionLookup) -> None:
        self._program = program
        self._lookup = lookup

    def handlers(self) -> Mapping[str, QuietHandler]:
        """Name the command with its handler."""
        return {"receiver-says": self.receiver_says}

    async def receiver_says(self, arguments: Arguments) -> Answer:
        """The receiver is live, paused or stopped; `media-at` is when data last came, in milliseconds."""
        report = self._report(arguments)
        session = self._lookup.open_session(arguments)
        refused = self._program.watcher.handle(report, session.key).refused
        if refused is Rejection.OUTDATED:
            raise RefusedError(text("commands.receiver.outdated"), session=session.key)
        return Answer(Exit.DONE, text("commands.session.noted"))

    def _report(self, arguments: Arguments) -> ReceiverReported:
        state = arguments.get("state", "")
        if state not in set(ReceiverState):
            raise UsageError(text("commands.receiver.states", states=", ".join(ReceiverState)))
        now = self._program.dependencies.clock()
        return ReceiverReported(
            ReceiverState(state), now, read_instant(arguments.get("media-at", ""))
        )
