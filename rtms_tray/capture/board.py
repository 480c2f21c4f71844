"""All sessions at once: what every one of them must hear, and which one an event belongs to.

A turn takes one thing that happened and gives back the new board and what is to be done. How sessions are
told apart is in `identity`; what becomes of events that no session takes as it is, in `instances`.
"""

from dataclasses import replace

from rtms_tray.capture import events as e
from rtms_tray.capture.boards import Board, Turn, to_session
from rtms_tray.capture.effects import Effect, Ignored, LookUp
from rtms_tray.capture.identity import (
    belongs_to,
    bound,
    by_stream,
    contradicts,
    named,
    open_session,
)
from rtms_tray.capture.instances import homeless, new_session, of_one_meeting
from rtms_tray.capture.joining import joined
from rtms_tray.capture.machine import deadline_of
from rtms_tray.capture.memory import (
    remember,
    remember_start,
    remember_stop,
    with_gap,
    without_colleague,
    without_lost,
    without_unplaced,
)
from rtms_tray.capture.session import REQUESTS_PER_SESSION, Session, Sight
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timers import Timer
from rtms_tray.capture.units import Millis

__all__ = [
    "Board", "Turn", "ask", "deadline", "from_zoom", "reply", "seen", "to_all", "to_session",
]  # fmt: skip


def ask(board: Board, event: e.Ask, now: Millis) -> Turn:
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
    return tuple(LookUp(one.meeting.uuid) for one in nameless if one.meeting.uuid)


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
        case e.OwnerClientSeen():
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
        turn = homeless(board, event, now)
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


def seen(board: Board, event: e.MeetingSeen, now: Millis) -> Turn:
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


def _looked(board: Board, event: e.MeetingSeen, now: Millis) -> Turn:
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
