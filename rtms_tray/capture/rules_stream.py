"""Rules for Zoom's events about a stream: it starts, is interrupted (D3, D4), stops."""

from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import Step, ignored
from rtms_tray.capture.evidence import learn_from_stop, learn_from_stream
from rtms_tray.capture.facts import Fact, What
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Session, Stream
from rtms_tray.capture.state_facts import facts_of_stop
from rtms_tray.capture.states import UNANSWERED, CaptureState, Timer
from rtms_tray.capture.updates import (
    armed,
    doubted,
    ended,
    moved,
    returned_to_resume_point,
    verified,
    with_facts,
    with_resume_point,
)
from rtms_tray.capture.zoom_codes import (
    CANCELED,
    EVEN_LATER,
    FINAL_IN_BREAKOUT,
    MAYBE_HAND_OFF,
    MEETING_OVER,
    USER_STOPPED,
    outcome_of,
)
from rtms_tray.support.units import Millis

Stop = e.StreamStopped | e.UnnamedStreamStopped

_S = CaptureState
_KEPT_BY_NEW_SERVER: Final = frozenset({_S.PAUSED, _S.PAUSED_BREAKOUT})
_DOUBTS: Final = frozenset({Code.ALREADY_RUNNING, Code.RECEIVER_MAYBE_BACK})


def stream_started(session: Session, event: e.StreamStarted, context: Context) -> Step:
    """A stream starts: the app owner's is captured, somebody else's is only remembered."""
    streams = session.streams
    if event.stream_id in streams.finished:
        if event.operator_id in {None, "", context.me}:
            session = _with_start(session, event, context)
        return ignored(session, event, "this stream has stopped before")
    if not _is_mine(session, event, context):
        foreign = streams.foreign | {event.stream_id}
        return Step(replace(session, streams=replace(streams, foreign=foreign)))
    if session.state is _S.ENDED and not _comes_back(session, event, context):
        return ignored(session, event, "the session has ended")
    current = streams.current
    if current is not None and current.stream_id == event.stream_id:
        return _same_stream(session, current, event, context)
    if current is not None and event.at < current.started_at:
        session = _with_older_start(session, current, event, context)
        return ignored(session, event, "older than the current stream")
    return Step(_new_stream(session, event, context))


def _comes_back(
    session: Session, event: e.StreamStarted | e.StreamInterrupted, context: Context
) -> bool:
    """Whether an ended session is alive after all: nothing has told of its end, and this is later."""
    if not session.may_come_back:
        return False
    closed_at = session.timeline.closed_at
    return session.given_up or closed_at is None or context.local(event.at) > closed_at


def _is_mine(session: Session, event: e.StreamStarted, context: Context) -> bool:
    """Whether a stream is the app owner's; one without an operator is, while the session is open."""
    return event.operator_id == context.me if event.operator_id else session.open


def _with_start(session: Session, event: e.StreamStarted, context: Context) -> Session:
    return with_facts(session, Fact(context.local(event.at), What.STARTED, event.stream_id))


def _with_older_start(
    session: Session, current: Stream, event: e.StreamStarted, context: Context
) -> Session:
    """A stream before the current one becomes known: how far it came is not, until its own stop comes."""
    at, next_at = context.local(event.at), context.local(current.started_at)
    session = with_facts(session, Fact(at, What.UNSEEN, until=next_at))
    session = replace(session, streams=session.streams.with_finished(event.stream_id))
    return _with_start(session, event, context)


def _same_stream(
    session: Session, current: Stream, event: e.StreamStarted, context: Context
) -> Step:
    """The stream continues with a new server, and ends an interruption."""
    if event.at <= current.last_at:
        return ignored(session, event, "a duplicate")
    session = _reopened(session, event, context)
    session = verified(_with_current(session, replace(current, last_at=event.at)))
    session = learn_from_stream(_with_start(session, event, context), event)
    if session.state in _KEPT_BY_NEW_SERVER:
        return Step(session)
    certain = session.state is _S.SHARING and session.code not in _DOUBTS
    return Step(
        moved(
            replace(session, resume_point=None),
            _S.SHARING,
            context.now,
            session.why if certain else None,
            at=context.local(event.at),
        )
    )


def _with_current(session: Session, stream: Stream) -> Session:
    return replace(session, streams=replace(session.streams, current=stream))


