"""What puts a stream in doubt, and what ends that: only evidence of the stream itself, never of the meeting."""

from typing import Final

from rtms_tray.capture import timings
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import Step
from rtms_tray.capture.facts import Fact, What
from rtms_tray.capture.session import Request, Session
from rtms_tray.capture.states import LIVE, UNANSWERED, CaptureState, Timer
from rtms_tray.capture.updates import armed, disarmed, doubted, settled, with_facts
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import Millis

_MAY_CHANGE_UNSEEN: Final = LIVE | UNANSWERED | {CaptureState.STOPPED}


def shown(session: Session, context: Context) -> Session:
    """A reply or the user has said how the stream stands; while no events come, that holds for a while."""
    session = _proved(settled(session), context.now)
    if context.sight.up:
        return session
    session = replace(session, doubt=replace(session.doubt, unseen=True))
    return armed(session, Timer.WORD, context.now + timings.WORD_HOLDS)


def shown_by_event(
    session: Session, zoom_at: Millis, context: Context, *, final: bool = False
) -> Session:
    """An event has shown how the stream stood at a moment; what came after it may have been missed.

    A `final` one is the end of the stream: nothing else can have happened to it.
    """
    at, since = context.local(zoom_at), session.doubt.since
    seen = context.sees_since(at)
    before = since is not None and at < since - timings.CLOCK_MARGIN
    if before and not (final and seen):
        return session  # it says nothing of the time in doubt
    session = _proved(settled(session), at)
    return session if seen else doubted(session, at, by_gap=True)


def _proved(session: Session, at: Millis) -> Session:
    doubt = replace(session.doubt, unseen=False, proved_at=at)
    requests = replace(session.requests, maybe_running=False)
    session = replace(session, doubt=doubt, requests=requests)
    return disarmed(session, Timer.WORD, Timer.INTERRUPTION_SETTLED)


def missed(session: Session, since: Millis) -> Session:
    """Events may have been missed since then: a stream may have stopped, or begun.

    In the other states nobody is told of doubt, but what the time was worth is not known.
    """
    if not session.open:
        return session
    session = disarmed(session, Timer.INTERRUPTION_SETTLED)
    if session.live and session.verified and session.doubt.unseen:
        since = min(since, session.doubt.proved_at)  # only a word has told of it since
    session = replace(session, doubt=replace(session.doubt, unseen=True))
    if may_change_unseen(session):
        return doubted(session, since, by_gap=True)
    return replace(session, timeline=session.timeline.unseen_since(since))


def made_up_for(session: Session, since: Millis) -> Session:
    """All that happened since then has been told after all: what was missed puts nothing in doubt any more."""
    doubt = session.doubt
    began = _gap_began(session)
    missing = doubt.unseen or doubt.by_gap
    if not missing or began < since:
        return session
    session = replace(session, doubt=replace(doubt, unseen=False))
    if not session.verified and not doubt.by_gap:
        return session
    session = replace(session, timeline=session.timeline.without_doubt())
    return disarmed(settled(session), Timer.WORD)


def _gap_began(session: Session) -> Millis:
    """When events began to be missed, as far as it matters to this session."""
    if session.doubt.since is not None:
        return session.doubt.since
    unseen_at = session.timeline.unseen_at
    return session.doubt.proved_at if unseen_at is None else unseen_at


def began_unseen(session: Session, at: Millis) -> Session:
    """The meeting began when events may have been missed: so may have a stream of it."""
    session = replace(session, doubt=replace(session.doubt, unseen=True))
    return doubted(session, at, by_gap=True) if session.state in UNANSWERED else session


def may_change_unseen(session: Session) -> bool:
    """Whether what Zoom tells of a stream decides this state, and not what somebody wanted."""
    return session.state in _MAY_CHANGE_UNSEEN


def accepted(session: Session, request: Request, context: Context) -> Session:
    """Zoom takes a request: that does not prove that nothing runs, if a stream may have begun unseen."""
    if session.doubt.unseen or not context.sight.up:
        return doubted(session, _unseen_since(session, request), by_gap=True)
    if not _may_have_run_before(session, request, context):
        return session
    asked = Fact(request.first_sent_at, What.UNSEEN, until=context.now)
    requests = replace(session.requests, maybe_running=True)
    return with_facts(replace(session, requests=requests), asked)


def _unseen_since(session: Session, request: Request) -> Millis:
    """Where nothing was ever proved, a stream may have begun with the meeting."""
    began = [fact.at for fact in session.timeline.facts if fact.what is What.BEGAN]
    proved = session.doubt.proved_at or session.streams.has_streamed
    return min((request.sent_at, *began)) if not proved else request.sent_at


def _may_have_run_before(session: Session, request: Request, context: Context) -> bool:
    """Whether a stream may have begun before events came: the meeting's start is not known."""
    up_since = context.sight.up_since or 0
    seen_long = request.sent_at - up_since >= timings.SIGHT_BEFORE_REQUEST
    return not (session.people.began or seen_long or session.doubt.proved_at >= up_since)


def word_over(session: Session, context: Context) -> Step:
    """Nothing has borne out the last word of the stream for too long: it is in doubt since then."""
    del context
    return Step(without_word(session))


def without_word(session: Session) -> Session:
    """A word that was said while no events came holds no longer than until they come again."""
    session = disarmed(session, Timer.WORD)
    if not may_change_unseen(session):
        return session
    return doubted(session, session.doubt.proved_at, by_gap=True)
