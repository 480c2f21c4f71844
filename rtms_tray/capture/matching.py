"""Which session an event belongs to, and which two sessions are of one meeting.

A session goes by its meeting's UUID once that is known, until then by the number. Starts, interruptions and events
about people, if newer than the request, bind a UUID to a number; stops and ends never do. A stream of the app owner's
does so whatever its age, for there is one open session per meeting. A stream's ID always names its session.
"""

from collections.abc import Iterable
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.board import Board
from rtms_tray.capture.live_time import LIVE_FACTS
from rtms_tray.capture.merging import began_since
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import UNANSWERED, CaptureState
from rtms_tray.support.units import Millis

BINDING: Final = (
    e.StreamStarted,
    e.StreamInterrupted,
    e.MeetingStarted,
    e.ParticipantJoined,
    e.ParticipantLeft,
    e.RoleChanged,
    e.BreakoutJoined,
    e.BreakoutLeft,
    e.WaitingForHost,
)
"""A session learns its meeting's names from these."""


def open_session(board: Board, uuid: str | None, number: str | None) -> Session | None:
    """Find the newest open session of a meeting, by either of its names."""
    for session in reversed(board.sessions):
        by_uuid = uuid and session.meeting.uuid == uuid
        by_number = number and session.meeting.number == number
        if session.open and (by_uuid or by_number):
            return session
    return None


def is_same_meeting(mine: e.Meeting, other: e.Meeting) -> bool:
    """Whether both name one meeting: by the UUID where both have one, else by the number."""
    if mine.uuid and other.uuid:
        return mine.uuid == other.uuid
    return mine.number is not None and mine.number == other.number


def session_of(board: Board, event: e.SingleMeetingEvent) -> Session | None:
    """Find the session of an event: by stream, by UUID, or by number where no UUID is known yet."""
    if isinstance(event, e.StreamEvent) and (found := by_stream(board, event.stream_id)):
        return found
    by_uuid = _by_uuid(board, event.meeting.uuid)
    if by_uuid is not None and not by_uuid.may_come_back:
        return by_uuid
    by_number = _by_number(board, event)
    if by_uuid is None or (by_number is not None and by_number.open):  # it was asked for again
        return by_number
    return by_uuid


def by_stream(board: Board, stream_id: str) -> Session | None:
    """Find the session whose newest stream this is, or was."""
    has_it = (one for one in board.sessions if one.streams.is_current(stream_id))
    had_it = (one for one in board.sessions if stream_id in one.streams.finished)
    return next(has_it, None) or next(had_it, None)


def knows_start(board: Board, stream_id: str) -> bool:
    """Whether a session has seen this stream begin, or run: a start that still comes is only late."""
    facts = (fact for session in board.sessions for fact in session.timeline.facts)
    return any(fact.stream == stream_id and fact.what in LIVE_FACTS for fact in facts)


def contradicts(session: Session, event: e.StreamEvent) -> bool:
    """Whether an event names another instance than the session that its stream belongs to."""
    mine, other = session.meeting.uuid, event.meeting.uuid
    return None not in {mine, other} and mine != other


def _by_uuid(board: Board, uuid: str | None) -> Session | None:
    """Find the newest session of an instance, an open one first."""
    sessions = [one for one in board.sessions if uuid is not None and one.meeting.uuid == uuid]
    return max(sessions, key=lambda session: (session.open, session.number), default=None)


def _by_number(board: Board, event: e.SingleMeetingEvent) -> Session | None:
    """Find the newest session whose request is older than an event, where either is without a UUID."""
    uuid = event.meeting.uuid
    known = board.memory.of(uuid)
    number = event.meeting.number or (known.meeting.number if known else None)
    if number is None:
        return None
    mine = is_mine(board, event)
    if mine and is_past(board, event):
        return None
    for session in reversed(board.sessions):
        meeting = session.meeting
        same = meeting.number == number and None in {meeting.uuid, uuid}
        if same and (_is_newer(event, session) or (mine and session.open)):
            return session
    return None


def is_mine(board: Board, event: e.SingleMeetingEvent) -> bool:
    """Whether this is a stream of the app owner's that starts; one without an operator may be."""
    return isinstance(event, e.StreamStarted) and event.operator_id in {None, board.context.me}


def is_past(board: Board, event: e.SingleMeetingEvent) -> bool:
    """Whether an instance is over, or a later one of the same number has started."""
    meeting, known = event.meeting, board.memory.of(event.meeting.uuid)
    if known is not None and known.over:
        return True
    number = meeting.number or (known.meeting.number if known else None)
    return any(
        other.started_at is not None and other.started_at > event.at + timings.CLOCK_MARGIN
        for other in board.memory.meetings.values()
        if number is not None
        and other.meeting.number == number
        and other.meeting.uuid != meeting.uuid
    )


