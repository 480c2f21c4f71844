"""What another session, or an earlier run of the program, makes of a session.

A meeting's number stays, and each instance has a UUID: sessions of one number follow each other, and two that began
apart, one by number and one by UUID, may turn out to be one. These events come from the board, not from outside.
"""

from dataclasses import dataclass, replace

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.conditions import Known, learn
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import Category, Step, Withdraw
from rtms_tray.capture.evidence import learn_from_people
from rtms_tray.capture.memory import Remembered, joined_names
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rules_request import repeat_soon, without_requests
from rtms_tray.capture.rules_visibility import slept, with_evidence_at
from rtms_tray.capture.rules_waiting import pause_answer_timeout, pending, without_wait_for_self
from rtms_tray.capture.session import Happened, Request, Requests, Session, Streams
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import Mark, SpanKind, Timeline
from rtms_tray.capture.updates import LONGEST_STORY, armed, disarmed, ended
from rtms_tray.support.units import Millis

_S = CaptureState


@dataclass(frozen=True, slots=True)
class Identified:
    """More of the meeting's names are known, and with its UUID what events have told of it."""

    meeting: e.Meeting
    remembered: Remembered | None


@dataclass(frozen=True, slots=True)
class Superseded:
    """The next instance of the meeting has begun (`at` on Zoom's clock)."""

    at: Millis


@dataclass(frozen=True, slots=True)
class Inherited:
    """The request that waited for the instance before is for this one now."""

    older: Session


@dataclass(frozen=True, slots=True)
class Restored:
    """The session is of an earlier run, which saved it last at `seen_at`."""

    seen_at: Millis


@dataclass(frozen=True, slots=True)
class Merged:
    """Another session turns out to be of the meeting that was asked for, at `asked_at` (Zoom's clock)."""

    other: Session
    asked_at: Millis


InstanceEvent = Identified | Superseded | Inherited | Merged | Restored


def identified(session: Session, event: Identified, context: Context) -> Step:
    """Learn the meeting's names; its host may turn out to be the app owner."""
    session = replace(session, meeting=joined_names(session.meeting, event.meeting))
    session = with_remembered(session, event.remembered, context)
    return Step(without_wait_for_self(session, context))


def with_remembered(session: Session, known: Remembered | None, context: Context) -> Session:
    """Add what events have told of the session's meeting."""
    if known is None:
        return session
    meeting = joined_names(session.meeting, known.meeting)
    session = replace(session, meeting=meeting, people=known.people, meeting_events_seen=True)
    if known.started_at is not None:
        started = context.local(known.started_at)
        timeline = session.timeline.begin_earlier(started, SpanKind.LOST, Code.ASKED)
        session = replace(session, timeline=timeline)
    return learn_from_people(session, context)


def superseded(session: Session, event: Superseded, context: Context) -> Step:
    """The instance before the next one has ended, at the latest when something last told of it."""
    at = min(session.doubt.evidence_at, context.local(event.at))
    return Step(ended(without_requests(session), context.now, Why(Code.INFERRED), at))


def inherited(session: Session, event: Inherited, context: Context) -> Step:
    """Go on with the request of the instance before, in its state and with its deadlines."""
    older = event.older
    session = replace(
        session,
        state=older.state,
        since=context.now,
        why=older.why,
        requests=replace(older.requests, resent_after_denial_at=None),
        timers=older.timers,
    )
    return Step(without_wait_for_self(session, context))


def restored(session: Session, event: Restored, context: Context) -> Step:
    """Go on after a restart: in doubt since it was saved, and no reply can come any more."""
    now = context.now
    if now - event.seen_at > timings.LOST_SIGHT_AFTER:
        return Step(ended(session, now, Why(Code.LOST_SIGHT), session.doubt.evidence_at))
    session = disarmed(session, Timer.RETRY, Timer.RETRY_ACTION)
    if Timer.LOST_SIGHT in session.timers:
        session = with_evidence_at(session, session.doubt.evidence_at)
    session = slept(session, e.Slept(min(event.seen_at, now), now), context).session
    if session.state is _S.REQUESTING:  # Zoom may have taken it, so it is not repeated
        session = pending(session, context, Why(Code.REPLY_LOST))
    if session.state is _S.WAITING_FOR_MEETING:
        session = repeat_soon(session, context)
    if session.live:
        session = armed(session, Timer.FEED_DOWN_ALERT, now + timings.FEED_DOWN_ALERT_AFTER)
    return Step(pause_answer_timeout(session, context))


# --- merging two sessions -----------------------------------------------------------------------


