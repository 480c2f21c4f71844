"""Zoom's refusals as reasons of our own, and when trouble is worth another try."""

from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Request
from rtms_tray.capture.units import SECOND, Millis

REFUSALS: Final[dict[int | None, Code]] = {
    300: Code.MEETING_ID_INVALID,
    2308: Code.NOT_ENTITLED_TO_START,
    2309: Code.NOT_A_PANELIST,
    2310: Code.OPERATION_FAILED,
    2312: Code.USER_UNKNOWN,
    3001: Code.MEETING_UNKNOWN,
    4711: Code.SCOPE_MISSING,
    13262: Code.NOT_ALLOW_LISTED,
    13267: Code.RTMS_DISABLED,
    13273: Code.NOT_SUPPORTED,
    13277: Code.NOT_RUNNING,
}
"""Zoom's error codes for `PATCH …/rtms_app/status` as reasons of our own."""

TROUBLE: Final = {
    e.Outcome.RATE_LIMITED: Code.RATE_LIMITED,
    e.Outcome.SERVER_TROUBLE: Code.SERVER_TROUBLE,
    e.Outcome.OFFLINE: Code.OFFLINE,
}
"""What may pass by itself: worth a few more tries."""

_BY_OUTCOME: Final = {
    **TROUBLE,
    e.Outcome.SIGN_IN_NEEDED: Code.SIGN_IN_NEEDED,
    e.Outcome.KEYRING_UNREADABLE: Code.KEYRING_UNREADABLE,
    e.Outcome.KEYRING_LOCKED: Code.KEYRING_LOCKED,
    e.Outcome.NOT_STARTED: Code.MEETING_NOT_STARTED,
    e.Outcome.REPLY_LOST: Code.REPLY_LOST,
}


def refusal_of(event: e.Replied) -> Why:
    """Name the reason behind a reply that is no success."""
    code = _BY_OUTCOME.get(event.outcome) or REFUSALS.get(event.code, Code.REFUSED_OTHERWISE)
    return Why(code, event.code, event.message)


def retry_delay(request: Request, event: e.Replied, now: Millis) -> Millis | None:
    """When to try again after trouble, from now; `None` when tries or time are used up."""
    if request.tries >= policy.TRIES:
        return None
    delay = max(policy.RETRY_DELAYS[request.tries - 1], (event.retry_after_s or 0) * SECOND)
    return delay if now + delay - request.first_sent_at <= policy.RETRY_BUDGET else None


def settled(request: Request | None) -> Request | None:
    """Give up a request whose next try will not be made."""
    return replace(request, open=False) if request else None
