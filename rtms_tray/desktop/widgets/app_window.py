"""What the windows beside the status window share: colours, cards, pages that scroll, boxes of text."""

from collections.abc import Callable
from string import Template
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from rtms_tray.desktop.theme import Theme, current_theme, style_sheet
from rtms_tray.desktop.widgets.bringing import bring_to_front
from rtms_tray.desktop.widgets.controls import button, label, row
from rtms_tray.desktop.widgets.keyboard_window import KeyboardWindow
from rtms_tray.desktop.window_geometry import scaled_to_font
from rtms_tray.support.frozen import asdict
from rtms_tray.support.texts import text

_SHEET: Final = Template("""
QListWidget, QPlainTextEdit, QTextBrowser { color: $text; background: $card;
  border: 1px solid $edge; border-radius: 8px; padding: 4px; outline: none;
  selection-background-color: $primary; selection-color: white; }
QListWidget:focus, QPlainTextEdit:focus, QTextBrowser:focus { border: 1px solid $link; }
QListWidget::item { padding: 4px 6px; border-radius: 5px; }
QListWidget::item:hover { background: $hover; }
QListWidget::item:selected { color: white; background: $primary; }
QPushButton[primary="true"], QPushButton[primary="true"]:focus { padding: 9px 12px; }
QPushButton[segment="true"] { border-radius: 8px; padding: 5px 12px; }
QPushButton[segment="true"]:focus { border: 2px solid $link; padding: 4px 11px; }
QPushButton[segment="true"]:checked { color: white; background: $primary;
  border-color: $primary; }
QPushButton[segment="true"]:checked:focus { border: 2px solid $text; }
QRadioButton { color: $text; background: transparent; spacing: 8px; font-weight: bold; padding: 3px; }
QRadioButton:disabled { color: $quiet; }
QRadioButton::indicator { width: 12px; height: 12px; border: 2px solid $quiet; border-radius: 8px;
  background: $card; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid $primary; }
QRadioButton:focus { border: 2px solid $link; border-radius: 6px; padding: 1px; }
QTableView { color: $text; background: $card; border: 1px solid $edge; border-radius: 8px;
  outline: none; selection-background-color: $primary; selection-color: white; }
QTableView:focus { border: 1px solid $link; }
QTableView::item { padding: 2px 8px; border: none; }
QTableView::item:hover { background: $hover; }
QTableView::item:selected { color: white; background: $primary; }
QHeaderView { background: $card; border: none; }
QHeaderView::section { color: $quiet; background: $card; border: none;
  border-bottom: 1px solid $line; padding: 6px 11px; }
QLabel[step="now"] { color: $link; font-weight: bold; }
QLabel[step="done"] { color: $good; }
QLabel[step="later"] { color: $quiet; }
QSplitter::handle { background: transparent; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle:horizontal { background: $edge; border-radius: 5px; min-width: 30px; }
QScrollBar::add-line:horizontal, QScrollBar::sub-line:horizontal { width: 0; }
QScrollBar::add-page:horizontal, QScrollBar::sub-page:horizontal { background: transparent; }
""")
_NARROWEST: Final = 380


def window_style_sheet(theme: Theme) -> str:
    """Write the style sheet of these windows: the status window's, and that of parts which only they have."""
    colours = asdict(theme)
    return style_sheet(theme) + _SHEET.substitute(colours)


class AppWindow(KeyboardWindow):
    """A window beside the status window; Esc and closing hide it."""

    help_page = "trouble.md"

    def __init__(self, name: str, title: str, size: QSize) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(text("windows.title", title=title))
        self.setWindowRole(name)
        self.setMinimumWidth(_NARROWEST)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(14, 14, 14, 12)
        self.column.setSpacing(10)
        self._size = size
        self.set_theme(current_theme())

    @property
    def holds_work(self) -> bool:
        """Whether something that the user began in it would be lost with it."""
        return False

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.setStyleSheet(window_style_sheet(theme))

    def bring(self, *, asked: bool = True) -> None:
        """Open the window, or bring it to the front; the first time in a size that fits the screen."""
        if not self.testAttribute(Qt.WidgetAttribute.WA_Resized):
            size = scaled_to_font(self, self._size)
            self.resize(size.boundedTo(self.screen().availableSize() * 0.92))
        bring_to_front(self, asked=asked)


def card() -> tuple[QFrame, QVBoxLayout]:
    """Make a card, and the column inside."""
    frame = QFrame()
    frame.setObjectName("card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(18, 14, 18, 16)
    column.setSpacing(8)
    return frame, column


def scrolling(inside: QWidget) -> QScrollArea:
    """Make a page scroll up and down, never sideways."""
    inside.setObjectName("page")
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area


def trouble_label() -> QLabel:
    """Make a line for what is wrong; hidden while nothing is."""
    line = label()
    line.setProperty("trouble", True)
    line.hide()
    return line


def text_box(content: str = "", name: str = "") -> QPlainTextEdit:
    """Make a box of text to read and copy, as it is, in a font of fixed width."""
    box = QPlainTextEdit(content)
    box.setReadOnly(True)
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(box.font().pointSizeF())  # as large as everything else
    box.setFont(font)
    box.setTabChangesFocus(True)
    box.setAccessibleName(name)
    box.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return box


# --- A text, shown before it leaves this computer: what is seen is what is copied. ---


class TextWindow(AppWindow):
    """A text, and a button that copies it; never modal."""

    def __init__(
        self, name: str, title: str, intro: str, more: tuple[str, Callable[[], None]] | None = None
    ) -> None:
        super().__init__(name, title, QSize(640, 460))
        self.intro = label(intro)
        self.box = text_box(name=title)
        self.copy = button(text("windows.text.copy"), primary=True)
        self.copied = label(quiet=True)
        self.away = button(text("windows.text.close"))
        self.column.addWidget(self.intro)
        self.column.addWidget(self.box, 1)
        self._add_buttons(more)
        self.copy.clicked.connect(lambda _checked=False: self._copy())
        self.away.clicked.connect(lambda _checked=False: self.close())

    def show_text(self, content: str, *, asked: bool = True) -> None:
        """Open with this text."""
        self.box.setPlainText(content)
        self.copied.setText("")
        self.bring(asked=asked)
        self.copy.setFocus()

    def _add_buttons(self, more: tuple[str, Callable[[], None]] | None) -> None:
        buttons = [self.copy, self.away]
        if more is not None:
            words, click = more
            other = button(words)
            other.clicked.connect(lambda _checked=False: click())
            buttons.insert(1, other)
        self.column.addLayout(row(self.copied, *buttons))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.box.toPlainText())
        self.copied.setText(text("windows.text.copied"))