def merged(session: Session, event: Merged, context: Context) -> Step:
    """Become one with the stream's session, in the state of whichever knows better.

    That is the stream's session, unless the request is newer than all that became of the stream.
    """
    asker, other = session, event.other
    asked_again_at = _asked_again_at(asker, event, context)
    lead = other if asked_again_at is None else asker
    evidence_at = max(other.doubt.evidence_at, asker.doubt.evidence_at)
    result = replace(
        lead,
        number=asker.number,
        meeting=joined_names(other.meeting, asker.meeting),
        why=_why(lead, asker, event),
        requests=_requests(lead, asker, other),
        streams=_streams(lead, asker, other),
        people=other.people,
        known=_known(other.known, asker.known),
        meeting_readable=other.meeting_readable,
        meeting_events_seen=other.meeting_events_seen or asker.meeting_events_seen,
        queued_events=_queued_events(asker, event),
        timeline=_timeline(asker, other, asked_again_at),
    )
    result = with_evidence_at(result, evidence_at)
    result = replace(result, story=_story(result, asker, other, context.now))
    withdrawn = tuple(Withdraw(other.key, category) for category in Category)
    return Step(without_wait_for_self(result, context), withdrawn)


def began_since(session: Session, asked_at: Millis) -> bool:
    """Whether its stream is newer than a request (Zoom's clock)."""
    stream = session.streams.current
    return stream is not None and stream.started_at > asked_at - timings.CLOCK_MARGIN


def _asked_again_at(asker: Session, event: Merged, context: Context) -> Millis | None:
    """When the asker's request was sent, if it is newer than all that became of the stream."""
    at = context.local(event.asked_at)
    newer = asker.open and not event.other.live and at > event.other.since
    return at if newer else None


def _why(lead: Session, asker: Session, event: Merged) -> Why | None:
    """Give the reason of the session that leads; but a stream that was asked for did not begin elsewhere."""
    if lead.why != Why(Code.BEGAN_ELSEWHERE) or not began_since(lead, event.asked_at):
        return lead.why
    return Why(Code.BEGAN_AFTER_GIVE_UP) if asker.given_up else None


def _requests(lead: Session, asker: Session, other: Session) -> Requests:
    """Keep what both asked for; of two open requests, wait for the newer one's reply."""
    mine, theirs = asker.requests, other.requests
    return replace(
        lead.requests,
        newest=lead.requests.newest if lead.awaits_reply else _newer(theirs.newest, mine.newest),
        count=mine.count,
        asked_here=True,
        asked_at=_later(theirs.asked_at, mine.asked_at),
        resent_after_denial_at=_later(theirs.resent_after_denial_at, mine.resent_after_denial_at),
    )


def _streams(lead: Session, asker: Session, other: Session) -> Streams:
    mine, theirs = asker.streams, other.streams
    leads = lead.streams.current if lead.live else None
    return replace(
        lead.streams,
        current=leads or theirs.current or mine.current,
        has_streamed=theirs.has_streamed or mine.has_streamed,
        finished=theirs.finished | mine.finished,
        foreign=theirs.foreign | mine.foreign,
        action=_newer(theirs.action, mine.action),
        stop_sent_at=_later(theirs.stop_sent_at, mine.stop_sent_at),
    )


def _newer(first: Request | None, second: Request | None) -> Request | None:
    sent = (request for request in (first, second) if request)
    return max(sent, key=lambda request: request.sent_at, default=None)


def _later(first: Millis | None, second: Millis | None) -> Millis | None:
    return max((at for at in (first, second) if at is not None), default=None)


def _known(known: Known, more: Known) -> Known:
    for condition, evidence in more.items():
        known = learn(known, condition, evidence)
    return known


def _queued_events(asker: Session, event: Merged) -> tuple[e.Event, ...]:
    """Keep the events of both, but no report of Zoom's sign that may be older than the stream."""
    old = e.SharingReported if began_since(event.other, event.asked_at) else ()
    queued = (earlier for earlier in asker.queued_events if not isinstance(earlier, old))
    return (*event.other.queued_events, *queued)


def _timeline(asker: Session, other: Session, asked_again_at: Millis | None) -> Timeline:
    """Count the asker's time until the stream started, and again from when it was asked for again."""
    asked, streamed = asker.timeline.reopen().marks, other.timeline.marks
    before = _until(streamed[0].at, asked)
    if asked_again_at is None:
        return Timeline((*before, *streamed))
    timeline = Timeline((*before, *_until(asked_again_at, streamed)))
    for mark in asked:  # each of those before takes the place of the one before it
        timeline = timeline.mark(max(mark.at, asked_again_at), mark.kind, mark.why)
    return timeline


def _until(end: Millis, marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    return tuple(mark for mark in marks if mark.at < end)


def _story(result: Session, asker: Session, other: Session, now: Millis) -> tuple[Happened, ...]:
    """Put both stories in the order of time; the last entry is the state that was reached."""
    story = sorted((*asker.story, *other.story), key=lambda entry: entry.at)
    last = story[-1].state if story else None  # a damaged history has no entries
    if last is not result.state:
        story.append(Happened(now, result.state, result.why))
    return tuple(story[-LONGEST_STORY:])
