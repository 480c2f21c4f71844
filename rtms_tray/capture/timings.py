"""Every number that decides something; the user may change a few of them."""

from enum import StrEnum
from typing import Final

from rtms_tray.support.frozen import Frozen
from rtms_tray.support.units import HOUR, MINUTE, SECOND, Millis


class AutoResend(StrEnum):
    """What happens when the host joins after the request was sent."""

    ASK = "ask"
    HOST_JOINED = "host_joined"
    OFF = "off"


class Policy(Frozen):
    """The user's choices, and the defaults that come with them (lengths in milliseconds)."""

    auto_resend: AutoResend = AutoResend.ASK
    no_answer_after: Millis = 20 * SECOND
    """Silence after an accepted request that needs explaining; counted while the feed is up."""
    fall_back: bool = False
    """Whether the user has set up another way of capturing."""
    check_after_gap: bool = False
    """Whether a stream in doubt is made sure of automatically, which would end a pause made in Zoom."""


GRACE: Final = 5 * SECOND
"""So long may capture start without the host (S3); afterwards their absence explains that it does not."""
JOIN_MARGIN: Final = 1 * SECOND
"""A host joins after the request only if by more than this: `Date` headers have whole seconds."""
ANSWERS_FROM_BEFORE: Final = 60 * SECOND
"""A stream that began up to so long before a request is its answer: somebody else may have clicked, too."""
CLOCK_MARGIN: Final = 1 * SECOND
"""How far Zoom's clock, read from `Date` headers of whole seconds, may be off in comparisons."""
TRIES: Final = 4
RETRY_DELAYS: Final = (1 * SECOND, 2 * SECOND, 4 * SECOND)
RETRY_BUDGET: Final = 12 * SECOND
"""How often, and for how long, a request that meets trouble is tried again."""
REPEAT_DELAYS: Final = (5 * SECOND, 10 * SECOND, 20 * SECOND)
REPEAT_EVERY: Final = 60 * SECOND
REPEAT_UNTIL: Final = 60 * MINUTE
"""How often, and for how long, a meeting that has not started is asked for again."""
REMINDERS: Final = (2 * MINUTE, 5 * MINUTE, 10 * MINUTE)
"""When to ask whether the host is there, if no event would say so."""
INTERRUPTION_ALERT_AFTER: Final = 5 * SECOND
INTERRUPTION_OVER_AFTER: Final = 75 * SECOND
"""Zoom gives a receiver 60 to 65 s to come back; no event says that it has."""
INTERRUPTION_SETTLED_AFTER: Final = 150 * SECOND
"""Without a stop for so long after an interruption, with the feed up all the time, the receiver came back."""
LEFT_COUNTS_AFTER: Final = 2 * SECOND
"""So long may the joined of a move between rooms come after its left."""
NAMED_AHEAD: Final = 60 * SECOND
"""A `join_time` or `leave_time` so much later than its event is a mistake."""
ROOM_MOVE: Final = 3 * SECOND
"""A move between rooms this near to an event of a breakout room belongs to it; and so long is waited for one."""
ROOM_NEWS: Final = 15 * MINUTE
"""After so long without a word of the app owner's breakout room, they may be back."""
STOP_EXPLAINED_AFTER: Final = 3 * SECOND
"""So long is waited for what explains that the app owner is said to have left (stop 3)."""
MOVE_EXPLAINS_STOP: Final = 5 * SECOND
"""A move between rooms this near to such a stop may have caused it."""
GOES_ON_WITHIN: Final = 60 * SECOND
"""A stream of the new host's so soon after the app owner handed over or left goes on in their place."""
BREAKOUT_RETURN: Final = 10 * SECOND
"""So soon after the return to the main room a new stream starts, or none does."""
BREAKOUT_EXPLAINS_STOP: Final = 30 * SECOND
OWN_STOP: Final = 60 * SECOND
"""A stop by the user so soon after a click here is that click's."""
HAND_OFF_BEFORE: Final = 60 * SECOND
HAND_OFF_AFTER: Final = 15 * SECOND
"""How far before or after a change of host a stop may be due to it."""
FEED_DOWN_ALERT_AFTER: Final = 30 * SECOND
LONG_GAP: Final = 30 * SECOND
"""A gap of more than this is told; a shorter one is shown only."""
OLD_NEWS: Final = 60 * SECOND
"""An event so far behind Zoom's clock was not seen as it happened."""
WORD_HOLDS: Final = 10 * MINUTE
"""While no events come, what a reply or the user says of the stream is taken as certain for so long."""
STARTED_JUST_NOW: Final = 5 * SECOND
"""So soon after a start, Zoom may not know of the stream everywhere: that none runs is asked once more."""
SIGHT_BEFORE_REQUEST: Final = 60 * MINUTE
"""Where events have come for less than this before a request, a stream may have begun before them."""
LOST_SIGHT_AFTER: Final = 12 * HOUR
SILENT_OVER_AFTER: Final = 3 * HOUR
"""So long may nothing be heard of a meeting, the second where no event of it ever came, until it counts as over."""
ASK_IF_OVER_AFTER: Final = 60 * MINUTE
ENDED_LISTED_FOR: Final = 1 * HOUR
DENIED_RESEND_PAUSE: Final = 60 * SECOND
CONNECTIONS_REMEMBERED: Final = 1_000
MEETINGS_REMEMBERED: Final = 1_000
MOVES_REMEMBERED: Final = 50
"""How many moves between rooms are kept of somebody: what completes an old one may come late."""
ASIDES_KEPT: Final = 3
"""How many lines under Details tell of what doesn't change a session."""
UNPLACED_KEPT: Final = 5
"""How many events are kept of a meeting whose number is not known yet."""
TAIL_OF_LOST_RECEIVER: Final = 65 * SECOND
"""What may be missing at the end of a stream whose receiver vanished (stops 13–16, 19, 24)."""
DATES_KEPT: Final = 5
"""Zoom's clock is read from so many `Date` headers; their median counts."""
CLOCK_IN_QUESTION: Final = 30 * SECOND
"""Zoom's clock and this machine's may differ by so much without a doubt about which of them is right."""
NEWEST_EVENT_TELLS_FOR: Final = 10 * MINUTE
"""So long does the newest event tell which clock is right."""
EVENT_AHEAD: Final = 2 * SECOND
"""By so much may an event be ahead of Zoom's clock, which is known to about a second."""
FACTS_KEPT: Final = 1_000
"""How many facts of a session's time are kept; beyond, the oldest half of its time becomes unknown."""
