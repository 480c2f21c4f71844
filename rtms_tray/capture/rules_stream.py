"""Rules for Zoom's events about a stream: it starts, is interrupted (D3, D4), stops."""

from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.context import Context
from rtms_tray.capture.doubt import shown_by_event
from rtms_tray.capture.effects import Step, ignored
from rtms_tray.capture.evidence import learn_from_stream
from rtms_tray.capture.facts import Fact, What
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rooms import Where
from rtms_tray.capture.rules_hand_over import gone_on, takes_over
from rtms_tray.capture.rules_rooms import room_after_start
from rtms_tray.capture.session import Session, Stream
from rtms_tray.capture.state_facts import unseen_before
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.updates import doubted, moved, with_facts
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import Millis

_S = CaptureState
_DOUBTS: Final = frozenset({Code.ALREADY_RUNNING, Code.RECEIVER_MAYBE_BACK})


def stream_started(session: Session, event: e.StreamStarted, context: Context) -> Step:
    """A stream starts: the app owner's is captured, somebody else's is only remembered."""
    streams = session.streams
    if event.stream_id in streams.finished:
        if event.operator_id in {None, "", context.me}:
            session = _with_start(session, event, context)
        return ignored(session, event, "this stream has stopped before")
    if not (event.operator_id or session.open):
        return ignored(session, event, "nobody knows whose it is")
    if event.operator_id not in {None, "", context.me}:
        return Step(_with_foreign(session, event, context))
    if session.state is _S.ENDED and not comes_back(session, event, context):
        session = _with_start_unseen(session, event, context)
        return ignored(session, event, "the session has ended")
    current = streams.current
    if current is not None and current.stream_id == event.stream_id:
        return _same_stream(session, current, event, context)
    if current is not None and event.at < current.started_at:
        session = _with_start_unseen(session, event, context)
        return ignored(session, event, "older than the current stream")
    if _names_what_runs(session, event, context):
        return Step(_with_name(session, event, context))
    return Step(room_after_start(_new_stream(session, event, context), event.at, context))


def _names_what_runs(session: Session, event: e.StreamStarted, context: Context) -> bool:
    """Whether a late start is that of the stream which is known to run by a word alone, and perhaps paused since."""
    if not session.live or session.streams.current is not None:
        return False
    live, at = session.timeline.unstopped_at(context.now), context.local(event.at)
    late = context.is_old_news(event.at) or session.state is not _S.SHARING
    return late and live is not None and not live.streams and at < live.start


def _with_name(session: Session, event: e.StreamStarted, context: Context) -> Session:
    """The stream that runs has an ID now; another may have followed it before the word was given."""
    stream = Stream(event.stream_id, event.at, event.at, doubted=True)
    return with_current(learn_from_stream(_with_start(session, event, context), event), stream)


def _with_foreign(session: Session, event: e.StreamStarted, context: Context) -> Session:
    """Somebody else's stream is only remembered, unless it goes on in place of the app owner's."""
    streams = session.streams
    streams = replace(streams, foreign=streams.foreign | {event.stream_id})
    if takes_over(session, event, context):
        streams = replace(streams, taken_over_at=event.at)
    return gone_on(replace(session, streams=streams), context)


def comes_back(
    session: Session, event: e.StreamStarted | e.StreamInterrupted, context: Context
) -> bool:
    """Whether an ended session is alive after all: nothing has told of its end, and this is later."""
    if not session.may_come_back:
        return False
    closed_at = session.timeline.closed_at
    return session.given_up or closed_at is None or context.local(event.at) > closed_at


def _with_start(session: Session, event: e.StreamStarted, context: Context) -> Session:
    return with_facts(session, Fact(context.local(event.at), What.STARTED, event.stream_id))


def _with_start_unseen(session: Session, event: e.StreamStarted, context: Context) -> Session:
    """A stream of the past becomes known: how far it came is not, until its own stop comes."""
    at, closed_at = context.local(event.at), session.timeline.closed_at
    if closed_at is not None and closed_at <= at:
        return session
    session = with_facts(session, Fact(at, What.UNSEEN, event.stream_id))
    session = replace(session, streams=session.streams.with_finished(event.stream_id))
    return _with_start(session, event, context)


