"""Rules for Zoom's replies to pause, resume and stop."""

from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.changes import armed, doubted, moved, verified
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.refusals import TROUBLE, refusal_of, retry_delay
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.step import Step, ignored
from rtms_tray.capture.stops import USER_STOPPED
from rtms_tray.capture.timers import Timer
from rtms_tray.capture.units import Millis

_S = CaptureState
_DOUBTFUL: Final = frozenset({Code.REPLY_LOST, Code.NOT_RUNNING})


def act_replied(session: Session, event: e.Replied, now: Millis) -> Step:
    """LIVE | R to pause, resume, stop: accepted, refused, or worth another try."""
    act = session.act
    if act is None or act.number != event.request or not act.open:
        return ignored(session, event, "a reply to an older request")
    delay = retry_delay(act, event, now) if event.outcome in TROUBLE else None
    if session.live and delay is not None:
        return Step(armed(session, Timer.RETRY_ACT, now + delay))
    session = replace(session, act=replace(act, open=False))
    if not session.live:
        return ignored(session, event, "nothing is live any more")
    if event.outcome is e.Outcome.ACCEPTED:
        return Step(_accepted(session, event.action, now))
    return Step(_refused(session, event, now))


def _refused(session: Session, event: e.Replied, now: Millis) -> Session:
    """LIVE | R refused for pause, resume, stop → unchanged, shown; 13277: unverified."""
    why = refusal_of(event)
    session = replace(session, refusal=why)
    if event.action is e.Action.STOP and why.code is not Code.REPLY_LOST:
        session = replace(session, stop_sent_at=None)
    return doubted(session, now, stream=True) if why.code in _DOUBTFUL else session


def _accepted(session: Session, action: e.Action, now: Millis) -> Session:
    """Sharing | pause accepted → paused; paused | resume → sharing; LIVE | stop → stopped, by you."""
    match action, session.state:
        case e.Action.PAUSE, _S.SHARING:
            return verified(moved(session, _S.PAUSED, now, Why(Code.PAUSED_BY_YOU)))
        case e.Action.RESUME, _S.PAUSED:
            return verified(moved(session, _S.SHARING, now))
        case e.Action.STOP, _:
            return _stopped_by_you(session, now)
    return session


def _stopped_by_you(session: Session, now: Millis) -> Session:
    if session.stream is not None:
        session = replace(
            session,
            stream=replace(session.stream, stopped=True),
            finished=session.finished | {session.stream.stream_id},
        )
    session = replace(
        verified(session),
        before=None,
        stopped_at=session.zoom_now(now),
        stop_reason=USER_STOPPED,
    )
    return moved(session, _S.STOPPED, now, Why(Code.STOPPED_BY_YOU))
