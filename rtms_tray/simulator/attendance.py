"""How a meeting starts and ends, and how people join and leave it: the actions that change who is there."""

from collections.abc import Callable
from typing import Final

from rtms_tray.simulator import connections, payloads, streams
from rtms_tray.simulator.engine import ConflictError, Details, Engine
from rtms_tray.simulator.world import Meeting

LEFT = "left the meeting"


# --- the meeting starts and ends ----------------------------------------------------------------


def start_meeting(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The meeting starts, with whoever is there."""
    if meeting.started:
        raise ConflictError("The meeting has already started.")
    host_there = meeting.host_present or (meeting.host == meeting.owner and meeting.owner_present)
    if not (host_there or meeting.meeting_allowed_without_host):
        raise ConflictError("This meeting cannot start without its host.")
    if meeting.ended:
        meeting.uuid = engine.world.ids.uuid()
    meeting.started, meeting.ended = True, False
    meeting.start_time = engine.event_time()
    engine.emit_meeting_event(meeting, "started")
    if meeting.owner_waiting:
        meeting.owner_waiting, meeting.owner_present = False, True
    for key in _participants(engine, meeting):
        connections.join(engine, meeting, key)
    streams.auto_start(engine, meeting)


def end_meeting(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The meeting ends for everybody."""
    if not meeting.started:
        raise ConflictError("The meeting is not running.")
    meeting.request, meeting.resumes_for = None, ""
    streams.stop(engine, meeting, 6)
    for key in _participants(engine, meeting):
        connections.leave(engine, meeting, key, "Host ended the meeting.")
    meeting.started, meeting.ended, meeting.host_now = False, True, ""
    engine.emit_meeting_event(meeting, "ended", end_time=payloads.iso(engine.event_time()))


def _participants(engine: Engine, meeting: Meeting) -> list[str]:
    meeting.sync_host_presence()
    return [key for key in engine.world.users if meeting.is_present(key)]


# --- people join and leave ----------------------------------------------------------------------


def host_joins(engine: Engine, meeting: Meeting, details: Details) -> None:
    """The host joins; a request that has waited for them is shown to them."""
    _join(engine, meeting, meeting.current_host(), details)
    streams.ask_host(engine, meeting)


def host_leaves(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The host leaves; a request that waits for their answer is lost."""
    leave(engine, meeting, meeting.current_host())
    if not engine.world.settings.request_waits_for_host:
        streams.drop_request(engine, meeting)


def owner_joins(engine: Engine, meeting: Meeting, details: Details) -> None:
    """The app owner joins, or waits for the host."""
    _join(engine, meeting, meeting.owner, details)


def owner_leaves(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The app owner leaves, and their capture stops (D1), or goes on."""
    meeting.owner_waiting = False
    leave(engine, meeting, meeting.owner)
    streams.withdraw_request(engine, meeting, meeting.owner)
    if engine.world.settings.owner_leaves == "stop":
        streams.stop(engine, meeting, 3, meeting.owner)


def remove_owner(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The host removes the app owner."""
    leave(engine, meeting, meeting.owner, "Removed by host.")
    streams.withdraw_request(engine, meeting, meeting.owner)
    streams.stop(engine, meeting, 4, meeting.owner)


def joins(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Somebody (`who`) joins."""
    _join(engine, meeting, _known_person(engine, details), details)


def leaves(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Somebody (`who`) leaves; no stream stops for that."""
    leave(engine, meeting, _known_person(engine, details))


def second_device_joins(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Somebody who is there (`who`, else the app owner) joins with one more device."""
    key = _present_person(meeting, details)
    connections.join(engine, meeting, key)


def second_device_leaves(engine: Engine, meeting: Meeting, details: Details) -> None:
    """One of several devices leaves: the newest, or the one with this number (`device`)."""
    devices = meeting.connections_of(_present_person(meeting, details))
    number = int(details.get("device", len(devices)))
    if not (1 <= number <= len(devices) and len(devices) > 1):
        raise ConflictError("This person has no second device in the meeting.")
    connections.disconnect(engine, meeting, devices[number - 1], LEFT)


def reconnects(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Somebody (`who`) is connected anew; the old connection ends `left_after_s` later, at most 91."""
    old = meeting.connections_of(_present_person(meeting, details))[0]
    connections.join(engine, meeting, old.person)

    def end_old() -> None:
        if old in meeting.connections:
            connections.disconnect(engine, meeting, old, "got disconnected from the meeting")

    engine.call_later("old_connection", end_old, float(details.get("left_after_s", 0)))


def _known_person(engine: Engine, details: Details) -> str:
    key = str(details.get("who"))
    if key not in engine.world.users:
        raise ConflictError("There is no user with this key.")
    return key


def _present_person(meeting: Meeting, details: Details) -> str:
    key = str(details.get("who", meeting.owner))
    if not meeting.connections_of(key):
        raise ConflictError("This person is not in the meeting.")
    return key


def _join(engine: Engine, meeting: Meeting, key: str, details: Details) -> None:
    if meeting.is_present(key) and meeting.started:
        raise ConflictError("This person is already in the meeting.")
    if meeting.started:
        connections.join(engine, meeting, key)
        streams.auto_start(engine, meeting)
    elif key == meeting.current_host() or meeting.meeting_allowed_without_host:
        meeting.set_present(key, present=True)
        start_meeting(engine, meeting, details)
    else:
        _wait_for_host(engine, meeting, key)


def _wait_for_host(engine: Engine, meeting: Meeting, key: str) -> None:
    meeting.owner_waiting = True

    def fire() -> None:
        if meeting.owner_waiting and not meeting.started:
            person = payloads.waiting_participant(engine.world, key)
            engine.emit_meeting_event(meeting, "participant_jbh_waiting", participant=person)

    engine.call_later("jbh_waiting", fire)


def leave(engine: Engine, meeting: Meeting, key: str, reason: str = LEFT) -> None:
    """Let somebody leave for good; no stream restarts for them.

    Raises:
        ConflictError: they are not there.
    """
    if not meeting.is_present(key):
        raise ConflictError("This person is not in the meeting.")
    meeting.set_present(key, present=False)
    if meeting.resumes_for == key:
        meeting.resumes_for = ""
    connections.leave(engine, meeting, key, reason)


ACTIONS: Final[tuple[Callable[[Engine, Meeting, Details], None], ...]] = (
    start_meeting, end_meeting, host_joins, host_leaves, owner_joins, owner_leaves, remove_owner,
    joins, leaves, second_device_joins, second_device_leaves, reconnects,
)  # fmt: skip
"""The actions; their names are those of the control interface."""
