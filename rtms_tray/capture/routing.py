"""All sessions at once: what every one of them must hear, and which one an event belongs to.

A turn takes one thing that happened and gives back the new board and what is to be done. How sessions are
told apart is in `identity`; what becomes of events that no session takes as it is, in `instances`.
"""

from dataclasses import replace

from rtms_tray.capture import events as e
from rtms_tray.capture.alerts import alert_effects
from rtms_tray.capture.board import Board, Turn, to_session
from rtms_tray.capture.effects import Effect, FetchMeeting, Ignored
from rtms_tray.capture.evidence import learn_from_client
from rtms_tray.capture.machine import deadline_of
from rtms_tray.capture.matching import (
    belongs_to,
    bound,
    by_stream,
    contradicts,
    joined,
    named,
    open_session,
    with_memory,
)
from rtms_tray.capture.memory import (
    Remembered,
    remember,
    remember_start,
    remember_stop,
    with_gap,
    with_unplaced,
    without_colleague,
    without_lost,
    without_unplaced,
)
from rtms_tray.capture.policy import ENDED_LISTED_FOR
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import REQUESTS_PER_SESSION, Session, Sight
from rtms_tray.capture.states import UNANSWERED, CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind, Timeline
from rtms_tray.capture.updates import armed, doubted, ended
from rtms_tray.support.units import Millis

# --- What becomes of events that no session takes as it is: new instances, and streams out of order. ---

Start = e.StreamStarted | e.MeetingStarted

__all__ = [
    "Board", "Turn", "ask", "deadline", "from_zoom", "reply", "seen", "to_all", "to_session",
]  # fmt: skip


def new_session(
    board: Board, meeting: e.Meeting, known: Remembered | None, now: Millis
) -> tuple[Board, Session]:
    """Put a session for a meeting on the board, knowing what the feed has told of it."""
    session = Session(
        number=board.count + 1,
        meeting=meeting,
        me=board.me,
        my_account=board.my_account,
        policy=board.policy,
        sight=board.sight,
        zoom_ahead=board.zoom_ahead,
    )
    if board.client is not None:
        session = learn_from_client(session, board.client, now)
    session = with_memory(session, known, now)
    if known is not None and known.started_at is not None:
        started = session.local(known.started_at, now)
        timeline = Timeline().mark(started, SpanKind.LOST, Code.ASKED)
        session = replace(session, timeline=timeline)
    sessions = (*board.sessions, session)
    return replace(board, sessions=sessions, count=board.count + 1), session


def route_unmatched(board: Board, event: e.ZoomEvent, now: Millis) -> Turn:
    """Take what belongs to no session: a start may be another instance, or nobody's here."""
    mine = isinstance(event, e.StreamStarted) and event.operator_id == board.me is not None
    if not mine and isinstance(event, e.RequestEvent) and (uuid := _unnamed(board, event)):
        memory = with_unplaced(board.memory, uuid, event)
        return Turn(replace(board, memory=memory), (FetchMeeting(uuid),))
    if isinstance(event, Start) and (event.meeting.uuid or event.meeting.number):
        return _new_instance(board, event, now)
    return Turn(board, (Ignored(type(event).__name__, "no session for this meeting", others=True),))


def _unnamed(board: Board, event: e.RequestEvent) -> str | None:
    """The UUID to look up, where the event may be the answer to a request that was sent by number."""
    waits = any(one.meeting.uuid is None and one.state in UNANSWERED for one in board.sessions)
    operator = getattr(event, "operator_id", None)
    others = operator is not None and operator != board.me
    known = event.meeting.number or board.memory.of(event.meeting.uuid)
    return event.meeting.uuid if waits and not others and not known else None


def _new_instance(board: Board, event: Start, now: Millis) -> Turn:
    older = _older_session(board, event)
    mine = isinstance(event, e.StreamStarted) and board.me and event.operator_id == board.me
    if older is None and not mine:
        return Turn(
            board, (Ignored(type(event).__name__, "nobody here asked for it", others=True),)
        )
    effects: tuple[Effect, ...] = ()
    if older is not None:
        board, effects = _ended_by_next(board, older, event, now)
    waits = older if older is not None and older.state in UNANSWERED else None
    if not mine and waits is None:
        return Turn(board, effects)
    meeting = event.meeting
    board, session = new_session(board, meeting, board.memory.of(meeting.uuid), now)
    if waits is not None:
        board = _moved_over(board, waits, session, now)
    turn = of_one_meeting(to_session(board, session.key, event, now), event, now)
    look = (FetchMeeting(meeting.uuid),) if meeting.uuid and not meeting.number else ()
    return replace(turn, effects=(*effects, *turn.effects, *look))


