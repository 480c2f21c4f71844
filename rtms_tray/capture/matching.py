"""Which session an event belongs to.

The key of a session is the meeting's UUID once known, until then its number. Starts, and participants, newer
than the request bind a UUID to a number; stops and ends never do. A stream's ID names its session by itself.
"""

from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.alerts import alert_effects
from rtms_tray.capture.board import Board, Turn
from rtms_tray.capture.conditions import Known, learn
from rtms_tray.capture.effects import Category, Withdraw
from rtms_tray.capture.evidence import with_evidence
from rtms_tray.capture.memory import Remembered, joined_names
from rtms_tray.capture.policy import CLOCK_MARGIN
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Happened, Request, Session
from rtms_tray.capture.states import Timer
from rtms_tray.capture.timeline import Mark, SpanKind, Timeline
from rtms_tray.capture.updates import armed
from rtms_tray.support.units import Millis

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


def belongs_to(board: Board, event: e.SingleMeetingEvent) -> Session | None:
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
            and _newer(one, event)
        ),
        None,
    )


def _newer(session: Session, event: e.SingleMeetingEvent) -> bool:
    """Whether an event came after the request; a stream may do so even after giving up."""
    may = session.open or (isinstance(event, e.StreamStarted) and given_up(session))
    since = session.asked_at
    if since is None and session.stream is not None:
        since = session.stream.started_at
    return may and since is not None and event.at > since - CLOCK_MARGIN


def given_up(session: Session) -> bool:
    """Whether the user gave this meeting up."""
    return session.why is not None and session.why.code is Code.GIVEN_UP


def bound(board: Board, session: Session, event: e.SingleMeetingEvent, now: Millis) -> Board:
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


# --- Makes one session of two that turn out to be one meeting. ---

_LONGEST_STORY: Final = 200


def joined(board: Board, key: str, event: e.ZoomEvent | e.MeetingFetched, now: Millis) -> Turn:
    """Join a session that has just been told its names with the one that waits for the same number."""
    (session,) = (one for one in board.sessions if one.key == key)
    asker = _asker(board, session)
    if asker is None or (asked_at := asker.asked_at) is None:
        return Turn(board, key=key)
    if not _is_one(session, asker, asked_at, event):
        return Turn(board, key=key)
    one = _as_one(session, asker, asked_at, now)
    left = tuple(other for other in board.sessions if other.key != key)
    effects = (*(Withdraw(key, category) for category in Category), *alert_effects(asker, one))
    return Turn(replace(board, sessions=left).changed(one), effects, one.key)


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
    return next((one for one in same if one.open or given_up(one)), None)


def _is_one(
    session: Session, asker: Session, asked_at: Millis, event: e.ZoomEvent | e.MeetingFetched
) -> bool:
    """Whether both are one instance: an older one, not seen since the request, may be over."""
    if _began_since(session, asked_at):
        return True
    return asker.open and (session.unverified_since is None or _runs_since(event, asked_at))


def _began_since(session: Session, asked_at: Millis) -> bool:
    """Whether its stream is newer than the request (Zoom's clock)."""
    stream = session.stream
    return stream is not None and stream.started_at > asked_at - policy.CLOCK_MARGIN


def _runs_since(event: e.ZoomEvent | e.MeetingFetched, asked_at: Millis) -> bool:
    """Whether this event has seen the meeting run since the request."""
    if isinstance(event, e.MeetingFetched):
        return event.status is e.MeetingStatus.STARTED
    return event.at > asked_at - policy.CLOCK_MARGIN


