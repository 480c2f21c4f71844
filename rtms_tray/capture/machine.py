"""The state machine of a session.

Theory of operation. A session is a frozen value. `step` takes a session, one event, and what all sessions share
(`Context`). It finds the one rule for the state and the event in `transitions`, and returns the new session and the
effects to carry out. Without a rule, the event is logged and ignored. A step never raises.

While a start request is on its way, events that may mean something else afterwards are queued, and applied in order
once the reply is in (`QUEUED_WHILE_REQUESTING`).

Time is an argument. A session has deadlines (`Session.timers`), and a `Tick` fires those that have passed, earliest
first. Each deadline means something only in some states, and is dropped in others. Some mean something only while
events can come, and wait for the feed.

Every step ends alike, whatever the rule: the timeline follows the state, alerts follow from the difference between
before and after.
"""

from typing import Final, TypeGuard

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.alerts import alert_effects, is_new_alert
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import Effect, Ignored, Rejection, Step
from rtms_tray.capture.instances import InstanceEvent
from rtms_tray.capture.last_sight import with_evidence_at, with_other_wait
from rtms_tray.capture.merging import Merged
from rtms_tray.capture.session import Session
from rtms_tray.capture.state_facts import facts_of_rooms
from rtms_tray.capture.states import NEEDS_SIGHT, SENDING, CaptureState, Timer
from rtms_tray.capture.transitions import TABLE, TIMERS
from rtms_tray.capture.updates import armed, disarmed, with_facts, with_timeline
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import Millis

AnyEvent = e.Event | InstanceEvent | Merged
_S = CaptureState

QUEUED_WHILE_REQUESTING: Final = (
    e.ReminderRequested,
    e.ConditionReported,
    e.SharingReported,
    e.PauseReported,
    e.MeetingFetched,
    e.MeetingStarted,
    e.ParticipantJoined,
    e.ParticipantLeft,
    e.RoleChanged,
    e.BreakoutJoined,
    e.BreakoutLeft,
    e.WaitingForHost,
)
"""These may mean something else once the request is answered."""

_RETURN: Final = frozenset({_S.INTERRUPTED, _S.PAUSED_BREAKOUT, _S.DENIED, _S.REQUESTING})
"""States that may end in a return to the one before."""

_EVIDENCE: Final = (
    e.Replied,
    e.ReceiverReported,
    e.ConditionReported,
    e.SharingReported,
    e.PauseReported,
    e.StartRequested,
)

_ROWS: Final = {(state, row.event): row for row in TABLE for state in row.states}
_TIMER_ROWS: Final = {(state, row.timer): row for row in TIMERS for state in row.states}


def step(session: Session, event: AnyEvent, context: Context) -> Step:
    """Apply one event; returns the new session and the effects to carry out. Never raises."""
    if session.awaits_reply and _is_queued(event):
        return Step(replace(session, queued_events=(*session.queued_events, event)))
    ruled = _tick(session, context) if isinstance(event, e.Tick) else _rule(session, event, context)
    after = _without_older_report(_finish(session, ruled.session, event, context), event)
    effects = (*ruled.effects, *alert_effects(session, after, event))
    return _with_queued_applied(Step(after, effects, ruled.refused), context)


def _is_queued(event: AnyEvent) -> TypeGuard[e.Event]:
    """Whether the reply to a start request comes first; that nothing is shared changes nothing then."""
    if isinstance(event, e.SharingReported):
        return event.sharing
    return isinstance(event, QUEUED_WHILE_REQUESTING)


def _rule(session: Session, event: AnyEvent, context: Context) -> Step:
    row = _ROWS.get((session.state, type(event)))
    if row is None:
        name, because = type(event).__name__, f"nothing to do in {session.state}"
        return Step(session, (Ignored(name, because),), Rejection.NOT_NOW)
    return row.rule(session, event, context)


def _without_older_report(session: Session, event: AnyEvent) -> Session:
    """What the user saw of Zoom's sign before a stream began or ended says nothing of the time after."""
    if session.awaits_reply or not isinstance(event, e.StreamStarted | e.StreamStopped):
        return session
    queued = (one for one in session.queued_events if not isinstance(one, e.SharingReported))
    return replace(session, queued_events=tuple(queued))


def _with_queued_applied(done: Step, context: Context) -> Step:
    """Apply what was queued while the request was on its way."""
    session, effects = done.session, done.effects
    while session.queued_events and not session.awaits_reply:
        first, *others = session.queued_events
        applied = step(replace(session, queued_events=tuple(others)), first, context)
        session = applied.session
        effects += applied.effects
    return Step(session, effects, done.refused)


# --- what every step ends with ------------------------------------------------------------------


