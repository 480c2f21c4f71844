"""Rules for the meeting itself, and for who comes and goes: the host, the app owner."""

from dataclasses import replace

from rtms_tray.capture import events as e
from rtms_tray.capture import policy
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.effects import Rejection, Step, ignored
from rtms_tray.capture.evidence import learn_from_meeting, learn_from_room_entry, seen
from rtms_tray.capture.presence import is_owner, is_somebody_new
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rules_request import host_came, host_known_absent, send_start
from rtms_tray.capture.session import Session
from rtms_tray.capture.silence import approval_learned, asked_why, pending, presence_forgotten
from rtms_tray.capture.states import UNANSWERED, CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.updates import (
    armed,
    disarmed,
    ended,
    learned,
    moved,
    return_to_previous,
    seen_to_run,
    verified,
)
from rtms_tray.capture.zoom_codes import FINAL_IN_BREAKOUT, MAYBE_HAND_OFF, USER_LEFT
from rtms_tray.support.units import Millis

# --- Rules for breakout rooms, which are not captured (D2). ---

_S = CaptureState


def breakout_joined(session: Session, event: e.BreakoutJoined, now: Millis) -> Step:
    """LIVE, or stopped for ≤ 30 s | E my own breakout join → paused in a breakout room (D2)."""
    mine = _is_news_of_me(session, event)
    session = seen(session, event)
    if mine and session.state is _S.PAUSED_BREAKOUT:
        return Step(disarmed(session, Timer.BREAKOUT_RETURN))
    if mine and (session.live or _explains_stop(session, event)):
        return Step(enter_breakout(session, now))
    return Step(session)


def breakout_left(session: Session, event: e.BreakoutLeft, now: Millis) -> Step:
    """Paused in a breakout room | E I left the room → before, unverified; or wait for a stream."""
    mine = _is_news_of_me(session, event)
    session = seen(session, event)
    return back_in_main_room(session, now) if mine else Step(session)


def _is_news_of_me(session: Session, event: e.BreakoutJoined | e.BreakoutLeft) -> bool:
    people = session.people
    known = event.at == people.breakout_seen_at
    known = known and people.in_breakout is isinstance(event, e.BreakoutJoined)
    older = known or event.at < people.breakout_seen_at
    return not older and is_owner(people, event.person, session.me)


def _explains_stop(session: Session, event: e.BreakoutJoined) -> bool:
    stopped = session.stopped_at
    return (
        session.state is _S.STOPPED
        and stopped is not None
        and session.stop_reason not in FINAL_IN_BREAKOUT
        and abs(event.at - stopped) <= policy.BREAKOUT_EXPLAINS_STOP
    )


def enter_breakout(session: Session, now: Millis) -> Session:
    """Pause, and keep what to come back to; an interruption keeps what was before it."""
    if session.live and session.state is not _S.INTERRUPTED:
        session = replace(session, before=session.state, before_why=session.why)
    return moved(session, _S.PAUSED_BREAKOUT, now, Why(Code.IN_BREAKOUT_ROOM))


def back_in_main_room(session: Session, now: Millis) -> Step:
    """Paused in a breakout room | I left it → before, unverified, if the stream never stopped."""
    if session.state is not _S.PAUSED_BREAKOUT:
        return Step(session)
    stopped = session.stream is not None and session.stream.stopped
    if session.before is not None and not stopped:
        return Step(return_to_previous(session, now))
    return Step(armed(session, Timer.BREAKOUT_RETURN, now + policy.BREAKOUT_RETURN))


def breakout_return_over(session: Session, now: Millis) -> Step:
    """Back in the main room, and no stream within 10 s → stopped, send it again."""
    why = Why(Code.BACK_FROM_BREAKOUT)
    return Step(moved(replace(session, before=None), _S.STOPPED, now, why))


def left_from_breakout(session: Session, now: Millis) -> Step:
    """Paused in a breakout room | E I left the meeting → stopped, you left."""
    why = Why(Code.STOP_YOU_LEFT, USER_LEFT)
    return Step(moved(replace(session, before=None), _S.STOPPED, now, why))


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


def meeting_seen(session: Session, event: e.MeetingFetched, now: Millis) -> Step:
    """Back after a gap | a look at the meeting → ended (inferred), or nothing learnt."""
    session = learn_from_meeting(session, event, now)
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


