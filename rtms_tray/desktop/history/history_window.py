"""The history: past meetings to search, one of them in full, and all of them over the weeks."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, ParamSpec

from PySide6.QtCore import QModelIndex, QSize, QStandardPaths, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QLineEdit,
    QMenu,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from rtms_tray.desktop.history.meeting_page import MeetingPage
from rtms_tray.desktop.history.meetings_table import MeetingsModel
from rtms_tray.desktop.history.weeks_page import WeeksPage
from rtms_tray.desktop.theme import Theme, current_theme
from rtms_tray.desktop.widgets.app_window import AppWindow, trouble_label
from rtms_tray.desktop.widgets.controls import button, note, put, row
from rtms_tray.desktop.window_geometry import GeometryKeeper, GeometryStore
from rtms_tray.history.model import HistoryError, MeetingRecord
from rtms_tray.history.reader import HistoryReader, Page, Search, search_for
from rtms_tray.history.report import as_csv, file_name, json_file, report
from rtms_tray.history.weeks import losses, mondays, start_of, weeks
from rtms_tray.support.units import Millis

# --- Asks where a file is to be saved, in a dialog that is never modal. ---


def ask_where(parent: QWidget, title: str, name: str, then: Callable[[Path], None]) -> QFileDialog:
    """Ask for a file to write, proposing a name; the dialog asks itself before it replaces one."""
    dialog = QFileDialog(parent, title, str(_documents() / name))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.finished.connect(lambda _result: dialog.deleteLater())
    dialog.open()
    return dialog


def _documents() -> Path:
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(found) if found and Path(found).is_dir() else Path.home()


P = ParamSpec("P")

_SIZE: Final = QSize(980, 640)
_MOST_FOR_THE_LIST: Final = 0.62
_AROUND_A_CELL: Final = 24
_AROUND_THE_LIST: Final = 24
"""Pixels that are not text: paddings, and the scroll bar."""
_TYPING_MS: Final = 150
_SETTLING_MS: Final = 1_500
"""How long a change of a meeting that goes on takes to reach the disk, and a little more."""
_NONE_YET: Final = "No meetings are written down yet."
_NONE_FIT: Final = "No meeting fits. Search for a number, a day (2026-11-20), or words of a reason."


@dataclass(frozen=True, slots=True)
class HistoryDoors:
    """What the history window needs of the program."""

    reader: HistoryReader
    spawn: Callable[[Coroutine[Any, Any, None]], object]
    clock: Callable[[], Millis]
    geometries: GeometryStore | None = None


class HistoryWindow(AppWindow):
    """Reads past meetings when it is opened, and again when something changes while it is open."""

    def __init__(self, doors: HistoryDoors) -> None:
        self._theme = current_theme()
        self._doors = doors
        self._search = Search()
        self._key: str | None = None
        self._asked = 0
        self._is_shared_out = False
        super().__init__("history", "History", _SIZE)
        self._geometry = GeometryKeeper(self, "history", _SIZE, doors.geometries)
        self.tabs = QTabBar(drawBase=False, expanding=False, usesScrollButtons=False)
        self.tabs.setAccessibleName("Pages")
        self.entry = QLineEdit(placeholderText="Number, day (2026-11-20) or words of a reason")
        self.entry.setAccessibleName("Search past meetings")
        self.entry.setClearButtonEnabled(True)
        self.found, self.done, self.trouble = note(), note(), trouble_label()
        self.export = button("Export")
        self.model = MeetingsModel(self)
        self.table, self.splitter = QTableView(), QSplitter(Qt.Orientation.Horizontal)
        self.meeting = MeetingPage(self._ask_for_report)
        self.weeks = WeeksPage(self._read_weeks)
        self.pages = QStackedWidget()
        self._lay_out()
        self._connect()

    # --- opening ------------------------------------------------------------------------------

    def bring(self) -> None:
        """Open the window and read anew."""
        self._geometry.restore()
        self.done.hide()
        super().bring()
        (self.entry if self.entry.isVisible() else self.tabs).setFocus()
        self.refresh()

    def changed(self) -> None:
        """Something changed: read anew once it is on the disk, if somebody looks."""
        if self.isVisible() and not self._settling.isActive():
            self._settling.start()

    def refresh(self) -> None:
        """Read anew what is shown; the chosen meeting stays chosen."""
        self._search = search_for(self.entry.text(), self._doors.clock())
        self._asked += 1
        self._do(self._read, self._asked)
        if self.pages.currentWidget() is self.weeks:
            self._read_weeks()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        super().set_theme(theme)
        if self.isVisible():
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Remember where the window was, and keep nothing of what it showed: opening reads anew."""
        self._geometry.save()
        if not event.spontaneous():  # minimised: it comes back without being opened
            self._let_go()
        super().hideEvent(event)

    def _let_go(self) -> None:
        for timer in (self._typing, self._settling):
            timer.stop()
        self._asked += 1  # whatever is being read comes too late
        self.model.begin(Page((), 0))
        self.meeting.show_none("")

    # --- reading ------------------------------------------------------------------------------

    def _do(
        self, work: Callable[P, Coroutine[Any, Any, None]], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        self._doors.spawn(self._safely(partial(work, *args, **kwargs)))

    async def _safely(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Say in words what went wrong with the file."""
        try:
            await work()  # made here: the program may end before this begins
        except HistoryError as error:
            put(self.trouble, str(error))
        except OSError as error:
            put(self.trouble, f"It could not be saved: {error.strerror or error}.")
        else:
            put(self.trouble, "")

    async def _read(self, asked: int) -> None:
        page = await self._doors.reader.page(self._search)
        if asked != self._asked:
            return  # something else was typed meanwhile
        self.model.begin(page)
        self._fit_columns()
        count = page.total
        self.found.setText("1 meeting" if count == 1 else f"{count:,} meetings")
        self.export.setEnabled(count > 0)
        place = self.model.row_of(self._key)
        if count:
            self.table.selectRow(place or 0)
        else:
            self._key = None
            self.meeting.show_none(_NONE_FIT if self.entry.text().strip() else _NONE_YET)

    def _fit_columns(self) -> None:
        """Make the columns as wide as their words: measured here, for Qt would ask for every cell."""
        if not self.model.total:
            return
        measure = self.table.fontMetrics().horizontalAdvance
        columns = range(self.model.columnCount())
        wide = [self.model.widest(column, measure) + _AROUND_A_CELL for column in columns]
        for column in columns[:-1]:  # the last one takes what is left
            self.table.setColumnWidth(column, wide[column])
        if not self._is_shared_out:
            self._is_shared_out = True
            self._share_out(sum(wide) + _AROUND_THE_LIST)

    def _share_out(self, wanted: int) -> None:
        """Give the list what its columns want, and the meeting no less than it can be read in."""
        room = self.splitter.width()
        wide = min(wanted, round(room * _MOST_FOR_THE_LIST))
        self.splitter.setSizes([wide, room - wide])

    def _more(self, offset: int) -> None:
        self._do(self._read_on, offset, self._asked)

    async def _read_on(self, offset: int, asked: int) -> None:
        page = await self._doors.reader.page(self._search, offset)
        if asked == self._asked:
            self.model.go_on(page)

    def _chosen(self, index: QModelIndex) -> None:
        line = self.model.line(index.row()) if index.isValid() else None
        if line is not None:
            self._key = line.key
            self._do(self._show_meeting, line.key, self._asked)

    async def _show_meeting(self, key: str, asked: int) -> None:
        meeting = await self._doors.reader.meeting(key)
        if meeting is not None and key == self._key and asked == self._asked:
            self.meeting.show_meeting(meeting, self._theme)

    def _read_weeks(self) -> None:
        self._do(self._show_weeks, self.weeks.count)

    async def _show_weeks(self, count: int) -> None:
        starts = mondays(self._doors.clock(), count)
        spent = await self._doors.reader.spent(tuple(map(start_of, starts)))
        if count == self.weeks.count:
            self.weeks.show_weeks(weeks(spent, starts), losses(spent), self._theme)

    # --- saving -------------------------------------------------------------------------------

    def _ask_for_export(self, name: str, make: Callable[[list[MeetingRecord]], str]) -> None:
        search = self._search
        ask_where(
            self, "Export meetings", name, lambda path: self._do(self._export, search, path, make)
        )

    async def _export(
        self, search: Search, path: Path, make: Callable[[list[MeetingRecord]], str]
    ) -> None:
        count = await self._doors.reader.write(search, path, make)
        put(self.done, f"{count:,} meeting{'s' * (count != 1)} saved in {path.name}.")

    def _ask_for_report(self, meeting: MeetingRecord, with_number: bool) -> None:  # noqa: FBT001  a check box
        text = report(meeting, self._doors.clock(), with_number=with_number)
        ask_where(
            self, "Save report", file_name(meeting), lambda path: self._do(self._save, path, text)
        )

    async def _save(self, path: Path, text: str) -> None:
        await self._doors.reader.write_text(path, text)
        put(self.done, f"The report is saved in {path.name}.")

    # --- the window itself --------------------------------------------------------------------

    def _find(self) -> None:
        self.tabs.setCurrentIndex(0)
        self.entry.setFocus()

    def _turn(self, page: int) -> None:
        self.tabs.setFocus()  # what had it may be gone, and Qt would choose anything
        self.pages.setCurrentIndex(page)
        if self.pages.currentWidget() is self.weeks:
            self._read_weeks()

    def _connect(self) -> None:
        self._typing = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._settling = QTimer(self, interval=_SETTLING_MS, singleShot=True)
        for timer in (self._typing, self._settling):
            timer.timeout.connect(self.refresh)
        self.entry.textChanged.connect(lambda _text: self._typing.start())
        self.tabs.currentChanged.connect(self._turn)
        self.model.wanted.connect(self._more)
        self.table.selectionModel().currentRowChanged.connect(
            lambda now, _before: self._chosen(now)
        )
        QShortcut(QKeySequence.StandardKey.Find, self, self._find)

    def _lay_out(self) -> None:
        self._set_up_table()
        menu = QMenu(self)
        menu.addAction("As JSON…").triggered.connect(
            lambda _checked=False: self._ask_for_export("meetings.json", json_file)
        )
        menu.addAction("As CSV, for spreadsheets…").triggered.connect(
            lambda _checked=False: self._ask_for_export("meetings.csv", as_csv)
        )
        self.export.setMenu(menu)
        self.export.setEnabled(False)
        for name in ("Meetings", "Over the weeks"):
            self.tabs.addTab(name)
        self.pages.addWidget(self._meetings_page())
        self.pages.addWidget(self.weeks)
        self.column.addWidget(self.tabs)
        self.column.addWidget(self.pages, 1)
        for line in (self.done, self.trouble):
            line.hide()
            self.column.addWidget(line)

    def _meetings_page(self) -> QWidget:
        page = QWidget()
        page.setObjectName("page")
        splitter = self.splitter
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(10)
        for place, part in enumerate((self.table, self.meeting)):
            splitter.addWidget(part)
            splitter.setStretchFactor(place, 1)
        self.found.setWordWrap(False)
        line = row(self.entry, self.found, self.export)
        line.setStretch(0, 1)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(line)
        column.addWidget(splitter, 1)
        return page

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setAccessibleName("Past meetings")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        rows, columns = table.verticalHeader(), table.horizontalHeader()
        rows.setDefaultSectionSize(round(table.fontMetrics().height() * 1.9))
        columns.setHighlightSections(False)
        columns.setStretchLastSection(True)
