"""The journal of events: one stream of NATS JetStream, with its sequence numbers and its memory of duplicates.

`in.ACCOUNT.USER` has what a user hears, `meeting.…` what a meeting told, `parked.…` what came before
the stream that it is about. JetStream republishes `in.…` as `out.…`, where instances listen.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Final

import msgspec
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from nats.js.api import RePublish, StreamConfig
from nats.js.errors import NotFoundError

from rtms_tray.relay.webhook_events import digest

__all__ = ["Journal", "JournalLimits", "NatsError", "Stored", "numbers_in", "out_subject"]

STREAM: Final = "RTMS"
SUBJECTS: Final = ("in.>", "meeting.>", "parked.>")
DUPLICATE_WINDOW_S: Final = 2 * 60 * 60
"""Zoom sends an event again for an hour and a half: after 5, 20 and 60 minutes."""
MESSAGE_ID: Final = "Nats-Msg-Id"
EVENT_ID: Final = "Relay-Event-Id"
RECEIVED_AT: Final = "Relay-Received-At"
SEQUENCE: Final = "Nats-Sequence"
LAST_SEQUENCE: Final = "Nats-Last-Sequence"
_SAFE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


class JournalLimits(msgspec.Struct, frozen=True):
    """How much is kept, on how many nodes."""

    replicas: int = 1
    max_age_s: float = 48 * 60 * 60
    max_bytes: int = 1024 * 1024 * 1024


class Stored(msgspec.Struct, frozen=True):
    """A message as it was stored."""

    sequence: int
    body: bytes
    event_id: str
    received_at: int


class Extent(msgspec.Struct, frozen=True):
    """Which sequences the stream holds; `last` is its newest ever, `first` one more when it is empty."""

    first: int
    last: int


def subject_token(name: str) -> str:
    """Return a name as part of a subject; Zoom's IDs stay, and nothing can become a wildcard."""
    return name if _SAFE.fullmatch(name) else f"x{digest('subject', name)}"


def in_subject(account: str, user: str) -> str:
    """Return where a user's events are stored."""
    return f"in.{subject_token(account)}.{subject_token(user)}"


def out_subject(account: str, user: str) -> str:
    """Return where JetStream republishes them."""
    return f"out.{subject_token(account)}.{subject_token(user)}"


def meeting_subject(meeting: str) -> str:
    """Return where the events of a meeting are stored."""
    return f"meeting.{digest('meeting', meeting)}"


def parked_subject(stream: str) -> str:
    """Return where events wait for the start of their stream."""
    return f"parked.{digest('stream', stream)}"


def message_id(event_id: str, *reader: str) -> str:
    """Return the ID of an event as it is stored for a user; JetStream stores each ID once."""
    return hashlib.sha256("\n".join((event_id, *reader)).encode()).hexdigest()


class Journal:
    """Stores and reads events; every failure is a NatsError."""

    def __init__(self, nats: Client, limits: JournalLimits) -> None:
        self._nats = nats
        self._limits = limits
        self._js = nats.jetstream(timeout=2)
        self.epoch = ""

    async def open(self) -> None:
        """Create the stream, or bring it to these limits; sequences mean nothing beyond its `epoch`.

        The epoch is written into the stream: when it was created, different nodes tell differently.
        """
        try:
            found = await self._written_epoch()
        except NotFoundError:
            self.epoch = secrets.token_hex(16)
            await self._js.add_stream(self._config())
            self.epoch = await self._written_epoch()  # another instance may have been quicker
        else:
            self.epoch = found or secrets.token_hex(16)
            await self._js.update_stream(self._config())

    async def _written_epoch(self) -> str:
        return (await self._js.stream_info(STREAM)).config.description or ""

    def _config(self) -> StreamConfig:
        return StreamConfig(
            name=STREAM,
            description=self.epoch,
            subjects=list(SUBJECTS),
            num_replicas=self._limits.replicas,
            max_age=self._limits.max_age_s,
            max_bytes=self._limits.max_bytes,
            duplicate_window=min(DUPLICATE_WINDOW_S, self._limits.max_age_s),
            allow_direct=True,
            republish=RePublish(src="in.>", dest="out.>"),
        )

    async def store(
        self, subject: str, body: bytes, event_id: str, received_at: int, *reader: str
    ) -> int:
        """Store an event, unless it is there; return its sequence once JetStream has acknowledged it."""
        headers = {
            MESSAGE_ID: message_id(event_id, *reader),
            EVENT_ID: event_id,
            RECEIVED_AT: str(received_at),
        }
        ack = await self._js.publish(subject, body, stream=STREAM, headers=headers)
        return ack.seq

    async def next_after(self, subject: str, sequence: int) -> Stored | None:
        """Return the next message of a subject; None: there is none, says the stream's leader."""
        after = sequence + 1
        try:
            found = await self._js.get_msg(STREAM, after, subject, direct=True, next=True)
        except (NotFoundError, NoRespondersError):
            # A follower may be behind: it knows a part of the truth, never a wrong one.
            try:
                found = await self._js.get_msg(STREAM, after, subject, next=True)
            except NotFoundError:
                return None
        headers = found.headers or {}
        return Stored(
            found.seq or 0, found.data or b"", headers.get(EVENT_ID, ""), _received(headers)
        )

    async def newest(self, subject: str) -> int:
        """Return the newest sequence of a subject, 0 if there is none; the leader says so, not a follower."""
        try:
            return (await self._js.get_msg(STREAM, subject=subject)).seq or 0
        except NotFoundError:
            return 0

    async def extent(self) -> Extent:
        """Return which sequences there are."""
        state = (await self._js.stream_info(STREAM)).state
        return Extent(first=state.first_seq, last=state.last_seq)

    async def purge(self, subject: str, upto: int) -> None:
        """Delete the messages of a subject up to and including this one."""
        await self._js.purge_stream(STREAM, seq=upto + 1, subject=subject)

    async def purge_user(self, user: str) -> None:
        """Delete everything that is stored for a user."""
        await self._js.purge_stream(STREAM, subject=f"in.*.{subject_token(user)}")


def numbers_in(headers: Mapping[str, str]) -> tuple[int, int, int]:
    """Read a republished message's sequence, the one before it for this user, and when it was received."""
    return int(headers[SEQUENCE]), int(headers[LAST_SEQUENCE]), _received(headers)


def _received(headers: Mapping[str, str]) -> int:
    return int(headers.get(RECEIVED_AT, "0"))
