"""Rules for what vouches for a session: the feed, sleep, the sign-in, and the passing of time."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.asking import ask, send_act, send_again, send_start
from rtms_tray.capture.attending import breakout_return_over
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.effects import Announce, Category, LookUp
from rtms_tray.capture.people import forget_unseen
from rtms_tray.capture.reasons import Code, Severity, Why
from rtms_tray.capture.replying import grace_over, silence
from rtms_tray.capture.session import (
    NEEDS_SIGHT,
    Session,
    Sight,
    Timer,
    armed,
    disarmed,
    doubted,
    ended,
    moved,
)
from rtms_tray.capture.states import UNANSWERED, CaptureState
from rtms_tray.capture.step import Step, ignored
from rtms_tray.capture.streaming import interruption_over
from rtms_tray.capture.units import Millis


def feed_up(session: Session, event: e.FeedUp, now: Millis) -> Step:
    """Any | F up: still unverified; a look at the meeting may tell that it is over."""
    was_blind = session.sight.blind
    session = replace(session, sight=Sight(possible=True, up_since=event.at))
    session = disarmed(session, Timer.BLIND)
    if was_blind:
        session = _resumed_timers(session, now)
    may_tell = session.state is not CaptureState.WAITING_FOR_MEETING
    uuid = session.meeting.uuid
    in_doubt = session.unverified_since is not None
    look = (LookUp(uuid),) if uuid and in_doubt and may_tell else ()
    return Step(_sees_again(session, now), look)


def _sees_again(session: Session, now: Millis) -> Session:
    """Asked while nothing could be seen: from now on the silence counts."""
    unseen = session.why is not None and session.why.code is Code.CANNOT_SEE
    if session.state is CaptureState.PENDING_APPROVAL and unseen:
        session = moved(session, CaptureState.PENDING_APPROVAL, now, Why(Code.ASKED))
        session = armed(session, Timer.NO_ANSWER, now + session.policy.no_answer_after)
    return session


def _resumed_timers(session: Session, now: Millis) -> Session:
    """Deadlines waited for the feed: an interruption gets its whole time again, silence its rest."""
    timers = dict(session.timers)
    if Timer.INTERRUPTION_OVER in timers:
        timers[Timer.INTERRUPTION_OVER] = now + policy.INTERRUPTION_OVER_AFTER
    if Timer.NO_ANSWER in timers:
        timers[Timer.NO_ANSWER] = now + timers[Timer.NO_ANSWER]  # held its rest, see feed_down
    for timer in NEEDS_SIGHT - {Timer.NO_ANSWER, Timer.INTERRUPTION_OVER}:
        if timer in timers and timers[timer] <= now:
            timers[timer] = now + policy.GRACE
    return replace(session, timers=timers)


def feed_down(session: Session, event: e.FeedDown, now: Millis) -> Step:
    """Any | F down → unverified since then; heard after 30 s while LIVE."""
    if session.sight.blind:
        return Step(session)
    since = min(event.at, now)
    session = replace(session, sight=Sight(possible=True, up_since=None))
    session = _gap(session, since)
    timers = dict(session.timers)
    if Timer.NO_ANSWER in timers:
        timers[Timer.NO_ANSWER] = max(timers[Timer.NO_ANSWER] - now, 0)
    session = replace(session, timers=timers)
    if session.live:
        session = armed(session, Timer.BLIND, since + policy.BLIND_HEARD_AFTER)
    return Step(_cannot_see(session, now))


def _cannot_see(session: Session, now: Millis) -> Session:
    """Pending approval | feed down → stays, reason: cannot see."""
    asked = session.why is not None and session.why.code in {Code.ASKED, Code.APPROVAL_PENDING}
    if session.state is CaptureState.PENDING_APPROVAL and asked:
        return moved(session, CaptureState.PENDING_APPROVAL, now, Why(Code.CANNOT_SEE))
    return session


def _gap(session: Session, since: Millis) -> Session:
    """Nothing was seen since then: who came or went is no longer known."""
    known = dict(session.known)
    host = known.get(Condition.HOST_PRESENT)
    if host is not None and host.source is Source.EVENT and host.value is Value.NO:
        del known[Condition.HOST_PRESENT]
    people = forget_unseen(session.people)
    return doubted(replace(session, known=known, people=people), since)


def slept(session: Session, event: e.Slept, now: Millis) -> Step:
    """Any | this machine slept → unverified since it fell asleep; no deadline fires for that time."""
    session = _gap(session, min(event.since, now))
    slept_for = max(event.at - event.since, 0)
    timers = {
        name: at + slept_for if name in NEEDS_SIGHT else at for name, at in session.timers.items()
    }
    return Step(replace(session, timers=timers))


def signed_in(session: Session, event: e.SignedIn, now: Millis) -> Step:
    """Any | signed in: what was refused for want of a sign-in is asked again."""
    session = replace(session, me=event.user_id)
    if session.why is not None and session.why.code is Code.SIGN_IN_NEEDED:
        return ask(session, e.Ask(resend=True), now)
    return Step(session)


def sign_in_lost(session: Session, event: e.SignInLost | e.AppDeauthorized, now: Millis) -> Step:
    """Any | app deauthorized, sign-in lost → sessions kept, unverified."""
    del event
    return Step(doubted(session, now))


def network_back(session: Session, event: e.NetworkBack, now: Millis) -> Step:
    """Refused, offline | the network is back → asked once more."""
    offline = session.why is not None and session.why.code is Code.OFFLINE
    may = session.policy.auto_resend is not policy.AutoResend.OFF
    if session.state is not CaptureState.REFUSED or not offline or not may:
        return ignored(session, event, "nothing waits for the network")
    return ask(session, e.Ask(resend=True), now)


# --- time -------------------------------------------------------------------------------------


def due(session: Session, now: Millis) -> Timer | None:
    """Name the earliest deadline that has passed; those that need sight wait for the feed."""
    passed = [(at, name) for name, at in active_timers(session) if at <= now]
    return min(passed)[1] if passed else None


def active_timers(session: Session) -> list[tuple[Timer, Millis]]:
    """List the deadlines that can fire as things are."""
    blind = session.sight.blind
    return [
        (name, at) for name, at in session.timers.items() if not (blind and name in NEEDS_SIGHT)
    ]


def fire(session: Session, timer: Timer, now: Millis) -> Step:
    """Let one deadline do its work."""
    return _RULES[timer](disarmed(session, timer), now)


def _nothing(session: Session, now: Millis) -> Step:
    """The deadline's passing is itself what surfaces look at."""
    del now
    return Step(session)


