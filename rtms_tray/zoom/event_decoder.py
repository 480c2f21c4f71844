"""Turns Zoom's event JSON into `capture.events`, tolerantly and without ever raising.

Zoom's examples put the fields of RTMS events straight into `payload`, older documentation and
`meeting.*` events into `payload.object` (zoom-facts §5.1, §13.1): flat is read first, nested
second. Numbers come as text and as numbers, webinars say `webinar_uuid` or `meeting_uuid`.
An event that is unknown, or lacks the fields that identify it, becomes `Unknown`.
tests/fixtures/payloads has every shape that was published or seen.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from rtms_tray.capture import events
from rtms_tray.capture.events import (
    FeedEvent,
    Meeting,
    Move,
    Person,
    ReceiverState,
    Unknown,
    ZoomEvent,
)
from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.units import SECOND, Millis
from rtms_tray.zoom.json_values import (
    JsonObject,
    as_id,
    as_int,
    as_iso_moment,
    as_moment,
    as_number,
    as_object,
    parse_object,
    plain,
)
from rtms_tray.zoom.request_answers import answer_in

LONGEST_NAME: Final = 100
LONGEST_WORDS: Final = 300
_STOP_NAMES: Final = (
    "UNDEFINED", "HOST_TRIGGERED", "USER_TRIGGERED", "USER_LEFT", "USER_EJECTED",
    "HOST_DISABLED_APP", "MEETING_ENDED", "STREAM_CANCELED", "STREAM_REVOKED",
    "ALL_APPS_DISABLED", "INTERNAL_EXCEPTION", "CONNECTION_TIMEOUT",
    "INSTANCE_CONNECTION_INTERRUPTED", "SIGNAL_CONNECTION_INTERRUPTED",
    "DATA_CONNECTION_INTERRUPTED", "SIGNAL_CONNECTION_CLOSED_ABNORMALLY",
    "DATA_CONNECTION_CLOSED_ABNORMALLY", "EXIT_SIGNAL", "AUTHENTICATION_FAILURE",
    "AWAIT_RECONNECTION_TIMEOUT", "RECEIVER_REQUEST_CLOSE", "CUSTOMER_DISCONNECTED",
    "AGENT_DISCONNECTED", "ADMIN_DISABLED_APP", "KEEP_ALIVE_TIMEOUT", "MANUAL_API_TRIGGERED",
    "STREAMING_NOT_SUPPORTED",
)  # fmt: skip
_STOP_REASONS: Final = {f"STOP_BC_{name}": number for number, name in enumerate(_STOP_NAMES)}
_TO_ROOM: Final = re.compile(r"to join\b.*\bbreakout room")
_TO_MAIN_ROOM: Final = re.compile(r"to join\b.*\bmain\b")
_MOMENTS: Final = ("join_time", "leave_time", "date_time")
_PersonEvent: TypeAlias = type[
    events.ParticipantJoined
    | events.ParticipantLeft
    | events.WaitingForHost
    | events.BreakoutJoined
    | events.BreakoutLeft
]


def decode(text: str | bytes, now: Millis) -> FeedEvent:
    """Read one event (`{event, event_ts, payload}`); `now` replaces an unusable `event_ts`."""
    body = parse_object(text)
    if body is None:
        return Unknown("", now)
    name = plain(body.get("event"), LONGEST_NAME)
    payload = as_object(body.get("payload")) or {}
    stamps = (body.get("event_ts"), payload.get("event_ts"), payload.get("deauthorization_time"))
    at = next((at for stamp in stamps if (at := _as_stamp(stamp)) is not None), now)
    fields = _Fields.of(payload, at)
    reader = reader_of(name)
    event = reader(fields) if reader else None
    return event or Unknown(name, fields.at)


def _as_stamp(value: object) -> Millis | None:
    """Read `event_ts`: milliseconds, from some senders seconds, in one event written out."""
    return as_moment(value) or as_moment(value, unit=SECOND) or as_iso_moment(value)


class _Fields(Frozen):
    """An event's fields, flat ones before nested ones."""

    layers: tuple[JsonObject, ...]
    at: Millis

    @classmethod
    def of(cls, payload: JsonObject, at: Millis) -> "_Fields":
        nested = [as_object(payload.get(key)) for key in ("object", "id_field")]
        return cls((payload, *(layer for layer in nested if layer)), at)

    def first(self, read: Callable[[object], str | None], *names: str) -> str | None:
        values = (read(layer.get(name)) for layer in self.layers for name in names)
        return next((value for value in values if value is not None), None)

    def id(self, *names: str) -> str | None:
        return self.first(as_id, *names)

    def number(self, name: str) -> int | None:
        found = (as_int(layer.get(name)) for layer in self.layers)
        return next((number for number in found if number is not None), None)

    def truth(self, name: str) -> bool | None:
        found = (layer.get(name) for layer in self.layers)
        return next((value for value in found if isinstance(value, bool)), None)

    def words(self, *names: str) -> str:
        return self.first(lambda value: plain(value, LONGEST_WORDS) or None, *names) or ""

    def stream(self) -> str | None:
        """A stream's ID: by its own name, or, as some senders write, in an object `rtms`."""
        inner = (as_object(layer.get("rtms")) for layer in self.layers)
        named = (as_id(layer.get("stream_id")) for layer in inner if layer)
        return self.id("rtms_stream_id") or next(named, None)

    def stop_reason(self) -> int | None:
        """A stop's reason: a number, or its name in Zoom's tables."""
        name = self.first(as_id, "stop_reason") or ""
        return _STOP_REASONS.get(name.upper(), self.number("stop_reason"))

    def meeting(self) -> Meeting:
        return Meeting(
            uuid=self.id("meeting_uuid", "webinar_uuid", "uuid"),
            number=self.first(as_number, "meeting_id", "webinar_id", "id"),
            host_id=self.id("host_id"),
        )

    def named_meeting(self) -> Meeting | None:
        meeting = self.meeting()
        return meeting if meeting.uuid or meeting.number else None

    def hosted_meeting(self) -> Meeting | None:
        """As above, with the account of its creator (Zoom's page on meeting events)."""
        meeting = self.named_meeting()
        account = as_id(self.layers[0].get("account_id"))
        return replace(meeting, host_account=account) if meeting else None

    def participant(self) -> JsonObject:
        found = (as_object(layer.get("participant")) for layer in self.layers)
        return next((participant for participant in found if participant), {})

    def person(self, *in_meeting_names: str) -> Person:
        participant = _Fields((self.participant(),), self.at)
        return Person(
            account_id=participant.id("id", "participant_user_id"),
            in_meeting_id=participant.id(*in_meeting_names, "user_id"),
            participant_uuid=participant.id("participant_uuid"),
        )

    def happened_at(self) -> Millis | None:
        """Read when somebody came, left, or did something else, in whole seconds."""
        participant = self.participant()
        moments = (as_iso_moment(participant.get(name)) for name in _MOMENTS)
        return next((moment for moment in moments if moment is not None), None)

    def move(self) -> Move | None:
        """Read where somebody goes who leaves; most often nothing says so."""
        reason = plain(self.participant().get("leave_reason"), LONGEST_WORDS).lower()
        if _TO_MAIN_ROOM.search(reason):
            return Move.TO_MAIN_ROOM
        return Move.TO_ROOM if _TO_ROOM.search(reason) else None

    def event_of_person(self, event: _PersonEvent, *in_meeting_names: str) -> ZoomEvent | None:
        meeting = self.hosted_meeting()
        if meeting is None:
            return None
        person = self.person(*in_meeting_names)
        room = self.id("breakout_room_uuid")
        return event(meeting, person, self.at, self.happened_at(), self.move(), room)