def _finish(before: Session, after: Session, event: AnyEvent, context: Context) -> Session:
    """Hold what is true of every session after every step."""
    after = _without_idle_timers(after)
    if after.open:
        after = with_other_wait(before, _with_evidence(after, event, context), context)
        after = _followed(before, after, context)
    elif before.state is not after.state:
        after = armed(after, Timer.FORGET, context.now + timings.ENDED_LISTED_FOR)
    earlier = (before, event.other) if isinstance(event, Merged) else (before,)
    after = with_facts(after, *facts_of_rooms(before, after, context))
    attention = after.attention
    if attention.acknowledged and all(is_new_alert(session, after) for session in earlier):
        return replace(after, attention=replace(attention, acknowledged=False))
    return after


def _without_idle_timers(session: Session) -> Session:
    """Drop what means nothing in this state: deadlines, the tries that go with them, where to return to."""
    idle = [name for name in session.timers if _is_idle(session, name)]
    if Timer.RETRY in idle:
        session = replace(session, requests=session.requests.closed())
    if Timer.RETRY_ACTION in idle:
        session = replace(session, streams=session.streams.action_closed())
    if session.state not in _RETURN and session.resume_point is not None:
        session = replace(session, resume_point=None)
    if (
        session.state is not _S.PENDING_APPROVAL
        and session.requests.answer_timeout_left is not None
    ):
        session = replace(session, requests=replace(session.requests, answer_timeout_left=None))
    return _without_idle_alerts(disarmed(session, *idle))


def _without_idle_alerts(session: Session) -> Session:
    attention = session.attention
    feed_down = attention.feed_down and session.live
    long_gap = attention.long_gap and session.live and not session.verified
    if (feed_down, long_gap) == (attention.feed_down, attention.long_gap):
        return session
    return replace(session, attention=replace(attention, feed_down=feed_down, long_gap=long_gap))


def _is_idle(session: Session, timer: Timer) -> bool:
    """Whether a deadline means nothing here; where no stream is known, only doubt makes an action worth a try."""
    needless = timer is Timer.RETRY_ACTION and not session.live and session.verified
    return needless or (session.state, timer) not in _TIMER_ROWS


def _with_evidence(session: Session, event: AnyEvent, context: Context) -> Session:
    """Remember when the meeting was last known to be on."""
    if isinstance(event, e.SingleMeetingEvent):
        at = context.local(event.at)
    elif isinstance(event, _EVIDENCE) or _tells_that_it_runs(event):
        at = context.now
    else:
        return session
    return with_evidence_at(session, max(at, session.doubt.evidence_at))


def _tells_that_it_runs(event: AnyEvent) -> bool:
    return isinstance(event, e.MeetingFetched) and event.status is e.MeetingStatus.STARTED


def _followed(before: Session, after: Session, context: Context) -> Session:
    """While the feed is down, the user hears of it; so they do of a room without news; the timeline follows."""
    in_room = after.state is _S.PAUSED_BREAKOUT
    if in_room and before.state is not after.state:
        after = armed(after, Timer.ROOM_NEWS, context.now + timings.ROOM_NEWS)
    if context.sight.blind and after.live and not before.live:
        at = context.now + timings.FEED_DOWN_ALERT_AFTER
        after = armed(after, Timer.FEED_DOWN_ALERT, at)
    at = after.since if after.state is not before.state else context.now
    return with_timeline(after, at, blind=context.sight.blind)


# --- time ---------------------------------------------------------------------------------------


def _tick(session: Session, context: Context) -> Step:
    """Let every deadline that has passed do its work, earliest first."""
    effects: tuple[Effect, ...] = ()
    while (timer := _due(session, context)) is not None:
        row = _TIMER_ROWS[session.state, timer]
        fired = row.rule(disarmed(session, timer), context)
        session = fired.session
        effects += fired.effects
    return Step(session, effects)


def _due(session: Session, context: Context) -> Timer | None:
    passed = [(at, name) for name, at in _active_timers(session, context) if at <= context.now]
    return min(passed)[1] if passed else None


def _active_timers(session: Session, context: Context) -> list[tuple[Timer, Millis]]:
    """List the deadlines that can fire as things are: those that need sight wait for the feed."""
    return [
        (name, at)
        for name, at in session.timers.items()
        if (session.state, name) in _TIMER_ROWS
        and not (context.sight.blind and name in NEEDS_SIGHT)
        and not (context.replaying and name in SENDING)
    ]


def deadline_of(session: Session, context: Context) -> Millis | None:
    """Name the earliest moment at which time alone changes this session."""
    return min((at for _, at in _active_timers(session, context)), default=None)
