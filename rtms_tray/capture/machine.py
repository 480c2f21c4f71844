"""What moves a session: everything that affects its state is in the table below.

Theory of operation. A session is a frozen value. `step` takes one event and the time, finds the one rule
for (state, event), and gives back the new session and what is to be done. A row that names a state beats a
row that names a group. No rule: the event is logged and ignored; nothing is ever raised, and the state stays.

While a request is on its way (`requesting`), only replies, RTMS events, the meeting's end, giving up, and
what concerns sight and time are applied; all else is held and applied in order once the reply is in.

Time is an argument. A session names its deadlines (`Session.timers`); one `Tick` fires all that have passed,
earliest first. Deadlines that mean something only while events can be seen wait for the feed.

After the rule, the same finish for every step: a session whose feed is down is unverified; the timeline
follows the state; what the user should hear follows from the difference between before and after.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from rtms_tray.capture import asking, attending, policy, replying, seeing, streaming
from rtms_tray.capture import events as e
from rtms_tray.capture.effects import Effect, Ignored
from rtms_tray.capture.hearing import heard
from rtms_tray.capture.session import Session, Timer, armed, disarmed, doubted, painted
from rtms_tray.capture.states import LIVE, NOT_LIVE, OPEN, UNANSWERED, CaptureState
from rtms_tray.capture.step import Step
from rtms_tray.capture.units import Millis

Rule = Callable[[Session, Any, Millis], Step]

_S = CaptureState
ANY: Final = OPEN | {_S.IDLE, _S.ENDED}
_NONE: Final = frozenset({_S.IDLE})

TABLE: Final[tuple[tuple[frozenset[CaptureState], type, Rule], ...]] = (
    # from                        event                  rule
    # the user
    (_NONE | NOT_LIVE,            e.Ask,                 asking.ask),
    (frozenset({_S.REQUESTING}),  e.Ask,                 asking.ask_while_requesting),
    (LIVE,                        e.Ask,                 asking.ask_while_live),
    (LIVE,                        e.Act,                 asking.act),
    (NOT_LIVE,                    e.GiveUp,              asking.give_up),
    (LIVE,                        e.GiveUp,              asking.give_up_while_live),
    (OPEN,                        e.Remind,              asking.remind),
    (ANY,                         e.Acknowledge,         asking.acknowledge),
    (OPEN,                        e.Tell,                attending.told),
    (OPEN,                        e.TellSharing,         asking.tell_sharing),
    # replies
    (OPEN,                        e.Replied,             replying.replied),
    (OPEN,                        e.MeetingSeen,         attending.meeting_seen),
    # RTMS events
    (ANY,                         e.StreamStarted,       streaming.stream_started),
    (LIVE,                        e.StreamInterrupted,   streaming.stream_interrupted),
    (OPEN,                        e.StreamStopped,       streaming.stream_stopped),
    (UNANSWERED,                  e.ConcurrencyLimited,  streaming.concurrency_limited),
    (OPEN,                        e.RequestStatus,       streaming.request_status),
    # the meeting and its people
    (OPEN,                        e.MeetingStarted,      attending.meeting_started),
    (OPEN,                        e.MeetingEnded,        attending.meeting_ended),
    (OPEN,                        e.ParticipantJoined,   attending.somebody_came),
    (OPEN,                        e.RoleChanged,         attending.somebody_came),
    (OPEN,                        e.ParticipantLeft,     attending.somebody_left),
    (OPEN,                        e.WaitingForHost,      attending.waiting_for_host),
    (OPEN,                        e.BreakoutJoined,      attending.breakout_joined),
    (OPEN,                        e.BreakoutLeft,        attending.breakout_left),
    # connections
    (ANY,                         e.FeedUp,              seeing.feed_up),
    (ANY,                         e.FeedDown,            seeing.feed_down),
    (OPEN,                        e.Slept,               seeing.slept),
    (ANY,                         e.SignedIn,            seeing.signed_in),
    (OPEN,                        e.SignInLost,          seeing.sign_in_lost),
    (OPEN,                        e.AppDeauthorized,     seeing.sign_in_lost),
    (OPEN,                        e.NetworkBack,         seeing.network_back),
)  # fmt: skip

APPLIED_WHILE_REQUESTING: Final = (
    e.Ask,
    e.GiveUp,
    e.Replied,
    e.StreamStarted,
    e.StreamStopped,
    e.StreamInterrupted,
    e.MeetingEnded,
    e.MeetingSeen,
    e.FeedUp,
    e.FeedDown,
    e.Slept,
    e.SignedIn,
    e.SignInLost,
    e.NetworkBack,
    e.Acknowledge,
    e.Tick,
)

_EVIDENCE: Final = (
    e.StreamStarted,
    e.StreamStopped,
    e.StreamInterrupted,
    e.MeetingStarted,
    e.ParticipantJoined,
    e.ParticipantLeft,
    e.RoleChanged,
    e.BreakoutJoined,
    e.BreakoutLeft,
    e.WaitingForHost,
    e.Replied,
    e.Tell,
    e.TellSharing,
    e.Ask,
)


def _lookup() -> dict[tuple[CaptureState, type], Rule]:
    rules: dict[tuple[CaptureState, type], Rule] = {}
    for states, event, rule in sorted(TABLE, key=lambda row: -len(row[0])):
        rules.update({(state, event): rule for state in states})
    return rules


_RULES: Final = _lookup()


def step(session: Session, event: e.Event, now: Millis) -> Step:
    """Apply one event: the new session, and what is to be done. Never raises for any event."""
    if session.state is _S.REQUESTING and not isinstance(event, APPLIED_WHILE_REQUESTING):
        return Step(replace(session, held=(*session.held, event)))
    after = _tick(session, now) if isinstance(event, e.Tick) else _apply(session, event, now)
    finished = _finish(session, after.session, event, now)
    effects = (*after.effects, *heard(session, finished))
    return _release(Step(finished, effects), now)


def _apply(session: Session, event: e.Event, now: Millis) -> Step:
    rule = _RULES.get((session.state, type(event)))
    if rule is None:
        name = type(event).__name__
        return Step(session, (Ignored(name, f"nothing to do in {session.state}"),))
    return rule(session, event, now)


def _tick(session: Session, now: Millis) -> Step:
    effects: list[Effect] = []
    while (timer := seeing.due(session, now)) is not None:
        fired = seeing.fire(session, timer, now)
        session = fired.session
        effects.extend(fired.effects)
    return Step(session, tuple(effects))


def _release(done: Step, now: Millis) -> Step:
    """Apply what was held while the request was on its way."""
    session, effects = done.session, list(done.effects)
    while session.held and session.state is not _S.REQUESTING:
        event, *rest = session.held
        next_ = step(replace(session, held=tuple(rest)), event, now)
        session = next_.session
        effects.extend(next_.effects)
    return Step(session, tuple(effects))


def _finish(before: Session, after: Session, event: e.Event, now: Millis) -> Session:
    if after.state is _S.ENDED:
        return _leaving(before, after, now)
    if after.open and isinstance(event, _EVIDENCE):
        after = replace(after, evidence_at=now)
        after = armed(after, Timer.LOST_SIGHT, now + policy.LOST_SIGHT_AFTER)
    if after.sight.blind:
        after = doubted(after, now)
    if not after.live:
        after = disarmed(after, Timer.BLIND)
    elif after.sight.blind and not before.live:
        after = armed(after, Timer.BLIND, now + policy.BLIND_HEARD_AFTER)
    moved_on = after.state is not before.state
    return painted(after, now, after.since if moved_on else now)


def _leaving(before: Session, after: Session, now: Millis) -> Session:
    if before.state is _S.ENDED:
        return after
    return armed(after, Timer.FORGET, now + policy.ENDED_LISTED_FOR)


def deadline_of(session: Session) -> Millis | None:
    """Name the earliest moment at which time alone changes this session."""
    return min((at for _, at in seeing.active_timers(session)), default=None)
