"""What people in a meeting do: come, go, pass the host's role on, sit in breakout rooms."""

from rtms_tray.simulator import messages, streams
from rtms_tray.simulator.engine import Details, Engine, ImpossibleError
from rtms_tray.simulator.world import Meeting


def start_meeting(engine: Engine, meeting: Meeting, _: Details) -> None:
    """Start the meeting, with whoever is there."""
    if meeting.started:
        raise ImpossibleError("The meeting is on already.")
    host_there = meeting.host_present or (meeting.host == meeting.owner and meeting.owner_present)
    if not (host_there or meeting.meeting_allowed_without_host):
        raise ImpossibleError("This meeting does not start without its host.")
    if meeting.ended:
        meeting.uuid = engine.world.mint.uuid()
    meeting.started, meeting.ended = True, False
    meeting.start_time = engine.now()
    engine.say_of_meeting(meeting, "started")
    if meeting.owner_waiting:
        meeting.owner_waiting, meeting.owner_present = False, True
    for key in _present(engine, meeting):
        _say_joined(engine, meeting, key)
    streams.auto_start(engine, meeting)


def end_meeting(engine: Engine, meeting: Meeting, _: Details) -> None:
    """End the meeting for everybody."""
    if not meeting.started:
        raise ImpossibleError("The meeting is not on.")
    meeting.request, meeting.resumes_for = None, ""
    streams.stop(engine, meeting, 6)
    for key in _present(engine, meeting):
        _leave(engine, meeting, key, "Host ended the meeting.")
    meeting.started, meeting.ended, meeting.host_now = False, True, ""
    engine.say_of_meeting(meeting, "ended", end_time=messages.iso(engine.now()))


