"""A commander for the tests of control socket and command line."""

import asyncio
from collections.abc import Mapping
from typing import Final

from rtms_tray.support.command_types import Answer, Command, Exit, Say

STATUS: Mapping[str, object] = {"schema": 1, "overall": "idle", "sessions": []}


RECORDED: Final[list[dict[str, object]]] = [
    {"kind": "recording", "at_ms": 0, "schema": 1},
    {"kind": "feed", "at_ms": 0, "connected": True, "pings_answered": True},
    {"kind": "reply", "at_ms": 9, "status": 400, "content": {"message": "No.\x1b[2J"}},
]


class FakeCommander:
    """Answers like the real one, and remembers the commands."""

    def __init__(self) -> None:
        self.performed: list[Command] = []
        self.watching = asyncio.Event()
        self.resending = asyncio.Event()
        self.cancelled = asyncio.Event()
        self.finished = asyncio.Event()
        self.go_on = asyncio.Event()

    async def perform(self, command: Command, say: Say) -> Answer:
        self.performed.append(command)
        match command.name:
            case "status":
                return Answer(Exit.DONE, "Idle.\x1b[2J\nSecond line", STATUS)
            case "start":
                return Answer(Exit.REFUSED, "Zoom refused: the meeting is over.")
            case "watch":
                await self._watch(say)
                return Answer(Exit.DONE)
            case "record":
                await self._record(say)
                return Answer(Exit.DONE)
            case "sign-in":
                say({"authorize_url": "https://zoom.us/oauth/authorize?state=1"})
                return Answer(Exit.DONE, "Signed in.")
            case "resend":
                self.resending.set()
                await self.go_on.wait()
                self.finished.set()
                return Answer(Exit.DONE, "late")
            case "pause":
                raise RuntimeError("a bug")
            case _:
                return Answer(Exit.DONE, f"{command.name} done")

    async def _record(self, say: Say) -> None:
        for line in RECORDED:
            say({"line": line})
        self.watching.set()
        await self.go_on.wait()

    async def _watch(self, say: Say) -> None:
        say({"status": STATUS, "text": "Idle\x1b]0;evil\x07 since\nten"})
        self.watching.set()
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        say({"status": {**STATUS, "overall": "sharing"}, "text": "Sharing"})
