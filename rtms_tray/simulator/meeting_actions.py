"""What people, admins and Zoom itself can do in a meeting, as a table of named actions.

`POST /control/meetings/{number}/act {"act": NAME, …}` performs one; the other fields are its details.
With `event_ts_offset_ms`, `late_s` or `lost`, its events have shifted times, arrive late, or never.
"""

from collections.abc import Callable

import msgspec

from rtms_tray.simulator import attendance, connections, payloads, rooms, streams
from rtms_tray.simulator.engine import ConflictError, Delivery, Details, Engine
from rtms_tray.simulator.world import Connection, Meeting

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
    how = {name: details[name] for name in Delivery.__struct_fields__ if name in details}
    engine.delivery = msgspec.convert(how, Delivery)
    try:
        connections.settle(engine.world, meeting)
        action(engine, meeting, details)
        connections.settle(engine.world, meeting)
    finally:
        engine.delivery = Delivery()


# --- the host role changes hands ----------------------------------------------------------------


def hand_off(engine: Engine, meeting: Meeting, details: Details) -> None:
    """The host role goes `to` inside, outside or a user's key; with `leaves` the old host leaves."""
    old = meeting.current_host()
    to = str(details.get("to", "inside"))
    new = {"inside": "colleague", "outside": "outsider"}.get(to, to)
    if new not in engine.world.users or new == old:
        raise ConflictError(f"The host role cannot be handed to {to!r}.")
    if not meeting.is_present(new):
        connections.join(engine, meeting, new)
    old_was_present = meeting.host_present
    _pass_role(meeting, old, new)
    if old_was_present:
        _emit_role(engine, meeting, meeting.connections_of(old)[0], ("host", "attendee"))
    _emit_role(engine, meeting, meeting.connections_of(new)[0], ("attendee", "host"))
    if to == "outside":
        _forbid_as_new_host(engine, meeting, details)
    if details.get("leaves") and old_was_present:
        attendance.leave(engine, meeting, old)
        if old == meeting.owner:
            _follow_owner(engine, meeting, new)


def _pass_role(meeting: Meeting, old: str, new: str) -> None:
    old_was_present = meeting.host_present
    meeting.host_now = new
    meeting.others = [key for key in meeting.others if key != new]
    meeting.host_present = True
    if old_was_present and old != meeting.owner:
        meeting.others.append(old)


def _emit_role(
    engine: Engine, meeting: Meeting, connection: Connection, roles: tuple[str, str]
) -> None:
    person = payloads.role_change(engine.world, connection, roles, engine.event_time())
    engine.emit_meeting_event(meeting, "participant_role_changed", participant=person)


def _forbid_as_new_host(engine: Engine, meeting: Meeting, details: Details) -> None:
    meeting.host_org_rtms_enabled = False
    streams.drop_request(engine, meeting)
    reason = details.get("stop_reason", engine.world.settings.hand_off_stop_reason)
    if reason is not None:
        streams.stop(engine, meeting, int(reason))


def _follow_owner(engine: Engine, meeting: Meeting, new_host: str) -> None:
    """Decide what becomes of the streams of an app owner who passed the host role on and left."""
    outcome = engine.world.settings.owner_hands_off
    if outcome == "goes_on":
        return
    if streams.stop(engine, meeting, 3, meeting.owner) and outcome == "new_host":
        streams.begin(engine, meeting, new_host)


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
    streams.drop_request(engine, meeting)
    for stream in streams.stop(engine, meeting, 5):
        meeting.resumes_for = stream.operator


