"""What another session, or an earlier run of the program, makes of a session.

A meeting's number stays, and each instance has a UUID: sessions of one number follow each other. These events come
from the board, not from outside.
"""

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.attendance import settled
from rtms_tray.capture.context import Context
from rtms_tray.capture.doubt import began_unseen
from rtms_tray.capture.effects import Ignored, Step
from rtms_tray.capture.evidence import learn_from_people, learn_from_room
from rtms_tray.capture.facts import Fact, What
from rtms_tray.capture.last_sight import is_silent, with_evidence_at
from rtms_tray.capture.memory import Remembered, joined_names
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rules_request import repeat_soon, without_requests
from rtms_tray.capture.rules_visibility import slept
from rtms_tray.capture.rules_waiting import pause_answer_timeout, pending, without_wait_for_self
from rtms_tray.capture.session import Aside, Session
from rtms_tray.capture.state_facts import facts_of_rooms
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.updates import (
    armed,
    disarmed,
    doubted,
    ended_unseen,
    with_aside,
    with_beginning,
    with_facts,
)
from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.units import Millis

_S = CaptureState


class Identified(Frozen):
    """More of the meeting's names are known, and with its UUID what events have told of it."""

    meeting: e.Meeting
    remembered: Remembered | None


class Superseded(Frozen):
    """The next instance of the meeting has begun (`at` on Zoom's clock)."""

    at: Millis


class Outdated(Frozen):
    """A stream of the number has started, but earlier than what the session knows: an instance before."""

    start: e.StreamStarted


class MaybeStopped(Frozen):
    """A stream that may be this session's has ended, or is paused."""

    at: Millis


class Inherited(Frozen):
    """The request that waited for the instance before is for this one now."""

    older: Session


class Restored(Frozen):
    """The session is of an earlier run, which saved it last at `seen_at`."""

    seen_at: Millis


InstanceEvent = Identified | Superseded | Outdated | MaybeStopped | Inherited | Restored


def identified(session: Session, event: Identified, context: Context) -> Step:
    """Learn the meeting's names; its host may turn out to be the app owner."""
    session = replace(session, meeting=joined_names(session.meeting, event.meeting))
    session = with_remembered(session, event.remembered, context)
    return Step(without_wait_for_self(session, context))


def with_remembered(session: Session, known: Remembered | None, context: Context) -> Session:
    """Add what events have told of the session's meeting."""
    if known is None:
        return session
    before, meeting = session, joined_names(session.meeting, known.meeting)
    session = replace(
        session,
        meeting=meeting,
        people=settled(known.people, context),
        meeting_events_seen=True,
    )
    session = with_facts(session, *facts_of_rooms(before, session, context))
    if known.started_at is not None:
        began_at = context.local(known.started_at)
        session = with_beginning(session, began_at, context.sight.up_since)
        unseen = known.gap or not context.sees_since(began_at)
        session = began_unseen(session, began_at) if unseen else session
    return learn_from_room(learn_from_people(session, context))


def superseded(session: Session, event: Superseded, context: Context) -> Step:
    """The instance before the next one has ended: where it was last in sight, at the latest where that begins."""
    begins = context.local(event.at)
    in_sight = session.live and session.verified and context.sight.up
    at = begins if in_sight else min(session.doubt.evidence_at, begins)
    session = without_requests(session)
    return Step(ended_unseen(session, context.now, Why(Code.INFERRED), at, begins))


def outdated(session: Session, event: Outdated, context: Context) -> Step:
    """Tell under Details of a stream in the instance before: how long it ran there is not known."""
    aside = Ignored(type(event.start).__name__, "older than this meeting")
    current, at = session.streams.current, context.local(event.start.at)
    until = context.now if current is None else context.local(current.started_at)
    if at < until:  # it may have been captured then
        session = with_facts(session, Fact(at, What.UNSEEN, until=until))
    return Step(with_aside(session, Aside.EARLIER_INSTANCE), (aside,))


def maybe_stopped(session: Session, event: MaybeStopped, context: Context) -> Step:
    """The session knows no stream of its own: that one may have been all there was."""
    del context
    return Step(doubted(session, event.at))


def inherited(session: Session, event: Inherited, context: Context) -> Step:
    """Go on with the request of the instance before: in its state and with its deadlines, unless it is answered."""
    older = event.older
    if session.state is not _S.IDLE:
        why = None if session.why == Why(Code.BEGAN_ELSEWHERE) else session.why
        asked = session.requests if session.requests.asked_here else older.requests
        return Step(replace(session, why=why, requests=asked))
    session = replace(
        session,
        state=older.state,
        since=context.now,
        why=older.why,
        requests=replace(older.requests, resent_after_denial_at=None),
        timers=older.timers,
    )
    if not context.sight.up:
        session = doubted(session, context.now, by_gap=True)
    return Step(without_wait_for_self(session, context))


def _is_lost(session: Session, seen_at: Millis, now: Millis) -> bool:
    """Whether so much time has passed that the meeting must be over."""
    if is_silent(session):
        return now - session.doubt.evidence_at > timings.SILENT_OVER_AFTER
    return now - seen_at > timings.LOST_SIGHT_AFTER


def restored(session: Session, event: Restored, context: Context) -> Step:
    """Go on after a restart: in doubt since it was saved, and no reply can come any more."""
    now = context.now
    if _is_lost(session, event.seen_at, now):
        return Step(ended_unseen(session, now, Why(Code.LOST_SIGHT), session.doubt.evidence_at))
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
