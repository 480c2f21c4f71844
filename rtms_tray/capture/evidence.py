"""What an event about the meeting tells: that it is on, and who is there."""

from dataclasses import replace

from rtms_tray.capture import events as e
from rtms_tray.capture.changes import in_sight, learned
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.people import observe
from rtms_tray.capture.session import Session
from rtms_tray.capture.units import Millis


def seen(session: Session, event: e.MeetingEvent) -> Session:
    """Take in an event about this meeting: it verifies the session, and tells who is there."""
    people = observe(session.people, event, session.me, session.meeting.host_id)
    return with_evidence(in_sight(replace(session, people=people, signals=True)))


def with_evidence(session: Session) -> Session:
    """Turn what was seen of the people into evidence; moments are Zoom's."""
    people = session.people
    owner = (people.owner_present, people.owner_seen_at)
    host = owner if session.own else (people.host_present, people.host_seen_at)
    session = _with(session, Condition.HOST_PRESENT, *host)
    room = (people.in_breakout, people.breakout_seen_at)
    session = _with(session, Condition.IN_BREAKOUT_ROOM, *room)
    return _with(session, Condition.OWNER_PRESENT, *owner, gone=Value.LEFT)


def _with(
    session: Session,
    condition: Condition,
    there: bool | None,  # noqa: FBT001 - what was seen, or nothing
    at: Millis,
    gone: Value = Value.NO,
) -> Session:
    if there is None:
        return session
    return learned(session, condition, Value.YES if there else gone, Source.EVENT, at)
