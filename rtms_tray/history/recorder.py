"""Writes meetings down while they go on, so that a crash loses no more than the last seconds.

Every change is on the disk within a second; the length of what goes on unchanged, every ten seconds. Nothing
runs while no meeting is watched. Whatever goes wrong is told, and the program goes on without a history.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable
from typing import Final

from rtms_tray.capture.board import Board
from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState
from rtms_tray.history.model import HistoryError, MeetingRecord, Trouble
from rtms_tray.history.restore import PutBack, put_back, record_of
from rtms_tray.history.worker import History
from rtms_tray.presentation.view_model import Notice
from rtms_tray.support.clock import Clock
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.units import HOUR, Millis

log = logging.getLogger(__name__)

WITHIN_S: Final = 1.0
"""How soon a change is written down."""
AGAIN_S: Final = 10.0
"""How often an open meeting is written down though nothing changes."""
RETRY_S: Final = 30.0
DAY: Final[Millis] = 24 * HOUR


def _random_key() -> str:
    return uuid.uuid4().hex


def _nobody() -> None:
    """Whoever would be told is gone."""


class Recorder:
    """Follows the board and writes down what becomes of every session."""

    def __init__(
        self,
        history: History,
        clock: Clock,
        board: Callable[[], Board],
        changed: Callable[[], None],
        new_key: Callable[[], str] = _random_key,
    ) -> None:
        self.trouble: HistoryError | None = None
        self._history = history
        self._clock = clock
        self._board = board
        self._changed = changed
        self._new_key = new_key
        self._keep_days: int | None = None  # None: not begun
        self._forgot_at: Millis | None = None
        self._over: tuple[MeetingRecord, ...] = ()  # ended while the program did not run
        self._keys: dict[str, str] = {}
        self._written: dict[str, Session] = {}
        self._last: dict[str, Session] = {}  # as they were when they were last looked through
        self._joined: list[str] = []  # records of sessions that are part of others now
        self._tasks = Tasks()
        self._writing = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None

    # --- beginning, and what the user wants ---------------------------------------------------

    async def begin(self, keep_days: int) -> Board:
        """Begin; gives the board with the meetings that were going on when the program last ran.

        Do so before the event feed begins, and take the board over at once.
        """
        await self._use(keep_days)
        back = PutBack(self._board())
        if keep_days and self.trouble is None:
            try:
                records = await self._history.unfinished()
                back = put_back(self._board(), records, self._clock())
            except HistoryError as error:
                self._failed(error)
        self._keys.update(back.keys)
        self._over = back.over
        self._last = {one.key: one for one in back.board.sessions}
        if back.over:
            self._write_within(WITHIN_S)
        return back.board

    async def keep(self, days: int) -> None:
        """Keep past meetings for so many days; 0: keep none at all, and delete what there is."""
        if self._keep_days is not None and days != self._keep_days:
            await self._use(days)

    async def _use(self, days: int) -> None:
        self._keep_days, self._forgot_at = days, None
        try:
            if days:
                await self._forget_old()
            else:
                self._cancel()
                self._written.clear()
                async with self._writing:
                    await self._history.erase()
                self._cancel()  # a writing that was under way has set it anew
            self._succeeded()
        except HistoryError as error:
            self._failed(error)
        self.look()

    async def close(self) -> None:
        """Write down how things stand, and let go of the file."""
        self._changed = _nobody
        self._cancel()
        if self._keep_days and not self._is_stuck():
            await self._write()
        self._keep_days = None
        self._cancel()
        await self._tasks.close()
        try:
            await self._history.close()
        except HistoryError as error:
            self._failed(error)

    def _is_stuck(self) -> bool:
        return self.trouble is not None and self.trouble.trouble is Trouble.SLOW

    # --- writing ------------------------------------------------------------------------------

    def look(self) -> None:
        """Something may have changed: have it written down soon."""
        if self._keep_days and any(map(self._is_news, self._board().sessions)):
            self._write_within(RETRY_S if self.trouble else WITHIN_S)

    def _is_news(self, session: Session) -> bool:
        begun = session.state is not CaptureState.IDLE
        return begun and self._written.get(session.key) is not session

    def _write_within(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        at = loop.time() + seconds
        if self._timer is not None and self._timer.when() <= at:
            return
        self._cancel()
        self._timer = loop.call_at(at, self._due)

    def _due(self) -> None:
        self._timer = None
        self._tasks.spawn(self._write(), "write the history")

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _write(self) -> None:
        """Write down what has changed, and all that goes on; then look when to do so again."""
        async with self._writing:
            if not self._keep_days:
                return
            sessions, context = self._owed(), self._board().context.at(self._clock())
            records = [record_of(one, self._key(one), context) for one in sessions]
            try:
                await self._save([*self._over, *records])
                self._over = ()
                await self._delete_joined()
                self._written.update({one.key: one for one in sessions})
                await self._forget_old()
                self._succeeded()
            except HistoryError as error:
                self._failed(error)
        if self._keep_days and any(one.open for one in self._board().sessions):
            self._write_within(RETRY_S if self.trouble else AGAIN_S)
        self.look()

    def _owed(self) -> list[Session]:
        sessions = self._board().sessions
        here = {one.key for one in sessions}
        self._look_for_joined(sessions)
        self._written = {key: one for key, one in self._written.items() if key in here}
        self._keys = {key: name for key, name in self._keys.items() if key in here}
        return [
            one
            for one in sessions
            if self._is_news(one) or (one.open and one.state is not CaptureState.IDLE)
        ]

    def _look_for_joined(self, sessions: tuple[Session, ...]) -> None:
        """Two sessions may turn out to be one meeting, which then needs one record."""
        here = {one.key for one in sessions}
        uuids = {one.meeting.uuid for one in sessions if one.meeting.uuid}
        gone = (one for one in self._last.values() if one.key not in here)
        part = [one.key for one in gone if one.open and one.meeting.uuid in uuids]
        self._joined += [self._keys[key] for key in part if key in self._keys]
        self._last = {one.key: one for one in sessions}

    def _key(self, session: Session) -> str:
        return self._keys.setdefault(session.key, self._new_key())

    async def _save(self, records: list[MeetingRecord]) -> None:
        if records:
            await self._history.save(records)

    async def _delete_joined(self) -> None:
        if self._joined:
            await self._history.delete(self._joined)
            self._joined = []

    async def _forget_old(self) -> None:
        """Once a day, delete what is older than the user wants."""
        now = self._clock()
        if self._keep_days and (self._forgot_at is None or now - self._forgot_at >= DAY):
            await self._history.forget_before(now - self._keep_days * DAY)
            self._forgot_at = now

    # --- what is told -------------------------------------------------------------------------

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the user should know: that meetings are not written down, or a new history was begun."""
        found = []
        if (error := self.trouble) is not None:
            code = f"history_{error.trouble}"
            title = "Past meetings are not written down"
            found.append(Notice(code, Severity.INFO, title, error.text, error.remedy))
        if (aside := self._history.damaged) is not None:
            text = f"The history of meetings was damaged; it is kept as {aside.name}."
            remedy = f"A new one was begun. Delete the old one if you do not need it: {aside}"
            title = "A new history was begun"
            found.append(Notice("history_set_aside", Severity.INFO, title, text, remedy))
        return tuple(found)

    def _failed(self, error: HistoryError) -> None:
        before, self.trouble = self.trouble, error
        if before is None or before.trouble is not error.trouble:
            log.warning("%s", error)
            self._changed()

    def _succeeded(self) -> None:
        before, self.trouble = self.trouble, None
        if before is not None:
            log.info("The history can be written again.")
            self._changed()
