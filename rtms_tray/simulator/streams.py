"""The life of a stream: the request, the host's answer, start, interruption, stop."""

from rtms_tray.simulator.engine import Engine
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
            withdraw_request(meeting, operator)
            stop(engine, meeting, STOPPED_BY_USER, operator)
        case "pause" | "resume":
            for stream in meeting.running_streams(operator):
                stream.paused = action == "pause"


# --- the request and its answer -----------------------------------------------------------------


def request_start(
    engine: Engine, meeting: Meeting, operator: str, *, by_auto_start: bool = False
) -> None:
    """Process an accepted start request: it leads to a stream, to the host, or to nothing."""
    outcome = start_outcome(meeting, operator, by_auto_start=by_auto_start)
    if outcome is StartOutcome.NOTHING:
        meeting.request = None
        return
    number = int(engine.world.ids.stream_id()[:6], 16)
    asks_host = outcome is StartOutcome.ASKS_HOST
    request = StartRequest(id=number, operator=operator, asks_host=asks_host)
    meeting.request = request
    if not asks_host:
        _begin_later(engine, meeting, request)
    elif meeting.approval in ("approve", "deny"):
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
    """Answer the request as the host; False: there is no request to answer."""
    request = meeting.request
    if request is None or not request.asks_host:
        return False
    if approve:
        request.asks_host = False
        _begin_later(engine, meeting, request)
    else:
        meeting.request = None
    return True


def withdraw_request(meeting: Meeting, operator: str) -> None:
    """Withdraw this person's request."""
    if meeting.request and meeting.request.operator == operator:
        meeting.request = None


def _begin_later(engine: Engine, meeting: Meeting, request: StartRequest) -> None:
    def fire() -> None:
        if meeting.started and meeting.request is request and not meeting.in_breakout_room:
            meeting.request = None
            begin(engine, meeting, request.operator)

    engine.call_later("stream_begins", fire)


def _answer_automatically(engine: Engine, meeting: Meeting, request: StartRequest) -> None:
    if meeting.request is request and meeting.host_present:
        answer_request(engine, meeting, approve=meeting.approval == "approve")


# --- the stream ---------------------------------------------------------------------------------


def begin(engine: Engine, meeting: Meeting, operator: str) -> Stream:
    """Begin a new stream."""
    stream = Stream(id=engine.world.ids.stream_id(), operator=operator)
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
    engine: Engine, meeting: Meeting, reason: int, operator: str | None = None
) -> list[Stream]:
    """Stop the running streams, of one operator or all, and return them."""
    stopped = meeting.running_streams(operator)
    for stream in stopped:
        stream.stop_reason = reason
        engine.emit_stream_event(meeting, stream, "stopped")
    return stopped


def interrupt(engine: Engine, meeting: Meeting) -> None:
    """Disconnect the app's receiver, which has a minute to reconnect."""
    for stream in meeting.running_streams():
        stream.interrupted = True
        engine.emit_stream_event(meeting, stream, "interrupted")

    def time_out() -> None:
        for stream in [s for s in meeting.running_streams() if s.interrupted]:
            stop(engine, meeting, RECEIVER_TIMEOUT, stream.operator)

    engine.call_later("receiver_timeout", time_out)
