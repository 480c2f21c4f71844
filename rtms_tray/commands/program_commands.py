"""Commands about the whole program: its window, its status, muting, reloading, quitting."""

import asyncio
from collections.abc import Callable, Mapping
from time import monotonic

from rtms_tray.commands.session_lookup import SessionLookup
from rtms_tray.presentation.mute import Mute
from rtms_tray.presentation.status_json import status_json
from rtms_tray.presentation.status_text import status_line, status_text
from rtms_tray.presentation.view_model import Overview
from rtms_tray.runtime.presenter import pause_after
from rtms_tray.runtime.program import Program
from rtms_tray.support.clock import Clock
from rtms_tray.support.command_types import (
    Answer,
    Arguments,
    Exit,
    Handler,
    Say,
    ShowWindow,
    quiet,
    read_minutes,
)
from rtms_tray.support.texts import text
from rtms_tray.support.units import MINUTE


class ProgramCommands:
    """Carries them out."""

    def __init__(
        self,
        program: Program,
        lookup: SessionLookup,
        show_window: ShowWindow,
        quit_program: Callable[[], None],
    ) -> None:
        self._program = program
        self._lookup = lookup
        self._show_window = show_window
        self._quit_program = quit_program

    def handlers(self) -> Mapping[str, Handler]:
        """Name every command with its handler."""
        return {
            "show": quiet(self.show),
            "quit": quiet(self.quit),
            "reload": quiet(self.reload),
            "reconnect": quiet(self.reconnect),
            "status": quiet(self.status),
            "watch": self.watch,
            "mute": quiet(self.mute),
        }

    async def show(self, arguments: Arguments) -> Answer:
        """Open the window, on a session, and at a part of it."""
        self._show_window(arguments.get("meeting") or None, arguments.get("part", ""))
        return Answer(Exit.DONE)

    async def quit(self, arguments: Arguments) -> Answer:
        """End the program."""
        del arguments
        # The answer must leave before the program does.
        asyncio.get_running_loop().call_soon(self._quit_program)
        return Answer(Exit.DONE, text("commands.quitting"))

    async def reload(self, arguments: Arguments) -> Answer:
        """Take over what the settings say now."""
        del arguments
        await self._program.reload()
        return Answer(Exit.DONE)

    async def reconnect(self, arguments: Arguments) -> Answer:
        """Try the event feed again that has given up."""
        del arguments
        await self._program.reconnect()
        return Answer(Exit.DONE, text("commands.reconnecting"))

    async def status(self, arguments: Arguments) -> Answer:
        """Say how everything stands."""
        del arguments
        overview, now = self._program.overview(), self._program.dependencies.clock()
        return Answer(Exit.DONE, status_text(overview, now), status_json(overview, now))

    async def watch(self, arguments: Arguments, say: Say) -> Answer:
        """Say how everything stands after every change, until cancelled; nothing twice.

        With hundreds of meetings that takes long, and many changes are told together.
        """
        del arguments
        news, told = self._program.news, _Told(say, self._program.dependencies.clock)
        while True:
            seen, began_s = news.count, monotonic()
            told.show(self._program.overview())
            if pause_s := pause_after(monotonic() - began_s):
                await asyncio.sleep(pause_s)
            if news.count == seen:
                await news.next()

    async def mute(self, arguments: Arguments) -> Answer:
        """Mute notifications for some minutes or until a meeting ends; or no longer."""
        length = arguments.get("for", "")
        mute, words = Mute(), text("commands.mute.off")
        if length == "meeting":
            mute = Mute(session=self._lookup.open_session(arguments).key)
            words = text("commands.mute.until_meeting_ends")
        elif length != "off":
            minutes = read_minutes(length)
            mute = Mute(self._program.dependencies.clock() + minutes * MINUTE)
            words = text("commands.mute.minutes", minutes=minutes)
        self._program.mute_for(mute)
        return Answer(Exit.DONE, words)


class _Told:
    """What somebody who watches was told last: nothing is said twice."""

    def __init__(self, say: Say, clock: Clock) -> None:
        self._say = say
        self._clock = clock
        self._facts: object = None
        self._line = ""

    def show(self, overview: Overview) -> None:
        """Say how everything stands, if that is another way than before."""
        # At the beginning of time nothing grows: what differs then has changed.
        facts, line, now = status_json(overview, 0), status_line(overview, None), self._clock()
        if facts != self._facts:
            changed = status_line(overview, now) if line != self._line else ""
            self._say({"status": status_json(overview, now), "text": changed})
        self._facts, self._line = facts, line
