"""The event inspector: Zoom's events as they arrived and the calls to Zoom, newest first, to filter and to copy."""

import time
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QListWidget,
    QListWidgetItem,
    QSplitter,
)

from rtms_tray.desktop.widgets.app_window import AppWindow, text_box
from rtms_tray.desktop.widgets.controls import button, note, row, search_entry
from rtms_tray.runtime.event_log import KEPT, Entry, EventLog, Kind
from rtms_tray.support.texts import plural, text
from rtms_tray.support.units import SECOND, Millis

_ENTRY: Final = Qt.ItemDataRole.UserRole


class InspectorWindow(AppWindow):
    """A list of events and calls, or of either, and the selected one in full."""

    help_page = "events.md"

    def __init__(self, inspector: EventLog) -> None:
        super().__init__("inspector", text("windows.inspector.title"), QSize(760, 560))
        self._inspector = inspector
        self._unsubscribe: Callable[[], None] | None = None
        self.filter = search_entry(
            text("windows.inspector.filter"), text("windows.inspector.filter_hint")
        )
        self.kind = QComboBox()
        self.kind.setAccessibleName(text("windows.inspector.kinds.label"))
        for name, kinds in (("all", tuple(Kind)), *((str(kind), (kind,)) for kind in Kind)):
            self.kind.addItem(text(f"windows.inspector.kinds.{name}"), kinds)
        self.list = QListWidget()
        self.list.setAccessibleName(text("windows.inspector.events"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setUniformItemSizes(True)
        self.box = text_box(name=text("windows.inspector.event"))
        self.counted = note(_empty())
        self.copy_selected = button(text("windows.inspector.copy_selected"))
        self.copy_all = button(text("windows.inspector.copy_all"))
        self._lay_out()
        self._connect()

    def bring(self, *, asked: bool = True) -> None:
        """Open, with the events that have arrived meanwhile."""
        if not self.isVisible():
            self._fill()
            self._stop_listening()
            self._unsubscribe = self._inspector.listen(self._add)
        super().bring(asked=asked)
        self.filter.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Stop listening, and keep no events: opening the window fills the list again."""
        if not event.spontaneous():
            self._stop_listening()
            self.list.clear()
        super().hideEvent(event)

    def _stop_listening(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    # --- showing ------------------------------------------------------------------------------

    def _fill(self) -> None:
        self.list.clear()
        found = self._inspector.newest(self.filter.text(), self.kind.currentData())
        for entry in islice(found, KEPT):
            self.list.addItem(_item(entry))
        self.list.setCurrentRow(0)  # people mostly want the newest
        self._count()

    def _add(self, entry: Entry) -> None:
        if entry.kind in self.kind.currentData() and entry.contains(self.filter.text()):
            self.list.insertItem(0, _item(entry))
            if self.list.count() == 1:
                self.list.setCurrentRow(0)
        while self.list.count() > KEPT:
            self.list.takeItem(self.list.count() - 1)
        self._count()

    def _count(self) -> None:
        shown = self.list.count()
        if shown == 0:
            none = text("windows.inspector.none_found") if self.filter.text() else _empty()
            self.counted.setText(none)
        else:
            self.counted.setText(plural("windows.inspector.count", shown))
        self.copy_all.setEnabled(shown > 0)
        self._show_selected()

    def _show_selected(self) -> None:
        entries = self._entries(self.list.selectedItems())
        self.copy_selected.setEnabled(bool(entries))
        content = _written(entries)
        if content != self.box.toPlainText():
            self.box.setPlainText(content)

    def _entries(self, items: Iterable[QListWidgetItem]) -> list[Entry]:
        entries = [item.data(_ENTRY) for item in items]
        return sorted(entries, key=lambda entry: -entry.number)

    # --- copying ------------------------------------------------------------------------------

    def _copy(self, items: Iterable[QListWidgetItem]) -> None:
        entries = self._entries(items)
        if entries:
            QGuiApplication.clipboard().setText(_written(entries))
            self.counted.setText(plural("windows.inspector.copied", len(entries)))

    def _copy_selected(self) -> None:
        self._copy(self.list.selectedItems())

    def _copy_all(self) -> None:
        self._copy(self.list.item(place) for place in range(self.list.count()))

    # --- the window itself --------------------------------------------------------------------

    def _connect(self) -> None:
        self.filter.textChanged.connect(lambda _text: self._fill())
        self.kind.currentIndexChanged.connect(lambda _place: self._fill())
        self.list.itemSelectionChanged.connect(self._show_selected)
        self.copy_selected.clicked.connect(lambda _checked=False: self._copy_selected())
        self.copy_all.clicked.connect(lambda _checked=False: self._copy_all())
        copy = QShortcut(
            QKeySequence(QKeySequence.StandardKey.Copy), self.list, self._copy_selected
        )
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)

    def _lay_out(self) -> None:
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(10)
        splitter.addWidget(self.list)
        splitter.addWidget(self.box)
        splitter.setSizes([260, 240])
        self.column.addLayout(row(self.kind, self.filter))
        self.column.addWidget(splitter, 1)
        self.column.addLayout(row(self.counted, self.copy_selected, self.copy_all))


def _empty() -> str:
    return text("windows.inspector.empty", most=KEPT)


def _item(entry: Entry) -> QListWidgetItem:
    # What came of a call is worth more than its long address.
    parts = (entry.name, entry.about) if entry.kind is Kind.EVENT else (entry.about, entry.name)
    item = QListWidgetItem("   ".join(filter(None, (_moment(entry.at), *parts))))
    item.setData(_ENTRY, entry)
    return item


def _moment(at: Millis) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at / SECOND))


def _written(entries: Iterable[Entry]) -> str:
    return "\n\n".join(f"# {_moment(entry.at)} {entry.name}\n{entry.text}" for entry in entries)
