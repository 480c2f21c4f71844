"""Saves meetings while they are in progress, so that a crash loses no more than the last seconds.

Every change is on the disk within a second; while nothing changes, the time that passes is saved every ten seconds,
up to the event feed's last sign of life: what came later is not known, and a restart's gap begins there.
Nothing runs outside meetings. Where saving fails a notice says so, and the program runs without a history.
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
from rtms_tray.history.restore import RestoredBoard, record_of, restore_board
from rtms_tray.history.worker import History
from rtms_tray.presentation.view_model import Notice
from rtms_tray.support.clock import Clock
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.texts import text
from rtms_tray.support.units import HOUR, Millis

log = logging.getLogger(__name__)

CHANGE_S: Final = 1.0
"""How soon a change is saved."""
REPEAT_S: Final = 10.0
"""How often an open meeting is saved though nothing changes."""
RETRY_S: Final = 30.0
TOGETHER: Final = 25
"""How many meetings are saved at once: hundreds would keep everything else waiting."""

DAY: Final[Millis] = 24 * HOUR


def _random_key() -> str:
    return uuid.uuid4().hex


def _unseen() -> Millis | None:
    """There is no event feed."""
    return None


def _ignore() -> None:
    """Tell nobody of a change: the program has closed."""


class Recorder:
    """Follows the board and saves what becomes of every session."""

    def __init__(
        self,
        history: History,
        clock: Clock,
        board: Callable[[], Board],
        changed: Callable[[], None],
        feed_seen_at: Callable[[], Millis | None] = _unseen,
        new_key: Callable[[], str] = _random_key,
    ) -> None:
        self.trouble: HistoryError | None = None
        self._history = history
        self._clock = clock
        self._board = board
        self._changed = changed
        self._feed_seen_at = feed_seen_at
        self._new_key = new_key
        self._keep_days: int | None = None  # None: not begun
        self._cleaned_at: Millis | None = None
        self._ended: tuple[MeetingRecord, ...] = ()  # while the program did not run
        self._keys: dict[str, str] = {}
        self._saved: dict[str, Session] = {}
        self._held: set[str] = set()  # the sessions that are on the disk in any version
        self._last: dict[str, Session] = {}  # the sessions as last saved, to find those that merge
        self._merged: list[str] = []  # records of sessions that are now part of others
        self._tasks = Tasks()
        self._saving = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._repeat_at = 0.0  # on the loop's clock: when those in progress are saved again

    async def begin(self, keep_days: int) -> Board:
        """Begin; returns the board with the meetings that were in progress when the program last ran.

        To be called before the event feed begins; the board is to be used at once.
        """
        await self._apply(keep_days)
        restored = RestoredBoard(self._board())
        if keep_days and self.trouble is None:
            try:
                records = await self._history.unfinished()
                restored = restore_board(self._board(), records, self._clock())
            except HistoryError as error:
                self._failed(error)
        self._keys.update(restored.keys)
        self._held.update(restored.keys)
        self._ended = restored.ended
        self._last = {session.key: session for session in restored.board.sessions}
        if restored.ended:
            self._schedule(CHANGE_S)
        return restored.board

    async def keep(self, days: int) -> None:
        """Keep past meetings for so many days; 0: keep none, and delete what there is."""
        if self._keep_days is not None and days != self._keep_days:
            await self._apply(days)

    async def _apply(self, days: int) -> None:
        self._keep_days, self._cleaned_at = days, None
        try:
            if days:
                await self._delete_old()
            else:
                self._cancel()
                self._saved.clear()
                self._held.clear()
                async with self._saving:
                    await self._history.erase()
                self._cancel()  # a save that was under way has set it again
            self._succeeded()
        except HistoryError as error:
            self._failed(error)
        self.save_changes()

    async def close(self) -> None:
        """Save how things are, and close the file."""
        self._changed = _ignore
        self._cancel()
        self._repeat_at = 0.0
        if self._keep_days and not self._is_stuck():
            await self._save_due()
        self._keep_days = None
        self._cancel()
        await self._tasks.close()
        try:
            await self._history.close()
        except HistoryError as error:
            self._failed(error)

    def _is_stuck(self) -> bool:
        return self.trouble is not None and self.trouble.trouble is Trouble.SLOW

    def save_changes(self) -> None:
        """Have what has changed saved soon."""
        if self._keep_days and any(map(self._is_unsaved, self._board().sessions)):
            self._schedule(RETRY_S if self.trouble else CHANGE_S)

    def holds(self, key: str) -> bool:
        """Tell whether a session is on the disk, in any version, or need not or cannot be."""
        if not self._keep_days or self.trouble is not None or key in self._held:
            return True
        session = self._board().session(key)
        return session is None or session.state is CaptureState.IDLE

    async def save_now(self) -> None:
        """Save what has changed without delay: somebody is about to be told of it."""
        async with self._saving:
            if self._keep_days:
                sessions = self._board().sessions
                self._find_merged(sessions)
                await self._write(list(filter(self._is_unsaved, sessions)))

    def _is_unsaved(self, session: Session) -> bool:
        started = session.state is not CaptureState.IDLE
        return started and self._saved.get(session.key) is not session

    def _schedule(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        at = loop.time() + seconds
        if self._timer is not None and self._timer.when() <= at:
            return
        self._cancel()
        self._timer = loop.call_at(at, self._due)

    def _due(self) -> None:
        self._timer = None
        self._tasks.spawn(self._save_due(), "save the history")

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _save_due(self) -> None:
        """Save what has changed, and now and then all that is in progress; schedule the next time."""
        async with self._saving:
            if not self._keep_days:
                return
            await self._write(self._due_sessions())
        if self._keep_days and any(session.open for session in self._board().sessions):
            self._schedule(RETRY_S if self.trouble else REPEAT_S)
        self.save_changes()

    async def _write(self, sessions: list[Session]) -> None:
        try:
            await self._save(list(self._ended))
            self._ended = ()
            for start in range(0, len(sessions), TOGETHER):
                await self._write_some(sessions[start : start + TOGETHER])
            await self._delete_merged()
            await self._delete_old()
            self._succeeded()
        except HistoryError as error:
            self._failed(error)

    async def _write_some(self, sessions: list[Session]) -> None:
        context = self._board().context.at(self._known_until())
        await self._save([record_of(session, self._key(session), context) for session in sessions])
        self._saved.update({session.key: session for session in sessions})
        self._held.update(session.key for session in sessions)
        self._last.update({session.key: session for session in sessions})

    def _known_until(self) -> Millis:
        now, seen_at = self._clock(), self._feed_seen_at()
        return now if seen_at is None else min(now, seen_at)

    def _due_sessions(self) -> list[Session]:
        sessions, now = self._board().sessions, asyncio.get_running_loop().time()
        keys = {session.key for session in sessions}
        again = now >= self._repeat_at or not any(map(self._is_unsaved, sessions))
        if again:
            self._repeat_at = now + REPEAT_S - CHANGE_S
        self._find_merged(sessions)
        self._saved = {key: session for key, session in self._saved.items() if key in keys}
        self._keys = {key: name for key, name in self._keys.items() if key in keys}
        self._held &= keys
        return [
            session
            for session in sessions
            if self._is_unsaved(session)
            or (again and session.open and session.state is not CaptureState.IDLE)
        ]

    def _find_merged(self, sessions: tuple[Session, ...]) -> None:
        """Find sessions that turned out to be the same meeting: it then needs only one record."""
        keys = {session.key for session in sessions}
        uuids = {session.meeting.uuid for session in sessions if session.meeting.uuid}
        gone = (session for session in self._last.values() if session.key not in keys)
        merged = [session.key for session in gone if session.open and session.meeting.uuid in uuids]
        self._merged += [self._keys[key] for key in merged if key in self._keys]
        self._last = {session.key: session for session in sessions}

    def _key(self, session: Session) -> str:
        return self._keys.setdefault(session.key, self._new_key())

    async def _save(self, records: list[MeetingRecord]) -> None:
        if records:
            await self._history.save(records)

    async def _delete_merged(self) -> None:
        if self._merged:
            await self._history.delete(self._merged)
            self._merged = []

    async def _delete_old(self) -> None:
        """Once a day, delete what is older than the user wants."""
        now = self._clock()
        if self._keep_days and (self._cleaned_at is None or now - self._cleaned_at >= DAY):
            await self._history.delete_before(now - self._keep_days * DAY)
            self._cleaned_at = now

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the user should know: that meetings are not saved, or that a new history was begun."""
        notices = []
        if (error := self.trouble) is not None:
            code, title = f"history_{error.trouble}", text("history.not_saved.title")
            notices.append(Notice(code, Severity.INFO, title, error.text, error.remedy))
        if (damaged := self._history.damaged) is not None:
            notices.append(
                Notice(
                    "history_set_aside",
                    Severity.INFO,
                    text("history.set_aside.title"),
                    text("history.set_aside.text", file=damaged.name),
                    text("history.set_aside.remedy", path=damaged),
                )
            )
        return tuple(notices)

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
