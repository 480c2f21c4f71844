"""Rules for Zoom's events about the meeting and its people: they join, leave, move and host."""

from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.attendance import settled
from rtms_tray.capture.conditions import Condition, Value, value_of
from rtms_tray.capture.context import Context
from rtms_tray.capture.doubt import began_unseen
from rtms_tray.capture.effects import Step, ignored
from rtms_tray.capture.evidence import (
    learn_from_event,
    learn_from_meeting,
    learn_from_people,
    without_old_host,
)
from rtms_tray.capture.facts import Fact, What
from rtms_tray.capture.memory import joined_names
from rtms_tray.capture.people import HOST, Connections, connections_of, host_connections
from rtms_tray.capture.presence import Presence, arrived_at, host_presence
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.rules_hand_over import maybe_going_on
from rtms_tray.capture.rules_request import resends, send_start
from rtms_tray.capture.rules_rooms import follow_room, owner_left
from rtms_tray.capture.rules_waiting import (
    host_joined,
    host_maybe_absent,
    pending,
    without_wait_for_self,
)
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.updates import (
    armed,
    ended,
    ended_unseen,
    moved,
    with_beginning,
    with_facts,
)
from rtms_tray.capture.zoom_codes import ADMIN, BY_POLICY, MAYBE_HAND_OFF, REVOKED
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import Millis

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
    return _sent_at_last(replace(session, requests=requests), context)


def _sent_at_last(session: Session, context: Context) -> Step:
    """Send what waited; while events are replayed, only once all are told."""
    if context.replaying:
        return Step(armed(session, Timer.NEXT_REQUEST, context.now))
    return send_start(session, context)


def meeting_ended(session: Session, event: e.MeetingEnded, context: Context) -> Step:
    """The meeting ends, and the session with it: it was this instance, where that was not known."""
    session = replace(session, meeting=joined_names(session.meeting, event.meeting))
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


def participant_joined(session: Session, event: e.ParticipantJoined, context: Context) -> Step:
    """Somebody joins, or moves: a host who comes after the request was sent has not received it."""
    before, session = session, learn_from_event(session, event, context)
    session = follow_room(before, session, context)
    if _stays(event.person, connections_of(session.people, context.me)):
        return _owner_joined(session, context)
    if _waits_for_owner(session) or not _stays(event.person, _hosts(session)):
        return Step(session)
    return _host_seen(before.host_present, session, context)


def _stays(person: e.Person, connections: Connections) -> bool:
    """Whether somebody is there by this connection, and no newer left is about to count."""
    there = tuple(one for one in connections if not one.gone and one.left_counts_at is None)
    return _is_one_of(person, there)


def _is_one_of(person: e.Person, connections: Connections) -> bool:
    return any(one.person.is_same(person) for one in connections)


def _hosts(session: Session) -> Connections:
    return host_connections(session.people, session.meeting)


def _owner_joined(session: Session, context: Context) -> Step:
    """The app owner joins: a request that was refused because they had not (2308) is sent at once."""
    present = value_of(session.known, Condition.OWNER_PRESENT) is Value.YES
    if not (present and _waits_for_owner(session) and resends(context)):
        return Step(session)
    return _sent_at_last(session, context)


def _waits_for_owner(session: Session) -> bool:
    waiting = session.state is _S.WAITING_FOR_MEETING
    return waiting and session.code is Code.NOT_ENTITLED_TO_START


def _host_seen(before: Value, session: Session, context: Context) -> Step:
    """The host joins: after they were absent, that is certain; else it may be half of a move, or another device."""
    presence = host_presence(session.people, context, session.meeting)
    if presence is not Presence.THERE:
        return Step(session)
    came_at = arrived_at(_hosts(session))
    if before is Value.YES or came_at is None or not _is_after_request(session, came_at):
        return _host_was_there(session, context)
    if before is Value.NO:
        return host_joined(session, context, came_at)
    return Step(armed(session, Timer.HOST_CAME, context.now + timings.LEFT_COUNTS_AFTER))


def _is_after_request(session: Session, at: Millis) -> bool:
    asked_at = session.requests.asked_at
    return asked_at is not None and at > asked_at + timings.JOIN_MARGIN


