"""What people, admins and Zoom itself can do in a meeting, as a table of named actions.

`POST /control/meetings/{number}/act {"act": NAME, …}` performs one; the other fields are its details.
"""

from collections.abc import Callable
from typing import Any

from rtms_tray.simulator import payloads, streams
from rtms_tray.simulator.engine import ConflictError, Engine
from rtms_tray.simulator.world import Meeting

Details = dict[str, Any]
Action = Callable[[Engine, Meeting, Details], None]


def perform(engine: Engine, meeting: Meeting, name: str, details: Details) -> None:
    """Perform the action of this name.

    Raises:
        ConflictError: there is no such action, or it is not possible now.
    """
    action = ACTIONS.get(name)
    if action is None:
        raise ConflictError(
            f"There is no act {name!r}. Choose one of: {', '.join(sorted(ACTIONS))}."
        )
    engine.event_offset_ms = int(details.get("event_ts_offset_ms", 0))
    try:
        action(engine, meeting, details)
        meeting.sync_host_presence()
    finally:
        engine.event_offset_ms = 0


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
    meeting.start_time = engine.now()
    engine.emit_meeting_event(meeting, "started")
    if meeting.owner_waiting:
        meeting.owner_waiting, meeting.owner_present = False, True
    for key in _participants(engine, meeting):
        _emit_joined(engine, meeting, key)
    streams.auto_start(engine, meeting)


