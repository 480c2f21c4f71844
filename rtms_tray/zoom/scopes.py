"""What a Zoom app must allow and subscribe to for rtms-tray: the one table of it.

The first run shows it, `rtms-tray doctor` compares with it, and a test holds the README to it.
Names as on Zoom's scopes and events pages (granular scopes).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission, and what it is for."""

    name: str
    purpose: str


CALLS: Final = (
    Scope("meeting:update:participant_rtms_app_status", "start, pause, resume and stop capture"),
    Scope("user:read:user", "tell who signed in"),
    Scope("meeting:read:list_meetings", "list your running meetings"),
    Scope("meeting:read:list_upcoming_meetings", "list your next meetings"),
    Scope("meeting:read:meeting", "tell whether a meeting runs"),
)
"""For the calls that the signed-in user makes."""

EVENTS: Final = (
    Scope("rtms:read:rtms_started", "a stream begins"),
    Scope("rtms:read:rtms_stopped", "a stream ends, and why"),
    Scope("rtms:read:rtms_interrupted", "your app's receiver was lost"),
    Scope("meeting:read:participant", "who is there: the host, and you"),
)
"""For the events; needed only with an event feed."""

SUBSCRIBED: Final = (
    "meeting.rtms_started",
    "meeting.rtms_stopped",
    "meeting.rtms_interrupted",
    "meeting.started",
    "meeting.ended",
    "meeting.participant_joined",
    "meeting.participant_left",
    "meeting.participant_jbh_waiting",
    "meeting.participant_role_changed",
    "meeting.participant_joined_breakout_room",
    "meeting.participant_left_breakout_room",
)
"""Events to tick in the event subscription."""


def missing(granted: Collection[str]) -> tuple[Scope, ...]:
    """List what the calls need and a sign-in does not have."""
    return tuple(scope for scope in CALLS if not _covers(granted, scope.name))


def _covers(granted: Collection[str], name: str) -> bool:
    """Tell whether a scope is granted by its own name, an admin's, or the older, wider one."""
    subject, verb, _ = name.split(":", 2)
    wide = f"{subject}:{'read' if verb == 'read' else 'write'}"
    names = (name, wide)
    return any(one in granted or f"{one}:admin" in granted for one in names)
