"""Rules for what the app's own receiver says of the stream: it is at the other end, so nobody knows better.

It may still be late: what is older than Zoom's newest event of the stream says nothing. A receiver that goes on
waiting says nothing of a breakout room, either, unless data have come since.
"""

from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.context import Context
from rtms_tray.capture.doubt import shown
from rtms_tray.capture.effects import Rejection, Step, ignored
from rtms_tray.capture.evidence import learn_from_receiver
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rules_rooms import without_room
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.updates import moved
from rtms_tray.capture.zoom_codes import outcome_of
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import Millis

_S = CaptureState
_DOUBTS: Final = frozenset({Code.ALREADY_RUNNING, Code.RECEIVER_MAYBE_BACK})
_WORDS: Final = {
    e.ReceiverState.LIVE: (_S.SHARING, Code.RECEIVER_LIVE),
    e.ReceiverState.PAUSED: (_S.PAUSED, Code.RECEIVER_PAUSED),
}


def receiver_reported(session: Session, event: e.ReceiverReported, context: Context) -> Step:
    """The receiver says how the stream stands, which settles any doubt."""
    if _is_outdated(session, event, context):
        return ignored(session, event, "older than Zoom's newest event", Rejection.OUTDATED)
    if event.state is e.ReceiverState.STOPPED:
        return Step(_stopped(session, context))
    if event.media_at is not None:
        streams = replace(session.streams, received_at=min(event.media_at, context.now))
        session = replace(session, streams=streams)
    return Step(_runs(session, event, context))


def _is_outdated(session: Session, event: e.ReceiverReported, context: Context) -> bool:
    """Whether Zoom has said more since: of the stream, or, without data since, of a breakout room."""
    live = event.state is e.ReceiverState.LIVE
    at = event.media_at if live and event.media_at is not None else event.at
    if session.state is _S.PAUSED_BREAKOUT:
        entered_at = context.local(session.people.room.entered_at or 0)
        return event.media_at is None or event.media_at <= max(
            entered_at, _newest(session, context)
        )
    return at < _newest(session, context)


def _newest(session: Session, context: Context) -> Millis:
    """When Zoom last said something of the stream, on this machine's clock."""
    streams = session.streams
    last_at = streams.current.last_at if streams.current else 0
    return context.local(max(last_at, streams.stopped_at or 0))


def _runs(session: Session, event: e.ReceiverReported, context: Context) -> Session:
    state, code = _WORDS[event.state]
    session = shown(learn_from_receiver(session, context), context)
    streams = replace(session.streams, paused=state is _S.PAUSED)
    session = replace(session, streams=streams)
    if session.state is _S.PAUSED_BREAKOUT:  # data have come since: this is not where the owner is
        session = without_room(session)
    why = session.why if session.state is state and session.code not in _DOUBTS else Why(code)
    return moved(replace(session, resume_point=None), state, context.now, why)


def _stopped(session: Session, context: Context) -> Session:
    """Nothing runs: what waits for an answer goes on waiting, and is certain of that."""
    session = shown(session, context)
    if not session.live:
        return session
    streams = session.streams
    known = streams.is_stopped and streams.stopped_at is not None
    why = Why(outcome_of(streams.stop_reason)[1], streams.stop_reason) if known else None
    session = replace(session, resume_point=None)
    return moved(session, _S.STOPPED, context.now, why or Why(Code.RECEIVER_STOPPED))
