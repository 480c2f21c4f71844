"""Hears from the system that this computer's Zoom client comes into a meeting or leaves it, by its windows.

Zoom documents none of this: titles and classes are as others found them (zoom-facts §9.2), and Zoom translates some of
them. Nothing here says which meeting it is. Wayland shows no program another one's windows, a browser's join page is a
page like any other, and macOS tells of windows only those who may record the screen: there, nobody is told.
"""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from rtms_tray.zoom.x11_windows import NoServerError, X11Desktop, X11Window, x11_desktop

_CLASS: Final = "zoom"
_TITLES: Final = frozenset(
    {
        "Meeting",
        "Webinar",
        "Zoom Meeting",
        "Zoom Webinar",
        "Zoom ミーティング",
        "zoom_linux_float_video_window",  # what is left of a meeting's window that was minimised
    }
)
_WITH_LIMIT: Final = "Zoom Meeting "
"""Free accounts' meetings say how long they may take."""

Told = Callable[[bool], None]


def is_meeting(window: X11Window) -> bool:
    """Tell whether a window of Zoom's on Linux is one that only a meeting has."""
    return window.title in _TITLES or window.title.startswith(_WITH_LIMIT)


def meetings_told(told: Told, platform: str = sys.platform) -> AbstractContextManager[bool]:
    """Call `told` with whether the client is in a meeting, now and at each change; gives whether the system tells."""
    systems = {"linux": _told_by_x11, "win32": _told_by_windows}
    return systems.get(platform, _told_by_nobody)(told)


@contextmanager
def _told_by_nobody(_told: Told) -> Iterator[bool]:
    yield False


@contextmanager
def _told_by_x11(told: Told) -> Iterator[bool]:
    with x11_desktop() as desktop:
        if desktop is None:
            yield False
            return
        loop, socket = asyncio.get_running_loop(), desktop.fileno

        def look() -> None:
            try:
                while desktop.take_events():  # again: some come with what is read
                    _tell(desktop, told)
            except NoServerError:
                loop.remove_reader(socket)

        loop.add_reader(socket, look)
        _tell(desktop, told)
        look()
        try:
            yield True
        finally:
            loop.remove_reader(socket)


def _tell(desktop: X11Desktop, told: Told) -> None:
    told(any(map(is_meeting, desktop.windows(_CLASS))))


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    from rtms_tray.zoom.client_meeting import WindowsMachine, has_meeting_window

    _FOREGROUND: Final = 0x0003  # EVENT_SYSTEM_FOREGROUND
    _IN_THIS_PROGRAM: Final = 0x0000  # WINEVENT_OUTOFCONTEXT: Qt's loop calls

    @contextmanager
    def _told_by_windows(told: Told) -> Iterator[bool]:
        """Look when another window comes to the front, as a meeting's does (never run on Windows)."""
        machine = WindowsMachine()

        def look(*_event: object) -> None:
            told(has_meeting_window(machine.windows() or ()))

        number = wintypes.DWORD
        kind = ctypes.WINFUNCTYPE(
            None,
            wintypes.HANDLE,
            number,
            wintypes.HWND,
            wintypes.LONG,
            wintypes.LONG,
            number,
            number,
        )
        called = kind(look)  # kept alive here as long as Windows may call it
        user32 = ctypes.WinDLL("user32")
        user32.SetWinEventHook.restype = wintypes.HANDLE
        hook = user32.SetWinEventHook(
            _FOREGROUND, _FOREGROUND, None, called, 0, 0, _IN_THIS_PROGRAM
        )
        look()
        try:
            yield bool(hook)
        finally:
            user32.UnhookWinEvent(wintypes.HANDLE(hook))

else:
    _told_by_windows = _told_by_nobody
