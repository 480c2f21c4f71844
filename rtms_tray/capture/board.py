"""All sessions at once: which one an event belongs to, and what every one of them must hear.

Identity. The key of a session is the meeting's UUID once known, until then its number. Starts, and participants,
newer than the request bind a UUID to a number; stops and ends never do. A start with another UUID is another
instance of the meeting: it ends the older session, and an open request moves over to the new one.
"""

from dataclasses import dataclass, field, replace

from rtms_tray.capture import events as e
from rtms_tray.capture.attending import with_evidence
from rtms_tray.capture.effects import Effect, Ignored, LookUp
from rtms_tray.capture.hearing import heard
from rtms_tray.capture.machine import deadline_of, step
from rtms_tray.capture.memory import (
    Memory,
    Remembered,
    joined_names,
    remember,
    remember_stop,
    with_gap,
)
from rtms_tray.capture.policy import ENDED_LISTED_FOR, Policy
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import (
    REQUESTS_PER_SESSION,
    Session,
    Sight,
    Timer,
    doubted,
    ended,
)
from rtms_tray.capture.states import UNANSWERED, CaptureState
from rtms_tray.capture.timeline import SpanKind, Timeline
from rtms_tray.capture.units import Millis

_BINDING = (
    e.StreamStarted,
    e.MeetingStarted,
    e.ParticipantJoined,
    e.ParticipantLeft,
    e.RoleChanged,
    e.BreakoutJoined,
    e.BreakoutLeft,
    e.WaitingForHost,
)
_NEW_INSTANCE = (e.StreamStarted, e.MeetingStarted)
_ABOUT_MEETINGS = (*_BINDING[1:], e.MeetingEnded)


