"""The life of a stream: the request, the host's answer, start, interruption, stop."""

from rtms_tray.simulator.engine import AT_ONCE, Engine, Moment
from rtms_tray.simulator.rtms_requests import (
    Acceptance,
    Refusal,
    RtmsRequest,
    StartOutcome,
    check_request,
    start_outcome,
)
from rtms_tray.simulator.world import Meeting, StartRequest, Stream

STOPPED_BY_USER = 2
CANCELED = 7
RECEIVER_TIMEOUT = 19


def handle(engine: Engine, request: RtmsRequest) -> Refusal | None:
    """Answer a request about streams and start what follows from it; None means accepted."""
    answer = check_request(engine.world, request)
    refusal = answer if isinstance(answer, Refusal) else None
    engine.world.requests.append(
        {
            "at": engine.now(),
            "action": request.action,
            "meeting": request.reference,
            "user": request.caller.user,
            "client_id": request.client_id,
            "status": refusal.status if refusal else 204,
            "code": refusal.code if refusal else None,
        }
    )
    if isinstance(answer, Acceptance):
        _carry_out(engine, request.action, answer)
    return refusal


def _carry_out(engine: Engine, action: str, accepted: Acceptance) -> None:
    meeting, operator = accepted.meeting, accepted.operator
    match action:
        case "start" if not accepted.already_running:
            request_start(engine, meeting, operator)
        case "stop":
            withdraw_request(engine, meeting, operator)
            stop(engine, meeting, STOPPED_BY_USER, operator)
        case "pause" | "resume":
            for stream in meeting.running_streams(operator):
                stream.paused = action == "pause"


# --- the request and its answer -----------------------------------------------------------------


def request_start(
    engine: Engine, meeting: Meeting, operator: str, *, by_auto_start: bool = False
) -> None:
    """Process an accepted start request: it leads to a stream, to the host, or to nothing."""
    settings = engine.world.settings
    outcome = start_outcome(
        meeting, operator, by_auto_start=by_auto_start, waits=settings.request_waits_for_host
    )
    if outcome is StartOutcome.NOTHING:
        drop_request(engine, meeting)
        return
    number = int(engine.world.ids.stream_id()[:6], 16)
    asks_host = outcome is StartOutcome.ASKS_HOST
    request = StartRequest(id=number, operator=operator, asks_host=asks_host)
    meeting.request = request
    if not asks_host:
        _begin_later(engine, meeting, request)
        return
    ask_host(engine, meeting)
    if settings.begins_before_approval:
        _begin_later(engine, meeting, request)


def ask_host(engine: Engine, meeting: Meeting) -> None:
    """Show an open request to the host, who may be one who answers automatically."""
    request = meeting.request
    if request and request.asks_host and meeting.approval in ("approve", "deny"):
        engine.call_later("host_answers", lambda: _answer_automatically(engine, meeting, request))


def auto_start(engine: Engine, meeting: Meeting) -> None:
    """Request a start automatically, unless a stream runs or is requested already."""
    operator = meeting.owner

    def is_wanted() -> bool:
        return not meeting.running_streams(operator) and not meeting.request

    def fire() -> None:
        if meeting.started and is_wanted():
            request_start(engine, meeting, operator, by_auto_start=True)

    if meeting.auto_start_enabled and is_wanted():
        engine.call_later("auto_start", fire)


def answer_request(engine: Engine, meeting: Meeting, *, approve: bool) -> bool:
    """Answer the request as the host; False: there is no request to answer, or nobody who could."""
    request = meeting.request
    if request is None or not request.asks_host or not meeting.host_present:
        return False
    if engine.world.settings.made_up_events:
        tell_status(engine, meeting, request.operator, "approved" if approve else "denied")
    if not approve:
        drop_request(engine, meeting)
    elif _approve_running(meeting, request.operator):
        meeting.request = None
    else:
        request.asks_host = False
        _begin_later(engine, meeting, request)
    return True


