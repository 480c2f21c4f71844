"""Streams whose start was never seen: whether they may be the session's own."""

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.context import Context
from rtms_tray.capture.rules_stream import with_current
from rtms_tray.capture.session import Session, Stream
from rtms_tray.capture.states import UNANSWERED
from rtms_tray.support.frozen import replace


def with_unknown_stream(
    session: Session, event: e.StreamStopped | e.StreamInterrupted, context: Context
) -> Session:
    """Take a stream whose start was missed for the session's own, if it may be that."""
    if not may_be_own(session, event):
        return session
    streams, current = session.streams, session.streams.current
    began = min(session.since + context.zoom_ahead, event.at)
    if current is not None:
        session = replace(session, streams=streams.with_finished(current.stream_id))
        began = max(began, current.last_at)
    return with_current(session, Stream(event.stream_id, began, began, doubted=True))


def may_be_own(session: Session, event: e.StreamStopped | e.StreamInterrupted) -> bool:
    """Whether a stream that was never seen may be the session's: nothing says that it is somebody else's.

    Either no other stream is known to run, or that one may have stopped unseen.
    """
    streams, current = session.streams, session.streams.current
    seen = streams.foreign | streams.finished
    if event.stream_id in seen or streams.is_current(event.stream_id):
        return False
    if current is None or current.stopped:
        asked = session.state in UNANSWERED and not before_asking(session, event)
        return session.live or asked or not session.verified
    unsure = current.doubted or not session.verified
    return unsure and event.at >= current.last_at


def may_be_beside(session: Session, event: e.StreamStopped | e.StreamInterrupted) -> bool:
    """Whether a stream that was never seen may be the session's newer one, or a colleague's beside it."""
    current = session.streams.current
    running = current is not None and not current.stopped
    return running and may_be_own(session, event)


def before_asking(session: Session, event: e.Stop | e.StreamInterrupted) -> bool:
    """Whether an event is older than the newest request."""
    asked = session.requests.asked_at
    return asked is not None and event.at < asked - timings.JOIN_MARGIN
