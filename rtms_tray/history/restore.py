"""Turns sessions into records of meetings, and records of unfinished meetings back into sessions.

After a restart nobody knows what happened meanwhile: a session is put back as it was, and then treated like
one whose machine slept: unverified since it was last written down, that time unknown.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Final

import msgspec

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.board import Board
from rtms_tray.capture.conditions import Condition, Evidence
from rtms_tray.capture.machine import step
from rtms_tray.capture.memory import bounded
from rtms_tray.capture.presence import People
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Happened, Session, Stream
from rtms_tray.capture.silence import pause_answer_timeout, pending
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import Mark, Span, SpanKind, Timeline
from rtms_tray.capture.updates import armed, disarmed, ended
from rtms_tray.history.model import HostSide, MeetingRecord, StoryEntry
from rtms_tray.support.units import Millis

MEETING_ENDED: Final = "meeting_ended"
"""The end reason of a meeting that simply ended."""

_ABOUT_REQUESTS: Final = (Timer.RETRY, Timer.RETRY_ACTION)


@dataclass(frozen=True, slots=True)
class PickUp:
    """What a session needs to go on after a restart, beside its record; fields are the session's own.

    Nothing of the people in the meeting is kept, and no request: its reply can no longer come.
    """

    meeting: e.Meeting
    state: CaptureState
    since: Millis
    why: Why | None
    unverified_since: Millis | None
    stream_in_doubt: bool
    zoom_ahead: Millis
    asked_at: Millis | None
    asked: bool
    stop_sent_at: Millis | None
    asked_again: int
    asking_since: Millis
    quiet_left: Millis | None
    out_of_denial_at: Millis | None
    stream: Stream | None
    ran: bool
    finished: frozenset[str]
    others: frozenset[str]
    before: CaptureState | None
    before_why: Why | None
    stopped_at: Millis | None
    stop_reason: int | None
    known: Mapping[Condition, Evidence]
    readable: bool
    signals: bool
    evidence_at: Millis
    timers: Mapping[Timer, Millis]
    nudges: int
    resent_for: Millis | None
    refusal: Why | None
    acknowledged: bool


_KEPT: Final = tuple(one.name for one in fields(PickUp))


@dataclass(frozen=True, slots=True)
class _PickUpFile:
    session: PickUp
    meeting_began: bool


# --- sessions into records ----------------------------------------------------------------------


def record_of(session: Session, key: str, now: Millis) -> MeetingRecord:
    """Write down a session as it stands; `key` names its record."""
    over = session.state is CaptureState.ENDED
    spans = _spans(session.timeline, now)
    counted = (span.start for span in spans if span.kind is not SpanKind.NOT_COUNTED)
    began_at = next(counted, spans[0].start if spans else session.since)
    ended_at = (session.timeline.closed_at or session.since) if over else None
    return MeetingRecord(
        key=key,
        meeting_number=session.meeting.number,
        meeting_uuid=session.meeting.uuid,
        host=host_side(session),
        began_at=began_at,
        seen_at=now if ended_at is None else ended_at,
        ended_at=ended_at,
        end_reason=_end_reason(session) if over else "",
        spans=spans,
        story=tuple(map(_entry, session.story)),
        pick_up="" if over else _pick_up(session, now),
    )


def host_side(session: Session) -> HostSide:
    """Tell whether the host is on the app owner's own Zoom account, where Zoom has said so.

    Only two things say so: that the meeting is the app owner's own (`host_id`), and the account of whoever
    created it (`payload.account_id` of `meeting.*` events, Zoom's meeting events page), next to the app owner's
    (`GET /users/me`). Such events come only for hosts who have the app too. What says nothing: refusals and
    3001 (unreadable, or gone), the domain of `host_email`, empty participant IDs (guests), and the account in
    `rtms_started`, which Zoom's page does not explain. Companies with several accounts count as several.
    """
    theirs, mine = session.meeting.host_account, session.my_account
    if session.own:
        return HostSide.INTERNAL
    if theirs is None or mine is None:
        return HostSide.UNKNOWN
    return HostSide.INTERNAL if theirs == mine else HostSide.EXTERNAL


def _spans(timeline: Timeline, now: Millis) -> tuple[Span, ...]:
    """One span for each mark; only the last may be empty."""
    end = timeline.closed_at if timeline.closed_at is not None else now
    bounds = [*(mark.at for mark in timeline.marks[1:]), end]
    return tuple(
        Span(mark.at, max(until, mark.at), mark.kind, mark.why)
        for mark, until in zip(timeline.marks, bounds, strict=False)
    )


def _end_reason(session: Session) -> str:
    return str(session.why.code) if session.why else MEETING_ENDED


def _entry(happened: Happened) -> StoryEntry:
    why = happened.why
    code, number = (str(why.code), why.number) if why else ("", None)
    return StoryEntry(happened.at, str(happened.state), code, number)


def _pick_up(session: Session, now: Millis) -> str:
    kept = PickUp(**{name: getattr(session, name) for name in _KEPT})
    watched = session.live and session.sight.up and session.unverified_since is None
    if watched:  # what is in sight needs no further word
        kept = replace(kept, evidence_at=max(now, session.evidence_at))
    return msgspec.json.encode(_PickUpFile(kept, session.people.began)).decode()


# --- records into sessions ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PutBack:
    """The board with the meetings that were going on; `over`: those that must have ended meanwhile."""

    board: Board
    keys: Mapping[str, str] = field(default_factory=dict)  # session's key → record's key
    over: tuple[MeetingRecord, ...] = ()


def put_back(board: Board, records: Iterable[MeetingRecord], now: Millis) -> PutBack:
    """Put unfinished meetings on the board, unverified; do so before the event feed begins.

    What was last seen more than 12 h ago, or cannot be read any more, is over (`lost_sight`).
    """
    keys: dict[str, str] = {}
    over: list[MeetingRecord] = []
    for record in records:
        session = session_of(record, board, now)
        if session is None:
            over.append(_lost(record))
        elif not session.open:
            over.append(record_of(session, record.key, now))
        else:
            board = _with(board, session)
            keys[session.key] = record.key
    return PutBack(board, keys, tuple(over))


def session_of(record: MeetingRecord, board: Board, now: Millis) -> Session | None:
    """Make a meeting's session again, as the board's next one; None if it cannot be read."""
    try:
        kept = msgspec.json.decode(record.pick_up, type=_PickUpFile)
        session = _as_it_was(record, kept, board)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return None
    if now - record.seen_at > policy.LOST_SIGHT_AFTER:
        return ended(session, now, Why(Code.LOST_SIGHT), session.evidence_at)
    return _after_the_gap(session, record.seen_at, now)


def _as_it_was(record: MeetingRecord, kept: _PickUpFile, board: Board) -> Session:
    return Session(
        number=board.count + 1,
        me=board.me,
        my_account=board.my_account,
        policy=board.policy,
        sight=board.sight,
        people=People(began=kept.meeting_began),
        timeline=Timeline(tuple(Mark(span.start, span.kind, span.why) for span in record.spans)),
        story=tuple(map(_happened, record.story)),
        **{name: getattr(kept.session, name) for name in _KEPT},
    )


def _happened(entry: StoryEntry) -> Happened:
    why = Why(Code(entry.why), entry.number) if entry.why else None
    return Happened(entry.at, CaptureState(entry.state), why)


def _after_the_gap(session: Session, seen_at: Millis, now: Millis) -> Session:
    """Nothing was seen since then, and no request is on its way any more."""
    session = disarmed(session, *_ABOUT_REQUESTS)
    if Timer.LOST_SIGHT in session.timers:
        lost_at = session.evidence_at + policy.LOST_SIGHT_AFTER
        session = armed(session, Timer.LOST_SIGHT, lost_at)
    session = step(session, e.Slept(min(seen_at, now), now), now).session
    session = _GOING_ON.get(session.state, _unchanged)(session, now)
    if session.live:
        session = armed(session, Timer.FEED_DOWN_ALERT, now + policy.FEED_DOWN_ALERT_AFTER)
    return pause_answer_timeout(session, now)


def _unchanged(session: Session, now: Millis) -> Session:
    del now
    return session


def _reply_lost(session: Session, now: Millis) -> Session:
    """The request may have reached Zoom: it is not repeated by itself."""
    return pending(session, now, Why(Code.REPLY_LOST))


def schedule_next_request(session: Session, now: Millis) -> Session:
    """The meeting had not started: go on asking, if it is worth it still."""
    session = disarmed(session, Timer.NEXT_REQUEST)
    off = session.policy.auto_resend is policy.AutoResend.OFF
    if off or now - session.asking_since > policy.REPEAT_UNTIL:
        return session
    return armed(session, Timer.NEXT_REQUEST, now + policy.REPEAT_DELAYS[0])


_GOING_ON: Final[Mapping[CaptureState, Callable[[Session, Millis], Session]]] = {
    CaptureState.REQUESTING: _reply_lost,
    CaptureState.WAITING_FOR_MEETING: schedule_next_request,
}


def _with(board: Board, session: Session) -> Board:
    """Add a session, and what it knows of streams that never start again."""
    finished = dict.fromkeys(session.finished, session.since)
    strangers = dict.fromkeys(session.others, session.since)
    memory = replace(
        board.memory,
        finished=bounded({**board.memory.finished, **finished}),
        strangers=bounded({**board.memory.strangers, **strangers}),
    )
    sessions = (*board.sessions, session)
    ahead = session.zoom_ahead or board.zoom_ahead
    return replace(board, sessions=sessions, count=session.number, memory=memory, zoom_ahead=ahead)


def _lost(record: MeetingRecord) -> MeetingRecord:
    return replace(record, ended_at=record.seen_at, end_reason=str(Code.LOST_SIGHT), pick_up="")
