"""What becomes of events that no session takes as it is: new instances, and streams out of order.

A start with another UUID is another instance of the meeting: it ends the older session of that number, and an
open request moves over to the new one. A stop that overtook its start wins once the start has come.
"""

from dataclasses import replace

from rtms_tray.capture import events as e
from rtms_tray.capture.boards import Board, Turn, to_session
from rtms_tray.capture.changes import armed, doubted, ended
from rtms_tray.capture.effects import Effect, Ignored, LookUp
from rtms_tray.capture.evidence import of_client
from rtms_tray.capture.hearing import heard
from rtms_tray.capture.identity import open_session, with_memory
from rtms_tray.capture.memory import Remembered, remember_stop, with_unplaced
from rtms_tray.capture.policy import ENDED_LISTED_FOR
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import UNANSWERED
from rtms_tray.capture.timeline import SpanKind, Timeline
from rtms_tray.capture.timers import Timer
from rtms_tray.capture.units import Millis

Start = e.StreamStarted | e.MeetingStarted


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
        session = of_client(session, board.client, now)
    session = with_memory(session, known, now)
    if known is not None and known.started_at is not None:
        started = session.local(known.started_at, now)
        timeline = Timeline().mark(started, SpanKind.LOST, Code.ASKED)
        session = replace(session, timeline=timeline)
    sessions = (*board.sessions, session)
    return replace(board, sessions=sessions, count=board.count + 1), session


def homeless(board: Board, event: e.ZoomEvent, now: Millis) -> Turn:
    """Take what belongs to no session: a start may be another instance, or nobody's here."""
    mine = isinstance(event, e.StreamStarted) and event.operator_id == board.me is not None
    if not mine and isinstance(event, e.Nameable) and (uuid := _unnamed(board, event)):
        memory = with_unplaced(board.memory, uuid, event)
        return Turn(replace(board, memory=memory), (LookUp(uuid),))
    if isinstance(event, Start) and (event.meeting.uuid or event.meeting.number):
        return _new_instance(board, event, now)
    return Turn(board, (Ignored(type(event).__name__, "no session for this meeting", others=True),))


def _unnamed(board: Board, event: e.Nameable) -> str | None:
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
    look = (LookUp(meeting.uuid),) if meeting.uuid and not meeting.number else ()
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
    return board.changed(over), heard(older, over)


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
