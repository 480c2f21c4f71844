"""Zoom's error codes and stop reasons: which reason each is, and what follows from it."""

from enum import Enum, auto
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Request
from rtms_tray.capture.states import CaptureState
from rtms_tray.support.units import SECOND, Millis

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
"""Zoom's error codes for `PATCH …/rtms_app/status`."""

BY_POLICY: Final = frozenset(
    {
        Code.NOT_ALLOW_LISTED,
        Code.RTMS_DISABLED,
        Code.NOT_SUPPORTED,
        Code.NOT_ENTITLED_TO_START,
        Code.NOT_A_PANELIST,
    }
)
"""Refusals that somebody's settings or rights lead to."""

TROUBLE: Final = {
    e.Outcome.RATE_LIMITED: Code.RATE_LIMITED,
    e.Outcome.SERVER_TROUBLE: Code.SERVER_TROUBLE,
    e.Outcome.OFFLINE: Code.OFFLINE,
}
"""What may pass: worth a few more tries."""

_BY_OUTCOME: Final = {
    **TROUBLE,
    e.Outcome.SIGN_IN_NEEDED: Code.SIGN_IN_NEEDED,
    e.Outcome.KEYRING_UNREADABLE: Code.KEYRING_UNREADABLE,
    e.Outcome.KEYRING_LOCKED: Code.KEYRING_LOCKED,
    e.Outcome.NOT_STARTED: Code.MEETING_NOT_STARTED,
    e.Outcome.REPLY_LOST: Code.REPLY_LOST,
}


def refusal_of(event: e.Replied) -> Why:
    """Name the reason for a reply that is no success."""
    code = _BY_OUTCOME.get(event.outcome) or REFUSALS.get(event.code, Code.REFUSED_OTHERWISE)
    return Why(code, event.code, event.message)


def retry_delay(request: Request, event: e.Replied, now: Millis) -> Millis | None:
    """Say how long to wait before the next try; None once tries or time are used up, or none can help."""
    if request.tries >= timings.TRIES or event.limit_is_daily:
        return None
    delay = max(timings.RETRY_DELAYS[request.tries - 1], (event.retry_after_s or 0) * SECOND)
    return delay if now + delay - request.first_sent_at <= timings.RETRY_BUDGET else None


_STOPPED = CaptureState.STOPPED
_FOR_GOOD = CaptureState.STOPPED_PERMANENTLY


class Hindsight(Enum):
    """What a stop says about the time before it."""

    NOTHING = auto()
    NEVER_RECEIVED = auto()  # the whole stream is lost
    TAIL_UNKNOWN = auto()  # unknown from the interruption, or else the last 65 s


STOPS: Final[dict[int, tuple[CaptureState, Code]]] = {
    0: (_STOPPED, Code.STOP_UNDEFINED),
    1: (_STOPPED, Code.STOP_HOST),
    2: (_STOPPED, Code.STOP_ELSEWHERE),
    3: (_STOPPED, Code.LEFT_OR_IN_ROOM),  # until it is known which
    4: (_STOPPED, Code.STOP_REMOVED),
    5: (_STOPPED, Code.STOP_APP_DISABLED),
    6: (CaptureState.ENDED, Code.STOP_MEETING_ENDED),
    7: (_STOPPED, Code.STOP_CANCELED),
    8: (_FOR_GOOD, Code.STOP_REVOKED),
    9: (_STOPPED, Code.STOP_ALL_APPS_DISABLED),
    10: (_STOPPED, Code.STOP_ZOOM_EXCEPTION),
    11: (_STOPPED, Code.STOP_RECEIVER_TIMEOUT),
    12: (_STOPPED, Code.STOP_ZOOM_INSTANCE),
    13: (_STOPPED, Code.STOP_SIGNAL_INTERRUPTED),
    14: (_STOPPED, Code.STOP_DATA_INTERRUPTED),
    15: (_STOPPED, Code.STOP_SIGNAL_CLOSED),
    16: (_STOPPED, Code.STOP_DATA_CLOSED),
    17: (_STOPPED, Code.STOP_ZOOM_EXIT),
    18: (_STOPPED, Code.STOP_RECEIVER_AUTH),
    19: (_STOPPED, Code.STOP_RECEIVER_RECONNECT),
    20: (_STOPPED, Code.STOP_RECEIVER_CLOSED),
    21: (_STOPPED, Code.STOP_CUSTOMER_LEFT),
    22: (_STOPPED, Code.STOP_AGENT_LEFT),
    23: (_FOR_GOOD, Code.STOP_ADMIN),
    24: (_STOPPED, Code.STOP_KEEP_ALIVE),
    25: (_STOPPED, Code.STOP_API),
    26: (_STOPPED, Code.STOP_UNSUPPORTED),
}
OTHER: Final = (_STOPPED, Code.STOP_OTHER)
WITHOUT_REASON: Final = (_STOPPED, Code.STOP_WITHOUT_REASON)

USER_STOPPED: Final = 2
USER_LEFT: Final = 3
EJECTED: Final = 4
MEETING_OVER: Final = 6
CANCELED: Final = 7
REVOKED: Final = 8
ADMIN: Final = 23
FINAL_IN_BREAKOUT: Final = frozenset({2, 4, 6, 8, 23})
"""A breakout room does not explain these."""
MAYBE_HAND_OFF: Final = frozenset({1, 5, 9, 23})
EVEN_LATER: Final = frozenset({6, 8, 23})
"""These say more than that the stream is over, so they count even after it has stopped."""
_NEVER_RECEIVED: Final = frozenset({11, 18})
_TAIL_UNKNOWN: Final = frozenset({13, 14, 15, 16, 19, 24})


def outcome_of(reason: int | None) -> tuple[CaptureState, Code]:
    """Name the state and the reason after a stop; an unknown number is like any other stop."""
    return WITHOUT_REASON if reason is None else STOPS.get(reason, OTHER)


def hindsight_of(reason: int | None) -> Hindsight:
    """Say what a stop says about the time before it."""
    if reason in _NEVER_RECEIVED:
        return Hindsight.NEVER_RECEIVED
    return Hindsight.TAIL_UNKNOWN if reason in _TAIL_UNKNOWN else Hindsight.NOTHING
