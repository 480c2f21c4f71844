"""Turns Zoom's event JSON into `capture.events`, tolerantly and without ever raising.

Zoom's examples put the fields of RTMS events straight into `payload`, older documentation and
`meeting.*` events into `payload.object` (zoom-facts §5.1, §13.1): flat is read first, nested
second. Numbers come as text and as numbers, webinars say `webinar_uuid` or `meeting_uuid`.
An event that is unknown, or lacks the fields that identify it, becomes `Unknown`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from rtms_tray.capture import events
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.events import Meeting, Person, Unknown, ZoomEvent
from rtms_tray.support.units import Millis
from rtms_tray.zoom.json_values import (
    JsonObject,
    as_id,
    as_int,
    as_moment,
    as_number,
    as_object,
    parse_object,
    plain,
)

LONGEST_NAME: Final = 100
NO_STOP_REASON: Final = -1
"""The reason of a stop that gives none that can be read."""

_STATUS_FIELD: Final = re.compile(r"status|state|result|answer|decision|outcome|response|action")
_NO_WORD: Final = re.compile(r"denied|deny|declined?|rejected|reject|refused")
_YES_WORD: Final = re.compile(r"approved?|accepted|accept|allowed|granted")
_NOT_WORD: Final = re.compile(r"not\b|n['’]t\b|\b(never|un|dis)|\b(pending|waiting|requested)\b")
_DEEPEST_STATUS: Final = 4


def decode(text: str | bytes, now: Millis) -> ZoomEvent:
    """Read one event (`{event, event_ts, payload}`); `now` replaces an unusable `event_ts`."""
    body = parse_object(text)
    if body is None:
        return Unknown("", now)
    name = plain(body.get("event"), LONGEST_NAME)
    stamp = as_moment(body.get("event_ts"))
    fields = _Fields.of(body, now if stamp is None else stamp)
    reader = reader_of(name)
    event = reader(fields) if reader else None
    return event or Unknown(name, fields.at)


@dataclass(frozen=True, slots=True)
class _Fields:
    """An event's fields, flat ones before nested ones."""

    layers: tuple[JsonObject, ...]
    at: Millis

    @classmethod
    def of(cls, body: JsonObject, at: Millis) -> "_Fields":
        payload = as_object(body.get("payload")) or {}
        nested = (as_object(payload.get(key)) for key in ("object", "id_field"))
        return cls((payload, *(layer for layer in nested if layer)), at)

    def first(self, read: Callable[[object], str | None], *names: str) -> str | None:
        values = (read(layer.get(name)) for layer in self.layers for name in names)
        return next((value for value in values if value is not None), None)

    def id(self, *names: str) -> str | None:
        return self.first(as_id, *names)

    def number(self, name: str) -> int | None:
        found = (as_int(layer.get(name)) for layer in self.layers)
        return next((number for number in found if number is not None), None)

    def stop_reason(self) -> int:
        reason = self.number("stop_reason")
        return NO_STOP_REASON if reason is None else reason

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


_Reader: TypeAlias = Callable[[_Fields], ZoomEvent | None]
_MeetingEvent: TypeAlias = type[events.MeetingStarted | events.MeetingEnded]
_PersonEvent: TypeAlias = type[
    events.ParticipantJoined | events.ParticipantLeft | events.WaitingForHost
]
_BreakoutEvent: TypeAlias = type[events.BreakoutJoined | events.BreakoutLeft]


def _stream_started(fields: _Fields) -> ZoomEvent | None:
    meeting, stream = fields.named_meeting(), fields.id("rtms_stream_id")
    if meeting is None or stream is None:
        return None
    return events.StreamStarted(meeting, stream, fields.id("operator_id"), fields.at)


def _stream_stopped(fields: _Fields) -> ZoomEvent | None:
    stream = fields.id("rtms_stream_id")
    if stream is None:
        return None
    return events.StreamStopped(fields.meeting(), stream, fields.stop_reason(), fields.at)


def _stream_interrupted(fields: _Fields) -> ZoomEvent | None:
    stream = fields.id("rtms_stream_id")
    return events.StreamInterrupted(fields.meeting(), stream, fields.at) if stream else None


def _of_meeting(event: _MeetingEvent) -> _Reader:
    def read(fields: _Fields) -> ZoomEvent | None:
        meeting = fields.hosted_meeting()
        return event(meeting, fields.at) if meeting else None

    return read


def _of_person(event: _PersonEvent) -> _Reader:
    def read(fields: _Fields) -> ZoomEvent | None:
        meeting = fields.hosted_meeting()
        return event(meeting, fields.person(), fields.at) if meeting else None

    return read


def _of_breakout(event: _BreakoutEvent) -> _Reader:
    def read(fields: _Fields) -> ZoomEvent | None:
        meeting = fields.hosted_meeting()
        # Inside a room `user_id` is a new one; `parent_user_id` is the main room's.
        return event(meeting, fields.person("parent_user_id"), fields.at) if meeting else None

    return read


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
    words = [word for layer in fields.layers[:1] for word in _status_words(layer, _DEEPEST_STATUS)]
    answers = {_answer(word) for word in words} - {Value.UNKNOWN}
    answer = answers.pop() if len(answers) == 1 else Value.UNKNOWN
    return events.RequestStatus(fields.meeting(), answer, fields.at)


def _status_words(layer: JsonObject, depth: int) -> Iterator[str]:
    for key, value in layer.items():
        inner = as_object(value)
        if isinstance(value, str) and _STATUS_FIELD.search(key.lower()):
            yield value.lower()
        elif inner and depth:
            yield from _status_words(inner, depth - 1)


def _answer(word: str) -> Value:
    """Recognize an answer; "not approved" or "denied after approved" prove nothing."""
    no, yes = _NO_WORD.search(word), _YES_WORD.search(word)
    if bool(no) is bool(yes) or _NOT_WORD.search(word.replace("_", " ")):
        return Value.UNKNOWN
    return Value.NO if no else Value.YES


def _app_deauthorized(fields: _Fields) -> ZoomEvent:
    return events.AppDeauthorized(fields.id("user_id"), fields.at)


_OF_ALL: Final[Mapping[str, _Reader]] = {
    "rtms.concurrency_limited": _concurrency_limited,
    "rtms.concurrency_near_limit": _concurrency_near,
    "rtms.request_status": _request_status,
    "app_deauthorized": _app_deauthorized,
}
_OF_A_MEETING: Final[Mapping[str, _Reader]] = {
    "rtms_started": _stream_started,
    "rtms_stopped": _stream_stopped,
    "rtms_interrupted": _stream_interrupted,
    "started": _of_meeting(events.MeetingStarted),
    "ended": _of_meeting(events.MeetingEnded),
    "participant_joined": _of_person(events.ParticipantJoined),
    "participant_jbh_joined": _of_person(events.ParticipantJoined),
    "participant_admitted": _of_person(events.ParticipantJoined),
    "participant_left": _of_person(events.ParticipantLeft),
    "participant_jbh_waiting": _of_person(events.WaitingForHost),
    "participant_role_changed": _role_changed,
    "participant_joined_breakout_room": _of_breakout(events.BreakoutJoined),
    "participant_left_breakout_room": _of_breakout(events.BreakoutLeft),
}
"""By the part of the name after `meeting.` or `webinar.`."""


def reader_of(name: str) -> _Reader | None:
    """Return what reads events of this name; None if no event is known by it."""
    kind, _, rest = name.partition(".")
    return _OF_A_MEETING.get(rest) if kind in {"meeting", "webinar"} else _OF_ALL.get(name)
