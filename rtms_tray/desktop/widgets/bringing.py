"""Brings windows to the front: with the keyboard where the user asked for them, and without it where nobody did."""

import os
import sys
from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

_STARTED_BY_CLICK: Final = ("DESKTOP_STARTUP_ID", "XDG_ACTIVATION_TOKEN")
"""What desktops give a program that somebody has just started from a menu or a launcher."""
_QTS_HINT: Final = "_q_showWithoutActivating"
"""How Qt hands the hint on to a window that the system knows already."""


def was_clicked(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether somebody started the program by a click, and waits for its first window.

    Elsewhere than on Linux the system itself judges that.
    """
    return not platform.startswith("linux") or any(map(environ.get, _STARTED_BY_CLICK))


def marks_of_click() -> Mapping[str, str]:
    """What a program is given that is started by a click here."""
    return {_STARTED_BY_CLICK[0]: "rtms-tray"}


def bring_to_front(window: QWidget, *, asked: bool = True) -> None:
    """Show a window; one that nobody asked for leaves the keyboard to the program that has it."""
    if not asked and window.isVisible():
        QApplication.alert(window)
        return
    _hint(window, takes_keyboard=asked)
    window.showNormal() if window.isMinimized() else window.show()
    if asked:
        window.raise_()
        window.activateWindow()
    else:
        QApplication.alert(window)


def _hint(window: QWidget, *, takes_keyboard: bool) -> None:
    window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, not takes_keyboard)
    if (handle := window.windowHandle()) is not None:
        handle.setProperty(_QTS_HINT, not takes_keyboard)