def host_joins(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Let the host come."""
    _join(engine, meeting, meeting.host_key(), details)


def host_leaves(engine: Engine, meeting: Meeting, _: Details) -> None:
    """Let the host go; a request before them is gone too."""
    _leave(engine, meeting, meeting.host_key(), "left the meeting")
    meeting.request = None if meeting.request and meeting.request.asks_host else meeting.request


def owner_joins(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Let the app owner come, or wait at the door."""
    _join(engine, meeting, meeting.owner, details)


def owner_leaves(engine: Engine, meeting: Meeting, _: Details) -> None:
    """Let the app owner go, and their capture with them (D1)."""
    meeting.owner_waiting = False
    _leave(engine, meeting, meeting.owner, "left the meeting")
    streams.withdraw(meeting, meeting.owner)
    streams.stop(engine, meeting, 3, meeting.owner)


def remove_owner(engine: Engine, meeting: Meeting, _: Details) -> None:
    """Let the host remove the app owner."""
    _leave(engine, meeting, meeting.owner, "Removed by host.")
    streams.withdraw(meeting, meeting.owner)
    streams.stop(engine, meeting, 4, meeting.owner)


def hand_off(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Pass the host's role `to` inside, outside or a user's key; `leaves`: and go."""
    old = meeting.host_key()
    to = str(details.get("to", "inside"))
    new = {"inside": "colleague", "outside": "outsider"}.get(to, to)
    if new not in engine.world.users or new == old:
        raise ImpossibleError(f"The meeting cannot be handed to {to!r}.")
    if not meeting.is_present(new):
        meeting.seat(new, present=True)
        _say_joined(engine, meeting, new)
    was_there = meeting.host_present
    _pass_role(meeting, old, new)
    if was_there:
        _say_role(engine, meeting, old, ("host", "attendee"))
    _say_role(engine, meeting, new, ("attendee", "host"))
    if to == "outside":
        _new_host_forbids(engine, meeting, details)
    if details.get("leaves") and was_there:
        _leave(engine, meeting, old, "left the meeting")
        if old == meeting.owner and not details.get("continuous", True):
            streams.stop(engine, meeting, 3, meeting.owner)


def open_breakout(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Send somebody (`who`, else the app owner) to a breakout room (D2)."""
    who = str(details.get("who", meeting.owner))
    if not meeting.is_present(who):
        raise ImpossibleError("This person is not in the meeting.")
    meeting.breakout_uuid = engine.world.mint.uuid()
    _say_breakout(engine, meeting, who, "joined")
    if who != meeting.owner:
        return
    meeting.in_breakout_room = True
    reason = details.get("stop_reason", engine.world.switches.breakout_stop_reason)
    meeting.resumes_for = who if meeting.live(who) else ""
    if reason is not None:
        streams.stop(engine, meeting, int(reason), who)


def close_breakout(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Bring them back to the main room."""
    who = str(details.get("who", meeting.owner))
    _say_breakout(engine, meeting, who, "left")
    if who != meeting.owner:
        return
    meeting.in_breakout_room = False
    if engine.world.switches.breakout_restarts:
        streams.begin_again(engine, meeting)


def _join(engine: Engine, meeting: Meeting, key: str, details: Details) -> None:
    if meeting.is_present(key) and meeting.started:
        raise ImpossibleError("This person is in the meeting already.")
    if meeting.started:
        meeting.seat(key, present=True)
        _say_joined(engine, meeting, key)
        streams.auto_start(engine, meeting)
    elif key == meeting.host_key() or meeting.meeting_allowed_without_host:
        meeting.seat(key, present=True)
        start_meeting(engine, meeting, details)
    else:
        _wait_at_the_door(engine, meeting, key)


def _wait_at_the_door(engine: Engine, meeting: Meeting, key: str) -> None:
    meeting.owner_waiting = True

    def fire() -> None:
        if meeting.owner_waiting and not meeting.started:
            waiting = messages.waiting_participant(engine.world, key)
            engine.say_of_meeting(meeting, "participant_jbh_waiting", participant=waiting)

    engine.later("jbh_waiting", fire)


def _leave(engine: Engine, meeting: Meeting, key: str, reason: str) -> None:
    if not meeting.is_present(key):
        raise ImpossibleError("This person is not in the meeting.")
    meeting.seat(key, present=False)
    if meeting.resumes_for == key:
        meeting.resumes_for = ""
    name = engine.world.users[key].name
    person = messages.participant(
        engine.world,
        key,
        leave_time=messages.iso(engine.now()),
        leave_reason=f"{name} left the meeting.<br>Reason: {reason}",
    )
    engine.say_of_meeting(meeting, "participant_left", participant=person)


def _say_joined(engine: Engine, meeting: Meeting, key: str) -> None:
    person = messages.participant(engine.world, key, join_time=messages.iso(engine.now()))
    engine.say_of_meeting(meeting, "participant_joined", participant=person)


def _present(engine: Engine, meeting: Meeting) -> list[str]:
    meeting.tidy()
    return [key for key in engine.world.users if meeting.is_present(key)]


def _pass_role(meeting: Meeting, old: str, new: str) -> None:
    was_there = meeting.host_present
    meeting.host_now = new
    meeting.others = [key for key in meeting.others if key != new]
    meeting.host_present = True
    if was_there and old != meeting.owner:
        meeting.others.append(old)


def _say_role(engine: Engine, meeting: Meeting, key: str, roles: tuple[str, str]) -> None:
    person = messages.role_change(engine.world, key, roles, engine.now())
    engine.say_of_meeting(meeting, "participant_role_changed", participant=person)


def _new_host_forbids(engine: Engine, meeting: Meeting, details: Details) -> None:
    meeting.host_org_rtms_enabled, meeting.request = False, None
    reason = details.get("stop_reason", engine.world.switches.hand_off_stop_reason)
    streams.stop(engine, meeting, int(reason))


def _say_breakout(engine: Engine, meeting: Meeting, key: str, way: str) -> None:
    person = messages.participant(engine.world, key, parent_user_id=engine.world.seat_number(key))
    time_field = "join_time" if way == "joined" else "leave_time"
    person[time_field] = messages.iso(engine.now())
    engine.say_of_meeting(
        meeting,
        f"participant_{way}_breakout_room",
        breakout_room_uuid=meeting.breakout_uuid,
        participant=person,
    )
