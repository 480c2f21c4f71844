"""Rules for what vouches for a session: the feed, sleep, the network, the sign-in."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.effects import Announce, Category, Effect, FetchMeeting, Step, ignored
from rtms_tray.capture.evidence import learn_from_client
from rtms_tray.capture.presence import forget_unseen
from rtms_tray.capture.reasons import Code, Severity, Why
from rtms_tray.capture.rules_people import breakout_return_over
from rtms_tray.capture.rules_request import act_again, ask, send_again, send_start
from rtms_tray.capture.rules_stream import interruption_over
from rtms_tray.capture.session import Session, Sight
from rtms_tray.capture.silence import (
    grace_over,
    pause_answer_timeout,
    resume_answer_timeout,
    silence,
)
from rtms_tray.capture.states import MEANINGFUL_IN, NEEDS_SIGHT, CaptureState, Timer
from rtms_tray.capture.updates import armed, disarmed, doubted, ended, forgotten
from rtms_tray.support.units import Millis

_KEYRING: Final = frozenset({Code.KEYRING_LOCKED, Code.KEYRING_UNREADABLE})


def feed_up(session: Session, event: e.FeedUp, now: Millis) -> Step:
    """Any | F up: still unverified; a look at the meeting may tell that it is over."""
    was_blind = session.sight.blind
    session = replace(session, sight=Sight(possible=True, up_since=event.at))
    session = disarmed(session, Timer.FEED_DOWN_ALERT)
    if was_blind:
        session = _postponed(session, now)
    return Step(resume_answer_timeout(session, now), _look(session))


def _look(session: Session) -> tuple[Effect, ...]:
    uuid = session.meeting.uuid
    in_doubt = session.unverified_since is not None
    may_tell = session.state is not CaptureState.WAITING_FOR_MEETING
    return (FetchMeeting(uuid),) if uuid and in_doubt and may_tell else ()


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
    session = armed(session, Timer.FEED_DOWN_ALERT, since + policy.FEED_DOWN_ALERT_AFTER)
    return Step(pause_answer_timeout(session, now))


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
        return ask(session, e.StartRequested(), now)
    return Step(session, _look(session))


def keyring_open(session: Session, event: e.KeyringUnlocked, now: Millis) -> Step:
    """Refused, keyring | the keyring gives the sign-in out → asked again; what is in doubt, looked at."""
    if _refused_by(session, _KEYRING):
        return ask(session, e.StartRequested(), now)
    look = _look(session)
    return Step(session, look) if look else ignored(session, event, "nothing waits for the keyring")


def _refused_by(session: Session, codes: AbstractSet[Code]) -> bool:
    return session.why is not None and session.why.code in codes


def sign_in_lost(session: Session, event: e.SignInLost | e.AppDeauthorized, now: Millis) -> Step:
    """Any | app deauthorized, sign-in lost → sessions kept, unverified."""
    del event
    return Step(doubted(session, now))


def client_seen(session: Session, event: e.OwnerClientChecked, now: Millis) -> Step:
    """OPEN | the app owner's own Zoom was looked at → evidence (B3, B4)."""
    return Step(learn_from_client(session, event, now))


def network_back(session: Session, event: e.NetworkBack, now: Millis) -> Step:
    """Refused, offline | the network is back → asked once more."""
    offline = session.why is not None and session.why.code is Code.OFFLINE
    may = session.policy.auto_resend is not policy.AutoResend.OFF
    if not offline or not may:
        return ignored(session, event, "nothing waits for the network")
    return ask(session, e.StartRequested(), now)


# --- Rules for the passing of time: which deadlines are due, and what each of them does. ---


def due(session: Session, now: Millis) -> Timer | None:
    """Name the earliest deadline that has passed; those that need sight wait for the feed."""
    passed = [(at, name) for name, at in active_timers(session) if at <= now]
    return min(passed)[1] if passed else None


def active_timers(session: Session) -> list[tuple[Timer, Millis]]:
    """List the deadlines that can fire as things are."""
    blind = session.sight.blind
    return [
        (name, at)
        for name, at in session.timers.items()
        if session.state in MEANINGFUL_IN[name] and not (blind and name in NEEDS_SIGHT)
    ]


def fire(session: Session, timer: Timer, now: Millis) -> Step:
    """Let one deadline do its work."""
    return _RULES[timer](disarmed(session, timer), now)


def _nothing(session: Session, now: Millis) -> Step:
    """The deadline's passing is itself what surfaces look at."""
    del now
    return Step(session)


def _retry(session: Session, now: Millis) -> Step:
    """Requesting | T after trouble → tried again."""
    request = session.request
    return send_again(session, request, now) if request is not None else Step(session)


def _retry_act(session: Session, now: Millis) -> Step:
    """LIVE | T after trouble with pause, resume, stop → tried again."""
    act = session.act
    return act_again(session, act, now) if act is not None else Step(session)


def _ask_again(session: Session, now: Millis) -> Step:
    """Waiting for the meeting | T → asked again."""
    return send_start(session, now)


def _reminder(session: Session, now: Millis) -> Step:
    """OPEN | T as the user wished → reminded."""
    del now
    return Step(session, (_reminds(session, session.why or Why(Code.REMINDER)),))


def _reminds(session: Session, why: Why) -> Announce:
    return Announce(session.key, Category.REMINDER, Severity.ATTENTION, why)


def _nudge(session: Session, now: Millis) -> Step:
    """UNANSWERED, no signal possible | T 2, 5, 10 min → is the host there now?"""
    if session.signals:
        return Step(session)
    nudges = session.nudges + 1
    session = replace(session, nudges=nudges)
    if nudges < len(policy.REMINDERS):
        gap = policy.REMINDERS[nudges] - policy.REMINDERS[nudges - 1]
        session = armed(session, Timer.NUDGE, now + gap)
    known = session.why if session.state is CaptureState.RESEND_NEEDED else None
    return Step(session, (_reminds(session, known or Why(Code.REMINDER)),))


def _lost_sight(session: Session, now: Millis) -> Step:
    """No evidence for 12 h → ended, at the last evidence; a watched stream needs no further word."""
    watched = session.live and session.sight.up and session.unverified_since is None
    if watched:
        return Step(armed(session, Timer.LOST_SIGHT, now + policy.LOST_SIGHT_AFTER))
    return Step(ended(session, now, Why(Code.LOST_SIGHT), session.evidence_at))


_RULES: Final[dict[Timer, Callable[[Session, Millis], Step]]] = {
    Timer.RETRY: _retry,
    Timer.RETRY_ACTION: _retry_act,
    Timer.NEXT_REQUEST: _ask_again,
    Timer.GRACE: grace_over,
    Timer.NO_ANSWER: silence,
    Timer.INTERRUPTION_ALERT: _nothing,
    Timer.INTERRUPTION_OVER: interruption_over,
    Timer.BREAKOUT_RETURN: breakout_return_over,
    Timer.FEED_DOWN_ALERT: _nothing,
    Timer.REMINDER: _reminder,
    Timer.NUDGE: _nudge,
    Timer.LOST_SIGHT: _lost_sight,
    Timer.FORGET: _nothing,
}
