"""Makes one session of two that began apart, one by the meeting's number and one by its UUID."""

from collections.abc import Iterator

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.conditions import Known, learn
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import Category, Step, Withdraw
from rtms_tray.capture.evidence import with_left_awaited
from rtms_tray.capture.facts import Fact, What
from rtms_tray.capture.last_sight import with_evidence_at
from rtms_tray.capture.memory import joined_names
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rules_waiting import without_wait_for_self
from rtms_tray.capture.session import Happened, Request, Requests, Session, Streams
from rtms_tray.capture.timeline import Timeline
from rtms_tray.capture.updates import LONGEST_STORY
from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.units import Millis


class Merged(Frozen):
    """Another session turns out to be of the meeting that was asked for, at `asked_at` (Zoom's clock)."""

    other: Session
    asked_at: Millis


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
        timeline=_timeline(asker, event),
    )
    result = with_left_awaited(with_evidence_at(result, evidence_at))
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


def _timeline(asker: Session, event: Merged) -> Timeline:
    """Put the facts of both together; what the asker gave up counts again once the stream began."""
    other = event.other
    began_at = min((mark.at for mark in other.timeline.marks), default=0)
    asked = asker.timeline.facts
    if other.live:
        asked = tuple(_until_seen(fact, began_at) for fact in asked)
    if (ended_at := asker.timeline.closed_at) is not None:
        asked = (*asked, Fact(max(ended_at, began_at), What.REOPENED))
    return Timeline().having(*asked, *_answered(event))


def _until_seen(fact: Fact, at: Millis) -> Fact:
    """What the asker could not see from here on, the stream's session saw, or has put in doubt itself."""
    if fact.what is not What.UNSEEN or fact.stream:
        return fact
    return replace(fact, until=at if fact.until is None else min(fact.until, at))


def _answered(event: Merged) -> Iterator[Fact]:
    """Give the stream's facts; one that was asked for did not begin elsewhere."""
    asked_for = began_since(event.other, event.asked_at)
    for fact in event.other.timeline.facts:
        if not (asked_for and fact.why == Code.BEGAN_ELSEWHERE):
            yield fact


def _story(result: Session, asker: Session, other: Session, now: Millis) -> tuple[Happened, ...]:
    """Put both stories in the order of time; the last entry is the state that was reached."""
    story = sorted((*asker.story, *other.story), key=lambda entry: entry.at)
    last = story[-1].state if story else None  # a damaged history has no entries
    if last is not result.state:
        story.append(Happened(now, result.state, result.why))
    return tuple(story[-LONGEST_STORY:])
