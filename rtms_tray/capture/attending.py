"""Rules for the meeting itself, and for who comes and goes: the host, the app owner."""

from dataclasses import replace

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.asking import send_start
from rtms_tray.capture.breakout import left_from_breakout
from rtms_tray.capture.changes import ended, moved
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.evidence import of_look, seen
from rtms_tray.capture.hosting import host_came, host_known_absent
from rtms_tray.capture.people import is_owner, is_somebody_new
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.session import Session
from rtms_tray.capture.silence import asked_why, pending
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.step import Step
from rtms_tray.capture.stops import MAYBE_HAND_OFF
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.units import Millis

_HANDED_OFF_FROM = {CaptureState.STOPPED, CaptureState.STOPPED_PERMANENTLY}


def meeting_started(session: Session, event: e.MeetingStarted, now: Millis) -> Step:
    """Waiting for the meeting | E `meeting.started` → asked again at once."""
    session = seen(session, event)
    started = session.local(event.at, now)
    timeline = session.timeline.begin_earlier(started, SpanKind.LOST, Code.ASKED)
    session = replace(session, timeline=timeline)
    if session.state is not CaptureState.WAITING_FOR_MEETING:
        return host_may_be_absent(session, now)
    if session.policy.auto_resend is policy.AutoResend.OFF:
        return Step(session)
    return send_start(replace(session, asked_again=0, asking_since=now), now)


def meeting_ended(session: Session, event: e.MeetingEnded, now: Millis) -> Step:
    """OPEN | E `meeting.ended` of its UUID → ended."""
    return Step(ended(session, now, None, session.local(event.at, now)))


def somebody_came(
    session: Session, event: e.ParticipantJoined | e.RoleChanged, now: Millis
) -> Step:
    """UNANSWERED | E host joins with `event_ts` after *asked at* + 1 s → resend needed."""
    before = session.people
    session = _maybe_handed_off(seen(session, event), event, now)
    host = session.people.host
    came = host is not None and host.is_same(event.person)
    if is_owner(session.people, event.person, session.me):
        return _i_came(session, now)
    if _waits_for_me(session) or not came or not is_somebody_new(before, event.person):
        return Step(session)
    late = session.asked_at is not None and event.at > session.asked_at + policy.JOIN_MARGIN
    return host_came(session, now, event.at) if late else _host_was_there(session, now)


def _i_came(session: Session, now: Millis) -> Step:
    """Waiting, refused before I had joined (2308) | E I join → asked again at once."""
    may = session.policy.auto_resend is not policy.AutoResend.OFF
    if not (may and session.people.owner_present and _waits_for_me(session)):
        return Step(session)
    return send_start(session, now)


def _waits_for_me(session: Session) -> bool:
    why = session.why if session.state is CaptureState.WAITING_FOR_MEETING else None
    return why is not None and why.code is Code.NOT_ENTITLED_TO_START


def _host_was_there(session: Session, now: Millis) -> Step:
    """Waiting for the host | a late word that the host was there when asked → waiting for Zoom."""
    if session.state is CaptureState.WAITING_FOR_HOST:
        return Step(pending(session, now, asked_why(session)))
    return Step(session)


def _maybe_handed_off(
    session: Session, event: e.ParticipantJoined | e.RoleChanged, now: Millis
) -> Session:
    """Stopped by 1, 5, 9, 23 up to 15 s before a host change: the new host's organization."""
    stopped = session.stopped_at
    if (
        session.people.host_changed_at != event.at
        or stopped is None
        or session.stop_reason not in MAYBE_HAND_OFF
        or session.state not in _HANDED_OFF_FROM
        or not 0 <= event.at - stopped <= policy.HAND_OFF_AFTER
    ):
        return session
    return moved(session, session.state, now, Why(Code.HAND_OFF, session.stop_reason))


def somebody_left(session: Session, event: e.ParticipantLeft, now: Millis) -> Step:
    """E host left → maybe waiting for the host; in a breakout room, E I left → stopped."""
    owner_left = is_owner(session.people, event.person, session.me)
    newest = max(session.people.owner_seen_at, session.people.breakout_seen_at)
    session = seen(session, event)
    if owner_left and event.at > newest and session.state is CaptureState.PAUSED_BREAKOUT:
        return left_from_breakout(session, now)
    return host_may_be_absent(session, now)


def host_may_be_absent(session: Session, now: Millis) -> Step:
    """Pending after grace, no answer, resend needed | host known absent → waiting for the host."""
    if session.host_present is Value.NO:
        return host_known_absent(session, now)
    return Step(session)


def waiting_for_host(session: Session, event: e.WaitingForHost, now: Millis) -> Step:
    """E somebody waits for the host → the host is known to be absent (S1)."""
    return host_may_be_absent(seen(session, event), now)


def meeting_seen(session: Session, event: e.MeetingSeen, now: Millis) -> Step:
    """Back after a gap | a look at the meeting → ended (inferred), or nothing learnt."""
    session = of_look(session, event, now)
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
