"""Zoom's events as the relay reads them: an envelope, and the few fields that say whose an event is.

RTMS events have their fields in `payload`, older ones and `meeting.*` in `payload.object`; webinars
say `webinar_uuid` or `meeting_uuid`. What does not fit is None, never an error.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import msgspec

Json = dict[str, Any]

_LONGEST_ID: Final = 128
_LONGEST_NAME: Final = 100


class EventError(ValueError):
    """This is no event."""


class Envelope(msgspec.Struct, frozen=True):
    """An event as Zoom sends it."""

    event: str
    event_ts: int = 0
    payload: Json = {}


class Event(msgspec.Struct, frozen=True):
    """An event with its ID: the same event, sent again, has the same."""

    name: str
    at: int
    payload: Json
    received_at: int
    id: str

    @property
    def kind(self) -> str:
        """What comes before the dot: meeting, webinar, rtms."""
        return self.name.partition(".")[0]

    @property
    def what(self) -> str:
        """What comes after the dot."""
        return self.name.partition(".")[2]

    @property
    def object(self) -> Json:
        """The nested fields."""
        return as_object(self.payload.get("object"))

    def text(self, *names: str) -> str:
        """Return the first of these fields that is an ID, flat ones before nested ones; empty: none is."""
        layers = (self.payload, self.object, as_object(self.payload.get("id_field")))
        found = (as_id(layer.get(name)) for layer in layers for name in names)
        return next((value for value in found if value), "")

    @property
    def stream(self) -> str:
        """The stream's ID."""
        return self.text("rtms_stream_id")

    @property
    def meeting(self) -> str:
        """The meeting's UUID."""
        return self.text("meeting_uuid", "webinar_uuid", "uuid")

    @property
    def participant(self) -> Json:
        """The person that it is about."""
        return as_object(self.object.get("participant"))

    @property
    def person(self) -> str:
        """The user ID of the person that it is about, where Zoom tells it."""
        person = self.participant
        return as_id(person.get("id")) or as_id(person.get("participant_user_id"))

    def number(self, name: str) -> int | None:
        """Return a field that is a whole number."""
        found = (layer.get(name) for layer in (self.payload, self.object))
        return next((n for n in found if isinstance(n, int) and not isinstance(n, bool)), None)


def as_object(value: object) -> Json:
    """Return an object, or an empty one."""
    return value if isinstance(value, dict) else {}


def as_id(value: object) -> str:
    """Return an ID as text: Zoom sends some as numbers; empty: it is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and len(value) <= _LONGEST_ID else ""


def read_event(body: bytes, received_at: int) -> Event:
    """Read a webhook's body; raises EventError."""
    try:
        envelope = msgspec.json.decode(body, type=Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise EventError("This is no event.") from None
    if not 0 < len(envelope.event) <= _LONGEST_NAME:
        raise EventError("An event needs a name.")
    return make_event(envelope.event, envelope.event_ts, envelope.payload, received_at)


def make_event(name: str, at: int, payload: Mapping[str, Any], received_at: int) -> Event:
    """Make an event; its ID is a digest of what it says, whatever the order of its fields."""
    canonical = msgspec.json.encode([name, at, payload], order="deterministic")
    digest = hashlib.sha256(canonical).hexdigest()
    return Event(name, at, dict(payload), received_at, digest)


def digest(*parts: str) -> str:
    """Hash several texts to one name, which is safe as a key and as part of a subject."""
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:32]
