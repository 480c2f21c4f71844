"""The basic changes of a session; rules are made of these."""

from typing import Final

from rtms_tray.capture import timings
from rtms_tray.capture.conditions import Condition, Evidence, Source, Value, learn
from rtms_tray.capture.facts import Fact, What
from rtms_tray.capture.live_time import LIVE_FACTS
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Aside, Happened, ResumePoint, Session
from rtms_tray.capture.state_facts import facts_of_certainty, facts_of_move
from rtms_tray.capture.states import LIVE, OVER, CaptureState, Timer
from rtms_tray.capture.timeline import Timeline
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import Millis

_S = CaptureState
_STREAMED: Final = LIVE | {_S.STOPPED}
LONGEST_STORY: Final = 200


def learned(
    session: Session, condition: Condition, value: Value, source: Source, at: Millis
) -> Session:
    """Keep a piece of evidence (`at` on Zoom's clock)."""
    known = learn(session.known, condition, Evidence(value, source, at))
    return replace(session, known=known)


def forgotten(session: Session, condition: Condition) -> Session:
    """Know nothing of a condition any more."""
    known = {name: evidence for name, evidence in session.known.items() if name is not condition}
    return replace(session, known=known)


def armed(session: Session, timer: Timer, at: Millis) -> Session:
    """Set a deadline, replacing an older one of the same name."""
    return replace(session, timers={**session.timers, timer: at})


def disarmed(session: Session, *timers: Timer) -> Session:
    """Drop deadlines (the machine drops those that mean nothing in the new state)."""
    left = {name: at for name, at in session.timers.items() if name not in timers}
    return session if len(left) == len(session.timers) else replace(session, timers=left)


def moved(
    session: Session,
    state: CaptureState,
    now: Millis,
    why: Why | None = None,
    *,
    at: Millis | None = None,
) -> Session:
    """Enter a state (at an earlier moment of this machine's clock, where an event says so)."""
    at = now if at is None else at
    changed = state is not session.state
    news = changed or (why.code if why else None) is not session.code
    entry = (Happened(at, state, why),) if news else ()
    attention = session.attention
    after = replace(
        session,
        state=state,
        why=why,
        since=max(at, session.since) if changed else session.since,
        streams=replace(
            session.streams, has_streamed=session.streams.has_streamed or state in _STREAMED
        ),
        attention=replace(
            attention,
            acknowledged=attention.acknowledged and not news,
            refusal=None if changed else attention.refusal,
            new_host=attention.new_host and not changed,
        ),
        story=(*session.story, *entry)[-LONGEST_STORY:],
    )
    return with_facts(after, *facts_of_move(session, after, at)) if news else after


def with_facts(session: Session, *facts: Fact) -> Session:
    """Keep what is known of the session's time."""
    return _with_timeline(session, session.timeline.having(*facts))


def _with_timeline(session: Session, timeline: Timeline) -> Session:
    return session if timeline is session.timeline else replace(session, timeline=timeline)


def with_beginning(session: Session, began_at: Millis, seen_since: Millis | None) -> Session:
    """Count from the meeting's start on: unknown until the feed could tell of a stream."""
    session = with_facts(session, Fact(began_at, What.BEGAN))
    if seen_since is None or seen_since <= began_at:
        return session
    until = max(seen_since, _shown_first(session) or 0)
    return with_facts(session, Fact(began_at, What.UNSEEN, until=until))


def _shown_first(session: Session) -> Millis | None:
    """When something first told of a stream: an earlier one may have run until then, or have been the same."""
    live = (fact.at for fact in session.timeline.facts if fact.what in LIVE_FACTS)
    return next(live, None)


def settled(session: Session, proven_until: Millis | None = None) -> Session:
    """End the doubt; up to `proven_until`, the stream is proven to have gone on as it was before."""
    since = session.doubt.since
    if since is not None and proven_until is not None:
        session = with_facts(session, Fact(since, What.PROVEN, until=proven_until))
    if since is None:
        return session
    return replace(session, doubt=replace(session.doubt, since=None, by_gap=False))


def doubted(session: Session, since: Millis, *, by_gap: bool = False) -> Session:
    """Put the stream in doubt since then; only evidence of the stream itself settles that.

    Doubt `by_gap` is over, too, once all is told that was missed.
    """
    if not session.open or session.doubt.since is not None:
        return session
    current = session.streams.current
    return replace(
        session,
        doubt=replace(session.doubt, since=max(since, session.since), by_gap=by_gap),
        streams=replace(
            session.streams, current=replace(current, doubted=True) if current else None
        ),
        timeline=session.timeline.unseen_since(since),
    )


def with_timeline(session: Session, at: Millis, *, blind: bool) -> Session:
    """Let the timeline follow a state that is certain (since `at`, where that is news)."""
    if not session.verified:
        return session
    if blind and session.state in OVER:  # another stream may begin, and nothing would tell
        return _with_timeline(session, session.timeline.unseen_since(at))
    session = _with_timeline(session, session.timeline.settled(at))
    return with_facts(session, *facts_of_certainty(session, at))


def with_aside(session: Session, aside: Aside) -> Session:
    """Tell something under Details that changes nothing; the same once only."""
    asides = (*(one for one in session.asides if one is not aside), aside)
    return replace(session, asides=asides[-timings.ASIDES_KEPT :])


def with_resume_point(session: Session) -> Session:
    """Keep this state to return to."""
    return replace(session, resume_point=ResumePoint(session.state, session.why))


def returned_to_resume_point(session: Session, now: Millis) -> Session:
    """Return from an interruption or a room to the state before, in doubt: no event says so."""
    point = session.resume_point
    paused = point is not None and point.state is _S.PAUSED
    why = point.why if point and paused else Why(Code.RECEIVER_MAYBE_BACK)
    state = point.state if point else _S.SHARING
    session = moved(replace(session, resume_point=None), state, now, why)
    return doubted(session, now)


def ended(session: Session, now: Millis, why: Why | None, at: Millis | None = None) -> Session:
    """End the session: nothing is counted or waited for any more."""
    at = now if at is None else min(at, now)
    return with_facts(_closed(session, now, why, at), Fact(at, What.ENDED))


def ended_unseen(
    session: Session, now: Millis, why: Why, at: Millis, latest: Millis | None = None
) -> Session:
    """End a session whose end nobody told, where sight of it was lost, `latest` where the next one begins.

    Its own stop may still come, and then says more.
    """
    at = min(at, now)
    seen = Fact(min(session.doubt.evidence_at, now), What.IN_SIGHT)
    end = Fact(at, What.OUT_OF_SIGHT, until=latest)
    return with_facts(_closed(session, now, why, at), seen, end)


def _closed(session: Session, now: Millis, why: Why | None, at: Millis) -> Session:
    if why is None and session.code is Code.STOP_REVOKED:
        why = session.why  # captured material must be deleted: the meeting's end changes nothing
    return replace(
        settled(moved(session, _S.ENDED, now, why, at=at)),
        timers={},
        queued_events=(),
        resume_point=None,
        requests=replace(session.requests, answer_timeout_left=None),
    )
