"""What a Zoom app needs for rtms-tray: its scopes, its events and its admins' switches, in one place.

Set-up, doctor and `docs/connect.md` show these tables; tests hold that page and the event decoder to them.
The manifest's shape is that of Zoom's schema pages for `oauth_information` and
`event_subscription` (developers.zoom.us/docs/build-flow/manifests/schema/).
"""

import json
from collections.abc import Collection
from typing import Final

from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text


class Scope(Frozen):
    """A permission, and what rtms-tray needs it for."""

    name: str

    @property
    def purpose(self) -> str:
        """Say what it is for, in the user's language."""
        return text(f"scopes.{self.name.replace(':', '_')}")


CALL_SCOPES: Final = (
    Scope("meeting:update:participant_rtms_app_status"),
    Scope("user:read:user"),
    Scope("meeting:read:list_meetings"),
    Scope("meeting:read:list_upcoming_meetings"),
    Scope("meeting:read:meeting"),
)
"""For the calls made as the signed-in user."""

EVENT_SCOPES: Final = (
    Scope("rtms:read:rtms_started"),
    Scope("rtms:read:rtms_stopped"),
    Scope("rtms:read:rtms_interrupted"),
    Scope("rtms:read:rtms_concurrency_limited"),
    Scope("rtms:read:rtms_concurrency_near_limit"),
    Scope("meeting:read:participant"),
    Scope("webinar:read:webinar"),
    Scope("webinar:read:participant"),
)
"""For the events; needed only with an event feed."""

SUBSCRIBED_EVENTS: Final = (
    "meeting.rtms_started",
    "meeting.rtms_stopped",
    "meeting.rtms_interrupted",
    "webinar.rtms_started",
    "webinar.rtms_stopped",
    "webinar.rtms_interrupted",
    "rtms.request_status",
    "rtms.start_failed",
    "rtms.concurrency_limited",
    "rtms.concurrency_near_limit",
    "meeting.started",
    "meeting.ended",
    "meeting.participant_joined",
    "meeting.participant_left",
    "meeting.participant_admitted",
    "meeting.participant_put_in_waiting_room",
    "meeting.participant_jbh_waiting",
    "meeting.participant_jbh_joined",
    "meeting.participant_role_changed",
    "meeting.participant_joined_breakout_room",
    "meeting.participant_left_breakout_room",
    "webinar.started",
    "webinar.ended",
    "webinar.participant_joined",
    "webinar.participant_left",
    "app_deauthorized",
)
"""The events to select in the app's event subscription: all that the program can use."""

SWITCHES: Final = (
    "Share realtime meeting content with apps",
    "Allow apps to access meeting content",
    "Auto-start apps that access shared realtime meeting content",
    "Share realtime webinar content with apps",
    "Auto-start apps that access shared realtime webinar content",
)
"""Zoom's own names of the settings that an admin turns on; webinars have switches of their own."""

SUBSCRIPTION_NAME: Final = "rtms-tray"


def manifest(redirect_uri: str) -> str:
    """Write the parts of an app's manifest that rtms-tray needs, as JSON to merge into the app's own.

    Zoom's schema has no field for the way of delivery: WebSocket is chosen in the app's settings.
    """
    scopes = [{"scope": scope.name, "optional": False} for scope in (*CALL_SCOPES, *EVENT_SCOPES)]
    events = {"subscription_name": SUBSCRIPTION_NAME, "event_types": list(SUBSCRIBED_EVENTS)}
    parts = {
        "oauth_information": {
            "usage": "USER_OPERATION",
            "development_redirect_uri": redirect_uri,
            "oauth_allow_list": [redirect_uri],
            "enable_public_pkce_client": True,
            "scopes": scopes,
        },
        "features": {
            "products": ["ZOOM_MEETING", "ZOOM_WEBINAR"],
            "event_subscription": {"enable": True, "events": [events]},
        },
    }
    return json.dumps(parts, indent=2)


def missing_scopes(granted: Collection[str]) -> tuple[Scope, ...]:
    """List the scopes that the calls need and a sign-in lacks."""
    return tuple(scope for scope in CALL_SCOPES if not _covers(granted, scope.name))


def _covers(granted: Collection[str], name: str) -> bool:
    """Tell whether a scope is granted by its own name, an admin's, or the older, wider one."""
    subject, verb, _ = name.split(":", 2)
    wide = f"{subject}:{'read' if verb == 'read' else 'write'}"
    return any(scope in granted or f"{scope}:admin" in granted for scope in (name, wide))