def _older_session(board: Board, event: Start) -> Session | None:
    """An open session of the same number whose instance is older than this one."""
    found = open_session(board, None, event.meeting.number)
    if found is None:
        return None
    known = board.memory.of(found.meeting.uuid)
    newest = max(
        known.seen_at if known else 0,
        found.stream.last_at if found.stream else 0,
        found.asked_at or 0,
    )
    return found if event.at > newest else None


def _ended_by_next(
    board: Board, older: Session, event: Start, now: Millis
) -> tuple[Board, tuple[Effect, ...]]:
    at = min(older.evidence_at, older.local(event.at, now))
    over = ended(replace(older, request=None, act=None), now, Why(Code.INFERRED), at)
    over = armed(over, Timer.FORGET, now + ENDED_LISTED_FOR)
    return board.changed(over), alert_effects(older, over)


def _moved_over(board: Board, older: Session, session: Session, now: Millis) -> Board:
    """An open request moves to the new instance, with its state and its deadlines."""
    heir = replace(
        session,
        state=older.state,
        since=now,
        why=older.why,
        request=older.request,
        asked_at=older.asked_at,
        asked=older.asked,
        asked_again=older.asked_again,
        asking_since=older.asking_since,
        requests=older.requests,
        quiet_left=older.quiet_left,
        timers=older.timers,
        nudges=older.nudges,
    )
    return board.changed(doubted(heir, now) if board.sight.blind else heir)


def of_one_meeting(turn: Turn, event: e.ZoomEvent, now: Millis) -> Turn:
    """After a start, apply the stop that overtook it: it wins, and the stream never starts again."""
    if not isinstance(event, e.StreamStarted) or turn.key is None:
        return turn
    stop = turn.board.memory.early_stops.get(event.stream_id)
    if stop is None:
        return turn
    after = to_session(turn.board, turn.key, stop, now)
    memory = remember_stop(after.board.memory, stop, started=True)
    board = replace(after.board, memory=memory)
    return replace(after, board=board, effects=(*turn.effects, *after.effects))


def ask(board: Board, event: e.StartRequested, now: Millis) -> Turn:
    """The user asks for a meeting: its open session, or a new one where there is none."""
    found = open_session(board, event.meeting_uuid, event.meeting_id)
    meeting = e.Meeting(uuid=event.meeting_uuid, number=event.meeting_id)
    known = board.memory.of(event.meeting_uuid)
    if known is None and event.meeting_id and board.sight.up:
        known = board.memory.running(event.meeting_id)
    if found is None and known is not None:
        found = open_session(board, known.meeting.uuid, None)
    if found is not None:
        if known is not None:
            board = named(board, found, known.meeting, now)
        return to_session(board, found.key, event, now)
    looks = _looks_at_nameless(board)
    board, found = new_session(board, meeting, known, now)
    turn = to_session(board, found.key, event, now)
    return replace(turn, effects=(*turn.effects, *looks))


def _looks_at_nameless(board: Board) -> tuple[Effect, ...]:
    """A stream's meeting whose number could not be learnt may be the one that is asked for now."""
    nameless = (one for one in board.sessions if one.open and not one.meeting.number)
    return tuple(FetchMeeting(one.meeting.uuid) for one in nameless if one.meeting.uuid)


def to_all(board: Board, event: e.Event, now: Millis) -> Turn:
    """Deliver what concerns every session: connections, the sign-in, time."""
    board = _shared(board, event)
    effects: list[Effect] = []
    for session in board.sessions:
        turn = to_session(board, session.key, event, now)
        board = turn.board
        effects.extend(turn.effects)
    kept = tuple(one for one in board.sessions if not _forgotten(one))
    memory = without_lost(board.memory, now)
    return Turn(replace(board, sessions=kept, memory=memory), tuple(effects))


def _shared(board: Board, event: e.Event) -> Board:
    match event:
        case e.FeedUp():
            return replace(board, sight=Sight(possible=True, up_since=event.at))
        case e.FeedDown():
            sight = Sight(possible=True)
            return replace(board, sight=sight, memory=with_gap(board.memory, event.at))
        case e.Slept():
            return replace(board, memory=with_gap(board.memory, event.since))
        case e.SignedIn():
            return replace(board, me=event.user_id, my_account=event.account_id)
        case e.OwnerClientChecked():
            return replace(board, client=event)
        case _:
            return board


def _forgotten(session: Session) -> bool:
    return session.state is CaptureState.ENDED and Timer.FORGET not in session.timers


def reply(board: Board, event: e.Replied, now: Millis) -> Turn:
    """Deliver Zoom's reply to the session that asked, wherever its request has moved since."""
    asked = (
        one for one in board.sessions
        if any(sent and sent.number == event.request for sent in (one.request, one.act))
    )  # fmt: skip
    number = event.request // REQUESTS_PER_SESSION
    session = next(asked, None)
    return to_session(board, session.key if session else f"s{number}", event, now)


