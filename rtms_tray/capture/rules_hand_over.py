"""Rules for a meeting that the app owner hands over or leaves: the new host's stream may go on in their place."""

from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.context import Context
from rtms_tray.capture.people import connections_of
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.updates import disarmed, doubted, moved
from rtms_tray.capture.zoom_codes import USER_LEFT
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import Millis

_S = CaptureState
_LEFT: Final = frozenset({_S.STOPPED, _S.PAUSED_BREAKOUT})


def takes_over(session: Session, event: e.StreamStarted, context: Context) -> bool:
    """Whether somebody else's stream is the new host's, soon after the app owner handed over or left."""
    host = session.people.host
    if host is not None and host.account_id not in {None, event.operator_id}:
        return False
    moments = _handed_over_at(session, context)
    return any(0 <= event.at - at <= timings.GOES_ON_WITHIN for at in moments)


def may_go_on(session: Session, left_at: Millis, context: Context) -> bool:
    """Whether sharing may go on without the app owner, who passed the host on and left: nobody has told of a stop."""
    changed_at = session.people.host_changed_at
    if changed_at is None or session.streams.is_stopped or not context.is_own(session.meeting):
        return False
    return abs(left_at - changed_at) <= timings.GOES_ON_WITHIN


def maybe_going_on(session: Session, context: Context) -> Session:
    """The host's role was passed on, as is told after the app owner's leaving: sharing may go on without them."""
    left = session.code is Code.STOP_YOU_LEFT and session.streams.stopped_at is None
    if left and may_go_on(session, session.since + context.zoom_ahead, context):
        return doubted(session, session.since)
    return session


def _handed_over_at(session: Session, context: Context) -> list[Millis]:
    """When the app owner, whose meeting this is, handed over or left; moments are Zoom's."""
    if not context.is_own(session.meeting):
        return []
    people, streams = session.people, session.streams
    mine = connections_of(people, context.me)
    left = [one.left_at for one in mine if one.gone or one.left_counts_at is not None]
    stopped = streams.stopped_at if streams.stop_reason == USER_LEFT else None
    return [at for at in (people.host_changed_at, stopped, *left) if at is not None]


def gone_on(session: Session, context: Context) -> Session:
    """Say that capture goes on under the new host, once the app owner's own stream has stopped by 3."""
    streams = session.streams
    if streams.taken_over_at is None or streams.stop_reason != USER_LEFT:
        return session
    if session.state not in _LEFT:
        return session
    session = replace(disarmed(session, Timer.STOP_EXPLAINED), resume_point=None)
    why = Why(Code.GOES_ON_UNDER_NEW_HOST, USER_LEFT)
    return moved(session, _S.STOPPED, context.now, why, at=context.local(streams.stopped_at or 0))
