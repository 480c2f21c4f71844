"""What a host, an admin or Zoom itself does to the capture of a meeting."""

from rtms_tray.simulator import streams
from rtms_tray.simulator.engine import Act, Details, Engine, ImpossibleError
from rtms_tray.simulator.world import Meeting


def approve(engine: Engine, meeting: Meeting, _: Details) -> None:
    """Let the host say yes."""
    if not streams.answer(engine, meeting, approve=True):
        raise ImpossibleError("Nothing is asked of the host.")


def deny(engine: Engine, meeting: Meeting, _: Details) -> None:
    """Let the host say no."""
    if not streams.answer(engine, meeting, approve=False):
        raise ImpossibleError("Nothing is asked of the host.")


def ignore(_: Engine, meeting: Meeting, __: Details) -> None:
    """Let the host leave the request unanswered."""
    if not (meeting.request and meeting.request.asks_host):
        raise ImpossibleError("Nothing is asked of the host.")
    meeting.approval = "ignore"


def sharing_off(engine: Engine, meeting: Meeting, _: Details) -> None:
    """Let the host switch sharing off for this app; it may ask again."""
    meeting.request = None
    for stream in streams.stop(engine, meeting, 5):
        meeting.resumes_for = stream.operator


def all_apps_off(engine: Engine, meeting: Meeting, _: Details) -> None:
    """Let the host switch sharing off for all apps."""
    meeting.sharing_on, meeting.request = False, None
    for stream in streams.stop(engine, meeting, 9):
        meeting.resumes_for = stream.operator


def sharing_on(engine: Engine, meeting: Meeting, _: Details) -> None:
    """Let the host switch sharing on again."""
    meeting.sharing_on = True
    if engine.world.switches.sharing_on_restarts:
        streams.begin_again(engine, meeting)


def host_stops(engine: Engine, meeting: Meeting, _: Details) -> None:
    """Let the host stop the capture."""
    _require_stream(meeting)
    streams.stop(engine, meeting, 1)


def admin_disables(engine: Engine, meeting: Meeting, _: Details) -> None:
    """Let an admin of the host's organization forbid the app."""
    meeting.host_org_rtms_enabled, meeting.request = False, None
    streams.stop(engine, meeting, 23)


def interrupt_receiver(engine: Engine, meeting: Meeting, _: Details) -> None:
    """Break the line to the app's receiver."""
    _require_stream(meeting)
    streams.interrupt(engine, meeting)


def receiver_back(_: Engine, meeting: Meeting, __: Details) -> None:
    """Let the app's receiver come back in time; no event says so."""
    for stream in meeting.live():
        stream.interrupted = False


def new_server(engine: Engine, meeting: Meeting, _: Details) -> None:
    """Move the streams to another server: the same streams start again."""
    _require_stream(meeting)
    for stream in meeting.live():
        stream.server += 1
        stream.interrupted = False
        engine.say_of_stream(meeting, stream, "started")


def stop_with(reason: int) -> Act:
    """Make an act that ends the streams, with this reason or the one it is told."""

    def act(engine: Engine, meeting: Meeting, details: Details) -> None:
        _require_stream(meeting)
        streams.stop(engine, meeting, int(details.get("reason", reason)))

    return act


def starts_in_zoom(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Let somebody (`who`) start the capture in Zoom itself."""
    who = str(details.get("who", meeting.owner))
    if who not in engine.world.users or not meeting.started:
        raise ImpossibleError("Nobody can start anything here now.")
    streams.begin(engine, meeting, who)


def concurrency_limited(engine: Engine, meeting: Meeting, _: Details) -> None:
    """Let Zoom say that too many streams run."""
    payload = {
        "operator_id": engine.world.users[meeting.owner].id,
        "concurrency_number": 2000,
        "id_field": {"meeting_uuid": meeting.uuid},
    }
    meeting.request = None
    engine.say("rtms.concurrency_limited", payload)


def request_status(engine: Engine, meeting: Meeting, details: Details) -> None:
    """Emit the event whose shape nobody has published, marked as made up."""
    if not engine.world.switches.made_up_events:
        raise ImpossibleError("Its shape is not published; set made_up_events to have one made up.")
    payload = {
        "made_up": True,
        "meeting_uuid": meeting.uuid,
        "operator_id": engine.world.users[meeting.owner].id,
        "status": str(details.get("status", "denied")),
    }
    engine.say("rtms.request_status", payload)


def _require_stream(meeting: Meeting) -> None:
    if not meeting.live():
        raise ImpossibleError("No stream is live.")
