"""Rules for what vouches for a session: the feed, sleep, the network, the sign-in."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.asking import ask
from rtms_tray.capture.changes import armed, disarmed, doubted, forgotten
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.effects import Effect, LookUp
from rtms_tray.capture.evidence import of_client
from rtms_tray.capture.people import forget_unseen
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import Session, Sight
from rtms_tray.capture.silence import deaf, hearing_again
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.step import Step, ignored
from rtms_tray.capture.timers import NEEDS_SIGHT, Timer
from rtms_tray.capture.units import Millis

_KEYRING: Final = frozenset({Code.KEYRING_LOCKED, Code.KEYRING_UNREADABLE})


def feed_up(session: Session, event: e.FeedUp, now: Millis) -> Step:
    """Any | F up: still unverified; a look at the meeting may tell that it is over."""
    was_blind = session.sight.blind
    session = replace(session, sight=Sight(possible=True, up_since=event.at))
    session = disarmed(session, Timer.BLIND)
    if was_blind:
        session = _postponed(session, now)
    return Step(hearing_again(session, now), _look(session))


def _look(session: Session) -> tuple[Effect, ...]:
    uuid = session.meeting.uuid
    in_doubt = session.unverified_since is not None
    may_tell = session.state is not CaptureState.WAITING_FOR_MEETING
    return (LookUp(uuid),) if uuid and in_doubt and may_tell else ()


def _postponed(session: Session, now: Millis) -> Session:
    """Deadlines waited for the feed: an interruption gets its whole time again."""
    timers = {name: _after_gap(name, at, now) for name, at in session.timers.items()}
    return replace(session, timers=timers)


def _after_gap(timer: Timer, at: Millis, now: Millis) -> Millis:
    if timer is Timer.INTERRUPTION_OVER:
        return now + policy.INTERRUPTION_OVER_AFTER
    return max(at, now + policy.GRACE) if timer in NEEDS_SIGHT else at


def feed_down(session: Session, event: e.FeedDown, now: Millis) -> Step:
    """Any | F down → unverified since then; heard after 30 s while LIVE."""
    if session.sight.blind:
        return Step(session)
    since = min(event.at, now)
    session = _gap(session, since)
    session = replace(session, sight=Sight(possible=True))
    session = armed(session, Timer.BLIND, since + policy.BLIND_HEARD_AFTER)
    return Step(deaf(session, now))


def _gap(session: Session, since: Millis) -> Session:
    """Nothing was seen since then: who came or went is no longer known."""
    host = session.known.get(Condition.HOST_PRESENT)
    if host is not None and host.source is Source.EVENT and host.value is Value.NO:
        session = forgotten(session, Condition.HOST_PRESENT)
    people = forget_unseen(session.people)
    session = _watched_until(session, since)
    return doubted(replace(session, people=people), since)


def _watched_until(session: Session, at: Millis) -> Session:
    """A stream in sight, of which nothing bad was heard, ran until then: that is evidence, too."""
    if not (session.live and session.sight.up) or session.unverified_since is not None:
        return session
    at = max(at, session.evidence_at)
    return armed(replace(session, evidence_at=at), Timer.LOST_SIGHT, at + policy.LOST_SIGHT_AFTER)


def slept(session: Session, event: e.Slept, now: Millis) -> Step:
    """Any | this machine slept → unverified since it fell asleep; no deadline fires for that time."""
    session = _gap(session, min(event.since, now))
    slept_for = max(event.at - event.since, 0)
    timers = {name: _after_sleep(name, at, slept_for, now) for name, at in session.timers.items()}
    session = replace(session, timers=timers)
    return Step(session, () if session.sight.possible else _look(session))


def _after_sleep(timer: Timer, at: Millis, slept_for: Millis, now: Millis) -> Millis:
    if timer is Timer.LOST_SIGHT:  # first the feed, and a look, may tell more
        return max(at, now + policy.GRACE)
    return at + slept_for if timer in NEEDS_SIGHT else at


def signed_in(session: Session, event: e.SignedIn, now: Millis) -> Step:
    """Any | signed in: what was refused for want of a sign-in is asked again; what is in doubt, looked at."""
    session = replace(session, me=event.user_id, my_account=event.account_id)
    if _refused_by(session, {Code.SIGN_IN_NEEDED, *_KEYRING}):
        return ask(session, e.Ask(), now)
    return Step(session, _look(session))


def keyring_open(session: Session, event: e.KeyringOpen, now: Millis) -> Step:
    """Refused, keyring | the keyring gives the sign-in out → asked again; what is in doubt, looked at."""
    if _refused_by(session, _KEYRING):
        return ask(session, e.Ask(), now)
    look = _look(session)
    return Step(session, look) if look else ignored(session, event, "nothing waits for the keyring")


def _refused_by(session: Session, codes: AbstractSet[Code]) -> bool:
    return session.why is not None and session.why.code in codes


def sign_in_lost(session: Session, event: e.SignInLost | e.AppDeauthorized, now: Millis) -> Step:
    """Any | app deauthorized, sign-in lost → sessions kept, unverified."""
    del event
    return Step(doubted(session, now))


def client_seen(session: Session, event: e.OwnerClientSeen, now: Millis) -> Step:
    """OPEN | the app owner's own Zoom was looked at → evidence (B3, B4)."""
    return Step(of_client(session, event, now))


def network_back(session: Session, event: e.NetworkBack, now: Millis) -> Step:
    """Refused, offline | the network is back → asked once more."""
    offline = session.why is not None and session.why.code is Code.OFFLINE
    may = session.policy.auto_resend is not policy.AutoResend.OFF
    if not offline or not may:
        return ignored(session, event, "nothing waits for the network")
    return ask(session, e.Ask(), now)
