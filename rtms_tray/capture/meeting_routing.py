"""Delivers what concerns one meeting: to its session, or to a new one.

`matching` finds the session of an event. On the way, a session may learn its meeting's names, two sessions may turn
out to be one (`merging`), and the next instance of a meeting may begin (`instances`).
"""

from rtms_tray.capture import events as e
from rtms_tray.capture import timings, unnamed_stops
from rtms_tray.capture.board import Board, Turn, deliver, then
from rtms_tray.capture.early_stops import with_early_stop
from rtms_tray.capture.effects import Effect, FetchMeeting, Ignored
from rtms_tray.capture.evidence import learn_from_client
from rtms_tray.capture.instances import (
    Identified,
    Inherited,
    MaybeStopped,
    Outdated,
    Superseded,
    with_remembered,
)
from rtms_tray.capture.matching import (
    BINDING,
    asker_of,
    by_stream,
    contradicts,
    is_another_instance,
    is_later,
    is_mine,
    is_past,
    knows_start,
    may_answer,
    may_have_another_stream,
    only_asker,
    only_one_to_start,
    open_session,
    session_of,
    waits_for_name,
)
from rtms_tray.capture.memory import (
    Remembered,
    joined_names,
    remember,
    remember_request,
    remember_start,
    remember_stop,
    remember_unnamed_stop,
    with_unplaced,
    without_colleague,
    without_unplaced,
)
from rtms_tray.capture.merging import Merged
from rtms_tray.capture.operators import attributed, is_somebody_elses, names_me
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import UNANSWERED
from rtms_tray.support.frozen import replace

Start = e.StreamStarted | e.MeetingStarted


def start_requested(board: Board, event: e.StartRequested) -> Turn:
    """Give a request to the meeting's open session, or to a new one."""
    found = open_session(board, event.meeting_uuid, event.meeting_id)
    known = board.memory.of(event.meeting_uuid)
    if known is None and event.meeting_id and board.context.sight.up:
        known = board.memory.running(event.meeting_id)
    if found is None and known is not None:
        found = open_session(board, known.meeting.uuid, None)
    if found is not None:
        named = _named(board, found, known.meeting) if known else Turn(board, key=found.key)
        return then(named, event)
    fetches = _fetch_nameless(board)
    meeting = e.Meeting(uuid=event.meeting_uuid, number=event.meeting_id)
    board, new = _with_new_session(board, meeting, known)
    step = deliver(board, new.key, event)
    return replace(step, effects=(*step.effects, *fetches))


def _fetch_nameless(board: Board) -> tuple[Effect, ...]:
    """A stream's meeting whose number is not known may be the one that is asked for now."""
    meetings = (session.meeting for session in board.sessions if session.open)
    return tuple(FetchMeeting(one.uuid) for one in meetings if one.uuid and not one.number)


def meeting_fetched(board: Board, event: e.MeetingFetched) -> Turn:
    """Deliver what Zoom says of a meeting; if it says the number, events that waited for that, too."""
    done = _fetched(board, event)
    uuid = event.meeting.uuid
    if uuid and not event.meeting.number:
        return _unreadable(done, uuid)
    if uuid is None:
        return done
    waited = done.board.memory.unplaced.get(uuid, ())
    board = replace(done.board, memory=without_unplaced(done.board.memory, uuid))
    done = replace(done, board=board)
    for earlier in waited:
        placed = meeting_event(done.board, replace(earlier, meeting=event.meeting))
        done = replace(done, board=placed.board, effects=(*done.effects, *placed.effects))
    return done


def _unreadable(done: Turn, uuid: str) -> Turn:
    """Zoom does not tell the number of a stream's meeting: it is the one that is asked for, if that is clear."""
    board = done.board
    session, asker = open_session(board, uuid, None), only_asker(board)
    starter = only_one_to_start(board) or asker
    nameless = session is not None and session.meeting.number is None
    if session and nameless and starter and may_answer(session, starter.requests.asked_at or 0):
        return _joined(done, session, starter)
    waited = board.memory.unplaced.get(uuid, ())
    return _maybe_stopped(done, waited) if asker is None else _guessed(done, asker, uuid)


