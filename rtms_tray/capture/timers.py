"""What a session can be waiting for, and the states in which each wait means something."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from rtms_tray.capture.states import LIVE, OPEN, UNANSWERED, CaptureState


class Timer(StrEnum):
    """What a session can be waiting for."""

    RETRY = "retry"  # repeat a request that met trouble
    RETRY_ACT = "retry_act"  # the same for pause, resume, stop
    ASK_AGAIN = "ask_again"  # the meeting had not started
    GRACE = "grace"
    NO_ANSWER = "no_answer"
    INTERRUPTION_HEARD = "interruption_heard"
    INTERRUPTION_OVER = "interruption_over"
    BREAKOUT_RETURN = "breakout_return"
    BLIND = "blind"
    REMINDER = "reminder"  # asked for by the user
    NUDGE = "nudge"  # where no signal could tell that the host has come
    LOST_SIGHT = "lost_sight"
    FORGET = "forget"  # an ended session leaves the list


_S = CaptureState
_ASKING: Final = frozenset({_S.REQUESTING, _S.WAITING_FOR_MEETING})

MEANINGFUL_IN: Final[Mapping[Timer, frozenset[CaptureState]]] = {
    Timer.RETRY: _ASKING,
    Timer.RETRY_ACT: LIVE,
    Timer.ASK_AGAIN: frozenset({_S.WAITING_FOR_MEETING}),
    Timer.GRACE: frozenset({_S.PENDING_APPROVAL}),
    Timer.NO_ANSWER: frozenset({_S.PENDING_APPROVAL}),
    Timer.INTERRUPTION_HEARD: frozenset({_S.INTERRUPTED}),
    Timer.INTERRUPTION_OVER: frozenset({_S.INTERRUPTED}),
    Timer.BREAKOUT_RETURN: frozenset({_S.PAUSED_BREAKOUT}),
    Timer.BLIND: LIVE,
    Timer.REMINDER: OPEN - {_S.SHARING},
    Timer.NUDGE: UNANSWERED,
    Timer.LOST_SIGHT: OPEN,
    Timer.FORGET: frozenset({_S.ENDED}),
}
"""A session that leaves these states no longer waits: the machine drops the deadline."""

NEEDS_SIGHT: Final = frozenset(
    {
        Timer.NO_ANSWER,
        Timer.GRACE,
        Timer.INTERRUPTION_OVER,
        Timer.BREAKOUT_RETURN,
        Timer.LOST_SIGHT,
    }
)
"""Deadlines that mean something only while events could be seen; they wait for the feed."""
