"""Rules for Zoom's events about the meeting and its people: they join, leave, and go to breakout rooms (D2)."""

from dataclasses import replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.context import Context
from rtms_tray.capture.doubt import began_unseen
from rtms_tray.capture.effects import Step, ignored
from rtms_tray.capture.evidence import learn_from_event, learn_from_meeting
from rtms_tray.capture.facts import Fact, What
from rtms_tray.capture.presence import is_owner, is_somebody_new
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rules_request import resends, send_start
from rtms_tray.capture.rules_waiting import host_joined, host_maybe_absent, pending
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.updates import (
    armed,
    disarmed,
    ended,
    ended_unseen,
    moved,
    returned_to_resume_point,
    with_beginning,
    with_facts,
    with_resume_point,
)
from rtms_tray.capture.zoom_codes import FINAL_IN_BREAKOUT, MAYBE_HAND_OFF, USER_LEFT

_S = CaptureState
_HANDED_OFF_FROM: Final = frozenset({_S.STOPPED, _S.STOPPED_PERMANENTLY})


def meeting_started(session: Session, event: e.MeetingStarted, context: Context) -> Step:
    """The meeting starts: a request that waited for it is sent at once."""
    session = learn_from_event(session, event, context)
    began_at = context.local(event.at)
    session = with_beginning(session, began_at, context.sight.up_since)
    if not (context.sees_since(began_at) or context.sees_since(session.doubt.proved_at)):
        session = began_unseen(session, began_at)
    if session.state is not _S.WAITING_FOR_MEETING:
        return host_maybe_absent(session, context)
    if not resends(context):
        return Step(session)
    requests = replace(session.requests, repeats=0, repeating_since=context.now)
    return send_start(replace(session, requests=requests), context)


def meeting_ended(session: Session, event: e.MeetingEnded, context: Context) -> Step:
    """The meeting ends, and the session with it."""
    return Step(ended(session, context.now, None, context.local(event.at)))


def meeting_ended_as_thought(session: Session, event: e.MeetingEnded, context: Context) -> Step:
    """The end of a meeting that has ended as far as rtms-tray knew: only when is news."""
    if session.given_up:
        return ignored(session, event, "given up")
    return Step(with_facts(session, Fact(context.local(event.at), What.ENDED)))


def meeting_fetched(session: Session, event: e.MeetingFetched, context: Context) -> Step:
    """Zoom says how the meeting stands: after a gap, that may show that it has ended."""
    session = learn_from_meeting(session, event, context)
    status, readable = event.status, session.meeting_readable
    if status in {e.MeetingStatus.WAITING, e.MeetingStatus.STARTED}:
        session = replace(session, meeting_readable=True)
    gone = status is e.MeetingStatus.WAITING or (status is e.MeetingStatus.NOT_FOUND and readable)
    if gone and session.unseen and session.state is not _S.WAITING_FOR_MEETING:
        why = Why(Code.INFERRED)
        return Step(ended_unseen(session, context.now, why, session.doubt.evidence_at))
    return Step(session)


def participant_joined(
    session: Session, event: e.ParticipantJoined | e.RoleChanged, context: Context
) -> Step:
    """Somebody joins, or gets another role: a host who joins after the request was sent has not received it."""
    before = session.people
    session = learn_from_event(session, event, context)
    session = _maybe_handed_off(session, event, context)
    host = session.people.host
    hosts = host is not None and host.is_same(event.person)
    if is_owner(session.people, event.person, context.me):
        return _owner_joined(session, context)
    if _waits_for_owner(session) or not hosts or not is_somebody_new(before, event.person):
        return Step(session)
    asked_at = session.requests.asked_at
    late = asked_at is not None and event.at > asked_at + timings.JOIN_MARGIN
    return host_joined(session, context, event.at) if late else _host_was_there(session, context)


def _owner_joined(session: Session, context: Context) -> Step:
    """The app owner joins: a request that was refused because they had not (2308) is sent at once."""
    present = session.people.owner_present
    if not (present and _waits_for_owner(session) and resends(context)):
        return Step(session)
    return send_start(session, context)


def _waits_for_owner(session: Session) -> bool:
    waiting = session.state is _S.WAITING_FOR_MEETING
    return waiting and session.code is Code.NOT_ENTITLED_TO_START


