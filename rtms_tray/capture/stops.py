"""Zoom's stop reasons as a table: where each leads, and what it makes of the stream's time.

Numbers and names: Zoom's RTMS data types, 0–26; the webhook page lists only 1–11.
"""

from enum import Enum, auto
from typing import Final

from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState

_STOPPED = CaptureState.STOPPED
_FOR_GOOD = CaptureState.STOPPED_PERMANENTLY


class Hindsight(Enum):
    """What a stop tells of the time before it."""

    NOTHING = auto()
    NEVER_RECEIVED = auto()  # the whole stream is lost
    TAIL_UNKNOWN = auto()  # unknown from the interruption, or else the last 65 s


STOPS: Final[dict[int, tuple[CaptureState, Code]]] = {
    0: (_STOPPED, Code.STOP_UNDEFINED),
    1: (_STOPPED, Code.STOP_HOST),
    2: (_STOPPED, Code.STOP_ELSEWHERE),
    3: (_STOPPED, Code.STOP_YOU_LEFT),
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

USER_STOPPED: Final = 2
USER_LEFT: Final = 3
CANCELED: Final = 7
ADMIN: Final = 23
OWNER_GONE: Final = frozenset({3, 4})
"""Stops that say where the app owner is: no longer in the meeting."""
FINAL_IN_BREAKOUT: Final = frozenset({2, 4, 6, 8, 23})
"""Stops that no breakout room explains."""
MAYBE_HAND_OFF: Final = frozenset({1, 5, 9, 23})
EVEN_LATER: Final = frozenset({6, 8, 23})
"""Stops that say more than that a stream is over: they count after it has ended, too."""
_NEVER_RECEIVED: Final = frozenset({11, 18})
_TAIL_UNKNOWN: Final = frozenset({13, 14, 15, 16, 19, 24})


def outcome_of(reason: int) -> tuple[CaptureState, Code]:
    """Say where a stop leads from a live stream; unknown numbers stop it like any other."""
    return STOPS.get(reason, OTHER)


def hindsight_of(reason: int) -> Hindsight:
    """Say what a stop makes of the time before it."""
    if reason in _NEVER_RECEIVED:
        return Hindsight.NEVER_RECEIVED
    return Hindsight.TAIL_UNKNOWN if reason in _TAIL_UNKNOWN else Hindsight.NOTHING
