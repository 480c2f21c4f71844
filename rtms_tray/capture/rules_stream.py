"""Rules for Zoom's events about a stream: it starts, is interrupted (D3, D4), stops."""

from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.context import Context
from rtms_tray.capture.doubt import shown_by_event
from rtms_tray.capture.effects import Step, ignored
from rtms_tray.capture.evidence import learn_from_stop, learn_from_stream
from rtms_tray.capture.facts import Fact, What
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rooms import Where
from rtms_tray.capture.rules_hand_over import gone_on, takes_over
from rtms_tray.capture.rules_rooms import room_after_start, stop_awaits_explanation
from rtms_tray.capture.session import Session, Stream
from rtms_tray.capture.state_facts import facts_of_stop, unseen_before
from rtms_tray.capture.states import UNANSWERED, CaptureState
from rtms_tray.capture.updates import (
    doubted,
    ended,
    moved,
    with_facts,
)
from rtms_tray.capture.zoom_codes import (
    CANCELED,
    EVEN_LATER,
    FINAL_IN_BREAKOUT,
    MAYBE_HAND_OFF,
    MEETING_OVER,
    USER_LEFT,
    USER_STOPPED,
    outcome_of,
)
from rtms_tray.support.units import Millis

Stop = e.StreamStopped | e.UnnamedStreamStopped

_S = CaptureState
_REASON_TO_COME: Final = frozenset({Code.NOT_RUNNING, Code.RECEIVER_STOPPED})
"""Zoom's reply or the receiver told that the stream is over; Zoom's event says why."""
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
    if event.at <= current.last_at:
        current = replace(current, started_at=min(current.started_at, event.at))
        session = with_current(_with_start(session, event, context), current)
        return ignored(session, event, "a duplicate")
    session = reopened(session, event, context)
    session = learn_from_stream(_with_start(session, event, context), event)
    session = with_current(session, replace(current, last_at=event.at, doubted=False))
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


def with_unknown_stream(
    session: Session, event: e.StreamStopped | e.StreamInterrupted, context: Context
) -> Session:
    """Take a stream whose start was missed for the session's own, if it may be that."""
    if not _may_be_own(session, event):
        return session
    streams, current = session.streams, session.streams.current
    began = min(session.since + context.zoom_ahead, event.at)
    if current is not None:
        session = replace(session, streams=streams.with_finished(current.stream_id))
        began = max(began, current.last_at)
    return with_current(session, Stream(event.stream_id, began, began, doubted=True))


def _may_be_own(session: Session, event: e.StreamStopped | e.StreamInterrupted) -> bool:
    """Whether a stream that was never seen may be the session's: nothing says that it is somebody else's.

    Either no other stream is known to run, or that one may have stopped unseen.
    """
    streams, current = session.streams, session.streams.current
    seen = streams.foreign | streams.finished
    if event.stream_id in seen or streams.is_current(event.stream_id):
        return False
    if current is None or current.stopped:
        asked = session.state in UNANSWERED and not _before_asking(session, event)
        return session.live or asked or not session.verified
    unsure = current.doubted or not session.verified
    return unsure and event.at >= current.last_at


def stream_stopped(session: Session, event: e.StreamStopped, context: Context) -> Step:
    """A stream stops: the current one, somebody else's, or one whose start was missed."""
    streams = session.streams
    if event.stream_id in streams.foreign:
        foreign = streams.foreign - {event.stream_id}
        streams = replace(streams.with_finished(event.stream_id), foreign=foreign)
        return Step(replace(session, streams=streams))
    known = streams.is_current(event.stream_id)
    if session.state not in UNANSWERED and not _is_settled_for_good(session, event):
        if event.reason != MEETING_OVER and may_be_beside(session, event):
            return Step(_perhaps_stopped(session, event, context))
        session = with_unknown_stream(session, event, context)
    current = session.streams.current
    if current is not None and current.stream_id == event.stream_id:
        return _current_stopped(session, current, event, context, known=known)
    if event.stream_id in streams.finished:
        session = _with_stop_facts(session, event, context)
        return ignored(session, event, "this stream has stopped before")
    session = replace(session, streams=session.streams.with_finished(event.stream_id))
    if session.state not in UNANSWERED or _before_asking(session, event):
        session = _with_past_stop(session, event, context)
        return ignored(session, event, "not the current stream")
    return Step(_unknown_stream_stopped(session, event, context))


def _is_settled_for_good(session: Session, event: e.StreamStopped) -> bool:
    """Whether it was said to be over for good: no stop of a stream never seen softens that."""
    return session.state is _S.STOPPED_PERMANENTLY and event.reason not in EVEN_LATER


