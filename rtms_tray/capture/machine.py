"""What moves a session: everything that affects its state is in the table below.

Theory of operation. A session is a frozen value. `step` takes one event and the time, finds the one rule
for (state, event), and gives back the new session and what is to be done. A row that names a state beats a
row that names a group. No rule: the event is logged and ignored; nothing is ever raised, and the state stays.

While a request is on its way (`requesting`, or asking again in `waiting_for_meeting`), only replies, RTMS
events, the meeting's end, giving up, and what concerns sight and time are applied; all else is held and
applied in order once the reply is in.

Time is an argument. A session names its deadlines (`Session.timers`); one `Tick` fires all that have passed,
earliest first. Deadlines that mean something only while events can be seen wait for the feed; those that
mean nothing in the state that was reached are dropped.

After the rule, the same finish for every step: a session whose feed is down is unverified; the timeline
follows the state; what the user should hear follows from the difference between before and after.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from rtms_tray.capture import events as e
from rtms_tray.capture import (
    policy,
    rules_people,
    rules_reply,
    rules_request,
    rules_stream,
    rules_visibility,
)
from rtms_tray.capture.alerts import alert_effects, is_new_alert
from rtms_tray.capture.effects import Effect, Ignored, Rejection, Step
from rtms_tray.capture.rules_request import without_wait_for_self
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import (
    LIVE,
    MEANINGFUL_IN,
    NOT_LIVE,
    OPEN,
    UNANSWERED,
    CaptureState,
    Timer,
)
from rtms_tray.capture.updates import armed, disarmed, doubted, painted
from rtms_tray.capture.zoom_codes import settled
from rtms_tray.support.units import Millis

Rule = Callable[[Session, Any, Millis], Step]

_S = CaptureState
ANY: Final = OPEN | {_S.IDLE, _S.ENDED}
_NONE: Final = frozenset({_S.IDLE})
_REQUESTING: Final = frozenset({_S.REQUESTING})

TABLE: Final[tuple[tuple[frozenset[CaptureState], type, Rule], ...]] = (
    # from                        event                  rule
    # the user
    (_NONE | NOT_LIVE - _REQUESTING, e.StartRequested,              rules_request.ask),
    (_REQUESTING,                 e.StartRequested,                 rules_request.ask_while_requesting),
    (LIVE,                        e.StartRequested,                 rules_request.ask_while_live),
    (LIVE,                        e.ActionRequested,                 rules_request.act),
    (NOT_LIVE,                    e.ActionRequested,                 rules_request.act_without_stream),
    (NOT_LIVE,                    e.GivenUp,              rules_request.give_up),
    (LIVE,                        e.GivenUp,              rules_request.give_up_while_live),
    (OPEN,                        e.ReminderRequested,              rules_request.remind),
    (ANY,                         e.Acknowledged,         rules_request.acknowledge),
    (OPEN,                        e.ConditionReported,                rules_people.tell),
    (OPEN,                        e.SharingReported,         rules_people.tell_sharing),
    # replies
    (OPEN,                        e.Replied,             rules_reply.replied),
    (OPEN,                        e.MeetingFetched,         rules_people.meeting_seen),
    # RTMS events
    (ANY,                         e.StreamStarted,       rules_stream.stream_started),
    (LIVE,                        e.StreamInterrupted,   rules_stream.stream_interrupted),
    (OPEN,                        e.StreamStopped,       rules_stream.stream_stopped),
    (UNANSWERED,                  e.ConcurrencyLimited,  rules_stream.concurrency_limited),
    (OPEN,                        e.RequestStatus,       rules_people.request_status),
    # the meeting and its people
    (OPEN,                        e.MeetingStarted,      rules_people.meeting_started),
    (OPEN,                        e.MeetingEnded,        rules_people.meeting_ended),
    (OPEN,                        e.ParticipantJoined,   rules_people.somebody_came),
    (OPEN,                        e.RoleChanged,         rules_people.somebody_came),
    (OPEN,                        e.ParticipantLeft,     rules_people.somebody_left),
    (OPEN,                        e.WaitingForHost,      rules_people.waiting_for_host),
    (OPEN,                        e.BreakoutJoined,      rules_people.breakout_joined),
    (OPEN,                        e.BreakoutLeft,        rules_people.breakout_left),
    # connections
    (ANY,                         e.FeedUp,              rules_visibility.feed_up),
    (ANY,                         e.FeedDown,            rules_visibility.feed_down),
    (OPEN,                        e.Slept,               rules_visibility.slept),
    (ANY,                         e.SignedIn,            rules_visibility.signed_in),
    (OPEN,                        e.SignInLost,          rules_visibility.sign_in_lost),
    (OPEN,                        e.AppDeauthorized,     rules_visibility.sign_in_lost),
    (OPEN,                        e.NetworkBack,         rules_visibility.network_back),
    (OPEN,                        e.KeyringUnlocked,         rules_visibility.keyring_open),
    (OPEN,                        e.OwnerClientChecked,     rules_visibility.client_seen),
)  # fmt: skip

APPLIED_WHILE_REQUESTING: Final = (
    e.StartRequested,
    e.ActionRequested,
    e.GivenUp,
    e.Replied,
    e.StreamStarted,
    e.StreamStopped,
    e.StreamInterrupted,
    e.ConcurrencyLimited,
    e.RequestStatus,
    e.MeetingEnded,
    e.FeedUp,
    e.FeedDown,
    e.Slept,
    e.SignedIn,
    e.SignInLost,
    e.NetworkBack,
    e.KeyringUnlocked,
    e.AppDeauthorized,
    e.OwnerClientChecked,
    e.Acknowledged,
    e.Tick,
)

_EVIDENCE: Final = (e.Replied, e.ConditionReported, e.SharingReported, e.StartRequested)


_RULES: Final = {(state, event): rule for states, event, rule in TABLE for state in states}


def step(session: Session, event: e.Event, now: Millis) -> Step:
    """Apply one event: the new session, and what is to be done. Never raises for any event."""
    if session.awaits_reply and _is_held(event):
        return Step(replace(session, held=(*session.held, event)))
    after = _tick(session, now) if isinstance(event, e.Tick) else _apply(session, event, now)
    finished = _without_older_word(_finish(session, after.session, event, now), event)
    effects = (*after.effects, *alert_effects(session, finished))
    return _release(Step(finished, effects, after.refused), now)


def _is_held(event: e.Event) -> bool:
    """Whether the reply to a start request comes first; that nothing is shared changes nothing then."""
    if isinstance(event, e.SharingReported):
        return event.sharing
    return not isinstance(event, APPLIED_WHILE_REQUESTING)


def _without_older_word(session: Session, event: e.Event) -> Session:
    """What the user saw of Zoom's sign before a stream began or ended says nothing of the time after."""
    if session.awaits_reply or not isinstance(event, e.StreamStarted | e.StreamStopped):
        return session
    held = (one for one in session.held if not isinstance(one, e.SharingReported))
    return replace(session, held=tuple(held))


