"""Which session an event belongs to.

The key of a session is the meeting's UUID once known, until then its number. Starts, and participants, newer
than the request bind a UUID to a number; stops and ends never do. A stream's ID names its session by itself.
"""

from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.boards import Board
from rtms_tray.capture.evidence import with_evidence
from rtms_tray.capture.memory import Remembered, joined_names
from rtms_tray.capture.policy import CLOCK_MARGIN
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import Session
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.units import Millis

_BINDING: Final = (
    e.StreamStarted,
    e.MeetingStarted,
    e.ParticipantJoined,
    e.ParticipantLeft,
    e.RoleChanged,
    e.BreakoutJoined,
    e.BreakoutLeft,
    e.WaitingForHost,
)


def open_session(board: Board, uuid: str | None, number: str | None) -> Session | None:
    """Find the newest open session of a meeting, by either of its names."""
    for session in reversed(board.sessions):
        same = (uuid and session.meeting.uuid == uuid) or (
            number and session.meeting.number == number
        )
        if same and session.open:
            return session
    return None


def belongs_to(board: Board, event: e.OneMeetingsEvent) -> Session | None:
    """Find the session of an event: by stream, by UUID, or by number where no UUID is known yet.

    Where the meeting was given up, it may have been asked for again by number.
    """
    if isinstance(event, e.StreamEvent) and (found := by_stream(board, event.stream_id)):
        return found
    uuid = event.meeting.uuid
    same = [one for one in reversed(board.sessions) if uuid and one.meeting.uuid == uuid]
    by_uuid = next((one for one in same if one.open), next(iter(same), None))
    if by_uuid is None:
        return _by_number(board, event)
    by_number = _by_number(board, event) if given_up(by_uuid) else None
    return by_number if by_number is not None and by_number.open else by_uuid


def by_stream(board: Board, stream_id: str) -> Session | None:
    """Find the session whose newest stream this is."""
    has = (one for one in board.sessions if one.stream and one.stream.stream_id == stream_id)
    return next(has, None)


def contradicts(session: Session, event: e.StreamEvent) -> bool:
    """Whether an event names another instance than the session that its stream belongs to."""
    mine, other = session.meeting.uuid, event.meeting.uuid
    return None not in {mine, other} and mine != other


def _by_number(board: Board, event: e.OneMeetingsEvent) -> Session | None:
    """Where session or event is without a UUID, the session takes what is newer than its request."""
    uuid = event.meeting.uuid
    known = board.memory.of(uuid)
    number = event.meeting.number or (known.meeting.number if known else None)
    if number is None:
        return None
    return next(
        (
            one
            for one in reversed(board.sessions)
            if one.meeting.number == number
            and None in {one.meeting.uuid, uuid}
            and _newer(one, event)
        ),
        None,
    )


def _newer(session: Session, event: e.OneMeetingsEvent) -> bool:
    """Whether an event came after the request; a stream may do so even after giving up."""
    may = session.open or (isinstance(event, e.StreamStarted) and given_up(session))
    since = session.asked_at
    if since is None and session.stream is not None:
        since = session.stream.started_at
    return may and since is not None and event.at > since - CLOCK_MARGIN


def given_up(session: Session) -> bool:
    """Whether the user gave this meeting up."""
    return session.why is not None and session.why.code is Code.GIVEN_UP


def bound(board: Board, session: Session, event: e.OneMeetingsEvent, now: Millis) -> Board:
    """Let an event that may bind tell its session's names."""
    return named(board, session, event.meeting, now) if isinstance(event, _BINDING) else board


def named(board: Board, session: Session, meeting: e.Meeting, now: Millis) -> Board:
    """Tell a session its meeting's names; with the UUID comes what is remembered of it."""
    if any(one.meeting.uuid == meeting.uuid for one in board.sessions if one.open):
        meeting = replace(meeting, uuid=None)  # bound already, to this session or another
    told = replace(session, meeting=joined_names(session.meeting, meeting))
    if session.meeting.uuid is None:
        told = with_memory(told, board.memory.of(told.meeting.uuid), now)
    return board.changed(told)


def with_memory(session: Session, known: Remembered | None, now: Millis) -> Session:
    """Give a session what the feed has told of its meeting."""
    if known is None:
        return session
    session = replace(
        session,
        meeting=joined_names(session.meeting, known.meeting),
        people=known.people,
        signals=True,
    )
    if known.started_at is not None:
        timeline = session.timeline.begin_earlier(
            session.local(known.started_at, now), SpanKind.LOST, Code.ASKED
        )
        session = replace(session, timeline=timeline)
    return with_evidence(session)
