"""The states of a session, groups of them, and its deadlines."""

from enum import StrEnum
from typing import Final


class CaptureState(StrEnum):
    """The state of a session; the values are an interface (status JSON)."""

    IDLE = "idle"
    REQUESTING = "requesting"
    WAITING_FOR_MEETING = "waiting_for_meeting"
    WAITING_FOR_HOST = "waiting_for_host"
    RESEND_NEEDED = "resend_needed"
    PENDING_APPROVAL = "pending_approval"
    NO_ANSWER = "no_answer"
    SHARING = "sharing"
    PAUSED = "paused"
    PAUSED_BREAKOUT = "paused_breakout"
    INTERRUPTED = "interrupted"
    STOPPED = "stopped"
    DENIED = "denied"
    REFUSED = "refused"
    STOPPED_PERMANENTLY = "stopped_permanently"
    ENDED = "ended"
    SIGNED_OUT = "signed_out"  # of the whole program, never of a session


_S = CaptureState

LIVE: Final = frozenset({_S.SHARING, _S.PAUSED, _S.PAUSED_BREAKOUT, _S.INTERRUPTED})
UNANSWERED: Final = frozenset(
    {
        _S.REQUESTING,
        _S.WAITING_FOR_MEETING,
        _S.WAITING_FOR_HOST,
        _S.RESEND_NEEDED,
        _S.PENDING_APPROVAL,
        _S.NO_ANSWER,
    }
)
OVER: Final = frozenset({_S.STOPPED, _S.DENIED, _S.REFUSED, _S.STOPPED_PERMANENTLY})
OPEN: Final = LIVE | UNANSWERED | OVER
NOT_LIVE: Final = UNANSWERED | OVER


class Timer(StrEnum):
    """The deadlines of a session. The values are stored in the history, so they never change."""

    RETRY = "retry"  # repeat a request that met trouble
    RETRY_ACTION = "retry_act"  # the same for pause, resume, stop
    NEXT_REQUEST = "ask_again"  # the meeting had not started
    RESEND = "resend"  # the host joined while events were replayed
    GRACE = "grace"
    NO_ANSWER = "no_answer"
    INTERRUPTION_ALERT = "interruption_heard"
    INTERRUPTION_OVER = "interruption_over"
    INTERRUPTION_SETTLED = "interruption_settled"
    BREAKOUT_RETURN = "breakout_return"
    FEED_DOWN_ALERT = "blind"
    REMINDER = "reminder"  # asked for by the user
    NUDGE = "nudge"  # is the host there? no event would say so
    LEFT = "left"  # somebody has left, unless they only move
    HOST_CAME = "host_came"  # the host has joined, unless they only move
    ROOM = "room"  # what a move of the app owner's means
    ROOM_NEWS = "room_news"  # is the app owner still in the room?
    STOP_EXPLAINED = "stop_explained"  # have they left, or gone into a room?
    WORD = "word"  # unseen, a reply or the user's word holds for so long
    LOST_SIGHT = "lost_sight"
    MAYBE_OVER = "maybe_over"  # is the meeting over? no event would say so
    FORGET = "forget"  # an ended session leaves the list


NEEDS_SIGHT: Final = frozenset(
    {
        Timer.NO_ANSWER,
        Timer.GRACE,
        Timer.INTERRUPTION_OVER,
        Timer.INTERRUPTION_SETTLED,
        Timer.BREAKOUT_RETURN,
        Timer.LOST_SIGHT,
    }
)
"""These mean something only while events can come, so they wait for the feed."""

SENDING: Final = frozenset({Timer.RETRY, Timer.RETRY_ACTION, Timer.NEXT_REQUEST, Timer.RESEND})
"""These send requests, so they wait until a replay has told everything."""
