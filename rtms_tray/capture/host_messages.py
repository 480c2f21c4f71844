"""Ready texts to paste into Zoom's chat, or to send to an admin: one for every reason that somebody can mend."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rtms_tray.capture.reasons import Code


class Audience(StrEnum):
    """Who can mend it."""

    HOST = "host"
    ADMIN = "admin"
    DEVELOPER = "developer"  # of the app


@dataclass(frozen=True, slots=True)
class HostMessage:
    """A text for somebody else: plain, polite, complete in itself."""

    audience: Audience
    text: str


_APPROVE: Final = HostMessage(
    Audience.HOST,
    "Hi! My app has asked to share this meeting's content with it. "
    "Please approve the request that Zoom shows you; without that, nothing is captured.",
)
_SILENT: Final = HostMessage(
    Audience.HOST,
    "Hi! My app cannot capture this meeting, and Zoom does not say why. Could you check three things? "
    "(1) Approve the request, if Zoom shows you one. "
    "(2) Your Zoom is version 6.5.5 or later. "
    "(3) Your organization allows “Share realtime meeting content with apps”.",
)
_SWITCHED_OFF: Final = HostMessage(
    Audience.HOST,
    "Hi! Sharing this meeting's content with my app was switched off. "
    "If that was not on purpose, please allow it again under Host tools, "
    "“Share real-time meeting content with apps”, and I will ask once more.",
)
_POLICY: Final = HostMessage(
    Audience.ADMIN,
    "Hello! Zoom does not let my app capture a meeting of your organization. Please check in the Zoom web portal, "
    "under Settings, Zoom Apps, that “Share realtime meeting content with apps” is switched on.",
)
_ALLOW_LIST: Final = HostMessage(
    Audience.ADMIN,
    "Hello! My app may not access meeting content in your organization. Please add it in the Zoom web portal "
    "under Settings, Zoom Apps, “Allow apps to access meeting content”. Its client ID: {client_id}",
)
_START_IT: Final = HostMessage(
    Audience.HOST,
    "Hi! Zoom lets only the host, an alternative host or an invited participant start my app's capture. "
    "Please start the app yourself, or invite me to the meeting by name.",
)

_ENTITLEMENT: Final = HostMessage(
    Audience.DEVELOPER,
    "Hello! Zoom could not start the app's capture and gave no cause. Known ones are a missing Developer Pack, an app "
    "that is not enabled for RTMS, or a free Zoom account. Please check them. The app's client ID: {client_id}",
)
_LIMIT: Final = HostMessage(
    Audience.DEVELOPER,
    "Hello! Zoom starts no further capture: the limit of meetings that the app may capture at the same time is "
    "reached. Please stop one, or have the limit raised. The app's client ID: {client_id}",
)
_OTHERWISE: Final = HostMessage(
    Audience.DEVELOPER,
    "Hello! Zoom refused the app's request to capture a meeting. Zoom says: {zoom_says}. "
    "Please look into it. The app's client ID: {client_id}",
)
_SCOPES: Final = HostMessage(
    Audience.DEVELOPER,
    "Hello! The app's sign-in lacks a scope, so Zoom refuses to capture meetings. Zoom says: {zoom_says}. "
    "Please add the scope to the app in the Zoom Marketplace. The app's client ID: {client_id}",
)

MESSAGES: Final[dict[Code, HostMessage]] = {
    Code.ASKED: _APPROVE,
    Code.APPROVAL_PENDING: _APPROVE,
    Code.ASKED_HOST_PRESENT: _SILENT,
    Code.CANNOT_SEE: _APPROVE,
    Code.REPLY_LOST: _APPROVE,
    Code.HOST_ABSENT: HostMessage(
        Audience.HOST,
        "Hi! My app needs your approval to capture this meeting. "
        "Please tell me when you have joined: I will send the request then, and Zoom will ask you.",
    ),
    Code.HOST_JOINED_LATER: _APPROVE,
    Code.SILENCE: _SILENT,
    Code.REMINDER: _SILENT,
    Code.DENIED: HostMessage(
        Audience.HOST,
        "Hi! You denied my app's request to share this meeting's content. That is fine; "
        "if it was by mistake, tell me and I will ask once more.",
    ),
    Code.RTMS_DISABLED: _POLICY,
    Code.NOT_SUPPORTED: _POLICY,
    Code.REFUSED_AFTER_STREAM: _POLICY,
    Code.HAND_OFF: _POLICY,
    Code.NOT_ALLOW_LISTED: _ALLOW_LIST,
    Code.NOT_ENTITLED_TO_START: _START_IT,
    Code.NOT_A_PANELIST: HostMessage(
        Audience.HOST,
        "Hi! In a webinar only the host, an alternative host or a panelist can start my app's capture. "
        "Please make me a panelist, or start the app yourself.",
    ),
    Code.OPERATION_FAILED: _ENTITLEMENT,
    Code.CONCURRENCY_LIMITED: _LIMIT,
    Code.REFUSED_OTHERWISE: _OTHERWISE,
    Code.SCOPE_MISSING: _SCOPES,
    Code.STOP_HOST: _SWITCHED_OFF,
    Code.STOP_REMOVED: HostMessage(
        Audience.HOST,
        "Hi! I was removed from the meeting, and my app no longer captures it. If that was not on purpose, "
        "please let me in again.",
    ),
    Code.STOP_APP_DISABLED: _SWITCHED_OFF,
    Code.STOP_ALL_APPS_DISABLED: _SWITCHED_OFF,
    Code.STOP_CANCELED: _SILENT,
    Code.STOP_ADMIN: HostMessage(
        Audience.ADMIN,
        "Hello! My app was disabled by an admin while it captured a meeting. "
        "Please allow it again if that was not on purpose. Its client ID: {client_id}",
    ),
}
MESSAGES[Code.DENIED_TOLD] = MESSAGES[Code.DENIED]


def message_for(code: Code | None, client_id: str = "", zoom_says: str = "") -> HostMessage | None:
    """The text that fits a reason; `None` where nobody else can mend it."""
    message = MESSAGES.get(code) if code else None
    if message is None:
        return None
    filled = message.text.replace("{client_id}", client_id or "unknown")
    filled = filled.replace("{zoom_says}", zoom_says.rstrip(".") or "nothing")
    return HostMessage(message.audience, filled)