def may_be_beside(session: Session, event: e.StreamStopped | e.StreamInterrupted) -> bool:
    """Whether a stream that was never seen may be the session's newer one, or a colleague's beside it."""
    current = session.streams.current
    running = current is not None and not current.stopped
    return running and _may_be_own(session, event)


def _perhaps_stopped(session: Session, event: e.StreamStopped, context: Context) -> Session:
    """The stream that was seen may have gone on all the while: the stop is told, and in doubt."""
    session = replace(session, streams=session.streams.with_finished(event.stream_id))
    session = _stopped_by_reason(session, event, context)
    return doubted(session, context.local(event.at))


def unnamed_stream_stopped(
    session: Session, event: e.UnnamedStreamStopped, context: Context
) -> Step:
    """A stop of this meeting that may be of the session's stream: only the meeting's end is certain (6)."""
    current = session.streams.current
    running = current if current is not None and not current.stopped else None
    if session.state in UNANSWERED and _before_asking(session, event):
        return ignored(session, event, "older than the request")
    if running is not None and event.at < running.started_at:
        session = _with_past_stop(session, event, context)
        return ignored(session, event, "older than the stream")
    if event.reason == MEETING_OVER and running is not None:
        stop = e.StreamStopped(event.meeting, running.stream_id, event.reason, event.at)
        return _current_stopped(session, running, stop, context, known=True)
    if event.reason == MEETING_OVER or (session.live and current is None):
        return Step(_only_stream_stopped(session, event, context))
    if session.state not in UNANSWERED and (running is None or not session.live):
        return ignored(session, event, "nothing runs")
    return Step(doubted(session, context.local(event.at)))


def _only_stream_stopped(session: Session, event: Stop, context: Context) -> Session:
    in_room = session.state is _S.PAUSED_BREAKOUT and session.code is not Code.ROOM_MAYBE_LEFT
    if in_room and event.reason not in FINAL_IN_BREAKOUT:
        return _with_stop(shown_by_event(session, event.at, context, final=True), event)
    return _stopped_by_reason(session, event, context)


def _before_asking(session: Session, event: Stop | e.StreamInterrupted) -> bool:
    asked = session.requests.asked_at
    return asked is not None and event.at < asked - timings.JOIN_MARGIN


def _unknown_stream_stopped(session: Session, event: e.StreamStopped, context: Context) -> Session:
    """The stream that was asked for has started and stopped unnoticed, or was canceled (7)."""
    if session.requests.maybe_running or session.unseen:
        before = unseen_before(session.timeline.facts, context.local(event.at))
        session = with_facts(session, before)
    if event.reason == CANCELED:
        session = _with_stop_facts(session, event, context)
        why = Why(Code.STOP_CANCELED, event.reason)
        session = shown_by_event(session, event.at, context, final=True)
        return moved(session, _S.REFUSED, context.now, why)
    return _stopped_by_reason(session, event, context)


def _current_stopped(
    session: Session, current: Stream, event: e.StreamStopped, context: Context, *, known: bool
) -> Step:
    streams = session.streams
    says_more = event.reason in EVEN_LATER and event.reason != streams.stop_reason
    if event.stream_id in streams.finished and not says_more:
        if not session.timeline.knows_stop(event.stream_id):
            session = _with_stop_facts(session, event, context)
            session = shown_by_event(session, event.at, context, final=True)
        return ignored(session, event, "stopped already")
    stopped = replace(current, stopped=True, last_at=max(current.last_at, event.at))
    streams = replace(streams.with_finished(event.stream_id), current=stopped)
    session = _with_stop_facts(replace(session, streams=streams), event, context)
    if session.state in UNANSWERED and event.reason not in EVEN_LATER:
        return Step(_earlier_stopped(session, event, context))
    if known and not _changes_state(session, event):
        return Step(shown_by_event(session, event.at, context, final=True))
    return Step(_only_stream_stopped(session, event, context))


def _changes_state(session: Session, event: e.StreamStopped) -> bool:
    """Whether the stop of the current stream changes the state: that none runs may be known without its reason."""
    return event.reason in EVEN_LATER or session.live or session.code in _REASON_TO_COME


def _earlier_stopped(session: Session, event: e.StreamStopped, context: Context) -> Session:
    """The stream before the request has run until now, and the request is still unanswered."""
    before_asking = _before_asking(session, event)
    session = shown_by_event(session, event.at, context, final=True)
    if before_asking:
        return doubted(session, context.local(event.at))  # another may have begun in between
    return replace(session, resume_point=None)


