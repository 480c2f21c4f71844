"""The list of past meetings as Qt's views want it: read page by page, as far as somebody scrolls."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from rtms_tray.capture.timeline import SpanKind
from rtms_tray.desktop.plain_text import tooltip_text
from rtms_tray.history.model import MeetingRecord
from rtms_tray.history.reader import MeetingLine, Page
from rtms_tray.presentation.wording import grouped, lengths, reason_words, times_of
from rtms_tray.support.texts import text

Cells = tuple[str, str, str, str, str]
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()
_COLUMNS: Final = ("began", "meeting", "live", "lost", "ended")
_LENGTHS: Final = frozenset({2, 3})
"""Columns of lengths, aligned to the right."""
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class MeetingsModel(QAbstractTableModel):
    """Meetings newest first; asks for more by `more_wanted`, with the number of those that are there."""

    more_wanted = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[MeetingLine] = []
        self._cells: list[Cells] = []
        self._total = 0
        self._is_waiting = False

    @property
    def total(self) -> int:
        """How many meetings there are, read or not."""
        return self._total

    def start(self, page: Page) -> None:
        """Show the first page of an answer, in place of all there was."""
        self.beginResetModel()
        self._lines, self._total, self._is_waiting = list(page.lines), page.total, False
        self._cells = list(map(cells, page.lines))
        self.endResetModel()

    def append(self, page: Page) -> None:
        """Show a further page; a meeting that slipped down a place meanwhile is not shown twice."""
        known = {line.key for line in self._lines}
        new = [line for line in page.lines if line.key not in known]
        self._total, self._is_waiting = (page.total if new else len(self._lines)), False
        if new:
            first = len(self._lines)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._lines += new
            self._cells += map(cells, new)
            self.endInsertRows()

    def line(self, row: int) -> MeetingLine | None:
        """Give a row's meeting."""
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def row_of(self, key: str | None) -> int | None:
        """Find a meeting among those that were read."""
        return next((n for n, line in enumerate(self._lines) if line.key == key), None)

    def widest(self, column: int, width: Callable[[str], int]) -> int:
        """Measure a column: its head, and what was read of it."""
        return max(map(width, {column_title(column), *(cell[column] for cell in self._cells)}))

    # --- what Qt asks -------------------------------------------------------------------------

    def rowCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: N802  Qt's name
        """Count what was read."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: N802  Qt's name
        """Count the columns."""
        return 0 if parent.isValid() else len(_COLUMNS)

    def canFetchMore(self, parent: _Index) -> bool:  # noqa: N802  Qt's name
        """Tell whether more can be read."""
        return not parent.isValid() and not self._is_waiting and len(self._lines) < self._total

    def fetchMore(self, parent: _Index) -> None:  # noqa: N802  Qt's name
        """Ask for more; it comes by `append`."""
        if self.canFetchMore(parent):
            self._is_waiting = True
            self.more_wanted.emit(len(self._lines))

    def headerData(  # noqa: N802  Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Name a column."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return column_title(section) if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Say a cell in words."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if index.row() >= len(self._cells):
            return None
        cell = self._cells[index.row()][index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:  # large letters leave no room for the last column
            return tooltip_text(cell)
        return cell if role == Qt.ItemDataRole.DisplayRole else None


def short_name(meeting: MeetingLine | MeetingRecord) -> str:
    """Name a meeting by its number, or else by the beginning of its UUID."""
    if meeting.meeting_number:
        return grouped(meeting.meeting_number)
    return f"{(meeting.meeting_uuid or '?')[:8]}…"


def column_title(column: int) -> str:
    """Name a column."""
    return text(f"history.list.{_COLUMNS[column]}")


def cells(line: MeetingLine) -> Cells:
    """Say a meeting in a row of cells."""
    spent = lengths(
        {
            SpanKind.CAPTURED: line.captured,
            SpanKind.PAUSED: line.paused,
            SpanKind.LOST: line.lost,
            SpanKind.UNKNOWN: line.unknown,
        }
    )
    return (
        times_of(line.began_at, line.ended_at or line.began_at).moment(line.began_at),
        short_name(line),
        spent.get(SpanKind.CAPTURED, "–"),
        spent.get(SpanKind.LOST, "–"),
        reason_words(line.end_reason)
        if line.ended_at is not None
        else text("history.list.in_progress"),
    )


def _alignment(column: int) -> Qt.AlignmentFlag:
    return _RIGHT if column in _LENGTHS else _LEFT