def _host_was_there(session: Session, context: Context) -> Step:
    """A late event shows that the host was there when the request was sent: they can still answer it."""
    if session.state is _S.WAITING_FOR_HOST:
        return Step(pending(session, context))
    return Step(session)


def _maybe_handed_off(
    session: Session, event: e.ParticipantJoined | e.RoleChanged, context: Context
) -> Session:
    """A host change up to 15 s after a stop by 1, 5, 9 or 23 explains it: the new host's organization."""
    stopped_at, reason = session.streams.stopped_at, session.streams.stop_reason
    if (
        session.people.host_changed_at != event.at
        or stopped_at is None
        or reason not in MAYBE_HAND_OFF
        or session.state not in _HANDED_OFF_FROM
        or not 0 <= event.at - stopped_at <= timings.HAND_OFF_AFTER
    ):
        return session
    return moved(session, session.state, context.now, Why(Code.HAND_OFF, reason))


def participant_left(session: Session, event: e.ParticipantLeft, context: Context) -> Step:
    """Somebody leaves: the host, who then cannot approve, or the app owner, from a breakout room."""
    people = session.people
    newest = max(people.owner_known_at, people.breakout_known_at)
    owner_left = is_owner(people, event.person, context.me) and event.at > newest
    session = learn_from_event(session, event, context)
    if owner_left and session.state is _S.PAUSED_BREAKOUT:
        why = Why(Code.STOP_YOU_LEFT, USER_LEFT)
        return Step(moved(replace(session, resume_point=None), _S.STOPPED, context.now, why))
    return host_maybe_absent(session, context)


def waiting_for_host(session: Session, event: e.WaitingForHost, context: Context) -> Step:
    """Somebody waits for the host, who is therefore absent (S1)."""
    return host_maybe_absent(learn_from_event(session, event, context), context)


def breakout_joined(session: Session, event: e.BreakoutJoined, context: Context) -> Step:
    """The app owner enters a breakout room: that pauses capture, and explains a stop within 30 s."""
    mine = _is_newer_of_owner(session, event, context)
    session = learn_from_event(session, event, context)
    if mine and session.state is _S.PAUSED_BREAKOUT:
        return Step(disarmed(session, Timer.BREAKOUT_RETURN))
    if mine and (session.live or _explains_stop(session, event)):
        return Step(enter_room(session, context))
    return Step(session)


def breakout_left(session: Session, event: e.BreakoutLeft, context: Context) -> Step:
    """The app owner leaves the breakout room."""
    mine = _is_newer_of_owner(session, event, context)
    session = learn_from_event(session, event, context)
    return leave_room(session, context) if mine else Step(session)


def _is_newer_of_owner(
    session: Session, event: e.BreakoutJoined | e.BreakoutLeft, context: Context
) -> bool:
    people = session.people
    known = people.in_breakout is isinstance(event, e.BreakoutJoined)
    older = event.at < people.breakout_known_at or (known and event.at == people.breakout_known_at)
    return not older and is_owner(people, event.person, context.me)


def _explains_stop(session: Session, event: e.BreakoutJoined) -> bool:
    stopped_at = session.streams.stopped_at
    return (
        session.state is _S.STOPPED
        and stopped_at is not None
        and session.streams.stop_reason not in FINAL_IN_BREAKOUT
        and abs(event.at - stopped_at) <= timings.BREAKOUT_EXPLAINS_STOP
    )


def enter_room(session: Session, context: Context) -> Session:
    """Pause capture, and keep the state to return to; an interruption has kept it already."""
    if session.live and session.state is not _S.INTERRUPTED:
        session = with_resume_point(session)
    return moved(session, _S.PAUSED_BREAKOUT, context.now, Why(Code.IN_BREAKOUT_ROOM))


def leave_room(session: Session, context: Context) -> Step:
    """Return to the state before if the stream never stopped; else wait for a new stream."""
    if session.state is not _S.PAUSED_BREAKOUT:
        return Step(session)
    if session.resume_point is not None and not session.streams.is_stopped:
        return Step(returned_to_resume_point(session, context.now))
    return Step(armed(session, Timer.BREAKOUT_RETURN, context.now + timings.BREAKOUT_RETURN))


def breakout_return_over(session: Session, context: Context) -> Step:
    """No stream has started within 10 s of the return to the main room."""
    session = replace(session, resume_point=None)
    return Step(moved(session, _S.STOPPED, context.now, Why(Code.BACK_FROM_BREAKOUT)))
