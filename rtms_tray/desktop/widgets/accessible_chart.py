"""A drawing whose parts tell themselves in words: under the mouse, and by the arrow keys."""

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from rtms_tray.desktop.widgets.controls import SMALL
from rtms_tray.desktop.wording import tooltip_text


class AccessibleChart(QWidget):
    """Keeps the chosen part and shows its words beside it; what is drawn is up to those who inherit."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.chosen: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * SMALL)
        self.setFont(font)

    # --- what those who inherit say -----------------------------------------------------------

    def count(self) -> int:
        """How many parts there are."""
        raise NotImplementedError

    def area(self, place: int) -> QRectF:
        """Where a part is."""
        raise NotImplementedError

    def words(self, place: int) -> str:
        """What a part says."""
        raise NotImplementedError

    # --- what they get ------------------------------------------------------------------------

    @property
    def told(self) -> str:
        """The chosen part in words; empty while none is chosen."""
        return "" if self.chosen is None else self.words(self.chosen)

    def describe(self, text: str) -> None:
        """Say it to screen readers as well."""
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
            event = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
            QAccessible.updateAccessibility(event)

    def choose(self, place: int | None, where: QPoint | None = None) -> None:
        """Choose a part and show its words there, or below it."""
        self.chosen = place
        if place is None:
            QToolTip.hideText()
        else:
            area = self.area(place).toAlignedRect()
            spot = where or self.mapToGlobal(area.center() + QPoint(0, area.height() // 2))
            QToolTip.showText(spot, tooltip_text(self.told), self, area)
            self.describe(self.told)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Let go when the mouse leaves."""
        if not self.hasFocus():
            self.choose(None)
        super().leaveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Tell the part under the mouse."""
        x = event.position().x()
        here = (n for n in range(self.count()) if self.area(n).left() <= x < self.area(n).right())
        place = next(here, None)
        if place is not None:
            self.choose(place, event.globalPosition().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Go from part to part."""
        last, here = self.count() - 1, self.chosen
        steps = {
            Qt.Key.Key_Left: last if here is None else max(here - 1, 0),
            Qt.Key.Key_Right: 0 if here is None else min(here + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        place = steps.get(Qt.Key(event.key()))
        if place is None or last < 0:
            super().keyPressEvent(event)
        else:
            self.choose(place)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Choose nothing any more."""
        self.choose(None)
        super().focusOutEvent(event)
