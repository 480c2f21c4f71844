"""The tray icon before the program behind it: on the screen at once, while everything else is still being loaded.

It imports Qt, and nothing else that takes time (the namespace `Qt` alone takes 15 ms). The program takes the icon
over, with what was clicked meanwhile.
"""

import builtins
import gc
import sys
import threading
from collections.abc import Callable
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from rtms_tray.support.files import resources
from rtms_tray.support.texts import language_in_use

T = TypeVar("T")

NAME: Final = "rtms-tray"
_LOADED: Final = 1  # what Qt's loop returns; 0 when the desktop tells it to quit
OPENS: Final = frozenset(
    {QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick}
)
"""The clicks that open the window."""


def name_application(app: QApplication) -> None:
    """Give the program the names that desktops list it by, and its language; before anything is shown."""
    app.setApplicationName(NAME)
    app.setApplicationDisplayName(NAME)
    app.setDesktopFileName(NAME)
    app.setWindowIcon(QIcon(str(resources() / "app" / "rtms-tray.svg")))
    app.setQuitOnLastWindowClosed(False)
    language = language_in_use()
    if language.code != "en":
        from rtms_tray.desktop.qt_language import follow  # noqa: PLC0415 - not for English

        follow(language, app)


def use_plain_imports() -> None:
    """Have modules imported as Python does it.

    PySide reads the source of every module that is imported after it, to see whether it uses a feature
    that is not used here, and keeps all of it in memory: 13 MB.
    """
    plain = getattr(builtins, "__orig_import__", None)  # where PySide keeps it
    if plain is not None:
        builtins.__import__ = plain


class FirstIcon(QObject):
    """An icon that says no more than that the program is there, and remembers a click.

    Attributes:
        app: the Qt application, made here unless there is one.
        icon: the icon; the program goes on with the same one.
        menu: its menu, for the same reason.
        had_tray: whether there was a tray to show it in, once `meanwhile` was called.
        clicked: whether somebody wants to see the window.
        asked_to_quit: whether the desktop has told the program to end.
    """

    _done = Signal()

    def __init__(self, app: QApplication | None = None) -> None:
        use_plain_imports()
        # What is loaded from now on stays; looking through it again and again takes long. And a thread
        # must not collect Qt's objects.
        gc.disable()
        self.app = app or QApplication(sys.argv[:1])
        super().__init__()
        name_application(self.app)
        self.had_tray = True
        self._loading = False
        self._done.connect(self._loaded)  # comes from a thread, and runs in this one
        self.clicked = self.asked_to_quit = False
        self.menu = QMenu()
        self.menu.addAction(NAME).triggered.connect(self._click)  # filled: Xfce keeps an empty one
        self.icon = QSystemTrayIcon(QIcon(str(resources() / "app" / "starting.svg")))
        self.icon.setObjectName(NAME)
        self.icon.setToolTip(NAME)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.icon.show()

    def meanwhile(self, work: Callable[[], T]) -> T:
        """Do blocking work in a thread, while the tray gets its answers from this one; raises what it raises."""
        self.had_tray = QSystemTrayIcon.isSystemTrayAvailable()
        outcome: list[T] = []
        failure: list[BaseException] = []

        def run() -> None:
            try:
                outcome.append(work())
            except BaseException as error:  # noqa: BLE001 - it is the caller's
                failure.append(error)
            self._done.emit()

        thread = threading.Thread(target=run, name="loading", daemon=True)
        self._loading = True
        thread.start()
        self.asked_to_quit = self.app.exec() != _LOADED
        self._loading = False
        thread.join()
        if failure:
            raise failure[0]
        return outcome[0]

    def _loaded(self) -> None:
        if self._loading:  # else the desktop has ended the loop before
            self.app.exit(_LOADED)

    def hand_over(self) -> QSystemTrayIcon:
        """Give the icon to the program: its clicks are no longer noted here."""
        self.icon.activated.disconnect(self._activated)
        return self.icon

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in OPENS:
            self._click()

    def _click(self) -> None:
        self.clicked = True
