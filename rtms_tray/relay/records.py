"""What the relay remembers beside the events: users, streams, meetings; in JetStream's key-value store.

Several instances change the same records, so every change is made to what was read, or made again.
Values are read from the leader: a follower may be behind, and routing must not be.
"""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

import msgspec
from msgspec.structs import replace
from nats.js.api import KeyValueConfig, StorageType
from nats.js.client import JetStreamContext
from nats.js.errors import KeyNotFoundError, KeyWrongLastSequenceError
from nats.js.kv import KeyValue

from rtms_tray.relay.webhook_events import digest

_TRIES: Final = 20

T = TypeVar("T", bound=msgspec.Struct)


class ConflictError(Exception):
    """Others changed a record at every try."""


class SessionRecord(msgspec.Struct, frozen=True):
    """A tray's session: which of its tokens is the newest, when the session ends, when Zoom last vouched (seconds)."""

    generation: int
    renewed_at: float
    ends_at: float
    vouched_at: float = 0.0


class UserRecord(msgspec.Struct, frozen=True):
    """Somebody who signed in here; `gone`: they removed the app, and nothing is for them."""

    account: str
    sessions: dict[str, SessionRecord] = {}
    newest: str = ""
    gone: bool = False


class StreamRecord(msgspec.Struct, frozen=True):
    """Whose stream it is, and in which meeting."""

    user: str
    meeting: str


class Listener(msgspec.Struct, frozen=True):
    """Somebody who may hear a meeting's events.

    While `joined`, they hear each as it comes; what the meeting told up to `upto` they have heard.
    `connections` are those known to be theirs: when each last came or went, and whether it is there.
    """

    is_host: bool = False
    joined: bool = False
    upto: int = 0
    connections: dict[str, tuple[str, bool]] = {}

    @property
    def is_present(self) -> bool:
        """Whether any of their connections is in the meeting."""
        return any(is_there for _, is_there in self.connections.values())


class StreamState(msgspec.Struct, frozen=True):
    """A stream in a meeting, as of `at` (Zoom's clock); `owner_out`: it stopped because its owner left."""

    user: str
    at: int
    live: bool = True
    owner_out: bool = False


class MeetingRecord(msgspec.Struct, frozen=True):
    """Who hears a meeting's events, and the streams in it by ID."""

    listeners: dict[str, Listener] = {}
    streams: dict[str, StreamState] = {}

    def live_owners(self) -> set[str]:
        """Return who has a live stream in it."""
        return {stream.user for stream in self.streams.values() if stream.live}

    def hears(self, user: str) -> bool:
        """Whether somebody is in the meeting, its host, or has a stream in it."""
        listener = self.listeners.get(user)
        if listener is None:
            return False
        owns = any(s.user == user and not s.owner_out for s in self.streams.values())
        return listener.is_host or listener.is_present or owns

    def with_listener(self, user: str, listener: Listener) -> "MeetingRecord":
        """Return it with this listener, added or changed."""
        return replace(self, listeners=self.listeners | {user: listener})

    def with_stream(self, stream: str, state: StreamState) -> "MeetingRecord":
        """Return it with a stream as it is now; what is older than what is known changes nothing."""
        known = self.streams.get(stream)
        if known and known.at >= state.at:
            return self
        return replace(self, streams=self.streams | {stream: state})

    def without(self, user: str) -> "MeetingRecord":
        """Return it without everything of this user."""
        return MeetingRecord(
            {name: listener for name, listener in self.listeners.items() if name != user},
            {stream: state for stream, state in self.streams.items() if state.user != user},
        )


class Bucket(Generic[T]):
    """Records of one type, by key."""

    def __init__(self, js: JetStreamContext, store: KeyValue, record: type[T]) -> None:
        self._js = js
        self._store = store
        self._record = record

    async def get(self, *name: str) -> T | None:
        """Return a record, if there is one."""
        return (await self._entry(digest(*name)))[0]

    async def change(self, change: Callable[[T | None], T | None], *name: str) -> T | None:
        """Change a record and return it; `change` may be called again. None: leave it as it is.

        Raises:
            ConflictError: others were quicker every time.
        """
        return await self._change(change, digest(*name))

    async def _change(self, change: Callable[[T | None], T | None], key: str) -> T | None:
        for _ in range(_TRIES):
            found, revision = await self._entry(key)
            wanted = change(found)
            if wanted is None or wanted == found:
                return found
            try:
                await self._write(key, msgspec.json.encode(wanted), revision)
            except KeyWrongLastSequenceError:
                continue
            return wanted
        raise ConflictError(f"a {self._record.__name__} changed too often")

    async def remove_where(self, test: Callable[[T], bool]) -> None:
        """Delete all records of this kind; rare, because it reads every one."""
        for key in await self._keys():
            found, _ = await self._entry(key)
            if found is not None and test(found):
                await self._store.purge(key)

    async def change_all(self, change: Callable[[T], T]) -> None:
        """Change all records; rare, because it reads every one."""
        for key in await self._keys():
            await self._change(lambda found: change(found) if found else None, key)

    async def _keys(self) -> list[str]:
        """List all keys: of what the leader has; `KeyValue.keys` watches for a while, and may see none."""
        status = await self._store.status()
        stream = status.stream_info.config.name or ""
        prefix = f"$KV.{status.bucket}."
        info = await self._js.stream_info(stream, subjects_filter=f"{prefix}>")
        return [subject.removeprefix(prefix) for subject in info.state.subjects or {}]

    async def _entry(self, key: str) -> tuple[T | None, int | None]:
        try:
            entry = await self._store.get(key)
        except KeyNotFoundError:
            return None, None
        return msgspec.json.decode(entry.value or b"", type=self._record), entry.revision

    async def _write(self, key: str, value: bytes, revision: int | None) -> None:
        if revision is None:
            await self._store.create(key, value)
        else:
            await self._store.update(key, value, revision)


class Records(msgspec.Struct, frozen=True):
    """All that is remembered."""

    users: Bucket[UserRecord]
    streams: Bucket[StreamRecord]
    meetings: Bucket[MeetingRecord]


async def open_records(js: JetStreamContext, replicas: int, max_age_s: float) -> Records:
    """Open the stores, and create them where they are missing."""
    return Records(
        users=Bucket(js, await open_store(js, "users", replicas), UserRecord),
        streams=Bucket(js, await open_store(js, "streams", replicas, max_age_s), StreamRecord),
        meetings=Bucket(js, await open_store(js, "meetings", replicas, max_age_s), MeetingRecord),
    )


async def open_store(
    js: JetStreamContext,
    name: str,
    replicas: int,
    max_age_s: float = 0,
    storage: StorageType = StorageType.FILE,
) -> KeyValue:
    """Open a key-value store whose reads come from the leader."""
    config = KeyValueConfig(
        bucket=f"relay_{name}",
        replicas=replicas,
        ttl=max_age_s,
        storage=storage,
        direct=False,
    )
    return await js.create_key_value(config)