def _apply(session: Session, event: e.Event, now: Millis) -> Step:
    rule = _RULES.get((session.state, type(event)))
    if rule is None:
        name = type(event).__name__
        because = f"nothing to do in {session.state}"
        return Step(session, (Ignored(name, because),), Rejection.NOT_NOW)
    return rule(session, event, now)


def _tick(session: Session, now: Millis) -> Step:
    effects: tuple[Effect, ...] = ()
    while (timer := rules_visibility.due(session, now)) is not None:
        fired = rules_visibility.fire(session, timer, now)
        session = fired.session
        effects += fired.effects
    return Step(session, effects)


def _release(done: Step, now: Millis) -> Step:
    """Apply what was held while the request was on its way."""
    session, effects = done.session, done.effects
    while session.held and not session.awaits_reply:
        next_ = step(replace(session, held=session.held[1:]), session.held[0], now)
        session = next_.session
        effects += next_.effects
    return Step(session, effects, done.refused)


def _finish(before: Session, after: Session, event: e.Event, now: Millis) -> Session:
    """Hold what is true of every session after every step."""
    after = without_wait_for_self(_only_meaningful(after), now)
    if after.open:
        after = _watched(before, _with_evidence(after, event, now), now)
    elif before.state is not after.state:
        after = armed(after, Timer.FORGET, now + policy.ENDED_LISTED_FOR)
    return replace(after, acknowledged=after.acknowledged and not is_new_alert(before, after))


def _only_meaningful(session: Session) -> Session:
    """Drop the deadlines that mean nothing in this state, and the tries that go with them."""
    idle = [name for name in session.timers if session.state not in MEANINGFUL_IN[name]]
    if Timer.RETRY in idle:
        session = replace(session, request=settled(session.request))
    if Timer.RETRY_ACTION in idle:
        session = replace(session, act=settled(session.act))
    if session.state is not _S.PENDING_APPROVAL:
        session = replace(session, quiet_left=None)
    return disarmed(session, *idle)


def _with_evidence(session: Session, event: e.Event, now: Millis) -> Session:
    """Remember when the meeting was last known to be on."""
    if isinstance(event, e.SingleMeetingEvent):
        at = session.local(event.at, now)
    elif isinstance(event, _EVIDENCE) or _was_seen_running(event):
        at = now
    else:
        return session
    at = max(at, session.evidence_at)
    return armed(replace(session, evidence_at=at), Timer.LOST_SIGHT, at + policy.LOST_SIGHT_AFTER)


def _was_seen_running(event: e.Event) -> bool:
    return isinstance(event, e.MeetingFetched) and event.status is e.MeetingStatus.STARTED


def _watched(before: Session, after: Session, now: Millis) -> Session:
    """Without sight nothing vouches for the session; the timeline follows the state."""
    if after.sight.blind:
        after = doubted(after, now)
        if after.live and not before.live:
            after = armed(after, Timer.FEED_DOWN_ALERT, now + policy.FEED_DOWN_ALERT_AFTER)
    return painted(after, after.since if after.state is not before.state else now)


def deadline_of(session: Session) -> Millis | None:
    """Name the earliest moment at which time alone changes this session."""
    return min((at for _, at in rules_visibility.active_timers(session)), default=None)
