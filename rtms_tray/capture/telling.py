"""Rules for what the user tells: a condition, or that Zoom shows "Sharing"."""

from dataclasses import replace

from rtms_tray.capture import events as e
from rtms_tray.capture.breakout import back_in_main_room, into_breakout
from rtms_tray.capture.changes import disarmed, learned, moved, verified
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.denying import approval_told
from rtms_tray.capture.evidence import of_entering_room
from rtms_tray.capture.hosting import host_came, host_known_absent
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Session
from rtms_tray.capture.silence import approval_learned, presence_forgotten
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.step import Step, ignored
from rtms_tray.capture.stops import USER_LEFT
from rtms_tray.capture.timers import Timer
from rtms_tray.capture.units import Millis


def tell(session: Session, event: e.Tell, now: Millis) -> Step:
    """OPEN | U tells a condition → evidence, and what the table says of it."""
    before = session.host_present
    session = learned(session, event.condition, event.value, Source.USER, session.zoom_now(now))
    match event.condition:
        case Condition.HOST_PRESENT if before is not event.value:
            return _presence_told(session, event.value, now)
        case Condition.HOST_APPROVES:
            return approval_told(session, event.value, now)
        case Condition.HOST_APPROVAL_REQUIRED:
            return Step(approval_learned(session, now))
        case Condition.IN_BREAKOUT_ROOM:
            return _room_told(session, event.value, now)
        case _:
            return Step(session)


def _presence_told(session: Session, value: Value, now: Millis) -> Step:
    if value is Value.YES:
        return host_came(session, now, session.zoom_now(now))
    if value is Value.NO:
        return host_known_absent(session, now)
    return presence_forgotten(session, now)


def _room_told(session: Session, value: Value, now: Millis) -> Step:
    """Breakout rooms: the user's word moves as an event does."""
    if value is Value.NO:
        return back_in_main_room(session, now)
    if value is not Value.YES:
        return Step(session)
    left = session.state is CaptureState.STOPPED and session.stop_reason == USER_LEFT
    if left:
        return Step(into_breakout(of_entering_room(session, now), now))
    return Step(disarmed(session, Timer.BREAKOUT_RETURN))


def tell_sharing(session: Session, event: e.TellSharing, now: Millis) -> Step:
    """OPEN | U tells sharing yes → sharing, verified; LIVE | no → stopped."""
    if event.sharing:
        session = moved(session, CaptureState.SHARING, now, Why(Code.SEEN_BY_USER))
        return Step(replace(verified(session), before=None))
    if not session.live:
        return ignored(session, event, "nothing is live")
    session = moved(session, CaptureState.STOPPED, now, Why(Code.TOLD_STOPPED))
    return Step(replace(verified(session), before=None, stopped_at=None, stop_reason=None))
