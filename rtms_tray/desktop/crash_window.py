"""Shows the report of a failure that nothing caught."""

from collections.abc import Callable

from rtms_tray.desktop.widgets.app_window import TextWindow
from rtms_tray.support.texts import text


class CrashWindow(TextWindow):
    """The report of a failure, to copy, and the way to the log."""

    def __init__(self, open_log: Callable[[], None]) -> None:
        more = (text("windows.crash.show_log"), open_log)
        super().__init__("crash", text("windows.crash.title"), text("windows.crash.intro"), more)