def _reopened(
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
    session = _reopened(session, event, context)
    streams = session.streams
    if streams.current is not None:
        streams = streams.with_finished(streams.current.stream_id)
    streams = replace(
        streams,
        current=Stream(event.stream_id, event.at, event.at),
        action=None,  # it was about the stream before
        stopped_at=None,
        stop_reason=None,
    )
    session = _with_start(session, event, context)
    session = learn_from_stream(replace(session, streams=streams, resume_point=None), event)
    at = context.local(event.at)
    session = verified(moved(session, _S.SHARING, context.now, why, at=at))
    return session if answers_request(session, event.at) else doubted(session, at, stream=True)


def answers_request(session: Session, started_at: Millis) -> bool:
    """Whether a stream may be the answer to the newest request, or is newer than any (Zoom's clock)."""
    asked_at = session.requests.asked_at
    return asked_at is None or started_at >= asked_at - timings.ANSWERS_FROM_BEFORE


def _with_unknown_stream(
    session: Session, event: e.StreamStopped | e.StreamInterrupted, context: Context
) -> Session:
    """Take a stream whose start was missed for the session's own, if it may be that."""
    streams, current = session.streams, session.streams.current
    if event.stream_id in streams.foreign | streams.finished or streams.is_current(event.stream_id):
        return session
    if not _may_have_another(session, event):
        return session
    began = min(session.since + context.zoom_ahead, event.at)
    if current is not None:
        session = replace(session, streams=streams.with_finished(current.stream_id))
        began = max(began, current.last_at)
    return _with_current(session, Stream(event.stream_id, began, began))


def _may_have_another(session: Session, event: e.StreamStopped | e.StreamInterrupted) -> bool:
    """Whether the session may have a stream whose start was missed: it knows of none, or was in doubt."""
    current = session.streams.current
    if session.live and (current is None or current.stopped):
        return True
    doubtful = not session.verified or (current is not None and current.doubted)
    newer = current is None or event.at >= current.last_at
    return session.live and doubtful and newer


def stream_interrupted(session: Session, event: e.StreamInterrupted, context: Context) -> Step:
    """The app's receiver has lost its connection: the user is alerted after 5 s, and it ends within 75 s."""
    if session.state is _S.ENDED and not _comes_back(session, event, context):
        return ignored(session, event, "the session has ended")
    session = _with_unknown_stream(session, event, context)
    current = session.streams.current
    if current is None or current.stream_id != event.stream_id or event.at < current.last_at:
        return ignored(session, event, "not the current stream")
    if event.at == current.interrupted_at:
        return ignored(session, event, "a duplicate")
    current = replace(current, last_at=event.at, interrupted_at=event.at)
    session = verified(_with_current(_reopened(session, event, context), current))
    why, at = Why(Code.RECEIVER_INTERRUPTED), context.local(event.at)
    session = with_facts(session, Fact(at, What.INTERRUPTED, event.stream_id, why=why.code))
    if session.state is _S.PAUSED_BREAKOUT:
        return Step(session)
    now = context.now
    if session.state is not _S.INTERRUPTED:
        session = with_resume_point(session) if session.live else session
        session = armed(session, Timer.INTERRUPTION_ALERT, now + timings.INTERRUPTION_ALERT_AFTER)
    session = armed(session, Timer.INTERRUPTION_OVER, now + timings.INTERRUPTION_OVER_AFTER)
    return Step(moved(session, _S.INTERRUPTED, now, why, at=at))


def interruption_over(session: Session, context: Context) -> Step:
    """No stop has come, so the receiver is back, as far as one can tell: no event says so."""
    return Step(returned_to_resume_point(session, context.now))


def stream_stopped(session: Session, event: e.StreamStopped, context: Context) -> Step:
    """A stream stops: the current one, somebody else's, or one whose start was missed."""
    streams = session.streams
    if event.stream_id in streams.foreign:
        foreign = streams.foreign - {event.stream_id}
        streams = replace(streams.with_finished(event.stream_id), foreign=foreign)
        return Step(replace(session, streams=streams))
    session = _with_unknown_stream(session, event, context)
    current = session.streams.current
    if current is not None and current.stream_id == event.stream_id:
        return _current_stopped(session, current, event, context)
    if event.stream_id in streams.finished:
        session = _with_stop_facts(session, event, context)
        return ignored(session, event, "this stream has stopped before")
    session = replace(session, streams=session.streams.with_finished(event.stream_id))
    if session.state not in UNANSWERED or _before_asking(session, event):
        return ignored(session, event, "not the current stream")
    return Step(_unknown_stream_stopped(session, event, context))


def unnamed_stream_stopped(
    session: Session, event: e.UnnamedStreamStopped, context: Context
) -> Step:
    """A stop of this meeting that may be of the session's stream: only the meeting's end is certain (6)."""
    current = session.streams.current
    running = current if current is not None and not current.stopped else None
    if session.state in UNANSWERED and _before_asking(session, event):
        return ignored(session, event, "older than the request")
    if running is not None and event.at < running.started_at:
        return ignored(session, event, "older than the stream")
    if event.reason == MEETING_OVER and running is not None:
        stop = e.StreamStopped(event.meeting, running.stream_id, event.reason, event.at)
        return _current_stopped(session, running, stop, context)
    if event.reason == MEETING_OVER or (session.live and current is None):
        return Step(_only_stream_stopped(session, event, context))
    if session.state not in UNANSWERED and (running is None or not session.live):
        return ignored(session, event, "nothing runs")
    return Step(doubted(session, context.local(event.at), stream=True))


def _only_stream_stopped(session: Session, event: Stop, context: Context) -> Session:
    if session.state is _S.PAUSED_BREAKOUT and event.reason not in FINAL_IN_BREAKOUT:
        return _with_stop(verified(session), event)
    return _stopped_by_reason(session, event, context)


def _before_asking(session: Session, event: Stop) -> bool:
    asked = session.requests.asked_at
    return asked is not None and event.at < asked - timings.JOIN_MARGIN


def _unknown_stream_stopped(session: Session, event: e.StreamStopped, context: Context) -> Session:
    """The stream that was asked for has started and stopped unnoticed, or was canceled (7)."""
    if event.reason == CANCELED:
        session = _with_stop_facts(session, event, context)
        why = Why(Code.STOP_CANCELED, event.reason)
        return moved(verified(session), _S.REFUSED, context.now, why)
    return _stopped_by_reason(session, event, context)


def _current_stopped(
    session: Session, current: Stream, event: e.StreamStopped, context: Context
) -> Step:
    streams = session.streams
    says_more = event.reason in EVEN_LATER and event.reason != streams.stop_reason
    if event.stream_id in streams.finished and not says_more:
        return ignored(session, event, "stopped already")
    stopped = replace(current, stopped=True, last_at=max(current.last_at, event.at))
    streams = replace(streams.with_finished(event.stream_id), current=stopped)
    session = _with_stop_facts(replace(session, streams=streams), event, context)
    if not _changes_state(session, event):
        return Step(session)
    return Step(_only_stream_stopped(session, event, context))


def _changes_state(session: Session, event: e.StreamStopped) -> bool:
    """Whether the stop of the current stream changes the state."""
    if event.reason in EVEN_LATER or session.live or session.code is Code.RECEIVER_STOPPED:
        return True  # of what the receiver has noticed, Zoom gives the reason
    return session.state in UNANSWERED and not _before_asking(session, event)


def _with_stop(session: Session, event: Stop) -> Session:
    streams = replace(session.streams, stopped_at=event.at, stop_reason=event.reason)
    return replace(session, streams=streams)


def _with_stop_facts(session: Session, event: Stop, context: Context) -> Session:
    """Keep what a stop says about time, also about the time before it (11, 13–16, 18, 19, 24)."""
    from_here = event.reason == USER_STOPPED and _stopped_from_here(session, context)
    current, at = session.streams.current, context.local(event.at)
    if (
        isinstance(event, e.StreamStopped)
        and current is not None
        and current.stream_id == event.stream_id
        and event.at < current.started_at
    ):
        at = context.now  # Zoom's clock has jumped
    return with_facts(session, *facts_of_stop(event, at, stopped_from_here=from_here))


def _stopped_by_reason(session: Session, event: Stop, context: Context) -> Session:
    session = _with_stop_facts(session, event, context)
    state, code = outcome_of(event.reason)
    handed_off = event.reason in MAYBE_HAND_OFF and _host_changed_before(session, event.at)
    session = learn_from_stop(session, event, context, handed_off=handed_off)
    session = replace(_with_stop(verified(session), event), resume_point=None)
    now, at = context.now, context.local(event.at)
    if state is _S.ENDED:
        return ended(session, now, Why(code, event.reason), at)
    if event.reason == USER_STOPPED and _stopped_from_here(session, context):
        code = Code.STOPPED_BY_YOU
    if handed_off:
        code = Code.HAND_OFF
    return moved(session, state, now, Why(code, event.reason), at=at)


def stopped_after_end(session: Session, event: e.StreamStopped, context: Context) -> Step:
    """A stop that comes after the session's end still corrects its time, and may oblige to delete (8)."""
    streams, timeline = session.streams, session.timeline
    known = streams.is_current(event.stream_id) or event.stream_id in streams.finished
    nameless = streams.current is None and timeline.live
    if event.stream_id in streams.foreign or not (known or nameless):
        return ignored(session, event, "not a stream of this session")
    session = _with_stop_facts(session, event, context)
    session = replace(session, streams=streams.with_finished(event.stream_id))
    state, code = outcome_of(event.reason)
    if state is _S.ENDED:
        session = with_facts(session, Fact(context.local(event.at), What.ENDED))
    if code is Code.STOP_REVOKED:
        session = moved(session, _S.ENDED, context.now, Why(code, event.reason))
    return Step(session)


def _stopped_from_here(session: Session, context: Context) -> bool:
    sent = session.streams.stop_sent_at
    return sent is not None and context.now - sent <= timings.OWN_STOP


def _host_changed_before(session: Session, stopped_at: Millis) -> bool:
    changed = session.people.host_changed_at
    return changed is not None and (
        -timings.HAND_OFF_AFTER <= stopped_at - changed <= timings.HAND_OFF_BEFORE
    )