_Reader: TypeAlias = Callable[[_Fields], FeedEvent | None]
_MeetingEvent: TypeAlias = type[events.MeetingStarted | events.MeetingEnded]


def _stream_started(fields: _Fields) -> ZoomEvent | None:
    meeting, stream = fields.named_meeting(), fields.stream()
    if meeting is None or stream is None:
        return None
    return events.StreamStarted(
        meeting,
        stream,
        fields.id("operator_id"),
        fields.at,
        fields.id("account_id"),
        fields.truth("is_original_host"),
    )


def _stream_stopped(fields: _Fields) -> ZoomEvent | None:
    stream, reason = fields.stream(), fields.stop_reason()
    if stream is not None:
        return events.StreamStopped(fields.meeting(), stream, reason, fields.at)
    meeting = fields.named_meeting()
    return events.UnnamedStreamStopped(meeting, reason, fields.at) if meeting else None


def _stream_interrupted(fields: _Fields) -> ZoomEvent | None:
    stream = fields.stream()
    return events.StreamInterrupted(fields.meeting(), stream, fields.at) if stream else None


def _of_meeting(event: _MeetingEvent) -> _Reader:
    def read(fields: _Fields) -> ZoomEvent | None:
        meeting = fields.hosted_meeting()
        return event(meeting, fields.at) if meeting else None

    return read


def _of_person(event: _PersonEvent) -> _Reader:
    return lambda fields: fields.event_of_person(event)


