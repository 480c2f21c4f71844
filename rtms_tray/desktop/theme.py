"""The colours of windows, light and dark, and the style sheet made of them."""

from string import Template
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette

from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.icons import IconStyle
from rtms_tray.support.files import resources
from rtms_tray.support.frozen import Frozen, asdict


class Theme(Frozen):
    """One set of colours; words have a contrast of 4.5 to 1 or more with their background."""

    icons: IconStyle
    ground: str
    card: str
    edge: str
    line: str
    text: str
    quiet: str
    link: str
    primary: str
    primary_hover: str
    good: str
    bad: str
    open: str
    hover: str


LIGHT: Final = Theme(
    icons=IconStyle.LIGHT,
    ground="#e9ecf1",
    card="#ffffff",
    edge="#c9ced8",
    line="#e3e6ec",
    text="#1b1f27",
    quiet="#596273",
    link="#1b5fd0",
    primary="#1b5fd0",
    primary_hover="#174fae",
    good="#187746",
    bad="#b3261e",
    open="#a05305",
    hover="#f0f3f8",
)
DARK: Final = Theme(
    icons=IconStyle.DARK,
    ground="#15181e",
    card="#22262e",
    edge="#3a4150",
    line="#343a46",
    text="#f1f3f7",
    quiet="#aab3c2",
    link="#84b6ff",
    primary="#2a69d8",
    primary_hover="#3b78e6",
    good="#3ddc84",
    bad="#ff6b61",
    open="#ffb02e",
    hover="#2e343f",
)

_SHEET: Final = Template("""
#window, #page, QDialog { background: $ground; }
#inside, QFrame#card QScrollArea { background: $card; }
QToolTip { color: $text; background: $card; border: 1px solid $edge; padding: 4px 6px; }
QScrollArea { background: $ground; border: none; }
QLabel { color: $text; background: transparent; }
QLabel[quiet="true"] { color: $quiet; }
QLabel[trouble="true"] { color: $bad; }
QLabel[mark="yes"] { color: $good; font-weight: bold; }
QLabel[mark="no"] { color: $bad; font-weight: bold; }
QLabel[mark="unknown"] { color: $open; font-weight: bold; }
QLabel[mark="obstacle"] { color: $open; font-weight: bold; }
QLabel[mark="note"] { color: $quiet; }
QFrame#card { background: $card; border: 1px solid $edge; border-radius: 12px; }
QFrame#banner { background: $card; border: 1px solid $edge; border-radius: 10px;
  border-left: 5px solid $link; border-top-left-radius: 3px; border-bottom-left-radius: 3px; }
QFrame#banner[severity="attention"] { border-left-color: $open; }
QFrame#banner[severity="critical"] { border-left-color: $bad; }
QFrame#question { background: $hover; border: 1px solid $line; border-left: 4px solid $open;
  border-radius: 8px; border-top-left-radius: 3px; border-bottom-left-radius: 3px; }
QFrame#rule { background: $line; border: none; min-height: 1px; max-height: 1px; }
QPushButton { color: $text; background: $card; border: 1px solid $edge; border-radius: 8px;
  padding: 7px 12px; }
QPushButton:hover { background: $hover; }
QPushButton:focus { border: 2px solid $link; padding: 6px 11px; }
QPushButton:disabled { color: $quiet; background: $line; }
QPushButton[primary="true"] { color: white; background: $primary; border: 2px solid $primary;
  padding: 9px 2px; font-weight: bold; }
QPushButton[primary="true"]:hover { background: $primary_hover; }
QPushButton[primary="true"]:focus { border: 2px solid $text; padding: 9px 2px; }
QPushButton[primary="true"]:disabled { color: $quiet; background: $line; border-color: $line; }
QPushButton[flat="true"] { color: $link; background: transparent; border: 1px solid transparent;
  padding: 1px 6px; border-radius: 4px; }
QPushButton[flat="true"]:hover { background: $hover; }
QPushButton[flat="true"]:focus { border: 1px solid $link; padding: 1px 6px; }
QPushButton[flat="true"]:disabled { color: $quiet; }
QPushButton::menu-indicator { image: none; width: 0px; }
QLineEdit { color: $text; background: $card; border: 1px solid $edge; border-radius: 8px;
  padding: 6px 10px; selection-background-color: $primary; selection-color: white;
  placeholder-text-color: $quiet; }
QLineEdit:disabled { color: $quiet; background: $line; placeholder-text-color: $quiet; }
QLineEdit:focus { border: 2px solid $link; padding: 5px 9px; }
QCheckBox { color: $text; background: transparent; spacing: 8px; }
QCheckBox::indicator { width: 0.9em; height: 0.9em; border: 2px solid $quiet; border-radius: 5px;
  background: $card; }
QCheckBox::indicator:checked { border-color: $primary; background: $primary; image: url($check); }
QCheckBox::indicator:focus { border-color: $link; }
QCheckBox::indicator:checked:focus { border-color: $text; }
QTabBar { background: $ground; }
QTabBar::tab { color: $quiet; background: transparent; border: 1px solid transparent;
  border-radius: 8px; padding: 6px 10px; margin-right: 4px; }
QTabBar::tab:selected { color: $text; background: $card; border-color: $edge; }
QTabBar::tab:focus { border-color: $link; }
QMenu { color: $text; background: $card; border: 1px solid $edge; padding: 4px; }
QMenu::item { padding: 5px 26px 5px 18px; border-radius: 5px; }
QMenu::item:default { font-weight: bold; }
QMenu::item:disabled { color: $quiet; }
QMenu::item:selected { color: white; background: $primary; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical { background: $edge; border-radius: 5px; min-height: 30px; }
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical { height: 0; }
QScrollBar::add-page:vertical, QScrollBar::sub-page:vertical { background: transparent; }
""")


def style_sheet(theme: Theme) -> str:
    """Write the status window's style sheet in these colours."""
    colours = asdict(theme)
    check = (resources() / "parts" / "check.svg").as_posix()
    return _SHEET.substitute(colours, check=f'"{check}"')


def is_dark() -> bool:
    """Whether the desktop is dark; where it does not say, judged by its palette."""
    scheme = QGuiApplication.styleHints().colorScheme()
    if scheme is Qt.ColorScheme.Unknown:
        return QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128  # noqa: PLR2004  half of 255
    return scheme is Qt.ColorScheme.Dark


def current_theme() -> Theme:
    """Choose the theme that goes with the desktop's."""
    return DARK if is_dark() else LIGHT


def tray_style(platform: str, *, monochrome: bool = False) -> IconStyle:
    """Choose the tray icon's style; what colour the panel has is not known: many are dark on light desktops."""
    if platform == "darwin":
        return IconStyle.MASK
    if monochrome:
        return IconStyle.BLACK if not is_dark() and platform == "win32" else IconStyle.WHITE
    return IconStyle.DARK if is_dark() else IconStyle.ANY


SEVERITIES: Final = (Severity.CRITICAL, Severity.ATTENTION, Severity.INFO)
"""Loudest first."""
