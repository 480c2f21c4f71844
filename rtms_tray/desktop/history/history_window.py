"""The history: past meetings to search, one of them in full, and trends over the weeks."""

from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, Final, ParamSpec

from PySide6.QtCore import QModelIndex, QSize, QStandardPaths, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QMenu,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from rtms_tray.desktop.history.meeting_page import MeetingPage
from rtms_tray.desktop.history.meetings_model import MeetingsModel
from rtms_tray.desktop.history.trends_page import TrendsPage
from rtms_tray.desktop.theme import Theme, current_theme
from rtms_tray.desktop.widgets.app_window import AppWindow, trouble_label
from rtms_tray.desktop.widgets.controls import button, note, put, row, search_entry
from rtms_tray.desktop.window_geometry import GeometryKeeper, GeometryStore
from rtms_tray.history.model import HistoryError, MeetingRecord
from rtms_tray.history.reader import HistoryReader, Page, losses, mondays, start_of, weeks
from rtms_tray.history.report import as_csv, file_name, json_file, report
from rtms_tray.history.search import Search, search_for
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import plural, text
from rtms_tray.support.units import Millis


def ask_for_file(
    parent: QWidget, title: str, name: str, save: Callable[[Path], None]
) -> QFileDialog:
    """Ask for a file to write, in a dialog that is never modal and asks before it replaces one."""
    dialog = QFileDialog(parent, title, str(_documents() / name))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: save(Path(chosen)))
    dialog.finished.connect(lambda _result: dialog.deleteLater())
    dialog.open()
    return dialog


def _documents() -> Path:
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(folder) if folder and Path(folder).is_dir() else Path.home()


P = ParamSpec("P")

_SIZE: Final = QSize(980, 640)
_MAX_LIST_SHARE: Final = 0.62
_CELL_PADDING: Final = 24
_LIST_PADDING: Final = 24
"""Pixels that are not text: paddings, and the scroll bar."""
_TYPING_MS: Final = 150
_SETTLING_MS: Final = 1_500
"""How long a change of a meeting in progress takes to reach the disk, and a little more."""


class HistoryContext(Frozen):
    """What the history window uses of the program."""

    reader: HistoryReader
    spawn: Callable[[Coroutine[Any, Any, None]], object]
    clock: Callable[[], Millis]
    geometries: GeometryStore | None = None