def _of_breakout(event: _PersonEvent) -> _Reader:
    # Inside a room `user_id` is a new one; `parent_user_id` is the main room's.
    return lambda fields: fields.event_of_person(event, "parent_user_id")


def _role_changed(fields: _Fields) -> ZoomEvent | None:
    meeting, participant = fields.hosted_meeting(), fields.participant()
    if meeting is None:
        return None
    old, new = (plain(participant.get(key), 40).lower() for key in ("old_role", "new_role"))
    return events.RoleChanged(meeting, fields.person(), old, new, fields.at)


def _concurrency_limited(fields: _Fields) -> ZoomEvent:
    return events.ConcurrencyLimited(fields.meeting(), fields.id("operator_id"), fields.at)


def _concurrency_near(fields: _Fields) -> ZoomEvent:
    return events.ConcurrencyNear(
        fields.number("concurrency_number"), fields.number("concurrency_limit"), fields.at
    )


def _request_status(fields: _Fields) -> ZoomEvent:
    answer = answer_in(fields.layers[0])
    return events.RequestStatus(fields.meeting(), answer, fields.at, fields.id("operator_id"))


def _start_failed(fields: _Fields) -> ZoomEvent:
    codes = (fields.number(name) for name in ("error_code", "code", "reason_code", "reason"))
    return events.StartFailed(
        fields.meeting(),
        fields.id("operator_id"),
        next((code for code in codes if code is not None), None),
        fields.words("error_message", "message", "reason", "error", "description"),
        fields.at,
    )


def _app_deauthorized(fields: _Fields) -> ZoomEvent:
    return events.AppDeauthorized(fields.id("user_id"), fields.at)


_RECEIVER_STATES: Final = {
    2: ReceiverState.LIVE,
    3: ReceiverState.PAUSED,
    4: ReceiverState.LIVE,  # resumed
    5: ReceiverState.STOPPED,
}
"""Zoom's session states, as its media server tells them to a receiver; the others say nothing of capture."""


def _receiver_word(fields: _Fields) -> FeedEvent | None:
    stream, state = fields.stream(), _RECEIVER_STATES.get(fields.number("state") or 0)
    if stream is None or state is None:
        return None
    media_at = next(
        (at for layer in fields.layers if (at := as_moment(layer.get("last_media_at")))), None
    )
    return events.ReceiverWord(stream, state, fields.at, media_at)


RECEIVER_EVENT: Final = "rtms.receiver"
"""What a relay makes of the receiver's word: no event of Zoom's, so nobody subscribes to it."""
_OF_ALL: Final[Mapping[str, _Reader]] = {
    "rtms.concurrency_limited": _concurrency_limited,
    "rtms.concurrency_near_limit": _concurrency_near,
    "rtms.request_status": _request_status,
    "rtms.start_failed": _start_failed,
    "app_deauthorized": _app_deauthorized,
}
_OF_A_MEETING: Final[Mapping[str, _Reader]] = {
    "rtms_started": _stream_started,
    "rtms_stopped": _stream_stopped,
    "rtms_interrupted": _stream_interrupted,
    # Names of 2025, and ones that the two younger events may have.
    "rtms_concurrency_limited": _concurrency_limited,
    "rtms_concurrency_near_limit": _concurrency_near,
    "rtms_request_status": _request_status,
    "rtms_start_failed": _start_failed,
    "started": _of_meeting(events.MeetingStarted),
    "ended": _of_meeting(events.MeetingEnded),
    "participant_joined": _of_person(events.ParticipantJoined),
    "participant_jbh_joined": _of_person(events.ParticipantJoined),
    "participant_admitted": _of_person(events.ParticipantJoined),
    "participant_left": _of_person(events.ParticipantLeft),
    "participant_put_in_waiting_room": _of_person(events.ParticipantLeft),
    "participant_jbh_waiting": _of_person(events.WaitingForHost),
    "participant_role_changed": _role_changed,
    "participant_joined_breakout_room": _of_breakout(events.BreakoutJoined),
    "participant_left_breakout_room": _of_breakout(events.BreakoutLeft),
}
"""By the part of the name after `meeting.` or `webinar.`."""


def event_names() -> Iterator[str]:
    """List every event's name that is known here."""
    yield from _OF_ALL
    for kind in ("meeting", "webinar"):
        yield from (f"{kind}.{rest}" for rest in _OF_A_MEETING)


def reader_of(name: str) -> _Reader | None:
    """Return what reads events of this name; None if no event is known by it."""
    if name == RECEIVER_EVENT:
        return _receiver_word
    kind, _, rest = name.partition(".")
    return _OF_A_MEETING.get(rest) if kind in {"meeting", "webinar"} else _OF_ALL.get(name)
