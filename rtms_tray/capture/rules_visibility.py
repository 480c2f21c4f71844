"""Rules for what vouches for a session: the feed, sleep, the network, the sign-in."""

from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import Effect, FetchMeeting, Step, ignored
from rtms_tray.capture.evidence import learn_from_client
from rtms_tray.capture.presence import after_gap
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rules_request import request_start, resends
from rtms_tray.capture.rules_waiting import (
    pause_answer_timeout,
    resume_answer_timeout,
    without_wait_for_self,
)
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import NEEDS_SIGHT, CaptureState, Timer
from rtms_tray.capture.updates import armed, disarmed, doubted, ended, forgotten
from rtms_tray.support.units import Millis

_KEYRING: Final = frozenset({Code.KEYRING_LOCKED, Code.KEYRING_UNREADABLE})


def feed_up(session: Session, event: e.FeedUp, context: Context) -> Step:
    """Any | F up: still unverified; what Zoom says of the meeting may tell that it is over."""
    del event
    session = _with_feed_down(disarmed(session, Timer.FEED_DOWN_ALERT), down=False)
    if context.sight_before.blind:
        session = _postponed(session, context.now)
    return Step(resume_answer_timeout(session, context), _fetch_meeting(session))


def feed_configured(session: Session, event: e.FeedConfigured, context: Context) -> Step:
    """Any | there is no feed any more → nothing is waited for that only a feed could tell."""
    del event, context
    session = _with_feed_down(session, down=False)
    return Step(disarmed(session, Timer.NO_ANSWER, Timer.FEED_DOWN_ALERT))


def _with_feed_down(session: Session, *, down: bool) -> Session:
    return replace(session, attention=replace(session.attention, feed_down=down))


def _fetch_meeting(session: Session) -> tuple[Effect, ...]:
    uuid = session.meeting.uuid
    may_tell = session.state is not CaptureState.WAITING_FOR_MEETING
    return (FetchMeeting(uuid),) if uuid and may_tell and not session.verified else ()


def _postponed(session: Session, now: Millis) -> Session:
    """Deadlines waited for the feed: an interruption gets its whole time again."""
    timers = {name: _after_gap(name, at, now) for name, at in session.timers.items()}
    return replace(session, timers=timers)


def _after_gap(timer: Timer, at: Millis, now: Millis) -> Millis:
    if timer is Timer.INTERRUPTION_OVER:
        return now + policy.INTERRUPTION_OVER_AFTER
    return max(at, now + policy.GRACE) if timer in NEEDS_SIGHT else at


def feed_down(session: Session, event: e.FeedDown, context: Context) -> Step:
    """Any | F down → unverified since then; told after 30 s while LIVE."""
    if context.sight_before.blind:
        return Step(session)
    since = min(event.at, context.now)
    session = _gap(session, since, context)
    session = armed(session, Timer.FEED_DOWN_ALERT, since + policy.FEED_DOWN_ALERT_AFTER)
    return Step(pause_answer_timeout(session, context))


def feed_down_alert(session: Session, context: Context) -> Step:
    """LIVE | T 30 s without the feed → told: an interruption would go unnoticed."""
    return Step(_with_feed_down(session, down=context.sight.blind))


def _gap(session: Session, since: Millis, context: Context) -> Session:
    """Nothing was seen since then: who came or went is no longer known."""
    host = session.known.get(Condition.HOST_PRESENT)
    if host is not None and host.source is Source.EVENT and host.value is Value.NO:
        session = forgotten(session, Condition.HOST_PRESENT)
    session = replace(session, people=after_gap(session.people))
    if context.sight_before.up:
        session = _watched_until(session, since)
    return doubted(session, since)


def _watched_until(session: Session, at: Millis) -> Session:
    """A stream of which nothing else was told ran until then: that is evidence, too."""
    if not session.live or not session.verified:
        return session
    return with_evidence_at(session, max(at, session.doubt.evidence_at))


def with_evidence_at(session: Session, at: Millis) -> Session:
    """The meeting was on at this moment; from there on counts how long nothing tells of it."""
    session = replace(session, doubt=replace(session.doubt, evidence_at=at))
    return armed(session, Timer.LOST_SIGHT, at + policy.LOST_SIGHT_AFTER)


def slept(session: Session, event: e.Slept, context: Context) -> Step:
    """Any | this machine slept → unverified since it fell asleep; no deadline fires for that time."""
    now, slept_for = context.now, max(event.at - event.since, 0)
    session = _gap(session, min(event.since, now), context)
    timers = {name: _after_sleep(name, at, slept_for, now) for name, at in session.timers.items()}
    session = replace(session, timers=timers)
    return Step(session, () if context.sight.possible else _fetch_meeting(session))


def _after_sleep(timer: Timer, at: Millis, slept_for: Millis, now: Millis) -> Millis:
    if timer is Timer.LOST_SIGHT:  # first the feed, and Zoom, may tell more
        return max(at, now + policy.GRACE)
    return at + slept_for if timer in NEEDS_SIGHT else at


def lost_sight(session: Session, context: Context) -> Step:
    """No evidence for 12 h → ended, at the last evidence; a watched stream needs no further event."""
    if session.live and session.verified and context.sight.up:
        return Step(armed(session, Timer.LOST_SIGHT, context.now + policy.LOST_SIGHT_AFTER))
    why = Why(Code.LOST_SIGHT)
    return Step(ended(session, context.now, why, session.doubt.evidence_at))


# --- the sign-in, the network, the app owner's own Zoom -----------------------------------------


def signed_in(session: Session, event: e.SignedIn, context: Context) -> Step:
    """Any | signed in: what was refused for want of a sign-in is asked again; doubt is looked into."""
    del event
    session = without_wait_for_self(session, context)
    if session.code in {Code.SIGN_IN_NEEDED, *_KEYRING}:
        return request_start(session, context)
    return Step(session, _fetch_meeting(session))


def keyring_unlocked(session: Session, event: e.KeyringUnlocked, context: Context) -> Step:
    """Refused, keyring | the keyring gives the sign-in out → asked again; doubt is looked into."""
    if session.code in _KEYRING:
        return request_start(session, context)
    fetch = _fetch_meeting(session)
    if fetch:
        return Step(session, fetch)
    return ignored(session, event, "nothing waits for the keyring")


def sign_in_lost(
    session: Session, event: e.SignInLost | e.AppDeauthorized, context: Context
) -> Step:
    """Any | app deauthorized, sign-in lost → sessions kept, unverified."""
    del event
    return Step(doubted(session, context.now))


def client_checked(session: Session, event: e.OwnerClientChecked, context: Context) -> Step:
    """OPEN | the app owner's own Zoom was checked → evidence (B3, B4)."""
    return Step(learn_from_client(session, event, context))


def network_back(session: Session, event: e.NetworkBack, context: Context) -> Step:
    """Refused, offline | the network is back → asked once more."""
    if session.code is not Code.OFFLINE or not resends(context):
        return ignored(session, event, "nothing waits for the network")
    return request_start(session, context)
