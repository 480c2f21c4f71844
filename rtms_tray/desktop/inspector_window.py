"""The event inspector: Zoom's events as they came, newest first, to filter and to copy."""

import time
from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
)

from rtms_tray.desktop.widgets.app_window import AppWindow, text_box
from rtms_tray.desktop.widgets.controls import button, note, row
from rtms_tray.runtime.event_log import KEPT, Entry, EventLog
from rtms_tray.support.units import SECOND, Millis

_ENTRY: Final = Qt.ItemDataRole.UserRole
_EMPTY: Final = (
    f"Events appear here as they come: the last {KEPT}, without secrets, kept in memory only."
)


class InspectorWindow(AppWindow):
    """A list of events, and the selected one whole."""

    def __init__(self, inspector: EventLog) -> None:
        super().__init__("inspector", "Event inspector", QSize(760, 560))
        self._inspector = inspector
        self._hear_no_more: Callable[[], None] = _nothing
        self.filter = QLineEdit(
            placeholderText="Filter: words that must be in it", clearButtonEnabled=True
        )
        self.filter.setAccessibleName("Filter")
        self.list = QListWidget()
        self.list.setAccessibleName("Events")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setUniformItemSizes(True)
        self.box = text_box(name="The selected event")
        self.counted = note(_EMPTY)
        self.copy_selected, self.copy_all = button("Copy selected"), button("Copy all")
        self._lay_out()
        self._connect()

    def bring(self) -> None:
        """Open, with what has come meanwhile."""
        if not self.isVisible():
            self._fill()
            self._hear_no_more()
            self._hear_no_more = self._inspector.listen(self._add)
        super().bring()
        self.filter.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Hear of no more events, and keep none: nobody looks, and opening fills the list anew."""
        if not event.spontaneous():
            self._hear_no_more()
            self._hear_no_more = _nothing
            self.list.clear()
        super().hideEvent(event)

    # --- showing ------------------------------------------------------------------------------

    def _fill(self) -> None:
        self.list.clear()
        for entry in self._inspector.newest(self.filter.text()):
            self.list.addItem(_item(entry))
        self.list.setCurrentRow(0)  # the newest one is what people look for
        self._count()

    def _add(self, entry: Entry) -> None:
        if entry.contains(self.filter.text()):
            self.list.insertItem(0, _item(entry))
            if self.list.count() == 1:
                self.list.setCurrentRow(0)
        while self.list.count() > KEPT:
            self.list.takeItem(self.list.count() - 1)
        self._count()

    def _count(self) -> None:
        shown = self.list.count()
        if shown == 0:
            self.counted.setText("No event holds these words." if self.filter.text() else _EMPTY)
        else:
            self.counted.setText(f"{shown} events" if shown > 1 else "1 event")
        self.copy_all.setEnabled(shown > 0)
        self._selected()

    def _selected(self) -> None:
        entries = self._entries(self.list.selectedItems())
        self.copy_selected.setEnabled(bool(entries))
        text = _written(entries)
        if text != self.box.toPlainText():
            self.box.setPlainText(text)

    def _entries(self, items: Iterable[QListWidgetItem]) -> list[Entry]:
        entries = [item.data(_ENTRY) for item in items]
        return sorted(entries, key=lambda entry: -entry.number)

    # --- copying ------------------------------------------------------------------------------

    def _copy(self, items: Iterable[QListWidgetItem]) -> None:
        entries = self._entries(items)
        if entries:
            QGuiApplication.clipboard().setText(_written(entries))
            self.counted.setText(f"Copied: {len(entries)}.")

    def _copy_selected(self) -> None:
        self._copy(self.list.selectedItems())

    def _copy_all(self) -> None:
        self._copy(self.list.item(place) for place in range(self.list.count()))

    # --- the window itself --------------------------------------------------------------------

    def _connect(self) -> None:
        self.filter.textChanged.connect(lambda _text: self._fill())
        self.list.itemSelectionChanged.connect(self._selected)
        self.copy_selected.clicked.connect(lambda _checked=False: self._copy_selected())
        self.copy_all.clicked.connect(lambda _checked=False: self._copy_all())
        copy = QShortcut(
            QKeySequence(QKeySequence.StandardKey.Copy), self.list, self._copy_selected
        )
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)

    def _lay_out(self) -> None:
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(10)
        parts.addWidget(self.list)
        parts.addWidget(self.box)
        parts.setSizes([260, 240])
        self.column.addWidget(self.filter)
        self.column.addWidget(parts, 1)
        self.column.addLayout(row(self.counted, self.copy_selected, self.copy_all))


def _nothing() -> None:
    """Stand in while nothing is listened to."""


def _item(entry: Entry) -> QListWidgetItem:
    item = QListWidgetItem(f"{_moment(entry.at)}   {entry.name}")
    item.setData(_ENTRY, entry)
    return item


def _moment(at: Millis) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at / SECOND))


def _written(entries: Iterable[Entry]) -> str:
    return "\n\n".join(f"# {_moment(entry.at)} {entry.name}\n{entry.text}" for entry in entries)
