"""Calls to Zoom and their answers, as they went over the wire, for people who want to see for themselves.

Whatever could be a secret is left out at once: of a form only what kind of grant it asks for, of JSON every
value under a name that means a secret, and no headers at all.
"""

import re
from collections.abc import Callable
from itertools import count
from typing import Final, TypeAlias
from urllib.parse import parse_qsl, quote, urlencode

from rtms_tray.support.clock import Clock, SystemClock
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.units import Millis
from rtms_tray.zoom.json_values import as_int, as_object, parse_object, plain, without_secrets

LONGEST_WORDS: Final = 300
_CODES: Final = ("code", "errorCode", "error_code")
_WORDS: Final = ("message", "errorMessage", "reason", "error_description", "error")
_SECRET_PARAMETER: Final = re.compile(r"(?i)token|secret|code|pwd|zak|password|state|mail")


class Call(Frozen):
    """A call that goes out; `sent` is its JSON, or of a form what kind of grant it asks for."""

    number: int  # counted from 1, over the whole run
    at: Millis
    method: str
    path: str
    sent: object = None


class Exchange(Frozen):
    """A call and what came of it: an answer, or else the trouble, which is the name of an error."""

    call: Call
    took: Millis
    status: int | None = None
    received: object = None
    trouble: str = ""

    @property
    def code(self) -> int | None:
        """Zoom's own number for what it refuses, under any of the names that its pages use for it."""
        fields = as_object(self.received) or {}
        found = (as_int(fields.get(name)) for name in _CODES)
        return next((code for code in found if code is not None), None)

    @property
    def words(self) -> str:
        """Zoom's own words for it."""
        fields = as_object(self.received) or {}
        found = (plain(fields.get(name), LONGEST_WORDS) for name in _WORDS)
        return next((words for words in found if words), "")


Listener: TypeAlias = Callable[[Call | Exchange], None]


class Exchanges:
    """Tells its listeners of every call as it goes out, and again of what came of it."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._numbers = count(1)
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Tell this one, too, from now on."""
        self._listeners.append(listener)

    def began(self, method: str, path: str, content: bytes, kind: str) -> Call:
        """Tell that a call goes out; `kind` is the media type of its content."""
        sent = _of_form(content) if "form" in kind else without_secrets(parse_object(content))
        call = Call(next(self._numbers), self._clock(), method, _without_parameters(path), sent)
        self._tell(call)
        return call

    def answered(self, call: Call, took: Millis, status: int, content: bytes) -> None:
        """Tell how a call was answered."""
        self._tell(Exchange(call, took, status, without_secrets(parse_object(content))))

    def failed(self, call: Call, took: Millis, trouble: str) -> None:
        """Tell that a call was not answered."""
        self._tell(Exchange(call, took, trouble=trouble))

    def _tell(self, what: Call | Exchange) -> None:
        for listener in self._listeners:
            listener(what)


def _of_form(content: bytes) -> object:
    fields = dict(parse_qsl(content.decode("ascii", "replace")))
    return {name: value for name, value in fields.items() if name == "grant_type"} or None


def _without_parameters(path: str) -> str:
    """Leave out the values of an address's parameters that may be secret."""
    bare, _, query = path.partition("?")
    if not query:
        return bare
    pairs = parse_qsl(query, keep_blank_values=True)
    shown = [(name, "…" if _SECRET_PARAMETER.search(name) else value) for name, value in pairs]
    return f"{bare}?{urlencode(shown).replace(quote('…'), '…')}"