def withdraw_request(engine: Engine, meeting: Meeting, operator: str) -> None:
    """Withdraw this person's request."""
    if meeting.request and meeting.request.operator == operator:
        drop_request(engine, meeting)


def drop_request(engine: Engine, meeting: Meeting) -> None:
    """Forget an open request; a stream that had begun before its approval is cancelled."""
    request, meeting.request = meeting.request, None
    for stream in meeting.running_streams():
        if request and stream.awaits_approval and stream.operator == request.operator:
            _end(engine, meeting, stream, CANCELED)


def tell_status(engine: Engine, meeting: Meeting, operator: str, status: str) -> None:
    """Emit `rtms.request_status`, whose format is not published; marked as made up."""
    payload = {
        "made_up": True,
        "meeting_uuid": meeting.uuid,
        "meeting_id": meeting.number,
        "operator_id": engine.world.users[operator].id,
        "status": status,
    }
    engine.emit_now("rtms.request_status", payload)


def _approve_running(meeting: Meeting, operator: str) -> bool:
    waiting = [s for s in meeting.running_streams(operator) if s.awaits_approval]
    for stream in waiting:
        stream.awaits_approval = False
    return bool(waiting)


def _begin_later(engine: Engine, meeting: Meeting, request: StartRequest) -> None:
    def fire() -> None:
        if not meeting.started or meeting.request is not request or meeting.in_breakout_room:
            return
        if request.asks_host:
            begin(engine, meeting, request.operator, awaits_approval=True)
        elif not meeting.running_streams(request.operator):
            meeting.request = None
            begin(engine, meeting, request.operator)

    engine.call_later("stream_begins", fire)


def _answer_automatically(engine: Engine, meeting: Meeting, request: StartRequest) -> None:
    if meeting.request is request and meeting.host_present:
        answer_request(engine, meeting, approve=meeting.approval == "approve")


# --- the stream ---------------------------------------------------------------------------------


def begin(
    engine: Engine, meeting: Meeting, operator: str, *, awaits_approval: bool = False
) -> Stream:
    """Begin a new stream."""
    stream = Stream(
        id=engine.world.ids.stream_id(), operator=operator, awaits_approval=awaits_approval
    )
    meeting.streams.append(stream)
    meeting.resumes_for = ""
    engine.emit_stream_event(meeting, stream, "started")
    return stream


def restart(engine: Engine, meeting: Meeting) -> None:
    """Begin a stream without a request, for whoever had one before; always a new one (D4)."""
    operator = meeting.resumes_for
    if not operator:
        return

    def fire() -> None:
        if not meeting.started or meeting.resumes_for != operator:
            return
        outcome = start_outcome(meeting, operator)
        if not meeting.running_streams(operator) and outcome is not StartOutcome.NOTHING:
            begin(engine, meeting, operator)

    engine.call_later("stream_begins", fire)


def stop(
    engine: Engine,
    meeting: Meeting,
    reason: int,
    operator: str | None = None,
    moment: Moment = AT_ONCE,
) -> list[Stream]:
    """Stop the running streams, of one operator or all, and return them."""
    stopped = meeting.running_streams(operator)
    for stream in stopped:
        _end(engine, meeting, stream, reason, moment)
    return stopped


def _end(
    engine: Engine, meeting: Meeting, stream: Stream, reason: int, moment: Moment = AT_ONCE
) -> None:
    stream.stop_reason = reason
    engine.emit_stream_event(meeting, stream, "stopped", moment)


def interrupt(engine: Engine, meeting: Meeting) -> None:
    """Disconnect the app's receiver, which has a minute to reconnect."""
    for stream in meeting.running_streams():
        stream.interrupted = True
        engine.emit_stream_event(meeting, stream, "interrupted")

    def time_out() -> None:
        for stream in [s for s in meeting.running_streams() if s.interrupted]:
            stop(engine, meeting, RECEIVER_TIMEOUT, stream.operator)

    engine.call_later("receiver_timeout", time_out)
