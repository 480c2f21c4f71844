"""Who comes to a meeting and who goes, by connection: one for each device, and a new one after a rejoin."""

from rtms_tray.simulator import payloads
from rtms_tray.simulator.engine import AT_ONCE, Engine, Moment
from rtms_tray.simulator.world import Connection, Meeting, World


def settle(world: World, meeting: Meeting) -> None:
    """Make the connections agree with who is said to be there; nobody is told."""
    meeting.sync_host_presence()
    there = [key for key in world.users if meeting.started and meeting.is_present(key)]
    meeting.connections = [c for c in meeting.connections if c.person in there]
    for key in there:
        if not meeting.connections_of(key):
            connect(world, meeting, key)
    if meeting.in_breakout_room:
        _put_in_room(world, meeting)


def connect(world: World, meeting: Meeting, key: str) -> Connection:
    """Connect a device of somebody; nobody is told."""
    user_id = meeting.next_user_id()
    connection = Connection(
        uuid=world.ids.participant_uuid(), person=key, user_id=user_id, main_user_id=user_id
    )
    meeting.connections.append(connection)
    return connection


def join(engine: Engine, meeting: Meeting, key: str) -> Connection:
    """Let somebody join, or join with one more device."""
    meeting.set_present(key, present=True)
    connection = connect(engine.world, meeting, key)
    tell_joined(engine, meeting, connection)
    return connection


def leave(engine: Engine, meeting: Meeting, key: str, reason: str) -> None:
    """Let somebody leave with all their devices."""
    for connection in meeting.connections_of(key):
        disconnect(engine, meeting, connection, reason)


def disconnect(engine: Engine, meeting: Meeting, connection: Connection, reason: str) -> None:
    """Disconnect one device, which leaves its room, too; with the last one its person is gone."""
    meeting.connections.remove(connection)
    if not meeting.connections_of(connection.person):
        meeting.set_present(connection.person, present=False)
    if connection.room:
        tell_room(engine, meeting, connection, "left")
    tell_left(engine, meeting, connection, reason)


def tell_joined(
    engine: Engine, meeting: Meeting, connection: Connection, moment: Moment = AT_ONCE
) -> None:
    """Emit `participant_joined`."""
    now = payloads.iso(engine.event_time())
    person = payloads.participant(engine.world, connection, join_time=now)
    engine.emit_meeting_event(meeting, "participant_joined", moment, participant=person)


def tell_left(
    engine: Engine, meeting: Meeting, connection: Connection, reason: str, moment: Moment = AT_ONCE
) -> None:
    """Emit `participant_left`."""
    person = payloads.leaver(engine.world, connection, engine.event_time(), reason)
    engine.emit_meeting_event(meeting, "participant_left", moment, participant=person)


def tell_room(
    engine: Engine, meeting: Meeting, connection: Connection, change: str, moment: Moment = AT_ONCE
) -> None:
    """Emit `participant_joined_breakout_room` or `…left…`."""
    person = payloads.room_mover(engine.world, connection, engine.event_time(), change)
    engine.emit_meeting_event(
        meeting,
        f"participant_{change}_breakout_room",
        moment,
        breakout_room_uuid=connection.room,
        participant=person,
    )


def _put_in_room(world: World, meeting: Meeting) -> None:
    devices = meeting.connections_of(meeting.owner)
    if devices and not any(device.room for device in devices):
        meeting.breakout_uuid = meeting.breakout_uuid or world.ids.uuid()
        devices[0].room = meeting.breakout_uuid
