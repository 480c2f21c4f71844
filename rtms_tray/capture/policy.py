"""Every number that decides something, in one place; the user may change a few of them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rtms_tray.support.units import HOUR, MINUTE, SECOND, Millis


class AutoResend(StrEnum):
    """What happens when the host joins after the request was sent."""

    ASK = "ask"
    HOST_JOINED = "host_joined"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Policy:
    """The user's choices, and the defaults that come with them (lengths in milliseconds)."""

    auto_resend: AutoResend = AutoResend.ASK
    no_answer_after: Millis = 20 * SECOND
    """Silence after an accepted request that needs explaining; counted while the feed is up."""
    fall_back: bool = False
    """Whether the user has set up another way of capturing."""


GRACE: Final = 5 * SECOND
"""How long a request may still start without the host, before an absent host explains the silence (S3)."""
JOIN_MARGIN: Final = 1 * SECOND
"""A host joins after the request only if by more than this: `Date` headers have whole seconds."""
CLOCK_MARGIN: Final = 1 * SECOND
"""How far Zoom's clock, read from `Date` headers of whole seconds, may be off when it is compared."""
TRIES: Final = 4
RETRY_DELAYS: Final = (1 * SECOND, 2 * SECOND, 4 * SECOND)
RETRY_BUDGET: Final = 12 * SECOND
REPEAT_DELAYS: Final = (5 * SECOND, 10 * SECOND, 20 * SECOND)
REPEAT_EVERY: Final = 60 * SECOND
REPEAT_UNTIL: Final = 60 * MINUTE
REMINDERS: Final = (2 * MINUTE, 5 * MINUTE, 10 * MINUTE)
INTERRUPTION_ALERT_AFTER: Final = 5 * SECOND
INTERRUPTION_OVER_AFTER: Final = 75 * SECOND
"""Zoom gives a receiver 60 to 65 s to come back; there is no event for its return."""
BREAKOUT_RETURN: Final = 10 * SECOND
BREAKOUT_EXPLAINS_STOP: Final = 30 * SECOND
OWN_STOP: Final = 60 * SECOND
"""A stop by the user within this time of a click here is the user's own."""
HAND_OFF_BEFORE: Final = 60 * SECOND
HAND_OFF_AFTER: Final = 15 * SECOND
FEED_DOWN_ALERT_AFTER: Final = 30 * SECOND
LOST_SIGHT_AFTER: Final = 12 * HOUR
ENDED_LISTED_FOR: Final = 1 * HOUR
DENIED_RESEND_PAUSE: Final = 60 * SECOND
MEETINGS_REMEMBERED: Final = 1_000
UNPLACED_KEPT: Final = 5
"""How many events are kept of a meeting whose number is not known yet."""
TAIL_OF_LOST_RECEIVER: Final = 65 * SECOND
"""What may be missing at the end of a stream whose receiver vanished (stops 13–16, 19, 24)."""