def all_apps_off(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The host switches sharing off for all apps."""
    meeting.sharing_on = False
    streams.drop_request(engine, meeting)
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
    meeting.host_org_rtms_enabled = False
    streams.drop_request(engine, meeting)
    streams.stop(engine, meeting, 23)


def starts_in_zoom(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Somebody (`who`, else the app owner) starts the capture in Zoom itself."""
    who = str(details.get("who", meeting.owner))
    if who not in engine.world.users or not meeting.started:
        raise ConflictError("Capture cannot be started here now.")
    streams.begin(engine, meeting, who)


def pause_in_zoom(_: Engine, meeting: Meeting, __: Details) -> None:
    """The host or the app owner pauses the capture in Zoom's window, which no event tells."""
    _require_stream(meeting)
    for stream in meeting.running_streams():
        stream.paused = True


def resume_in_zoom(_: Engine, meeting: Meeting, __: Details) -> None:
    """They resume it, which no event tells either."""
    _require_stream(meeting)
    for stream in meeting.running_streams():
        stream.paused = False


# --- Zoom and the app's receiver ----------------------------------------------------------------


def interrupt_receiver(engine: Engine, meeting: Meeting, _: Details) -> None:
    """The app's receiver loses its connection to Zoom."""
    _require_stream(meeting)
    streams.interrupt(engine, meeting)


def receiver_back(_: Engine, meeting: Meeting, __: Details) -> None:
    """The app's receiver reconnects in time; Zoom sends no event about it."""
    for stream in meeting.running_streams():
        stream.interrupted = False


def new_server(engine: Engine, meeting: Meeting, details: Details) -> None:
    """The streams move to another server: the same streams start again, or new ones (`new_stream`)."""
    _require_stream(meeting)
    for stream in meeting.running_streams():
        stream.server += 1
        stream.interrupted = False
        if details.get("new_stream"):
            stream.id = engine.world.ids.stream_id()
        engine.emit_stream_event(meeting, stream, "started")


def stop_with(default_reason: int) -> Action:
    """Build an action that stops the streams with the `reason` it is given, or with this one."""

    def stop_streams(engine: Engine, meeting: Meeting, details: Details) -> None:
        """The streams stop, with a reason."""
        _require_stream(meeting)
        streams.stop(engine, meeting, int(details.get("reason", default_reason)))

    return stop_streams


def concurrency_limited(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Zoom reports that too many streams run; the request is `who`'s, else the app owner's."""
    payload = {
        "operator_id": _operator(engine, meeting, details),
        "concurrency_number": 2000,
        "id_field": {"meeting_uuid": meeting.uuid},
    }
    streams.drop_request(engine, meeting)
    old = engine.world.settings.old_concurrency_names
    engine.emit_now(
        "meeting.rtms_concurrency_limited" if old else "rtms.concurrency_limited", payload
    )


def start_failed(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Zoom reports that a start has failed, in a format that is not published; marked as made up."""
    _require_made_up(engine)
    payload = {
        "made_up": True,
        "operator_id": _operator(engine, meeting, details),
        "meeting_uuid": meeting.uuid,
        "reason": str(details.get("reason", "The meeting does not allow it.")),
    }
    streams.drop_request(engine, meeting)
    engine.emit_now("rtms.start_failed", payload)


def request_status(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Zoom sends the event whose format is not published; marked as made up."""
    _require_made_up(engine)
    operator = str(details.get("who", meeting.owner))
    streams.tell_status(engine, meeting, operator, str(details.get("status", "denied")))


def _require_made_up(engine: Engine) -> None:
    if not engine.world.settings.made_up_events:
        raise ConflictError(
            "Zoom has not published its format; set made_up_events to send a made-up one."
        )


def _operator(engine: Engine, meeting: Meeting, details: Details) -> str:
    return engine.world.users[str(details.get("who", meeting.owner))].id


def _require_stream(meeting: Meeting) -> None:
    if not meeting.running_streams():
        raise ConflictError("No stream is running.")


ACTIONS: dict[str, Action] = {
    "stop": stop_with(0),
    "revoke": stop_with(8),
    "receiver_timeout": stop_with(19),
    **{action.__name__: action for action in (
        *attendance.ACTIONS,
        hand_off, rooms.open_breakout, rooms.change_room, rooms.close_breakout, rooms.close_rooms,
        approve, deny, ignore, sharing_off, all_apps_off, sharing_on, host_stops, admin_disables,
        starts_in_zoom, pause_in_zoom, resume_in_zoom, interrupt_receiver, receiver_back,
        new_server, concurrency_limited, start_failed, request_status,
    )},
}  # fmt: skip
"""Every action by its name."""
