"""When another way of capturing is offered: only where RTMS cannot work here, never where somebody said no (P1)."""

from typing import Final

from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState

_POLICY: Final = frozenset({Code.RTMS_DISABLED, Code.NOT_SUPPORTED, Code.NOT_ALLOW_LISTED})
"""Reasons of refused sessions alone."""
_SOMEBODY_SAID_NO: Final = frozenset({1, 4, 5, 9})
_REVOKED: Final = 8


def falls_back(session: Session) -> bool:
    """Whether the fall-back, if the user has set one up, is offered for this session."""
    if not session.policy.fall_back or session.stop_reason == _REVOKED:
        return False
    if session.state is CaptureState.STOPPED_PERMANENTLY:
        return True
    said_no = session.stop_reason in _SOMEBODY_SAID_NO or session.out_of_denial_at is not None
    return _cannot_work(session) and not said_no


def _cannot_work(session: Session) -> bool:
    by_policy = session.why is not None and session.why.code in _POLICY
    return by_policy or session.state is CaptureState.NO_ANSWER
