"""The settings' sections beside the page: a click or an arrow key goes to one, and scrolling marks where one is."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QListWidget, QScrollArea, QWidget

from rtms_tray.support.texts import text

_MARGIN: Final = 24
"""Pixels around the names."""
_LEAST_BESIDE: Final = 28
"""Lines of text that the page is wide, at least: in a narrower window there is no list."""


class SectionList(QListWidget):
    """A name for each section, in the order of the page."""

    def __init__(self, sections: Mapping[str, QWidget], area: QScrollArea) -> None:
        super().__init__()
        self._cards, self._area = list(sections.values()), area
        self._jumping = False
        self.setAccessibleName(text("settings.window.sections"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.addItems(list(sections))
        self.setCurrentRow(0)
        self.currentRowChanged.connect(self._go)
        area.verticalScrollBar().valueChanged.connect(self._mark)

    def fit(self, window_width: int) -> None:
        """Be as wide as the names; hidden where the window is too narrow for both."""
        width = self.sizeHintForColumn(0) + _MARGIN
        self.setFixedWidth(width)
        line = self.fontMetrics().height()
        self.setVisible(window_width >= width + _LEAST_BESIDE * line)

    def _go(self, row: int) -> None:
        self._jumping = True
        self._area.verticalScrollBar().setValue(self._cards[row].y())
        self._jumping = False

    def _mark(self, top: int) -> None:
        if self._jumping:  # the last sections never get to the top
            return
        above = [row for row, card in enumerate(self._cards) if card.y() <= top + _MARGIN]
        self.blockSignals(True)
        at_end = 0 < self._area.verticalScrollBar().maximum() <= top
        self.setCurrentRow(len(self._cards) - 1 if at_end else max(above, default=0))
        self.blockSignals(False)
