"""What each reason says to people: two plain sentences at most, never more than is known."""

from typing import Final

from rtms_tray.capture.live_texts import LIVE_REASONS
from rtms_tray.capture.reasons import Code, Reason, Severity
from rtms_tray.capture.refusal_texts import REFUSAL_REASONS
from rtms_tray.capture.stop_texts import STOP_REASONS
from rtms_tray.capture.waiting_texts import WAITING_REASONS

_OVER: Final = (
    Reason(
        Code.GIVEN_UP, None,
        "Given up",
        "You gave this meeting up.",
        "",
        (), (),
    ),
    Reason(
        Code.INFERRED, None,
        "Ended",
        "The meeting is no longer running; rtms-tray did not see it end.",
        "",
        (), (),
    ),
    Reason(
        Code.LOST_SIGHT, None,
        "Lost sight of it",
        "Nothing was heard of this meeting for 12 hours.",
        "",
        (), (),
    ),
    Reason(
        Code.REMINDER, Severity.ATTENTION,
        "Is the host there now?",
        "rtms-tray cannot see the host join, and has seen no capture begin.",
        "Send the request again once the host has joined.",
        ("S2",), (4,),
    ),
)  # fmt: skip

GROUPS: Final = (
    ("Asked, and nothing is captured yet", WAITING_REASONS),
    ("Captured, or thought to be", LIVE_REASONS),
    ("Somebody or something said no", REFUSAL_REASONS),
    ("It was captured, and is not any more", STOP_REASONS),
    ("Over, and reminders", _OVER),
)
"""All reasons, as the guide for people has them."""

REASONS: Final = {reason.code: reason for _, reasons in GROUPS for reason in reasons}
"""Every code's reason; a test holds that none is missing."""
