"""The calendar that the user has set, read anew when it is wanted and old: never at the start, never by itself."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from typing import Final

import msgspec

from rtms_tray.agenda.entries import Entries, Question, read_entries
from rtms_tray.agenda.source import CalendarError, CalendarSource, MakeHttp, Trouble
from rtms_tray.support.units import HOUR, MINUTE, Millis

READ_AGAIN: Final[Millis] = 15 * MINUTE
TRY_AGAIN: Final[Millis] = MINUTE
BEFORE: Final[Millis] = 12 * HOUR
AFTER: Final[Millis] = 36 * HOUR
"""What is read of a calendar: meetings that still run, to those of tomorrow."""
FAR_ENOUGH: Final[Millis] = 6 * HOUR
"""For so long, entries that were read reach far enough."""
LIMIT_S: Final = 20.0
_COMMAND: Final = (sys.executable, "-P", "-m", "rtms_tray.agenda.reading")


def read_apart(
    calendar: bytes,
    question: Question,
    command: tuple[str, ...] = _COMMAND,
    limit_s: float = LIMIT_S,
) -> Entries:
    """Read a calendar in a process of its own; blocks. Raises CalendarError."""
    given = msgspec.json.encode(question) + b"\n" + calendar
    if getattr(sys, "frozen", False):  # there is no Python to start there
        return _read_here(calendar, question)
    try:
        done = subprocess.run(  # noqa: S603 - this program itself
            command,
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limit_s,
            check=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        return read_entries(done.stdout)
    except subprocess.TimeoutExpired:
        raise CalendarError(Trouble.TOO_SLOW) from None
    except (OSError, ValueError, subprocess.SubprocessError):
        raise CalendarError(Trouble.NO_CALENDAR) from None


def _read_here(calendar: bytes, question: Question) -> Entries:
    from rtms_tray.agenda.reading import entries_of  # noqa: PLC0415 - loads large libraries

    try:
        return entries_of(calendar, question)
    except Exception:  # noqa: BLE001 - a border: the libraries raise anything on what strangers write
        raise CalendarError(Trouble.NO_CALENDAR) from None


class Calendar:
    """What the calendar has for today; keeps the last entries while it cannot be read."""

    def __init__(
        self,
        source: str,
        make_http: MakeHttp,
        clock: Callable[[], Millis],
        read: Callable[[bytes, Question], Entries] = read_apart,
    ) -> None:
        self.source = source
        self.entries: Entries = ()
        self.trouble: CalendarError | None = None
        self._get = CalendarSource(source, make_http)
        self._clock = clock
        self._read = read
        self._due_at: Millis = 0
        self._read_at: Millis | None = None
        self._turn = asyncio.Lock()

    async def look(self, me: str = "") -> Entries:
        """Give the entries; those of a calendar that has not been read for a while are read first."""
        async with self._turn:
            now = self._clock()
            if self.source and not self._due_at - READ_AGAIN <= now < self._due_at:
                await self._renew(now, me)
        return self.entries

    async def _renew(self, now: Millis, me: str) -> None:
        if self._read_at is None or not 0 <= now - self._read_at < FAR_ENOUGH:
            self._get.forget()  # it may be unchanged, but other days are wanted of it
        try:
            content = await self._get.read()
            if content is not None:
                question = Question(now - BEFORE, now + AFTER, me)
                self.entries = await asyncio.to_thread(self._read, content, question)
                self._read_at = now
        except CalendarError as error:
            self._get.forget()
            self.trouble, self._due_at = error, now + TRY_AGAIN
        else:
            self.trouble, self._due_at = None, now + READ_AGAIN
