"""Rules for who is there: the host, the app owner, breakout rooms, the meeting itself."""

from dataclasses import replace

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.asking import host_came, host_known_absent, send_start, tell
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.people import is_host, is_owner, observe
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import (
    Session,
    Timer,
    armed,
    disarmed,
    ended,
    learned,
    moved,
    verified,
)
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.step import Step
from rtms_tray.capture.stops import FINAL_IN_BREAKOUT, MAYBE_HAND_OFF, USER_LEFT
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.units import Millis


def meeting_started(session: Session, event: e.MeetingStarted, now: Millis) -> Step:
    """Waiting for the meeting | E `meeting.started` → asked again at once."""
    session = _seen(session, event)
    started = session.local(event.at, now)
    if session.asked_at is not None and event.at < session.asked_at:
        timeline = session.timeline.begin_earlier(started, SpanKind.LOST, Code.ASKED)
        session = replace(session, timeline=timeline)
    if session.state is not CaptureState.WAITING_FOR_MEETING:
        return Step(session)
    if session.policy.auto_resend is policy.AutoResend.OFF:
        return Step(session)
    return send_start(replace(session, asked_again=0, asking_since=now), now, automatic=True)


def meeting_ended(session: Session, event: e.MeetingEnded, now: Millis) -> Step:
    """OPEN | E `meeting.ended` of its UUID → ended."""
    return Step(ended(session, now, None, session.local(event.at, now)))


def somebody_came(
    session: Session, event: e.ParticipantJoined | e.RoleChanged, now: Millis
) -> Step:
    """UNANSWERED | E host joins with `event_ts` after *asked at* + 1 s → resend needed."""
    before = session.people
    session = _seen(session, event)
    session = _maybe_handed_off(session, event, now)
    if not _is_new_host(session, event, was_there=before.host):
        return Step(session)
    late = session.asked_at is not None and event.at > session.asked_at + policy.JOIN_MARGIN
    return host_came(session, now, event.at) if late else Step(session)


def _is_new_host(
    session: Session,
    event: e.ParticipantJoined | e.RoleChanged,
    was_there: e.Person | None,
) -> bool:
    person = event.person
    if is_owner(session.people, person, session.me):
        return False
    hosts = is_host(session.people, person, session.meeting.host_id)
    return hosts and not (was_there is not None and was_there.is_same(person))


def _maybe_handed_off(session: Session, event: e.ZoomEvent, now: Millis) -> Session:
    """Stopped by 1, 5, 9, 23 up to 15 s before a host change: the new host's organization."""
    stopped = session.stopped_at
    if (
        not isinstance(event, e.RoleChanged)
        or session.people.host_changed_at != event.at
        or stopped is None
        or session.stop_reason not in MAYBE_HAND_OFF
        or session.state not in {CaptureState.STOPPED, CaptureState.STOPPED_PERMANENTLY}
        or not 0 <= event.at - stopped <= policy.HAND_OFF_AFTER
    ):
        return session
    return moved(session, session.state, now, Why(Code.HAND_OFF, session.stop_reason))


def somebody_left(session: Session, event: e.ParticipantLeft, now: Millis) -> Step:
    """E host left → maybe waiting for the host; in a breakout room, E I left → stopped."""
    owner_left = is_owner(session.people, event.person, session.me)
    session = _seen(session, event)
    if owner_left and session.state is CaptureState.PAUSED_BREAKOUT:
        session = disarmed(replace(session, before=None), Timer.BREAKOUT_RETURN)
        why = Why(Code.STOP_YOU_LEFT, USER_LEFT)
        return Step(moved(session, CaptureState.STOPPED, now, why))
    if session.host_present is Value.NO:
        return host_known_absent(session, now)
    return Step(session)


def waiting_for_host(session: Session, event: e.WaitingForHost, now: Millis) -> Step:
    """E somebody waits for the host → the host is known to be absent (S1)."""
    session = _seen(session, event)
    return host_known_absent(session, now) if session.host_present is Value.NO else Step(session)


def breakout_joined(session: Session, event: e.BreakoutJoined, now: Millis) -> Step:
    """LIVE, or stopped for ≤ 30 s | E my own breakout join → paused in a breakout room (D2)."""
    mine = is_owner(session.people, event.person, session.me)
    session = _seen(session, event)
    if not mine:
        return Step(session)
    if session.state in {CaptureState.SHARING, CaptureState.PAUSED}:
        session = replace(session, before=session.state, before_why=session.why)
    elif session.state is not CaptureState.INTERRUPTED and not _explains_stop(session, event):
        return Step(session)
    return Step(_into_breakout(session, now))


