"""The status JSON as the interface promises it, written down apart from the code that makes it."""

from typing import Any, Final

import jsonschema

TIME: Final = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
NO_TIME: Final = {"anyOf": [TIME, {"type": "null"}]}
TEXT: Final = {"type": "string"}
NO_TEXT: Final = {"type": ["string", "null"]}
FLAG: Final = {"type": "boolean"}
SECONDS: Final = {"type": "number", "minimum": 0}

STATES: Final = [
    "idle",
    "requesting",
    "waiting_for_meeting",
    "waiting_for_host",
    "resend_needed",
    "pending_approval",
    "no_answer",
    "sharing",
    "paused",
    "paused_breakout",
    "interrupted",
    "stopped",
    "denied",
    "refused",
    "stopped_permanently",
    "ended",
]
MAY_LACK_A_REASON: Final = ["idle", "requesting", "sharing", "ended"]
ACTIONS: Final = [
    "resend",
    "stop",
    "pause",
    "resume",
    "give_up",
    "remind",
    "fall_back",
    "message",
    "acknowledge",
    "tell",
]
CONDITIONS: Final = [
    "host_org_rtms_enabled",
    "host_client_supported",
    "owner_client_supported",
    "host_present",
    "auto_start_enabled",
    "meeting_allowed_without_host",
    "host_approval_required",
    "host_approves",
    "owner_present",
    "in_breakout_room",
    "participant_org_rtms_enabled",
]


def _object(optional: tuple[str, ...] = (), **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON schema
    required = [name for name in fields if name not in optional]
    return {"type": "object", "properties": fields, "required": required}


EVIDENCE: Final = _object(
    value={"enum": ["yes", "no", "unknown", "left", "withdrawn"]},
    source={"enum": ["event", "reply", "machine", "user", "setting", "inferred"]},
    at=TIME,
    contradicted_by={"anyOf": [{"type": "null"}, {"$ref": "#/$defs/evidence"}]},
)
REASON: Final = _object(
    code={"type": "string", "pattern": "^[a-z_]+$"},
    severity={"enum": ["info", "attention", "critical"]},
    title={"type": "string", "minLength": 1},
    text={"type": "string", "minLength": 1},
    remedy=TEXT,
)
SESSION: Final = {
    **_object(
        meeting_id={"type": ["string", "null"], "pattern": "^[0-9]{9,11}$"},
        meeting_uuid=NO_TEXT,
        state={"enum": STATES},
        since=TIME,
        unverified_since=NO_TIME,
        reason={"anyOf": [{"type": "null"}, REASON]},
        scenarios={"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 13}},
        rules={"type": "array", "items": {"type": "string", "pattern": "^[A-Z][0-9]+$"}},
        conditions={
            "type": "object",
            "additionalProperties": EVIDENCE,
            "propertyNames": {"enum": CONDITIONS},
        },
        fits={"type": "array", "items": {**TEXT, "minLength": 1}},
        ask_next={"enum": [*CONDITIONS, None]},
        actions={"type": "array", "items": {"enum": ACTIONS}, "uniqueItems": True},
        stream_id=NO_TEXT,
        captured_s=SECONDS,
        paused_s=SECONDS,
        lost_s=SECONDS,
        unknown_s=SECONDS,
    ),
    "if": {"properties": {"reason": {"type": "null"}}},
    "then": {"properties": {"state": {"enum": MAY_LACK_A_REASON}}},
}
STATUS: Final = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$defs": {"evidence": EVIDENCE},
    **_object(
        schema={"const": 1},
        overall={"enum": ["signed_out", *STATES]},
        overall_verified=FLAG,
        signed_in=FLAG,
        user={"anyOf": [{"type": "null"}, _object(id={**TEXT, "minLength": 1}, email=NO_TEXT)]},
        feed=_object(
            kind={"enum": ["zoom", "relay", "none"]},
            connected=FLAG,
            since=NO_TIME,
            last_event_at=NO_TIME,
            next_try_at=NO_TIME,
            error=NO_TEXT,
        ),
        armed={
            "type": "array",
            "items": _object(
                meeting_id={"type": "string", "pattern": "^[0-9]{9,11}$"},
                starts_at=NO_TIME,
                hosted=FLAG,
            ),
        },
        offer={
            "anyOf": [
                {"type": "null"},
                _object(source={"enum": ["events", "hosted", "calendar", "none"]}, meeting=NO_TEXT),
            ]
        },
        colleagues={
            "type": "array",
            "items": _object(meeting_id=NO_TEXT, since=TIME, verified=FLAG),
        },
        sessions={"type": "array", "items": SESSION},
        notices={
            "type": "array",
            "items": _object(
                code=TEXT,
                severity={"enum": ["info", "attention", "critical"]},
                title={**TEXT, "minLength": 1},
                text=TEXT,
                remedy=TEXT,
            ),
        },
    ),
}
_VALIDATOR: Final = jsonschema.Draft202012Validator(STATUS)


def check(status: object) -> None:
    """Fail, naming every place that is not as promised."""
    wrong = [
        f"{'/'.join(map(str, error.path))}: {error.message}"
        for error in _VALIDATOR.iter_errors(status)
    ]
    assert not wrong, wrong
