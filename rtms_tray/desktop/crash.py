"""Shows a report when something fails that nothing caught; the program keeps running.

Failures arrive through the log: whatever catches one logs it with its traceback.
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
from rtms_tray.support.files import without_home

log = logging.getLogger(__name__)

_HARMLESS: Final = ("rtms_tray.desktop.notifications", "rtms_tray.doctor")
"""Modules that show a failure in another way, and lose nothing more by it."""


class CrashHandler(logging.Handler):
    """Shows the first failure that is logged with a traceback, in the thread of Qt."""

    class _Signals(QObject):
        failed = Signal(str)

    def __init__(self, show: Callable[[str], None], redact: Callable[[str], str]) -> None:
        super().__init__(logging.ERROR)
        self._signals = self._Signals()
        self._signals.failed.connect(show, Qt.ConnectionType.QueuedConnection)
        self._redact = redact
        self._reported = False

    def emit(self, record: logging.LogRecord) -> None:
        """Report a failure with a traceback: only the first, as the others mostly follow from it."""
        if self._reported or not record.exc_info or record.name.startswith(_HARMLESS):
            return
        self._reported = True
        self._signals.failed.emit(without_home(self._redact(_report(record))))


def _report(record: logging.LogRecord) -> str:
    trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
    about = f"rtms-tray {__version__}, Python {platform.python_version()}, {platform.platform()}"
    return f"{about}\n{record.name}: {record.getMessage()}\n\n{trace}"


@contextmanager
def crashes_shown(show: Callable[[str], None], redact: Callable[[str], str]) -> Iterator[None]:
    """Show the first failure meanwhile that nothing catches: in Qt's calls, in tasks, or in threads.

    `show` gets its report, from which `redact` has taken whatever is secret.
    """
    handler = CrashHandler(show, redact)
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
    log.critical("Unhandled exception.", exc_info=(kind, error, trace))


def _log_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        _log_unhandled(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
