"""What a session's changes of state, and Zoom's events of its streams, say about time."""

from collections.abc import Iterable, Iterator
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.context import Context
from rtms_tray.capture.facts import Fact, SpanKind, What
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.rooms import second
from rtms_tray.capture.session import Request, Session
from rtms_tray.capture.states import LIVE, UNANSWERED, CaptureState
from rtms_tray.capture.zoom_codes import Hindsight, hindsight_of, outcome_of
from rtms_tray.support.units import SECOND, Millis

_S = CaptureState
_STOPPED: Final = frozenset({_S.STOPPED, _S.STOPPED_PERMANENTLY})
_UNKNOWN: Final = frozenset({Code.CANNOT_SEE, Code.GOES_ON_UNDER_NEW_HOST})
_RETURNS: Final = frozenset({_S.INTERRUPTED, _S.PAUSED_BREAKOUT})
"""Going on after these is no news of the stream: it may have stopped meanwhile."""
_STREAMING: Final = LIVE - {_S.PAUSED_BREAKOUT}


def facts_of_move(before: Session, after: Session, at: Millis) -> Iterator[Fact]:
    """Say what a change of state, or of its reason, means for the time from then on."""
    why = after.code or ""
    stream = _stream_of(after)
    if before.state is _S.PAUSED_BREAKOUT and after.state not in {_S.PAUSED_BREAKOUT, _S.ENDED}:
        yield Fact(at, What.ROOM_LEFT, why=after.state)  # at the latest: a room's event says when
    match after.state:
        case _S.SHARING:
            yield from _facts_of_sharing(before, stream, why, at)
        case _S.PAUSED:
            yield Fact(at, What.RUNS, stream)
            yield Fact(at, What.PAUSED, why=why)
        case _S.INTERRUPTED:
            yield Fact(at, What.INTERRUPTED, stream, why=why)
        case _S.PAUSED_BREAKOUT:
            unsure = after.code is Code.ROOM_MAYBE_LEFT
            if after.code is not Code.MAYBE_IN_ROOM:
                yield Fact(at, What.ROOM_UNSURE if unsure else What.ROOM_ENTERED, why=why)
            yield Fact(at, What.STOOD, kind=SpanKind.LOST, why=why)
        case state if state in _STOPPED:
            yield Fact(at, What.OVER, stream, kind_of(after), why)
        case state if state is not _S.ENDED:
            yield Fact(at, What.STOOD, kind=kind_of(after), why=why)


def _facts_of_sharing(before: Session, stream: str, why: str, at: Millis) -> Iterator[Fact]:
    facts = before.timeline.facts
    starts = any(fact.what is What.STARTED and fact.at == at for fact in facts)
    if not (before.live or starts):
        yield unseen_before(facts, at)
    if stream or before.state not in _RETURNS:
        yield Fact(at, What.RUNS, stream, why=why)
    if before.state is not _S.SHARING and not starts:  # one that starts is not paused, if it is new
        yield Fact(at, What.RESUMED)


def unseen_before(facts: Iterable[Fact], at: Millis) -> Fact:
    """A stream that runs though its start was not seen may have run since it could, as far as anybody knows."""
    ends = (fact.at for fact in facts if fact.what in {What.STOPPED, What.OVER} and fact.at < at)
    return Fact(max(ends, default=0), What.UNSEEN, until=at)


def _stream_of(session: Session) -> str:
    """Name the stream that a state is about; one that ended before a live state is not."""
    current = session.streams.current
    if current is None or (current.stopped and session.live):
        return ""
    return current.stream_id


def kind_of(session: Session) -> SpanKind:
    """Say what time counts as in a state without a live stream."""
    if session.state is _S.WAITING_FOR_MEETING:
        return SpanKind.NOT_COUNTED
    maybe_running = session.state in UNANSWERED and session.requests.maybe_running
    if session.code in _UNKNOWN or maybe_running:
        return SpanKind.UNKNOWN
    return SpanKind.PAUSED if session.code is Code.STOPPED_BY_YOU else SpanKind.LOST


def facts_of_certainty(session: Session, at: Millis) -> Iterator[Fact]:
    """Have the facts agree with a state that is certain: where it shows no stream, none is live."""
    live = session.timeline.live
    if live and not session.live:
        yield Fact(at, What.OVER, kind=kind_of(session), why=session.code or "")
    elif session.state in _STREAMING and not live:
        yield Fact(at, What.RUNS, _stream_of(session), why=session.code or "")
    elif session.state is _S.SHARING and session.timeline.paused:
        yield Fact(at, What.RESUMED)


def facts_of_lost_reply(request: Request) -> Iterator[Fact]:
    """Say what is not known where Zoom's reply to a pause, or to its end, never comes."""
    if request.action is not e.Action.STOP:
        at = request.sent_at
        yield Fact(at, What.PAUSED, kind=SpanKind.UNKNOWN, why=Code.REPLY_LOST)


def facts_of_rooms(before: Session, after: Session, context: Context) -> Iterator[Fact]:
    """Say when the app owner was in a room, also where that is told too late for the state to follow.

    Who leaves a room and joins one in the same second has changed rooms: so a left is dated by its second.
    """
    for move in after.people.room.moves:
        if move not in before.people.room.moves:
            at = second(move.at) * SECOND if move.what is What.ROOM_LEFT else move.at
            yield Fact(context.local(at), move.what, why=move.why)


def facts_of_stop(
    event: e.StreamStopped | e.UnnamedStreamStopped, at: Millis, *, stopped_from_here: bool = False
) -> Iterator[Fact]:
    """Say what a stop means for the time after it, and in hindsight for the time before."""
    stream = event.stream_id if isinstance(event, e.StreamStopped) else ""
    _, code = outcome_of(event.reason)
    kind = SpanKind.LOST
    if stopped_from_here:
        kind, code = SpanKind.PAUSED, Code.STOPPED_BY_YOU
    yield Fact(at, What.STOPPED, stream, kind, code)
    hindsight = hindsight_of(event.reason)
    if hindsight is Hindsight.NEVER_RECEIVED:
        yield Fact(at, What.NOT_RECEIVED, stream, why=code)
    elif hindsight is Hindsight.TAIL_UNKNOWN:
        yield Fact(at, What.TAIL_UNKNOWN, stream, why=code)