def _with_stop(session: Session, event: Stop) -> Session:
    streams = replace(session.streams, stopped_at=event.at, stop_reason=event.reason)
    return replace(session, streams=streams)


def _with_stop_facts(session: Session, event: Stop, context: Context) -> Session:
    """Keep what a stop says about time, also about the time before it (11, 13–16, 18, 19, 24)."""
    if isinstance(event, e.StreamStopped) and not event.named:
        # It named the meeting alone: what else becomes known may show that it is of another stream.
        event = e.UnnamedStreamStopped(event.meeting, event.reason, event.at)
    current, at = session.streams.current, context.local(event.at)
    from_here = event.reason == USER_STOPPED and _stopped_from_here(session, at)
    if (
        isinstance(event, e.StreamStopped)
        and current is not None
        and current.stream_id == event.stream_id
        and event.at < current.started_at
    ):
        at = context.now  # Zoom's clock has jumped
    return with_facts(session, *facts_of_stop(event, at, stopped_from_here=from_here))


def _with_past_stop(session: Session, event: Stop, context: Context) -> Session:
    """Keep when a stream of the past stopped: one that was live then, or else one that was never seen."""
    stream = event.stream_id if isinstance(event, e.StreamStopped) else ""
    at = context.local(event.at)
    live = session.timeline.unstopped_at(at)
    if live is not None and live.is_of(stream):
        return _with_stop_facts(session, event, context)
    return with_facts(session, unseen_before(session.timeline.facts, at))


def _stopped_by_reason(session: Session, event: Stop, context: Context) -> Session:
    session = _with_stop_facts(session, event, context)
    state, code = outcome_of(event.reason)
    handed_off = event.reason in MAYBE_HAND_OFF and _host_changed_before(session, event.at)
    session = learn_from_stop(session, event, context, handed_off=handed_off)
    session = shown_by_event(session, event.at, context, final=True)
    session = replace(_with_stop(session, event), resume_point=None)
    now, at = context.now, context.local(event.at)
    if state is _S.ENDED:
        return ended(session, now, Why(code, event.reason), at)
    if event.reason == USER_STOPPED and _stopped_from_here(session, at):
        code = Code.STOPPED_BY_YOU
    if handed_off:
        code = Code.HAND_OFF
    session = moved(session, state, now, Why(code, event.reason), at=at)
    if event.reason == USER_LEFT:
        session = stop_awaits_explanation(session, context)
    return gone_on(session, context)


def stopped_after_end(session: Session, event: e.StreamStopped, context: Context) -> Step:
    """A stop that comes after the session's end still corrects its time, and may oblige to delete (8)."""
    streams, live = session.streams, session.timeline.unstopped_at(context.local(event.at))
    known = streams.is_current(event.stream_id) or event.stream_id in streams.finished
    nameless = live is not None and live.is_of(event.stream_id)
    if event.stream_id in streams.foreign or not (known or nameless):
        session = on_until(session, event, context).session
        return ignored(session, event, "not a stream of this session")
    session = _with_stop_facts(session, event, context)
    streams = streams.with_finished(event.stream_id)
    if streams.current is not None and streams.is_current(event.stream_id):
        streams = replace(streams, current=replace(streams.current, stopped=True))
    session = replace(session, streams=streams)
    state, code = outcome_of(event.reason)
    if state is _S.ENDED:
        session = with_facts(session, Fact(context.local(event.at), What.ENDED))
    if code is Code.STOP_REVOKED:
        session = moved(session, _S.ENDED, context.now, Why(code, event.reason))
    return Step(session)


def on_until(session: Session, event: Stop, context: Context) -> Step:
    """A stream that was never seen has stopped after the session's end, as it was thought: the meeting went on."""
    at, closed_at = context.local(event.at), session.timeline.closed_at
    if not session.may_come_back or session.given_up or closed_at is None or at <= closed_at:
        return Step(session)
    session = replace(session, timeline=session.timeline.back_in_sight(at))
    return Step(with_facts(session, Fact(at, What.OUT_OF_SIGHT), Fact(at, What.IN_SIGHT)))


def _stopped_from_here(session: Session, at: Millis) -> bool:
    """Whether a stop is that of a click here, however late its event comes."""
    sent = session.streams.stop_sent_at
    return sent is not None and abs(at - sent) <= timings.OWN_STOP


def _host_changed_before(session: Session, stopped_at: Millis) -> bool:
    changed = session.people.host_changed_at
    return changed is not None and (
        -timings.HAND_OFF_AFTER <= stopped_at - changed <= timings.HAND_OFF_BEFORE
    )
