"""Breakout rooms: a move is a left and a joined of the same second, with a breakout event somewhere about them.

How they come was measured in real meetings: same `participant_uuid`, new `user_id`, 2 to 1016 ms
apart, joined first in 17 of 40, the move named in 14 of 40. Closing the rooms may send no breakout
event at all.
"""

from collections.abc import Callable, Iterator
from math import log
from random import Random

from rtms_tray.simulator import connections, streams
from rtms_tray.simulator.engine import ConflictError, Details, Engine, Moment
from rtms_tray.simulator.settings import Settings
from rtms_tray.simulator.world import Connection, Meeting, Millis

Part = Callable[[Moment], None]
"""Emits one event of a move."""

JOINED_FIRST = 17 / 40
NAMED = 14 / 40
SHORTEST_GAP_MS, USUAL_GAP_MS, LONGEST_GAP_MS = 2, 60, 1016
LARGEST_SHIFT_MS = 300

TO_ROOM = "left the meeting to join breakout room"
TO_MAIN = "leave breakout room to join main meeting"
PLAIN = "left the meeting"


# --- the acts -----------------------------------------------------------------------------------


def open_breakout(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Somebody (`who`, else the app owner) moves to a breakout room (D2)."""
    connection = _device(meeting, details)
    if connection.room:
        raise ConflictError("This person is in a breakout room already.")
    meeting.breakout_uuid = engine.world.ids.uuid()
    stop: Part = _nothing
    if connection.person == meeting.owner:
        meeting.in_breakout_room = True
        stop = _stop_of_owner(engine, meeting, details)
    _move(engine, meeting, connection, meeting.breakout_uuid, stop=stop)


def change_room(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Somebody (`who`, else the app owner) moves from one breakout room to another."""
    connection = _device(meeting, details)
    _require_room(connection)
    meeting.breakout_uuid = engine.world.ids.uuid()
    _move(engine, meeting, connection, meeting.breakout_uuid)


def close_breakout(engine: Engine, meeting: Meeting, details: Details) -> None:
    """They return to the main room; with `events` false, no breakout event says so."""
    connection = _device(meeting, details)
    _require_room(connection)
    _return(engine, meeting, connection, silently=not details.get("events", True))


def close_rooms(engine: Engine, meeting: Meeting, details: Details) -> None:
    """The host closes all rooms, and everybody returns; `events`: whether breakout events come."""
    there = [connection for connection in meeting.connections if connection.room]
    if not there:
        raise ConflictError("Nobody is in a breakout room.")
    silently = not details.get("events", not engine.world.settings.rooms_close_silently)
    for connection in there:
        _return(engine, meeting, connection, silently=silently)


def _return(engine: Engine, meeting: Meeting, connection: Connection, *, silently: bool) -> None:
    _move(engine, meeting, connection, "", silently=silently)
    if connection.person != meeting.owner:
        return
    meeting.in_breakout_room = False
    if engine.world.settings.breakout_restarts:
        streams.restart(engine, meeting)


def _device(meeting: Meeting, details: Details) -> Connection:
    """Find the device that moves: the person's first, or the one with this number (`device`)."""
    devices = meeting.connections_of(str(details.get("who", meeting.owner)))
    number = int(details.get("device", 1))
    if not 1 <= number <= len(devices):
        raise ConflictError("This person is not in the meeting.")
    return devices[number - 1]


def _require_room(connection: Connection) -> None:
    if not connection.room:
        raise ConflictError("This person is not in a breakout room.")


def _stop_of_owner(engine: Engine, meeting: Meeting, details: Details) -> Part:
    reason = details.get("stop_reason", engine.world.settings.breakout_stop_reason)
    meeting.resumes_for = meeting.owner if meeting.running_streams(meeting.owner) else ""
    if reason is None:
        return _nothing
    return lambda moment: _stop(engine, meeting, int(reason), moment)


def _stop(engine: Engine, meeting: Meeting, reason: int, moment: Moment) -> None:
    streams.stop(engine, meeting, reason, meeting.owner, moment)


def _nothing(_: Moment) -> None:
    """Emit no event."""


# --- how a move is told -------------------------------------------------------------------------


def _move(
    engine: Engine,
    meeting: Meeting,
    connection: Connection,
    room: str,
    *,
    stop: Part = _nothing,
    silently: bool = False,
) -> None:
    """Move a device to a room (empty: the main room), and tell it in some order."""
    world = engine.world
    reason = _reason(world.settings, world.whims, TO_ROOM if room else TO_MAIN)
    before = _copy(connection)
    connection.room, connection.user_id = room, meeting.next_user_id()
    if not room:
        connection.main_user_id = connection.user_id
    after = _copy(connection)
    parts: dict[str, list[Part]] = {
        "left": [lambda moment: connections.tell_left(engine, meeting, before, reason, moment)],
        "joined": [lambda moment: connections.tell_joined(engine, meeting, after, moment)],
        "breakout": [] if silently else list(_breakout_parts(engine, meeting, before, after)),
        "stop": [] if stop is _nothing else [stop],
    }
    if not world.settings.move_pairs:
        parts["left"] = parts["joined"] = []
    after_ms: Millis = 0
    for name in _order(world.settings, world.whims):
        for emit in parts[name]:
            emit(Moment(after_ms, _shift(world.settings, world.whims, name)))
            after_ms += _gap(world.settings, world.whims)


def _breakout_parts(
    engine: Engine, meeting: Meeting, before: Connection, after: Connection
) -> Iterator[Part]:
    for change, connection in (("left", before), ("joined", after)):
        if connection.room:
            yield _breakout_part(engine, meeting, change, connection)


def _breakout_part(engine: Engine, meeting: Meeting, change: str, connection: Connection) -> Part:
    return lambda moment: connections.tell_room(engine, meeting, connection, change, moment)


def _copy(connection: Connection) -> Connection:
    return Connection(
        uuid=connection.uuid,
        person=connection.person,
        user_id=connection.user_id,
        main_user_id=connection.main_user_id,
        room=connection.room,
    )


# --- what varies --------------------------------------------------------------------------------


def _order(settings: Settings, whims: Random) -> list[str]:
    names: list[str] = ["joined", "left"] if whims.random() < JOINED_FIRST else ["left", "joined"]
    for name in ("breakout", "stop"):
        names.insert(whims.randint(0, len(names)), name)
    return [*settings.move_order, *(name for name in names if name not in settings.move_order)]


def _gap(settings: Settings, whims: Random) -> Millis:
    if settings.move_gap_ms is not None:
        return settings.move_gap_ms
    gap_ms = round(whims.lognormvariate(log(USUAL_GAP_MS), 1))
    return min(max(gap_ms, SHORTEST_GAP_MS), LONGEST_GAP_MS)


def _shift(settings: Settings, whims: Random, name: str) -> Millis:
    if name in ("left", "stop"):
        return 0
    if settings.move_shift_ms is not None:
        return settings.move_shift_ms if name == "joined" else 0
    return whims.randint(-LARGEST_SHIFT_MS, LARGEST_SHIFT_MS)


def _reason(settings: Settings, whims: Random, naming: str) -> str:
    is_named = settings.move_reason == "named"
    if settings.move_reason == "varies":
        is_named = whims.random() < NAMED
    return naming if is_named else PLAIN
