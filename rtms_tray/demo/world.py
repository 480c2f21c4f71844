"""What the host panel knows of the simulated Zoom: the parts of `GET /control/state` that it shows."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from rtms_tray.support.units import Millis

CONSEQUENCES: Final = frozenset({"auto_start", "host_answers", "stream_begins"})
"""What is about to happen by itself; until then the next act would come too early."""


class User(Struct, frozen=True):
    """Somebody with a Zoom account."""

    first_name: str
    last_name: str


class Stream(Struct, frozen=True):
    """One stream; `stop_reason` is None while it lives."""

    id: str
    paused: bool = False
    interrupted: bool = False
    stop_reason: int | None = None


class Request(Struct, frozen=True):
    """A request that has led to no stream yet."""

    asks_host: bool


class Meeting(Struct, frozen=True):
    """One meeting as it is now."""

    number: int
    topic: str
    host: str
    owner: str
    host_now: str = ""
    started: bool = False
    ended: bool = False
    host_present: bool = False
    owner_present: bool = False
    owner_waiting: bool = False
    in_breakout_room: bool = False
    meeting_allowed_without_host: bool = True
    sharing_on: bool = True
    approval: str = "ask"
    request: Request | None = None
    streams: tuple[Stream, ...] = ()
    resumes_for: str = ""

    @property
    def host_key(self) -> str:
        """Who holds the host's role now."""
        return self.host_now or self.host

    @property
    def live(self) -> Sequence[Stream]:
        """The streams that live."""
        return [stream for stream in self.streams if stream.stop_reason is None]

    @property
    def waits_for_host(self) -> bool:
        """Whether a request waits for the host's answer."""
        return self.request is not None and self.request.asks_host


class Asked(Struct, frozen=True):
    """A request that came in, whatever the answer."""

    action: str
    meeting: str | None


class FeedFaults(Struct, frozen=True):
    """What is wrong with the event feed."""

    refuse: bool = False


class Feed(Struct, frozen=True):
    """The event feed: who listens, and what is wrong."""

    connections: int
    faults: FeedFaults


class Loaded(Struct, frozen=True):
    """The scenario that was loaded last."""

    name: str


class World(Struct, frozen=True):
    """Everything the panel shows."""

    now: Millis
    scenario: Loaded
    users: dict[str, User]
    meetings: dict[str, Meeting]
    requests: tuple[Asked, ...]
    due: tuple[str, ...]
    feed: Feed
    stream_starts: dict[str, Millis] = {}

    @property
    def moving(self) -> bool:
        """Whether something is about to happen by itself."""
        return not CONSEQUENCES.isdisjoint(self.due)

    @property
    def starts(self) -> int:
        """How many start requests have come in."""
        return sum(asked.action == "start" for asked in self.requests)

    def name(self, key: str) -> str:
        """The name of somebody, as it stands in a meeting."""
        user = self.users[key]
        return f"{user.first_name} {user.last_name}"