class HistoryWindow(AppWindow):
    """Reads past meetings when it is opened, and again when something changes while it is open."""

    help_page = "privacy.md"

    def __init__(self, context: HistoryContext) -> None:
        self._theme = current_theme()
        self._context = context
        self._search = Search()
        self._key: str | None = None
        self._request = 0  # the newest; answers to older ones are dropped
        self._is_split = False
        super().__init__("history", text("history.window.title"), _SIZE)
        self._geometry = GeometryKeeper(self, "history", _SIZE, context.geometries)
        self.tabs = QTabBar(drawBase=False, expanding=False, usesScrollButtons=False)
        self.tabs.setAccessibleName(text("history.window.pages"))
        self.entry = search_entry(text("history.window.search"), text("history.window.search_hint"))
        self.count, self.saved, self.trouble = note(), note(), trouble_label()
        self.export = button(text("history.window.export"))
        self.model = MeetingsModel(self)
        self.table, self.splitter = QTableView(), QSplitter(Qt.Orientation.Horizontal)
        self.meeting = MeetingPage(self._ask_for_report)
        self.trends = TrendsPage(self._read_trends)
        self.pages = QStackedWidget()
        self._lay_out()
        self._connect()

    # --- opening ------------------------------------------------------------------------------

    def bring(self, *, asked: bool = True) -> None:
        """Open the window and read the history."""
        self._geometry.restore()
        self.saved.hide()
        super().bring(asked=asked)
        (self.entry if self.entry.isVisible() else self.tabs).setFocus()
        self.refresh()

    def changed(self) -> None:
        """Something changed: read again once it is on the disk, if the window is visible."""
        if self.isVisible() and not self._settling.isActive():
            self._settling.start()

    def refresh(self) -> None:
        """Read again what is shown; the chosen meeting stays chosen."""
        self._search = search_for(self.entry.text(), self._context.clock())
        self._request += 1
        self._run(self._read, self._request)
        if self.pages.currentWidget() is self.trends:
            self._read_trends()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        super().set_theme(theme)
        if self.isVisible():
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Remember where the window was, and keep nothing of what it showed: opening reads again."""
        self._geometry.save()
        if not event.spontaneous():  # minimised: it comes back without being opened
            self._clear()
        super().hideEvent(event)

    def _clear(self) -> None:
        for timer in (self._typing, self._settling):
            timer.stop()
        self._request += 1  # whatever is being read comes too late
        self.model.start(Page((), 0))
        self.meeting.show_none("")

    # --- reading ------------------------------------------------------------------------------

    def _run(
        self, work: Callable[P, Coroutine[Any, Any, None]], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        self._context.spawn(self._reporting(partial(work, *args, **kwargs)))

    async def _reporting(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Show what went wrong with the file."""
        try:
            await work()  # created here: the program may end before this begins
        except HistoryError as error:
            put(self.trouble, str(error))
        except OSError as error:
            put(self.trouble, text("history.window.not_saved", problem=error.strerror or error))
        else:
            put(self.trouble, "")

    async def _read(self, request: int) -> None:
        page = await self._context.reader.page(self._search)
        if request != self._request:
            return  # something else was typed meanwhile
        self.model.start(page)
        self._fit_columns()
        self.count.setText(plural("history.window.found", page.total))
        self.export.setEnabled(page.total > 0)
        if page.total:
            self.table.selectRow(self.model.row_of(self._key) or 0)
        else:
            self._key = None
            name = "no_match" if self.entry.text().strip() else "none"
            self.meeting.show_none(text(f"history.window.{name}"))

    def _fit_columns(self) -> None:
        """Make the columns as wide as their texts: measured here, for Qt would measure every cell."""
        if not self.model.total:
            return
        measure = self.table.fontMetrics().horizontalAdvance
        columns = range(self.model.columnCount())
        widths = [self.model.widest(column, measure) + _CELL_PADDING for column in columns]
        for column in columns[:-1]:  # the last one takes what is left
            self.table.setColumnWidth(column, widths[column])
        if not self._is_split:
            self._is_split = True
            self._split(sum(widths) + _LIST_PADDING)

    def _split(self, list_width: int) -> None:
        """Give the list what its columns need, and leave the meeting enough to be read."""
        whole = self.splitter.width()
        width = min(list_width, round(whole * _MAX_LIST_SHARE))
        self.splitter.setSizes([width, whole - width])

    def _read_more(self, offset: int) -> None:
        self._run(self._append, offset, self._request)

    async def _append(self, offset: int, request: int) -> None:
        page = await self._context.reader.page(self._search, offset)
        if request == self._request:
            self.model.append(page)

    def _choose(self, index: QModelIndex) -> None:
        line = self.model.line(index.row()) if index.isValid() else None
        if line is not None:
            self._key = line.key
            self._run(self._show_meeting, line.key, self._request)

    async def _show_meeting(self, key: str, request: int) -> None:
        meeting = await self._context.reader.meeting(key)
        if meeting is not None and key == self._key and request == self._request:
            self.meeting.show_meeting(meeting, self._theme)

    def _read_trends(self) -> None:
        self._run(self._show_trends, self.trends.count)

    async def _show_trends(self, count: int) -> None:
        starts = mondays(self._context.clock(), count)
        totals = await self._context.reader.totals(tuple(map(start_of, starts)))
        if count == self.trends.count:
            self.trends.show_weeks(weeks(totals, starts), losses(totals), self._theme)

    # --- saving -------------------------------------------------------------------------------

    def _ask_for_export(self, name: str, write: Callable[[list[MeetingRecord]], str]) -> None:
        search = self._search
        ask_for_file(
            self,
            text("history.window.export_title"),
            name,
            lambda path: self._run(self._export, search, path, write),
        )

    async def _export(
        self, search: Search, path: Path, write: Callable[[list[MeetingRecord]], str]
    ) -> None:
        count = await self._context.reader.write(search, path, write)
        put(self.saved, plural("history.window.exported", count, file=path.name))

    def _ask_for_report(self, meeting: MeetingRecord, with_number: bool) -> None:  # noqa: FBT001  a check box
        page = report(meeting, self._context.clock(), with_number=with_number)
        ask_for_file(
            self,
            text("history.meeting.save_title"),
            file_name(meeting),
            lambda path: self._run(self._save, path, page),
        )

    async def _save(self, path: Path, content: str) -> None:
        await self._context.reader.write_text(path, content)
        put(self.saved, text("history.window.report_saved", file=path.name))

    # --- the window itself --------------------------------------------------------------------

    def _focus_search(self) -> None:
        self.tabs.setCurrentIndex(0)
        self.entry.setFocus()

    def _show_page(self, page: int) -> None:
        self.tabs.setFocus()  # what had it may be gone, and Qt would choose anything
        self.pages.setCurrentIndex(page)
        if self.pages.currentWidget() is self.trends:
            self._read_trends()

    def _connect(self) -> None:
        self._typing = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._settling = QTimer(self, interval=_SETTLING_MS, singleShot=True)
        for timer in (self._typing, self._settling):
            timer.timeout.connect(self.refresh)
        self.entry.textChanged.connect(lambda _text: self._typing.start())
        self.tabs.currentChanged.connect(self._show_page)
        self.model.more_wanted.connect(self._read_more)
        self.table.selectionModel().currentRowChanged.connect(
            lambda now, _before: self._choose(now)
        )
        QShortcut(QKeySequence.StandardKey.Find, self, self._focus_search)

    def _lay_out(self) -> None:
        self._set_up_table()
        menu = QMenu(self)
        menu.addAction(text("history.window.export_json")).triggered.connect(
            lambda _checked=False: self._ask_for_export("meetings.json", json_file)
        )
        menu.addAction(text("history.window.export_csv")).triggered.connect(
            lambda _checked=False: self._ask_for_export("meetings.csv", as_csv)
        )
        self.export.setMenu(menu)
        self.export.setEnabled(False)
        for name in ("meetings_page", "trends_page"):
            self.tabs.addTab(text(f"history.window.{name}"))
        self.pages.addWidget(self._meetings_page())
        self.pages.addWidget(self.trends)
        self.column.addWidget(self.tabs)
        self.column.addWidget(self.pages, 1)
        for line in (self.saved, self.trouble):
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
        self.count.setWordWrap(False)
        line = row(self.entry, self.count, self.export)
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
        table.setAccessibleName(text("history.list.name"))
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