def _is_newer(event: e.SingleMeetingEvent, session: Session) -> bool:
    """Whether an event is newer than the request; a stream may start even after it was given up."""
    may = session.open or (isinstance(event, e.StreamStarted) and session.given_up)
    margin = 0 if isinstance(event, e.MeetingEnded) else timings.CLOCK_MARGIN
    since = session.requests.asked_at
    if since is None and session.streams.current is not None:
        since = session.streams.current.started_at
    return may and since is not None and event.at > since - margin


def asker_of(
    board: Board, session: Session, event: e.ZoomEvent | e.MeetingFetched
) -> Session | None:
    """Find the session that waits for this meeting by its number alone, if both are one instance.

    An instance of which nothing is known since the request may be an older one, and over.
    """
    asker = _asker(board, session)
    asked_at = asker.requests.asked_at if asker is not None else None
    if asker is None or asked_at is None:
        return None
    is_one = began_since(session, asked_at) or (asker.open and _may_run(session, event, asked_at))
    return asker if is_one else None


def _may_run(session: Session, event: e.ZoomEvent | e.MeetingFetched, asked_at: Millis) -> bool:
    """Whether an instance may be the one that is asked for: it has a stream, or has run since."""
    over = isinstance(event, e.MeetingFetched) and event.status is e.MeetingStatus.WAITING
    streams = session.streams.current is not None and not over
    return streams or session.verified or _runs_since(event, asked_at)


def may_answer(session: Session, asked_at: Millis) -> bool:
    """Whether the session's stream may be the answer to a request: it began after it, or just before."""
    stream = session.streams.current
    return stream is not None and stream.started_at >= asked_at - timings.ANSWERS_FROM_BEFORE


def is_another_instance(session: Session, other: Session) -> bool:
    """Whether two sessions are of two instances of one number."""
    mine, theirs = session.meeting, other.meeting
    if mine.number is None or mine.number != theirs.number:
        return False
    return mine.uuid is not None and theirs.uuid is not None and mine.uuid != theirs.uuid


def is_later(session: Session, other: Session) -> bool:
    """Whether a session's stream began after all that another knows of its own, or may answer its request."""
    stream, older = session.streams.current, other.streams.current
    asked_at = (other.requests.asked_at or 0) - timings.ANSWERS_FROM_BEFORE
    return stream is not None and stream.started_at > max(older.last_at if older else 0, asked_at)


def knows_no_stream(session: Session) -> bool:
    """Whether something runs, as a reply or the user says, but no stream of the session's own is known to."""
    current = session.streams.current
    in_room = session.state is CaptureState.PAUSED_BREAKOUT
    return (current is None or current.stopped) and session.live and not in_room


def may_have_another_stream(session: Session) -> bool:
    """Whether the stream that runs may be one that nothing has told of: none is known, or another may have followed."""
    current = session.streams.current
    return knows_no_stream(session) or (session.live and current is not None and current.doubted)


def waits_for_name(session: Session) -> bool:
    """Whether a session has neither a UUID nor a stream that is certain: events by UUID alone may be its own."""
    current = session.streams.current
    nameless = session.live and (current is None or current.stopped or current.doubted)
    return session.meeting.uuid is None and (nameless or session.state in UNANSWERED)


def only_asker(board: Board) -> Session | None:
    """Find the one session of which that is so."""
    return _only(one for one in board.sessions if waits_for_name(one))


def only_one_to_start(board: Board) -> Session | None:
    """Find the one session whose stream may just have begun: of one that runs for certain, no other begins."""
    waits = (one for one in board.sessions if waits_for_name(one))
    return _only(one for one in waits if not (one.live and one.verified))


def _only(sessions: Iterable[Session]) -> Session | None:
    found = list(sessions)
    return found[0] if len(found) == 1 and found[0].meeting.number else None


def _asker(board: Board, session: Session) -> Session | None:
    """Find the newest session of this session's number that knows no UUID."""
    if not (session.open and session.meeting.uuid):
        return None
    for other in reversed(board.sessions):
        same = other.meeting.number == session.meeting.number and other.meeting.uuid is None
        if same and (other.open or other.given_up):
            return other
    return None


def _runs_since(event: e.ZoomEvent | e.MeetingFetched, asked_at: Millis) -> bool:
    """Whether this event shows that the meeting has run since the request."""
    if isinstance(event, e.MeetingFetched):
        return event.status is e.MeetingStatus.STARTED
    return event.at > asked_at - timings.CLOCK_MARGIN
