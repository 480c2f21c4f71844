"""The windows of an X11 desktop: which there are, and being told when that changes.

A connection of its own to the X server, through the library that Qt draws with (libxcb). The server says when a window
comes or goes, and when one of Zoom's gets another title; between these nothing is asked. Windows of Wayland are not
seen; Zoom's are where it runs under Xwayland.
"""

import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

from rtms_tray.support.frozen import Frozen

_EVENT_MASK: Final = 1 << 11  # XCB_CW_EVENT_MASK
_PROPERTY_CHANGE: Final = 1 << 22  # XCB_EVENT_MASK_PROPERTY_CHANGE
_PROPERTY_NOTIFY: Final = 28
_ANY_KIND: Final = 0x7F  # without the mark of what another program sent
_ANY_TYPE: Final = 0
_LONGEST: Final = 4_096
"""Words of four bytes: more windows, or a longer title, than anybody has."""
_ATOMS: Final = ("_NET_CLIENT_LIST", "WM_CLASS", "_NET_WM_NAME", "WM_NAME")


class NoServerError(Exception):
    """There is no X server to ask, or it is gone."""


class X11Window(Frozen):
    """A window: its class (`WM_CLASS`, the second name) and its title."""

    class_name: str
    title: str


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _Screens(ctypes.Structure):
    _fields_ = (
        ("root", ctypes.POINTER(ctypes.c_uint32)),
        ("left", ctypes.c_int),
        ("at", ctypes.c_int),
    )


class _Atom(ctypes.Structure):
    _fields_ = (("head", ctypes.c_uint32), ("length", ctypes.c_uint32), ("atom", ctypes.c_uint32))


class _Event(ctypes.Structure):
    _fields_ = (
        ("kind", ctypes.c_uint8),
        ("pad", ctypes.c_uint8),
        ("sequence", ctypes.c_uint16),
        ("window", ctypes.c_uint32),
        ("atom", ctypes.c_uint32),
    )


_POINTER: Final = ctypes.c_void_p
_NUMBER: Final = ctypes.c_uint32
_SIGNATURES: Final[dict[str, tuple[Any, tuple[Any, ...]]]] = {
    "xcb_connect": (_POINTER, (ctypes.c_char_p, ctypes.POINTER(ctypes.c_int))),
    "xcb_connection_has_error": (ctypes.c_int, (_POINTER,)),
    "xcb_disconnect": (None, (_POINTER,)),
    "xcb_get_file_descriptor": (ctypes.c_int, (_POINTER,)),
    "xcb_get_setup": (_POINTER, (_POINTER,)),
    "xcb_setup_roots_iterator": (_Screens, (_POINTER,)),
    "xcb_screen_next": (None, (ctypes.POINTER(_Screens),)),
    "xcb_flush": (ctypes.c_int, (_POINTER,)),
    "xcb_poll_for_event": (ctypes.POINTER(_Event), (_POINTER,)),
    "xcb_intern_atom": (_Cookie, (_POINTER, ctypes.c_uint8, ctypes.c_uint16, ctypes.c_char_p)),
    "xcb_intern_atom_reply": (ctypes.POINTER(_Atom), (_POINTER, _Cookie, _POINTER)),
    "xcb_change_window_attributes": (
        _Cookie,
        (_POINTER, _NUMBER, _NUMBER, ctypes.POINTER(_NUMBER)),
    ),
    "xcb_get_property": (
        _Cookie,
        (_POINTER, ctypes.c_uint8, _NUMBER, _NUMBER, _NUMBER, _NUMBER, _NUMBER),
    ),
    "xcb_get_property_reply": (_POINTER, (_POINTER, _Cookie, _POINTER)),
    "xcb_get_property_value": (_POINTER, (_POINTER,)),
    "xcb_get_property_value_length": (ctypes.c_int, (_POINTER,)),
}


@cache
def _xcb(name: str = "libxcb.so.1") -> ctypes.CDLL:
    """Load the library; raises OSError where there is none."""
    library = ctypes.CDLL(name)
    for function, (result, arguments) in _SIGNATURES.items():
        found = getattr(library, function)
        found.restype, found.argtypes = result, arguments
    return library


@cache
def _free() -> Callable[[Any], None]:
    free = ctypes.CDLL(None).free
    free.restype, free.argtypes = None, (_POINTER,)
    return lambda pointer: free(ctypes.cast(pointer, _POINTER))


