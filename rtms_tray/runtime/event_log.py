"""The last events as they came, for people who want to see for themselves; secrets are taken out.

Kept in memory only, and gone with the program.
"""

import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from rtms_tray.store.log import redacted
from rtms_tray.support.units import Millis
from rtms_tray.zoom.feeds import Received
from rtms_tray.zoom.json_values import plain

KEPT: Final = 500
LONGEST: Final = 16 * 1024  # less than what the redaction leaves whole
_SECRET: Final = re.compile(r"(?i)secret|password|passcode|token|signature|pwd|zak|e_?mail")
_UNLOGGED: Final = re.compile(rf"{_SECRET.pattern}|name|topic|phone")
_DEEPEST: Final = 12
_LONGEST_NAME: Final = 80
_ODD: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_LONGEST_LINE: Final = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: when it came, its name, and its JSON without secrets, indented."""

    number: int  # counted from 1, over the whole run
    at: Millis
    name: str
    text: str

    def contains(self, words: str) -> bool:
        """Tell whether every one of these words is in it, capitals or not."""
        whole = f"{self.name}\n{self.text}".casefold()
        return all(word in whole for word in words.casefold().split())


class EventLog:
    """Keeps the newest events, and tells listeners of each."""

    def __init__(self, kept: int = KEPT) -> None:
        self._entries: deque[Entry] = deque(maxlen=kept)
        self._listeners: list[Callable[[Entry], None]] = []
        self._count = 0

    def add(self, received: Received) -> None:
        """Keep an event, and show it to the listeners."""
        self._count += 1
        name, text = _readable(received.raw)
        entry = Entry(self._count, received.at, name, text)
        self._entries.append(entry)
        for listener in tuple(self._listeners):
            listener(entry)

    def listen(self, listener: Callable[[Entry], None]) -> Callable[[], None]:
        """Call `listener` with every event from now on, until the function that is returned is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def newest(self, words: str = "") -> Iterator[Entry]:
        """Give the kept events that hold these words, newest first."""
        return (entry for entry in reversed(self._entries) if entry.contains(words))


def _readable(raw: str) -> tuple[str, str]:
    """Take an event's name and a text without secrets out of what came."""
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        return "?", _cut(_escaped(redacted(raw)))
    name = content.get("event") if isinstance(content, dict) else None
    clean = json.dumps(_without_secrets(content, _DEEPEST), indent=2, ensure_ascii=False)
    shown = plain(redacted(name), _LONGEST_NAME) if isinstance(name, str) else "?"
    return shown, _cut(_escaped(redacted(clean)))


def _escaped(text: str) -> str:
    """Write what turns the writing round, or is no character at all, as JSON would."""
    return _ODD.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def in_one_line(raw: str) -> str:
    """Write an event for the log: what it says, but no secrets and nobody's name."""
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        return "?"
    line = json.dumps(_without_secrets(content, _DEEPEST, _UNLOGGED), ensure_ascii=True)
    return redacted(line)[:_LONGEST_LINE]


def _without_secrets(value: object, depth: int, hidden: re.Pattern[str] = _SECRET) -> object:
    if depth == 0:
        return "…"
    if isinstance(value, dict):
        return {
            key: "…" if hidden.search(key) and inner else _without_secrets(inner, depth - 1, hidden)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_without_secrets(inner, depth - 1, hidden) for inner in value]
    return value


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n… cut off here"