@dataclass(frozen=True, slots=True)
class Board:
    """Every session, oldest first, and what they share."""

    sessions: tuple[Session, ...] = ()
    me: str | None = None
    policy: Policy = field(default_factory=Policy)
    sight: Sight = field(default_factory=Sight)
    memory: Memory = field(default_factory=Memory)
    zoom_ahead: Millis = 0
    count: int = 0

    def session(self, key: str) -> Session | None:
        """Find a session by its key."""
        return next((one for one in self.sessions if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Turn:
    """The board after an event; `key` names the session it went to, where it was one."""

    board: Board
    effects: tuple[Effect, ...] = ()
    key: str | None = None


def ask(board: Board, event: e.Ask, now: Millis) -> Turn:
    """The user asks for a meeting: its open session, or a new one where there is none."""
    found = _open_session(board, event.meeting_uuid, event.meeting_id)
    if found is not None:
        return to_session(board, found.key, event, now)
    meeting = e.Meeting(uuid=event.meeting_uuid, number=event.meeting_id)
    known = board.memory.of(event.meeting_uuid)
    if known is None and event.meeting_id and board.sight.up:
        known = board.memory.running(event.meeting_id)
    board, session = _new_session(board, meeting, known)
    return to_session(board, session.key, event, now)


def to_session(board: Board, key: str, event: e.Event, now: Millis) -> Turn:
    """Deliver an event to one session."""
    session = board.session(key)
    if session is None:
        return Turn(board, (Ignored(type(event).__name__, "no such session"),))
    done = step(session, event, now)
    sessions = tuple(done.session if one.key == key else one for one in board.sessions)
    ahead = done.session.zoom_ahead or board.zoom_ahead
    return Turn(replace(board, sessions=sessions, zoom_ahead=ahead), done.effects, key)


def to_all(board: Board, event: e.Event, now: Millis) -> Turn:
    """Deliver what concerns every session: connections, the sign-in, time."""
    board = _shared(board, event)
    effects: list[Effect] = []
    for session in board.sessions:
        turn = to_session(board, session.key, event, now)
        board = turn.board
        effects.extend(turn.effects)
    kept = tuple(one for one in board.sessions if not _forgotten(one))
    return Turn(replace(board, sessions=kept), tuple(effects))


def _shared(board: Board, event: e.Event) -> Board:
    match event:
        case e.FeedUp():
            return replace(board, sight=Sight(possible=True, up_since=event.at))
        case e.FeedDown():
            sight = Sight(possible=True, up_since=None)
            return replace(board, sight=sight, memory=with_gap(board.memory))
        case e.Slept():
            return replace(board, memory=with_gap(board.memory))
        case e.SignedIn():
            return replace(board, me=event.user_id)
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
        return to_all(board, event, now)
    if isinstance(event, e.Unknown):
        return Turn(board, (Ignored(event.name, "unknown event"),))
    if isinstance(event, _ABOUT_MEETINGS):
        board = replace(board, memory=remember(board.memory, event, board.me))
    session = _belongs_to(board, event)
    if session is None:
        return _homeless(board, event, now)
    board = _bound(board, session, event)
    turn = to_session(board, session.key, event, now)
    return _stop_that_came_first(turn, event, now)


def seen(board: Board, event: e.MeetingSeen, now: Millis) -> Turn:
    """Deliver a look at a meeting: it may also tell a UUID's number and host."""
    session = next((one for one in board.sessions if one.meeting.uuid == event.meeting.uuid), None)
    if session is None:
        return Turn(board)
    board = _named(board, session, event.meeting)
    return to_session(board, session.key, event, now)


def deadline(board: Board) -> Millis | None:
    """Name the earliest moment at which time alone changes anything."""
    return min((at for one in board.sessions if (at := deadline_of(one)) is not None), default=None)


# --- identity ---------------------------------------------------------------------------------


def _open_session(board: Board, uuid: str | None, number: str | None) -> Session | None:
    for session in reversed(board.sessions):
        same = (uuid and session.meeting.uuid == uuid) or (
            number and session.meeting.number == number
        )
        if same and session.open:
            return session
    return None


def _belongs_to(board: Board, event: e.ZoomEvent) -> Session | None:
    by_stream = _by_stream(board, event)
    if by_stream is not None:
        return None if _contradicts(by_stream, event) else by_stream
    meeting = getattr(event, "meeting", e.Meeting())
    by_uuid = [one for one in board.sessions if meeting.uuid and one.meeting.uuid == meeting.uuid]
    if by_uuid:
        return next((one for one in by_uuid if one.open), by_uuid[-1])
    return _by_number(board, event, meeting)


def _by_stream(board: Board, event: e.ZoomEvent) -> Session | None:
    if not isinstance(event, e.StreamStarted | e.StreamStopped | e.StreamInterrupted):
        return None
    return next(
        (
            one
            for one in board.sessions
            if one.stream is not None and one.stream.stream_id == event.stream_id
        ),
        None,
    )


def _contradicts(session: Session, event: e.ZoomEvent) -> bool:
    meeting = getattr(event, "meeting", e.Meeting())
    mine = session.meeting.uuid
    return bool(mine and meeting.uuid and mine != meeting.uuid)


def _by_number(board: Board, event: e.ZoomEvent, meeting: e.Meeting) -> Session | None:
    """A session still without a UUID takes what is newer than its request."""
    known = board.memory.of(meeting.uuid)
    number = meeting.number or (known.meeting.number if known else None)
    for session in reversed(board.sessions):
        if not number or session.meeting.number != number or not session.open:
            continue
        newer = session.asked_at is not None and event.at > session.asked_at
        takes = isinstance(
            event, (*_BINDING, e.MeetingEnded, e.ConcurrencyLimited, e.RequestStatus)
        )
        if session.meeting.uuid is None and newer and takes:
            return session
    return None


def _bound(board: Board, session: Session, event: e.ZoomEvent) -> Board:
    if isinstance(event, _BINDING):
        return _named(board, session, event.meeting)
    return board


def _named(board: Board, session: Session, meeting: e.Meeting) -> Board:
    named = replace(session, meeting=joined_names(session.meeting, meeting))
    if session.meeting.uuid is None and named.meeting.uuid is not None:
        named = _with_memory(named, board.memory.of(named.meeting.uuid))
    sessions = tuple(named if one.key == session.key else one for one in board.sessions)
    return replace(board, sessions=sessions)


def _with_memory(session: Session, known: Remembered | None) -> Session:
    if known is None:
        return session
    session = replace(
        session,
        meeting=joined_names(session.meeting, known.meeting),
        people=known.people,
        signals=True,
    )
    return with_evidence(session, known.seen_at)


def _new_session(
    board: Board, meeting: e.Meeting, known: Remembered | None
) -> tuple[Board, Session]:
    session = Session(
        number=board.count + 1,
        meeting=meeting,
        me=board.me,
        policy=board.policy,
        sight=board.sight,
        zoom_ahead=board.zoom_ahead,
    )
    session = _with_memory(session, known)
    if known is not None and known.started_at is not None:
        started = known.started_at - board.zoom_ahead
        timeline = Timeline().mark(started, SpanKind.LOST, Code.ASKED)
        session = replace(session, timeline=timeline)
    sessions = (*board.sessions, session)
    return replace(board, sessions=sessions, count=board.count + 1), session


# --- events that no session takes as it is ------------------------------------------------------


def _homeless(board: Board, event: e.ZoomEvent, now: Millis) -> Turn:
    match event:
        case e.StreamStopped() if _by_stream(board, event) is None:
            board = replace(board, memory=remember_stop(board.memory, event))
            return Turn(board, (Ignored("StreamStopped", "no session knows this stream"),))
        case e.StreamStarted() | e.MeetingStarted():
            return _new_instance(board, event, now)
        case _:
            return Turn(board, (Ignored(type(event).__name__, "no session for this meeting"),))


def _new_instance(board: Board, event: e.StreamStarted | e.MeetingStarted, now: Millis) -> Turn:
    older = _older_session(board, event)
    mine = isinstance(event, e.StreamStarted) and board.me and event.operator_id == board.me
    if older is None and not mine:
        return Turn(board, (Ignored(type(event).__name__, "nobody here asked for it"),))
    effects: tuple[Effect, ...] = ()
    moves = older is not None and older.state in UNANSWERED
    if older is not None and (mine or moves or isinstance(event, e.MeetingStarted)):
        board, effects = _ended_by_next(board, older, event, now)
    if not mine and not moves:
        return Turn(board, effects)
    known = board.memory.of(event.meeting.uuid)
    number = event.meeting.number or (older.meeting.number if older else None)
    meeting = replace(event.meeting, number=number)
    board, session = _new_session(board, meeting, known)
    if older is not None and moves:
        board = _moved_over(board, older, session, now)
    turn = to_session(board, session.key, event, now)
    turn = _stop_that_came_first(turn, event, now)
    look = (LookUp(meeting.uuid),) if meeting.uuid and not meeting.number else ()
    return replace(turn, effects=(*effects, *turn.effects, *look))


def _older_session(board: Board, event: e.StreamStarted | e.MeetingStarted) -> Session | None:
    """An open session of the same number whose instance is older than this one."""
    found = _open_session(board, None, event.meeting.number)
    if found is None or found.meeting.uuid is None or found.meeting.uuid == event.meeting.uuid:
        return None
    known = board.memory.of(found.meeting.uuid)
    began = max(
        known.seen_at if known else 0,
        found.stream.last_at if found.stream else 0,
        found.asked_at or 0,
    )
    return found if event.at > began else None


def _ended_by_next(
    board: Board, older: Session, event: e.ZoomEvent, now: Millis
) -> tuple[Board, tuple[Effect, ...]]:
    at = older.local(event.at, now)
    over = ended(replace(older, request=None, act=None), now, Why(Code.INFERRED), at)
    over = replace(over, timers={Timer.FORGET: now + ENDED_LISTED_FOR})
    sessions = tuple(over if one.key == older.key else one for one in board.sessions)
    return replace(board, sessions=sessions), heard(older, over)


def _moved_over(board: Board, older: Session, session: Session, now: Millis) -> Board:
    """An open request moves to the new instance, with its state and its deadlines."""
    heir = replace(
        older,
        number=session.number,
        meeting=session.meeting,
        people=session.people,
        known=session.known,
        timeline=Timeline(),
        story=(),
        stream=None,
        finished=frozenset(),
        others=frozenset(),
        since=now,
    )
    if board.sight.blind:
        heir = doubted(heir, now)
    sessions = tuple(heir if one.key == session.key else one for one in board.sessions)
    return replace(board, sessions=sessions)


def _stop_that_came_first(turn: Turn, event: e.ZoomEvent, now: Millis) -> Turn:
    """A stop that overtook its start wins."""
    if not isinstance(event, e.StreamStarted) or turn.key is None:
        return turn
    stop = turn.board.memory.early_stops.get(event.stream_id)
    if stop is None:
        return turn
    after = to_session(turn.board, turn.key, stop, now)
    return replace(after, effects=(*turn.effects, *after.effects))