class X11Desktop:
    """A connection to the X server. `fileno` can be read when `take_events` has something to take."""

    def __init__(self, display: str | None = None) -> None:
        """Connect; raises NoServerError."""
        try:
            self._xcb = _xcb()
        except OSError as error:
            raise NoServerError from error
        screen = ctypes.c_int()
        name = os.fsencode(display) if display else None
        self._connection = self._xcb.xcb_connect(name, ctypes.byref(screen))
        self._followed: set[int] = set()
        self._classes: dict[int, str] = {}
        try:
            self._check()
            self._root = self._root_of(screen.value)
            self._atoms = {atom: self._atom(atom) for atom in _ATOMS}
            self._follow(self._root)
        except NoServerError:
            self.close()
            raise

    @property
    def fileno(self) -> int:
        """The socket to the server."""
        return int(self._xcb.xcb_get_file_descriptor(self._connection))

    def close(self) -> None:
        """Leave the server."""
        self._xcb.xcb_disconnect(self._connection)

    def take_events(self) -> bool:
        """Take what the server has said; whether windows or titles have changed. Raises NoServerError."""
        changed = False
        while event := self._xcb.xcb_poll_for_event(self._connection):
            said = event.contents
            changed |= said.kind & _ANY_KIND == _PROPERTY_NOTIFY and self._matters(said)
            _free()(event)
        self._check()
        return changed

    def windows(self, class_name: str) -> tuple[X11Window, ...]:
        """List the windows of a class, in any case of letters, and follow their titles. Raises NoServerError."""
        listed = self._property(self._root, "_NET_CLIENT_LIST")
        ids = memoryview(listed[: len(listed) // 4 * 4]).cast("I").tolist()
        self._classes = {each: self._classes.get(each) or self._class_of(each) for each in ids}
        self._followed &= {self._root, *ids}  # numbers are used again
        found = [each for each in ids if self._classes[each].casefold() == class_name]
        for each in found:
            self._follow(each)  # before its title is read: no change of it is missed
        windows = tuple(X11Window(self._classes[each], self._title_of(each)) for each in found)
        self._check()
        return windows

    def _matters(self, said: _Event) -> bool:
        """Whether it is news of the list of windows, or of a title; some desktops write a clock to the root's."""
        of_list = said.atom == self._atoms["_NET_CLIENT_LIST"]
        return of_list or (said.window != self._root and said.atom in self._atoms.values())

    def _follow(self, window: int) -> None:
        if window not in self._followed:
            self._followed.add(window)
            mask = ctypes.byref(_NUMBER(_PROPERTY_CHANGE))
            self._xcb.xcb_change_window_attributes(self._connection, window, _EVENT_MASK, mask)
            self._xcb.xcb_flush(self._connection)

    def _class_of(self, window: int) -> str:
        return self._property(window, "WM_CLASS").decode("latin-1").rstrip("\0").rpartition("\0")[2]

    def _title_of(self, window: int) -> str:
        title = self._property(window, "_NET_WM_NAME") or self._property(window, "WM_NAME")
        return title.decode(errors="replace")

    def _property(self, window: int, name: str) -> bytes:
        """Read a property; empty where the window has none, or is gone."""
        xcb, connection = self._xcb, self._connection
        cookie = xcb.xcb_get_property(
            connection, 0, window, self._atoms[name], _ANY_TYPE, 0, _LONGEST
        )
        reply = xcb.xcb_get_property_reply(connection, cookie, None)
        if not reply:
            return b""
        length = xcb.xcb_get_property_value_length(reply)
        value = ctypes.string_at(xcb.xcb_get_property_value(reply), length)
        _free()(reply)
        return value

    def _root_of(self, screen: int) -> int:
        screens = self._xcb.xcb_setup_roots_iterator(self._xcb.xcb_get_setup(self._connection))
        for _ in range(screen):
            self._xcb.xcb_screen_next(ctypes.byref(screens))
        return int(screens.root.contents.value)

    def _atom(self, name: str) -> int:
        cookie = self._xcb.xcb_intern_atom(self._connection, 0, len(name), name.encode())
        reply = self._xcb.xcb_intern_atom_reply(self._connection, cookie, None)
        if not reply:
            raise NoServerError
        atom = int(reply.contents.atom)
        _free()(reply)
        return atom

    def _check(self) -> None:
        if self._xcb.xcb_connection_has_error(self._connection):
            raise NoServerError


@contextmanager
def x11_desktop(display: str | None = None) -> Iterator[X11Desktop | None]:
    """Give a connection to the X server; None where there is none."""
    try:
        desktop = X11Desktop(display)
    except NoServerError:
        yield None
        return
    try:
        yield desktop
    finally:
        desktop.close()