def end_meeting(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The meeting ends for everybody."""
    if not meeting.started:
        raise ConflictError("The meeting is not running.")
    meeting.request, meeting.resumes_for = None, ""
    streams.stop(engine, meeting, 6)
    for key in _participants(engine, meeting):
        _leave(engine, meeting, key, "Host ended the meeting.")
    meeting.started, meeting.ended, meeting.host_now = False, True, ""
    engine.emit_meeting_event(meeting, "ended", end_time=payloads.iso(engine.now()))


def _participants(engine: Engine, meeting: Meeting) -> list[str]:
    meeting.sync_host_presence()
    return [key for key in engine.world.users if meeting.is_present(key)]


# --- people join and leave ----------------------------------------------------------------------


def host_joins(engine: Engine, meeting: Meeting, details: Details) -> None:
    """The host joins."""
    _join(engine, meeting, meeting.current_host(), details)


def host_leaves(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The host leaves; a request that waits for their answer is lost."""
    _leave(engine, meeting, meeting.current_host(), "left the meeting")
    if meeting.request and meeting.request.asks_host:
        meeting.request = None


def owner_joins(engine: Engine, meeting: Meeting, details: Details) -> None:
    """The app owner joins, or waits for the host."""
    _join(engine, meeting, meeting.owner, details)


def owner_leaves(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The app owner leaves, and their capture stops (D1)."""
    meeting.owner_waiting = False
    _leave(engine, meeting, meeting.owner, "left the meeting")
    streams.withdraw_request(meeting, meeting.owner)
    streams.stop(engine, meeting, 3, meeting.owner)


def remove_owner(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The host removes the app owner."""
    _leave(engine, meeting, meeting.owner, "Removed by host.")
    streams.withdraw_request(meeting, meeting.owner)
    streams.stop(engine, meeting, 4, meeting.owner)


def _join(engine: Engine, meeting: Meeting, key: str, details: Details) -> None:
    if meeting.is_present(key) and meeting.started:
        raise ConflictError("This person is already in the meeting.")
    if meeting.started:
        meeting.set_present(key, present=True)
        _emit_joined(engine, meeting, key)
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


def _leave(engine: Engine, meeting: Meeting, key: str, reason: str) -> None:
    if not meeting.is_present(key):
        raise ConflictError("This person is not in the meeting.")
    meeting.set_present(key, present=False)
    if meeting.resumes_for == key:
        meeting.resumes_for = ""
    name = engine.world.users[key].name
    person = payloads.participant(
        engine.world,
        key,
        leave_time=payloads.iso(engine.now()),
        leave_reason=f"{name} left the meeting.<br>Reason: {reason}",
    )
    engine.emit_meeting_event(meeting, "participant_left", participant=person)


def _emit_joined(engine: Engine, meeting: Meeting, key: str) -> None:
    person = payloads.participant(engine.world, key, join_time=payloads.iso(engine.now()))
    engine.emit_meeting_event(meeting, "participant_joined", participant=person)


# --- the host role changes hands ----------------------------------------------------------------


def hand_off(engine: Engine, meeting: Meeting, details: Details) -> None:
    """The host role goes `to` inside, outside or a user's key; with `leaves` the old host leaves."""
    old = meeting.current_host()
    to = str(details.get("to", "inside"))
    new = {"inside": "colleague", "outside": "outsider"}.get(to, to)
    if new not in engine.world.users or new == old:
        raise ConflictError(f"The host role cannot be handed to {to!r}.")
    if not meeting.is_present(new):
        meeting.set_present(new, present=True)
        _emit_joined(engine, meeting, new)
    old_was_present = meeting.host_present
    _pass_role(meeting, old, new)
    if old_was_present:
        _emit_role(engine, meeting, old, ("host", "attendee"))
    _emit_role(engine, meeting, new, ("attendee", "host"))
    if to == "outside":
        _forbid_as_new_host(engine, meeting, details)
    if details.get("leaves") and old_was_present:
        _leave(engine, meeting, old, "left the meeting")
        if old == meeting.owner and not details.get("continuous", True):
            streams.stop(engine, meeting, 3, meeting.owner)


def _pass_role(meeting: Meeting, old: str, new: str) -> None:
    old_was_present = meeting.host_present
    meeting.host_now = new
    meeting.others = [key for key in meeting.others if key != new]
    meeting.host_present = True
    if old_was_present and old != meeting.owner:
        meeting.others.append(old)


def _emit_role(engine: Engine, meeting: Meeting, key: str, roles: tuple[str, str]) -> None:
    person = payloads.role_change(engine.world, key, roles, engine.now())
    engine.emit_meeting_event(meeting, "participant_role_changed", participant=person)


def _forbid_as_new_host(engine: Engine, meeting: Meeting, details: Details) -> None:
    meeting.host_org_rtms_enabled, meeting.request = False, None
    reason = details.get("stop_reason", engine.world.settings.hand_off_stop_reason)
    streams.stop(engine, meeting, int(reason))


# --- breakout rooms -----------------------------------------------------------------------------


def open_breakout(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Somebody (`who`, else the app owner) moves to a breakout room (D2)."""
    who = str(details.get("who", meeting.owner))
    if not meeting.is_present(who):
        raise ConflictError("This person is not in the meeting.")
    meeting.breakout_uuid = engine.world.ids.uuid()
    _emit_breakout(engine, meeting, who, "joined")
    if who != meeting.owner:
        return
    meeting.in_breakout_room = True
    reason = details.get("stop_reason", engine.world.settings.breakout_stop_reason)
    meeting.resumes_for = who if meeting.running_streams(who) else ""
    if reason is not None:
        streams.stop(engine, meeting, int(reason), who)


def close_breakout(engine: Engine, meeting: Meeting, details: Details) -> None:
    """They return to the main room."""
    who = str(details.get("who", meeting.owner))
    _emit_breakout(engine, meeting, who, "left")
    if who != meeting.owner:
        return
    meeting.in_breakout_room = False
    if engine.world.settings.breakout_restarts:
        streams.restart(engine, meeting)


def _emit_breakout(engine: Engine, meeting: Meeting, who: str, change: str) -> None:
    world = engine.world
    person = payloads.participant(world, who, parent_user_id=world.participant_id(who))
    time_field = "join_time" if change == "joined" else "leave_time"
    person[time_field] = payloads.iso(engine.now())
    engine.emit_meeting_event(
        meeting,
        f"participant_{change}_breakout_room",
        breakout_room_uuid=meeting.breakout_uuid,
        participant=person,
    )


# --- the host, or an admin, decides -------------------------------------------------------------


def approve(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The host approves the request."""
    if not streams.answer_request(engine, meeting, approve=True):
        raise ConflictError("There is no request for the host to answer.")


def deny(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The host denies the request."""
    if not streams.answer_request(engine, meeting, approve=False):
        raise ConflictError("There is no request for the host to answer.")


def ignore(_: Engine, meeting: Meeting, __: Details) -> None:
    """The host leaves the request unanswered."""
    if not (meeting.request and meeting.request.asks_host):
        raise ConflictError("There is no request for the host to answer.")
    meeting.approval = "ignore"


def sharing_off(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The host switches sharing off for this app, which may ask again."""
    meeting.request = None
    for stream in streams.stop(engine, meeting, 5):
        meeting.resumes_for = stream.operator


def all_apps_off(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The host switches sharing off for all apps."""
    meeting.sharing_on, meeting.request = False, None
    for stream in streams.stop(engine, meeting, 9):
        meeting.resumes_for = stream.operator


def sharing_on(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The host switches sharing on again."""
    meeting.sharing_on = True
    if engine.world.settings.sharing_on_restarts:
        streams.restart(engine, meeting)


def host_stops(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The host stops the capture."""
    _require_stream(meeting)
    streams.stop(engine, meeting, 1)


def admin_disables(engine: Engine, meeting: Meeting, _: Details) -> None:
    """An admin of the host's organization disables the app."""
    meeting.host_org_rtms_enabled, meeting.request = False, None
    streams.stop(engine, meeting, 23)


def starts_in_zoom(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Somebody (`who`, else the app owner) starts the capture in Zoom itself."""
    who = str(details.get("who", meeting.owner))
    if who not in engine.world.users or not meeting.started:
        raise ConflictError("Capture cannot be started here now.")
    streams.begin(engine, meeting, who)


# --- Zoom and the app's receiver ----------------------------------------------------------------


def interrupt_receiver(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The app's receiver loses its connection to Zoom."""
    _require_stream(meeting)
    streams.interrupt(engine, meeting)


def receiver_back(_: Engine, meeting: Meeting, __: Details) -> None:
    """The app's receiver reconnects in time; Zoom sends no event about it."""
    for stream in meeting.running_streams():
        stream.interrupted = False


def new_server(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The streams move to another server: the same streams start again."""
    _require_stream(meeting)
    for stream in meeting.running_streams():
        stream.server += 1
        stream.interrupted = False
        engine.emit_stream_event(meeting, stream, "started")


def stop_with(default_reason: int) -> Action:
    """Build an action that stops the streams with the `reason` it is given, or with this one."""

    def stop_streams(engine: Engine, meeting: Meeting, details: Details) -> None:
        """The streams stop, with a reason."""
        _require_stream(meeting)
        streams.stop(engine, meeting, int(details.get("reason", default_reason)))

    return stop_streams


def concurrency_limited(engine: Engine, meeting: Meeting, _: Details) -> None:
    """Zoom reports that too many streams run."""
    payload = {
        "operator_id": engine.world.users[meeting.owner].id,
        "concurrency_number": 2000,
        "id_field": {"meeting_uuid": meeting.uuid},
    }
    meeting.request = None
    engine.emit_now("rtms.concurrency_limited", payload)


def request_status(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Zoom sends the event whose format is not published; marked as made up."""
    if not engine.world.settings.made_up_events:
        raise ConflictError(
            "Zoom has not published its format; set made_up_events to send a made-up one."
        )
    payload = {
        "made_up": True,
        "meeting_uuid": meeting.uuid,
        "operator_id": engine.world.users[meeting.owner].id,
        "status": str(details.get("status", "denied")),
    }
    engine.emit_now("rtms.request_status", payload)


def _require_stream(meeting: Meeting) -> None:
    if not meeting.running_streams():
        raise ConflictError("No stream is running.")


ACTIONS: dict[str, Action] = {
    "stop": stop_with(0),
    "revoke": stop_with(8),
    "receiver_timeout": stop_with(19),
    **{action.__name__: action for action in (
        start_meeting, end_meeting, host_joins, host_leaves, owner_joins, owner_leaves,
        remove_owner, hand_off, open_breakout, close_breakout, approve, deny, ignore,
        sharing_off, all_apps_off, sharing_on, host_stops, admin_disables, starts_in_zoom,
        interrupt_receiver, receiver_back, new_server, concurrency_limited, request_status,
    )},
}  # fmt: skip
"""Every action by its name."""