def _as_one(session: Session, asker: Session, asked_at: Millis, now: Millis) -> Session:
    """Go on as the asker, in the state of whichever knows better: a stream, or a newer request."""
    turn = _asked_again_at(session, asker, asked_at, now)
    lead = session if turn is None else asker
    one = replace(
        _with_requests(lead, session, asker),
        number=asker.number,
        meeting=joined_names(session.meeting, asker.meeting),
        why=_why(lead, asker, asked_at),
        held=_held(session, asker, asked_at),
        stream=(lead.stream if lead.live else None) or session.stream or asker.stream,
        ran=session.ran or asker.ran,
        finished=session.finished | asker.finished,
        others=session.others | asker.others,
        people=session.people,
        known=_known(session.known, asker.known),
        readable=session.readable,
        signals=session.signals or asker.signals,
        evidence_at=max(session.evidence_at, asker.evidence_at),
        timeline=_timeline(session, asker, turn),
    )
    one = armed(one, Timer.LOST_SIGHT, one.evidence_at + policy.LOST_SIGHT_AFTER)
    return replace(one, story=_story(one, session, asker, now))


def _with_requests(lead: Session, session: Session, asker: Session) -> Session:
    """Keep what was asked on either side; of two requests, the newer is waited for."""
    newest = _newest(session.request, asker.request)
    return replace(
        lead,
        zoom_ahead=asker.zoom_ahead or session.zoom_ahead,
        request=lead.request if lead.awaits_reply else newest,
        requests=asker.requests,
        asked=True,
        asked_at=_latest(session.asked_at, asker.asked_at),
        act=_newest(session.act, asker.act),
        stop_sent_at=_latest(session.stop_sent_at, asker.stop_sent_at),
        out_of_denial_at=_latest(session.out_of_denial_at, asker.out_of_denial_at),
    )


def _asked_again_at(
    session: Session, asker: Session, asked_at: Millis, now: Millis
) -> Millis | None:
    """When the asker's request was sent, if it is newer than all that became of the stream."""
    at = asker.local(asked_at, now)
    return at if asker.open and not session.live and at > session.since else None


def _why(lead: Session, asker: Session, asked_at: Millis) -> Why | None:
    """A stream that was asked for from here did not begin elsewhere."""
    if lead.why != Why(Code.BEGAN_ELSEWHERE) or not _began_since(lead, asked_at):
        return lead.why
    return Why(Code.BEGAN_AFTER_GIVE_UP) if given_up(asker) else None


def _held(session: Session, asker: Session, asked_at: Millis) -> tuple[e.Event, ...]:
    """What the user saw of Zoom's sign while the asker waited may be older than the stream."""
    old = e.SharingReported if _began_since(session, asked_at) else ()
    return (*session.held, *(told for told in asker.held if not isinstance(told, old)))


def _newest(one: Request | None, other: Request | None) -> Request | None:
    return max((sent for sent in (one, other) if sent), key=lambda sent: sent.sent_at, default=None)


def _latest(one: Millis | None, other: Millis | None) -> Millis | None:
    return max((at for at in (one, other) if at is not None), default=None)


def _known(one: Known, other: Known) -> Known:
    for condition, told in other.items():
        one = learn(one, condition, told)
    return one


def _timeline(session: Session, asker: Session, turn: Millis | None) -> Timeline:
    """Until the stream came, time was the asker's; from `turn` on, it is so again."""
    asked, streamed = asker.timeline.reopen().marks, session.timeline.marks
    before = _until(streamed[0].at, asked)
    if turn is None:
        return Timeline((*before, *streamed))
    timeline = Timeline((*before, *_until(turn, streamed)))
    for mark in asked:  # of those before the turn, each takes the place of the one before it
        timeline = timeline.mark(max(mark.at, turn), mark.kind, mark.why)
    return timeline


def _until(end: Millis, marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    return tuple(mark for mark in marks if mark.at < end)


def _story(one: Session, session: Session, asker: Session, now: Millis) -> tuple[Happened, ...]:
    """Tell both stories in the order of time; the last entry is how things stand."""
    story = sorted((*asker.story, *session.story), key=lambda entry: entry.at)
    last = story[-1].state if story else None  # a damaged history may tell nothing
    if last is not one.state:
        story.append(Happened(now, one.state, one.why))
    return tuple(story[-_LONGEST_STORY:])
