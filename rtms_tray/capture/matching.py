"""Which session an event belongs to, and which two sessions are of one meeting.

The key of a session is the meeting's UUID once known, until then its number. Starts, and participants, newer
than the request bind a UUID to a number; stops and ends never do. A stream's ID names its session by itself.
"""

from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.board import Board
from rtms_tray.capture.instances import began_since
from rtms_tray.capture.session import Session
from rtms_tray.support.units import Millis

BINDING: Final = (
    e.StreamStarted,
    e.MeetingStarted,
    e.ParticipantJoined,
    e.ParticipantLeft,
    e.RoleChanged,
    e.BreakoutJoined,
    e.BreakoutLeft,
    e.WaitingForHost,
)
"""Events that tell a session its meeting's names."""


def open_session(board: Board, uuid: str | None, number: str | None) -> Session | None:
    """Find the newest open session of a meeting, by either of its names."""
    for session in reversed(board.sessions):
        same = (uuid and session.meeting.uuid == uuid) or (
            number and session.meeting.number == number
        )
        if same and session.open:
            return session
    return None


def session_of(board: Board, event: e.SingleMeetingEvent) -> Session | None:
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
    by_number = _by_number(board, event) if by_uuid.given_up else None
    return by_number if by_number is not None and by_number.open else by_uuid


def by_stream(board: Board, stream_id: str) -> Session | None:
    """Find the session whose newest stream this is."""
    return next((one for one in board.sessions if one.streams.is_current(stream_id)), None)


def contradicts(session: Session, event: e.StreamEvent) -> bool:
    """Whether an event names another instance than the session that its stream belongs to."""
    mine, other = session.meeting.uuid, event.meeting.uuid
    return None not in {mine, other} and mine != other


def _by_number(board: Board, event: e.SingleMeetingEvent) -> Session | None:
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
            and _is_newer(event, one)
        ),
        None,
    )


def _is_newer(event: e.SingleMeetingEvent, session: Session) -> bool:
    """Whether an event came after the request; a stream may do so even after giving up."""
    may = session.open or (isinstance(event, e.StreamStarted) and session.given_up)
    since = session.requests.asked_at
    if since is None and session.streams.current is not None:
        since = session.streams.current.started_at
    return may and since is not None and event.at > since - policy.CLOCK_MARGIN


# --- two sessions of one meeting ----------------------------------------------------------------


def asker_of(
    board: Board, session: Session, event: e.ZoomEvent | e.MeetingFetched
) -> Session | None:
    """Find the session that waits for this one's meeting by its number alone, if both are one instance.

    An older instance of which nothing was known since the request may be over.
    """
    asker = _asker(board, session)
    asked_at = asker.requests.asked_at if asker is not None else None
    if asker is None or asked_at is None:
        return None
    runs = session.verified or _runs_since(event, asked_at)
    is_one = began_since(session, asked_at) or (asker.open and runs)
    return asker if is_one else None


def _asker(board: Board, session: Session) -> Session | None:
    """Find the newest session of this session's number that knows no UUID."""
    if not (session.open and session.meeting.uuid):
        return None
    number = session.meeting.number
    same = (
        one
        for one in reversed(board.sessions)
        if one.meeting.number == number and one.meeting.uuid is None
    )
    return next((one for one in same if one.open or one.given_up), None)


def _runs_since(event: e.ZoomEvent | e.MeetingFetched, asked_at: Millis) -> bool:
    """Whether this event shows that the meeting has run since the request."""
    if isinstance(event, e.MeetingFetched):
        return event.status is e.MeetingStatus.STARTED
    return event.at > asked_at - policy.CLOCK_MARGIN
