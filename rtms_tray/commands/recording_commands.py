"""The command that records what happens, line by line, for as long as its client listens."""

import asyncio
from collections.abc import Mapping

from rtms_tray.runtime.program import Program
from rtms_tray.support.command_types import Answer, Arguments, Handler, Say


class RecordingCommands:
    """Carries it out."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def handlers(self) -> Mapping[str, Handler]:
        """Name the command with its handler."""
        return {"record": self.record}

    async def record(self, arguments: Arguments, say: Say) -> Answer:
        """Say every line of a recording, until cancelled."""
        del arguments
        recordings = self._program.recordings
        recording = recordings.begin(lambda line: say({"line": line}))
        try:
            while True:
                await asyncio.Event().wait()
        finally:
            recordings.end(recording)
