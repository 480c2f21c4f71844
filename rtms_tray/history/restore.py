"""Turns sessions into records of meetings, and records of unfinished meetings back into sessions.

After a restart nobody knows what happened meanwhile: `routing.restore` restores a session as it was, and treats it as
if the computer had slept: unverified since it was last saved, that time unknown.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from rtms_tray.capture import events as e
from rtms_tray.capture.board import Board
from rtms_tray.capture.conditions import Condition, Evidence
from rtms_tray.capture.context import Context
from rtms_tray.capture.events import Person
from rtms_tray.capture.people import People
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rooms import Room
from rtms_tray.capture.routing import restore
from rtms_tray.capture.session import (
    Attention,
    Doubt,
    Happened,
    Requests,
    ResumePoint,
    Session,
    Streams,
)
from rtms_tray.capture.state_facts import facts_of_lost_reply
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import Span, SpanKind, Timeline, painted
from rtms_tray.history.model import LATEST, HostSide, MeetingRecord, StoryEntry
from rtms_tray.support.frozen import Frozen, field, field_names, replace
from rtms_tray.support.units import Millis

MEETING_ENDED: Final = "meeting_ended"
"""The end reason of a meeting that simply ended."""

KEPT: Final[Mapping[str, str]] = {
    "meeting": "meeting",
    "state": "state",
    "since": "since",
    "why": "why",
    "unverified_since": "doubt.since",
    "unseen": "doubt.unseen",
    "by_gap": "doubt.by_gap",
    "proved_at": "doubt.proved_at",
    "evidence_at": "doubt.evidence_at",
    "asked_at": "requests.asked_at",
    "asked": "requests.asked_here",
    "asked_again": "requests.repeats",
    "asking_since": "requests.repeating_since",
    "quiet_left": "requests.answer_timeout_left",
    "out_of_denial_at": "requests.resent_after_denial_at",
    "nudges": "requests.nudges",
    "resent_for": "requests.resent_for_join_at",
    "stream": "streams.current",
    "ran": "streams.has_streamed",
    "finished": "streams.finished",
    "paused_here": "streams.paused",
    "others": "streams.foreign",
    "stopped_at": "streams.stopped_at",
    "stop_reason": "streams.stop_reason",
    "stop_sent_at": "streams.stop_sent_at",
    "taken_over_at": "streams.taken_over_at",
    "before": "resume_point.state",
    "before_why": "resume_point.why",
    "refusal": "attention.refusal",
    "acknowledged": "attention.acknowledged",
    "asked_if_over": "attention.asked_if_over",
    "new_host": "attention.new_host",
    "known": "known",
    "readable": "meeting_readable",
    "signals": "meeting_events_seen",
    "timers": "timers",
    "facts": "timeline.facts",
    "received": "streams.received_at",
}
"""What a session needs to continue after a restart, beside its record: the stored names, and where each belongs.

