"""The running program's access to the history's file, which never keeps the event loop waiting for the disk.

All work is done in one thread, with a time limit. A damaged file is set aside and a new one begins; where the file
cannot be used at all, HistoryError says why and the program runs without.
"""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from rtms_tray.history.database import HistoryFile, erase, set_aside
from rtms_tray.history.model import HistoryError, MeetingRecord, Trouble
from rtms_tray.support.units import Millis
from rtms_tray.support.workers import DaemonThreads, run_within

log = logging.getLogger(__name__)

T = TypeVar("T")

LIMIT_S: Final = 3.0
"""How long a call may take; longer than the wait for another program that holds the file."""


def history_thread() -> DaemonThreads:
    """Return the one thread in which work on the history is done, piece by piece and in order."""
    return DaemonThreads(1, "history")


async def run_on_disk(thread: DaemonThreads, work: Callable[[], T], limit_s: float) -> T:
    """Do a piece of work in the history's thread.

    Raises:
        HistoryError: the disk did not answer within `limit_s` seconds. What the work raises is raised as it is.
    """
    try:
        return await run_within(limit_s, thread, work)
    except TimeoutError:
        raise HistoryError(Trouble.SLOW) from None


class History:
    """Keeps meetings in one file; every call raises HistoryError."""

    def __init__(self, path: Path, limit_s: float = LIMIT_S) -> None:
        self._path = path
        self._limit_s = limit_s
        self._open = _OpenFile(path)
        self._thread = history_thread()

    @property
    def damaged(self) -> Path | None:
        """The path of a damaged history that was set aside since the start."""
        return self._open.damaged

    async def save(self, records: Sequence[MeetingRecord]) -> None:
        """Save meetings, replacing what was saved of them before."""
        await self._do(lambda file: file.save(records))

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete meetings that turned out to be part of others."""
        await self._do(lambda file: file.delete(keys))

    async def unfinished(self) -> list[MeetingRecord]:
        """List the meetings that had not ended when they were last saved."""
        if not self._path.exists():
            return []  # the first start; the file comes with the first meeting
        return await self._do(HistoryFile.unfinished)

    async def delete_before(self, at: Millis) -> None:
        """Delete the meetings that were last saved before a moment."""
        if self._path.exists():
            await self._do(lambda file: file.delete_before(at))

    async def erase(self) -> None:
        """Delete the whole history."""
        await run_on_disk(self._thread, self._open.erase, self._limit_s)

    async def close(self) -> None:
        """Close the file; the next call opens it again."""
        # Never two threads with one connection, not even while the disk is too slow for the first.
        old, thread = self._open, self._thread
        self._open, self._thread = _OpenFile(self._path, old.damaged), history_thread()
        try:
            await run_on_disk(thread, old.close_file, self._limit_s)
        finally:
            thread.submit(old.close_file)  # once more, in case the disk was too slow for us
            thread.shutdown()

    async def _do(self, work: Callable[[HistoryFile], T]) -> T:
        file = self._open
        return await run_on_disk(self._thread, lambda: file.do(work), self._limit_s)


class _OpenFile:
    """The file as one thread has it open: opened when first needed, replaced where damaged."""

    def __init__(self, path: Path, damaged: Path | None = None) -> None:
        self._path = path
        self._file: HistoryFile | None = None
        self.damaged = damaged

    def do(self, work: Callable[[HistoryFile], T]) -> T:
        try:
            return work(self._opened())
        except HistoryError as error:
            if error.trouble is not Trouble.DAMAGED:
                raise
        self._replace_damaged()
        return work(self._opened())

    def close_file(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def erase(self) -> None:
        self.close_file()
        erase(self._path)

    def _opened(self) -> HistoryFile:
        if self._file is None:
            self._file = HistoryFile.open(self._path)
        return self._file

    def _replace_damaged(self) -> None:
        self.close_file()
        self.damaged = set_aside(self._path)
        log.warning("The history was damaged; it is kept as %s.", self.damaged.name)