def _guessed(done: Turn, asker: Session, uuid: str) -> Turn:
    """Deliver what waited to the one session that it can be of; what it ends is in doubt."""
    board = done.board
    waited = board.memory.unplaced.get(uuid, ())
    for event in (one for one in waited if _is_for(board, asker, one)):
        meeting = replace(event.meeting, number=asker.meeting.number)
        memory = without_unplaced(done.board.memory, uuid, event)
        step = meeting_event(replace(done.board, memory=memory), replace(event, meeting=meeting))
        done = replace(step, effects=(*done.effects, *step.effects))
        if asker.live:  # it was not said to be of this meeting
            at = done.board.context.local(event.at)
            step = deliver(done.board, asker.key, MaybeStopped(at))
            done = replace(step, effects=(*done.effects, *step.effects))
    return done


def _maybe_stopped(done: Turn, events: tuple[e.SingleMeetingEvent, ...]) -> Turn:
    """A stream has stopped that no session knows: it may be that of any session which knows none."""
    for stop in (
        one for one in events if isinstance(one, e.StreamStopped | e.UnnamedStreamStopped)
    ):
        at, number = done.board.context.local(stop.at), stop.meeting.number
        for session in done.board.sessions:
            if may_have_another_stream(session) and number in {None, session.meeting.number}:
                step = deliver(done.board, session.key, MaybeStopped(at))
                done = replace(done, board=step.board, effects=(*done.effects, *step.effects))
    return done


def _is_for(board: Board, session: Session, event: e.RequestEvent) -> bool:
    """Whether an event by UUID alone is of the one session that knows no UUID: an answer, or its stream's end."""
    if session.live:
        return isinstance(event, e.StreamStopped | e.UnnamedStreamStopped | e.StreamInterrupted)
    return names_me(board, event)


def _fetched(board: Board, event: e.MeetingFetched) -> Turn:
    session = open_session(board, event.meeting.uuid, None)
    if session is None:
        # Zoom speaks of the number's newest instance, which need not be this one.
        session = open_session(board, None, event.meeting.number)
        meeting = replace(event.meeting, uuid=None)
        event = replace(event, meeting=meeting, status=e.MeetingStatus.UNREADABLE)
    if session is None:
        return Turn(board)
    return then(_merged(_named(board, session, event.meeting), event), event)


def meeting_event(board: Board, event: e.SingleMeetingEvent) -> Turn:
    """Deliver an event to its session, which may learn its meeting's names from it first."""
    if isinstance(event, e.UnnamedStreamStopped):
        return _unnamed_stop(board, event)
    if isinstance(event, e.RequestAnswer):
        event = attributed(board, event)
    if isinstance(event, e.StreamStopped | e.StreamInterrupted) and _is_foreign(board, event):
        return _foreign_stream(board, event)
    if because := _cannot_be(board, event):
        return Turn(board, (Ignored(type(event).__name__, because),))
    session = session_of(board, event)
    if session is None:
        done = _route_unmatched(board, event)
    else:
        binds = isinstance(event, BINDING)
        done = _named(board, session, event.meeting) if binds else Turn(board, key=session.key)
        done = with_early_stop(then(_merged(done, event), event), event)
        if not session.open:
            done = _alone(done, next(one for one in done.board.sessions if one.key == done.key))
    # Only now: a session must not know of this event from memory before it takes it.
    return replace(done, board=_remembering(done.board, event))


def _unnamed_stop(board: Board, event: e.UnnamedStreamStopped) -> Turn:
    """Deliver a stop that names no stream to the one stream that it can be of, else to every session there."""
    known = board.memory.of(event.meeting.uuid)
    if known is not None:
        event = replace(event, meeting=joined_names(event.meeting, known.meeting))
    stop = unnamed_stops.named(board, event)
    # A start may still come that shows it to be of another stream.
    board = replace(board, memory=remember_unnamed_stop(board.memory, event))
    if stop is not None:
        return meeting_event(board, stop)
    sessions = unnamed_stops.sessions_of(board, event) or unnamed_stops.ended_unseen(board, event)
    if not sessions:
        return _route_unmatched(board, event)
    done = Turn(board)
    for session in sessions:
        step = deliver(done.board, session.key, event)
        done = replace(step, effects=(*done.effects, *step.effects))
    return done


