"""When a meeting was last in sight, and what follows where nothing more is heard of it.

In sight: the last event, reply, or word of the user's or the receiver's; for a stream that is certain, also as long as
the feed lives. Where no event of the meeting has ever come, none will tell of its end: so the user is asked, and it is
given up sooner.
"""

from rtms_tray.capture import timings
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import Announce, Category, Step
from rtms_tray.capture.reasons import Code, Severity, Why
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.updates import armed, disarmed, ended_unseen
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import Millis


def with_evidence_at(session: Session, at: Millis) -> Session:
    """The meeting was on at this moment: sight of it is lost some hours later."""
    session = replace(session, doubt=replace(session.doubt, evidence_at=at))
    return _waiting_for_news(session, at)


def _waiting_for_news(session: Session, since: Millis) -> Session:
    session = armed(session, Timer.LOST_SIGHT, since + lost_sight_after(session))
    if not is_silent(session) or session.attention.asked_if_over:
        return disarmed(session, Timer.MAYBE_OVER)
    return armed(session, Timer.MAYBE_OVER, since + timings.ASK_IF_OVER_AFTER)


def is_silent(session: Session) -> bool:
    """Whether nothing would tell of the meeting's end: no stream is live, and no event of it ever came."""
    begins = session.state is CaptureState.WAITING_FOR_MEETING
    return not (session.live or session.meeting_events_seen or begins)


def lost_sight_after(session: Session) -> Millis:
    """Say how long nothing may be heard of a meeting until it counts as over."""
    return timings.SILENT_OVER_AFTER if is_silent(session) else timings.LOST_SIGHT_AFTER


def with_other_wait(before: Session, after: Session, context: Context) -> Session:
    """Wait for news as long as it is worth now: a stream has begun or ended, or events do come."""
    if is_silent(before) is is_silent(after) or Timer.LOST_SIGHT not in after.timers:
        return after
    after = _waiting_for_news(after, after.doubt.evidence_at)
    soonest = context.now + timings.GRACE
    return armed(after, Timer.LOST_SIGHT, max(after.timers[Timer.LOST_SIGHT], soonest))


def ask_if_over(session: Session, context: Context) -> Step:
    """Nothing has been heard for an hour, and nothing would tell of the end: ask the user, once."""
    del context
    session = replace(session, attention=replace(session.attention, asked_if_over=True))
    why = Why(Code.MAYBE_OVER)
    return Step(session, (Announce(session.key, Category.REMINDER, Severity.ATTENTION, why),))


def lost_sight(session: Session, context: Context) -> Step:
    """Nothing has told of the meeting for hours: it ended when something last did."""
    if session.live and session.verified and context.sight.up:
        return Step(armed(session, Timer.LOST_SIGHT, context.now + timings.LOST_SIGHT_AFTER))
    why = Why(Code.LOST_SIGHT)
    return Step(ended_unseen(session, context.now, why, session.doubt.evidence_at))
