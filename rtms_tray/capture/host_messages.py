"""Which ready text helps with a reason, and who can act on it; the texts stand in `resources/texts/messages.toml`."""

from enum import StrEnum
from typing import Final

from rtms_tray.capture.reasons import Code
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text


class Audience(StrEnum):
    """Who can mend it."""

    HOST = "host"
    ADMIN = "admin"
    DEVELOPER = "developer"  # of the app


class HostMessage(Frozen):
    """A text for somebody else."""

    audience: Audience
    text: str


_A, _C = Audience, Code

MESSAGES: Final[dict[Code, tuple[Audience, str]]] = {
    _C.ASKED: (_A.HOST, "approve"),
    _C.APPROVAL_PENDING: (_A.HOST, "approve"),
    _C.CANNOT_SEE: (_A.HOST, "approve"),
    _C.REPLY_LOST: (_A.HOST, "approve"),
    _C.HOST_JOINED_LATER: (_A.HOST, "approve"),
    _C.HOST_MAYBE_JOINED: (_A.HOST, "approve"),
    _C.NEW_HOST: (_A.HOST, "approve"),
    _C.ASKED_HOST_PRESENT: (_A.HOST, "three_checks"),
    _C.SILENCE: (_A.HOST, "three_checks"),
    _C.REMINDER: (_A.HOST, "three_checks"),
    _C.STOP_CANCELED: (_A.HOST, "three_checks"),
    _C.HOST_ABSENT: (_A.HOST, "tell_me_when_you_join"),
    _C.DENIED: (_A.HOST, "denied"),
    _C.DENIED_TOLD: (_A.HOST, "denied"),
    _C.RTMS_DISABLED: (_A.ADMIN, "policy"),
    _C.NOT_SUPPORTED: (_A.ADMIN, "policy"),
    _C.REFUSED_AFTER_STREAM: (_A.ADMIN, "policy"),
    _C.HAND_OFF: (_A.ADMIN, "policy"),
    _C.NOT_ALLOW_LISTED: (_A.ADMIN, "allow_list"),
    _C.NOT_ENTITLED_TO_START: (_A.HOST, "start_it"),
    _C.NOT_A_PANELIST: (_A.HOST, "panelist"),
    _C.OPERATION_FAILED: (_A.DEVELOPER, "entitlement"),
    _C.CONCURRENCY_LIMITED: (_A.DEVELOPER, "limit"),
    _C.START_FAILED: (_A.DEVELOPER, "refused"),
    _C.REFUSED_OTHERWISE: (_A.DEVELOPER, "refused"),
    _C.SCOPE_MISSING: (_A.DEVELOPER, "scope"),
    _C.STOP_HOST: (_A.HOST, "switched_off"),
    _C.STOP_APP_DISABLED: (_A.HOST, "switched_off"),
    _C.STOP_ALL_APPS_DISABLED: (_A.HOST, "switched_off"),
    _C.STOP_REMOVED: (_A.HOST, "removed"),
    _C.STOP_ADMIN: (_A.ADMIN, "app_disabled"),
}
"""Who can mend it, and the key of the text for them; reasons that nobody else can mend are not here."""


def message_for(code: Code | None, client_id: str = "", zoom_says: str = "") -> HostMessage | None:
    """The text that fits a reason; `None` where nobody else can mend it."""
    if code is None or code not in MESSAGES:
        return None
    audience, key = MESSAGES[code]
    facts = {"client_id": client_id or "unknown", "zoom_says": zoom_says.rstrip(".") or "nothing"}
    return HostMessage(audience, text(f"messages.{key}", **facts))