def _is_foreign(board: Board, event: e.StreamEvent) -> bool:
    return event.stream_id in board.memory.foreign


def _foreign_stream(board: Board, event: e.StreamStopped | e.StreamInterrupted) -> Turn:
    """Somebody else's stream concerns a session only if it is in the same meeting, and has stopped."""
    if isinstance(event, e.StreamStopped):
        board = replace(board, memory=without_colleague(board.memory, event.stream_id))
        for session in board.sessions:
            if event.stream_id in session.streams.foreign:
                return deliver(board, session.key, event)
    return Turn(board, (Ignored(type(event).__name__, "somebody else's stream", others=True),))


def _cannot_be(board: Board, event: e.SingleMeetingEvent) -> str:
    """Say why an event of a stream cannot be true; a start after its stop is only late, if a session knows it."""
    if not isinstance(event, e.StreamEvent):
        return ""
    knows = by_stream(board, event.stream_id)
    late = isinstance(event, e.StreamStarted) and event.stream_id in board.memory.finished
    if late and knows is None:
        return "this stream has stopped before"
    return "another meeting's UUID" if knows is not None and contradicts(knows, event) else ""


def _named(board: Board, session: Session, meeting: e.Meeting) -> Turn:
    """Have a session learn its meeting's names, and with its UUID what is remembered of it."""
    if any(other.meeting.uuid == meeting.uuid for other in board.sessions if other.open):
        meeting = replace(meeting, uuid=None)  # it is this session's already, or another's
    names = joined_names(session.meeting, meeting)
    if names == session.meeting:
        return Turn(board, key=session.key)
    remembered = board.memory.of(names.uuid) if session.meeting.uuid is None else None
    return deliver(board, session.key, Identified(names, remembered))


def _merged(done: Turn, event: e.SingleMeetingEvent | e.MeetingFetched) -> Turn:
    """Merge a session that has learned its meeting's names with the one that waits for that meeting."""
    board = done.board
    session = next(one for one in board.sessions if one.key == done.key)
    asker = asker_of(board, session, event)
    return _alone(done, session) if asker is None else _joined(done, session, asker)


def _alone(done: Turn, session: Session) -> Turn:
    """End the older of two sessions that turn out to be of one number: its instance is over."""
    for other in done.board.sessions:
        if not (is_another_instance(session, other) and other.open and session.open):
            continue
        if is_later(session, other):
            done = _superseded(done, other, session)
        elif is_later(other, session):
            done = _superseded(done, session, other)
    return done


def _superseded(done: Turn, older: Session, newer: Session) -> Turn:
    """End an instance where the next one's stream begins, which may be the answer to its request."""
    current = newer.streams.current
    ended = deliver(done.board, older.key, Superseded(current.started_at if current else 0))
    turn = replace(ended, effects=(*done.effects, *ended.effects), key=done.key)
    if older.state not in UNANSWERED:
        return turn
    answered = deliver(turn.board, newer.key, Inherited(older))
    return replace(answered, effects=(*turn.effects, *answered.effects), key=done.key)


def _joined(done: Turn, session: Session, asker: Session) -> Turn:
    """Make one session of two; the one that was asked for keeps its name."""
    others = tuple(other for other in done.board.sessions if other is not session)
    asked_at = asker.requests.asked_at or 0
    done = Turn(replace(done.board, sessions=others), done.effects, asker.key)
    return then(done, Merged(session, asked_at))


def _remembering(board: Board, event: e.SingleMeetingEvent) -> Board:
    memory = board.memory
    if isinstance(event, e.StreamStarted):
        memory = remember_start(memory, event, board.context.me)
    elif isinstance(event, e.StreamStopped):
        started = knows_start(board, event.stream_id)
        memory = remember_stop(memory, event, started=started)
    elif isinstance(event, e.RequestAnswer) and is_somebody_elses(board, event):
        memory = remember_request(memory, event)
    elif isinstance(event, e.MeetingEvent):
        memory = remember(memory, event, board.context)
    return replace(board, memory=memory)


