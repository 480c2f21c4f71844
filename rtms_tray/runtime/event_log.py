"""The last events as they came, and the last calls to Zoom with their answers, without secrets.

They are for people who want to see for themselves: each event says what it changed.
Kept in memory only, and gone with the program.
"""

import heapq
import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Final

from rtms_tray.capture.events import Meeting
from rtms_tray.capture.session import Session
from rtms_tray.store.log import redacted
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text
from rtms_tray.support.units import Millis
from rtms_tray.zoom.exchanges import Exchange
from rtms_tray.zoom.feeds import News
from rtms_tray.zoom.json_values import SECRET_NAMES, plain, without_secrets

KEPT: Final = 500
LONGEST: Final = 16 * 1024  # less than what the redaction leaves whole
_UNLOGGED: Final = re.compile(rf"{SECRET_NAMES.pattern}|name|topic|phone")
_LONGEST_NAME: Final = 80
_ODD: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_LONGEST_LINE: Final = 2000


class Kind(StrEnum):
    """What an entry is about."""

    EVENT = "event"
    REQUEST = "request"


class Change(Frozen):
    """A session of a meeting that an event has brought into another state; `before` is empty for a new one."""

    meeting: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.before} → {self.after}" if self.before else f"→ {self.after}"


class Entry(Frozen):
    """One event, or one call: when it came, its name, what came of it, and all of it, indented."""

    number: int  # counted from 1, over the whole run
    at: Millis
    name: str
    text: str
    kind: Kind = Kind.EVENT
    about: str = ""  # in the list, beside the name

    def contains(self, words: str) -> bool:
        """Tell whether every one of these words is in it, capitals or not."""
        whole = f"{self.name}\n{self.about}\n{self.text}".casefold()
        return all(word in whole for word in words.casefold().split())


class _Unread(Frozen):
    """An event as it came: most are never looked at, and making one readable takes as long as following it."""

    number: int
    received: News
    changes: Sequence[Change]

    def read(self) -> Entry:
        """Make it readable."""
        name, content = _readable(self.received.raw)
        facts = (*_changed(self.changes), *_named(self.received.event))
        whole = "\n".join((*facts, content))
        return Entry(self.number, self.received.at, name, whole, Kind.EVENT, " · ".join(facts))


class EventLog:
    """Keeps the newest events and the newest calls, and tells listeners of each."""

    def __init__(self, kept: int = KEPT) -> None:
        # Apart, so that a busy account's events leave the calls where they are.
        self._entries = {kind: deque[Entry | _Unread](maxlen=kept) for kind in Kind}
        self._listeners: list[Callable[[Entry], None]] = []
        self._count = 0

    def add(self, received: News, changes: Sequence[Change] = ()) -> None:
        """Keep an event with what it changed, and show it to the listeners."""
        self._count += 1
        unread = _Unread(self._count, received, changes)
        # What is too long to be kept whole is cut at once.
        at_once = self._listeners or len(received.raw) > LONGEST
        self._keep(Kind.EVENT, unread.read() if at_once else unread)

    def add_exchange(self, exchange: Exchange) -> None:
        """Keep a call with its answer, and show it to the listeners."""
        call = exchange.call
        name = plain(f"{call.method} {redacted(call.path)}", _LONGEST_LINE)
        parts = (("", _result(exchange)), ("→ ", call.sent), ("← ", exchange.received))
        whole = "\n".join(mark + _written(part) for mark, part in parts if part is not None)
        self._count += 1
        result = _result(exchange)
        self._keep(
            Kind.REQUEST,
            Entry(self._count, call.at, name, _cut(whole), Kind.REQUEST, result),
        )

    def _keep(self, kind: Kind, entry: Entry | _Unread) -> None:
        self._entries[kind].append(entry)
        if isinstance(entry, Entry):
            for listener in tuple(self._listeners):
                listener(entry)

    def _read(self, kind: Kind) -> Sequence[Entry]:
        """Make all entries of a kind readable, each once."""
        kept = self._entries[kind]
        read = [one if isinstance(one, Entry) else one.read() for one in kept]
        kept.clear()
        kept.extend(read)
        return read

    def listen(self, listener: Callable[[Entry], None]) -> Callable[[], None]:
        """Call `listener` with every entry from now on, until the function that is returned is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def newest(self, words: str = "", kinds: Iterable[Kind] = tuple(Kind)) -> Iterator[Entry]:
        """Give the kept entries of these kinds that hold these words, newest first."""
        wanted = (reversed(self._read(kind)) for kind in kinds)
        ordered = heapq.merge(*wanted, key=lambda entry: -entry.number)
        return (entry for entry in ordered if entry.contains(words))


def changes_between(before: Sequence[Session], after: Sequence[Session]) -> tuple[Change, ...]:
    """Say which sessions are in another state, or new."""
    if after is before:
        return ()
    same = set(map(id, before))
    changed = [one for one in after if id(one) not in same]  # of hundreds, most often one
    numbers = {one.number for one in changed}
    states = {one.number: str(one.state) for one in before if one.number in numbers}
    return tuple(
        Change(one.meeting.number or one.meeting.uuid or "", states.get(one.number, ""), one.state)
        for one in changed
        if states.get(one.number) != one.state
    )


def _named(event: object) -> Iterator[str]:
    """Name the meeting and the stream of an event."""
    meeting = getattr(event, "meeting", None)
    name = (meeting.number or meeting.uuid) if isinstance(meeting, Meeting) else None
    stream = getattr(event, "stream_id", None)
    if name:
        yield text("windows.inspector.of_meeting", meeting=redacted(plain(name, _LONGEST_NAME)))
    if stream:
        yield text("windows.inspector.of_stream", stream=redacted(plain(stream, _LONGEST_NAME)))


def _changed(changes: Sequence[Change]) -> Iterator[str]:
    """Say what an event changed; with several sessions, in which meeting."""
    for change in changes:
        yield f"{redacted(change.meeting)}: {change}" if len(changes) > 1 else str(change)


def _result(exchange: Exchange) -> str:
    """Say in one line how a call ended: status, Zoom's code and words, how long it took."""
    took = text("windows.inspector.took", ms=exchange.took)
    status = str(exchange.status) if exchange.status else f"✗ {exchange.trouble}"
    parts = (status, str(exchange.code or ""), redacted(exchange.words), took)
    return " · ".join(part for part in parts if part)


def _written(part: object) -> str:
    """Write one part of a call: a line as it is, JSON indented."""
    if isinstance(part, str):
        return part
    return _escaped(redacted(json.dumps(part, indent=2, ensure_ascii=False)))


def _readable(raw: str) -> tuple[str, str]:
    """Take an event's name and a text without secrets out of what came."""
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        return "?", _cut(_escaped(redacted(raw)))
    name = content.get("event") if isinstance(content, dict) else None
    clean = json.dumps(without_secrets(content), indent=2, ensure_ascii=False)
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
    line = json.dumps(without_secrets(content, _UNLOGGED), ensure_ascii=True)
    return redacted(line)[:_LONGEST_LINE]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n… cut off here"