def from_zoom(board: Board, event: e.ZoomEvent, now: Millis) -> Turn:
    """Find the session that an event of Zoom's belongs to, bind it, and deliver."""
    if isinstance(event, e.AppDeauthorized):
        return _deauthorized(board, event, now)
    if isinstance(event, e.Unknown):
        return Turn(board, (Ignored(event.name, "unknown event"),))
    if isinstance(event, e.ConcurrencyNear):
        return Turn(board)  # it concerns the account, and no session
    if isinstance(event, e.StreamStopped) and event.stream_id in board.memory.strangers:
        board = replace(board, memory=without_colleague(board.memory, event.stream_id))
        return _stranger_stopped(board, event, now)
    if isinstance(event, e.StreamInterrupted) and event.stream_id in board.memory.strangers:
        return _somebody_elses(board, event)
    if because := _cannot_be(board, event):
        return Turn(board, (Ignored(type(event).__name__, because),))
    session = belongs_to(board, event)
    if session is None:
        turn = route_unmatched(board, event, now)
    else:
        one = joined(bound(board, session, event, now), session.key, event, now)
        turn = _and_then(one, event, now)
        turn = of_one_meeting(turn, event, now)
    # Only now: what is remembered must not tell a session of this event before the event does.
    return replace(turn, board=_remembered(turn.board, event))


def _and_then(one: Turn, event: e.Event, now: Millis) -> Turn:
    """Deliver an event to the session that a turn has led to, after what it has brought about."""
    turn = to_session(one.board, one.key or "", event, now)
    return replace(turn, effects=(*one.effects, *turn.effects))


def _stranger_stopped(board: Board, event: e.StreamStopped, now: Millis) -> Turn:
    session = next((one for one in board.sessions if event.stream_id in one.others), None)
    if session is None:
        return _somebody_elses(board, event)
    return to_session(board, session.key, event, now)


def _somebody_elses(board: Board, event: e.StreamEvent) -> Turn:
    return Turn(board, (Ignored(type(event).__name__, "somebody else's stream", others=True),))


def _deauthorized(board: Board, event: e.AppDeauthorized, now: Millis) -> Turn:
    if event.user_id and board.me and event.user_id != board.me:
        return Turn(board, (Ignored("AppDeauthorized", "somebody else's"),))
    return to_all(board, event, now)


def _cannot_be(board: Board, event: e.ZoomEvent) -> str:
    """Say why an event of a stream must not count, whatever session it names."""
    if not isinstance(event, e.StreamEvent):
        return ""
    if isinstance(event, e.StreamStarted) and event.stream_id in board.memory.finished:
        return "this stream has stopped before"
    knows = by_stream(board, event.stream_id)
    return "another meeting's UUID" if knows is not None and contradicts(knows, event) else ""


def _remembered(board: Board, event: e.ZoomEvent) -> Board:
    memory = board.memory
    if isinstance(event, e.StreamStarted):
        memory = remember_start(memory, event, board.me)
    elif isinstance(event, e.StreamStopped):
        started = by_stream(board, event.stream_id) is not None
        memory = remember_stop(memory, event, started=started)
    elif isinstance(event, e.MeetingEvent):
        memory = remember(memory, event, board.me)
    return replace(board, memory=memory)


def seen(board: Board, event: e.MeetingFetched, now: Millis) -> Turn:
    """Deliver a look at a meeting: it may also tell a UUID's number and host."""
    turn = _looked(board, event, now)
    uuid = event.meeting.uuid
    if not (uuid and event.meeting.number):
        return turn
    events = turn.board.memory.unplaced.get(uuid, ())
    board = replace(turn.board, memory=without_unplaced(turn.board.memory, uuid))
    turn = replace(turn, board=board)
    for waited in events:
        placed = from_zoom(turn.board, replace(waited, meeting=event.meeting), now)
        turn = replace(turn, board=placed.board, effects=(*turn.effects, *placed.effects))
    return turn


def _looked(board: Board, event: e.MeetingFetched, now: Millis) -> Turn:
    uuid = event.meeting.uuid
    session = open_session(board, uuid, None)
    if session is None:
        # The number's newest instance need not be the one that is watched: only what holds for all counts.
        session = open_session(board, None, event.meeting.number)
        meeting = replace(event.meeting, uuid=None)
        event = replace(event, meeting=meeting, status=e.MeetingStatus.UNREADABLE)
    if session is None:
        return Turn(board)
    board = named(board, session, event.meeting, now)
    return _and_then(joined(board, session.key, event, now), event, now)


def deadline(board: Board) -> Millis | None:
    """Name the earliest moment at which time alone changes anything."""
    sessions = (deadline_of(one) for one in board.sessions)
    colleagues = (one.lost_at for one in board.memory.colleagues.values())
    return min((at for at in (*sessions, *colleagues) if at is not None), default=None)