def _same_stream(
    session: Session, current: Stream, event: e.StreamStarted, context: Context
) -> Step:
    """The stream continues with a new server, and ends an interruption."""
    if current.has_start(event.at):
        current = replace(current, started_at=min(current.started_at, event.at))
        session = with_current(_with_start(session, event, context), current)
        return ignored(session, event, "a duplicate")
    session = reopened(session, event, context)
    session = learn_from_stream(_with_start(session, event, context), event)
    current = replace(current, last_at=event.at, restarted_at=event.at, doubted=False)
    session = with_current(session, current)
    if session.state is _S.PAUSED_BREAKOUT:
        return Step(session)
    session = _goes_on(session, event, context)
    if session.people.room.where is Where.IN_ROOM:
        session = room_after_start(session, current.started_at, context)
    return Step(session)


def _goes_on(session: Session, event: e.StreamStarted, context: Context) -> Session:
    session = replace(session, resume_point=None)
    if session.streams.paused and session.open:
        return _maybe_paused(session, event, context)
    certain = session.state is _S.SHARING and session.code not in _DOUBTS
    why, at = session.why if certain else None, context.local(event.at)
    session = moved(session, _S.SHARING, context.now, why, at=at)
    return _seen_start(session, event, context)


def _maybe_paused(session: Session, event: e.StreamStarted, context: Context) -> Session:
    """Whether a pause outlives a change of servers is not known."""
    at, known = context.local(event.at), session.state is _S.PAUSED
    why = session.why if known else Why(Code.PAUSED_BY_YOU)
    session = moved(session, _S.PAUSED, context.now, why, at=at)
    return doubted(shown_by_event(session, event.at, context), at)


def _seen_start(session: Session, event: e.StreamStarted, context: Context) -> Session:
    """A start is certain, unless its news is old: its stop may be as late."""
    session = shown_by_event(session, event.at, context)
    old = context.is_old_news(event.at)
    return doubted(session, context.local(event.at)) if old else session


def with_current(session: Session, stream: Stream) -> Session:
    """Take a stream, or what has become of it, for the newest."""
    return replace(session, streams=replace(session.streams, current=stream))


def reopened(
    session: Session, event: e.StreamStarted | e.StreamInterrupted, context: Context
) -> Session:
    """Count time again, if the session had ended: given up, or out of sight."""
    at = context.local(event.at)
    if session.given_up:
        return with_facts(session, Fact(at, What.REOPENED))
    return replace(session, timeline=session.timeline.back_in_sight(at))


def _new_stream(session: Session, event: e.StreamStarted, context: Context) -> Session:
    """Take a new stream for the session's; one from long before the request may have been paused since."""
    why = None if session.requests.asked_here else Why(Code.BEGAN_ELSEWHERE)
    if session.given_up:
        why = Why(Code.BEGAN_AFTER_GIVE_UP)
    session = reopened(session, event, context)
    streams = session.streams
    if streams.current is not None:
        streams = streams.with_finished(streams.current.stream_id)
    streams = replace(
        streams,
        current=Stream(event.stream_id, event.at, event.at),
        action=None,  # it was about the stream before
        paused=False,
        stopped_at=None,
        stop_reason=None,
        taken_over_at=None,
    )
    at = context.local(event.at)
    if session.doubt.unseen and not (session.doubt.proved_at or streams.has_streamed):
        session = with_facts(session, unseen_before(session.timeline.facts, at))
    session = _with_start(session, event, context)
    session = learn_from_stream(replace(session, streams=streams, resume_point=None), event)
    session = moved(session, _S.SHARING, context.now, why, at=at)
    session = _seen_start(session, event, context)
    return session if answers_request(session, event.at) else doubted(session, at)


def answers_request(session: Session, started_at: Millis) -> bool:
    """Whether a stream may be the answer to the newest request, or is newer than any (Zoom's clock)."""
    asked_at = session.requests.asked_at
    return asked_at is None or started_at >= asked_at - timings.ANSWERS_FROM_BEFORE
