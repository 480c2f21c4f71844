"""Rules for breakout rooms, which are not captured (D2)."""

from dataclasses import replace

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.changes import armed, back_to_before, disarmed, moved
from rtms_tray.capture.evidence import seen
from rtms_tray.capture.people import is_owner
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.step import Step
from rtms_tray.capture.stops import FINAL_IN_BREAKOUT, USER_LEFT
from rtms_tray.capture.timers import Timer
from rtms_tray.capture.units import Millis

_S = CaptureState


def breakout_joined(session: Session, event: e.BreakoutJoined, now: Millis) -> Step:
    """LIVE, or stopped for ≤ 30 s | E my own breakout join → paused in a breakout room (D2)."""
    mine = _is_news_of_me(session, event)
    session = seen(session, event)
    if mine and session.state is _S.PAUSED_BREAKOUT:
        return Step(disarmed(session, Timer.BREAKOUT_RETURN))
    if mine and (session.live or _explains_stop(session, event)):
        return Step(into_breakout(session, now))
    return Step(session)


def breakout_left(session: Session, event: e.BreakoutLeft, now: Millis) -> Step:
    """Paused in a breakout room | E I left the room → before, unverified; or wait for a stream."""
    mine = _is_news_of_me(session, event)
    session = seen(session, event)
    return back_in_main_room(session, now) if mine else Step(session)


def _is_news_of_me(session: Session, event: e.BreakoutJoined | e.BreakoutLeft) -> bool:
    people = session.people
    known = event.at == people.breakout_seen_at
    known = known and people.in_breakout is isinstance(event, e.BreakoutJoined)
    older = known or event.at < people.breakout_seen_at
    return not older and is_owner(people, event.person, session.me)


def _explains_stop(session: Session, event: e.BreakoutJoined) -> bool:
    stopped = session.stopped_at
    return (
        session.state is _S.STOPPED
        and stopped is not None
        and session.stop_reason not in FINAL_IN_BREAKOUT
        and abs(event.at - stopped) <= policy.BREAKOUT_EXPLAINS_STOP
    )


def into_breakout(session: Session, now: Millis) -> Session:
    """Pause, and keep what to come back to; an interruption keeps what was before it."""
    if session.live and session.state is not _S.INTERRUPTED:
        session = replace(session, before=session.state, before_why=session.why)
    return moved(session, _S.PAUSED_BREAKOUT, now, Why(Code.IN_BREAKOUT_ROOM))


def back_in_main_room(session: Session, now: Millis) -> Step:
    """Paused in a breakout room | I left it → before, unverified, if the stream never stopped."""
    if session.state is not _S.PAUSED_BREAKOUT:
        return Step(session)
    stopped = session.stream is not None and session.stream.stopped
    if session.before is not None and not stopped:
        return Step(back_to_before(session, now))
    return Step(armed(session, Timer.BREAKOUT_RETURN, now + policy.BREAKOUT_RETURN))


def breakout_return_over(session: Session, now: Millis) -> Step:
    """Back in the main room, and no stream within 10 s → stopped, send it again."""
    why = Why(Code.BACK_FROM_BREAKOUT)
    return Step(moved(replace(session, before=None), _S.STOPPED, now, why))


def left_from_breakout(session: Session, now: Millis) -> Step:
    """Paused in a breakout room | E I left the meeting → stopped, you left."""
    why = Why(Code.STOP_YOU_LEFT, USER_LEFT)
    return Step(moved(replace(session, before=None), _S.STOPPED, now, why))
