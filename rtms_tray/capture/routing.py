"""Delivers each event to the sessions that it concerns.

`turn` takes one event and returns the new board and what is to be done; nothing else changes a board. Events that
concern one meeting are delivered by `meeting_routing`.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from rtms_tray.capture import events as e
from rtms_tray.capture.board import Board, Turn, deliver
from rtms_tray.capture.clocks import ZoomClock
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import AlertEffect, Effect, Ignored
from rtms_tray.capture.instances import MaybeStopped, Restored
from rtms_tray.capture.machine import deadline_of
from rtms_tray.capture.matching import knows_no_stream
from rtms_tray.capture.meeting_routing import meeting_event, meeting_fetched, start_requested
from rtms_tray.capture.memory import bounded, with_gap, without_gap, without_lost
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.replays import caught_up, told_late
from rtms_tray.capture.rules_request import resends
from rtms_tray.capture.session import REQUESTS_PER_SESSION, Session
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import SECOND, Millis


def turn(board: Board, event: e.Event, now: Millis, key: str | None = None) -> Turn:
    """Take one event; `key` names the session that the user means."""
    if isinstance(event, e.CaughtUp):
        return _last_alerts_of(caught_up(board, event, now, turn))
    if isinstance(event, e.Kept):
        return _last_alerts_of(told_late(board, event, now, turn))
    board = board.after(event, now)
    done = _routed(board, board.context.clock.dated(event, now), key)
    return _last_alerts_of(_with_doubt(board, done))


def _with_doubt(before: Board, done: Turn) -> Turn:
    """Doubt sessions that know no stream of their own, where one of an unknown number is not shared, or no more."""
    gone = _not_shared_any_more(before, done.board)
    for session in done.board.sessions:
        if not knows_no_stream(session):
            continue
        was = before.session(session.key)
        is_new = was is None or not knows_no_stream(was)
        since = [*gone, *(_not_shared(done.board) if is_new else ())]
        if since:
            step = deliver(done.board, session.key, MaybeStopped(max(min(since), session.since)))
            done = replace(done, board=step.board, effects=(*done.effects, *step.effects))
    return done


def _not_shared_any_more(before: Board, after: Board) -> list[Millis]:
    """List since when sessions of an unknown number are not shared that were live before."""
    live = {one.key: one.state for one in before.sessions if not one.meeting.number and one.live}
    if not live:
        return []
    now = (one for one in after.sessions if one.key in live)
    return [one.since for one in now if one.state not in {CaptureState.SHARING, live[one.key]}]


def _not_shared(board: Board) -> list[Millis]:
    """List since when sessions of an unknown number are live and not shared: paused, or in a room."""
    live = (one for one in board.sessions if one.live and not one.meeting.number)
    return [one.since for one in live if one.state is not CaptureState.SHARING]


def _last_alerts_of(done: Turn) -> Turn:
    """Drop all but the last alert on the same matter: the others were true for no time at all."""
    return replace(done, effects=_last_alerts(done.effects))


def _last_alerts(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    alerts = (effect for effect in effects if isinstance(effect, AlertEffect))
    last = {(alert.session, alert.category): alert for alert in alerts}
    return tuple(
        effect
        for effect in effects
        if not isinstance(effect, AlertEffect) or last[effect.session, effect.category] is effect
    )


def _routed(board: Board, event: e.Event, key: str | None) -> Turn:
    if key is not None:
        return deliver(board, key, event)
    route = _ROUTES.get(type(event))
    if route is not None:
        return route(board, event)
    match event:
        case e.Unknown(name):
            return Turn(board, (Ignored(name, "unknown event"),))
        case e.ConcurrencyNear() | e.PolicyChanged() | e.ZoomDated() | e.ActingChanged():
            return Turn(board)  # it concerns no session, or only what all share
        case _ if isinstance(event, e.SingleMeetingEvent):
            return meeting_event(board, event)
        case _ if isinstance(event, e.UserEvent):
            return deliver(board, "", event)
        case _:
            return _to_all(board, event)


def _replied(board: Board, event: e.Replied) -> Turn:
    """Deliver Zoom's reply to the session that has the request now, which may not be the one that sent it."""
    for session in board.sessions:
        sent = (session.requests.newest, session.streams.action)
        if any(request and request.number == event.request for request in sent):
            return deliver(board, session.key, event)
    return deliver(board, f"s{event.request // REQUESTS_PER_SESSION}", event)