def _route_unmatched(board: Board, event: e.SingleMeetingEvent) -> Turn:
    """Take an event without a session: it may answer a request, or begin another instance."""
    me = board.context.me
    mine = isinstance(event, e.StreamStarted) and event.operator_id == me is not None
    if not mine and isinstance(event, e.RequestEvent) and (uuid := _to_place(board, event)):
        memory = with_unplaced(board.memory, uuid, event)
        return Turn(replace(board, memory=memory), (FetchMeeting(uuid),))
    if isinstance(event, Start) and (event.meeting.uuid or event.meeting.number):
        if (earlier := _earlier_instance(board, event)) is not None:
            return earlier
        return _next_instance(board, event, mine=mine)
    nobodys = _nobodys(board, event, "no session for this meeting")
    known = board.memory.of(event.meeting.uuid)
    meeting = joined_names(event.meeting, known.meeting) if known else event.meeting
    return (
        _maybe_stopped(nobodys, (replace(event, meeting=meeting),)) if meeting.number else nobodys
    )


def _nobodys(board: Board, event: e.SingleMeetingEvent, because: str) -> Turn:
    return Turn(board, (Ignored(type(event).__name__, because, others=True),))


def _to_place(board: Board, event: e.RequestEvent) -> str | None:
    """Name the UUID to ask Zoom about, if the event may be of a session that knows only its number."""
    waits = any(waits_for_name(one) or may_have_another_stream(one) for one in board.sessions)
    operator = getattr(event, "operator_id", None)
    foreign = operator is not None and operator != board.context.me
    known = event.meeting.number or board.memory.of(event.meeting.uuid)
    return event.meeting.uuid if waits and not foreign and not known else None


def _next_instance(board: Board, event: Start, *, mine: bool) -> Turn:
    """End the session of the instance before; add one if a request waits, or the app owner's stream runs."""
    older = _older_session(board, event)
    if older is None and not mine:
        return _nobodys(board, event, "nobody here asked for it")
    done = Turn(board)
    if older is not None:
        done = deliver(board, older.key, Superseded(event.at))
    inherits = older is not None and older.state in UNANSWERED
    if not mine and not inherits:
        return replace(done, key=None)
    meeting = event.meeting
    known = board.memory.of(meeting.uuid)
    board, new = _with_new_session(done.board, meeting, known)
    done = Turn(board, done.effects, new.key)
    if older is not None and inherits:
        done = then(done, Inherited(older))
    done = with_early_stop(then(done, event), event)
    fetch = (FetchMeeting(meeting.uuid),) if meeting.uuid and not meeting.number else ()
    return replace(done, effects=(*done.effects, *fetch))


def _earlier_instance(board: Board, event: Start) -> Turn | None:
    """Tell under Details of a start that is older than what is known of the number's newest instance."""
    if not isinstance(event, e.StreamStarted) or _older_session(board, event) is not None:
        return None
    newer = open_session(board, None, event.meeting.number)
    if newer is not None:
        return deliver(board, newer.key, Outdated(event))
    return _nobodys(board, event, "its meeting is over") if is_past(board, event) else None


def _older_session(board: Board, event: Start) -> Session | None:
    """Find the open session of the same number, if its instance is older."""
    found = open_session(board, None, event.meeting.number)
    if found is None:
        return None
    known, current = board.memory.of(found.meeting.uuid), found.streams.current
    newest = max(known.last_event_at if known else 0, current.last_at if current else 0)
    if not newest:
        margin = timings.ANSWERS_FROM_BEFORE if is_mine(board, event) else 0
        newest = (found.requests.asked_at or 0) - margin
    return found if event.at > newest else None


def _with_new_session(
    board: Board, meeting: e.Meeting, known: Remembered | None
) -> tuple[Board, Session]:
    """Add a session for a meeting, with what is known of it."""
    session = Session(board.count + 1, meeting)
    if board.client is not None:
        session = learn_from_client(session, board.client, board.context)
    session = with_remembered(session, known, board.context)
    return replace(board, sessions=(*board.sessions, session), count=session.number), session
