"""The app's relay between Zoom and the program: its own router and scrubbing, on a store in memory.

It always hears. What it keeps for the app owner comes to the program at once while that is connected, and all together,
in order, once it is connected again.
"""

from bisect import bisect_right
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

import msgspec

from rtms_tray.relay.journal import Stored, in_subject, message_id
from rtms_tray.relay.records import MeetingRecord, Records, StreamRecord, UserRecord
from rtms_tray.relay.router import Router
from rtms_tray.relay.webhook_events import read_event

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Heard:
    """What the relay keeps for the app owner: its copy, when it got the event, and Zoom's own text of it."""

    sequence: int
    text: str
    received_at: int
    of: str


class Reader(Protocol):
    """The tray's connection."""

    def hear(self, heard: Heard) -> None:
        """Take what is stored, if anything can come now."""
        ...


def _done(work: Coroutine[Any, Any, T]) -> T:
    """Run what never waits."""
    try:
        work.send(None)
    except StopIteration as end:
        return cast("T", end.value)
    raise RuntimeError("the store in memory never waits")


class _Bucket(Generic[T]):
    """Records in memory."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, ...], T] = {}

    async def get(self, *name: str) -> T | None:
        return self._kept.get(name)

    async def change(self, change: Callable[[T | None], T | None], *name: str) -> T | None:
        found = self._kept.get(name)
        wanted = change(found)
        if wanted is None:
            return found
        self._kept[name] = wanted
        return wanted


class _Journal:
    """Events in memory, each message ID once."""

    def __init__(self, stored: Callable[[str, Stored], None]) -> None:
        self._subjects: dict[str, list[Stored]] = {}
        self._ids: dict[str, int] = {}
        self._count = 0
        self._stored = stored

    async def store(
        self, subject: str, body: bytes, event_id: str, received_at: int, *reader: str
    ) -> int:
        name = message_id(event_id, *reader)
        if name not in self._ids:
            self._count += 1
            self._ids[name] = self._count
            one = Stored(self._count, body, event_id, received_at)
            self._subjects.setdefault(subject, []).append(one)
            self._stored(subject, one)
        return self._ids[name]

    async def next_after(self, subject: str, sequence: int) -> Stored | None:
        kept = self._subjects.get(subject, [])
        at = bisect_right(kept, sequence, key=lambda one: one.sequence)
        return kept[at] if at < len(kept) else None


class Relay:
    """Routes what Zoom sends, and gives it to the tray of the app owner."""

    def __init__(self, now: Callable[[], int], me: str, account: str, reader: Reader) -> None:
        self._now = now
        self._mine = in_subject(account, me)
        self._reader = reader
        self._texts: dict[str, str] = {}  # Zoom's own, by the event's ID
        self.kept: list[Heard] = []
        users: _Bucket[UserRecord] = _Bucket()
        _done(users.change(lambda _: UserRecord(account), me))
        records = Records(
            users=cast("Any", users),
            streams=cast("Any", _Bucket[StreamRecord]()),
            meetings=cast("Any", _Bucket[MeetingRecord]()),
        )
        self._router = Router(cast("Any", _Journal(self._stored)), records, _nobody_goes)

    @property
    def hears(self) -> bool:
        """It always does: Zoom sends again what it did not take."""
        return True

    def receive(self, text: str) -> None:
        """Take an event of Zoom's."""
        event = read_event(text.encode(), self._now())
        self._texts.setdefault(event.id, text)
        _done(self._router.route(event))

    def after(self, sequence: int) -> list[Heard]:
        """List what is kept after this one."""
        return self.kept[bisect_right(self.kept, sequence, key=lambda one: one.sequence) :]

    def _stored(self, subject: str, one: Stored) -> None:
        if subject == self._mine:
            text = msgspec.json.encode(msgspec.Raw(one.body)).decode()
            heard = Heard(one.sequence, text, one.received_at, self._texts[one.event_id])
            self.kept.append(heard)
            self._reader.hear(heard)


async def _nobody_goes(_account: str, _user: str) -> None:
    """Nobody removes the app."""
