"""The app's relay between Zoom and the program: its own router and scrubbing, on a store in memory.

It always hears. What it keeps for the app owner comes to the program at once while that is connected, and all together,
in order, once it is connected again.
"""

from bisect import bisect_right
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

from rtms_tray.relay.journal import Journal, Stored, in_subject, message_id
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


class Run(Protocol):
    """A way to run what the relay does, to its end."""

    def __call__(self, work: Coroutine[Any, Any, T], /) -> T:
        """Run it."""
        ...


def _done(work: Coroutine[Any, Any, T]) -> T:
    """Run what never waits."""
    try:
        work.send(None)
    except StopIteration as end:
        return cast("T", end.value)
    raise RuntimeError("the store in memory never waits")


@dataclass(frozen=True, slots=True)
class Store:
    """Where a relay keeps everything, and how it is run: in memory, or in a real JetStream."""

    journal: Journal
    records: Records
    run: Run


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

    def __init__(self) -> None:
        self._subjects: dict[str, list[Stored]] = {}
        self._ids: dict[str, int] = {}
        self._count = 0

    async def store(
        self, subject: str, body: bytes, event_id: str, received_at: int, *reader: str
    ) -> int:
        name = message_id(event_id, *reader)
        if name not in self._ids:
            self._count += 1
            self._ids[name] = self._count
            one = Stored(self._count, body, event_id, received_at)
            self._subjects.setdefault(subject, []).append(one)
        return self._ids[name]

    async def next_after(self, subject: str, sequence: int) -> Stored | None:
        kept = self._subjects.get(subject, [])
        at = bisect_right(kept, sequence, key=lambda one: one.sequence)
        return kept[at] if at < len(kept) else None


def in_memory() -> Store:
    """Keep everything in memory."""
    records = Records(
        users=cast("Any", _Bucket[UserRecord]()),
        streams=cast("Any", _Bucket[StreamRecord]()),
        meetings=cast("Any", _Bucket[MeetingRecord]()),
    )
    return Store(cast("Any", _Journal()), records, _done)


class Relay:
    """Routes what Zoom sends, and gives it to the tray of the app owner."""

    def __init__(
        self, now: Callable[[], int], me: str, account: str, reader: Reader, store: Store
    ) -> None:
        self._now = now
        self._mine = in_subject(account, me)
        self._reader = reader
        self._journal, self._run = store.journal, store.run
        self._texts: dict[str, str] = {}  # Zoom's own, by the event's ID
        self.kept: list[Heard] = []
        self._run(store.records.users.change(lambda _: UserRecord(account), me))
        self._router = Router(store.journal, store.records, _nobody_goes)

    @property
    def hears(self) -> bool:
        """It always does: Zoom sends again what it did not take."""
        return True

    def receive(self, text: str) -> None:
        """Take an event of Zoom's."""
        event = read_event(text.encode(), self._now())
        self._texts.setdefault(event.id, text)
        self._run(self._router.route(event))
        while found := self._run(self._journal.next_after(self._mine, self._newest)):
            heard = Heard(
                found.sequence, found.body.decode(), found.received_at, self._texts[found.event_id]
            )
            self.kept.append(heard)
            self._reader.hear(heard)

    @property
    def _newest(self) -> int:
        return self.kept[-1].sequence if self.kept else 0

    def after(self, sequence: int) -> list[Heard]:
        """List what is kept after this one."""
        return self.kept[bisect_right(self.kept, sequence, key=lambda one: one.sequence) :]


async def _nobody_goes(_account: str, _user: str) -> None:
    """Nobody removes the app."""
