"""Rules for what the program can see and do: the feed, sleep, the sign-in, the network."""

from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.attendance import after_gap, gap_over
from rtms_tray.capture.context import Context
from rtms_tray.capture.doubt import made_up_for, missed, without_word
from rtms_tray.capture.effects import Effect, FetchMeeting, Step, ignored
from rtms_tray.capture.evidence import learn_from_client, learn_from_people
from rtms_tray.capture.facts import Fact, What
from rtms_tray.capture.last_sight import with_evidence_at
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rules_request import action_requested, request_start, resends
from rtms_tray.capture.rules_waiting import (
    pause_answer_timeout,
    resume_answer_timeout,
    without_wait_for_self,
)
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import NEEDS_SIGHT, CaptureState, Timer
from rtms_tray.capture.updates import armed, disarmed, moved, with_facts
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import Millis

_ASKED: Final = CaptureState.PENDING_APPROVAL
_KEYRING: Final = frozenset({Code.KEYRING_LOCKED, Code.KEYRING_UNREADABLE})


def feed_up(session: Session, event: e.FeedUp, context: Context) -> Step:
    """The feed is back: the stream is still in doubt, unless all that was missed is told.

    Zoom may say that the meeting is over.
    """
    if context.sight_before.up and event.since is None:
        return Step(session)  # one connection has taken over from another
    session = _after_gap_told(session, event.since, context)
    attention = session.attention
    told = replace(attention, feed_down=False, long_gap=attention.long_gap or attention.feed_down)
    session = replace(disarmed(session, Timer.FEED_DOWN_ALERT), attention=told)
    session = without_word(session) if Timer.WORD in session.timers else session
    if context.sight_before.blind:
        session = _postponed(session, context.now)
    session = resume_answer_timeout(session, context)
    if context.replaying:
        return Step(session)
    return _checked_after_gap(_gone_on(session, event.since, context), context)


def _gone_on(session: Session, since: Millis | None, context: Context) -> Session:
    """A stream that was asked for again while in doubt has run all the time: its stop would have been told."""
    current, live = session.streams.current, session.timeline.unstopped_at(context.now)
    told = since is not None and session.verified and session.state is _ASKED
    if not (told and current and live and current.stream_id in live.streams):
        return session
    runs = Fact(context.now, What.STARTED, current.stream_id)
    session = with_facts(session, runs)
    paused = session.streams.paused
    state = CaptureState.PAUSED if paused else CaptureState.SHARING
    return moved(session, state, context.now, Why(Code.PAUSED_BY_YOU) if paused else None)


def _after_gap_told(session: Session, since: Millis | None, context: Context) -> Session:
    """Who was there is as certain as before, and so is the stream, where nothing was missed."""
    asked = session.state is _ASKED and session.timeline.live
    if since is not None and not (asked and context.replaying):  # what is told says whether it runs
        session = made_up_for(session, since)
    told = since is not None and not session.doubt.unseen
    session = replace(session, people=gap_over(session.people, told=told))
    return learn_from_people(session, context) if told else session


def feed_configured(session: Session, event: e.FeedConfigured, context: Context) -> Step:
    """A feed is set up, and may soon tell more; or there is none any more, and nothing is to be waited for."""
    if event.possible:
        at = context.now + timings.FEED_DOWN_ALERT_AFTER
        return Step(armed(session, Timer.FEED_DOWN_ALERT, at) if session.live else session)
    session = replace(session, attention=replace(session.attention, feed_down=False))
    return Step(disarmed(session, Timer.NO_ANSWER, Timer.FEED_DOWN_ALERT))


def _checked_after_gap(session: Session, context: Context) -> Step:
    """Look at the meeting, and make sure that the stream runs, if the user wants that automatically."""
    fetch = _fetch_meeting(session)
    doubtful = session.doubt.unseen and not session.verified
    checks = context.policy.check_after_gap and context.acting
    if not (checks and doubtful and session.state is CaptureState.SHARING):
        return Step(session, fetch)
    check = action_requested(session, e.ActionRequested(e.Action.RESUME), context)
    return Step(check.session, (*check.effects, *fetch))


def _fetch_meeting(session: Session) -> tuple[Effect, ...]:
    uuid = session.meeting.uuid
    may_tell = session.state is not CaptureState.WAITING_FOR_MEETING
    doubtful = session.open and session.unseen
    return (FetchMeeting(uuid),) if uuid and may_tell and doubtful else ()