Nothing of the people in the meeting is kept, and no request: its reply can no longer come.
"""

_ADDED: Final[Mapping[str, object]] = {
    "facts": (),
    "received": None,
    "unseen": True,
    "by_gap": False,
    "proved_at": 0,
    "paused_here": False,
    "asked_if_over": False,
    "new_host": False,
    "taken_over_at": None,
}
"""Records of earlier versions have none of these: what stands in their place."""


class _File(Frozen):
    session: dict[str, Any]
    meeting_began: bool
    room: Room = field(default_factory=Room)  # the user's own
    handed_over: bool = False  # somebody else than the scheduled owner is the host


class _Kept(Frozen):
    """The kept parts of a session, with their types."""

    meeting: e.Meeting
    state: CaptureState
    since: Millis
    why: Why | None
    doubt: Doubt
    requests: Requests
    streams: Streams
    resume_point: ResumePoint | None
    attention: Attention
    known: Mapping[Condition, Evidence]
    meeting_readable: bool
    meeting_events_seen: bool
    timers: Mapping[Timer, Millis]
    timeline: Timeline
    zoom_ahead: Millis


def record_of(session: Session, key: str, context: Context) -> MeetingRecord:
    """Make the record of a session as it is; `key` names it."""
    now = context.now
    ended = session.state is CaptureState.ENDED
    spans = _spans(session.timeline, now)
    counted = (span.start for span in spans if span.kind is not SpanKind.NOT_COUNTED)
    began_at = next(counted, spans[0].start if spans else session.since)
    ended_at = (session.timeline.closed_at or session.since) if ended else None
    return MeetingRecord(
        key=key,
        meeting_number=session.meeting.number,
        meeting_uuid=session.meeting.uuid,
        host=host_side(session, context),
        began_at=began_at,
        seen_at=now if ended_at is None else ended_at,
        ended_at=ended_at,
        end_reason=_end_reason(session) if ended else "",
        spans=spans,
        story=tuple(map(_entry, session.story)),
        saved_session="" if ended else _save(session, context),
    )


def host_side(session: Session, context: Context) -> HostSide:
    """Find out whether the host has the same Zoom account as the app owner, if Zoom has said so.

    Only two facts prove it: that the meeting is the app owner's own (`host_id`), and the account of whoever created it
    (`payload.account_id` of `meeting.*` events, Zoom's meeting events page) beside the app owner's (`GET /users/me`).
    Such events come only for hosts who have the app too. These prove nothing: refusals and 3001 (unreadable, or gone),
    the domain of `host_email`, empty participant IDs (guests), and the account in `rtms_started`, which Zoom's page
    does not explain. A company with several accounts counts as several.
    """
    theirs, mine = session.meeting.host_account, context.account
    if context.is_own(session.meeting):
        return HostSide.INTERNAL
    if theirs is None or mine is None:
        return HostSide.UNKNOWN
    return HostSide.INTERNAL if theirs == mine else HostSide.EXTERNAL


def _spans(timeline: Timeline, now: Millis) -> tuple[Span, ...]:
    """Make a span of each mark; only the last may be empty."""
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


def _save(session: Session, context: Context) -> str:
    # While events come, no event is needed to know that a stream continues.
    if session.live and session.verified and context.sight.up:
        evidence_at = max(context.now, session.doubt.evidence_at)
        session = replace(session, doubt=replace(session.doubt, evidence_at=evidence_at))
    kept = {name: _read(_without_reply(session), path) for name, path in KEPT.items()}
    kept["zoom_ahead"] = context.zoom_ahead
    people = session.people
    host = people.host
    handed_over = host is not None and host.account_id != session.meeting.host_id
    file = _File(kept, people.began, people.room, handed_over)
    return msgspec.json.encode(file).decode()


def _without_reply(session: Session) -> Session:
    """After a restart no reply comes any more: whether a pause or its end was taken is not known."""
    action = session.streams.action
    facts = facts_of_lost_reply(action) if action is not None and action.open else ()
    return replace(session, timeline=session.timeline.having(*facts))


def _read(session: Session, path: str) -> object:
    value: object = session
    for name in path.split("."):
        value = getattr(value, name, None)  # there may be no resume point
    return value


class RestoredBoard(Frozen):
    """The board with the meetings that were in progress; `ended`: those that must have ended meanwhile."""

    board: Board
    keys: Mapping[str, str] = field(default_factory=dict)  # session's key → record's key
    ended: tuple[MeetingRecord, ...] = ()


def restore_board(board: Board, records: Iterable[MeetingRecord], now: Millis) -> RestoredBoard:
    """Put unfinished meetings on the board, unverified, before the event feed begins.

    Those last saved more than 12 h ago, or not readable any more, have ended (`lost_sight`).
    """
    keys: dict[str, str] = {}
    ended: list[MeetingRecord] = []
    for record in records:
        try:
            session, zoom_ahead = _load(record)
        except (ValueError, KeyError, RecursionError):  # msgspec's errors are ValueErrors
            ended.append(_lost(record))
            continue
        after = restore(board, session, record.seen_at, zoom_ahead, now).board
        session = after.sessions[-1]
        if session.open:
            board = after
            keys[session.key] = record.key
        else:
            ended.append(record_of(session, record.key, after.context))
    return RestoredBoard(board, keys, tuple(ended))


def _load(record: MeetingRecord) -> tuple[Session, Millis]:
    """Load a session as it was, and how far Zoom's clock was ahead. Raises ValueError, KeyError, RecursionError."""
    file = msgspec.json.decode(record.saved_session, type=_File)
    kept = msgspec.convert(_nested(file.session), type=_Kept)
    parts = {part: getattr(kept, part) for part in field_names(_Kept)}
    zoom_ahead = parts.pop("zoom_ahead")
    parts["timeline"] = _timeline(record, kept)
    session = Session(
        number=0,
        people=_people(file),
        story=tuple(map(_happened, record.story)),
        **parts,
    )
    return session, zoom_ahead


def _timeline(record: MeetingRecord, kept: _Kept) -> Timeline:
    """Go on with the facts of a meeting's time, or with its spans, where an earlier version kept none."""
    facts = kept.timeline.facts
    if not all(0 <= moment <= LATEST for fact in facts for moment in (fact.at, fact.until or 0)):
        raise ValueError("an impossible moment")
    return Timeline().having(*facts) if facts else painted(record.spans)


def _people(file: _File) -> People:
    """Nobody is known any more, but where the user was, and that somebody took the host's role."""
    host = Person() if file.handed_over else None
    return People(room=file.room, host=host, began=file.meeting_began)


def _nested(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Put each stored value where it belongs."""
    nested: dict[str, Any] = {"zoom_ahead": stored["zoom_ahead"]}
    for name, path in KEPT.items():
        group, _, field_name = path.rpartition(".")
        values = nested.setdefault(group, {}) if group else nested
        values[field_name] = stored.get(name, _ADDED[name]) if name in _ADDED else stored[name]
    if nested["resume_point"]["state"] is None:
        nested["resume_point"] = None
    return nested


def _happened(entry: StoryEntry) -> Happened:
    why = Why(Code(entry.why), entry.number) if entry.why else None
    return Happened(entry.at, CaptureState(entry.state), why)


def _lost(record: MeetingRecord) -> MeetingRecord:
    return replace(
        record, ended_at=record.seen_at, end_reason=str(Code.LOST_SIGHT), saved_session=""
    )