def _explains_stop(session: Session, event: e.BreakoutJoined) -> bool:
    stopped = session.stopped_at
    return (
        session.state is CaptureState.STOPPED
        and stopped is not None
        and session.stop_reason not in FINAL_IN_BREAKOUT
        and abs(event.at - stopped) <= policy.BREAKOUT_EXPLAINS_STOP
    )


def _into_breakout(session: Session, now: Millis) -> Session:
    session = disarmed(session, Timer.INTERRUPTION_HEARD, Timer.INTERRUPTION_OVER)
    return moved(session, CaptureState.PAUSED_BREAKOUT, now, Why(Code.IN_BREAKOUT_ROOM))


def breakout_left(session: Session, event: e.BreakoutLeft, now: Millis) -> Step:
    """Paused in a breakout room | E I left the room → before, unverified; or wait for a stream."""
    mine = is_owner(session.people, event.person, session.me)
    session = _seen(session, event)
    return _back_in_main_room(session, now) if mine else Step(session)


def _back_in_main_room(session: Session, now: Millis) -> Step:
    if session.state is not CaptureState.PAUSED_BREAKOUT:
        return Step(session)
    if session.stream is not None and not session.stream.stopped:
        state = session.before or CaptureState.SHARING
        session = replace(session, before=None, unverified_since=now)
        return Step(moved(session, state, now, session.before_why or Why(Code.RECEIVER_MAYBE_BACK)))
    return Step(armed(session, Timer.BREAKOUT_RETURN, now + policy.BREAKOUT_RETURN))


def breakout_return_over(session: Session, now: Millis) -> Step:
    """Back in the main room, and no stream within 10 s → stopped, send it again."""
    if session.state is not CaptureState.PAUSED_BREAKOUT:
        return Step(session)
    why = Why(Code.BACK_FROM_BREAKOUT)
    return Step(moved(replace(session, before=None), CaptureState.STOPPED, now, why))


def told(session: Session, event: e.Tell, now: Millis) -> Step:
    """Any | U tells a condition; breakout rooms are moved by the user's word as by an event."""
    step = tell(session, event, now)
    session = step.session
    if event.condition is not Condition.IN_BREAKOUT_ROOM:
        return step
    if event.value is Value.NO:
        return _back_in_main_room(session, now)
    left = session.stop_reason == USER_LEFT
    if event.value is Value.YES and session.state is CaptureState.STOPPED and left:
        return Step(_into_breakout(session, now))
    return step


def meeting_seen(session: Session, event: e.MeetingSeen, now: Millis) -> Step:
    """Back after a gap | a look at the meeting → ended (inferred), or nothing learnt."""
    readable = session.readable
    if event.status in {e.MeetingStatus.WAITING, e.MeetingStatus.STARTED}:
        session = replace(session, readable=True)
    gone = event.status is e.MeetingStatus.WAITING or (
        event.status is e.MeetingStatus.NOT_FOUND and readable
    )
    in_doubt = session.unverified_since is not None
    if gone and in_doubt and session.state is not CaptureState.WAITING_FOR_MEETING:
        return Step(ended(session, now, Why(Code.INFERRED), session.evidence_at))
    return Step(session)


def _seen(session: Session, event: e.MeetingEvent) -> Session:
    """Take in an event about this meeting: it verifies the session, and tells who is there."""
    people = observe(session.people, event, session.me, session.meeting.host_id)
    session = verified(replace(session, people=people, signals=True))
    return with_evidence(session, event.at)


def with_evidence(session: Session, at: Millis) -> Session:
    """Turn what was seen of the people into evidence (`at` on Zoom's clock)."""
    people = session.people
    owner, host = people.owner_present, people.host_present
    if session.own:
        host = owner
    for condition, seen, seen_at in (
        (Condition.HOST_PRESENT, host, people.host_seen_at),
        (Condition.OWNER_PRESENT, owner, people.owner_seen_at),
        (Condition.IN_BREAKOUT_ROOM, people.in_breakout, people.breakout_seen_at),
    ):
        if seen is not None:
            value = Value.YES if seen else Value.NO
            if condition is Condition.OWNER_PRESENT and not seen:
                value = Value.LEFT
            session = learned(session, condition, value, Source.EVENT, seen_at or at)
    return session