# --- Rules for a host who says no, by an event or in the user's words (D5, S6). ---


def denied(session: Session, now: Millis, code: Code) -> Step:
    """UNANSWERED | the host said no → denied."""
    session = replace(session, before=session.state, before_why=session.why)
    return Step(moved(session, CaptureState.DENIED, now, Why(code)))


def request_status(session: Session, event: e.RequestStatus, now: Millis) -> Step:
    """UNANSWERED | E a recognised `rtms.request_status` → denied; an approval is evidence only."""
    if event.answer is Value.UNKNOWN:
        return ignored(session, event, "its meaning is not known")
    session = learned(
        seen_to_run(session), Condition.HOST_APPROVES, event.answer, Source.EVENT, event.at
    )
    if event.answer is Value.NO and session.state in UNANSWERED:
        return denied(session, now, Code.DENIED)
    return Step(session)


def approval_told(session: Session, value: Value, now: Millis) -> Step:
    """UNANSWERED | U tells host_approves no → denied; told otherwise again → the state before."""
    if value is Value.NO and session.state in UNANSWERED:
        return denied(session, now, Code.DENIED_TOLD)
    by_word = session.why is not None and session.why.code is Code.DENIED_TOLD
    if by_word and value is not Value.NO:
        return Step(_before_denial(session, now))
    return Step(session)


def _before_denial(session: Session, now: Millis) -> Session:
    """Go back to waiting, with the waits that belong to it begun anew."""
    state, why = session.before, session.before_why
    session = replace(session, before=None, before_why=None)
    if state is None or state is CaptureState.PENDING_APPROVAL:
        return pending(session, now, why or asked_why(session))
    session = moved(session, state, now, why)
    asks_again = session.policy.auto_resend is not policy.AutoResend.OFF
    if state is CaptureState.WAITING_FOR_MEETING and asks_again:
        session = armed(session, Timer.NEXT_REQUEST, now + policy.REPEAT_DELAYS[0])
    return session


# --- Rules for what the user tells: a condition, or that Zoom shows "Sharing". ---


def tell(session: Session, event: e.ConditionReported, now: Millis) -> Step:
    """OPEN | U tells a condition → evidence, and what the table says of it."""
    before = session.host_present
    session = learned(session, event.condition, event.value, Source.USER, session.zoom_now(now))
    match event.condition:
        case Condition.HOST_PRESENT if before is not event.value:
            return _presence_told(session, event.value, now)
        case Condition.HOST_APPROVES:
            return approval_told(session, event.value, now)
        case Condition.HOST_APPROVAL_REQUIRED:
            return Step(approval_learned(session, now))
        case Condition.IN_BREAKOUT_ROOM:
            return _room_told(session, event.value, now)
        case _:
            return Step(session)


def _presence_told(session: Session, value: Value, now: Millis) -> Step:
    if value is Value.YES:
        return host_came(session, now, session.zoom_now(now))
    if value is Value.NO:
        return host_known_absent(session, now)
    return presence_forgotten(session, now)


def _room_told(session: Session, value: Value, now: Millis) -> Step:
    """Breakout rooms: the user's word moves as an event does."""
    if value is Value.NO:
        return back_in_main_room(session, now)
    if value is not Value.YES:
        return Step(session)
    left = session.state is CaptureState.STOPPED and session.stop_reason == USER_LEFT
    if left:
        return Step(enter_breakout(learn_from_room_entry(session, now), now))
    return Step(disarmed(session, Timer.BREAKOUT_RETURN))


def tell_sharing(session: Session, event: e.SharingReported, now: Millis) -> Step:
    """OPEN | U tells sharing yes → sharing, verified; LIVE | no → stopped."""
    if event.sharing:
        session = moved(session, CaptureState.SHARING, now, Why(Code.SEEN_BY_USER))
        return Step(replace(verified(session), before=None))
    if not session.live:
        return ignored(session, event, "nothing is live", Rejection.NOTHING_CAPTURED)
    session = moved(session, CaptureState.STOPPED, now, Why(Code.TOLD_STOPPED))
    return Step(replace(verified(session), before=None, stopped_at=None, stop_reason=None))