def host_came(session: Session, context: Context) -> Step:
    """The host has joined, but may have been there by another connection, unseen."""
    came_at = arrived_at(_hosts(session))
    if host_presence(session.people, context, session.meeting) is not Presence.THERE:
        return Step(session)
    if came_at is None or not _is_after_request(session, came_at):
        return _host_was_there(session, context)
    return host_joined(session, context, came_at, certain=False)


def _host_was_there(session: Session, context: Context) -> Step:
    """The host was there when the request was sent, as it turns out: they can still answer it."""
    if session.state is _S.WAITING_FOR_HOST:
        return Step(pending(session, context))
    return Step(session)


def participant_left(session: Session, event: e.ParticipantLeft, context: Context) -> Step:
    """Somebody leaves, or moves to another room: which of both shows within 2 s."""
    after = learn_from_event(session, event, context)
    return Step(follow_room(session, after, context))


def left_counts(session: Session, context: Context) -> Step:
    """No joined has followed: somebody has left the meeting. A host who is gone cannot approve."""
    before = connections_of(session.people, context.me)
    session = replace(session, people=settled(session.people, context))
    session = learn_from_people(session, context)
    mine = connections_of(session.people, context.me)
    if sum(one.gone for one in mine) > sum(one.gone for one in before):
        session = owner_left(session, context)
    return host_maybe_absent(session, context)


def waiting_for_host(session: Session, event: e.WaitingForHost, context: Context) -> Step:
    """Somebody waits for the host, who is therefore absent (S1)."""
    return host_maybe_absent(learn_from_event(session, event, context), context)


def breakout_moved(
    session: Session, event: e.BreakoutJoined | e.BreakoutLeft, context: Context
) -> Step:
    """Somebody goes into a breakout room, or leaves one."""
    return Step(follow_room(session, learn_from_event(session, event, context), context))


# --- a new host ---------------------------------------------------------------------------------


def role_changed(session: Session, event: e.RoleChanged, context: Context) -> Step:
    """Somebody gets another role: a new host is a new question."""
    before, session = session, learn_from_event(session, event, context)
    if event.new_role != HOST or event.at < before.people.host_named_at:
        return Step(session)
    changed = session.people.host_changed_at != before.people.host_changed_at
    if changed:
        session = _with_new_host(maybe_going_on(session, context), event, context)
    if _is_one_of(event.person, connections_of(session.people, context.me)):
        return Step(without_wait_for_self(session, context))
    if _waits_for_owner(session) or (before.host_present is Value.YES and not changed):
        return Step(session)
    if not _is_after_request(session, event.at):
        return _host_was_there(session, context)
    return host_joined(session, context, event.at)


def _with_new_host(session: Session, event: e.RoleChanged, context: Context) -> Session:
    """Forget what was known of the host before; who or what said no then may not be asked for now."""
    session = without_old_host(session)
    if _is_hand_off(session, event):
        why = Why(Code.HAND_OFF, session.streams.stop_reason)
        return moved(session, session.state, context.now, why)
    if context.local(event.at) < session.since or not _said_no(session):
        return session
    return replace(session, attention=replace(session.attention, new_host=True))


def _is_hand_off(session: Session, event: e.RoleChanged) -> bool:
    """Whether a host change up to 15 s after a stop by 1, 5, 9 or 23 explains it."""
    stopped_at = session.streams.stopped_at
    return (
        stopped_at is not None
        and session.streams.stop_reason in MAYBE_HAND_OFF
        and session.state in _HANDED_OFF_FROM
        and 0 <= event.at - stopped_at <= timings.HAND_OFF_AFTER
    )


def _said_no(session: Session) -> bool:
    """Whether the host before, or their organization, has said no."""
    why = session.why
    match session.state:
        case _S.DENIED:
            return True
        case _S.REFUSED:
            return session.code in BY_POLICY
        case _S.STOPPED:
            return why is not None and why.number in MAYBE_HAND_OFF
        case _S.STOPPED_PERMANENTLY:
            return why is not None and why.number not in {REVOKED, ADMIN}
        case _:
            return False