def _retry_act(session: Session, now: Millis) -> Step:
    act = session.act
    if act is None or not act.open or not session.live:
        return Step(session)
    step = send_act(session, act.action, now)
    sent = step.session.act
    if sent is None:
        return step
    sent = replace(sent, first_sent_at=act.first_sent_at, tries=act.tries + 1)
    return Step(replace(step.session, act=sent), step.effects)


def _ask_again(session: Session, now: Millis) -> Step:
    """Waiting for the meeting | T → asked again."""
    if session.state is not CaptureState.WAITING_FOR_MEETING:
        return Step(session)
    return send_start(session, now, automatic=True)


def _reminder(session: Session, now: Millis) -> Step:
    del now
    if not session.open or session.live:
        return Step(session)
    why = session.why or Why(Code.REMINDER)
    return Step(session, (_reminds(session, why),))


def _reminds(session: Session, why: Why) -> Announce:
    return Announce(session.key, Category.REMINDER, Severity.ATTENTION, why)


def _nudge(session: Session, now: Millis) -> Step:
    """UNANSWERED, no signal possible | T 2, 5, 10 min → is the host there now?"""
    if session.state not in UNANSWERED or session.signals:
        return Step(session)
    nudges = session.nudges + 1
    session = replace(session, nudges=nudges)
    if nudges < len(policy.REMINDERS):
        gap = policy.REMINDERS[nudges] - policy.REMINDERS[nudges - 1]
        session = armed(session, Timer.NUDGE, now + gap)
    return Step(session, (_reminds(session, Why(Code.REMINDER)),))


def _lost_sight(session: Session, now: Millis) -> Step:
    """No evidence for 12 h → ended, at the last evidence."""
    return Step(ended(session, now, Why(Code.LOST_SIGHT), session.evidence_at))


_RULES: Final[dict[Timer, Callable[[Session, Millis], Step]]] = {
    Timer.RETRY: send_again,
    Timer.RETRY_ACT: _retry_act,
    Timer.ASK_AGAIN: _ask_again,
    Timer.GRACE: grace_over,
    Timer.NO_ANSWER: silence,
    Timer.INTERRUPTION_HEARD: _nothing,
    Timer.INTERRUPTION_OVER: interruption_over,
    Timer.BREAKOUT_RETURN: breakout_return_over,
    Timer.BLIND: _nothing,
    Timer.REMINDER: _reminder,
    Timer.NUDGE: _nudge,
    Timer.LOST_SIGHT: _lost_sight,
    Timer.FORGET: _nothing,
}