def _receiver_word(board: Board, event: e.ReceiverWord) -> Turn:
    """Deliver the receiver's word to the session of its stream, while that is the newest and has not stopped."""
    context = board.context
    at = context.local(event.at + SECOND - 1)  # it is dated in whole seconds
    media_at = None if event.media_at is None else context.local(event.media_at)
    for session in board.sessions:
        streams = session.streams
        if streams.is_current(event.stream_id) and not streams.is_stopped:
            return deliver(board, session.key, e.ReceiverReported(event.state, at, media_at))
    return Turn(board, (Ignored("ReceiverWord", "no live stream of that name", others=True),))


def _app_removed(board: Board, event: e.AppDeauthorized) -> Turn:
    me = board.context.me
    if event.user_id and me and event.user_id != me:
        return Turn(board, (Ignored("AppDeauthorized", "somebody else's"),))
    return _to_all(board, event)


_ROUTES: Final[Mapping[type, Callable[[Board, Any], Turn]]] = {
    e.StartRequested: start_requested,
    e.Replied: _replied,
    e.MeetingFetched: meeting_fetched,
    e.ReceiverWord: _receiver_word,
    e.AppDeauthorized: _app_removed,
}


def _to_all(board: Board, event: e.Event) -> Turn:
    """Deliver what concerns every session: connections, the sign-in, time."""
    board = _shared(board, event)
    effects: list[Effect] = []
    for session in board.sessions:
        if _concerns(session, event, board.context):
            step = deliver(board, session.key, event)
            board = step.board
            effects.extend(step.effects)
    kept = tuple(session for session in board.sessions if not _is_forgotten(session))
    memory = without_lost(board.memory, board.context.now)
    return Turn(replace(board, sessions=kept, memory=memory), tuple(effects))


def _shared(board: Board, event: e.Event) -> Board:
    match event:
        case e.FeedDown(since) | e.Slept(since):
            return replace(board, memory=with_gap(board.memory, since))
        case e.FeedUp(_, since) if since is not None or not board.context.sight_before.up:
            return replace(board, memory=without_gap(board.memory, since))
        case e.OwnerClientChecked():
            return replace(board, client=event)
        case _:
            return board


def _concerns(session: Session, event: e.Event, context: Context) -> bool:
    if isinstance(event, e.NetworkBack):
        return waits_for_network(session, context)
    return True


def _is_forgotten(session: Session) -> bool:
    return session.state is CaptureState.ENDED and Timer.FORGET not in session.timers


def restore(board: Board, saved: Session, seen_at: Millis, zoom_ahead: Millis, now: Millis) -> Turn:
    """Put a session of an earlier run back, as the board's newest; its streams never start again."""
    context = replace(board.context, now=now)
    if not context.clock.dates:
        context = replace(context, clock=ZoomClock.ahead_by(zoom_ahead))
    session = replace(saved, number=board.count + 1)
    finished = dict.fromkeys(session.streams.finished, session.since)
    foreign = dict.fromkeys(session.streams.foreign, session.since)
    memory = replace(
        board.memory,
        finished=bounded({**board.memory.finished, **finished}),
        foreign=bounded({**board.memory.foreign, **foreign}),
    )
    sessions = (*board.sessions, session)
    board = Board(sessions, context, memory, board.client, session.number)
    return deliver(board, session.key, Restored(seen_at))


def waits_for_network(session: Session, context: Context) -> bool:
    """Whether its request was not sent, and is to be once Zoom can be reached."""
    offline = session.state is CaptureState.REFUSED and session.code is Code.OFFLINE
    return offline and resends(context)


def deadline(board: Board) -> Millis | None:
    """Name the earliest moment at which time alone changes anything."""
    sessions = (deadline_of(session, board.context) for session in board.sessions)
    colleagues = (colleague.lost_at for colleague in board.memory.colleagues.values())
    return min((at for at in (*sessions, *colleagues) if at is not None), default=None)
