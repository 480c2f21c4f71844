"""Tells the user once when something inside fails that nobody thought of; the program goes on.

Failures arrive by the log: whatever catches one writes it there with its traceback.
"""

import logging
import platform
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal

from rtms_tray import __version__
from rtms_tray.desktop.widgets.text_dialog import TextDialog
from rtms_tray.doctor.report import without_home
from rtms_tray.store.log import redacted

log = logging.getLogger(__name__)

_HARMLESS: Final = ("rtms_tray.desktop.notifications", "rtms_tray.doctor")
"""Where a failure is caught, told to the user in another way, and costs nothing more."""
_INTRO: Final = (
    "Something went wrong inside rtms-tray. It goes on running, but what it shows may be wrong: "
    "restart it. This text would help to mend it; it holds no secrets."
)


class Crashes(logging.Handler):
    """Hears of failures from the log; `tell` gets the text of the first one, in the thread of Qt."""

    class _Signals(QObject):
        failed = Signal(str)

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._signals = self._Signals()
        self._signals.failed.connect(tell, Qt.ConnectionType.QueuedConnection)
        self._told = False

    def emit(self, record: logging.LogRecord) -> None:
        """Tell of a failure with a traceback: the first one only, the others follow from it mostly."""
        if self._told or not record.exc_info or record.name.startswith(_HARMLESS):
            return
        self._told = True
        self._signals.failed.emit(_written(record))


def _written(record: logging.LogRecord) -> str:
    trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
    about = f"rtms-tray {__version__}, Python {platform.python_version()}, {platform.platform()}"
    return without_home(redacted(f"{about}\n{record.name}: {record.getMessage()}\n\n{trace}"))


class CrashDialog(TextDialog):
    """The failure's text, to copy, and the way to the log."""

    def __init__(self, open_log: Callable[[], None]) -> None:
        super().__init__("crash", "Something went wrong", _INTRO, ("Show the log", open_log))


@contextmanager
def watched(tell: Callable[[str], None]) -> Iterator[None]:
    """Hear of everything that fails meanwhile: in Qt's own calls, in tasks, and in threads."""
    handler = Crashes(tell)
    logging.getLogger().addHandler(handler)
    hook, thread_hook = sys.excepthook, threading.excepthook
    sys.excepthook, threading.excepthook = _log_unhandled, _log_in_thread
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = hook, thread_hook
        logging.getLogger().removeHandler(handler)


def _log_unhandled(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    log.critical("Nobody caught this.", exc_info=(kind, error, trace))


def _log_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        _log_unhandled(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
