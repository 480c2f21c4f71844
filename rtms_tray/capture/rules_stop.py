"""Rules for a stream's end: Zoom's stop by its ID or by its meeting alone, whatever else is known by then."""

from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.context import Context
from rtms_tray.capture.doubt import shown_by_event
from rtms_tray.capture.effects import Step, ignored
from rtms_tray.capture.evidence import learn_from_stop
from rtms_tray.capture.facts import Fact, What
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rules_hand_over import gone_on
from rtms_tray.capture.rules_rooms import stop_awaits_explanation
from rtms_tray.capture.session import Session, Stream
from rtms_tray.capture.state_facts import facts_of_stop, unseen_before
from rtms_tray.capture.states import UNANSWERED, CaptureState
from rtms_tray.capture.unknown_streams import before_asking, may_be_beside, with_unknown_stream
from rtms_tray.capture.updates import doubted, ended, moved, with_facts
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
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import Millis

_S = CaptureState
_REASON_TO_COME: Final = frozenset({Code.NOT_RUNNING, Code.RECEIVER_STOPPED})
"""Zoom's reply or the receiver told that the stream is over; Zoom's event says why."""


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
    if session.state not in UNANSWERED or before_asking(session, event):
        session = _with_past_stop(session, event, context)
        return ignored(session, event, "not the current stream")
    return Step(_unknown_stream_stopped(session, event, context))


def _is_settled_for_good(session: Session, event: e.StreamStopped) -> bool:
    """Whether it was said to be over for good: no stop of a stream never seen softens that."""
    return session.state is _S.STOPPED_PERMANENTLY and event.reason not in EVEN_LATER


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
    if session.state in UNANSWERED and before_asking(session, event):
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


def _only_stream_stopped(session: Session, event: e.Stop, context: Context) -> Session:
    in_room = session.state is _S.PAUSED_BREAKOUT and session.code is not Code.ROOM_MAYBE_LEFT
    if in_room and event.reason not in FINAL_IN_BREAKOUT:
        return _with_stop(shown_by_event(session, event.at, context, final=True), event)
    return _stopped_by_reason(session, event, context)


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
    before = before_asking(session, event)
    session = shown_by_event(session, event.at, context, final=True)
    if before:
        return doubted(session, context.local(event.at))  # another may have begun in between
    return replace(session, resume_point=None)


def _with_stop(session: Session, event: e.Stop) -> Session:
    streams = replace(session.streams, stopped_at=event.at, stop_reason=event.reason)
    return replace(session, streams=streams)


def _with_stop_facts(session: Session, event: e.Stop, context: Context) -> Session:
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


def _with_past_stop(session: Session, event: e.Stop, context: Context) -> Session:
    """Keep when a stream of the past stopped: one that was live then, or else one that was never seen."""
    stream = event.stream_id if isinstance(event, e.StreamStopped) else ""
    at = context.local(event.at)
    live = session.timeline.unstopped_at(at)
    if live is not None and live.is_of(stream):
        return _with_stop_facts(session, event, context)
    return with_facts(session, unseen_before(session.timeline.facts, at))


def _stopped_by_reason(session: Session, event: e.Stop, context: Context) -> Session:
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


def on_until(session: Session, event: e.Stop, context: Context) -> Step:
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