def _postponed(session: Session, now: Millis) -> Session:
    """Give deadlines that waited for the feed a moment, and an interruption its whole time again."""
    timers = {name: _after_gap(name, at, now) for name, at in session.timers.items()}
    return replace(session, timers=timers)


def _after_gap(timer: Timer, at: Millis, now: Millis) -> Millis:
    if timer is Timer.INTERRUPTION_OVER:
        return now + timings.INTERRUPTION_OVER_AFTER
    return max(at, now + timings.GRACE) if timer in NEEDS_SIGHT else at


def feed_down(session: Session, event: e.FeedDown, context: Context) -> Step:
    """The feed is down: the stream is in doubt since the last sign of life."""
    if context.sight_before.blind:
        return Step(session)
    since = min(event.at, context.now)
    session = _gap(session, since, context)
    session = armed(session, Timer.FEED_DOWN_ALERT, since + timings.FEED_DOWN_ALERT_AFTER)
    return Step(pause_answer_timeout(session, context))


def feed_down_alert(session: Session, context: Context) -> Step:
    """The feed has been down for 30 s while a stream is live: the user should know."""
    attention = replace(session.attention, feed_down=context.sight.blind)
    return Step(replace(session, attention=attention))


def _gap(session: Session, since: Millis, context: Context) -> Session:
    """Events may have been missed since then: nobody is certain to be there, or absent."""
    session = replace(session, people=after_gap(session.people))
    session = learn_from_people(session, context)
    if context.sight_before.up:
        session = _watched_until(session, since)
    return missed(session, since)


def _watched_until(session: Session, at: Millis) -> Session:
    """A live stream without bad news ran until then: that is evidence, too."""
    if not session.live or not session.verified:
        return session
    return with_evidence_at(session, max(at, session.doubt.evidence_at))


def slept(session: Session, event: e.Slept, context: Context) -> Step:
    """This machine slept: the stream is in doubt since then, and no deadline fires for that time."""
    now, slept_for = context.now, max(event.at - event.since, 0)
    session = _gap(session, min(event.since, now), context)
    timers = {name: _after_sleep(name, at, slept_for, now) for name, at in session.timers.items()}
    long_gap = session.attention.long_gap or slept_for > timings.LONG_GAP
    attention = replace(session.attention, long_gap=long_gap)
    session = replace(session, timers=timers, attention=attention)
    return Step(session) if context.sight.possible else _checked_after_gap(session, context)


def _after_sleep(timer: Timer, at: Millis, slept_for: Millis, now: Millis) -> Millis:
    if timer is Timer.LOST_SIGHT:  # the feed or Zoom may tell more first
        return max(at, now + timings.GRACE)
    return at + slept_for if timer in NEEDS_SIGHT else at


def signed_in(session: Session, event: e.SignedIn, context: Context) -> Step:
    """Somebody is signed in: what was refused for that reason is sent, and doubt may be cleared up."""
    del event
    session = without_wait_for_self(session, context)
    if session.code in {Code.SIGN_IN_NEEDED, *_KEYRING}:
        return request_start(session, context)
    return Step(session, _fetch_meeting(session))


def keyring_unlocked(session: Session, event: e.KeyringUnlocked, context: Context) -> Step:
    """The sign-in can be read: what was refused for that reason is sent, and doubt may be cleared up."""
    if session.code in _KEYRING:
        return request_start(session, context)
    fetch = _fetch_meeting(session)
    if fetch:
        return Step(session, fetch)
    return ignored(session, event, "nothing waits for the keyring")


def sign_in_lost(session: Session, event: e.SignInLost, context: Context) -> Step:
    """The sign-in is lost: the session stays, and events may come all the same."""
    del event, context
    return Step(session)


def app_removed(session: Session, event: e.AppDeauthorized, context: Context) -> Step:
    """The user has removed the app from their account: the session stays, the stream in doubt."""
    return Step(missed(session, context.local(event.at)))


def client_checked(session: Session, event: e.OwnerClientChecked, context: Context) -> Step:
    """The version of the app owner's Zoom client is evidence (B3, B4)."""
    return Step(learn_from_client(session, event, context))


def network_back(session: Session, event: e.NetworkBack, context: Context) -> Step:
    """The network is back: what was not sent is sent now."""
    if session.code is not Code.OFFLINE or not resends(context):
        return ignored(session, event, "nothing waits for the network")
    return request_start(session, context)
